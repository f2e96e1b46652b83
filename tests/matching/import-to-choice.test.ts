import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { addProfiles, findLeader } from '../../postgres/views/leaders.ts';
import { importLeaders } from '../../register/import-leaders.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerLeadersRoutes } from '../../web/leaders/routes.ts';
import { registerMatchingRoutes } from '../../web/matching/routes.ts';
import { testFiles } from '../kit/files.ts';
import { mustBeAccessible, mustFit, openBrowser, openDetails } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { guardedApp, signedInAs } from '../web/guarded-app.ts';
import { servicesOf } from '../web/staff-app.ts';

/** Four leaders: one near, one far, one who is not trained, and one of the school's own trust. */
const FILE = `id,home_schools,home_trust,phases,contexts,trained_on,days_a_term,regions
near,990771,99771,primary;secondary,rural,2022-09-14,6,North West
far,990772,,primary;secondary,rural,14-09-2022,10,North West
green,990771,,primary,,,6,
own,,99770,primary,rural,2022-09-14,6,
`;

describe('from a file of leaders to the choice and its letters', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  let rosa: Desk;
  let reference = '';
  const files = testFiles();
  beforeAll(async () => {
    world = await openWorld();
    const { db } = world;
    await insertStaff(db);
    await db.query(
      `INSERT INTO trusts (id, name) VALUES ('99770', 'Own Trust'), ('99771', 'Near Trust');
       UPDATE schools SET trust = '99770', phase = 'Primary', urban_rural = 'Rural village', easting = 354000, northing = 428000;
       INSERT INTO schools (urn, name, authority, trust, phase, status, region, easting, northing, imported_at)
       SELECT urn, name, (SELECT min(authority) FROM schools), trust, 'Primary', 'Open', 'North West', easting, northing, now()
       FROM (VALUES ('990771', 'Near Primary', '99771', 370093, 428000), ('990772', 'Far Primary', NULL, 434467, 428000))
         AS given (urn, name, trust, easting, northing);
       INSERT INTO people (id, name, email, imported_at) VALUES
         ('near', 'Nadia Near', 'near@leaders.example', now()), ('far', 'Farid Far', 'far@leaders.example', now()),
         ('green', 'Gale Green', 'green@leaders.example', now()), ('own', 'Orla Own', 'own@leaders.example', now())`,
    );
    const services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false };
    app = await guardedApp(services, registerDeploymentRoutes, registerMatchingRoutes, registerLeadersRoutes);
    cora = await deskOf(db, app, 'coordinator', services);
    rosa = await deskOf(db, app, 'region', services);
    reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    for (const [step, answer] of [
      ['contact-school', 'contacted'],
      ['confirm-participation', 'accepts'],
      ['provide-details', 'provided'],
    ] as const) {
      await world.answer(reference, step, answer);
      await world.postIsDone();
    }
  });
  afterAll(async () => {
    await app.close();
    await world.end();
    files.remove();
  });

  const profileOf = async (leader: string) => {
    const found = await findLeader(world.db, leader);
    assert.ok(found);
    return found.profile;
  };
  const shortlist = () => `/deployments/${reference}/shortlist`;
  const notes = async () =>
    (await world.db.query("SELECT kind, person, subject FROM notes WHERE kind IN ('considered', 'not-chosen') ORDER BY id")).rows as {
      kind: string;
      person: string;
      subject: string;
    }[];

  it('imports profiles with findings, and leaves out what it cannot read', async () => {
    const first = await importLeaders(world.db, files.write(FILE));
    assert.ok(first.ok);
    const { read, inserted, rejected, findings } = first.value;
    assert.deepEqual([read, inserted, rejected, findings], [4, 4, 0, []]);
    const again = await importLeaders(
      world.db,
      files.write('id,days_a_term,phases\nnear,many,\nnobody,6,\nfar,8.5,primary;beekeeping\nown,7,primary\n'),
    );
    assert.ok(again.ok);
    assert.deepEqual([again.value.updated, again.value.rejected], [1, 3]);
    assert.deepEqual(
      again.value.findings.map(({ line, column }) => `${line} ${column}`),
      ['2 days_a_term', '3 id', '4 phases'],
    );
    const { rows } = await world.db.query<{ trust: string; days: string }>(
      `SELECT profile ->> 'homeTrust' AS trust, profile ->> 'daysATerm' AS days FROM leader_profiles WHERE leader = 'own' ORDER BY id`,
    );
    assert.deepEqual(rows, [
      { trust: '99770', days: '6' },
      { trust: '99770', days: '7' },
    ]);
  });

  it('changes a profile on its page, with who and why, and keeps what was known before', async () => {
    const form = {
      home_schools: '990772',
      phases: 'primary',
      'trained_on-day': '14',
      'trained_on-month': '9',
      'trained_on-year': '2022',
      days_a_term: '5.5',
    };
    const without = await cora.post('/leaders/far/profile', { ...form, days_a_term: 'x' });
    assert.equal(without.status, 400);
    assert.match(without.text, /Enter why you are changing it/);
    assert.match(without.text, /is not a number from 0 to 90/);
    const done = await cora.post('/leaders/far/profile', { ...form, because: 'She told me so.' });
    assert.equal(done.status, 303, done.text);
    const { text } = await cora.get(done.location);
    assert.match(text, /The profile is changed/);
    assert.match(text, /5\.5/);
    assert.match(text, /She told me so\./);
    assert.match(text, /Imported from/);
  });

  it('lets a profile be changed by coordinators of a region in which the leader works, and by nobody else', async () => {
    await addProfiles(world.db, [{ leader: 'green', profile: { ...(await profileOf('green')), regions: ['London'] } }], {
      by: null,
      because: 'x',
    });
    const before = await profileOf('green');
    const refused = await cora.post('/leaders/green/profile', { days_a_term: '3', because: 'Mine.' });
    assert.equal(refused.status, 403);
    assert.match(refused.text, /Gale Green does not offer to work in your region/);
    assert.doesNotMatch(refused.text, /Change the profile/);
    assert.equal((await cora.post('/leaders/green/relationships', { subject: '99770', what: 'x', effect: 'bars' })).status, 403);
    assert.deepEqual(await profileOf('green'), before);
    await addProfiles(world.db, [{ leader: 'green', profile: { ...before, regions: [] } }], { by: null, because: 'x' });
    assert.match((await cora.get('/leaders/green')).text, /Change the profile/);
  });

  it('shows who could be asked, why in that order, and who may not', async () => {
    const { status, text } = await cora.get(shortlist());
    assert.equal(status, 200);
    const words = text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    assert.match(words, /1\. Nadia Near 10 miles; 6 of 6 days free this term; works in primary; led a rural school; works in North West/);
    assert.match(words, /2\. Farid Far 50 miles; 5\.5 of 5\.5 days free this term/);
    assert.match(words, /Gale Green : Not trained yet\./);
    assert.match(words, /Orla Own : Of the same trust\./);
    const otto = await deskOf(world.db, app, 'otto', { secure: false });
    assert.equal((await otto.get(shortlist())).status, 404);
  });

  it('bars whoever has a declared conflict, until it no longer counts', async () => {
    const url = '/leaders/near/relationships';
    assert.equal((await cora.post(url, { subject: '123456', what: '', effect: '' })).status, 400);
    const declared = { subject: '99770', what: 'is a trustee there' };
    assert.match((await cora.get('/leaders/near')).text, /data-choose="school"/);
    assert.match(
      (await cora.post(url, { ...declared, subject: 'Nowhere School', effect: 'bars' })).text,
      /no school or trust “Nowhere School”/,
    );
    assert.match(
      (await cora.post(url, { ...declared, subject: 'Primary', effect: 'bars' })).text,
      /Several schools or trusts have “Primary”/,
    );
    assert.equal((await cora.post(url, { ...declared, subject: 'Own Trust (99770)', effect: 'bars' })).status, 303);
    assert.match((await cora.get(shortlist())).text, /Nadia Near<\/a>: Is a trustee there \(declared by [^)]+\)\./);
    const refused = await cora.post(`${shortlist()}/choose`, { round: '1', 'place-near': '1', days: '10', because: 'Near.' });
    assert.equal(refused.status, 400);
    assert.equal((await cora.post(url, { ...declared, effect: 'none' })).status, 303);
    assert.match((await cora.get(shortlist())).text, /1\. <a[^>]*>Nadia Near/);
  });

  it('tells each of those ticked once that they are considered', async () => {
    assert.equal((await cora.post(`${shortlist()}/consider`, {})).status, 400);
    for (const told of ['One system leader is told', 'They had been told before']) {
      const { status, location } = await cora.post(`${shortlist()}/consider`, { consider: 'far' });
      assert.equal(status, 303);
      assert.match((await cora.get(location)).text, new RegExp(told));
    }
    assert.deepEqual(
      (await notes()).map(({ kind, person }) => [kind, person]),
      [['considered', 'far']],
    );
  });

  it('fits and breaks no rule of WCAG, on a telephone and on a desktop', async () => {
    const services = { ...servicesOf(world.db), secure: false };
    const { cookies } = await signedInAs(world.db, 'coordinator', services);
    const browser = await openBrowser();
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    try {
      const context = await browser.newContext();
      await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: origin })));
      const page = await context.newPage();
      for (const path of [shortlist(), '/leaders', '/leaders/near']) {
        await page.goto(`${origin}${path}`);
        await openDetails(page);
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await mustFit(page);
          await mustBeAccessible(page);
          const to = process.env['CHASER_PICTURES'];
          if (to !== undefined) await page.screenshot({ path: `${to}/${path.split('/').at(-1)}-${width}.png`, fullPage: true });
        }
      }
    } finally {
      await browser.close();
    }
  });

  it('refuses an order with a gap or without reasons, and an old page, and changes nothing', async () => {
    const gap = await cora.post(`${shortlist()}/choose`, { round: '1', 'place-near': '2', days: '', because: '' });
    assert.equal(gap.status, 400);
    for (const words of [/Nobody has place 1/, /Enter how many days are planned/, /Enter why you chose them/])
      assert.match(gap.text, words);
    assert.equal((await cora.post(`${shortlist()}/choose`, { round: '2', 'place-near': '1', days: '10', because: 'x' })).status, 409);
    assert.equal((await world.db.query('SELECT FROM match_choices')).rowCount, 0);
  });

  it('asks the one in place 1, tells whoever knew that somebody else is asked, and shows the region why', async () => {
    const { status, location, text } = await cora.post(`${shortlist()}/choose`, {
      round: '1',
      'place-near': '1',
      'place-far': '2',
      days: '8',
      'contacted-capacity': 'ten-days',
      'contacted-conflict': 'none',
      because: 'Nearest, and knows rural schools.',
    });
    assert.equal(status, 303, text);
    assert.match((await cora.get(location)).text, /is recorded/);
    await world.postIsDone();
    const { rows: asked } = await world.db.query<{ person: string }>(
      "SELECT person FROM messages WHERE reference = $1 AND step = 'confirm-ability' AND kind = 'request'",
      [reference],
    );
    assert.deepEqual(asked, [{ person: 'near' }]);
    assert.deepEqual(
      (await notes()).map(({ kind, person }) => [kind, person]),
      [
        ['considered', 'far'],
        ['not-chosen', 'far'],
      ],
    );
    const seen = await rosa.get(shortlist());
    assert.match(seen.text, /for 8 days\. To be asked next, in this order: Farid Far\./);
    assert.match(seen.text, /Nearest, and knows rural schools\./);
    assert.match(seen.text, /The shortlist as it was/);
  });

  it('leaves out whoever declined, and has the next one of the order in place 1', async () => {
    await world.answer(reference, 'confirm-ability', 'no', { fields: { reasons: 'time-or-capacity', reason: 'No capacity.' } });
    await world.postIsDone();
    const { text } = await cora.get(shortlist());
    assert.match(text, /Nadia Near<\/a>: Declined on 8 October 2040\./);
    assert.match(text, /<select[^>]*name="place-far"[\s\S]*?<option value="1" selected>/);
  });

  it('leaves out whoever the school turned down', async () => {
    const chosen = {
      round: '2',
      'place-far': '1',
      days: '8',
      'contacted-capacity': 'ten-days',
      'contacted-conflict': 'none',
      because: 'Next.',
    };
    assert.equal((await cora.post(`${shortlist()}/choose`, chosen)).status, 303);
    await world.postIsDone();
    for (const [step, answer, fields] of [
      ['confirm-ability', 'yes', { capacity: 'ten-days', conflict: 'no' }],
      ['contact-school-about-match', 'contacted', {}],
      ['confirm-system-leader', 'another-system-leader', { reasons: 'distance', reason: 'Somebody nearer.' }],
    ] as const) {
      await world.answer(reference, step, answer, { fields });
      await world.postIsDone();
    }
    const { text } = await cora.get(shortlist());
    assert.match(text, /Farid Far<\/a>: Turned down for this school \(declared by Harry Head on 8 October 2040\)\./);
  });

  it('judges the own trust by the memberships file where it dates them', async () => {
    // The register still has Orla Own’s school in the trust that it left; the file has the school of the deployment in another one.
    await world.db.query(
      `INSERT INTO school_groups (id, name, type, imported_at) VALUES ('99770', 'Own Trust', 'Multi-academy trust', now()),
         ('99779', 'New Trust', 'Multi-academy trust', now());
       INSERT INTO group_memberships (school_group, urn, joined_on, left_on, imported_at)
       SELECT given.school_group, d.urn, given.joined_on::date, given.left_on::date, now()
       FROM deployments d, (VALUES ('99770', '2020-09-01', '2040-09-01'), ('99779', '2040-09-01', NULL)) AS given (school_group, joined_on, left_on)
       WHERE d.reference = '${reference}'`,
    );
    const { text } = await cora.get(shortlist());
    assert.doesNotMatch(text, /Orla Own<\/a>: Of the same trust/);
    // Nobody says that it left the first: each of the two trusts bars its leaders, not only the one that it joined last.
    await world.db.query("UPDATE group_memberships SET left_on = NULL WHERE school_group = '99770'");
    assert.match((await cora.get(shortlist())).text, /Orla Own<\/a>: Of the same trust/);
    await world.db.query("UPDATE school_groups SET closed_on = '2040-09-01' WHERE id = '99770'");
    assert.doesNotMatch((await cora.get(shortlist())).text, /Orla Own<\/a>: Of the same trust/);
  });
});
