import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import type { TestLife } from '../../tests/kit/lives.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import type { Command } from '../chronology/decide.ts';
import type { ChronologyEvent } from '../chronology/events.ts';

const MONDAY = noon('2022-10-03');
const VISIT = { step: 'visit', round: 1 } as const;
const LEADER = { role: 'system-leader', person: 'p-leader' } as const;
const HEAD = { role: 'school', person: 'p-head' } as const;
const REGION = { role: 'regional-team', person: 'p-region' } as const;
const COORDINATOR = { role: 'rdp', person: 'p-coordinator' } as const;
const STOP = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;
const EXTEND = { kind: 'extend', ...CONFIRM, ...WHO, agreedWith: 'p-region', dueOn: '2022-10-20' } as const;
const DEPUTY = { kind: 'name-deputy', ...WHO, person: 'p-leader', deputy: 'p-deputy', from: '2022-10-03', to: '2022-10-12' } as const;
const SEND_BACK = { kind: 'send-back', ...CONFIRM, by: 'p-region', because: ' Not ours. ' } as const;

/** The first event of a command given at noon of a day, after what has happened before. */
function recorded(command: Command, day: string, before: (life: TestLife) => void = () => undefined, programme = SMALL) {
  const life = begun(programme);
  before(life);
  return life.does(command, noon(day))[0];
}
/** What every change records of itself, told to these people. */
const change = (day: string, tells: readonly { readonly role: string; readonly person: string }[], more: object = {}) => ({
  at: noon(day),
  change: 1,
  by: 'p-coordinator',
  because: 'The headteacher is ill.',
  about: CONFIRM,
  tells,
  moves: [],
  ...more,
});

const answered = (life: TestLife) => life.answers('confirm', 'yes', 'p-leader', MONDAY);
const escalated = (life: TestLife) => life.until(noon('2022-10-17'));
const turn = { step: 'confirm', round: 1, rung: 'escalation+3', at: noon('2022-10-17') } as const;

describe('what is recorded of', () => {
  const cases: readonly (readonly [what: string, command: Command, day: string, event: object, before?: (life: TestLife) => void])[] = [
    [
      'a stop of the whole deployment',
      { ...STOP, because: ` ${STOP.because}\n` },
      '2022-10-03',
      {
        ...change('2022-10-03', [LEADER]),
        type: 'clock-stopped',
        stop: 1,
        scope: null,
        category: 'illness',
        from: '2022-10-03',
        expectedEnd: '2022-10-07',
      },
    ],
    [
      'a stop of one step',
      { ...STOP, scope: VISIT, from: null },
      '2022-10-04',
      {
        ...change('2022-10-04', [HEAD], { about: VISIT }),
        type: 'clock-stopped',
        stop: 1,
        scope: VISIT,
        category: 'illness',
        from: '2022-10-04',
        expectedEnd: '2022-10-07',
      },
      answered,
    ],
    [
      'a stop that is prolonged',
      { kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-14' },
      '2022-10-04',
      { ...change('2022-10-04', [], { change: 2 }), type: 'clock-stop-prolonged', stop: 1, expectedEnd: '2022-10-14' },
      (life) => life.does(STOP, MONDAY),
    ],
    [
      'a stop that ends, with the dates that it moves',
      { kind: 'resume-clock', ...WHO, stop: 1, on: null },
      '2022-10-05',
      {
        ...change('2022-10-05', [LEADER], { change: 2, moves: [{ ...CONFIRM, from: '2022-10-12', to: '2022-10-14' }] }),
        type: 'clock-resumed',
        stop: 1,
        on: '2022-10-05',
      },
      (life) => life.does(STOP, MONDAY),
    ],
    [
      'more time',
      EXTEND,
      '2022-10-03',
      {
        ...change('2022-10-03', [LEADER], { moves: [{ ...CONFIRM, from: '2022-10-12', to: '2022-10-20' }] }),
        type: 'extension-agreed',
        ...CONFIRM,
        dueOn: '2022-10-20',
        agreedWith: 'p-region',
      },
    ],
    [
      'more time that the regional team is to decide on',
      { ...EXTEND, dueOn: '2022-11-30' },
      '2022-10-03',
      {
        ...change('2022-10-03', []),
        type: 'extension-asked',
        asked: { ...CONFIRM, dueOn: '2022-11-30', agreedWith: 'p-region', ...WHO },
        approval: { step: 'approve', round: 1 },
      },
    ],
    [
      'a rematch: whoever leaves is told, and everybody of whom something was asked',
      { kind: 'rematch', ...WHO, to: null },
      '2022-10-04',
      { ...change('2022-10-04', [HEAD, LEADER], { about: VISIT }), type: 'rematched', role: 'system-leader', from: ['p-leader'], to: null },
      answered,
    ],
    [
      'a change of person: both are told',
      { kind: 'change-person', ...WHO, role: 'school', from: 'p-head', to: 'p-new' },
      '2022-10-03',
      {
        ...change('2022-10-03', [HEAD, { role: 'school', person: 'p-new' }]),
        type: 'party-changed',
        role: 'school',
        from: 'p-head',
        to: 'p-new',
      },
    ],
    [
      'a further holder of a role',
      { kind: 'change-person', ...WHO, role: 'school', from: null, to: 'p-new' },
      '2022-10-03',
      { ...change('2022-10-03', [{ role: 'school', person: 'p-new' }]), type: 'party-changed', role: 'school', from: null, to: 'p-new' },
    ],
    [
      'a deputy: both are told',
      DEPUTY,
      '2022-10-03',
      {
        ...change('2022-10-03', [{ role: 'system-leader', person: 'p-deputy' }, LEADER]),
        type: 'deputy-named',
        person: 'p-leader',
        deputy: 'p-deputy',
        from: '2022-10-03',
        to: '2022-10-12',
      },
    ],
    [
      'the end of a deputy: both are told',
      { kind: 'end-deputy', ...WHO, person: 'p-leader' },
      '2022-10-12',
      {
        ...change('2022-10-12', [LEADER, { role: 'system-leader', person: 'p-deputy' }], { change: 2 }),
        type: 'deputy-ended',
        person: 'p-leader',
      },
      (life) => life.does(DEPUTY, MONDAY),
    ],
    [
      'a withdrawal for which nobody gave an account',
      { kind: 'withdraw', ...WHO, end: 'declined' },
      '2022-10-04',
      {
        ...change('2022-10-04', [LEADER, HEAD], { about: VISIT }),
        type: 'deployment-withdrawn',
        end: 'declined',
        withdrawnBy: null,
      },
      answered,
    ],
    [
      'a withdrawal on somebody’s account',
      { kind: 'withdraw', ...WHO, end: 'declined', withdrawnBy: 'school' },
      '2022-10-03',
      { ...change('2022-10-03', [LEADER]), type: 'deployment-withdrawn', end: 'declined', withdrawnBy: 'school' },
    ],
    [
      'a deployment that is reopened on the last day on which it may be',
      { kind: 'reopen', ...WHO },
      '2022-10-31',
      { ...change('2022-10-31', [LEADER], { change: 2 }), type: 'deployment-reopened' },
      (life) => life.does({ kind: 'withdraw', ...WHO, end: 'declined' }, MONDAY),
    ],
    [
      'an answer that is taken back, with what was there before',
      { kind: 'take-back-answer', ...WHO, ...CONFIRM },
      '2022-10-04',
      {
        ...change('2022-10-04', [LEADER, HEAD]),
        type: 'answer-taken-back',
        ...CONFIRM,
        answer: 'yes',
        facts: { matchedOn: null },
        parties: {},
      },
      answered,
    ],
    [
      'a corrected fact from which no open step is counted',
      { kind: 'correct-fact', ...WHO, fact: 'matchedOn', value: '2022-09-30' },
      '2022-10-04',
      { ...change('2022-10-04', [], { about: VISIT }), type: 'fact-corrected', fact: 'matchedOn', from: '2022-10-03', to: '2022-09-30' },
      answered,
    ],
    [
      'another pace',
      { kind: 'set-pace', ...WHO, pace: 'less' },
      '2022-10-03',
      { ...change('2022-10-03', []), type: 'pace-changed', pace: 'less' },
    ],
    [
      'a calendar that moves nothing: nobody is told',
      { kind: 'adopt-calendar', ...WHO, calendar: { ...CALENDAR, version: 'later' } },
      '2022-10-03',
      { ...change('2022-10-03', []), type: 'calendar-adopted', from: 'test', to: 'later' },
    ],
    [
      'what is noted besides, and who was added',
      { ...STOP, note: ' Not for the school. ', adds: 'p-new' },
      '2022-10-03',
      {
        ...change('2022-10-03', [LEADER]),
        note: 'Not for the school.',
        adds: 'p-new',
        type: 'clock-stopped',
        stop: 1,
        scope: null,
        category: 'illness',
        from: '2022-10-03',
        expectedEnd: '2022-10-07',
      },
    ],
    [
      'a chase before its time: it is the next reminder',
      { kind: 'chase-now', ...CONFIRM, by: 'p-coordinator' },
      '2022-10-03',
      {
        type: 'rung-reached',
        at: MONDAY,
        ...CONFIRM,
        rung: 'reminder0',
        kind: 'reminder',
        to: [LEADER],
        tells: [],
        unheld: [],
        broughtForwardBy: 'p-coordinator',
      },
    ],
    [
      'a chase after the ladder has none left: it is one of its own, and says that the step is overdue',
      { kind: 'chase-now', ...CONFIRM, by: 'p-coordinator' },
      '2022-10-18',
      {
        type: 'rung-reached',
        at: noon('2022-10-18'),
        ...CONFIRM,
        rung: 'chase-now-1',
        kind: 'overdue',
        to: [LEADER],
        tells: [],
        unheld: [],
        broughtForwardBy: 'p-coordinator',
      },
    ],
    [
      'a rung that is left out',
      { kind: 'skip-rung', ...CONFIRM, ...WHO, because: ' She is away. ' },
      '2022-10-03',
      {
        type: 'rung-skipped',
        at: MONDAY,
        ...CONFIRM,
        rung: 'reminder0',
        kind: 'reminder',
        to: [LEADER],
        because: 'She is away.',
        by: 'p-coordinator',
      },
    ],
    [
      'an escalation that is taken on: the coordinator is told',
      {
        kind: 'acknowledge',
        ...CONFIRM,
        by: 'p-region',
        onBehalfOf: null,
        via: 'link',
        because: ' I telephone. ',
        promisedOn: '2022-10-17',
      },
      '2022-10-17',
      {
        ...turn,
        turn: 1,
        type: 'escalation-acknowledged',
        change: 1,
        by: 'p-region',
        onBehalfOf: null,
        via: 'link',
        words: 'I telephone.',
        promisedOn: '2022-10-17',
        tells: [COORDINATOR],
      },
      escalated,
    ],
    [
      'an escalation that is handed over to somebody of another office',
      { kind: 'hand-over', ...CONFIRM, by: 'p-region', because: ' Hers. ', to: 'p-senior' },
      '2022-10-17',
      {
        ...turn,
        turn: 2,
        type: 'escalation-passed',
        how: 'handed-over',
        by: 'p-region',
        because: 'Hers.',
        to: [{ role: 'regional-senior', person: 'p-senior' }],
        unheld: [],
        tells: [],
      },
      escalated,
    ],
    [
      'an escalation that is sent back for somebody who telephoned',
      { ...SEND_BACK, by: 'p-senior', onBehalfOf: 'p-region' },
      '2022-10-17',
      {
        ...turn,
        turn: 2,
        type: 'escalation-passed',
        how: 'sent-back',
        by: 'p-senior',
        onBehalfOf: 'p-region',
        because: 'Not ours.',
        to: [COORDINATOR],
        unheld: [],
        tells: [],
      },
      escalated,
    ],
    [
      'a request that goes again because its recipient has another address',
      { kind: 'ask-anew', person: 'p-leader', because: 'address-changed', steps: [CONFIRM] },
      '2022-10-03',
      {
        type: 'rung-reached',
        at: MONDAY,
        ...CONFIRM,
        rung: 'request-again-1',
        kind: 'request',
        to: [LEADER],
        tells: [],
        unheld: [],
        anewBecause: 'address-changed',
      },
    ],
    [
      'an escalation that is asked for again because its holder has another address',
      { kind: 'ask-anew', person: 'p-region', because: 'address-changed', steps: [CONFIRM] },
      '2022-10-17',
      {
        ...turn,
        turn: 2,
        type: 'escalation-passed',
        how: 'asked-anew',
        by: null,
        because: 'The e-mail address of whoever has it has changed.',
        to: [REGION],
        unheld: [],
        tells: [],
      },
      escalated,
    ],
    [
      'an escalation that is asked for again because somebody else has its holder’s place',
      { kind: 'ask-anew', person: 'p-region', because: 'person-changed', steps: [CONFIRM] },
      '2022-10-17',
      {
        ...turn,
        turn: 2,
        type: 'escalation-passed',
        how: 'asked-anew',
        by: null,
        because: 'Somebody else has taken over from whoever had it.',
        to: [REGION],
        unheld: [],
        tells: [],
      },
      escalated,
    ],
  ];
  for (const [what, command, day, event, before] of cases) {
    it(what, () => {
      assert.deepEqual(recorded(command, day, before), event);
    });
  }
});

describe('what is recorded of a due date that moves', () => {
  const movedBy = (command: Command, day: string, before: (life: TestLife) => void = () => undefined): readonly ChronologyEvent[] => {
    const life = begun();
    before(life);
    return life.does(command, noon(day));
  };

  it('is where it goes, which rungs come again, and that the step is in time again', () => {
    const [, moved] = movedBy({ ...EXTEND, dueOn: '2022-10-21' }, '2022-10-13');
    assert.ok(moved?.type === 'due-date-moved');
    const { explanation, ...rest } = moved;
    assert.equal(explanation.at(-1)?.text, 'Due on Friday 21 October 2022.');
    assert.deepEqual(rest, {
      type: 'due-date-moved',
      at: noon('2022-10-13'),
      change: 1,
      ...CONFIRM,
      dayZero: '2022-09-30',
      dueOn: '2022-10-21',
      originalDueOn: null,
      calendarVersion: 'test',
      rearms: ['reminder0', 'overdue+1'],
      inTime: true,
    });
  });

  it('is that its escalation ends, with the new date', () => {
    const closed = movedBy({ ...EXTEND, dueOn: '2022-10-21' }, '2022-10-17').find(({ type }) => type === 'escalation-closed');
    assert.ok(closed?.type === 'escalation-closed');
    assert.deepEqual([closed.because, closed.tells], ['The due date is now 21 October 2022.', [REGION]]);
  });

  it('is that the step is late all the same where the new day has passed', () => {
    const back = { kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-04' } as const;
    const events = movedBy(back, '2022-10-17', (life) => life.does({ ...STOP, expectedEnd: '2022-10-28' }, MONDAY));
    const moved = events.find(({ type }) => type === 'due-date-moved');
    assert.ok(moved?.type === 'due-date-moved');
    assert.deepEqual([moved.dueOn, moved.inTime, moved.rearms], ['2022-10-13', false, []]);
  });

  it('is that the step is in time where it is due today', () => {
    const [, moved] = movedBy({ ...EXTEND, dueOn: ' 2022-10-14 ' }, '2022-10-14');
    assert.ok(moved?.type === 'due-date-moved');
    assert.deepEqual([moved.dueOn, moved.inTime], ['2022-10-14', true]);
  });

  const matchedInDecember = (life: TestLife) => {
    life.answers('confirm', 'yes', 'p-leader', noon('2022-12-16'));
    life.answers('visit', 'made', 'p-head', noon('2022-12-16'));
  };
  const correct = (value: string) => ({ kind: 'correct-fact', ...WHO, fact: 'matchedOn', value }) as const;

  it('is its day zero alone where that was corrected within the term: no date is said to have moved', () => {
    const [corrected, moved] = movedBy(correct('2022-12-05'), '2022-12-16', matchedInDecember);
    assert.deepEqual(corrected?.type === 'fact-corrected' && corrected.moves, []);
    assert.ok(moved?.type === 'due-date-moved');
    assert.deepEqual([moved.dayZero, moved.dueOn, moved.originalDueOn], ['2022-12-05', '2022-12-16', '2022-12-16']);
  });

  it('is, of a step that has closed, the date alone: nobody is told of it, and no rung comes again', () => {
    const [corrected, moved] = movedBy(correct('2023-01-05'), '2023-01-10', (life) => {
      matchedInDecember(life);
      life.answers('complete', 'more', 'p-leader', noon('2023-01-09'));
    });
    assert.deepEqual(corrected?.type === 'fact-corrected' && corrected.moves, []);
    assert.ok(moved?.type === 'due-date-moved');
    assert.deepEqual([moved.step, moved.dueOn, moved.inTime, moved.rearms], ['complete', '2023-03-31', false, []]);
  });
});
