import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openSteps } from '../chronology/chronology.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { decideRematch } from './rematch.ts';
import type { Rematch } from './rematch.ts';
import { begun, noon, RULELESS, WHO } from '../../tests/kit/changes.ts';

const REMATCH: Rematch = { kind: 'rematch', ...WHO, to: null };

describe('a rematch', () => {
  it('closes what is open, thanks the former holder, and looks for another', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const events = life.does(REMATCH, noon('2022-10-05'));
    assert.deepEqual(
      events.map(({ type }) => type),
      ['rematched', 'step-overtaken', 'step-overtaken', 'step-opened'],
    );
    const [rematched] = ofType(events, 'rematched');
    assert.deepEqual([rematched?.from, rematched?.to, rematched?.because], [['p-leader'], null, WHO.because]);
    // The person who did it need not be told.
    assert.deepEqual(
      rematched?.tells.map(({ person }) => person),
      ['p-head', 'p-leader'],
    );
    assert.match(ofType(events, 'step-overtaken')[0]?.because ?? '', /^Another system leader is matched since 5 October 2022\.$/);
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round }) => [step, round]),
      [['find', 1]],
    );
    assert.deepEqual(life.chronology.parties['system-leader'], []);
  });

  it('thanks the former holder and their deputy, each once, though nothing of theirs is open', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const deputy = { kind: 'name-deputy', ...WHO, person: 'p-leader', deputy: 'p-deputy', from: '2022-10-03', to: '2022-10-07' } as const;
    const thanked = () => {
      const decision = decideRematch(life.chronology, { ...REMATCH, by: 'p-region' }, noon('2022-10-05'));
      assert.ok(decision.ok);
      return ofType(decision.value, 'rematched')[0]?.tells.map(({ person }) => person);
    };
    assert.deepEqual(thanked(), ['p-head', 'p-coordinator', 'p-leader']);
    life.does(deputy, noon('2022-10-03'));
    assert.deepEqual(thanked(), ['p-head', 'p-coordinator', 'p-deputy', 'p-leader']);
  });

  it('asks a named person at once, in a new round', () => {
    const life = begun();
    life.does({ ...REMATCH, to: 'p-other' }, noon('2022-10-05'));
    assert.deepEqual(rungsIn(life.until(noon('2022-10-05'))), ['request 2022-10-05 → p-other']);
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round }) => [step, round]),
      [['confirm', 2]],
    );
    assert.equal(life.refuses({ ...REMATCH, to: 'p-other' }, noon('2022-10-06')).kind, 'same-person');
  });

  it('closes an escalation with its step, and tells the person who had it', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const [closed] = ofType(life.does(REMATCH, noon('2022-10-17')), 'escalation-closed');
    assert.deepEqual(
      closed?.tells.map(({ person }) => person),
      ['p-region'],
    );
  });

  it('is refused to the same person, without a reason, in a programme without rematches, and with nobody to replace', () => {
    const life = begun();
    assert.equal(life.refuses({ ...REMATCH, to: 'p-leader' }, noon('2022-10-05')).kind, 'same-person');
    assert.equal(life.refuses({ ...REMATCH, because: '' }, noon('2022-10-05')).kind, 'no-reason');
    assert.equal(begun(RULELESS).refuses(REMATCH, noon('2022-10-05')).kind, 'not-in-programme');
    life.does(REMATCH, noon('2022-10-05'));
    assert.equal(life.refuses(REMATCH, noon('2022-10-06')).kind, 'role-not-held');
  });

  it('is refused after completion', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    life.answers('complete', 'more', 'p-leader', noon('2022-10-06'));
    const late = life.refuses(REMATCH, noon('2022-10-07'));
    assert.deepEqual([late.kind, late.remedy], ['too-late', 'If that answer was wrong, take it back first.']);
  });
});
