import assert from 'node:assert/strict';
import { afterAll, beforeAll, onTestFinished, test } from 'vitest';
import { readWaiting } from '../../postgres/views/waiting.ts';
import type { User } from '../../web/shared/access.ts';
import { registerRegionRoutes } from '../../web/region/routes.ts';
import { registerWallboardRoutes } from '../../web/region/wallboard.ts';
import { mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  const { pool: db } = database;
  await insertPeople(db);
  await insertSchool(db, '990902', 'Riverside Academy', { authority: '991', region: 'London' });
  await placeDeployment(db, 'D00001', {
    open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(8) }],
    escalated: { step: 'confirm-participation', to: 'regional-team', daysAgo: 2 },
  });
  await placeDeployment(db, 'D00002', {
    open: [{ step: 'engage-system-leader', dueOn: workingDaysAgo(12) }],
    escalated: { step: 'engage-system-leader', to: 'regional-team', daysAgo: 5 },
  });
  await placeDeployment(db, 'D00003', {
    urn: '990902',
    open: [{ step: 'contact-school', dueOn: workingDaysAgo(4) }],
    escalated: { step: 'contact-school', to: 'regional-senior', daysAgo: 1 },
  });
  await placeDeployment(db, 'D00004', { open: [{ step: 'approve-match', dueOn: workingDaysAgo(-3) }] });
  await placeDeployment(db, 'D00005', { open: [{ step: 'report-agreement', dueOn: workingDaysAgo(-2) }] });
  await insertSchool(db, '990903', 'Lakeside School', { authority: '992', region: 'East Midlands' });
  await placeDeployment(db, 'D00007', {
    urn: '990903',
    open: [
      { step: 'approve-match', dueOn: workingDaysAgo(6) },
      { step: 'sign-form', dueOn: workingDaysAgo(5) },
    ],
    escalated: { step: 'sign-form', to: 'regional-team', daysAgo: 2 },
  });
  await db.query(
    `INSERT INTO clock_stops (reference, stop, step, round, category, because, by_person, stopped_at, from_on, expected_end)
     VALUES ('D00007', 1, NULL, NULL, 'illness', 'Ill.', 'coordinator', now(), '2026-01-05', '2099-01-01')`,
  );
  await placeDeployment(db, 'D00006', { open: [{ step: 'sign-form', dueOn: workingDaysAgo(-2) }] });
});
afterAll(() => database.end());

/** The references below each heading of the page. */
async function sections(user: User): Promise<Record<string, string>> {
  const app = await staffApp(servicesOf(database.pool), user, registerRegionRoutes);
  const { statusCode, body } = await app.inject('/region');
  assert.equal(statusCode, 200, body);
  return Object.fromEntries(
    body
      .split('<h2')
      .slice(1)
      .map((part) => [
        /govuk-heading-m">([^<]*)</.exec(part)?.[1] ?? '',
        [...part.matchAll(/deployments\/(D\w+)"/g)].map(([, reference]) => reference).join(' '),
      ]),
  );
}

test('a regional team sees its own escalations, the oldest first, what is late, and what it is to approve now and next', async () => {
  assert.deepEqual(await sections(ofRegion('North West')), {
    'Escalated to us': 'D00002 D00001',
    'Late, by who we are waiting for': 'D00002 D00001',
    'For us to do or approve': 'D00004',
    'Coming to us next': 'D00002 D00001 D00005',
  });
});

test('another region sees its own deployments', async () => {
  assert.deepEqual(await sections(ofRegion('London')), {
    'Escalated to us': 'D00003',
    'Late, by who we are waiting for': 'D00003',
    'For us to do or approve': 'D00003',
    'Coming to us next': '',
  });
});

test('a region without any work says so', async () => {
  const app = await staffApp(servicesOf(database.pool), ofRegion('South West'), registerRegionRoutes);
  const { body } = await app.inject('/region');
  for (const said of [
    'There are no escalations to us.',
    'Nothing is late.',
    'Nothing is waiting for the regional team.',
    'Nothing is coming up.',
  ])
    assert.ok(body.includes(said));
});

test('the page says to whom a step was escalated, when, how late it is and whose court the ball is in', async () => {
  const app = await staffApp(servicesOf(database.pool), ofRegion('North West'), registerRegionRoutes);
  const { body } = await app.inject('/region');
  assert.match(body, /Escalated on \d+ \w+ \d{4}, now with Rosa Region/);
  assert.match(body, /8 school days late/);
  assert.match(body, /12 working days late/);
  assert.match(body, /School or trust: 1</);
});

test('a step past its date while its clock is stopped is shown apart, and is not late', async () => {
  const { body } = await (await staffApp(servicesOf(database.pool), ofRegion('East Midlands'), registerRegionRoutes)).inject('/region');
  assert.match(body, /Nothing is late\./);
  assert.doesNotMatch(body, /Not acknowledged/);
  assert.doesNotMatch(body, /days late/);
  assert.equal(body.match(/Paused since 5 January 2026/g)?.length, 2, 'the escalation, and what is to be approved');
  const { lateSteps } = await readWaiting(database.pool);
  await database.pool.query("UPDATE clock_stops SET resumed_on = '2026-01-06' WHERE reference = 'D00007'");
  const running = await (await staffApp(servicesOf(database.pool), ofRegion('East Midlands'), registerRegionRoutes)).inject('/region');
  assert.match(running.body, /Late, by who we are waiting for.*6 working days late/s);
  assert.equal((await readWaiting(database.pool)).lateSteps, lateSteps + 2);
  await database.pool.query("UPDATE clock_stops SET resumed_on = NULL WHERE reference = 'D00007'");
});

test('a deployment whose clock was moved on is as late as its own clock says', async () => {
  const { pool: db } = database;
  await insertSchool(db, '990904', 'Moorside School', { authority: '993', region: 'South East' });
  await placeDeployment(db, 'D00008', { urn: '990904', open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(-2) }] });
  const page = async () => (await (await staffApp(servicesOf(db), ofRegion('South East'), registerRegionRoutes)).inject('/region')).body;
  assert.match(await page(), /Nothing is late\./);
  await db.query(
    `INSERT INTO events (reference, sequence, type, at, body)
     SELECT reference, sequence + 1, 'rung-reached', ($1::date + time '12:00') AT TIME ZONE 'Europe/London', '{}' FROM deployments WHERE reference = 'D00008'`,
    [workingDaysAgo(-5)],
  );
  await db.query("UPDATE deployments SET sequence = sequence + 1 WHERE reference = 'D00008'");
  assert.match(await page(), /School or trust: 1<.*3 school days late/s);
});

test('the page is accessible and fits a telephone', async () => {
  const app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerRegionRoutes);
  onTestFinished(() => app.close());
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  for (const width of [1280, 360]) {
    const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
    await page.goto(`${address}/region`);
    await picture(page, `chaser-region-${width}`);
    await mustBeAccessible(page);
    assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, `wider than ${width} px`);
  }
});

test('the wallboard counts the region, and names the five that are late longest and no person', async () => {
  const app = await staffApp(servicesOf(database.pool), ofRegion('North West'), registerWallboardRoutes);
  onTestFinished(async () => {
    await app.close();
  });
  const board = async (address: string) => {
    const { statusCode, body, headers } = await app.inject(address);
    assert.equal(statusCode, 200, body);
    const counts = Object.fromEntries(
      [...body.matchAll(/<dt>([^<]*)<\/dt><dd>(\d+)<\/dd>/g)].map(([, text = '', value]) => [text, Number(value)]),
    );
    const worst = [...body.matchAll(/<li><a [^>]*href="\/deployments\/(D\d+)"/g)].map(([, reference]) => reference);
    return { counts, worst, body, refresh: headers['refresh'] };
  };
  const { counts, worst, body, refresh } = await board('/region/wallboard');
  assert.equal(refresh, '60');
  assert.deepEqual(
    { ...counts, 'Due this week': null },
    {
      Running: 5,
      Late: 2,
      'Escalations to take on': 2,
      'Promises that have passed': 0,
      'Calls to make': 0,
      'Due this week': null,
      Paused: 0,
    },
  );
  assert.deepEqual(worst, ['D00002', 'D00001'], 'the longest late first, and nothing of another region');
  assert.match(body, /12 working days late\. Waiting for: RDP coordinator/);
  for (const name of ['Harry Head', 'Cora Coordinator', 'Rosa Region<'])
    assert.ok(!/<main[\s\S]*<\/main>/.exec(body)?.[0].includes(name), name);
  const other = await board('/region/wallboard?region=London&refresh=no');
  assert.equal(other.refresh, undefined);
  assert.deepEqual(other.worst, worst, 'a region that is not theirs shows nothing more');
});

test('the wallboard of all regions shows one of them when asked, and leaves out what is paused', async () => {
  const app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerWallboardRoutes);
  onTestFinished(async () => {
    await app.close();
  });
  const { body } = await app.inject('/region/wallboard?region=East+Midlands');
  assert.match(body, /<h1 [^>]*>East Midlands<\/h1>/);
  assert.match(body, /<dt>Paused<\/dt><dd>1<\/dd>/);
  assert.match(body, /Nothing is late\./);
  assert.match((await app.inject('/region/wallboard?region=London')).body, /Riverside Academy/);
  assert.match((await app.inject('/region/wallboard?region=Atlantis')).body, /<h1 [^>]*>All regions<\/h1>/);
});
