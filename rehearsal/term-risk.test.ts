import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { blankChronology, evolve } from '../domain/chronology/chronology.ts';
import type { Followed } from '../domain/measures/survival.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays, plainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { CALENDAR } from '../tests/kit/programmes.ts';
import { FEWEST_REQUESTS } from './forecast.ts';
import { play } from './play.ts';
import type { Moment } from './play.ts';
import { EVERYONE } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { PLAYS, termRiskOf } from './term-risk.ts';

const loaded = loadProgramme('tsi-2022-23');
assert.ok(loaded.ok);
const PROGRAMME = loaded.value;
const START = plainDate('2022-10-03');
const LAST = 'complete-deployment';
const took = (...days: readonly number[]) => days.map((one): Followed => ({ days: one, count: FEWEST_REQUESTS, ended: true }));

function playedWith(scenario: Scenario, startsOn = START) {
  const played = play(
    { programme: PROGRAMME, calendar: CALENDAR, subject: { kind: 'school', urn: '990001' }, startsOn, facts: {} },
    scenario,
  );
  assert.ok(played.ok);
  return played.value;
}

/** What of a life had happened by noon on a day. */
function momentOf(scenario: Scenario, day: PlainDate, startsOn = START): Moment {
  const noon = `${day}T12:00:00.000Z`;
  const events = playedWith(scenario, startsOn).events.filter(({ at }) => at <= noon);
  return { events, chronology: events.reduce(evolve, blankChronology(PROGRAMME, CALENDAR)), nowMs: Date.parse(noon) };
}

/** A life in which everybody is on time, but for some steps that take so many working days. */
function lifeOf(days: Readonly<Record<string, number>>): Scenario {
  return {
    ...EVERYONE['on-time'],
    answers: Object.entries(days).map(([step, count]) => ({
      step,
      round: null,
      answer: null,
      by: null,
      toldTo: null,
      fields: {},
      when: { kind: 'after', allowed: { unit: 'working-days', count } },
    })),
  };
}

describe('the likelihood that the end of a term is missed', () => {
  const moment = momentOf(EVERYONE['on-time'], plainDate('2023-01-18'));
  const riskWith = (...days: readonly number[]) => termRiskOf(moment, (step) => (step === LAST ? took(...days) : []));
  const ofLast = (...days: readonly number[]) => riskWith(...days)?.steps.find(({ step }) => step === LAST);

  it('is the share of the record that takes longer than the term lasts', () => {
    assert.equal(ofLast(5)?.missed, 0);
    assert.equal(ofLast(150)?.missed, PLAYS);
    assert.equal(ofLast(900)?.missed, PLAYS, 'an answer beyond the last day of the calendar is late');
    const half = ofLast(5, 150);
    assert.deepEqual([half?.missed, half?.plays], [PLAYS / 2, PLAYS], 'half of the requests took longer, so half of the plays do');
    assert.equal(ofLast(5, 5, 5, 150)?.missed, PLAYS / 4);
  });

  it('is nothing where nothing is known, for everybody is taken to keep the time of the programme', () => {
    assert.equal(termRiskOf(moment, () => [])?.missed, 0);
  });

  it('is certain for a step that is open after the end of its term', () => {
    const silent = momentOf(EVERYONE.silent, plainDate('2023-01-18'));
    const risk = termRiskOf(silent, () => []);
    const overdue = silent.chronology.steps.filter(({ state, dueOn }) => state.kind === 'open' && dueOn < '2023-01-18');
    for (const { step } of overdue) {
      const found = risk?.steps.find((one) => one.step === step);
      assert.ok(found === undefined || found.missed === found.plays, step);
    }
  });

  it('is null when no step of that kind lies ahead', () => {
    const life = playedWith(EVERYONE['on-time']);
    const delivered = life.events.find((event) => event.type === 'step-answered' && event.step === LAST);
    assert.ok(delivered);
    assert.equal(
      termRiskOf(momentOf(EVERYONE['on-time'], addDays(londonDate(Date.parse(delivered.at)), 1)), () => []),
      null,
    );
  });

  it('is the same for the same moment, and never falls when everybody takes longer', () => {
    const days = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 60 }), (each, more) => {
        assert.deepEqual(riskWith(...each), riskWith(...each));
        assert.ok((ofLast(...each)?.missed ?? 0) <= (ofLast(...each.map((one) => one + more))?.missed ?? 0));
      }),
      { numRuns: 4 },
    );
  });

  it('is closer to what happens than the share of all, for simulated lives that it has not seen (Brier score)', () => {
    // Each began on a day of its own, and the rest of its support takes between six and thirty weeks: some have a whole term left, some a month.
    const life = fc.noBias(
      fc.record({
        startsOn: fc.constantFrom(...['2022-09-05', '2022-10-03', '2022-11-07', '2023-01-09'].map(plainDate)),
        days: fc.integer({ min: 30, max: 150 }),
        lookedAt: fc.integer({ min: 150, max: 290 }),
      }),
    );
    const lives = fc.sample(life, { seed: 20221003, numRuns: 400 });
    const [seen, unseen] = [lives.slice(0, 300), lives.slice(300)];
    const known = seen.map(({ days }): Followed => ({ days, count: 1, ended: true }));
    const judged = unseen.flatMap(({ startsOn, days, lookedAt }) => {
      const scenario = lifeOf({ [LAST]: days });
      const risk = termRiskOf(momentOf(scenario, addDays(startsOn, lookedAt), startsOn), (step) => (step === LAST ? known : []));
      const found = risk?.steps.find(({ step }) => step === LAST);
      const end = playedWith(scenario, startsOn).chronology.steps.findLast(({ step }) => step === LAST);
      if (found === undefined || end?.state.kind !== 'answered') return [];
      return [{ isMissed: londonDate(Date.parse(end.state.at)) > end.dueOn ? 1 : 0, likelihood: found.missed / found.plays }];
    });
    const rate = judged.reduce((sum, { isMissed }) => sum + isMissed, 0) / judged.length;
    const brier = (of: (one: (typeof judged)[number]) => number) =>
      judged.reduce((sum, one) => sum + (of(one) - one.isMissed) ** 2, 0) / judged.length;
    const [own, base] = [brier(({ likelihood }) => likelihood), brier(() => rate)];
    assert.ok(judged.length >= 40 && own < base * 0.9, `${own} against ${base} of ${judged.length}`);
  });
});
