import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { noon } from '../../tests/kit/changes.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { answer, programmeOf, REQUEST, rung, step } from '../../tests/kit/programmes.ts';
import { nextWakeMs } from './due-actions.ts';
import { deploymentWords, endedWords, waitWords, within } from './wait-words.ts';

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

  it('is never longer than Temporal takes, whatever titles hold, and cuts no character in half', () => {
    const any = fc.string({ unit: fc.oneof(fc.constantFrom('a', 'ŷ', '…', '🎓', '"', '\\', '\n', '\ud83c'), fc.string()), maxLength: 400 });
    fc.assert(
      fc.property(any, (words) => {
        const kept = within(words);
        const written = JSON.stringify(kept).slice(1, -1);
        assert.ok(new TextEncoder().encode(written).length <= 160);
        if (words.isWellFormed()) assert.ok(kept.isWellFormed(), written);
        assert.ok(kept === words || words.startsWith(kept.slice(0, -1)));
      }),
    );
    assert.equal(within('Waits'), 'Waits');
    assert.equal(within('a'.repeat(160)), 'a'.repeat(160));
    assert.equal(within('a'.repeat(161)), `${'a'.repeat(157)}…`);
  });

  it('says of a deployment what it is, and of one that ended until when it can be reopened', () => {
    const programme = programmeOf(['go'], [step('go', 'rdp', [answer('done')], { ladder: [REQUEST] })]);
    assert.equal(
      deploymentWords({ ...programme, title: 'Targeted support', version: 4 }, { kind: 'trust', trust: '99001' }),
      'Targeted support, version 4, for a trust',
    );
    const life = beginTestLife(programme, BEGAN);
    // Nobody can reopen it from the first moment of 2 November on: 1 November is the last day.
    assert.equal(endedWords(life.chronology, Date.parse('2022-11-02T00:00:00Z')), 'Ended. Can be reopened until Tuesday 1 November 2022');
  });
});
