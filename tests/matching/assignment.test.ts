import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { importLeaders } from '../../register/import-leaders.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerLeadersRoutes } from '../../web/leaders/routes.ts';
import { registerAssignmentRoutes } from '../../web/matching/assignment-routes.ts';
import { registerMatchingRoutes } from '../../web/matching/routes.ts';
import { registerCallRoutes } from '../../web/today/call-routes.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import { testFiles } from '../kit/files.ts';
import { click, mustBeAccessible, mustFit, openBrowser, openDetails } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { guardedApp, signedInAs } from '../web/guarded-app.ts';
import { placeDeployment, workingDaysAgo } from '../web/place-deployment.ts';
import { servicesOf } from '../web/staff-app.ts';

/** Near suits both schools and has days for one. Far has days for one. Own belongs to the trust of the first school, green is not trained. */
const FILE = `id,home_schools,home_trust,phases,contexts,trained_on,days_a_term,regions
near,990771,,primary;secondary,rural,2022-09-14,6,
far,990772,,primary;secondary,rural,2022-09-14,6,
green,990771,,primary,,,60,
own,,99770,primary,rural,2022-09-14,60,
`;

describe('the assignment of all who wait for a system leader', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  let services: ReturnType<typeof servicesOf>;
  let first = '';
  let second = '';
  const files = testFiles();
  const PLACED = 'P90001';
  beforeAll(async () => {
    world = await openWorld();
    const { db } = world;
    await insertStaff(db);
    await db.query(
      `INSERT INTO trusts (id, name) VALUES ('99770', 'Own Trust');
       UPDATE schools SET trust = '99770', phase = 'Primary', urban_rural = 'Rural village', easting = 354000, northing = 428000;
       INSERT INTO people (id, name, email, imported_at) VALUES
         ('near', 'Nadia Near', 'near@leaders.example', now()), ('far', 'Farid Far', 'far@leaders.example', now()),
         ('green', 'Gale Green', 'green@leaders.example', now()), ('own', 'Orla Own', 'own@leaders.example', now())`,
    );
    await db.query(
      `INSERT INTO schools (urn, name, authority, trust, phase, status, region, easting, northing, imported_at)
       SELECT urn, name, authority, given.trust, 'Primary', 'Open', region, given.easting, 428000, now()
       FROM (SELECT authority, region FROM schools) one,
         (VALUES ('990771', 'Near Primary', NULL, 370093), ('990772', 'Far Primary', NULL, 434467),
                 ('990781', 'Hill Primary', '99770', 356000), ('990782', 'Moor Primary', '99770', 352000))
           AS given (urn, name, trust, easting)`,
    );
    const imported = await importLeaders(db, files.write(FILE));
    assert.ok(imported.ok);
    services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false };
    app = await guardedApp(
      services,
      registerDeploymentRoutes,
      registerMatchingRoutes,
      registerAssignmentRoutes,
      registerLeadersRoutes,
      registerTodayRoutes,
      registerCallRoutes,
    );
    cora = await deskOf(db, app, 'coordinator', services);
    first = await waiting('990781');
    second = await waiting('990782');
    await placeDeployment(db, PLACED, { open: [{ step: 'engage-system-leader', dueOn: workingDaysAgo(-3) }] });
  });
  afterAll(async () => {
    services.rehearsals.end();
    await app.close();
    await world.end();
    files.remove();
  });

  /** A deployment in which a system leader is to be chosen. */
  async function waiting(urn: string): Promise<string> {
    const reference = await world.begin('2040-10-08 09:30', { subject: { kind: 'school', urn } });
    for (const [step, answer] of [
      ['contact-school', 'contacted'],
      ['confirm-participation', 'accepts'],
      ['provide-details', 'provided'],
    ] as const) {
      await world.postIsDone();
      await world.answer(reference, step, answer);
    }
    await world.postIsDone();
    return reference;
  }

  const words = (text: string) => text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  const proposedFor = (text: string, reference: string) => new RegExp(`name="leader-${reference}" value="([^"]*)"`).exec(text)?.[1];
  const said = { 'tsi-2022-23': { capacity: 'to-say', conflict: 'to-say' } };
  /** The form as it is on the page, with these boxes ticked. */
  const formOf = (text: string, accepted: readonly string[]): Record<string, string> => ({
    ...Object.fromEntries(
      [...text.matchAll(/<input type="hidden" name="((?:leader|round|days)[^"]*)" value="([^"]*)">/g)].map(([, n = '', v = '']) => [n, v]),
    ),
    ...Object.fromEntries(
      [...text.matchAll(/<input[^>]*name="(tsi-2022-23[^"]*contacted-(capacity|conflict))"/g)].map(([, name = '']) => [
        name,
        name.endsWith('capacity') ? said['tsi-2022-23'].capacity : said['tsi-2022-23'].conflict,
      ]),
    ),
    accept: accepted.join('\n'),
  });
  const choices = async () =>
    (await world.db.query('SELECT reference, leader, days, because FROM match_choices ORDER BY id')).rows as {
      reference: string;
      leader: string;
      days: number;
      because: string;
    }[];

  it('is reached from Today and from the list of leaders', async () => {
    assert.match(words((await cora.get('/')).text), /3 schools and trusts wait for a system leader: see who is proposed/);
    assert.match((await cora.get('/leaders')).text, /href="\/matching"/);
  });

  it('proposes each leader once, nobody who may not be asked, and says who is left and why', async () => {
    const { status, text } = await cora.get('/matching');
    assert.equal(status, 200);
    assert.match(text, /Proposed \(2\)/);
    const proposed = [first, second, PLACED].map((reference) => proposedFor(text, reference)).filter((leader) => leader !== undefined);
    assert.deepEqual(proposed.toSorted(), ['far', 'near']);
    assert.match(words(text), /Left without anybody \(1\)/);
    assert.match(
      words(text),
      /2 could be asked: (Nadia Near|Farid Far) is proposed for \w+ Primary and (Nadia Near|Farid Far) is proposed for/,
    );
    assert.match(words(text), /10 miles|9 miles|11\.\d miles|8\.\d miles/);
    assert.match(words((await cora.get('/matching?days=3')).text), /Proposed \(3\)/);
    assert.equal((await cora.get('/matching?days=some')).status, 400);
    const otto = await deskOf(world.db, app, 'otto', services);
    assert.match((await otto.get('/matching')).text, /No school or trust waits for a system leader/);
  });

  it('fits and breaks no rule of WCAG, on a telephone and on a desktop, as a proposal, with mistakes and as a result', async () => {
    const { cookies } = await signedInAs(world.db, 'coordinator', services);
    const browser = await openBrowser();
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    try {
      const context = await browser.newContext();
      await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: origin })));
      const page = await context.newPage();
      const look = async (name: string) => {
        await openDetails(page);
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await mustFit(page);
          await mustBeAccessible(page);
          const to = process.env['CHASER_PICTURES'];
          if (to !== undefined) await page.screenshot({ path: `${to}/${name}-${width}.png`, fullPage: true });
        }
      };
      await page.goto(`${origin}/matching`);
      await look('assignment');
      await page
        .getByRole('checkbox', { name: /^Accept/ })
        .first()
        .check();
      await click(page.getByRole('button', { name: 'Ask those selected' }).last());
      assert.match(await page.locator('.govuk-error-summary').innerText(), /Do they have the capacity/);
      await look('assignment-mistakes');
      await page.goto(`${origin}/deployments/${first}/shortlist`);
      assert.match(await page.getByRole('img', { name: 'Where they are' }).innerHTML(), /Within 10 miles of the school: 1 of the 2 shown/);
      await look('assignment-shortlist');
    } finally {
      await browser.close();
    }
  });

  it('changes nothing when nothing is selected or something is missing', async () => {
    const { text } = await cora.get('/matching');
    const nothing = await cora.post('/matching', formOf(text, []));
    assert.equal(nothing.status, 400);
    assert.match(nothing.text, /Select the schools and trusts for which you accept the proposal/);
    const { accept, days, ...rest } = formOf(text, [first]);
    const bare = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('tsi-')));
    assert.equal((await cora.post('/matching', { ...bare, accept: accept ?? '', days: days ?? '' })).status, 400);
    assert.deepEqual(await choices(), []);
  });

  it('says of each line that the engine does not reply, and keeps no choice', async () => {
    const away = { ...servicesOf(world.db), secure: false, rehearsals: services.rehearsals };
    const without = await guardedApp(away, registerAssignmentRoutes);
    const quiet = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    try {
      const desk = await deskOf(world.db, without, 'coordinator', away);
      const { text } = await desk.get('/matching');
      const { status, text: result } = await desk.post('/matching', formOf(text, [first, second]));
      assert.equal(status, 200, result);
      assert.match(words(result), /Nobody was asked/);
      assert.ok((words(result).match(/does not reply/g) ?? []).length >= 1);
      assert.deepEqual(await choices(), []);
    } finally {
      quiet.mockRestore();
      await without.close();
    }
  });

  it('asks those accepted, each for itself, and says which are refused and why', async () => {
    const { text } = await cora.get('/matching');
    const wanted = [first, second].find((reference) => proposedFor(text, reference) !== undefined) ?? assert.fail();
    const other = wanted === first ? second : first;
    const leader = proposedFor(text, wanted) ?? assert.fail();
    // Somebody sends the same leader for both: they have the days for one.
    const form = {
      ...formOf(text, [wanted, other, 'T00000000']),
      [`leader-${other}`]: leader,
      [`round-${other}`]: '1',
      because: 'Agreed by telephone.',
    };
    const { status, text: result } = await cora.post('/matching', form);
    assert.equal(status, 200, result);
    assert.match(words(result), /One system leader is|1 system leader is asked by e-mail/);
    assert.match(words(result), /no longer has the days free/);
    assert.match(words(result), /T00000000\s?\. It no longer needs a system leader/);
    const [kept, ...more] = await choices();
    assert.deepEqual([kept?.reference, kept?.leader, kept?.days, more.length], [wanted, leader, 10, 0]);
    assert.match(kept?.because ?? '', /Agreed by telephone\.\n\d/);
    await world.postIsDone();
    const { rows } = await world.db.query<{ person: string }>(
      "SELECT person FROM messages WHERE reference = $1 AND step = 'confirm-ability' AND kind = 'request'",
      [wanted],
    );
    assert.deepEqual(rows, [{ person: leader }]);
    // The page that was sent is old now.
    const again = await cora.post('/matching', form);
    assert.match(words(again.text), /Nobody was asked/);
    assert.equal((await choices()).length, 1);
  });

  it('does not propose who was asked meanwhile for more than their days', async () => {
    const { text } = await cora.get('/matching');
    const [kept] = await choices();
    for (const reference of [first, second, PLACED]) assert.notEqual(proposedFor(text, reference), kept?.leader);
    assert.match(text, /Proposed \(1\)/);
  });
});
