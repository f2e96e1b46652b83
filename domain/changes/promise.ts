import { findStep, isAsked, stepOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant, StepRef, Via } from '../chronology/events.ts';
import { promiseOf } from '../chasing/promised.ts';
import { isOpen, nthDay } from '../time/days.ts';
import type { BeyondHorizon } from '../time/due-date.ts';
import { londonDate } from '../time/london.ts';
import { addDays, longDate, longDateWithWeekday } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { daysOf, promiseRuleOf } from '../programme.ts';
import type { PersonId, PromiseRule } from '../programme.ts';
import { notAnOwner, notOpen, notRunning, unknownStep } from '../chronology/refusal.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { ok, refused } from '../result.ts';
import type { Result } from '../result.ts';
import { times } from '../words.ts';
import { givenDate, recordChange } from './common.ts';

export type MakePromise = StepRef & {
  readonly kind: 'promise';
  readonly by: PersonId;
  /** Who promised by telephone, when somebody else records it. */
  readonly onBehalfOf: PersonId | null;
  readonly via: Via;
  /** By which day they will answer, YYYY-MM-DD. */
  readonly promisedOn: string;
  /** What they said besides; may be empty. */
  readonly words: string;
  readonly note?: string;
};

/**
 * Records that somebody who is asked will answer by a day. Until that day is over nobody is reminded, called or told of
 * lateness about this step. The due date stays, and so does the lateness. At most as often and as far ahead as the programme
 * says (`promiseRuleOf`, working days after today; an assumption of ours where the programme is silent).
 *
 * Promised on Monday 7 November 2022, within 5 working days: Monday 14 November is the last day that may be promised.
 */
export function decidePromise(chronology: Chronology, command: MakePromise, now: Instant): Decision {
  const record = findStep(chronology, command);
  if (record === undefined) return refused(unknownStep(chronology, command));
  const step = stepOf(chronology.programme, record.step);
  const who = command.onBehalfOf ?? command.by;
  if (record.state.kind === 'open' && chronology.status.kind === 'running' && !isAsked(chronology, step, who, now)) {
    return refused(notAnOwner(step, who));
  }
  const may = mayPromise(chronology, record, now);
  if (!may.ok) return may;
  const given = givenDate(command.promisedOn, 'The day');
  if (!given.ok) return given;
  const promisedOn = given.value;
  const today = londonDate(Date.parse(now));
  if (promisedOn < today || promisedOn > may.value.last) {
    const past = promisedOn < today;
    return refused({
      kind: past ? 'bad-date' : 'too-late',
      message: past ? `${longDate(promisedOn)} is in the past.` : tooFar(may.value, promisedOn),
      remedy: `Give a day from ${longDateWithWeekday(today)} to ${longDateWithWeekday(may.value.last)}.`,
    });
  }
  if (promiseOf(chronology, record)?.promisedOn === promisedOn) {
    return refused({
      kind: 'nothing-changes',
      message: `You have said already that you will answer by ${longDateWithWeekday(promisedOn)}.`,
      remedy: 'Nothing was changed.',
    });
  }
  const draft = startDraft(chronology);
  const said = { by: command.by, because: command.words, ...(command.note === undefined ? {} : { note: command.note }) };
  const stopped = recordChange(draft, now, said, { about: record, tells: [] }, (change) => ({
    ...change,
    type: 'answer-promised',
    step: record.step,
    round: record.round,
    onBehalfOf: command.onBehalfOf,
    via: command.via,
    promisedOn,
  }));
  return stopped ?? finish(draft, now);
}

/** The last day that may be promised, and why no later one. */
export type MayPromise = {
  readonly last: PlainDate;
  readonly because: 'rule' | 'closes';
  readonly rule: PromiseRule;
  /** How many promises the programme allows after this one. */
  readonly left: number;
};

/** Whether somebody may say now by when they will answer a step, and until which day. Refused with the reason. */
export function mayPromise(chronology: Chronology, record: StepRecord, now: Instant): Result<MayPromise, Refusal | BeyondHorizon> {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  if (record.state.kind !== 'open') return refused(notOpen(chronology, record));
  const { programme, calendar } = chronology;
  const step = stepOf(programme, record.step);
  const rule = promiseRuleOf(programme);
  if (rule === null) {
    return refused({
      kind: 'not-in-programme',
      message: `${programme.title} does not let anybody put off reminders by saying when they will answer.`,
      remedy: 'Answer, or ask for more time.',
    });
  }
  if (record.askedAt === null) {
    return refused({
      kind: 'nothing-ahead',
      message: `"${step.title}" has not been asked for yet.`,
      remedy: 'The first request goes out by itself in the next sending hours.',
    });
  }
  const stop = stopOf(chronology, record);
  if (stop !== undefined) {
    return refused({
      kind: 'clock-stopped',
      message: `This has been paused since ${longDate(stop.from)}, and nobody is reminded during a pause.`,
      remedy: 'You do not need to say when you will answer until the pause ends.',
    });
  }
  const left = rule.most - record.promises.length;
  if (left <= 0) {
    return refused({
      kind: 'asked-already',
      message: `A day has been promised ${times(rule.most)} already, and no further one can be.`,
      remedy: 'Answer, or ask for more time.',
    });
  }
  const today = londonDate(Date.parse(now));
  const within = nthDay(calendar, 'working', today, rule.within);
  if (!within.ok) return within;
  // Beyond the calendar Chaser could never remind anybody that the day has passed.
  const after = nthDay(calendar, 'working', within.value, 1);
  if (!after.ok) return after;
  const closes = step.optional && record.dueOn < within.value;
  return ok({ last: closes ? record.dueOn : within.value, because: closes ? 'closes' : 'rule', rule, left: left - 1 });
}

/**
 * The days that are offered in one click: the next days on which the owner of the step works or, for a school, is open, from tomorrow
 * to the last day that may be promised. At most so many.
 */
export function daysToPromise(
  chronology: Chronology,
  record: StepRecord,
  { last }: MayPromise,
  now: Instant,
  most = 4,
): readonly PlainDate[] {
  const kind = daysOf(chronology.programme, stepOf(chronology.programme, record.step));
  const days: PlainDate[] = [];
  for (let day = addDays(londonDate(Date.parse(now)), 1); day <= last && days.length < most; day = addDays(day, 1)) {
    const open = isOpen(chronology.calendar, kind, day);
    if (open.ok && open.value) days.push(day);
  }
  return days;
}

function tooFar({ last, because, rule }: MayPromise, promisedOn: PlainDate): string {
  return because === 'closes'
    ? `This closes by itself after ${longDateWithWeekday(last)}, before ${longDate(promisedOn)}.`
    : `${longDateWithWeekday(promisedOn)} is more than ${rule.within} working ${rule.within === 1 ? 'day' : 'days'} ahead.`;
}
