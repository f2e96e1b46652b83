import { findStep, holdersOf, isAsked, openSteps, stepOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord, TimeAsked } from '../chronology/state.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant, StepRef, Via } from '../chronology/events.ts';
import { union } from '../chronology/evolve-change.ts';
import { longDate, longDateWithWeekday } from '../time/plain-date.ts';
import { askerOf, ownersOf } from '../programme.ts';
import type { PersonId } from '../programme.ts';
import { notAnOwner, notOpen, notRunning, unknownStep } from '../chronology/refusal.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { concerned, givenDate, lacksReason, recordChange } from './common.ts';
import type { Said } from './common.ts';
import { decideExtend } from './extension.ts';

/** One of those who are asked asks for a later due date. */
export type AskForTime = Said &
  StepRef & {
    readonly kind: 'ask-for-time';
    /** Who asked by telephone, when somebody else records it. */
    readonly onBehalfOf: PersonId | null;
    readonly via: Via;
    readonly dueOn: string;
  };

/** The coordinator gives the time that was asked for. Beyond the programme's limit the regional team is asked. */
export type GrantTime = StepRef & {
  readonly kind: 'grant-time';
  readonly by: PersonId;
  /** What is told with it; when empty, the reason that was given for the request. */
  readonly words: string;
  readonly note?: string;
};

export type RefuseTime = Said & StepRef & { readonly kind: 'refuse-time' };

/**
 * Asks the coordinator for a later due date. It is refused for whatever an extension would be refused for. Until somebody has
 * decided, the due date stands and reminders go on.
 */
export function decideAskForTime(chronology: Chronology, command: AskForTime, now: Instant): Decision {
  const record = openStep(chronology, command);
  if ('kind' in record) return refused(record);
  const step = stepOf(chronology.programme, record.step);
  const who = command.onBehalfOf ?? command.by;
  if (!isAsked(chronology, step, who, now)) return refused(notAnOwner(step, who));
  const waiting = waitingAlready(chronology, record);
  if (waiting !== null) return refused(waiting);
  const given = givenDate(command.dueOn, 'The new date');
  if (!given.ok) return given;
  // Giving the date without it takes an extension back. Nobody asks for that here.
  if (given.value < record.dueOn) {
    return refused({
      kind: 'too-early',
      message: `${longDate(given.value)} is before ${longDateWithWeekday(record.dueOn)}, when it is due.`,
      remedy: 'Give a later day.',
    });
  }
  // As if it were given at once, so that nobody waits for a date that cannot be given.
  const asIfGiven = decideExtend(chronology, { ...command, kind: 'extend', agreedWith: null }, now);
  if (!asIfGiven.ok) return asIfGiven;
  const tells = concerned(
    chronology,
    [],
    now,
    [askerOf(chronology.programme, step)].filter((role) => role !== null),
  ).filter(({ person }) => person !== who);
  if (tells.every(({ person }) => person === command.by)) {
    return refused({
      kind: 'role-not-held',
      message: 'There is nobody else who could decide on it.',
      remedy: 'Give the later date yourself on the page of the deployment.',
    });
  }
  const draft = startDraft(chronology);
  const stopped = recordChange(draft, now, command, { about: record, tells }, (change) => ({
    ...change,
    type: 'time-asked',
    step: record.step,
    round: record.round,
    onBehalfOf: command.onBehalfOf,
    via: command.via,
    dueOn: given.value,
    dueBefore: record.dueOn,
  }));
  return stopped ?? finish(draft, now);
}

/** Gives the time that was asked for, as an extension by whoever gives it: with its limit, its letters and its record. */
export function decideGrantTime(chronology: Chronology, command: GrantTime, now: Instant): Decision {
  const asked = askedFor(chronology, command);
  if (!('dueOn' in asked)) return refused(asked);
  const { step, round, by, words, note } = command;
  const because = words.trim() === '' ? asked.because : words;
  return decideExtend(
    chronology,
    { kind: 'extend', step, round, dueOn: asked.dueOn, agreedWith: by, by, because, ...(note === undefined ? {} : { note }) },
    now,
  );
}

/** Refuses the time that was asked for. Whoever asked is told why; the due date and the reminders stay as they are. */
export function decideRefuseTime(chronology: Chronology, command: RefuseTime, now: Instant): Decision {
  const asked = askedFor(chronology, command);
  if (!('dueOn' in asked)) return refused(asked);
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { step, round } = command;
  const owners = ownersOf(stepOf(chronology.programme, step));
  const role = holdersOf(chronology, owners).find(({ person }) => person === asked.person)?.role ?? owners[0] ?? '';
  const tells = union(concerned(chronology, [command], now), [{ role, person: asked.person }]);
  const draft = startDraft(chronology);
  const stopped = recordChange(draft, now, command, { about: command, tells }, (change) => ({
    ...change,
    type: 'time-refused',
    step,
    round,
    dueOn: asked.dueOn,
  }));
  return stopped ?? finish(draft, now);
}

/** Why nobody may ask for more time now: a request waits already, with the coordinator or with the regional team. */
export function waitingAlready(chronology: Chronology, record: StepRecord): Refusal | null {
  const further = openSteps(chronology).find(({ decides }) => decides !== null && sameStep(decides, record));
  const dueOn = record.timeAsked?.dueOn ?? further?.decides?.dueOn;
  if (dueOn === undefined) return null;
  return {
    kind: 'asked-already',
    message: `More time until ${longDateWithWeekday(dueOn)} has been asked for already, and nobody has decided yet.`,
    remedy: 'You will be told in an e-mail. Ask again once you know.',
  };
}

function openStep(chronology: Chronology, ref: StepRef): StepRecord | Refusal {
  if (chronology.status.kind !== 'running') return notRunning(chronology);
  const record = findStep(chronology, ref);
  if (record === undefined) return unknownStep(chronology, ref);
  return record.state.kind === 'open' ? record : notOpen(chronology, record);
}

function askedFor(chronology: Chronology, ref: StepRef): TimeAsked | Refusal {
  const record = openStep(chronology, ref);
  if ('kind' in record) return record;
  if (record.timeAsked !== null) return record.timeAsked;
  return {
    kind: 'nothing-changes',
    message: `Nobody waits for more time for "${stepOf(chronology.programme, record.step).title}".`,
    remedy: 'Somebody may have decided on it already: the page of the deployment says so.',
  };
}
