import { holdersOf, openSteps, stepOf } from './chronology.ts';
import type { Chronology, StepRecord } from './chronology.ts';
import { nthDay, onOrBefore } from './days.ts';
import type { Recipient, StepRef } from './events.ts';
import { londonDate, londonInstant } from './london.ts';
import { addDays, longDate } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import { ownersOf } from './programme.ts';
import type { RoleId, Rung, Step } from './programme.ts';
import { nextSendingMs, sendingStartMs } from './sending-time.ts';

/** What time alone brings about. */
export type DueAction =
  | (StepRef & { readonly kind: 'reach'; readonly rung: Rung } & Addressees)
  | (StepRef & { readonly kind: 'skip'; readonly rung: Rung; readonly to: readonly Recipient[]; readonly because: string })
  /** Every notice of an automatic step has been given: Chaser answers it itself. */
  | (StepRef & { readonly kind: 'answer-automatically' })
  /** An optional step whose due date has passed. */
  | (StepRef & { readonly kind: 'lapse' });

export type Addressees = {
  readonly to: readonly Recipient[];
  readonly tells: readonly Recipient[];
  /** Roles that ought to be written to and that nobody holds. */
  readonly unheld: readonly RoleId[];
};

/**
 * Everything that is due at this moment (epoch milliseconds), and nothing that is not: rungs come in sending hours,
 * on permitted days, once a round, and only while their step is open.
 */
export function dueActions(chronology: Chronology, nowMs: number): readonly DueAction[] {
  if (chronology.status.kind !== 'running') return [];
  return openSteps(chronology).flatMap((record) => dueActionsOf(chronology, record, nowMs));
}

/**
 * The one instant (epoch milliseconds) at which anything can change by itself; null when only an answer can change it.
 * It is later than `nowMs` as soon as everything that is due has been carried out.
 */
export function nextWakeMs(chronology: Chronology, nowMs: number): number | null {
  if (chronology.status.kind !== 'running') return null;
  let earliest: number | null = null;
  const consider = (atMs: number | null) => {
    if (atMs !== null && (earliest === null || atMs < earliest)) earliest = atMs;
  };
  for (const record of openSteps(chronology)) {
    const step = stepOf(chronology.programme, record.step);
    for (const rung of rungsAhead(step, record)) {
      const plan = planRung(chronology, record, step, rung, nowMs);
      if (plan.kind === 'at') consider(plan.atMs);
    }
    if (step.optional) consider(lapsesAtMs(record));
  }
  return earliest;
}

function dueActionsOf(chronology: Chronology, record: StepRecord, nowMs: number): readonly DueAction[] {
  const step = stepOf(chronology.programme, record.step);
  const ref: StepRef = { step: record.step, round: record.round };
  if (step.optional && lapsesAtMs(record) <= nowMs) return [{ ...ref, kind: 'lapse' }];

  const actions: DueAction[] = [];
  for (const rung of rungsAhead(step, record)) {
    const plan = planRung(chronology, record, step, rung, nowMs);
    if (plan.kind === 'never') {
      actions.push({ ...ref, kind: 'skip', rung, to: addressees(chronology, step, rung).to, because: plan.because });
    }
    if (plan.kind === 'at' && plan.atMs <= nowMs) {
      actions.push({ ...ref, kind: 'reach', rung, ...addressees(chronology, step, rung) });
    }
  }
  if (step.automatic !== null && rungsAhead(step, record).length === 0) {
    actions.push({ ...ref, kind: 'answer-automatically' });
  }
  return keepNewestLetter(actions);
}

/** Several letters to the owners due at once, after an outage, say: only the newest is worth sending. */
function keepNewestLetter(actions: readonly DueAction[]): readonly DueAction[] {
  const newest = actions.findLast((action) => action.kind === 'reach' && isChase(action.rung));
  return actions.map((action) =>
    action.kind === 'reach' && isChase(action.rung) && action !== newest
      ? {
          step: action.step,
          round: action.round,
          kind: 'skip',
          rung: action.rung,
          to: action.to,
          because: 'A later letter about the same step was due at the same time and went instead.',
        }
      : action,
  );
}

function isChase(rung: Rung): boolean {
  return rung.kind === 'request' || rung.kind === 'reminder' || rung.kind === 'overdue';
}

function rungsAhead(step: Step, record: StepRecord): readonly Rung[] {
  return step.ladder.filter((rung) => !record.past.includes(rung.id));
}

type RungPlan =
  | { readonly kind: 'at'; readonly atMs: number }
  /** It waits for the request to go first, or for a calendar that reaches so far. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'never'; readonly because: string };

/**
 * When a rung comes. Offsets are counted from the due date in the rung's own days. A rung after the due date never
 * comes sooner after the asking than after the due date: who was asked late is not called late at once.
 */
function planRung(chronology: Chronology, record: StepRecord, step: Step, rung: Rung, nowMs: number): RungPlan {
  const { programme, calendar } = chronology;
  const { to } = addressees(chronology, step, rung);
  if (rung.kind === 'notice' && to.length === 0) {
    return { kind: 'never', because: `Nobody is named as ${titleOf(chronology, rung.to)} of this deployment.` };
  }
  // Nobody to write to: the contact task that follows is spread by the step instead.
  const person = to[0]?.person ?? record.step;

  let fromMs: number;
  if (rung.at === 'opening') {
    fromMs = Date.parse(record.openedAt);
  } else {
    const askedOn = record.askedAt === null ? null : londonDate(Date.parse(record.askedAt));
    if (askedOn === null && step.ladder.some((other) => other.kind === 'request' && other.at === 'opening')) {
      return { kind: 'waits' };
    }
    const on = rungDay(chronology, record, rung, rung.at.daysFromDue, askedOn);
    if (on === null) return { kind: 'waits' };
    const after = askedOn ?? record.openedOn;
    if (on <= after) {
      return { kind: 'never', because: `The step was opened and asked for only on ${longDate(after)}.` };
    }
    fromMs = sendingStartMs(programme, on, person);
  }
  const atMs = nextSendingMs(programme, calendar, rung.days, person, Math.max(fromMs, nowMs));
  if (atMs === undefined) return { kind: 'waits' };
  return { kind: 'at', atMs: fromMs > nowMs ? Math.max(fromMs, atMs) : atMs };
}

function rungDay(chronology: Chronology, record: StepRecord, rung: Rung, daysFromDue: number, askedOn: PlainDate | null): PlainDate | null {
  const { calendar } = chronology;
  const base = daysFromDue > 0 && askedOn !== null && askedOn > record.dueOn ? askedOn : record.dueOn;
  const day = daysFromDue === 0 ? onOrBefore(calendar, rung.days, base) : nthDay(calendar, rung.days, base, daysFromDue);
  return day.ok ? day.value : null;
}

function addressees(chronology: Chronology, step: Step, rung: Rung): Addressees {
  const owner = chronology.programme.roles[step.owner];
  switch (rung.kind) {
    case 'request':
    case 'reminder':
    case 'overdue':
      return address(chronology, ownersOf(step), []);
    case 'notice':
      return address(chronology, rung.to === null ? [] : [rung.to], []);
    case 'call': {
      const { to, unheld } = address(chronology, owner?.calledBy ? [owner.calledBy] : [], []);
      // One named person telephones.
      return { to: to.slice(0, 1), tells: [], unheld };
    }
    case 'escalation':
      return address(chronology, owner?.escalatesTo ? [owner.escalatesTo] : [], owner?.escalationTells ?? []);
    default:
      return rung.kind satisfies never;
  }
}

function address(chronology: Chronology, roles: readonly RoleId[], tells: readonly RoleId[]): Addressees {
  const to = holdersOf(chronology, roles);
  return {
    to,
    tells: holdersOf(chronology, tells).filter((told) => !to.some((asked) => asked.person === told.person)),
    unheld: roles.filter((role) => (chronology.parties[role] ?? []).length === 0),
  };
}

function titleOf(chronology: Chronology, role: RoleId | null): string {
  return (role === null ? undefined : chronology.programme.roles[role]?.title) ?? 'recipient';
}

/** An optional step lapses as the day after its due date begins, in London. */
function lapsesAtMs(record: StepRecord): number {
  return londonInstant(addDays(record.dueOn, 1), 0);
}
