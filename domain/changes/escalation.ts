import { findStep, stepOf } from '../chronology/chronology.ts';
import type { Chronology, Escalation } from '../chronology/state.ts';
import { nthDay } from '../time/days.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision, Draft } from '../chronology/draft.ts';
import { addressed } from '../chasing/due-actions.ts';
import type { EscalationAction } from '../chasing/escalation-times.ts';
import type { AskedAnewBecause, ChronologyEvent, Instant, Recipient, StepRef, Via } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { addDays, longDate, longDateWithWeekday, parsePlainDate } from '../time/plain-date.ts';
import { coordinatorRole } from '../programme.ts';
import type { PersonId } from '../programme.ts';
import { notRunning } from '../chronology/refusal.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { union } from '../chronology/evolve-change.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { givenDate, lacksReason } from './common.ts';
import type { Said } from './common.ts';

export type Acknowledge = StepRef & {
  readonly kind: 'acknowledge';
  readonly by: PersonId;
  /** Who telephoned, when somebody else records it. */
  readonly onBehalfOf: PersonId | null;
  readonly via: Via;
  /** What will be done. */
  readonly because: string;
  /** By which day, YYYY-MM-DD. */
  readonly promisedOn: string;
};

/** Who telephoned, when somebody else records it. Missing in commands older than this property. */
type ForSomebody = { readonly onBehalfOf?: PersonId | null };

export type HandOver = Said & StepRef & ForSomebody & { readonly kind: 'hand-over'; readonly to: PersonId };

export type SendBack = Said & StepRef & ForSomebody & { readonly kind: 'send-back' };

/** A date further ahead is more likely a typing mistake than a promise, and nobody would be chased until then. */
const LONGEST_PROMISE_DAYS = 60;

/**
 * Why a promise is refused although it could be kept: its day is too far ahead. Only `admit` asks this, for new
 * promises, so that histories with longer ones still replay (docs/decisions/0023).
 */
export function tooFarAhead({ promisedOn }: Acknowledge, now: Instant): Refusal | null {
  const last = addDays(londonDate(Date.parse(now)), LONGEST_PROMISE_DAYS);
  const promised = parsePlainDate(promisedOn);
  if (promised === undefined || promised <= last) return null;
  return {
    kind: 'bad-date',
    message: `The day by which it will be done must be on or before ${longDateWithWeekday(last)}.`,
    remedy: 'Promise for an earlier day; you can change the promise later.',
  };
}

/**
 * Records that its holder takes the escalation: what will be done, and by when. Until that day nobody above is asked.
 */
export function decideAcknowledge(chronology: Chronology, command: Acknowledge, now: Instant): Decision {
  const found = heldEscalation(chronology, command, command.onBehalfOf ?? command.by, now);
  if ('kind' in found) return refused(found);
  const missing = lacksReason(command);
  if (missing) return refused({ ...missing, message: 'You have not said what will be done.' });
  const promised = givenDate(command.promisedOn, 'The date by which it will be done');
  if (!promised.ok) return promised;
  const today = londonDate(Date.parse(now));
  if (promised.value < today) {
    return refused({ kind: 'bad-date', message: `${longDate(promised.value)} is in the past.`, remedy: `Give a day from ${today} on.` });
  }
  // Beyond the calendar Chaser could never report that the promised day has passed.
  const recalled = nthDay(chronology.calendar, 'working', promised.value, 1);
  if (!recalled.ok) return recalled;
  const { escalation } = found;
  const who = command.onBehalfOf ?? command.by;
  const draft = startDraft(chronology);
  draft.add({
    ...turnOf(escalation, escalation.turn, now),
    type: 'escalation-acknowledged',
    change: chronology.changes + 1,
    by: command.by,
    onBehalfOf: command.onBehalfOf,
    via: command.via,
    words: command.because.trim(),
    promisedOn: promised.value,
    tells: union(escalation.told, coordinatorsOf(chronology, now)).filter(({ person }) => person !== who && person !== command.by),
  });
  return finish(draft, now);
}

/** Hands the escalation over to somebody else. */
export function decideHandOver(chronology: Chronology, command: HandOver, now: Instant): Decision {
  const found = heldEscalation(chronology, command, command.onBehalfOf ?? command.by, now);
  if ('kind' in found) return refused(found);
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { escalation, as } = found;
  if (escalation.holders.some(({ person }) => person === command.to)) {
    return refused({ kind: 'same-person', message: 'They have it already.', remedy: 'Name somebody else, or acknowledge it.' });
  }
  const role = Object.entries(chronology.parties).find(([, people]) => people.includes(command.to))?.[0] ?? as.role;
  const draft = startDraft(chronology);
  pass(draft, escalation, now, {
    how: 'handed-over',
    ...saidBy(command),
    because: command.because.trim(),
    to: [{ role, person: command.to }],
    unheld: [],
  });
  return finish(draft, now);
}

/** The escalation was not for its holder: it goes back to the coordinator, with the reason. */
export function decideSendBack(chronology: Chronology, command: SendBack, now: Instant): Decision {
  const holder = command.onBehalfOf ?? command.by;
  const found = heldEscalation(chronology, command, holder, now);
  if ('kind' in found) return refused(found);
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { escalation } = found;
  const { programme } = chronology;
  const coordinator = programme.roles[stepOf(programme, escalation.step).owner]?.calledBy ?? coordinatorRole(programme);
  const { to } = addressed(chronology, coordinator === null ? [] : [coordinator], [], londonDate(Date.parse(now)));
  if (to.length === 0 || to.some(({ person }) => person === holder)) {
    return refused({
      kind: 'not-the-holder',
      message: 'There is nobody to send it back to.',
      remedy: 'Acknowledge it, or hand it over to somebody else.',
    });
  }
  const draft = startDraft(chronology);
  pass(draft, escalation, now, { how: 'sent-back', ...saidBy(command), because: command.because.trim(), to, unheld: [] });
  return finish(draft, now);
}

type Raise = Extract<EscalationAction, { kind: 'raise-escalation' }>;
type Recall = Extract<EscalationAction, { kind: 'recall-promise' }>;

/** Nobody acknowledged it in time: the role above is asked, and those who had it are told. */
export function raiseEscalation(draft: Draft, action: Raise, at: Instant): null {
  const escalation = openEscalation(draft.state(), action);
  if (escalation === undefined) return null;
  const since = longDate(londonDate(Date.parse(escalation.since)));
  const because = `Nobody has acknowledged it since ${since}.`;
  pass(draft, escalation, at, { how: 'raised', by: null, because, to: action.to, unheld: action.unheld });
  return null;
}

/** The promised day has passed and the step is still open: it comes back to the person who promised. */
export function recallPromise(draft: Draft, action: Recall, at: Instant): null {
  const escalation = openEscalation(draft.state(), action);
  if (escalation === undefined) return null;
  const because = `It was promised for ${longDate(action.promisedOn)}, and the step is still open.`;
  pass(draft, escalation, at, { how: 'promise-passed', by: null, because, to: escalation.holders, unheld: [] });
  return null;
}

/**
 * Whoever has the escalation is asked for it again, because their contact id has another address or another person behind it.
 * What somebody promised stands, unless they are gone. False when there is nothing to ask of them.
 */
export function askHolderAnew(
  draft: Draft,
  ref: StepRef,
  { person, because }: { readonly person: PersonId; readonly because: AskedAnewBecause },
  at: Instant,
): boolean {
  const escalation = openEscalation(draft.state(), ref);
  if (!escalation?.holders.some((holder) => holder.person === person)) return false;
  if (escalation.promisedOn !== null && because === 'address-changed') return false;
  const words =
    because === 'address-changed'
      ? 'The e-mail address of whoever has it has changed.'
      : 'Somebody else has taken over from whoever had it.';
  pass(draft, escalation, at, { how: 'asked-anew', by: null, because: words, to: escalation.holders, unheld: [] });
  return true;
}

type Passed = Extract<ChronologyEvent, { type: 'escalation-passed' }>;

/** Who did it and who recorded it, without naming the same person twice. */
function saidBy({ by, onBehalfOf }: Pick<Passed, 'by'> & ForSomebody): Pick<Passed, 'by' | 'onBehalfOf'> {
  return onBehalfOf == null || onBehalfOf === by ? { by } : { by, onBehalfOf };
}

type How = Pick<Passed, 'how' | 'by' | 'onBehalfOf' | 'because' | 'to' | 'unheld'>;

function pass(draft: Draft, escalation: Escalation, at: Instant, how: How): void {
  const knows = [how.by, how.onBehalfOf, ...how.to.map(({ person }) => person)];
  draft.add({
    ...turnOf(escalation, escalation.turn + 1, at),
    type: 'escalation-passed',
    ...how,
    tells: escalation.holders.filter(({ person }) => !knows.includes(person)),
  });
}

/** The people who rely on the chasing, and anybody who was told of the escalation before, hear what will be done. */
function coordinatorsOf(chronology: Chronology, now: Instant): readonly Recipient[] {
  const role = coordinatorRole(chronology.programme);
  return role === null ? [] : addressed(chronology, [role], [], londonDate(Date.parse(now))).to;
}

function turnOf({ step, round, rung }: Escalation, turn: number, at: Instant) {
  return { step, round, rung, turn, at };
}

function openEscalation({ escalations }: Chronology, ref: StepRef): Escalation | undefined {
  return escalations.find((each) => sameStep(each, ref));
}

/**
 * Who may acknowledge an escalation, hand it over or send it back: the people who were asked, their deputies, and
 * everybody who holds the same role.
 */
export function mayTake(chronology: Chronology, escalation: Escalation, now: Instant): readonly Recipient[] {
  const roles = escalation.holders.map(({ role }) => role);
  return [
    ...escalation.holders,
    ...addressed(chronology, roles, [], londonDate(Date.parse(now))).to,
    ...roles.flatMap((role) => (chronology.parties[role] ?? []).map((person) => ({ role, person }))),
  ].reduce<readonly Recipient[]>((known, one) => union(known, [one]), []);
}

/**
 * The open escalation of a step, and in what capacity this person has it: as the person who was written to, a holder of
 * the same role, or a deputy.
 */
function heldEscalation(
  chronology: Chronology,
  ref: StepRef,
  person: PersonId,
  now: Instant,
): { readonly escalation: Escalation; readonly as: Recipient } | Refusal {
  if (chronology.status.kind !== 'running') return notRunning(chronology);
  const escalation = openEscalation(chronology, ref);
  if (escalation === undefined || findStep(chronology, ref)?.state.kind !== 'open') {
    return {
      kind: 'no-escalation',
      message: 'This escalation has ended.',
      remedy: 'Nothing was changed, and nothing more is needed.',
    };
  }
  const as = mayTake(chronology, escalation, now).find((holder) => holder.person === person);
  if (as) return { escalation, as };
  return {
    kind: 'not-the-holder',
    message: `The escalation is not with ${person}.`,
    remedy: `It is with ${escalation.holders.map((holder) => holder.person).join(', ') || 'nobody'}; record it on their behalf when they telephone.`,
  };
}
