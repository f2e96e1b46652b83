import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { blankChronology, evolve, openSteps } from '../domain/chronology/chronology.ts';
import type { Followed } from '../domain/measures/survival.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { CALENDAR } from '../tests/kit/programmes.ts';
import { FEWEST_REQUESTS } from './forecast.ts';
import { play } from './play.ts';
import type { Moment } from './play.ts';
import { EVERYONE } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { forecastToday, silenceOf, standingForecastOf, wholeForecastOf } from './standing-forecast.ts';
import { termRiskOf } from './term-risk.ts';

const loaded = loadProgramme('tsi-2022-23');
assert.ok(loaded.ok);
const PROGRAMME = loaded.value;
const START = plainDate('2022-10-03');
const NONE: ReadonlyMap<string, readonly Followed[]> = new Map();
const took = (days: number, count = FEWEST_REQUESTS): Followed => ({ days, count, ended: true });

/** A deployment in which nobody has answered since it began, at noon on a day. */
function silentOn(day: string, changes: Scenario['changes'] = []): Moment {
  const subject = { kind: 'school', urn: '990001' } as const;
  const played = play({ programme: PROGRAMME, calendar: CALENDAR, subject, startsOn: START, facts: {} }, { ...EVERYONE.silent, changes });
  assert.ok(played.ok);
  const noon = `${day}T12:00:00.000Z`;
  const events = played.value.events.filter(({ at }) => at <= noon);
  return { events, chronology: events.reduce(evolve, blankChronology(PROGRAMME, CALENDAR)), nowMs: Date.parse(noon) };
}

function openOf({ chronology }: Moment) {
  const [open] = openSteps(chronology);
  assert.ok(open);
  return open;
}

describe('how likely it is that a step is not answered without a call', () => {
  const moment = silentOn('2022-10-11');
  const open = openOf(moment);

  it('is the share of its own requests that waited as long and were still open five days later', () => {
    const known = new Map([[open.step, [took(1), took(8), took(30), took(30)]]]);
    assert.deepEqual(silenceOf(moment, open, known), { silence: 2 / 3, from: 'step', requests: 3 * FEWEST_REQUESTS });
  });

  it('is that of all steps of the programme where too few of its own are known, and says so', () => {
    const known = new Map([
      [open.step, [took(30, FEWEST_REQUESTS - 1)]],
      ['another', [took(8, FEWEST_REQUESTS + 1)]],
    ]);
    assert.deepEqual(silenceOf(moment, open, known), {
      silence: (FEWEST_REQUESTS - 1) / (2 * FEWEST_REQUESTS),
      from: 'programme',
      requests: 2 * FEWEST_REQUESTS,
    });
  });

  it('is taken to be certain where too few of either are known, and says so', () => {
    for (const known of [NONE, new Map([[open.step, [took(2, 100)]]])]) {
      assert.deepEqual(silenceOf(moment, open, known), { silence: 1, from: 'assumed', requests: 0 });
    }
  });
});

describe('a forecast that a page works out itself', () => {
  it('is worked out once a day from the same events and the same record, and anew when any of them is another', () => {
    const moment = silentOn('2022-10-11');
    const first = forecastToday(moment, NONE);
    assert.deepEqual(first.whole, wholeForecastOf(moment, NONE));
    const hour = 3_600_000;
    assert.equal(forecastToday({ ...moment, nowMs: moment.nowMs + hour }, NONE), first, 'an hour later on the same day');
    const tomorrow = { ...moment, nowMs: moment.nowMs + 24 * hour };
    assert.equal(forecastToday(tomorrow, NONE).asOfMs, tomorrow.nowMs);
    assert.deepEqual(forecastToday(tomorrow, NONE).whole, wholeForecastOf(tomorrow, NONE));
    const answered = new Map([[openOf(moment).step, [took(40)]]]);
    assert.deepEqual(forecastToday(tomorrow, answered).whole, wholeForecastOf(tomorrow, answered));
    assert.notDeepEqual(wholeForecastOf(tomorrow, answered).steps, wholeForecastOf(tomorrow, NONE).steps);
    assert.notEqual(forecastToday(silentOn('2022-10-11'), NONE), first, 'of another deployment');
  });
});

describe('a forecast that is kept', () => {
  it('has for each open step what an answer tomorrow would bring, which is never less than nothing', () => {
    const moment = silentOn('2022-10-11');
    const { step: open } = openOf(moment);
    const slow = new Map(Object.keys(PROGRAMME.steps).map((step) => [step, step === open ? [took(20), took(40)] : [took(5)]]));
    const { whole, calls } = standingForecastOf(moment, { all: slow, withoutCall: slow });
    const { term } = whole;
    assert.deepEqual(
      Object.keys(calls),
      openSteps(moment.chronology).map(({ step, round }) => `${step}/${round}`),
    );
    const [help] = Object.values(calls);
    assert.ok(help && term && help.term);
    assert.ok((help.daysSooner ?? 0) > 0, 'an answer brings the end forward');
    assert.deepEqual(termRiskOf(moment, (step) => slow.get(step) ?? [])?.missed, term.missed);
    assert.equal(help.term.missed, term.missed);
    assert.ok(help.term.missedIfAnswered <= term.missed);
  });

  it('has no call about a step whose clock is paused', () => {
    const pause = { kind: 'pause', step: null, category: 'illness', until: plainDate('2022-12-01'), because: 'Ill.', by: 'rdp' } as const;
    const moment = silentOn('2022-10-11', [{ on: plainDate('2022-10-10'), change: pause }]);
    assert.ok(openSteps(moment.chronology).length > 0);
    assert.deepEqual(standingForecastOf(moment, { all: NONE, withoutCall: NONE }).calls, {});
  });
});
