import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { reportTimeliness } from '../../desk/timeliness.ts';
import { blankChronology, evolve, stepOf } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { StepRecord } from '../../domain/chronology/state.ts';
import { APPROACHES, timelinessOf } from '../../domain/measures/timeliness.ts';
import type { AlikeRequests, Approach } from '../../domain/measures/timeliness.ts';
import { countDays } from '../../domain/time/days.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, daysBetween, plainDate } from '../../domain/time/plain-date.ts';
import { followedOfLines, requestsOfLines } from '../../postgres/views/timeliness.ts';
import type { AskedOf } from '../../postgres/views/timeliness.ts';
import { registerTimelinessRoutes } from '../../web/charts/timeliness.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { PROGRAMME, storeFiguresLives, TODAY } from './lives-of-figures.ts';
import type { FiguresLife } from './lives-of-figures.ts';
import { ALWAYS_OPEN } from './place-deployment.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

const EVERYTHING = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
const dayOfEvent = ({ at }: { readonly at: string }) => londonDate(Date.parse(at));

describe('the report on timeliness', () => {
  let database: TestDatabase;
  let lives: readonly FiguresLife[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    lives = await storeFiguresLives(database);
    // No mail server stands behind this world: its letters have all been handed over.
    await database.pool.query("UPDATE messages SET state = 'accepted' WHERE state <> 'suppressed'");
  });
  afterAll(() => database.end());

  /** The furthest thing of a step that the event log has before its answer. */
  function followed(events: readonly ChronologyEvent[], { step, round }: StepRecord, at: string): Approach {
    const order: readonly Approach[] = ['request', 'reminder', 'overdue', 'call', 'escalation'];
    const kinds = new Set<string>();
    for (const event of events) {
      if (event.type === 'rung-reached' && event.step === step && event.round === round && event.at < at) kinds.add(event.kind);
    }
    return order.findLast((one) => kinds.has(one)) ?? 'nothing';
  }

  /** The requests of one life as the rules see them, when only what had happened by the end of a day has happened. */
  function requestsOf({ region, events }: FiguresLife, { from, to, asOf, days }: AskedOf) {
    const then = events.filter((event) => dayOfEvent(event) <= asOf);
    if (then.length === 0) return [];
    const chronology = then.reduce(evolve, blankChronology(PROGRAMME, ALWAYS_OPEN));
    return chronology.steps
      .filter(({ step, openedOn }) => !stepOf(PROGRAMME, step).optional && openedOn >= from && openedOn <= to)
      .map((record) => {
        const { state, openedOn, dueOn, step, round } = record;
        const until = state.kind === 'open' ? asOf : dayOfEvent(state);
        const opened = events.findLast((event) => event.type === 'step-opened' && event.step === step && event.round === round);
        assert.ok(opened?.type === 'step-opened');
        const stops = chronology.stops.filter(({ scope }) => scope === null || (scope.step === step && scope.round === round));
        const stands = stops.some((stop) => stop.from <= asOf && (stop.resumed === null || stop.resumed.on > asOf));
        const counted = countDays(ALWAYS_OPEN, days === 'school' ? 'school' : 'working', openedOn, until);
        assert.ok(counted.ok);
        const outcome = state.kind === 'open' ? 'open' : state.kind === 'answered' && state.by !== 'chaser' ? 'answered' : 'closed';
        const request: AlikeRequests = {
          count: 1,
          outcome,
          late: until > dueOn && (outcome !== 'open' || !stands),
          lateByOriginal: until > (opened.originalDueOn ?? opened.dueOn),
          paused: stops.some((stop) => stop.from <= until && (stop.resumed === null || stop.resumed.on > openedOn)),
          moreTime: record.extension !== null,
          followed: outcome === 'answered' && state.kind === 'answered' ? followed(then, record, state.at) : null,
          days: days === 'calendar' ? daysBetween(openedOn, until) : counted.value,
        };
        return { request, step, region, owner: stepOf(PROGRAMME, step).owner };
      });
  }

  it('counts each request once, however many parts the deployments are counted in', async () => {
    const everything = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
    const of: AskedOf = { ...everything, by: 'region', days: 'working', from: addDays(TODAY, -200), to: TODAY, asOf: TODAY };
    const whole = await requestsOfLines(database.pool, of);
    const inParts = await requestsOfLines(database.pool, of, 1);
    assert.ok(inParts.length >= whole.length);
    for (const region of ['London', 'North West']) {
      const ofRegion = (all: typeof whole) => timelinessOf(all.filter(({ line }) => line === region));
      assert.ok(ofRegion(whole).asked > 0);
      assert.deepEqual(ofRegion(inParts), ofRegion(whole));
    }
  });

  it('counts what answers followed as the whole report does, also on a day of then and in parts', async () => {
    const everything = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
    for (const asOf of [TODAY, addDays(TODAY, -33)]) {
      const of: AskedOf = { ...everything, by: 'region', days: 'calendar', from: addDays(TODAY, -2000), to: asOf, asOf };
      const requests = await requestsOfLines(database.pool, of);
      for (const mostInPart of [5_000, 1]) {
        const found = await followedOfLines(database.pool, of, mostInPart);
        assert.deepEqual(new Set(found.map(({ region }) => region)), new Set(requests.map(({ line }) => line)));
        for (const region of ['London', 'North West']) {
          const { followed, answered } = timelinessOf(requests.filter(({ line }) => line === region));
          const some = found.filter((one) => one.region === region);
          for (const approach of APPROACHES) {
            const counted = some.reduce((sum, one) => sum + one.followed[approach], 0);
            assert.equal(counted, followed[approach], `${region} ${approach} by ${asOf}`);
          }
          assert.ok(answered > 0);
        }
      }
    }
  });

  it('says what the event log says, for each line, on days of now and then, however days are counted', async () => {
    const ways: readonly Omit<AskedOf, 'scope' | 'region' | 'programme'>[] = [
      { by: 'step', days: 'working', from: addDays(TODAY, -200), to: TODAY, asOf: TODAY },
      { by: 'role', days: 'calendar', from: addDays(TODAY, -200), to: TODAY, asOf: addDays(TODAY, -20) },
      { by: 'region', days: 'school', from: addDays(TODAY, -70), to: addDays(TODAY, -7), asOf: TODAY },
      { by: 'step', days: 'working', from: addDays(TODAY, -200), to: TODAY, asOf: addDays(TODAY, -33) },
      { by: 'step', days: 'calendar', from: addDays(TODAY, -200), to: TODAY, asOf: addDays(TODAY, -45) },
      { by: 'programme', days: 'working', from: addDays(TODAY, -60), to: TODAY, asOf: addDays(TODAY, -1) },
    ];
    const seen = { late: 0, paused: 0, moreTime: 0, open: 0 };
    for (const way of ways) {
      const of = { ...EVERYTHING, ...way };
      const { lines, all } = await reportTimeliness(database.pool, of);
      const expected = lives.flatMap((life) => requestsOf(life, of));
      const keyOf = { step: 'step', role: 'owner', region: 'region' } as const;
      const groups = Map.groupBy(expected, (one) => (way.by === 'programme' ? PROGRAMME.id : one[keyOf[way.by]]));
      const asked = JSON.stringify(way);
      assert.deepEqual(new Set(lines.map(({ id }) => id)), new Set(groups.keys()), asked);
      for (const { id, title: _, programme: __, ...line } of lines) {
        assert.deepEqual(line, timelinessOf((groups.get(id) ?? []).map(({ request }) => request)), `${asked} ${id}`);
      }
      assert.deepEqual(all, timelinessOf(expected.map(({ request }) => request)), asked);
      seen.late += all.answeredLate + all.openLate;
      seen.paused += all.paused;
      seen.moreTime += all.moreTime;
      seen.open += all.open;
    }
    assert.ok(
      Object.values(seen).every((count) => count > 0),
      `this world has each of them: ${JSON.stringify(seen)}`,
    );
  });

  it('knew less on an earlier day: more time that was given later makes no step of then good', async () => {
    const then = await reportTimeliness(database.pool, {
      ...EVERYTHING,
      by: 'step',
      days: 'working',
      from: plainDate('2020-01-01'),
      to: TODAY,
      asOf: addDays(TODAY, -60),
    });
    const now = await reportTimeliness(database.pool, {
      ...EVERYTHING,
      by: 'step',
      days: 'working',
      from: plainDate('2020-01-01'),
      to: TODAY,
      asOf: TODAY,
    });
    assert.ok(then.all.asked < now.all.asked);
    assert.ok(then.all.moreTime <= now.all.moreTime);
  });

  it('counts a request apart whose calendar does not reach to the day of the report', async () => {
    const until = addDays(TODAY, -10);
    const short = { ...ALWAYS_OPEN, version: 'short', bankHolidays: { ...ALWAYS_OPEN.bankHolidays, knownTo: until } };
    await database.pool.query('INSERT INTO calendars (version, name, document) VALUES ($1, $1, $2)', ['short', JSON.stringify(short)]);
    await database.pool.query("UPDATE steps SET calendar_version = 'short' WHERE reference = 'F0002' AND state = 'open'");
    const of: AskedOf = { ...EVERYTHING, by: 'programme', days: 'working', from: addDays(TODAY, -200), to: TODAY, asOf: TODAY };
    const { all } = await reportTimeliness(database.pool, of);
    await database.pool.query("UPDATE steps SET calendar_version = $1 WHERE calendar_version = 'short'", [ALWAYS_OPEN.version]);
    assert.ok(all.notCounted > 0 && all.notCounted < all.asked, `${all.notCounted} of ${all.asked}`);
    assert.equal((await reportTimeliness(database.pool, { ...of, days: 'calendar' })).all.notCounted, 0);
  });

  /** What the page or the file answers. */
  async function get(path: string, user = ADMINISTRATOR): Promise<string> {
    const app = await staffApp(servicesOf(database.pool), user, registerTimelinessRoutes);
    const { statusCode, body } = await app.inject(path);
    await app.close();
    assert.equal(statusCode, 200, body);
    return body;
  }

  it('is a page and a file of the same numbers, in which each number is a row with its base', async () => {
    const { all } = await reportTimeliness(database.pool, {
      ...EVERYTHING,
      by: 'role',
      days: 'working',
      from: plainDate('2020-01-01'),
      to: TODAY,
      asOf: TODAY,
    });
    await database.pool.query(
      `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
       VALUES ('F0002', 'system-leader', 'bounced', 'address-refused', 'no', now() - interval '1 day')`,
    );
    const file = await get('/timeliness.csv?by=role&months=24');
    const rows = file
      .trim()
      .split('\r\n')
      .map((line) => line.replace('\uFEFF', '').slice(1, -1).split('","'));
    const valueOf = (title: string, measure: string) => rows.find((row) => row[6] === title && row[7] === measure)?.slice(8, 10);
    assert.deepEqual(valueOf('All', 'asked'), [String(all.asked), String(all.asked)]);
    assert.equal(valueOf('All', 'unreachable-address-refused')?.[0], '1');
    assert.equal(valueOf('System leader', 'unreachable-address-refused')?.[0], '1');
    assert.deepEqual(valueOf('All', 'answered-after-call'), [String(all.followed.call), String(all.answered)]);
    assert.ok(rows.every((row) => row.length === 13 && row[0] !== ''));
    const page = await get('/timeliness?by=role&months=24');
    assert.match(page, new RegExp(`>All</th>\\s*<td[^>]*><strong>${all.asked}</strong>`));
    assert.match(page, /Who could not be reached<\/h2>/);
    assert.match(page, />Address refused<\/th>/);
    assert.match(page, /href="\/timeliness\.csv\?by=role&amp;region=&amp;programme=&amp;asOf=[\d-]+&amp;months=24&amp;days=working"/);
  });

  it('is of what the reader may see, and of what is offered when something else is asked for', async () => {
    const north = await get('/timeliness?by=region', ofRegion('North West'));
    assert.doesNotMatch(north, />London</);
    assert.match(await get('/timeliness', ofRegion('East of England')), /Nothing was asked for in this time/);
    assert.match(await get('/timeliness?by=nobody&days=dog&asOf=2999-01-01&months=5&region=X'), /12 months before that/);
  });
});
