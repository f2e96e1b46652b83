import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { SILENCE_DAYS } from '../domain/chasing/call-help.ts';
import { evolve, blankChronology } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { shareStillOpen, waitedLonger } from '../domain/measures/survival.ts';
import type { Followed } from '../domain/measures/survival.ts';
import { countDays, nthDay } from '../domain/time/days.ts';
import { londonDate } from '../domain/time/london.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { CALENDAR } from '../tests/kit/programmes.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { FEWEST_REQUESTS, forecastOf } from './forecast.ts';
import type { Forecast } from '../domain/chasing/forecast.ts';
import { play } from './play.ts';
import type { Moment } from './play.ts';
import { EVERYONE } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const loaded = loadProgramme('tsi-2022-23');
assert.ok(loaded.ok);
const PROGRAMME = loaded.value;
const START = plainDate('2022-10-03');
const nothing = (): readonly Followed[] => [];
const took = (...days: readonly number[]) => days.map((one): Followed => ({ days: one, count: FEWEST_REQUESTS, ended: true }));

/** A deployment as it stood at noon on a day. */
function momentOn(day: string, scenario: Scenario = EVERYONE['on-time']): Moment {
  const played = play(
    { programme: PROGRAMME, calendar: CALENDAR, subject: { kind: 'school', urn: '990001' }, startsOn: START, facts: {} },
    scenario,
  );
  assert.ok(played.ok);
  const noon = `${day}T12:00:00.000Z`;
  const events: readonly ChronologyEvent[] = played.value.events.filter(({ at }) => at <= noon);
  return { events, chronology: events.reduce(evolve, blankChronology(PROGRAMME, CALENDAR)), nowMs: Date.parse(noon) };
}

/** The forecast of the step that is open. */
function openOf(forecast: Forecast) {
  const open = forecast.steps.filter((one) => one.open);
  assert.ok(open[0] !== undefined, 'a step is open');
  return open[0];
}

describe('a forecast', () => {
  it('is the programme played on when the record says nothing: a deployment on time ends when it would have', () => {
    const played = play(
      { programme: PROGRAMME, calendar: CALENDAR, subject: { kind: 'school', urn: '990001' }, startsOn: START, facts: {} },
      EVERYONE['on-time'],
    );
    assert.ok(played.ok && played.value.rests.kind === 'ended');
    const end = londonDate(Date.parse(played.value.events.at(-1)?.at ?? ''));
    for (const day of ['2022-10-04', '2022-11-11', '2023-01-18']) {
      const { ends, steps } = forecastOf(momentOn(day), nothing);
      assert.deepEqual(ends, { fast: end, usual: end, slow: end }, day);
      assert.ok(steps.every(({ from, silence }) => from === 'programme' && silence === null));
    }
  });

  it('answers an open step after as many working days as half of its requests took, and three quarters', () => {
    const moment = momentOn('2022-10-03');
    const { step } = openOf(forecastOf(moment, nothing));
    const open = openOf(forecastOf(moment, (one) => (one === step ? took(1, 4, 8, 12) : [])));
    const after = (days: number) => {
      const on = nthDay(CALENDAR, 'working', START, days);
      assert.ok(on.ok);
      return on.value;
    };
    assert.deepEqual([open.from, open.usualOn, open.slowOn], ['record', after(4), after(8)]);
    assert.equal(open.silence, 0.5, 'two of four requests took longer than five days');
  });

  it('compares a step that has waited with those that waited as long', () => {
    const silent = momentOn('2022-10-11', EVERYONE.silent);
    const { step } = openOf(forecastOf(silent, nothing));
    const waited = countDays(CALENDAR, 'working', START, plainDate('2022-10-11'));
    assert.deepEqual(waited, { ok: true, value: 6 });
    const open = openOf(forecastOf(silent, (one) => (one === step ? took(1, 2, 3, 9, 20) : [])));
    assert.equal(open.usualOn, plainDate('2022-10-14'), 'half of those that took longer than 6 days took 9: three more');
    assert.equal(open.silence, 0.5, 'of the two that took longer than 6 days one took longer than 11');
    assert.equal(openOf(forecastOf(silent, (one) => (one === step ? took(1, 2, 3) : []))).from, 'programme', 'nobody took so long before');
  });

  it('says which answer would help most, and that none brings the end forward by less than nothing', () => {
    const moment = momentOn('2022-10-11', EVERYONE.silent);
    const { step } = openOf(forecastOf(moment, nothing));
    const slow = forecastOf(moment, (one) => took(one === step ? 30 : 5));
    assert.ok((openOf(slow).gain ?? 0) > 0);
    assert.ok(slow.steps.every(({ gain, open }) => (open ? gain === null || gain >= 0 : gain === null)));
  });

  it('does not take an answer for one in time because its day lies beyond the calendar', () => {
    const moment = momentOn('2023-01-18');
    const { step } = openOf(forecastOf(moment, nothing));
    const { ends, steps } = forecastOf(moment, (one) => (one === step ? took(600, 700) : []));
    assert.deepEqual(
      [ends.usual, ends.slow, steps.find((one) => one.step === step)?.usualOn],
      [null, null, null],
      'six hundred working days reach further than the calendar',
    );
  });

  it('waits for the end of a pause before anybody answers', () => {
    const paused = momentOn('2022-10-12', {
      ...EVERYONE.silent,
      changes: [
        {
          on: plainDate('2022-10-05'),
          change: { kind: 'pause', step: null, category: 'illness', until: plainDate('2022-11-14'), because: 'Ill.', by: 'rdp' },
        },
      ],
    });
    const { step } = openOf(forecastOf(paused, nothing));
    const open = openOf(forecastOf(paused, (one) => (one === step ? took(8) : [])));
    assert.ok(open.usualOn !== null && open.usualOn > plainDate('2022-11-14'), String(open.usualOn));
    assert.equal(open.silence, null, 'nobody is expected to answer during a pause');
  });

  it('changes nothing: the same moment gives the same forecast, and slow is never before usual nor usual before fast', () => {
    const days = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom('2022-10-05', '2022-11-18', '2023-01-20'), days, (day, each) => {
        const moment = momentOn(day);
        const { ends, steps } = forecastOf(moment, () => took(...each));
        assert.deepEqual(
          forecastOf(moment, () => took(...each)),
          { ends, steps },
        );
        for (const { usualOn, slowOn } of steps) assert.ok(usualOn === null || slowOn === null || usualOn <= slowOn);
        assert.ok(ends.fast === null || ends.usual === null || ends.fast <= ends.usual);
        assert.ok(ends.usual === null || ends.slow === null || ends.usual <= ends.slow);
      }),
      { numRuns: 6 },
    );
  });
});

describe('the risk of silence', () => {
  it('is closer to what happens than the share of all, for simulated lives that it has not seen (Brier score)', () => {
    // Parties of two kinds, and hands that answer in bursts: most answer within days, the rest after a call.
    const life = fc.record({
      kind: fc.constantFrom('quick', 'slow'),
      chance: fc.integer({ min: 0, max: 9_999 }),
      waited: fc.nat({ max: 20 }),
    });
    const daysOf = ({ kind, chance }: { readonly kind: string; readonly chance: number }) =>
      kind === 'quick' ? Math.floor(-4 * Math.log(1 - chance / 10_000)) : Math.floor(8 - 12 * Math.log(1 - chance / 10_000));
    const lives = fc.sample(life, { seed: 20221003, numRuns: 3_000 });
    const [seen, unseen] = [lives.slice(0, 2_000), lives.slice(2_000)];
    const recordOf = (kind: string): readonly Followed[] =>
      seen.filter((one) => one.kind === kind).map((one) => ({ days: Math.min(daysOf(one), 40), count: 1, ended: daysOf(one) <= 40 }));
    const records = { quick: recordOf('quick'), slow: recordOf('slow') };
    const judged = unseen
      .filter((one) => daysOf(one) > one.waited)
      .map((one) => ({
        silent: daysOf(one) > one.waited + SILENCE_DAYS ? 1 : 0,
        risk: shareStillOpen(waitedLonger(one.kind === 'quick' ? records.quick : records.slow, one.waited), one.waited + SILENCE_DAYS),
      }));
    const rate = judged.reduce((sum, { silent }) => sum + silent, 0) / judged.length;
    const brier = (riskOf: (one: { readonly risk: number }) => number) =>
      judged.reduce((sum, one) => sum + (riskOf(one) - one.silent) ** 2, 0) / judged.length;
    const [own, base] = [brier(({ risk }) => risk), brier(() => rate)];
    assert.ok(judged.length > 400 && own < base * 0.9, `${own} against ${base} of ${judged.length}`);
  });
});
