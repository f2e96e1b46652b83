import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, onTestFinished, test } from 'vitest';
import { registerDeploymentsRoutes } from '../../web/deployments/routes.ts';
import { mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PARTIES } from '../support/people.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { ADMINISTRATOR, ofArea, ofRegion, servicesOf, staffApp } from './staff-app.ts';
import type { User } from '../../web/shared/access.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  const { pool: db } = database;
  await insertPeople(db);
  await insertSchool(db, '990902', 'Riverside_100% Academy of St Ethelbun’s Café', { authority: '991', region: 'London' });
  await insertSchool(db, '990903', '=HYPERLINK("https://evil.example")', { authority: '992', region: 'North West' });
  await db.query("UPDATE people SET name = $1 WHERE id = 'leader'", ['Zoë O’Leader'.normalize('NFD')]);
  await db.query("INSERT INTO areas (id, name, region) VALUES ('the-coast', 'The coast', 'North West')");
  await db.query("INSERT INTO area_authorities (area, authority) VALUES ('the-coast', '992')");
  await placeDeployment(db, 'D00001', { open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }] });
  await placeDeployment(db, 'D00002', {
    urn: '990902',
    parties: { ...PARTIES, 'system-leader': ['leader'] },
    open: [
      { step: 'complete-deployment', dueOn: workingDaysAgo(-40), openedDaysAgo: 30 },
      { step: 'check-in', dueOn: workingDaysAgo(7), openedDaysAgo: 10 },
    ],
  });
  await placeDeployment(db, 'D00003', { urn: '990903', open: [{ step: 'contact-school', dueOn: workingDaysAgo(-1) }] });
  await placeDeployment(db, 'D00004', { open: [{ step: 'contact-school', dueOn: workingDaysAgo(9) }], declined: true });
});
afterAll(() => database.end());

async function get(url: string, user: User = ADMINISTRATOR) {
  const app = await staffApp(servicesOf(database.pool), user, registerDeploymentsRoutes);
  const { statusCode, body, headers } = await app.inject(url);
  assert.equal(statusCode, 200, body);
  return { body, headers };
}

/** The references on the page, in order. */
async function found(query: string, user?: User): Promise<string> {
  const { body } = await get(`/deployments?${query}`, user);
  return [...body.matchAll(/href="\/deployments\/(\w+)"/g)].map(([, reference]) => reference).join(' ');
}

test('the list shows the earliest due first, and ended deployments last', async () => {
  assert.equal(await found(''), 'D00001 D00003 D00002 D00004');
});

for (const [what, query, references] of [
  ['a name, though it is written otherwise', 'q=riverside', 'D00002'],
  ['a URN', 'q=990902', 'D00002'],
  ['a reference', 'q=d00003', 'D00003'],
  ['somebody who holds a role', 'q=leader', 'D00002'],
  ['somebody whose name was stored with its accent apart', "q=Zoe+O'Leader", 'D00002'],
  ['an accent that was not typed', 'q=cafe', 'D00002'],
  ['an accent that was typed apart from its letter', `q=${encodeURIComponent('CAFÉ'.normalize('NFD'))}`, 'D00002'],
  ['an accent that was typed', `q=${encodeURIComponent('café')}`, 'D00002'],
  ['an apostrophe of another kind', "q=st+ethelbun's", 'D00002'],
  ['a name with something in it that cannot be seen', 'q=River%E2%80%8Bside', 'D00002'],
  ['a sign that stands for anything elsewhere', 'q=_100%25', 'D00002'],
  ['such a sign alone', 'q=%25%25', ''],
  ['a region', 'region=London', 'D00002'],
  ['an area', 'area=the-coast', 'D00003'],
  ['a programme', 'programme=tsi-2019', ''],
  ['a stage', 'stage=deployment-completed', 'D00002'],
  ['whose court', 'court=school', 'D00001'],
  ['what is late', 'late=yes', 'D00001 D00002'],
  ['a system leader', 'leader=leader', 'D00002'],
  ['a status', 'status=declined', 'D00004'],
  ['a status that is none, which is left alone', 'status=asleep', 'D00001 D00003 D00002 D00004'],
  ['a local authority', 'authority=992', 'D00003'],
  ['what is late by more than two weeks', 'late=long', ''],
  ['what is due within a week', 'late=soon', 'D00003'],
  ['what is not late', 'late=no', 'D00003'],
  ['what is paused', 'late=paused', ''],
  ['what nobody here watches', 'watched=yes', ''],
  ['several things at once', 'late=yes&region=North+West', 'D00001'],
  ['a word twice, of which none is taken', 'q=a&q=b', 'D00001 D00003 D00002 D00004'],
  ['NUL, which PostgreSQL refuses', 'q=%00', 'D00001 D00003 D00002 D00004'],
] as const) {
  test(`the list can be narrowed by ${what}`, async () => assert.equal(await found(query), references));
}

test('sorted by lateness, the list starts with the longest late, whether or not its late step is the oldest', async () => {
  assert.equal(await found('sort=late'), 'D00002 D00001 D00003 D00004');
});

test('each filter that is on is shown in words and can be taken away alone', async () => {
  const { body } = await get('/deployments?late=yes&area=the-coast&q=%3Cb%3E&sort=name');
  const chips = [
    ...body.matchAll(/<a class="govuk-link govuk-link--no-visited-state" href="([^"]+)"><span[^>]*>Remove the filter <\/span>([^<]+?) </g),
  ];
  assert.deepEqual(
    chips.map(([, href = '', words]) => [words, href.replaceAll('&amp;', '&')]),
    [
      ['Search: &lt;b&gt;', '/deployments?area=the-coast&late=yes&sort=name'],
      ['Lateness: Late', '/deployments?q=%3Cb%3E&area=the-coast&sort=name'],
      ['Area: The coast', '/deployments?q=%3Cb%3E&late=yes&sort=name'],
    ],
  );
  assert.doesNotMatch((await get('/deployments')).body, /Filters that are on/);
});

test('a paused deployment is found as paused, and is not late', async () => {
  const paused = `INSERT INTO clock_stops (reference, stop, category, because, by_person, stopped_at, from_on, expected_end)
    VALUES ('D00001', 99, 'illness', 'Ill.', 'coordinator', now(), '2020-01-02', '2099-01-01')`;
  await database.pool.query(paused);
  onTestFinished(async () => void (await database.pool.query("DELETE FROM clock_stops WHERE reference = 'D00001'")));
  assert.equal(await found('late=paused'), 'D00001');
  assert.equal(await found('late=yes'), 'D00002');
  assert.match((await get('/deployments?late=paused')).body, />\s*Paused\s*</);
});

test('only somebody who may change deployments is offered to change many at once', async () => {
  assert.match((await get('/deployments')).body, /Change many at once[\s\S]*All 4 that match/);
  const reader: User = { ...ADMINISTRATOR, roles: [{ role: 'read-only', region: '', area: '' }] };
  assert.doesNotMatch((await get('/deployments', reader)).body, /Change many at once|name="deployment"/);
});

test('the list can be sorted by name', async () => {
  assert.equal(await found('sort=name'), 'D00003 D00001 D00004 D00002');
});

test('a row says whom it waits for, by when, and how late in the days that the step is counted in', async () => {
  const { body } = await get('/deployments?q=D00001');
  assert.match(body, /1 deployment</);
  assert.match(body, /Waiting for: <strong>School or trust</);
  assert.match(body, /3 school days late/);
  assert.match(body, /1 School or trust identified as eligible/);
});

test('a late step that is not the oldest is named', async () => {
  assert.match((await get('/deployments?q=D00002')).body, /Check in on the support:[\s\S]*7 working days late/);
});

test('a deployment that has ended is not late', async () => {
  const { body } = await get('/deployments?q=D00004');
  assert.match(body, /Declined/);
  assert.doesNotMatch(body, /days late/);
});

test('nobody sees a deployment of another region, or can filter by what only that deployment has', async () => {
  assert.equal(await found('', ofRegion('North West')), 'D00001 D00003 D00004');
  const { body } = await get('/deployments', ofRegion('North West'));
  assert.doesNotMatch(body, />London<|O’Leader|Riverside/);
  assert.equal(await found('region=London', ofRegion('North West')), '');
});

test('a coordinator sees their own area only, in the CSV too', async () => {
  assert.equal(await found('', ofArea('the-coast')), 'D00003');
  const rows = parse((await get('/deployments.csv', ofArea('the-coast'))).body, { bom: true });
  assert.deepEqual(
    rows.slice(1).map(([reference]) => reference),
    ['D00003'],
  );
});

test('what was searched for is escaped on the page', async () => {
  const { body } = await get('/deployments?q=%3Cscript%3Ealert(1)%3C/script%3E');
  assert.doesNotMatch(body, /<script/);
  assert.match(body, /No deployment matches/);
});

test('the CSV holds the same as the page, and no formula', async () => {
  const { body, headers } = await get('/deployments.csv?region=North+West');
  assert.equal(headers['content-type'], 'text/csv; charset=utf-8');
  assert.match(String(headers['content-disposition']), /^attachment; filename="deployments-\d{4}-\d\d-\d\d\.csv"$/);
  assert.equal(headers['content-length'], undefined, 'it is sent while it is written');
  const rows = parse<Record<string, string>>(body, { bom: true, columns: true });
  assert.deepEqual(
    rows.map((row) => [row['Reference'], row['School or trust'], row['Due'], row['Late by'], row['Counted in']]),
    [
      ['D00001', 'Hillside Church of England Primary School', workingDaysAgo(3), '3', 'school days'],
      ['D00003', '\'=HYPERLINK("https://evil.example")', workingDaysAgo(-1), '', ''],
      ['D00004', 'Hillside Church of England Primary School', '', '', ''],
    ],
  );
});

test('25 deployments are on a page, and every deployment is on exactly one page', async () => {
  const many = await freshDatabase();
  onTestFinished(() => many.end());
  await insertPeople(many.pool);
  const references = Array.from({ length: 56 }, (_, at) => `D1${String(at).padStart(4, '0')}`);
  for (const reference of references) {
    await placeDeployment(many.pool, reference, { open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(2) }] });
  }
  const app = await staffApp(servicesOf(many.pool), ADMINISTRATOR, registerDeploymentsRoutes);
  const pages = await Promise.all([1, 2, 3, 99].map((page) => app.inject(`/deployments?late=yes&page=${page}`)));
  const shown = pages.map(({ body }) => [...body.matchAll(/href="\/deployments\/(\w+)"/g)].map(([, reference]) => reference));
  assert.deepEqual(
    shown.map(({ length }) => length),
    [25, 25, 6, 6],
  );
  assert.deepEqual(shown.slice(0, 3).flat(), references);
  assert.match(pages[0]?.body ?? '', /href="\/deployments\?late=yes&amp;page=2"/);
  assert.match(pages[1]?.body ?? '', /<title>Deployments, page 2 – Chaser<\/title>/);
});

test('the list is accessible and fits a telephone', async () => {
  const app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerDeploymentsRoutes);
  onTestFinished(() => app.close());
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  for (const width of [1280, 360]) {
    // axe needs a browser context of its own.
    const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
    await page.goto(`${address}/deployments`);
    await mustBeAccessible(page);
    await picture(page, `chaser-deployments-${width}`);
    assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, `wider than ${width} px`);
  }
});
