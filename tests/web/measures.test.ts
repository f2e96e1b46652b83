import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { findWrongLogs } from '../../cli/doctor-logs.ts';
import { reportFormsReturned } from '../../desk/forms-returned.ts';
import { reportMeasure } from '../../desk/measures.ts';
import type { MeasureReport } from '../../desk/measures.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { MEASURES } from '../../domain/measures/evaluation.ts';
import { knownLife, MEASURED_KINDS } from '../../domain/measures/known-life.ts';
import type { MeasuredEvent } from '../../domain/measures/known-life.ts';
import { beginCounting } from '../../domain/measures/report.ts';
import type { School } from '../../domain/measures/tally.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { measuresReport } from '../../outputs/measures.ts';
import { writeReport } from '../../outputs/write-report.ts';
import { createCountingThreads } from '../../postgres/counting/threads.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { listWrongLogs } from '../../postgres/views/logged-lives.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { askedEvents, eventsIn } from '../../postgres/views/logged-events.ts';
import { readLogs, whichBegan } from '../../postgres/views/measures.ts';
import type { LoggedDeployment } from '../../postgres/views/logged-deployment.ts';
import { mustLoad } from '../kit/chronology.ts';
import { measuredLives } from '../kit/measured-lives.ts';
import { mustBeAccessible, mustFit, openBrowser } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { chaserOf } from '../support/chaser.ts';
import { insertPeople } from '../support/people.ts';
import { storeInWakeUps } from '../support/store-in-wake-ups.ts';
import { untilLockIsWaitedFor } from '../support/wait-until.ts';
import { createApp } from '../../web/app.ts';
import { registerMeasuresRoutes } from '../../web/measures/routes.ts';
import { FORMAT_NAMES } from '../../web/shared/downloads.ts';
import { signedInAs } from './guarded-app.ts';
import { insertSchool } from './place-deployment.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

const EVERYTHING = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
const ASOF = plainDate('2023-02-15');
const LATER = plainDate('2023-12-01');
/** What an event may leave unsaid, and its log says. */
const NOT_SAID: Readonly<Record<string, object>> = { 'deployment-began': { facts: {} }, 'due-date-moved': { originalDueOn: null } };

describe('the measures of the evaluation in the record', () => {
  let database: TestDatabase;
  const lived = measuredLives(40, 11);
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertSchool(database.pool, '990000', 'Riverside Academy', { authority: '991', region: 'London' });
    await keepProgramme(database.pool, mustLoad('si-2019-20'));
    for (const calendar of lived.calendars.values()) await keepCalendar(database.pool, calendar);
    const record = createRecord(database.pool, { mailrooms: 1, gatheringMs: 0 });
    for (const [at, life] of lived.lives.entries()) await storeInWakeUps(record, life, at);
  });
  afterAll(() => database.end());

  it('are counted from PostgreSQL as from the events themselves, as known then and as known now', async () => {
    const kinds: ReadonlySet<string> = new Set(MEASURED_KINDS);
    const { rows } = await database.pool.query<{ typeGroup: string | null; trust: string | null }>(
      `SELECT type_group AS "typeGroup", trust FROM schools WHERE urn = '990000'`,
    );
    const [row] = rows;
    assert.ok(row);
    const school: School = { region: 'London', phase: null, type: row.typeGroup ?? '', surroundings: null, inTrust: row.trust !== null };
    for (const knownAt of [ASOF, LATER]) {
      for (const measure of MEASURES.filter(
        ({ parts }) => parts.length > 0 && parts.every(({ kind }) => kind !== 'unreachable' && kind !== 'followed'),
      )) {
        const calendarOf = (version: string) => lived.calendars.get(version) ?? assert.fail(version);
        const counting = beginCounting({ measure, by: 'tier', asOf: ASOF, calendarOf });
        for (const events of lived.lives) {
          const some = events.filter((event): event is Extract<ChronologyEvent, { type: MeasuredEvent['type'] }> => kinds.has(event.type));
          const life = knownLife(some, { asOf: ASOF, knownAt });
          if (life !== null) counting.add({ life, school, leaderOn: () => null });
        }
        const report = await reportMeasure(database.pool, { ...EVERYTHING, measure, by: 'tier', asOf: ASOF, knownAt });
        assert.deepEqual(report.sections, counting.sections(), `${measure.id} known at ${knownAt}`);
        assert.equal(report.deployments, lived.lives.length);
      }
    }
  });

  it('are counted from logs that say what the events say, however many were stored at once', async () => {
    const references = lived.lives.map((_, at) => `L${at}`);
    assert.deepEqual(await listWrongLogs(database.pool, references), []);
    const all = askedEvents({ kinds: MEASURED_KINDS, ofSteps: [] });
    const { rows } = await database.pool.query<{ reference: string; log: string }>('SELECT reference, log FROM logged_lives');
    const logs = new Map(rows.map(({ reference, log }) => [reference, log]));
    const kinds: ReadonlySet<string> = new Set(MEASURED_KINDS);
    for (const [at, events] of lived.lives.entries()) {
      const logged = eventsIn(logs.get(`L${at}`) ?? '', all);
      const expected = events.filter(({ type }) => kinds.has(type));
      assert.equal(logged.length, expected.length);
      // What is left out of an event is left out; what is there is what it said.
      for (const [place, event] of logged.entries())
        assert.deepEqual({ ...expected[place], ...event }, { ...NOT_SAID[event.type], ...expected[place] });
    }
  });

  it('are counted from logs that are read some at a time, each deployment once, in the order of references', async () => {
    const began = await whichBegan(database.pool, EVERYTHING);
    const read = async (...atOnce: readonly [number?]) => {
      const logged: LoggedDeployment[] = [];
      for await (const some of readLogs(database.pool, began, ...atOnce)) logged.push(...some);
      return logged;
    };
    const { rows } = await database.pool.query<{ reference: string }>('SELECT reference FROM deployments ORDER BY reference');
    const all = await read();
    assert.deepEqual(
      all.map(({ reference }) => reference),
      rows.map(({ reference }) => reference),
    );
    const asked = askedEvents({ kinds: MEASURED_KINDS, ofSteps: [] });
    for (const { reference, log } of all) {
      const [first] = eventsIn(log, asked);
      assert.ok(first?.type === 'deployment-began' && first.reference === reference);
    }
    for (const atOnce of [1, 7, all.length - 1, all.length]) assert.deepEqual(await read(atOnce), all, `${atOnce} at once`);
  });

  it('are the same however many threads count them, to the last byte of their files, and an error in a thread is told', async () => {
    const threads = createCountingThreads(3);
    const asked = { ...EVERYTHING, asOf: ASOF, knownAt: LATER } as const;
    const several = { threads, worthThreads: 0, atOnce: 3 };
    for (const measure of MEASURES) {
      for (const by of measure.strata.filter((one) => one === 'tier' || one === 'region')) {
        const of = { ...asked, measure, by };
        const [one, other] = [await reportMeasure(database.pool, of), await reportMeasure(database.pool, of, several)];
        assert.deepEqual(other, one, `${measure.id} by ${by}`);
        const bytes = async (report: MeasureReport) => {
          const parts = measuresReport({ ...of, measure: measure.id }, [{ of, report }]);
          return Promise.all(FORMAT_NAMES.map((format) => writeReport(parts, format)));
        };
        assert.deepEqual(await bytes(other), await bytes(one), `${measure.id} by ${by}`);
      }
    }
    const forms = { ...EVERYTHING, programme: 'si-2019-20', asOf: ASOF };
    const counted = (await reportFormsReturned(database.pool, forms)) ?? assert.fail();
    assert.ok(counted.forms.some(({ form }) => (form.lines.at(-1)?.figures['returned']?.value ?? 0) > 0));
    assert.deepEqual(await reportFormsReturned(database.pool, forms, several), counted);
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query("UPDATE logged_lives SET log = 'deployment-began' || chr(31) || 'torn' WHERE reference = 'L7'");
    const of = { ...asked, measure: MEASURES[1] ?? assert.fail(), by: 'all' } as const;
    try {
      for (const options of [{}, several])
        await assert.rejects(reportMeasure(client, of, options), /an event that cannot be read: deployment-began/);
    } finally {
      await client.query('ROLLBACK');
      client.release();
      await threads.end();
    }
  });

  it('are counted anew from the events where a log was changed by hand, and chaser report rebuild says which', async () => {
    const before = (await database.pool.query('SELECT * FROM logged_lives ORDER BY reference')).rows;
    await database.pool.query("UPDATE logged_lives SET log = log || chr(30) || log WHERE reference = 'L3'");
    await database.pool.query("DELETE FROM logged_lives WHERE reference = 'L5'");
    assert.deepEqual(await listWrongLogs(database.pool, ['L2', 'L3', 'L4', 'L5']), ['L3', 'L5']);
    const { state, says } = await findWrongLogs(database.pool);
    assert.deepEqual([state, says], ['fault', 'they do not count what the events say of L3, L5.']);
    const rebuild = async () => (await chaserOf({ databaseUrl: database.url })('report', 'rebuild')).stdout;
    assert.equal(await rebuild(), `Written anew: 2 of ${lived.lives.length} compared. L3, L5\n`);
    assert.deepEqual((await database.pool.query('SELECT * FROM logged_lives ORDER BY reference')).rows, before);
    assert.equal(await rebuild(), `Nothing differs: ${lived.lives.length} compared.\n`);
    assert.equal((await findWrongLogs(database.pool)).state, 'well');
  });

  it('say who cannot be reached and what answers followed, and that no programme keeps referrals to hubs', async () => {
    await database.pool.query("UPDATE messages SET state = 'accepted' WHERE state <> 'suppressed'");
    // One that was settled on the day of the report, one that was settled the day after, one that was not there yet.
    await database.pool.query(
      `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at, closed_at) VALUES
         ('L0', 'nle', 'settled', 'address-refused', 'no', '2023-02-01T09:00Z', '2023-02-15T09:00Z'),
         ('L0', 'nle', 'not-settled', 'address-refused', 'no', '2023-02-01T09:00Z', '2023-02-16T09:00Z'),
         ('L0', 'nle', 'later', 'address-refused', 'no', '2023-02-16T09:00Z', NULL)`,
    );
    const unreachable = MEASURES.find(({ id }) => id === 'M19') ?? assert.fail();
    const reached = await reportMeasure(database.pool, { ...EVERYTHING, measure: unreachable, by: 'all', asOf: ASOF, knownAt: ASOF });
    const [troubles, roles] = reached.sections.map(({ lines }) => lines.at(-1)?.figures);
    assert.equal(troubles?.['address-refused']?.value, 1);
    assert.ok((roles?.['nle']?.value ?? 0) >= 1);
    for (const id of ['M19', 'M20', 'M24'] as const) {
      const measure = MEASURES.find((one) => one.id === id) ?? assert.fail(id);
      const { sections, deployments } = await reportMeasure(database.pool, {
        ...EVERYTHING,
        measure,
        by: 'region',
        asOf: ASOF,
        knownAt: LATER,
      });
      if (id === 'M24') {
        assert.deepEqual([sections, deployments], [[], null]);
        continue;
      }
      const all = sections[0]?.lines.at(-1);
      const sum = Object.values(all?.figures ?? {}).reduce((total, { value }) => total + (value ?? 0), 0);
      assert.equal(sum, Object.values(all?.figures ?? {})[0]?.base, `${id} leaves nothing out`);
      assert.ok(sum > 0, id);
    }
  });

  it('say the same on the command line, and refuse what cannot be known', async () => {
    const run = (...words: readonly string[]) => chaserOf({ databaseUrl: database.url })('report', 'measures', ...words);
    const refused = async (...words: readonly string[]) => {
      const { status, stderr } = await run(...words);
      assert.notEqual(status, 0);
      return stderr;
    };
    const measure = MEASURES.find(({ id }) => id === 'M10') ?? assert.fail();
    const days = ['--as-of', ASOF, '--known-at', LATER];
    const { stdout } = await run('--measure', 'm10', '--by', 'tier', '--json', ...days);
    const told = JSON.parse(stdout) as { measures: readonly { id: string; sections: unknown; sentence: string | null }[] };
    const { sections, sentence } = await reportMeasure(database.pool, { ...EVERYTHING, measure, by: 'tier', asOf: ASOF, knownAt: LATER });
    assert.deepEqual(
      told.measures.map((one) => [one.id, one.sections, one.sentence]),
      [['M10', sections, sentence]],
    );
    const words = (await run('--measure', 'M24', ...days)).stdout;
    assert.match(words, /^M24\. Referrals to English and maths hubs$/m);
    assert.match(words, /^No programme keeps what this measure needs\.$/m);
    const all = (await run(...days)).stdout;
    for (const { id } of MEASURES) assert.match(all, new RegExp(`^${id}\\. `, 'm'));
    assert.match(await refused('--as-of', LATER, '--known-at', ASOF), /cannot have been known on 2023-02-15/);
    assert.match(await refused('--measure', 'M19', '--by', 'tier'), /M19 cannot be broken down by tier/);
    assert.match(await refused('--measure', 'M25'), /from M1 to M24/);
  });

  it('are not counted for somebody who has gone, and nothing is written of it', async () => {
    const services = { ...servicesOf(database.pool), secure: false };
    await database.pool.query(
      "INSERT INTO people (id, name, email, imported_at) VALUES ('went', 'Wendy Went', 'wendy@service.example', now())",
    );
    await database.pool.query("INSERT INTO person_roles (person, role, region, area) VALUES ('went', 'administrator', '', '')");
    const { cookies } = await signedInAs(database.pool, 'went', services);
    const app = await createApp(services, { trustProxy: false });
    const [closed, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<number>()];
    app.addHook('onRequest', async ({ raw }) => void raw.once('close', closed.resolve));
    app.addHook('onSend', async (_, { statusCode }) => answered.resolve(statusCode));
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const lock = await database.pool.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE logged_lives IN ACCESS EXCLUSIVE MODE');
    const asked = new AbortController();
    const cookie = Object.entries(cookies)
      .map((one) => one.join('='))
      .join('; ');
    try {
      const page = fetch(`${address}/measures/M2`, { headers: { cookie }, signal: asked.signal }).catch(() => 'gone');
      await untilLockIsWaitedFor(database.pool);
      asked.abort();
      assert.equal(await page, 'gone');
      await closed.promise;
    } finally {
      await lock.query('ROLLBACK');
      lock.release();
    }
    assert.equal(await answered.promise, 499);
    assert.deepEqual(said.mock.calls, []);
    said.mockRestore();
    await app.close();
  });

  describe('as pages', () => {
    let app: FastifyInstance;
    let browser: Browser;
    let address: string;
    beforeAll(async () => {
      app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerMeasuresRoutes);
      address = await app.listen({ host: '127.0.0.1', port: 0 });
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await app.close();
    });

    it('break no rule of WCAG and fit, at 320 and 1280', async () => {
      const page = await (await browser.newContext()).newPage();
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        for (const path of [
          '/measures',
          `/measures/M2?by=tier&asOf=${ASOF}`,
          '/measures/M9?by=tier',
          '/measures/M14',
          '/measures/M19',
          '/measures/M24',
          '/measures/M10?asOf=soon',
        ]) {
          await page.goto(`${address}${path}`);
          await mustBeAccessible(page);
          await mustFit(page);
        }
      }
    });

    it('give each number of the page as a row of a file, with its base and both days', async () => {
      const page = await app.inject(`/measures/M10?asOf=${ASOF}&knownAt=${LATER}`);
      assert.equal(page.statusCode, 200);
      const file = await app.inject(`/measures/M10/numbers.csv?asOf=${ASOF}&knownAt=${LATER}`);
      const rows = file.body
        .trim()
        .split('\r\n')
        .map((line) => line.replace('\uFEFF', '').slice(1, -1).split('","'));
      assert.ok(rows.every((row) => row.length === 19));
      const first = rows.find((row) => row[8] === 'first-form' && row[10] === 'returned');
      assert.ok(first);
      assert.deepEqual(first.slice(0, 3), [ASOF, LATER, 'M10']);
      const link = `href="/measures/M10/numbers\\.ods\\?by=all&amp;region=&amp;programme=&amp;asOf=${ASOF}&amp;knownAt=${LATER}&amp;`;
      assert.match(page.body, new RegExp(link));
      assert.match(page.body, new RegExp(`${first[13]} of ${first[14]} \\(`));
      assert.match(page.body, new RegExp(`\\(?${first[13]} of ${first[14]}\\)? first forms were sent back`));
    });

    it('say what is wrong with a day, beside it, and count nothing', async () => {
      const typed = await app.inject('/measures/M10?asOf-day=31&asOf-month=2&asOf-year=2022');
      assert.equal(typed.statusCode, 400);
      assert.match(typed.body, /href="#asOf-day">The day that is counted to must be a real date</);
      assert.match(typed.body, /name="asOf-day"[^>]*value="31"/);
      assert.doesNotMatch(typed.body, /This is what had happened by/);
      const before = await app.inject(`/measures/M10?asOf=${LATER}&knownAt=${ASOF}`);
      assert.equal(before.statusCode, 400);
      assert.match(
        before.body,
        /href="#knownAt-day">The day at which it was known must be the same as the day that is counted to, or after it</,
      );
      assert.equal((await app.inject('/measures/M10/numbers.csv?asOf=soon')).statusCode, 400);
      const [year, month, day] = ASOF.split('-');
      const whole = await app.inject(`/measures/M10?asOf-day=${day}&asOf-month=${month}&asOf-year=${year}&knownAt=${LATER}`);
      assert.equal(whole.body, (await app.inject(`/measures/M10?asOf=${ASOF}&knownAt=${LATER}`)).body);
    });

    it('show only what the reader may see, and say that there is no such measure', async () => {
      const elsewhere = await staffApp(servicesOf(database.pool), ofRegion('South West'), registerMeasuresRoutes);
      const { body } = await elsewhere.inject('/measures/M9');
      await elsewhere.close();
      assert.match(body, /in 0 deployments that you can see/);
      const none = await app.inject('/measures/M99');
      assert.equal(none.statusCode, 404);
      assert.match(none.body, /There is no such measure/);
    });
  });
});
