import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, WHO } from '../../tests/kit/changes.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import type { AskAnew } from './ask-anew.ts';

const AGAIN: AskAnew = { kind: 'ask-anew', person: 'p-leader', because: 'person-changed', steps: [CONFIRM] };

describe('asking a contact id anew', () => {
  it('sends the request of an open step again, each time as a letter of its own, and says why', () => {
    const life = begun();
    const events = life.does(AGAIN, noon('2022-10-05'));
    assert.deepEqual(rungsIn(events), ['request-again-1 2022-10-05 → p-leader']);
    assert.equal(ofType(events, 'rung-reached')[0]?.anewBecause, 'person-changed');
    assert.deepEqual(rungsIn(life.does(AGAIN, noon('2022-10-05'))), ['request-again-2 2022-10-05 → p-leader']);
  });

  it('waits for the first request of a step that has not been asked for', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-08'));
    const refusal = life.refuses({ ...AGAIN, person: 'p-head', steps: [{ step: 'visit', round: 1 }] }, noon('2022-10-09'));
    assert.equal(refusal.kind, 'nothing-changes');
  });

  it('takes no rung of the ladder away', () => {
    const life = begun();
    life.does(AGAIN, noon('2022-10-05'));
    assert.deepEqual(rungsIn(life.until(noon('2022-10-13'))), ['reminder0 2022-10-12 → p-leader', 'overdue+1 2022-10-13 → p-leader']);
  });

  it('writes to that person alone, and not to others who hold the role too', () => {
    const life = begun();
    life.does({ kind: 'change-person', ...WHO, role: 'system-leader', from: null, to: 'p-other' }, noon('2022-10-04'));
    assert.deepEqual(rungsIn(life.does(AGAIN, noon('2022-10-05'))), ['request-again-1 2022-10-05 → p-leader']);
  });

  it('sends an escalation again to whoever has it', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const [passed] = ofType(life.does({ ...AGAIN, person: 'p-region' }, noon('2022-10-17')), 'escalation-passed');
    assert.deepEqual([passed?.how, passed?.to, passed?.turn], ['asked-anew', [{ role: 'regional-team', person: 'p-region' }], 2]);
    assert.equal(passed?.because, 'Somebody else has taken over from whoever had it.');
  });

  it('leaves a promise alone when only the address changed, and asks a successor to make their own', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const promise = { onBehalfOf: null, via: 'link', because: 'I will telephone.', promisedOn: '2022-10-19' } as const;
    life.does({ kind: 'acknowledge', ...CONFIRM, by: 'p-region', ...promise }, noon('2022-10-17'));
    const mended: AskAnew = { ...AGAIN, person: 'p-region', because: 'address-changed' };
    assert.equal(life.refuses(mended, noon('2022-10-18')).kind, 'nothing-changes');
    life.does({ ...mended, because: 'person-changed' }, noon('2022-10-18'));
    assert.equal(life.chronology.escalations[0]?.promisedOn, null);
  });

  it('is refused for somebody who is not asked, for what has closed, and for a step that never was', () => {
    const life = begun();
    assert.equal(life.refuses({ ...AGAIN, person: 'p-other' }, noon('2022-10-05')).kind, 'nothing-changes');
    assert.equal(life.refuses({ ...AGAIN, steps: [{ step: 'cook', round: 1 }] }, noon('2022-10-05')).kind, 'nothing-changes');
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    assert.equal(life.refuses(AGAIN, noon('2022-10-05')).kind, 'nothing-changes');
    const over = begun();
    over.answers('confirm', 'no', 'p-leader', noon('2022-10-05'));
    assert.equal(over.refuses(AGAIN, noon('2022-10-05')).kind, 'not-running');
  });
});
