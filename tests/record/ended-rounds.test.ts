import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findWrongLogs } from '../../cli/doctor-logs.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { timelinessOf } from '../../domain/measures/timeliness.ts';
import { addDays, plainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../../postgres/database.ts';
import type { Db } from '../../postgres/database.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { judgeLateRounds, listWrongRounds } from '../../postgres/views/ended-rounds.ts';
import { requestsOfLines } from '../../postgres/views/timeliness.ts';
import type { AskedOf } from '../../postgres/views/timeliness.ts';
import { mustLoad } from '../kit/chronology.ts';
import { measuredLives } from '../kit/measured-lives.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { storeInWakeUps } from '../support/store-in-wake-ups.ts';
import { insertSchool } from '../web/place-deployment.ts';

const EVERYTHING = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
const SENT = ['accepted', 'delivered', 'bounced', 'failed', 'queued', 'accepted'];

type Round = { readonly reference: string; readonly step: string; readonly round: number; readonly judged: number };

describe('the rounds that have closed', () => {
  let database: TestDatabase;
  const lived = measuredLives(40, 23);
  const references = lived.lives.map((_, at) => `L${at}`);
  beforeAll(async () => {
    database = await freshDatabase();
    const { pool } = database;
    await insertPeople(pool);
    await insertSchool(pool, '990000', 'Riverside Academy', { authority: '991', region: 'London' });
    await keepProgramme(pool, mustLoad('si-2019-20'));
    for (const calendar of lived.calendars.values()) await keepCalendar(pool, calendar);
    for (const [at, life] of lived.lives.entries()) await store(life, at);
  });
  afterAll(() => database.end());

  /** Stores a life. After each wake-up a mailroom has done something with the letters that wait. */
  async function store(life: readonly ChronologyEvent[], at: number): Promise<void> {
    const record = createRecord(database.pool, { mailrooms: 1, gatheringMs: 0 });
    await storeInWakeUps(record, life, at, async (reference, sequence) => {
      await database.pool.query("UPDATE messages SET state = $2 WHERE reference = $1 AND state = 'queued'", [
        reference,
        SENT[(at + sequence) % SENT.length],
      ]);
    });
  }

  const wrong = async () => listWrongRounds(database.pool, references);

  async function answered(): Promise<Round> {
    const { rows } = await database.pool.query<Round>(
      `SELECT ended.reference, ended.step, ended.round, ended.judged FROM ended_rounds ended
       JOIN steps s ON s.reference = ended.reference AND s.step = ended.step AND s.round = ended.round
       WHERE ended.answered AND ended.judged / 48 = 1 AND NOT ended.optional
         AND EXISTS (SELECT FROM messages m WHERE m.reference = s.reference AND m.step = s.step AND m.round = s.round AND m.kind = 'request'
                       AND m.written_at < s.closed_at)
         AND NOT EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = ended.reference)
       ORDER BY 1, 2, 3 LIMIT 1`,
    );
    const [one] = rows;
    assert.ok(one);
    return one;
  }

  async function judgedNow({ reference, step, round }: Round): Promise<number | undefined> {
    const { rows } = await database.pool.query<{ judged: number }>(
      'SELECT judged FROM ended_rounds WHERE reference = $1 AND step = $2 AND round = $3',
      [reference, step, round],
    );
    return rows[0]?.judged;
  }

  async function markRequest(db: Db, { reference, step, round }: Round, state: string): Promise<void> {
    await db.query("UPDATE messages SET state = $4 WHERE reference = $1 AND step = $2 AND round = $3 AND kind = 'request'", [
      reference,
      step,
      round,
      state,
    ]);
  }

  it('are judged as they would be now, however they came about', async () => {
    const { rows } = await database.pool.query<{ kept: number; closed: number; paused: number; later: number; unanswered: number }>(
      `SELECT count(*)::int AS kept, (SELECT count(*)::int FROM steps WHERE state <> 'open') AS closed, count(*) FILTER (WHERE judged / 12 % 2 = 1)::int AS paused,
              count(*) FILTER (WHERE judged / 24 % 2 = 1)::int AS later, count(*) FILTER (WHERE NOT answered)::int AS unanswered FROM ended_rounds`,
    );
    const [counts] = rows;
    assert.ok(counts);
    assert.equal(counts.kept, counts.closed);
    assert.ok(
      Object.values(counts).every((count) => count > 0),
      JSON.stringify(counts),
    );
    assert.deepEqual(await wrong(), []);
  });

  it('are counted as reports count those that are judged on the spot, on every day', async () => {
    const { rows } = await database.pool.query<{ first: string; last: string }>(
      'SELECT min(opened_on) AS first, max(settled_on) AS last FROM ended_rounds',
    );
    const [first, last] = [plainDate(rows[0]?.first ?? ''), plainDate(rows[0]?.last ?? '')];
    const linesOn = async (asOf: AskedOf['asOf'], days: AskedOf['days']) => {
      const requests = await requestsOfLines(database.pool, { ...EVERYTHING, by: 'step', days, from: first, to: asOf, asOf });
      return new Map([...Map.groupBy(requests, ({ line }) => line)].map(([line, some]) => [line, timelinessOf(some)]));
    };
    const ways: (readonly [AskedOf['asOf'], AskedOf['days']])[] = [];
    for (let asOf = first; asOf <= last; asOf = addDays(asOf, 3))
      ways.push([asOf, (['working', 'school', 'calendar'] as const)[ways.length % 3] ?? 'working']);
    ways.push([last, 'working']);
    const kept: unknown[] = [];
    for (const [asOf, days] of ways) kept.push(await linesOn(asOf, days));
    await database.pool.query("UPDATE ended_rounds SET settled_on = 'infinity'");
    const onTheSpot: unknown[] = [];
    for (const [asOf, days] of ways) onTheSpot.push(await linesOn(asOf, days));
    assert.equal((await wrong()).length, references.length);
    assert.match(
      (await chaserOf({ databaseUrl: database.url })('report', 'rebuild')).stdout,
      /^Written anew: 40 of 40 compared\. L0, L1, /,
    );
    for (const [at, way] of ways.entries()) assert.deepEqual(kept[at], onTheSpot[at], way.join(' '));
    assert.ok(ways.length > 20);
  });

  it('are judged anew when a letter goes out after all, or did not, and when a clock stood on their day', async () => {
    const one = await answered();
    await markRequest(database.pool, one, 'queued');
    assert.deepEqual([await judgedNow(one), await wrong()], [one.judged, []]);
    await markRequest(database.pool, one, 'accepted');
    assert.deepEqual([await judgedNow(one), await wrong()], [one.judged + 48, []]);
    await database.pool.query(
      `INSERT INTO clock_stops (reference, stop, category, because, by_person, stopped_at, from_on, expected_end)
       SELECT reference, 999, 'illness', 'ill', 'rdp', now(), closed_on, closed_on + 7 FROM ended_rounds WHERE reference = $1 AND step = $2 AND round = $3`,
      [one.reference, one.step, one.round],
    );
    assert.deepEqual([await judgedNow(one), await wrong()], [one.judged + 48 + 12, []]);
    await database.pool.query('UPDATE clock_stops SET resumed_on = from_on - 400 WHERE reference = $1 AND stop = 999', [one.reference]);
    assert.deepEqual([await judgedNow(one), await wrong()], [one.judged + 48, []]);
    await database.pool.query(
      `INSERT INTO call_tasks (reference, step, round, rung, opened_at)
       SELECT reference, step, round, 'a-call', closed_at - interval '1 minute' FROM steps WHERE reference = $1 AND step = $2 AND round = $3`,
      [one.reference, one.step, one.round],
    );
    assert.deepEqual([await judgedNow(one), await wrong()], [one.judged + 4 * 48, []]);
  });

  it('are forgotten where they open again', async () => {
    const one = await answered();
    const state = async (to: string) =>
      database.pool.query('UPDATE steps SET state = $4 WHERE reference = $1 AND step = $2 AND round = $3', [
        one.reference,
        one.step,
        one.round,
        to,
      ]);
    await state('open');
    assert.equal(await judgedNow(one), undefined);
    await state('answered');
    assert.deepEqual([await judgedNow(one), await wrong()], [one.judged, []]);
  });

  it('wait for no letter that is marked while they close, nor it for them, and are put right afterwards', async () => {
    for (const closesFirst of [true, false]) {
      const one = await answered();
      const state = async (db: Db, to: string) =>
        void (await db.query('UPDATE steps SET state = $4, closed_at = $5 WHERE reference = $1 AND step = $2 AND round = $3', [
          one.reference,
          one.step,
          one.round,
          to,
          to === 'open' ? null : new Date().toISOString(),
        ]));
      await markRequest(database.pool, one, 'queued');
      await state(database.pool, 'open');
      const close = async (db: Db) => state(db, 'answered');
      const mark = async (db: Db) => markRequest(db, one, 'accepted');
      const [begin, follow] = closesFirst ? [close, mark] : [mark, close];
      await inTransaction(database.pool, async (db) => {
        await begin(db);
        await follow(database.pool);
      });
      assert.deepEqual(await wrong(), [one.reference], closesFirst ? 'closes first' : 'marked first');
      assert.equal(await judgeLateRounds(database.pool), 1);
      assert.deepEqual(await wrong(), []);
      assert.equal(Math.floor(((await judgedNow(one)) ?? 0) / 48), 2);
    }
  });

  it('are judged anew for two days after they settled, each that is judged otherwise, and without a wait for what somebody else is writing', async () => {
    const { rows } = await database.pool.query<Round>(
      'SELECT DISTINCT ON (reference) reference, step, round, judged FROM ended_rounds ORDER BY reference, step, round LIMIT 4',
    );
    const settled = await database.pool.query('SELECT reference, step, round, settled_on FROM ended_rounds ORDER BY 1, 2, 3');
    await database.pool.query("UPDATE ended_rounds SET settled_on = '2001-01-01'");
    const setOff = async (round: Round | undefined, daysAgo: number, by: number) =>
      database.pool.query(
        `UPDATE ended_rounds SET settled_on = (now() AT TIME ZONE 'Europe/London')::date - $4::int, judged = $5 WHERE reference = $1 AND step = $2 AND round = $3`,
        [round?.reference, round?.step, round?.round, daysAgo, (round?.judged ?? 0) + by],
      );
    for (const [at, [daysAgo, by]] of (
      [
        [0, 3],
        [2, 3],
        [3, 3],
        [0, 0],
      ] as const
    ).entries())
      await setOff(rows[at], daysAgo, by);
    const offBy = async () => {
      const now = await Promise.all(rows.map(judgedNow));
      return now.map((judged, at) => (judged ?? 0) - (rows[at]?.judged ?? 0));
    };
    await inTransaction(database.pool, async (other) => {
      await other.query('SELECT FROM ended_rounds WHERE reference = $1 AND step = $2 AND round = $3 FOR UPDATE', [
        rows[1]?.reference,
        rows[1]?.step,
        rows[1]?.round,
      ]);
      const impatient = await database.pool.connect();
      try {
        await impatient.query("SET lock_timeout = '2s'");
        assert.equal(await judgeLateRounds(impatient), 1);
      } finally {
        await impatient.query('RESET lock_timeout');
        impatient.release();
      }
    });
    assert.deepEqual(await offBy(), [0, 3, 3, 0]);
    assert.equal(await judgeLateRounds(database.pool), 1);
    assert.deepEqual(await offBy(), [0, 0, 3, 0]);
    assert.equal(await judgeLateRounds(database.pool), 0);
    await setOff(rows[2], 0, 0);
    await database.pool.query(
      `UPDATE ended_rounds ended SET settled_on = was.settled_on
       FROM jsonb_to_recordset($1::jsonb) AS was (reference text, step text, round int, settled_on date)
       WHERE was.reference = ended.reference AND was.step = ended.step AND was.round = ended.round`,
      [JSON.stringify(settled.rows)],
    );
    assert.deepEqual(await wrong(), []);
  });

  it('are compared by chaser doctor, and judged anew by chaser report rebuild', async () => {
    const before = (await database.pool.query('SELECT * FROM ended_rounds ORDER BY 1, 2, 3')).rows;
    await database.pool.query("UPDATE ended_rounds SET judged = judged + 3 WHERE reference = 'L3'");
    await database.pool.query("DELETE FROM ended_rounds WHERE reference = 'L5'");
    assert.deepEqual(await wrong(), ['L3', 'L5']);
    // Of one of them its log is wrong besides, and of another nothing but its log.
    const logs = async () => (await database.pool.query<{ log: string }>('SELECT * FROM logged_lives ORDER BY reference')).rows;
    const logsBefore = await logs();
    await database.pool.query("UPDATE logged_lives SET log = log || chr(30) || log WHERE reference IN ('L3', 'L20')");
    const { state, says } = await findWrongLogs(database.pool);
    assert.deepEqual([state, says], ['fault', 'they do not count what the events say of L20, L3, L5.']);
    const rebuild = async () => (await chaserOf({ databaseUrl: database.url })('report', 'rebuild')).stdout;
    assert.equal(await rebuild(), 'Written anew: 3 of 40 compared. L20, L3, L5\n');
    assert.deepEqual(await logs(), logsBefore);
    assert.deepEqual((await database.pool.query('SELECT * FROM ended_rounds ORDER BY 1, 2, 3')).rows, before);
    assert.equal(await rebuild(), 'Nothing differs: 40 compared.\n');
    assert.equal((await findWrongLogs(database.pool)).state, 'well');
  });
});
