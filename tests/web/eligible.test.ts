import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it, onTestFinished, vi } from 'vitest';
import { londonDate } from '../../domain/time/london.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import { importInspections } from '../../register/import-inspections.ts';
import { importMemberships } from '../../register/import-memberships.ts';
import { importSample } from '../../register/import-sample.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerEligibilityRoutes } from '../../web/eligibility/routes.ts';
import { registerStartManyRoutes } from '../../web/eligibility/start-many-routes.ts';
import { registerManyRoutes } from '../../web/many/routes.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import type { User } from '../../web/shared/access.ts';
import { csvOf, testFiles } from '../kit/files.ts';
import { mustBeAccessible, mustFit, openBrowser, openDetails, picture } from '../support/browser.ts';
import { chaserOf } from '../support/chaser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

const REFERENCE = /^D\d{5}$/;
const files = testFiles();
let world: World;
beforeAll(async () => {
  world = await openWorld();
  await importSample(world.db);
  // Whoever starts many is somebody that Chaser knows.
  await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('admin', 'Alma Admin', 'alma@service.example', now())");
});
afterAll(async () => {
  await world.end();
  files.remove();
});

const app = (user: User = ADMINISTRATOR): Promise<FastifyInstance> =>
  staffApp(
    servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }),
    user,
    registerEligibilityRoutes,
    registerStartManyRoutes,
    registerManyRoutes,
    registerTodayRoutes,
    registerDeploymentRoutes,
  );
const textOf = (body: string) => body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const page = async (url: string, user?: User) => textOf((await (await app(user)).inject(url)).body);
const chaser = (...words: string[]) => chaserOf({ databaseUrl: world.databaseUrl })(...words);
const inspection = (cells: Readonly<Record<string, string>>) => ({
  URN: '990003',
  'Inspection start date': '24/01/2023',
  'Publication date': '15/03/2023',
  'Overall effectiveness': '3',
  ...cells,
});

describe('the files of inspections and memberships', () => {
  it('are taken in by name of column, and taken in again change nothing', async () => {
    const again = await importInspections(world.db, join(import.meta.dirname, '../../sample/inspections.csv'));
    assert.ok(again.ok);
    assert.deepEqual([again.value.inserted, again.value.updated, again.value.rejected], [0, 0, 0]);
    const { rows } = await world.db.query("SELECT inspected_on, grade FROM inspections WHERE urn = '990011' ORDER BY inspected_on");
    assert.deepEqual(rows, [
      { inspected_on: '2016-11-15', grade: 3 },
      { inspected_on: '2019-05-14', grade: 3 },
      { inspected_on: '2022-06-28', grade: 3 },
    ]);
    const members = await importMemberships(world.db, join(import.meta.dirname, '../../sample/memberships.csv'));
    assert.ok(members.ok);
    assert.deepEqual([members.value.inserted, members.value.updated, members.value.unchanged], [0, 0, 12]);
  });

  it('report what is wrong with a row, where it is and how to mend it, and leave it out', async () => {
    const rows = [
      inspection({ URN: '12', 'Overall effectiveness': '3' }),
      inspection({ 'Overall effectiveness': 'Splendid' }),
      inspection({ 'Inspection start date': '31/02/2023' }),
      inspection({ 'Inspection start date': '' }),
      inspection({ 'Inspection start date': '24/01/2090', 'Publication date': '' }),
      inspection({ 'Publication date': '01/01/2023' }),
      inspection({ 'Overall effectiveness': 'NULL', 'Inspection start date': 'NULL', 'Publication date': 'NULL' }),
    ];
    const imported = await importInspections(world.db, files.write(csvOf(rows)));
    assert.ok(imported.ok);
    assert.deepEqual([imported.value.read, imported.value.rejected, imported.value.withoutJudgement], [7, 6, 1]);
    assert.deepEqual(
      imported.value.findings.map(({ line, message }) => `${line}: ${message}`),
      [
        '2: "12" is not a URN.',
        '3: "Splendid" is not a judgement of overall effectiveness.',
        '4: "31/02/2023" is not a date.',
        '5: There is a judgement, and no day on which the inspection began.',
        '6: The inspection of 24 January 2090 has not begun yet.',
        '7: The judgement was published on 1 January 2023, before the inspection of 24 January 2023.',
      ],
    );
    const { rows: kept } = await world.db.query("SELECT FROM inspections WHERE urn = '990003' AND inspected_on > '2022-01-01'");
    assert.equal(kept.length, 0);
  });

  it('take of two judgements on one day the one published later, and tell of the other', async () => {
    const rows = [
      inspection({ URN: '990028', 'Inspection start date': '06/02/2018', 'Overall effectiveness': '2', 'Publication date': '20/03/2018' }),
      inspection({ URN: '990028', 'Inspection start date': '06/02/2018', 'Overall effectiveness': '3', 'Publication date': '01/03/2018' }),
    ];
    const imported = await importInspections(world.db, files.write(csvOf(rows)));
    assert.ok(imported.ok);
    assert.match(
      imported.value.findings[0]?.message ?? '',
      /Requires improvement here, and Good on line 2, which was taken because it was published later/,
    );
    const { rows: kept } = await world.db.query("SELECT grade FROM inspections WHERE urn = '990028' AND inspected_on = '2018-02-06'");
    assert.deepEqual(kept, [{ grade: 2 }]);
  });

  it('keep the judgements of a predecessor under the school that took its place', async () => {
    const row = inspection({
      URN: '990026',
      'Inspection start date': '10/03/2015',
      'Publication date': '21/04/2015',
      'Overall effectiveness': '4',
    });
    const imported = await importInspections(world.db, files.write(csvOf([{ ...row, 'URN at time of latest full inspection': '990900' }])));
    assert.ok(imported.ok);
    const { rows } = await world.db.query("SELECT urn_at_time FROM inspections WHERE urn = '990026' AND inspected_on = '2015-03-10'");
    assert.deepEqual(rows, [{ urn_at_time: '990900' }]);
  });

  it('are refused when they are of another kind, with the column that is missing', async () => {
    const school = files.write(csvOf([{ URN: '990001', EstablishmentName: 'Hillcrest' }]));
    const [one, other] = [await importInspections(world.db, school), await importMemberships(world.db, school)];
    assert.ok(!one.ok && !other.ok);
    assert.match(one.reason.message, /no columns "Inspection start date", "Publication date", "Overall effectiveness"/);
    assert.match(other.reason.message, /no columns "Group UID", "Group Name", "Group Type", "Joined date"/);
  });

  it('of memberships report a date that is missing and one that is before another', async () => {
    const row = {
      'Group UID': '99900',
      'Group Name': 'Odd Trust',
      'Group Type': 'Multi-academy trust',
      URN: '990900',
      'Joined date': '',
      'Left date': '',
    };
    const rows = [row, { ...row, URN: '990901', 'Joined date': '01-09-2020', 'Left date': '01-09-2019' }];
    const imported = await importMemberships(world.db, files.write(csvOf(rows)));
    assert.ok(imported.ok);
    assert.deepEqual(
      imported.value.findings.map(({ line, message, taken }) => [line, message, taken]),
      [
        [
          2,
          'It is not said when 990900 joined. The school counts as one of the group, but not as inspected since joining, nor as there for three years.',
          true,
        ],
        [2, 'The register has no school 990900. Its membership is kept, and counts once the register has it.', true],
        [3, '1 September 2019 is before it joined, on 1 September 2020.', false],
      ],
    );
  });
});

describe('who is eligible', () => {
  it('is listed by the command with the judgements that make it so, and what is assumed', async () => {
    const { status, stdout, stderr } = await chaser('eligible', 'tsi-2022-23', '--on', '2022-11-28', '--region', 'North West');
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /URN 990002 {2}Bobbinthorpe Brook Primary School \(North West\)\n {2}Judged to require improvement during the year\.\n {2}Requires improvement \(inspected 15 June 2022, published 14 September 2022\)\./,
    );
    assert.match(
      stdout,
      /Trust 99002 {2}Copperfield Heath Academies Trust[^]*2 of 3 inspected since joining require improvement or worse; improvement score −1\.\n {4}Cottonreel Academy \(URN 990012\), joined 1 September 2016: /,
    );
    assert.match(stdout, /Assumed:\n[^]*The improvement score is ours/);
    assert.doesNotMatch(stdout, /990001/);
  });

  it('is said of one school or trust, and why not', async () => {
    const { stdout } = await chaser('eligible', 'tsi-2022-23', '--on', '2022-11-28', '--trust', '99001', '--json');
    const { lines } = JSON.parse(stdout) as { lines: readonly { grounds: readonly string[]; why: string }[] };
    assert.equal(lines.length, 1);
    assert.deepEqual(lines[0]?.grounds, []);
    assert.match(lines[0]?.why ?? '', /^2 schools had been in the trust for three years on 1 September 2022; 0 of 2 inspected/);
    assert.match(
      (await chaser('eligible', 'tsi-2022-23', '--on', '2022-11-28', '--urn', '990012')).stdout,
      /Not eligible\.\n {2}It is in Copperfield Heath Academies Trust: support is offered to the trust\./,
    );
  });

  it('is refused for a day outside the offer and a programme without a rule, and a wrong day is wrong use', async () => {
    assert.deepEqual(
      [
        (await chaser('eligible', 'tsi-2022-23', '--on', '2026-11-28')).status,
        (await chaser('eligible', 'tsi-2022-23', '--on', 'today')).status,
      ],
      [1, 2],
    );
    const none = await chaser('eligible', 'nowhere', '--on', '2022-11-28');
    assert.equal(none.status, 1);
    assert.match(none.stderr, /No rule of eligibility is known for nowhere\./);
  });

  it('is shown on a page by region, authority, kind, reason and deployment, to each in their own places', async () => {
    const list = '/eligible?programme=tsi-2022-23&on=2022-11-28';
    const whole = await page(list);
    assert.match(whole, /4 schools and 2 trusts eligible on 28 November 2022/);
    assert.match(whole, /Bobbinthorpe Brook/);
    assert.match(await page(`${list}&kind=trust`), /0 schools and 2 trusts/);
    assert.match(await page(`${list}&because=trust-declines`), /0 schools and 2 trusts/);
    assert.match(await page(`${list}&because=half-of-trust`), /0 schools and 1 trust eligible/);
    assert.match(await page(`${list}&region=North+West&kind=school`), /2 schools and 0 trusts/);
    assert.match(await page(`${list}&authority=Manchester`), /1 school and 1 trust/);
    assert.match(await page(`${list}&q=990002`), /1 school and 0 trusts/);
    assert.match(await page(`${list}&because=not&q=loomgate`), /It is in Fernbank Learning Trust: support is offered to the trust\./);
    const london = await page(list, ofRegion('London'));
    assert.match(london, /In the places you look after nobody is eligible on that day/);
    assert.match(await page('/eligible?programme=tsi-2022-23&on=2030-01-01'), /There is a problem 1 January 2030 is outside the offer/);
    // An empty MAT, and a school that became known later in the year.
    assert.match(await page('/eligible?programme=tsi-2022-23&on=2023-08-31', ofRegion('London')), /Lea Wagtail Free School/);
  });

  it('is the same as CSV', async () => {
    const { body, headers } = await (await app()).inject('/eligible.csv?programme=tsi-2022-23&on=2022-11-28&kind=trust');
    assert.match(String(headers['content-disposition']), /eligible-tsi-2022-23-2022-11-28\.csv/);
    const lines = body.trim().split('\r\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? '', /^"trust","99002","Copperfield Heath Academies Trust","Manchester","North West","yes",/);
    assert.match(lines[1] ?? '', /Marshmallow Marsh Academy \(URN 990030\), joined 1 January 2018: Requires improvement[^"]*; Inadequate/);
  });
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** Sends the form of those who are eligible, confirms every line that is possible, and answers the page that follows. */
async function startedBy(pages: FastifyInstance, url: string, payload: string): Promise<string> {
  const asked = await pages.inject({ method: 'POST', url, payload, headers: FORM });
  assert.equal(asked.statusCode, 303, asked.body);
  const job = String(asked.headers.location);
  const lines = [...(await pages.inject(job)).body.matchAll(/name="line" value="(\d+)"/g)].map(([, number]) => `line=${number}`).join('&');
  const confirmed = await pages.inject({ method: 'POST', url: `${job}/confirm`, payload: lines, headers: FORM });
  return (await pages.inject(String(confirmed.headers.location))).body;
}

describe('starting many', () => {
  const list = '/eligible/start?programme=tsi-2022-23&on=2022-11-28';
  it('shows who begins, and who is left out and why', async () => {
    await world.db.query("UPDATE people SET job_title = email, email = '' WHERE id = 'bobbinthorpe-brook-head'");
    await world.db.query("UPDATE schools SET status = 'Closed', closed_on = '2024-08-31' WHERE urn = '990011'");
    const text = await page(list);
    assert.match(text, /Which of them should start\? \(4\)/);
    // Whoever meets the criteria is no exception, so no grounds are asked for.
    assert.doesNotMatch(text, /What we need to know at the start/);
    assert.match(text, /Left out \(2\)/);
    assert.match(
      text,
      /Bobbinthorpe Brook Primary School : Idris Quillfeather, school or trust, has no e-mail address\. Ask an administrator/,
    );
    assert.match(text, /Tramlines High School : Tramlines High School \(URN 990011\) closed on 31 August 2024\./);
    await world.db.query("UPDATE people SET email = job_title WHERE id = 'bobbinthorpe-brook-head'");
  });

  it('leaves out whoever would pass the horizon of the calendar, naming the missing year', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2028-07-03T10:00:00Z') });
    onTestFinished(() => void vi.useRealTimers());
    const text = await page(`${list}&kind=trust`);
    assert.match(text, /None of them can start now\. Left out \(2\) Copperfield Heath Academies Trust : [^:]*2028/);
  });

  it('starts those that were chosen, whose first letters go out, and leaves out what runs from then on', async () => {
    const pages = await app();
    const payload = new URLSearchParams([
      ['csrf', 'a-csrf-token'],
      ['subject', 'school:990002'],
      ['subject', 'trust:99002'],
      // Not eligible: whatever the form says, it is not started.
      ['subject', 'school:990016'],
    ]).toString();
    assert.match(textOf(await startedBy(pages, list, payload)), /2 of 2 deployments are started\./);
    const rowsOf = async () =>
      (
        await world.db.query<{ reference: string; subject: string }>(
          "SELECT reference, coalesce(urn, trust) AS subject FROM deployments WHERE programme = 'tsi-2022-23' AND status = 'running' ORDER BY subject_kind",
        )
      ).rows;
    await waitUntil('both are stored', async () => (await rowsOf()).length === 2);
    const rows = await rowsOf();
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['990002', '99002'],
    );
    assert.ok(rows.every(({ reference }) => REFERENCE.test(reference)));
    // Whenever the test runs, there are sending hours within six days.
    for (const { reference } of rows) await world.forwardTo(reference, `${addDays(londonDate(Date.now()), 6)} 17:30`);
    await world.postIsDone();
    const { rows: letters } = await world.db.query<{ reference: string; step: string; person: string; state: string }>(
      "SELECT reference, step, person, state FROM messages WHERE kind = 'request' AND step LIKE 'contact-%' ORDER BY reference",
    );
    assert.deepEqual(
      letters.map(({ reference, person, state }) => [reference, person, state]),
      rows.map(({ reference }) => [reference, 'h-applegarth', 'accepted']).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
    const sent = world.sink.arrived
      .filter(({ recipient }) => recipient === 'h.applegarth@regions.example')
      .map(({ text }) => text)
      .join();
    assert.match(sent, /Bobbinthorpe Brook Primary School/);
    assert.match(sent, /Copperfield Heath Academies Trust/);
    const again = await page(list);
    assert.match(again, /Bobbinthorpe Brook Primary School : Deployment D\d{5} is running already\./);
    assert.match(await page('/eligible?programme=tsi-2022-23&on=2022-11-28&running=yes'), /1 school and 1 trust eligible/);
    const twice = await pages.inject({ method: 'POST', url: list, payload, headers: FORM });
    assert.match(textOf((await pages.inject(String(twice.headers.location))).body), /running for this school already/);
    assert.equal((await rowsOf()).length, 2);
  });

  it('asks what the programme asks at the start and no verdict answers, and says which is missing', async () => {
    const url = '/eligible/start?programme=si-2019-20&on=2019-10-07&q=990011';
    await world.db.query("UPDATE schools SET status = 'Open', closed_on = NULL WHERE urn = '990011'");
    const { body } = await (await app()).inject(url);
    assert.match(body, /name="start-tscRegion"/);
    assert.doesNotMatch(body, /name="start-(?:tier|judgedOn-day|offeredBy)"/);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const missing = await (await app()).inject({ method: 'POST', url, payload: 'subject=school:990011', headers });
    assert.equal(missing.statusCode, 422);
    assert.match(missing.body, /href="#start-tscRegion"/);
    const payload = 'subject=school:990011&start-tscRegion=lancashire-west-yorkshire';
    assert.match(textOf(await startedBy(await app(), url, payload)), /1 of 1 deployment is started\./);
    await waitUntil(
      'it is stored',
      async () => (await world.db.query("SELECT FROM deployments WHERE programme = 'si-2019-20'")).rowCount === 1,
    );
    const { rows } = await world.db.query<{ facts: unknown }>(
      "SELECT body -> 'facts' AS facts FROM events WHERE type = 'deployment-began' AND body -> 'subject' ->> 'urn' = '990011'",
    );
    assert.deepEqual(rows[0]?.facts, {
      tier: 'tier-2',
      judgedOn: '2019-07-02',
      offeredBy: 'local-authority',
      tscRegion: 'lancashire-west-yorkshire',
    });
  });

  it('says that none is chosen, and starts nothing while the engine is away', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const none = await (await app()).inject({ method: 'POST', url: list, payload: 'csrf=a-csrf-token', headers });
    assert.equal(none.statusCode, 422);
    assert.match(textOf(none.body), /Choose at least one school or trust/);
    const away = await staffApp(servicesOf(world.db), ADMINISTRATOR, registerStartManyRoutes, registerManyRoutes);
    const waiting = textOf(await startedBy(away, list, 'subject=trust:99003'));
    assert.match(waiting, /0 of 1 done[^]*does not reply[^]*Trust 99003 Larkhaven Schools Trust Not done yet/);
    await away.close();
  });
});

describe('a trust that only the memberships know', () => {
  it('is in the list, and left out of a start because the register does not have it', async () => {
    const one = {
      'Group UID': '99077',
      'Group Name': 'New Trust',
      'Group Type': 'Multi-academy trust',
      URN: '990003',
      'Joined date': '01-09-2020',
    };
    const imported = await importMemberships(world.db, files.write(csvOf([one, { ...one, URN: '990004' }])));
    assert.ok(imported.ok);
    assert.match(
      await page('/eligible?programme=tsi-2021-22&on=2022-02-18&q=99077'),
      /New Trust Trust, code 99077, Lancashire, North West/,
    );
    const text = await page('/eligible/start?programme=tsi-2021-22&on=2022-02-18&q=99077');
    assert.match(text, /Left out \(1\) New Trust : [^.]*The register has no trust with the code 99077\./);
  });
});

describe('on a running deployment', () => {
  it('a new judgement, a transfer, and an order to become an academy are shown as something to decide', async () => {
    const { rows } = await world.db.query<{ reference: string; urn: string | null }>(
      "SELECT reference, urn FROM deployments WHERE programme = 'tsi-2022-23' ORDER BY urn NULLS LAST",
    );
    const [school, trust] = rows;
    assert.ok(school && trust);
    assert.doesNotMatch(await page('/'), /Changes to schools and trusts/);
    await world.db.query('UPDATE deployments SET began_at = $1', ['2023-01-01T10:00:00Z']);
    const judged = inspection({
      URN: '990002',
      'Inspection start date': '07/03/2023',
      'Publication date': '25/04/2023',
      'Overall effectiveness': '4',
    });
    assert.ok((await importInspections(world.db, files.write(csvOf([judged])))).ok);
    const joined = {
      'Group UID': '99001',
      'Group Name': 'Fernbank Learning Trust',
      'Group Type': 'Multi-academy trust',
      URN: '990014',
      'Joined date': '01-09-2023',
    };
    assert.ok((await importMemberships(world.db, files.write(csvOf([joined, { ...joined, URN: '990002' }])))).ok);
    const grade =
      /Bobbinthorpe Brook Primary School \(URN 990002\) has a new judgement since the deployment began: inadequate, known from 25 April 2023, after requires improvement\. An academy order follows/;
    const moved = /Copperfield Heath Academy \(URN 990014\) left the trust Copperfield Heath Academies Trust on 1 September 2023/;
    const ofSchool = await page(`/deployments/${school.reference}`);
    assert.match(ofSchool, grade);
    assert.match(
      ofSchool,
      /\(URN 990002\) joined the trust Fernbank Learning Trust on 1 September 2023, after the deployment began\. Decide whether/,
    );
    assert.doesNotMatch(ofSchool, moved);
    assert.match(await page(`/deployments/${trust.reference}`), moved);
    const today = await page('/');
    assert.match(today, /Changes to schools and trusts \(\d\)/);
    assert.match(today, grade);
    assert.match(today, moved);
    assert.doesNotMatch(await page('/', ofRegion('London')), grade);
    await world.db.query(
      "UPDATE schools SET status = 'Open, but proposed to close', closed_on = '2030-08-31', closed_because = 'Academy Converter' WHERE urn = '990002'",
    );
    assert.match(
      await page(`/deployments/${school.reference}`),
      /proposed to close on 31 August 2030 \(Academy Converter\)\. It becomes an academy, by an academy order/,
    );
  });
});

describe('the pages in a browser', () => {
  it('are accessible and fit, wide and narrow', async () => {
    const pages = await app();
    const address = await pages.listen({ host: '127.0.0.1', port: 0 });
    const browser = await openBrowser();
    try {
      for (const width of [1280, 320]) {
        const tab = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
        for (const [name, url] of [
          ['list', '/eligible?programme=tsi-2022-23&on=2023-08-31'],
          ['why-not', '/eligible?programme=tsi-2021-22&on=2022-02-18&because=not&kind=trust'],
          ['no-day', '/eligible?programme=tsi-2022-23&on=2030-01-01'],
          ['start', '/eligible/start?programme=tsi-2022-23&on=2023-08-31'],
          ['start-asks', '/eligible/start?programme=si-2019-20&on=2019-10-07'],
        ] as const) {
          await tab.goto(`${address}${url}`);
          await openDetails(tab);
          await mustBeAccessible(tab);
          await mustFit(tab);
          await picture(tab, `eligible-${name}-${width}`);
        }
      }
    } finally {
      await browser.close();
      await pages.close();
    }
  });
});
