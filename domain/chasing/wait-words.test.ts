import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { noon } from '../../tests/kit/changes.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { answer, programmeOf, REQUEST, rung, step } from '../../tests/kit/programmes.ts';
import { nextWakeMs } from './due-actions.ts';
import { waitWords, within } from './wait-words.ts';

const BEGAN = noon('2022-10-03');

describe('what the engine says a deployment waits for', () => {
  it('names the role, the day and which reminder comes next', () => {
    const ladder = [REQUEST, rung('reminder', -2), rung('reminder', -1)];
    const life = beginTestLife(programmeOf(['go'], [step('go', 'rdp', [answer('done')], { ladder })]), BEGAN);
    life.until(noon('2022-10-04'));
    const atMs = Date.parse(noon('2022-10-04'));
    const wakeMs = nextWakeMs(life.chronology, atMs);
    assert.match(waitWords(life.chronology, wakeMs, atMs), /^Waits for the .+ until Wednesday 5 October 2022: reminder 2$/);
  });

  it('says no day where only an answer can change anything', () => {
    const life = beginTestLife(programmeOf(['go'], [step('go', 'rdp', [answer('done')], { ladder: [REQUEST] })]), BEGAN);
    life.until(noon('2022-10-04'));
    assert.doesNotMatch(waitWords(life.chronology, null, Date.parse(noon('2022-10-04'))), /until|:/);
  });

  it('is never longer than Temporal takes', () => {
    for (const letter of ['a', 'ŷ', '…']) assert.ok(new TextEncoder().encode(within(letter.repeat(500))).length <= 160);
    assert.equal(within('Waits'), 'Waits');
  });
});
