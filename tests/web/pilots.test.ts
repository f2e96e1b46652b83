import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programmeForStart, programmeOnOffer, publishProgramme, withdrawProgramme } from '../../desk/programmes-on-offer.ts';
import { approveProgramme, proposeProgramme } from '../../desk/proposed-programmes.ts';
import { textOfVersion } from '../../desk/programme-text.ts';
import type { Programme } from '../../domain/programme.ts';
import { listReachDecisions } from '../../postgres/pinned/programme-versions.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { registerEditRoutes } from '../../web/programmes/edit-routes.ts';
import { registerProgrammesRoutes } from '../../web/programmes/routes.ts';
import { registerReachRoutes } from '../../web/programmes/reach-routes.ts';
import { registerRehearseRoutes } from '../../web/rehearse/routes.ts';
import { registerStartListRoutes } from '../../web/many/start-list-routes.ts';
import { registerStartRoutes } from '../../web/start/routes.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertSchool } from './place-deployment.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

const small = (version: number): string => SMALL_PROGRAMME.replace('version: 1', `version: ${version}`);
const LONDON = { kind: 'school', urn: '990801' } as const;
const NORTH_WEST = { kind: 'school', urn: '990001' } as const;

function read(text: string): Programme {
  const { programme, findings } = readProgramme(text, `${/^programme: (.*)$/m.exec(text)?.[1]}.yaml`);
  return programme ?? assert.fail(JSON.stringify(findings));
}

describe('a version that is tried in one region', () => {
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof staffApp>>;
  let other: Awaited<ReturnType<typeof staffApp>>;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertSchool(database.pool, LONDON.urn, 'Thames School', { authority: '801', region: 'London' });
    await insertSchool(database.pool, NORTH_WEST.urn, 'Mersey School', { authority: '888', region: 'North West' });
    const pages = [
      registerRehearseRoutes,
      registerProgrammesRoutes,
      registerReachRoutes,
      registerEditRoutes,
      registerStartRoutes,
      registerStartListRoutes,
    ];
    const services = servicesOf(database.application);
    app = await staffApp(services, { ...ADMINISTRATOR, person: 'coordinator' }, ...pages);
    other = await staffApp(services, { ...ADMINISTRATOR, person: 'region' }, ...pages);
    assert.ok((await publishProgramme(database.application, read(small(1)), 'coordinator', { content: small(1) })).ok);
  });
  afterAll(async () => {
    await app.close();
    await other.close();
    await database.end();
  });

  const post = (url: string, payload: Record<string, string | string[]> = {}, on = app) => {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(payload)) for (const one of [value].flat()) form.append(name, one);
    return on.inject({ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: form.toString() });
  };
  const words = async (url: string, on = app) => (await on.inject(url)).body.replaceAll(/\s+/g, ' ');
  const begins = async (subject: typeof LONDON | typeof NORTH_WEST) => {
    const found = await programmeForStart(database.application, 'small', subject);
    return found.ok ? found.value.version : found.reason.kind;
  };

  it('is begun with there only: on the page, in a list of starts, and not by those that run', async () => {
    const pilot = { text: small(2), after: '1', where: 'some', region: 'London', because: 'Tried in London first.' };
    const none = await post('/programmes/publish', { ...pilot, region: [] });
    assert.match(none.body, /Select at least one region/);
    assert.equal(await begins(LONDON), 1, 'nothing is published without a region');
    assert.equal((await post('/programmes/publish', pilot)).statusCode, 303);
    assert.deepEqual([await begins(LONDON), await begins(NORTH_WEST)], [2, 1]);

    const plan = (urn: string) => words(`/start?subject=school:${urn}&programme=small`);
    assert.match(await plan(LONDON.urn), /version 2/);
    assert.match(await plan(NORTH_WEST.urn), /version 1/);
    const made = await post('/many/start', { programme: 'small', urns: `${LONDON.urn}\n${NORTH_WEST.urn}`, asked: 'yes' });
    assert.equal(made.statusCode, 303, made.body);
    const { rows } = await database.pool.query<{ target: string; version: number; preview: string[]; outcome: string | null }>(
      `SELECT line.target, coalesce((line.given ->> 'version')::int, job.programme_version) AS version, line.preview, line.outcome
       FROM many_lines line JOIN many_jobs job ON job.id = line.job ORDER BY line.target`,
    );
    assert.deepEqual(
      rows.map(({ target, version }) => [target, version]),
      [
        [NORTH_WEST.urn, 1],
        [LONDON.urn, 2],
      ],
    );
    // Nobody is known who could be asked, so the lines are not possible: as if somebody were.
    await database.pool.query("UPDATE many_lines SET state = 'possible'");
    assert.match(await words('/programmes/small'), /begin with it in all regions\. <a[^>]*>Version 2<\/a> is a pilot in London\./);
  });

  it('is widened, with who, when and why, after a look at what changes', async () => {
    const page = await words('/programmes/small/versions/2/widen');
    assert.match(page, /New deployments in North East, [^.]* begin with version 2 instead of version 1\./);
    assert.match(page, /1 start that is prepared in a list keeps version 1\./);
    assert.equal((await post('/programmes/small/versions/2/widen', { where: 'all', because: ' ' })).statusCode, 400);
    assert.equal(
      (await post('/programmes/small/versions/2/widen', { where: 'some', region: 'South West', because: 'Next.' })).statusCode,
      303,
    );
    assert.deepEqual([await begins(LONDON), await begins(NORTH_WEST)], [2, 1], 'London is still in the pilot');
    const done = await post('/programmes/small/versions/2/widen', { where: 'all', because: 'It worked in London.' });
    assert.equal(done.headers.location, '/programmes/small/versions?done=widened');
    assert.equal(await begins(NORTH_WEST), 2);
    assert.match(
      await words('/programmes/small/versions?done=widened'),
      /Success.*Version 2: Widened to all regions<\/strong><br>[^<]*, Cora Coordinator<br>Why: It worked in London\..*Widened to London and South West/,
    );
  });

  it('is withdrawn: new deployments begin with the former one, and the last one cannot be', async () => {
    const page = await words('/programmes/small/versions/2/withdraw');
    assert.match(page, /New deployments in all regions begin with version 1 instead of version 2\./);
    assert.equal((await post('/programmes/small/versions/2/withdraw', { because: '' })).statusCode, 400);
    const done = await post('/programmes/small/versions/2/withdraw', { because: 'The dates of stage 1 are wrong.' });
    assert.equal(done.headers.location, '/programmes/small/versions?done=withdrawn');
    assert.deepEqual([await begins(LONDON), await begins(NORTH_WEST)], [1, 1]);
    const shown = await programmeOnOffer(database.application, 'small');
    assert.equal(shown.ok && shown.value.version, 1);
    const again = await post('/programmes/small/versions/2/withdraw', { because: 'Once more.' });
    assert.deepEqual([again.statusCode, /is withdrawn already/.test(again.body)], [409, true]);
    const last = await post('/programmes/small/versions/1/withdraw', { because: 'All of it.' });
    assert.equal(last.statusCode, 409);
    assert.match(last.body, /There is no earlier version of small with which new deployments could begin\./);
    assert.equal((await listReachDecisions(database.application, 'small'))[0]?.because, 'The dates of stage 1 are wrong.');
    await assert.rejects(database.application.query("UPDATE programme_reach SET because = ''"), { code: '42501' });
  });

  it('cannot be begun outside its regions where no former version is there, and says so', async () => {
    const fresh = small(1).replace('programme: small', 'programme: fresh');
    assert.ok((await publishProgramme(database.application, read(fresh), 'coordinator', { regions: ['London'] })).ok);
    const refused = await app.inject(`/start?subject=school:${NORTH_WEST.urn}&programme=fresh`);
    assert.equal(refused.statusCode, 422);
    assert.match(refused.body, /fresh is a pilot in London only, and deployments in North West cannot begin with it yet\./);
    assert.equal((await app.inject(`/start?subject=school:${LONDON.urn}&programme=fresh`)).statusCode, 200);
    const withdrawn = await withdrawProgramme(database.application, 'fresh', 1, { by: 'coordinator', because: 'Not yet.' });
    assert.equal(!withdrawn.ok && withdrawn.reason.kind, 'no-former-version');
    const narrowed = await publishProgramme(database.application, read(fresh), 'coordinator', { regions: ['South West'] });
    assert.equal(!narrowed.ok && narrowed.reason.kind, 'counts-in-more');
  });

  it('needs the second person as any publication does, who reads where and why', async () => {
    const proposed = await proposeProgramme(database.application, read(small(3)), small(3), 'coordinator', {
      regions: ['London'],
      because: 'Tried once more.',
    });
    assert.ok(proposed.ok);
    assert.equal(await begins(LONDON), 1);
    assert.ok((await approveProgramme(database.application, proposed.value, 'region')).ok);
    assert.deepEqual([await begins(LONDON), await begins(NORTH_WEST)], [3, 1]);
    const [decision] = await listReachDecisions(database.application, 'small');
    assert.deepEqual([decision?.by, decision?.approvedBy, decision?.because], ['Cora Coordinator', 'Rosa Region', 'Tried once more.']);
  });

  it('is written in a draft of one’s own, which others are told of and two windows cannot overwrite', async () => {
    assert.match((await app.inject('/programmes/small/edit')).body, /Version 3/);
    assert.equal((await post('/programmes/small/edit/start', { version: '99' })).statusCode, 400);
    assert.equal((await post('/programmes/small/edit/start', { version: '1' })).statusCode, 303);
    const draft = await words('/programmes/small/edit?done=begun');
    assert.match(draft, /Your draft begins with the text of version 1/);
    assert.match(draft, /version: 4 /, 'the next number');
    assert.match(await words('/programmes/small/edit', other), /Cora Coordinator is writing a version of this programme, too\./);

    const faulty = small(4).replace('begins: find-helper', 'begins: nothing');
    const line = faulty.split('\n').findIndex((one) => one.startsWith('begins:')) + 1;
    assert.equal((await post('/programmes/small/edit', { text: faulty, revision: '1' })).statusCode, 303);
    const checked = await words('/programmes/small/edit?checked=yes');
    assert.match(checked, new RegExp(`href="#line-${line}" data-line="${line}">Line ${line}, column`));
    assert.match(checked, new RegExp(`id="line-${line}" class="chaser-numbered__line--found">`));
    const lost = await post('/programmes/small/edit', { text: small(4), revision: '1' });
    assert.equal(lost.statusCode, 409);
    assert.match(lost.body, /was saved in another window meanwhile/);
    assert.ok(lost.body.includes('find-helper'), 'what was typed is still in the field');
    const saved = await post('/programmes/small/edit/save', { text: small(4), revision: '2' });
    assert.deepEqual(saved.json<{ readonly findings: unknown[] }>().findings, []);
    assert.equal((await post('/programmes/small/edit/save', { text: faulty, revision: '2' })).statusCode, 409);
  });

  it('is rehearsed with a scenario and compared from the draft, and the draft goes once it is published', async () => {
    const changed = small(4).replace('title: A small offer', 'title: A smaller offer');
    assert.equal((await post('/programmes/small/edit/save', { text: changed, revision: '3' })).statusCode, 200);
    const compared = await words('/programmes/small/edit/compare');
    assert.match(compared, /Against version 1, from which it began.*A small offer<\/td>.*A smaller offer/);
    const own = 'programme: small\ntitle: Nobody answers\nstart: 2022-10-10\neveryone: silent\n';
    const rehearsed = await post('/programmes/small/edit/rehearse', { scenario: 'own', own, start: '', authority: 'lancashire' });
    assert.match(rehearsed.body, /Nobody answers[\s\S]*Lasts until/);
    const wrong = await post('/programmes/small/edit/rehearse', {
      scenario: 'own',
      own: own.replace('silent', 'mute'),
      authority: 'lancashire',
    });
    assert.equal(wrong.statusCode, 422);
    assert.match(wrong.body, /Line 4 of the scenario/);
    const look = await post('/programmes/publish/check', { text: changed });
    assert.match(look.body, /A smaller offer/);
    const published = await post('/programmes/publish', { text: changed, after: '1', where: 'all', because: 'The guidance of May.' });
    assert.equal(published.statusCode, 303, published.body);
    assert.equal(await textOfVersion(database.application, 'small', 4), changed);
    assert.match(await words('/programmes/small/edit'), /Begin a draft/);
  });
});
