import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { noon, SMALL } from '../../tests/kit/changes.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { CALENDAR, PARTIES } from '../../tests/kit/programmes.ts';
import { lettersOf } from '../chasing/sent-letters.ts';
import { plainDate } from '../time/plain-date.ts';
import { eventsAhead } from './ahead.ts';
import { blankChronology, evolve, openSteps } from './chronology.ts';
import { decide } from './decide.ts';
import type { ChronologyEvent } from './events.ts';
import type { Chronology } from './state.ts';
import { takeIn } from './under-way.ts';
import type { Past, PastAnswer, PastPause } from './under-way.ts';

const day = plainDate;
const BEGINNING = { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: PARTIES } as const;
const answered = (step: string, on: string, answer: string | null = null, fields = {}): PastAnswer => ({
  step,
  on: day(on),
  answer,
  fields,
});
const pause = (over: Partial<PastPause>): PastPause => ({
  category: 'other',
  because: 'The headteacher is ill.',
  from: day('2022-10-03'),
  until: null,
  expectedEnd: null,
  ...over,
});

function past(answers: readonly PastAnswer[], over: Partial<Past> = {}): Past {
  return { by: 'p-coordinator', began: day('2022-09-30'), answers, pauses: [], extension: null, decideBy: day('2022-12-30'), ...over };
}

function takenIn(known: Past, now: string): { readonly events: readonly ChronologyEvent[]; readonly chronology: Chronology } {
  const events = takeIn(SMALL, BEGINNING, known, CALENDAR, now);
  assert.ok(events.ok, events.ok ? '' : events.reason.message);
  return { events: events.value, chronology: events.value.reduce(evolve, blankChronology(SMALL, CALENDAR)) };
}

function refusal(known: Past, now: string) {
  const events = takeIn(SMALL, BEGINNING, known, CALENDAR, now);
  assert.ok(!events.ok, 'expected a refusal');
  assert.notEqual(events.reason.remedy, '', 'a refusal says how to mend it');
  return events.reason;
}

const standing = (chronology: Chronology) => openSteps(chronology).map(({ step, openedOn, dueOn }) => `${step} ${openedOn} ${dueOn}`);
const within = (chronology: Chronology, from: string, until: string) =>
  eventsAhead(chronology, Date.parse(from), Date.parse(until))
    .flatMap((event) => lettersOf(event))
    .map(({ at, kind, step, to }) => `${at.slice(0, 10)} ${kind} ${step} ${to.person}`);

describe('taking a deployment in', () => {
  it('records each answer on its day, by whom it was given and by whom it was recorded', () => {
    const { events, chronology } = takenIn(past([answered('confirm', '2022-10-05', 'yes')]), noon('2022-10-10'));
    const [answer] = ofType(events, 'step-answered');
    assert.deepEqual(
      [answer?.at.slice(0, 10), answer?.by, answer?.onBehalfOf, answer?.via],
      ['2022-10-05', 'p-coordinator', 'p-leader', 'import'],
    );
    assert.equal(events.at(-1)?.type, 'deployment-taken-in');
    assert.deepEqual(
      standing(chronology),
      ['visit 2022-10-05 2022-10-19', 'note 2022-10-05 2022-11-02', 'complete 2022-10-05 2022-12-16'].slice(0, 2),
    );
    assert.equal(chronology.facts['matchedOn'], '2022-10-05');
  });

  it('asks nobody again, and goes on with the next reminder', () => {
    const { events, chronology } = takenIn(past([answered('confirm', '2022-10-05')]), noon('2022-10-17'));
    assert.deepEqual(rungsIn(events), []);
    assert.deepEqual(within(chronology, noon('2022-10-17'), noon('2022-10-20')), [
      '2022-10-18 reminder visit p-head',
      '2022-10-19 reminder visit p-head',
      '2022-10-20 overdue visit p-head',
    ]);
  });

  it('asks as ever for what follows from an answer of today', () => {
    const { chronology } = takenIn(past([answered('confirm', '2022-10-10')]), noon('2022-10-10'));
    assert.deepEqual(within(chronology, noon('2022-10-10'), noon('2022-10-11')), [
      '2022-10-10 request visit p-head',
      '2022-10-10 request note p-coordinator',
    ]);
  });

  it('does not ask on Monday whoever has known since Saturday', () => {
    const { chronology } = takenIn(past([answered('confirm', '2022-10-08')]), noon('2022-10-09'));
    assert.deepEqual(within(chronology, noon('2022-10-09'), noon('2022-10-14')), []);
  });

  it('leaves an escalation whose time has passed to the coordinator, until the day by which they decide', () => {
    const { events, chronology } = takenIn(past([], { decideBy: day('2022-11-04') }), noon('2022-10-24'));
    assert.deepEqual(
      chronology.escalations.map(({ step, holders, promisedOn, told }) => [
        step,
        holders.map(({ person }) => person),
        promisedOn,
        told.length,
      ]),
      [['confirm', ['p-coordinator'], '2022-11-04', 0]],
    );
    assert.equal(ofType(events, 'rung-reached')[0]?.leftToDecide, true);
    // Nothing until then. Then it comes back to them, and goes up after two working days.
    assert.deepEqual(
      within(chronology, noon('2022-10-24'), noon('2022-11-10')).map((line) => line.replace(' confirm', '')),
      ['2022-11-07 escalation p-coordinator', '2022-11-10 escalation p-region', '2022-11-10 escalation-notice p-coordinator'],
    );
  });

  it('counts the days of a pause, and keeps the date that was agreed', () => {
    const paused = takenIn(past([], { pauses: [pause({ until: day('2022-10-06') })] }), noon('2022-10-10'));
    assert.deepEqual(standing(paused.chronology), ['confirm 2022-09-30 2022-10-17']);
    const extension = { step: 'confirm', dueOn: day('2022-11-30') };
    const both = takenIn(past([], { pauses: [pause({ until: day('2022-10-06') })], extension }), noon('2022-10-10'));
    assert.deepEqual(standing(both.chronology), ['confirm 2022-09-30 2022-11-30'], 'nobody is asked to approve what was agreed');
    const still = takenIn(past([], { pauses: [pause({ expectedEnd: day('2022-11-01') })] }), noon('2022-10-24'));
    assert.deepEqual(within(still.chronology, noon('2022-10-24'), noon('2022-10-31')), []);
  });

  it('lets a deployment be ended without a word while Chaser has written nothing about it, and not afterwards', () => {
    const { chronology } = takenIn(past([answered('confirm', '2022-10-05')]), noon('2022-10-17'));
    const end = { kind: 'withdraw', end: 'withdrawn', by: 'p-coordinator', because: 'A wrong file.' } as const;
    const told = (of: Chronology, now: string) => {
      const ended = decide(of, end, now);
      assert.ok(ended.ok);
      return ofType(ended.value, 'deployment-withdrawn').flatMap(({ tells }) => tells.map(({ person }) => person));
    };
    assert.deepEqual(told(chronology, noon('2022-10-17')), []);
    const reminded = decide(chronology, { kind: 'carry-out-due' }, noon('2022-10-19'));
    assert.ok(reminded.ok);
    assert.deepEqual(told(reminded.value.reduce(evolve, chronology), noon('2022-10-19')), ['p-head']);
  });

  it.each([
    ['a day in the future', past([answered('confirm', '2022-10-11')]), /11 October 2022 is in the future/, { kind: 'answer', index: 0 }],
    ['a beginning in the future', past([], { began: day('2022-10-11') }), /in the future/, { kind: 'began' }],
    ['a day before the beginning', past([answered('confirm', '2022-09-29')]), /is before 30 September 2022/, { kind: 'answer', index: 0 }],
    [
      'a step whose predecessor is open',
      past([answered('visit', '2022-10-05')]),
      /“visit” had not opened on 5 October 2022/,
      { kind: 'answer', index: 0 },
    ],
    [
      'a step that closed before',
      past([answered('confirm', '2022-10-04'), answered('confirm', '2022-10-05')]),
      /“confirm” had closed on 5 October 2022/,
      { kind: 'answer', index: 1 },
    ],
    [
      'an answer that the step does not have',
      past([answered('confirm', '2022-10-05', 'perhaps')]),
      /no answer “perhaps”/,
      { kind: 'answer', index: 0 },
    ],
    [
      'nobody named by an answer that names somebody',
      past([answered('confirm', '2022-10-04'), answered('visit', '2022-10-05', 'refused'), answered('find', '2022-10-06')]),
      /"who" is missing/,
      { kind: 'answer', index: 2 },
    ],
    ['what has ended', past([answered('confirm', '2022-10-05', 'no')]), /It ended on 5 October 2022: Declined/, { kind: 'all' }],
    ['a pause that should have ended', past([], { pauses: [pause({ expectedEnd: day('2022-10-07') })] }), /has passed/, { kind: 'pause' }],
    ['a pause without an end', past([], { pauses: [pause({})] }), /nobody said until when/, { kind: 'pause' }],
    [
      'a new due date of what is not open',
      past([answered('confirm', '2022-10-05')], { extension: { step: 'confirm', dueOn: day('2022-11-01') } }),
      /“confirm” has a new due date and is not open/,
      { kind: 'extension' },
    ],
    [
      'a new due date that is earlier',
      past([], { extension: { step: 'confirm', dueOn: day('2022-10-11') } }),
      /earlier than 12 October 2022/,
      { kind: 'extension' },
    ],
    ['a day for deciding that has passed', past([], { decideBy: day('2022-10-07') }), /is in the past/, { kind: 'decide-by' }],
  ] as const)('refuses %s, and says where', (_, known, message, where) => {
    const reason = refusal(known, noon('2022-10-10'));
    assert.match(reason.message, message);
    assert.deepEqual(reason.where, where);
  });
});
