import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import type { TestLife } from '../../tests/kit/lives.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import type { Command } from '../chronology/decide.ts';
import { decideChange } from './change.ts';
import type { ChangeCommand } from './change.ts';

const MONDAY = noon('2022-10-03');
const STOP = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;
const RESUME = { kind: 'resume-clock', ...WHO, stop: null, on: null } as const;
const PROLONG = { kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-14' } as const;
const EXTEND = { kind: 'extend', ...CONFIRM, ...WHO, agreedWith: null, dueOn: '2022-10-20' } as const;
const REMATCH = { kind: 'rematch', ...WHO, to: null } as const;
const PERSON = { kind: 'change-person', ...WHO, role: 'school', from: 'p-head', to: 'p-new' } as const;
const DEPUTY = { kind: 'name-deputy', ...WHO, person: 'p-leader', deputy: 'p-deputy', from: '2022-10-10', to: '2022-10-12' } as const;
const WITHDRAW = { kind: 'withdraw', ...WHO, end: 'declined' } as const;
const REOPEN = { kind: 'reopen', ...WHO } as const;
const CORRECT = { kind: 'correct-fact', ...WHO, fact: 'matchedOn', value: '2022-10-03' } as const;
const TAKE_BACK = { kind: 'take-back-answer', ...WHO, ...CONFIRM } as const;
const CHASE = { kind: 'chase-now', ...CONFIRM, by: WHO.by } as const;
const SKIP = { kind: 'skip-rung', ...CONFIRM, ...WHO } as const;
const PACE = { kind: 'set-pace', ...WHO, pace: 'more' } as const;
const ACKNOWLEDGE = {
  kind: 'acknowledge',
  ...CONFIRM,
  by: 'p-region',
  onBehalfOf: null,
  via: 'link',
  because: 'I telephone.',
  promisedOn: '2022-10-20',
} as const;
const HAND_OVER = { kind: 'hand-over', ...CONFIRM, by: 'p-region', because: 'Hers.', to: 'p-senior' } as const;
const SEND_BACK = { kind: 'send-back', ...CONFIRM, by: 'p-region', because: 'Not ours.' } as const;
const ADOPT = { kind: 'adopt-calendar', ...WHO, calendar: CALENDAR } as const;
const ANEW = { kind: 'ask-anew', person: 'p-leader', because: 'address-changed', steps: [CONFIRM] } as const;

const NO_REASON = [
  'no-reason',
  'You have not given a reason.',
  'Say why in a sentence. It is kept in the record and is in the e-mails.',
] as const;
const NOTHING = 'Nothing was changed.';

/** What a command of that day is refused with, after what has happened before. */
function refusalOf(command: Command, at: string, before: (life: TestLife) => void = () => undefined, programme = SMALL) {
  const life = begun(programme);
  before(life);
  const { kind, message, remedy } = life.refuses(command, at);
  return [kind, message, remedy];
}

const answered = (life: TestLife) => life.answers('confirm', 'yes', 'p-leader', MONDAY);
const stopped = (life: TestLife) => life.does(STOP, MONDAY);
const ended = (life: TestLife) => life.does(WITHDRAW, MONDAY);
const completed = (life: TestLife) => {
  answered(life);
  life.answers('visit', 'made', 'p-head', MONDAY);
  life.answers('complete', 'done', 'p-leader', MONDAY);
};

describe('a change of a deployment that has ended', () => {
  const changes: readonly ChangeCommand[] = [
    STOP,
    RESUME,
    PROLONG,
    EXTEND,
    REMATCH,
    PERSON,
    DEPUTY,
    { kind: 'end-deputy', ...WHO, person: 'p-leader' },
    WITHDRAW,
    CORRECT,
    TAKE_BACK,
    CHASE,
    SKIP,
    PACE,
    ACKNOWLEDGE,
    HAND_OVER,
    SEND_BACK,
    { ...ADOPT, calendar: { ...CALENDAR, version: 'later' } },
    ANEW,
    { kind: 'raise', ...WHO, step: 'concern' },
  ];
  for (const command of changes) {
    it(`is refused, and the refusal says when and how it ended: ${command.kind}`, () => {
      assert.deepEqual(refusalOf(command, noon('2022-10-04'), ended), [
        'not-running',
        'This deployment ended on 3 October 2022: Declined.',
        NOTHING,
      ]);
    });
  }
});

describe('a change without a reason', () => {
  for (const [command, before] of [
    [STOP],
    [RESUME, stopped],
    [PROLONG, stopped],
    [EXTEND],
    [REMATCH],
    [PERSON],
    [DEPUTY],
    [WITHDRAW],
    [REOPEN, ended],
    [CORRECT, answered],
    [TAKE_BACK, answered],
    [SKIP],
    [PACE],
    [ADOPT],
  ] as const) {
    it(`is refused: ${command.kind}`, () => {
      assert.deepEqual(refusalOf({ ...command, because: ' \n' }, noon('2022-10-04'), before), NO_REASON);
    });
  }
});

describe('a change is refused, and the refusal says what is wrong and how to mend it:', () => {
  const escalated = (life: TestLife) => life.until(noon('2022-10-17'));
  const cases: readonly (readonly [
    what: string,
    command: Command,
    day: string,
    says: readonly [kind: string, message: string, remedy: string],
    before?: (life: TestLife) => void,
    programme?: typeof SMALL,
  ])[] = [
    // Stops
    [
      'a stop of a step that never was',
      { ...STOP, scope: { step: 'visit', round: 1 } },
      '2022-10-03',
      ['unknown-step', 'This deployment has no step "visit" in round 1.', 'Open now: confirm.'],
    ],
    [
      'a stop of a step that is closed',
      { ...STOP, scope: CONFIRM },
      '2022-10-03',
      ['not-open', '"confirm" was answered "yes" by p-leader on 3 October 2022.', 'Nothing was changed, and nothing more is needed.'],
      answered,
    ],
    [
      'a stop from tomorrow on',
      { ...STOP, from: '2022-10-04' },
      '2022-10-03',
      ['bad-date', '4 October 2022 is in the future, and a pause begins today or earlier.', 'Give a day from 2022-09-30 to 2022-10-03.'],
    ],
    [
      'a stop from the day before the deployment began',
      { ...STOP, from: '2022-09-29' },
      '2022-10-03',
      ['too-early', '29 September 2022 is before 30 September 2022, when it began.', 'Give a day from 2022-09-30 to 2022-10-03.'],
    ],
    [
      'a stop of a step from the day before the step opened',
      { ...STOP, scope: { step: 'visit', round: 1 }, from: '2022-09-30' },
      '2022-10-03',
      ['too-early', '30 September 2022 is before 3 October 2022, when it began.', 'Give a day from 2022-10-03 to 2022-10-03.'],
      answered,
    ],
    [
      'a stop that is to end before it begins',
      { ...STOP, expectedEnd: '2022-10-02' },
      '2022-10-03',
      [
        'bad-date',
        'The expected end, 2 October 2022, is before the first day.',
        'Give a day from 2022-10-03 on. When it has passed, the coordinator is asked whether the pause should go on.',
      ],
    ],
    [
      'a stop that should have ended yesterday',
      { ...STOP, expectedEnd: '2022-10-04' },
      '2022-10-05',
      [
        'bad-date',
        'The expected end, 4 October 2022, is in the past.',
        'Give a day from 2022-10-05 on. When it has passed, the coordinator is asked whether the pause should go on.',
      ],
    ],
    [
      'a stop beside one that runs',
      { ...STOP, scope: CONFIRM },
      '2022-10-04',
      ['clock-stopped', 'The whole deployment has been paused since 3 October 2022.', 'Change when it should end, or end it first.'],
      stopped,
    ],
    [
      'a stop of everything beside that of a step',
      STOP,
      '2022-10-04',
      ['clock-stopped', '"confirm" has been paused since 3 October 2022.', 'Change when it should end, or end it first.'],
      (life) => life.does({ ...STOP, scope: CONFIRM }, MONDAY),
    ],
    [
      'a stop from a day that was given back before',
      { ...STOP, from: '2022-10-04', expectedEnd: '2022-10-14' },
      '2022-10-06',
      [
        'clock-stopped',
        'The whole deployment was paused from 3 October 2022 until 5 October 2022 already: the days would be added twice.',
        'Give a first day from 2022-10-05 on.',
      ],
      (life) => {
        stopped(life);
        life.does(RESUME, noon('2022-10-05'));
      },
    ],
    ['a resume of a clock that runs', RESUME, '2022-10-03', ['clock-runs', 'Nothing is paused.', NOTHING]],
    [
      'a resume of a stop that is not that one',
      { ...RESUME, stop: 7 },
      '2022-10-04',
      ['clock-runs', 'It is not clear which pause you mean.', 'Say which: 1 (the whole deployment, since 2022-10-03).'],
      stopped,
    ],
    [
      'a resume on the day before the stop',
      { ...RESUME, on: '2022-10-02' },
      '2022-10-05',
      [
        'too-early',
        'The pause began on 3 October 2022. It cannot end on 2 October 2022, before that.',
        'Give a day from 2022-10-03 to 2022-10-05. 2022-10-03 itself undoes the pause: no day is added.',
      ],
      stopped,
    ],
    [
      'a resume tomorrow',
      { ...RESUME, on: '2022-10-06' },
      '2022-10-05',
      ['bad-date', '6 October 2022 is in the future.', 'End the pause on the day itself, or give a day from 2022-10-03 to 2022-10-05.'],
      stopped,
    ],
    [
      'a stop that is prolonged to the day it has',
      { ...PROLONG, expectedEnd: '2022-10-07' },
      '2022-10-04',
      ['nothing-changes', 'The pause should end on 7 October 2022 already.', 'Give another day, or leave it as it is.'],
      stopped,
    ],
    // More time
    [
      'more time for a step that never was',
      { ...EXTEND, step: 'visit' },
      '2022-10-03',
      ['unknown-step', 'This deployment has no step "visit" in round 1.', 'Open now: confirm.'],
    ],
    [
      'more time during the pause',
      EXTEND,
      '2022-10-04',
      [
        'clock-stopped',
        'This has been paused since 3 October 2022. The due date is not known until the pause ends.',
        'End the pause first. Its days are then added to the due date.',
      ],
      stopped,
    ],
    [
      'less time than the programme gives',
      { ...EXTEND, dueOn: '2022-10-11' },
      '2022-10-03',
      ['too-early', '11 October 2022 is earlier than 12 October 2022, the date without an extension.', 'Give a date from 2022-10-12 on.'],
    ],
    [
      'more time to a day that has passed',
      { ...EXTEND, dueOn: '2022-10-13' },
      '2022-10-14',
      ['too-early', '13 October 2022 is in the past.', 'Give a date from 2022-10-14 on.'],
    ],
    [
      'more time to the day on which it is due',
      { ...EXTEND, dueOn: '2022-10-12' },
      '2022-10-03',
      ['nothing-changes', 'It is due on 12 October 2022 already.', NOTHING],
    ],
    [
      'more time to a Saturday',
      { ...EXTEND, dueOn: '2022-10-15' },
      '2022-10-03',
      ['bad-date', 'Saturday 15 October 2022 is not a working day.', 'The next one is Monday 17 October 2022 (2022-10-17).'],
    ],
    [
      'more time while more time waits for a decision',
      { ...EXTEND, dueOn: '2022-11-30' },
      '2022-10-04',
      [
        'asked-already',
        'A request for more time is waiting for a decision already.',
        'Wait for the decision, or ask for it to be answered first.',
      ],
      (life) => life.does({ ...EXTEND, dueOn: '2022-11-30' }, MONDAY),
    ],
    // People
    [
      'a rematch in a programme without',
      REMATCH,
      '2022-10-03',
      ['not-in-programme', 'An invented programme has nobody to replace like this.', 'Change the person who holds a role instead.'],
      () => undefined,
      RULELESS,
    ],
    [
      'a rematch with the same leader',
      { ...REMATCH, to: 'p-leader' },
      '2022-10-03',
      ['same-person', 'That is the system leader already.', 'Name somebody else, or nobody.'],
    ],
    [
      'a rematch after completion was answered',
      REMATCH,
      '2022-10-04',
      [
        'too-late',
        '"complete" was answered on 3 October 2022; another can be found only before that.',
        'If that answer was wrong, take it back first.',
      ],
      (life) => {
        answered(life);
        life.answers('visit', 'made', 'p-head', MONDAY);
        life.answers('complete', 'more', 'p-leader', MONDAY);
      },
    ],
    [
      'a change of person in a role that the programme lacks',
      { ...PERSON, role: 'mayor' },
      '2022-10-03',
      [
        'role-not-held',
        'An invented programme has no role "mayor".',
        'Its roles are: regional-team, regional-senior, rdp, system-leader, school, local-authority.',
      ],
    ],
    [
      'somebody’s leaving who does not hold the role',
      { ...PERSON, from: 'p-stranger' },
      '2022-10-03',
      ['role-not-held', 'p-stranger is not headteacher in this deployment.', 'That is: p-head.'],
    ],
    [
      'somebody’s leaving whom nobody knows',
      { ...PERSON, role: 'local-authority', from: 'p-stranger' },
      '2022-10-03',
      ['role-not-held', 'p-stranger is not local authority in this deployment.', 'The page of the deployment says who takes part.'],
    ],
    [
      'a newcomer who holds the role',
      { ...PERSON, from: null, to: 'p-head' },
      '2022-10-03',
      ['same-person', 'p-head is headteacher already.', 'Name somebody else.'],
    ],
    [
      'a deputy for a stranger',
      { ...DEPUTY, person: 'p-stranger' },
      '2022-10-03',
      ['role-not-held', 'p-stranger is not anything in this deployment.', 'The page of the deployment says who takes part.'],
    ],
    [
      'a deputy for oneself',
      { ...DEPUTY, deputy: 'p-leader' },
      '2022-10-03',
      ['same-person', 'Nobody can be their own deputy.', 'Name somebody else.'],
    ],
    [
      'a deputy whose first day is none',
      { ...DEPUTY, from: 'soon' },
      '2022-10-03',
      ['bad-date', 'The first day cannot be "soon".', 'Give it as YYYY-MM-DD, for example 2022-12-05.'],
    ],
    [
      'a deputy whose last day is none',
      { ...DEPUTY, to: '2022-10-32' },
      '2022-10-03',
      ['bad-date', 'The last day cannot be "2022-10-32".', 'Give it as YYYY-MM-DD, for example 2022-12-05.'],
    ],
    [
      'a deputy whose last day comes before the first',
      { ...DEPUTY, to: '2022-10-09' },
      '2022-10-03',
      ['bad-date', 'The last day, 9 October 2022, is before the first.', 'Give a day from 2022-10-10 on.'],
    ],
    [
      'a deputy for days that are over',
      { ...DEPUTY, from: '2022-10-03', to: '2022-10-04' },
      '2022-10-05',
      ['bad-date', 'The last day, 4 October 2022, is in the past.', 'Give a day from 2022-10-05 on.'],
    ],
    [
      'a deputy for days of which one has a deputy',
      { ...DEPUTY, from: '2022-10-12', to: '2022-10-14' },
      '2022-10-04',
      ['asked-already', 'There is a deputy from 10 October 2022 to 12 October 2022 already.', 'End that first, or give other days.'],
      (life) => life.does(DEPUTY, MONDAY),
    ],
    [
      'the end of a deputy that nobody has',
      { kind: 'end-deputy', ...WHO, person: 'p-leader' },
      '2022-10-03',
      ['nothing-changes', 'p-leader has no deputy.', NOTHING],
    ],
    [
      'the end of a deputy whose days were over yesterday',
      { kind: 'end-deputy', ...WHO, person: 'p-leader' },
      '2022-10-13',
      ['nothing-changes', 'p-leader has no deputy.', NOTHING],
      (life) => life.does(DEPUTY, MONDAY),
    ],
    // Ends
    [
      'a withdrawal as completed',
      { ...WITHDRAW, end: 'done' },
      '2022-10-03',
      ['unknown-end', 'A deployment cannot be ended as "done".', 'Choose one of: declined, withdrawn.'],
    ],
    ['reopening what runs', REOPEN, '2022-10-03', ['not-ended', 'This deployment has not ended.', NOTHING]],
    [
      'reopening what was completed',
      REOPEN,
      '2022-10-04',
      [
        'not-ended',
        'This deployment was completed, and a completed deployment cannot be reopened.',
        'Start a new deployment for further support.',
      ],
      completed,
    ],
    [
      'reopening on the day after the last',
      REOPEN,
      '2022-11-01',
      ['too-late', 'It ended on 3 October 2022 and could be reopened until 31 October 2022.', 'Start a new deployment instead.'],
      ended,
    ],
    // Corrections
    [
      'a correction of what nobody has recorded',
      CORRECT,
      '2022-10-03',
      ['nothing-changes', 'Nothing is recorded as "matchedOn" yet.', 'No date is recorded yet.'],
    ],
    [
      'a correction of another fact than those that are recorded',
      { ...CORRECT, fact: 'visitedOn' },
      '2022-10-04',
      ['nothing-changes', 'Nothing is recorded as "visitedOn" yet.', 'Recorded are: matchedOn.'],
      answered,
    ],
    [
      'a correction to no date',
      { ...CORRECT, value: 'soon' },
      '2022-10-04',
      ['bad-date', 'The date for matched on cannot be "soon".', 'Give it as YYYY-MM-DD, for example 2022-12-05.'],
      answered,
    ],
    [
      'a correction to what is recorded',
      CORRECT,
      '2022-10-04',
      ['nothing-changes', 'It is recorded as 3 October 2022 already.', NOTHING],
      answered,
    ],
    [
      'a correction to tomorrow',
      { ...CORRECT, value: '2022-10-05' },
      '2022-10-04',
      ['bad-date', '5 October 2022 is in the future, and due dates are counted from matched on.', 'Give today or a day that has been.'],
      answered,
    ],
    [
      'taking back the answer of a step that never was',
      { ...TAKE_BACK, round: 2 },
      '2022-10-03',
      ['unknown-step', 'This deployment has no step "confirm" in round 2.', 'Open now: confirm.'],
    ],
    ['taking back what was not answered', TAKE_BACK, '2022-10-03', ['nothing-changes', '"confirm" has no answer to take back.', NOTHING]],
    [
      'taking back what was followed by an answer',
      TAKE_BACK,
      '2022-10-04',
      [
        'answered-since',
        '"visit", which followed from it, has been answered since.',
        'Take back the newest answer first, and then this one.',
      ],
      (life) => {
        answered(life);
        life.answers('visit', 'refused', 'p-head', MONDAY);
      },
    ],
    [
      'taking back what was answered before a rematch',
      TAKE_BACK,
      '2022-10-05',
      [
        'answered-since',
        'There has been a change of system leader since "confirm" was answered.',
        'It stays as it is: answer what is open now.',
      ],
      (life) => {
        answered(life);
        life.does(REMATCH, noon('2022-10-04'));
      },
    ],
    // Chasing
    [
      'a chase of a step that never was',
      { ...CHASE, round: 2 },
      '2022-10-03',
      ['unknown-step', 'This deployment has no step "confirm" in round 2.', 'Open now: confirm.'],
    ],
    [
      'a chase of a step that is closed',
      CHASE,
      '2022-10-04',
      ['not-open', '"confirm" was answered "yes" by p-leader on 3 October 2022.', 'Nothing was changed, and nothing more is needed.'],
      answered,
    ],
    [
      'a chase during the pause',
      CHASE,
      '2022-10-04',
      ['clock-stopped', 'This has been paused since 3 October 2022, and nobody is chased during a pause.', 'End the pause first.'],
      stopped,
    ],
    [
      'a second chase in one day',
      CHASE,
      '2022-10-03',
      ['asked-already', 'A letter about "confirm" was written today already.', 'Telephone, or send another reminder tomorrow.'],
      (life) => life.does(CHASE, MONDAY),
    ],
    [
      'leaving out a chase where none is ahead',
      SKIP,
      '2022-10-18',
      ['nothing-ahead', 'There is no reminder or call ahead that could be skipped.', NOTHING],
    ],
    [
      'the pace that it has',
      { ...PACE, pace: 'usual' },
      '2022-10-03',
      ['nothing-changes', 'It has that many reminders already: usual.', NOTHING],
    ],
    // Escalations
    [
      'taking what is not escalated',
      ACKNOWLEDGE,
      '2022-10-14',
      ['no-escalation', 'This escalation has ended.', 'Nothing was changed, and nothing more is needed.'],
    ],
    [
      'taking an escalation that is with somebody else',
      { ...ACKNOWLEDGE, by: 'p-leader' },
      '2022-10-17',
      ['not-the-holder', 'The escalation is not with p-leader.', 'It is with p-region; record it on their behalf when they telephone.'],
      escalated,
    ],
    [
      'taking an escalation without words',
      { ...ACKNOWLEDGE, because: ' ' },
      '2022-10-17',
      ['no-reason', 'You have not said what will be done.', NO_REASON[2]],
      escalated,
    ],
    [
      'taking an escalation until no day',
      { ...ACKNOWLEDGE, promisedOn: 'soon' },
      '2022-10-17',
      ['bad-date', 'The date by which it will be done cannot be "soon".', 'Give it as YYYY-MM-DD, for example 2022-12-05.'],
      escalated,
    ],
    [
      'taking an escalation until yesterday',
      { ...ACKNOWLEDGE, promisedOn: '2022-10-16' },
      '2022-10-17',
      ['bad-date', '16 October 2022 is in the past.', 'Give a day from 2022-10-17 on.'],
      escalated,
    ],
    [
      'handing an escalation to whoever has it',
      { ...HAND_OVER, to: 'p-region' },
      '2022-10-17',
      ['same-person', 'They have it already.', 'Name somebody else, or acknowledge it.'],
      escalated,
    ],
    [
      'sending back what the coordinator has',
      { ...SEND_BACK, by: 'p-coordinator' },
      '2022-10-17',
      ['not-the-holder', 'There is nobody to send it back to.', 'Acknowledge it, or hand it over to somebody else.'],
      (life) => {
        escalated(life);
        life.does(SEND_BACK, noon('2022-10-17'));
      },
    ],
    [
      'asking somebody anew who is asked nothing',
      { ...ANEW, person: 'p-head' },
      '2022-10-03',
      ['nothing-changes', 'Nothing is asked of p-head here any more.', NOTHING],
    ],
    // The calendar
    ['the calendar on which it is counted', ADOPT, '2022-10-03', ['nothing-changes', 'It uses that calendar already.', NOTHING]],
  ];
  for (const [what, command, day, says, before, programme] of cases) {
    it(what, () => {
      assert.deepEqual(refusalOf(command, noon(day), before, programme), says);
    });
  }

  it('chasing a step before its request has gone', () => {
    const life = begun();
    const unasked = { ...life.chronology, steps: life.chronology.steps.map((record) => ({ ...record, askedAt: null })) };
    const decision = decideChange(unasked, CHASE, MONDAY);
    assert.deepEqual(decision.ok ? null : decision.reason, {
      kind: 'nothing-ahead',
      message: '"confirm" has not been asked for yet.',
      remedy: 'The first request goes out by itself in the next sending hours.',
    });
  });

  it('a pace that no ladder provides for', () => {
    const { visit, ...steps } = SMALL.steps;
    assert.ok(visit);
    assert.deepEqual(refusalOf(PACE, MONDAY, undefined, { ...SMALL, steps }), [
      'not-in-programme',
      'The ladders of An invented programme do not provide for chasing more.',
      'Send or skip single reminders instead.',
    ]);
  });

  it('a rematch when nobody is named yet', () => {
    const life = begun();
    const { 'system-leader': _, ...parties } = life.chronology.parties;
    const decision = decideChange({ ...life.chronology, parties }, REMATCH, MONDAY);
    assert.deepEqual(decision.ok ? null : decision.reason, {
      kind: 'role-not-held',
      message: 'Nobody is named as system leader yet, so there is nobody to replace.',
      remedy: 'Answer "find" with the name of one.',
    });
  });

  it('a correction of a fact that is no date', () => {
    const chronology = { ...begun().chronology, facts: { tier: 'tier-2' } };
    const decision = decideChange(chronology, { ...CORRECT, fact: 'tier' }, MONDAY);
    assert.deepEqual(decision.ok ? null : decision.reason, {
      kind: 'bad-date',
      message: 'What is recorded as "tier" is "tier-2", which is no date.',
      remedy: 'Only dates are corrected. Take back the answer that recorded it, or withdraw the deployment and start again.',
    });
  });
});
