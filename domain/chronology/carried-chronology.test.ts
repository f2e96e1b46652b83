import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { carriedChronology, evolve } from './chronology.ts';
import type { Chronology } from './state.ts';
import { decide } from './decide.ts';
import { dueActions, nextWakeMs } from '../chasing/due-actions.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { BEGAN, CONFIRM, noon, RULELESS, WHO } from '../../tests/kit/changes.ts';

/** What release 0.1.0 carried over: no changes, stops, deputies or escalations, and steps that did not have them. */
function asOldRelease(chronology: Chronology): Parameters<typeof carriedChronology>[0] {
  const { reference, subject, parties, facts, status } = chronology;
  const steps = chronology.steps.map(({ step, round, openedAt, openedOn, dayZero, dueOn, askedAt, past, state }) => ({
    step,
    round,
    openedAt,
    openedOn,
    dayZero,
    dueOn,
    askedAt,
    past,
    state,
  }));
  return { reference, subject, parties, facts, status, steps } as unknown as Parameters<typeof carriedChronology>[0];
}

describe('a chronology carried over by an earlier release', () => {
  const life = beginTestLife(RULELESS, BEGAN);
  life.until(noon('2022-10-17'));
  life.answers('confirm', 'yes', 'p-leader', noon('2022-10-18'));
  life.until(noon('2022-10-18'));
  const nowMs = Date.parse(noon('2022-10-18'));
  const carried = carriedChronology(asOldRelease(life.chronology), RULELESS, CALENDAR);

  it('wakes and acts like one that was never carried over', () => {
    assert.equal(nextWakeMs(carried, nowMs), nextWakeMs(life.chronology, nowMs));
    const wakeMs = nextWakeMs(carried, nowMs) ?? 0;
    assert.deepEqual(dueActions(carried, wakeMs), dueActions(life.chronology, wakeMs));
  });

  it('can be changed like any other', () => {
    const visit = { step: 'visit', round: 1 };
    const stop = { kind: 'stop-clock', ...WHO, scope: visit, category: 'illness', from: '2022-10-18', expectedEnd: '2022-10-19' } as const;
    const stopped = decide(carried, stop, noon('2022-10-18'));
    assert.ok(stopped.ok);
    const standing = stopped.value.reduce(evolve, carried);
    const resumed = decide(standing, { kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-20' }, noon('2022-10-20'));
    assert.ok(resumed.ok);
    const after = resumed.value.reduce(evolve, standing);
    assert.notEqual(after.steps.find(({ step }) => step === 'visit')?.dueOn, carried.steps.find(({ step }) => step === 'visit')?.dueOn);
    const back = decide(carried, { kind: 'take-back-answer', ...WHO, ...CONFIRM }, noon('2022-10-18'));
    assert.ok(back.ok);
  });
});
