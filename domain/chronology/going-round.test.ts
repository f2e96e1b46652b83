import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { decide } from './decide.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { answer, programmeOf, step } from '../../tests/kit/programmes.ts';
import type { Rung } from '../programme.ts';

const TOLD: Rung = { id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'Still under way.' };

describe('a step that Chaser does itself and that opens itself again', () => {
  it('is refused with a reason instead of opening without end', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'rdp', [answer('asked', { opens: ['tell', 'finish'] })]),
        step('tell', 'rdp', [answer('told', { opens: ['tell'] })], { automatic: 'told', ladder: [TOLD] }),
        step('finish', 'rdp', [answer('finished', { closes: ['tell'] })]),
      ],
    );
    const life = beginTestLife(programme, '2022-11-25T12:00:00.000Z');
    life.answers('ask', 'asked', 'p-coordinator', '2022-11-25T12:00:00.000Z');
    const decision = decide(life.chronology, { kind: 'carry-out-due' }, '2022-11-25T12:00:00.000Z');
    assert.ok(!decision.ok);
    assert.equal(decision.reason.kind, 'goes-round');
    assert.match(decision.reason.message, /"tell" opens again and again/);
  });

  it('may open three times in one moment, whatever else opens beside it and however often it has before', () => {
    const automatic = { automatic: 'done', ladder: [] };
    const programme = programmeOf(
      ['begin'],
      [
        step('begin', 'rdp', [answer('again', { opens: ['begin', 'check'] }), answer('go', { opens: ['one'] })]),
        step('one', 'rdp', [answer('done', { opens: ['check', 'two'] })], automatic),
        step('two', 'rdp', [answer('done', { opens: ['check', 'three'] })], automatic),
        step('three', 'rdp', [answer('done', { opens: ['check', 'rest'] })], automatic),
        step('check', 'rdp', [answer('done')], automatic),
        step('rest', 'rdp', [answer('done')]),
      ],
    );
    const life = beginTestLife(programme, '2022-11-25T12:00:00.000Z');
    for (let time = 0; time < 4; time += 1) life.answers('begin', 'again', 'p-coordinator', '2022-11-25T12:00:00.000Z');
    life.until('2022-11-25T12:00:00.000Z');
    life.answers('begin', 'go', 'p-coordinator', '2022-11-25T12:00:00.000Z');
    const decision = decide(life.chronology, { kind: 'carry-out-due' }, '2022-11-25T12:00:00.000Z');
    assert.ok(decision.ok, decision.ok ? '' : decision.reason.message);
    assert.equal(decision.value.filter((event) => event.type === 'step-opened' && event.step === 'check').length, 3);
  });
});
