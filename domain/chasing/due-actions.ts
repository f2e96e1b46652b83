import { holdersOf, isChase, openSteps, stepOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import { nthDay, onOrBefore } from '../time/days.ts';
import { escalationActions, escalationWakes } from './escalation-times.ts';
import type { EscalationAction } from './escalation-times.ts';
import { heldName } from '../chronology/evolve-change.ts';
import type { Pace, Recipient, StepRef } from '../chronology/events.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { addDays, longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { callerOf, changeRulesOf, ownersOf } from '../programme.ts';
import type { PersonId, RoleId, Rung, RungId, RungKind, Step } from '../programme.ts';
import { promiseOf, waitsForPromise } from './promised.ts';
import { rungName } from './rung-names.ts';
import { nextSendingMs, sendingStartMs } from './sending-time.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { stopQueryMs } from './stop-query.ts';

/** What the passing of time alone causes. */
export type DueAction =
  | (StepRef & { readonly kind: 'reach'; readonly rung: Rung; readonly name: RungId } & Addressees)
  | (StepRef & {
      readonly kind: 'skip';
      readonly rung: Rung;
      readonly name: RungId;
      readonly to: readonly Recipient[];
      readonly because: string;
    })
  /** The rung has come due while the clock is stopped. */
  | (StepRef & {
      readonly kind: 'hold';
      readonly rung: Rung;
      readonly name: RungId;
      readonly to: readonly Recipient[];
      readonly stop: number;
      readonly because: string;
    })
  /** The expected end of a stop has passed. */
  | { readonly kind: 'query-stop'; readonly stop: number }
  | EscalationAction
  /** Every notice of an automatic step has been given, so Chaser answers the step itself. */
  | (StepRef & { readonly kind: 'answer-automatically' })
  /** An optional step whose due date has passed. */
  | (StepRef & { readonly kind: 'lapse' });

export type Addressees = {
  readonly to: readonly Recipient[];
  readonly tells: readonly Recipient[];
  /** Roles that should be written to but have no holder. */
  readonly unheld: readonly RoleId[];
};

/**
 * Everything that is due at this moment (epoch milliseconds), and nothing else. Rungs come in sending hours, on
 * permitted days, once a round, and only while their step is open.
 */
export function dueActions(chronology: Chronology, nowMs: number): readonly DueAction[] {
  if (chronology.status.kind !== 'running') return [];
  return [
    ...openSteps(chronology).flatMap((record) => dueActionsOf(chronology, record, nowMs)),
    ...chronology.stops.flatMap((stop): readonly DueAction[] => {
      const atMs = stopQueryMs(chronology, stop, nowMs);
      return atMs !== null && atMs <= nowMs ? [{ kind: 'query-stop', stop: stop.stop }] : [];
    }),
    ...escalationActions(chronology, nowMs),
  ];
}

/**
 * The next instant (epoch milliseconds) at which anything can change by itself; null when only an answer can change it.
 * It is later than `nowMs` once everything that is due has been carried out.
 */
export function nextWakeMs(chronology: Chronology, nowMs: number): number | null {
  if (chronology.status.kind !== 'running') return null;
  let earliest: number | null = null;
  const consider = (atMs: number | null) => {
    if (atMs !== null && (earliest === null || atMs < earliest)) earliest = atMs;
  };
  for (const record of openSteps(chronology)) {
    const step = stepOf(chronology.programme, record.step);
    const stop = stopOf(chronology, record);
    for (const { rung, name, plan } of plannedRungs(chronology, step, record)) {
      if (stop && record.held.includes(heldName(name, stop.stop))) continue;
      if (plan.kind === 'from') consider(leavesAtMs(chronology, rung, plan, nowMs));
    }
    if (step.optional && !stop) consider(lapsesAtMs(record));
  }
  for (const stop of chronology.stops) consider(stopQueryMs(chronology, stop, nowMs));
  for (const atMs of escalationWakes(chronology, nowMs)) consider(atMs);
  return earliest;
}

/**
 * The next rung of a step that time would bring, with its moment; undefined when none is ahead. Requests and notices
 * are left out, because they are not chases.
 */
export function nextChase(
  chronology: Chronology,
  record: StepRecord,
  nowMs: number,
  kinds: readonly RungKind[] = ['reminder', 'overdue', 'call', 'escalation'],
): ({ readonly rung: Rung; readonly name: RungId; readonly atMs: number } & Addressees) | undefined {
  const step = stepOf(chronology.programme, record.step);
  return plannedRungs(chronology, step, record)
    .filter(({ rung }) => kinds.includes(rung.kind))
    .flatMap(({ rung, name, plan }) => {
      const atMs = plan.kind === 'from' ? leavesAtMs(chronology, rung, plan, nowMs) : null;
      return atMs === null ? [] : [{ rung, name, atMs, ...addressees(chronology, step, rung, nowMs) }];
    })
    .toSorted((a, b) => a.atMs - b.atMs)[0];
}

/** The rungs that have come but whose new day, after the due date has moved, is still ahead. They come again. */
export function rungsToRearm(chronology: Chronology, record: StepRecord, today: PlainDate): readonly RungId[] {
  const askedOn = record.askedAt === null ? null : londonDate(Date.parse(record.askedAt));
  return stepOf(chronology.programme, record.step).ladder.flatMap((rung) => {
    if (rung.at === 'opening' || !record.past.includes(rungName(record, rung))) return [];
    const on = rungDay(chronology, record, rung, rung.at.daysFromDue, askedOn);
    return on !== null && on > today ? [rung.id] : [];
  });
}

function dueActionsOf(chronology: Chronology, record: StepRecord, nowMs: number): readonly DueAction[] {
  const step = stepOf(chronology.programme, record.step);
  const ref: StepRef = { step: record.step, round: record.round };
  const stop = stopOf(chronology, record);
  if (step.optional && !stop && lapsesAtMs(record) <= nowMs) return [{ ...ref, kind: 'lapse' }];

  const actions: DueAction[] = [];
  const ahead = plannedRungs(chronology, step, record);
  for (const { rung, name, plan } of ahead) {
    // Most rungs lie ahead, and nobody is looked for.
    if (plan.kind === 'waits') continue;
    if (plan.kind === 'from') {
      const atMs = leavesAtMs(chronology, rung, plan, nowMs);
      if (atMs === null || atMs > nowMs) continue;
    }
    const addressed = addressees(chronology, step, rung, nowMs);
    if (stop) {
      if (plan.kind !== 'from' || record.held.includes(heldName(name, stop.stop))) continue;
      const because = `Paused since ${longDate(stop.from)}.`;
      actions.push({ ...ref, kind: 'hold', rung, name, to: addressed.to, stop: stop.stop, because });
    } else if (plan.kind === 'never') {
      actions.push({ ...ref, kind: 'skip', rung, name, to: addressed.to, because: plan.because });
    } else {
      const escalated =
        rung.kind === 'escalation' &&
        changeRulesOf(chronology.programme).acknowledgeWithin !== null &&
        (chronology.escalations.some((open) => sameStep(open, record)) || actions.some(escalates));
      actions.push(
        escalated
          ? { ...ref, kind: 'skip', rung, name, to: addressed.to, because: 'An escalation of this step is open already.' }
          : { ...ref, kind: 'reach', rung, name, ...addressed },
      );
    }
  }
  if (step.automatic !== null && ahead.length === 0) {
    actions.push({ ...ref, kind: 'answer-automatically' });
  }
  return keepNewestLetter(actions);
}

function escalates(action: DueAction): boolean {
  return action.kind === 'reach' && action.rung.kind === 'escalation';
}

/**
 * When several letters to the owners are due at once, for example after an outage, only the newest is worth sending.
 */
function keepNewestLetter(actions: readonly DueAction[]): readonly DueAction[] {
  const newest = actions.findLast((action) => action.kind === 'reach' && isChase(action.rung.kind));
  return actions.map((action) =>
    action.kind === 'reach' && isChase(action.rung.kind) && action !== newest
      ? {
          step: action.step,
          round: action.round,
          kind: 'skip',
          rung: action.rung,
          name: action.name,
          to: action.to,
          because: 'A later letter about the same step was due at the same time, and was sent instead.',
        }
      : action,
  );
}

/** The rungs that have not come yet and belong to the deployment's pace. */
function rungsAhead({ pace }: Chronology, step: Step, record: StepRecord): readonly Rung[] {
  return step.ladder.filter((rung) => !record.past.includes(rungName(record, rung)) && belongsTo(pace, rung));
}

function belongsTo(pace: Pace, rung: Rung): boolean {
  return !(rung.pace === 'more' && pace !== 'more') && !(rung.pace === 'not-less' && pace === 'less');
}

/** What of a rung's coming does not depend on the moment at which it is asked for. */
type RungPlan =
  /**
   * From when on it may leave, to whom (who sets the minute), and when it leaves if it is asked for before that: null when the calendar
   * ends before.
   */
  | { readonly kind: 'from'; readonly fromMs: number; readonly person: PersonId; readonly leavesMs: number | null }
  /** The rung waits for the request to go first, or for a calendar that reaches far enough. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'never'; readonly because: string };

type PlannedRung = { readonly rung: Rung; readonly name: RungId; readonly plan: RungPlan };

/** The plans of an opened step, and all that they were made of besides the step itself. */
type Planned = Pick<Chronology, 'programme' | 'calendar' | 'parties' | 'deputies' | 'pace' | 'pacedFrom' | 'pacedOn'> & {
  readonly rungs: readonly PlannedRung[];
};

/**
 * What was last planned for an opened step that is still held somewhere. Neither the step nor what its plans are made of ever changes in place,
 * and all of it is asked for several times at each moment of a deployment's life: to carry out what is due, until nothing more is, and to
 * find when something is due next.
 */
const planned = new WeakMap<StepRecord, Planned>();

/** The rungs that have not come yet and belong to the deployment's pace, each with its plan. */
function plannedRungs(chronology: Chronology, step: Step, record: StepRecord): readonly PlannedRung[] {
  const { programme, calendar, parties, deputies, pace, pacedFrom, pacedOn } = chronology;
  const known = planned.get(record);
  if (
    known !== undefined &&
    known.programme === programme &&
    known.calendar === calendar &&
    known.parties === parties &&
    known.deputies === deputies &&
    known.pace === pace &&
    known.pacedFrom === pacedFrom &&
    known.pacedOn === pacedOn
  ) {
    return known.rungs;
  }
  const rungs = rungsAhead(chronology, step, record).map((rung) => ({
    rung,
    name: rungName(record, rung),
    plan: planRung(chronology, record, step, rung),
  }));
  planned.set(record, { programme, calendar, parties, deputies, pace, pacedFrom, pacedOn, rungs });
  return rungs;
}

/** When a rung leaves, seen from a moment: at the first sending time from then on. Null when the calendar ends before that. */
function leavesAtMs(
  { programme, calendar }: Chronology,
  rung: Rung,
  { fromMs, person, leavesMs }: Extract<RungPlan, { kind: 'from' }>,
  nowMs: number,
): number | null {
  return nowMs <= fromMs ? leavesMs : (nextSendingMs(programme, calendar, rung.days, person, nowMs) ?? null);
}

/**
 * When a rung comes. Offsets are counted from the due date in the rung's own days. A rung after the due date comes at
 * least as long after the request as after the due date, so that somebody who was asked late is not called late at
 * once.
 */
function planRung(chronology: Chronology, record: StepRecord, step: Step, rung: Rung): RungPlan {
  const { programme, calendar } = chronology;
  // The moment depends on those who hold the roles themselves: a deputy's days do not change the hour.
  const { to } = addressees(chronology, step, rung, null);
  if (rung.kind === 'notice' && to.length === 0) {
    return { kind: 'never', because: `Nobody is named as ${titleOf(chronology, rung.to)} of this deployment.` };
  }
  // There is nobody to write to. The step decides the minute of the contact task instead.
  const person = to[0]?.person ?? record.step;

  let fromMs: number;
  if (rung.at === 'opening') {
    fromMs = Date.parse(record.openedAt);
  } else {
    const askedOn = record.askedAt === null ? null : londonDate(Date.parse(record.askedAt));
    if (askedOn === null && waitsForRequest(chronology, step, record, rung)) return { kind: 'waits' };
    const after = askedOn ?? record.openedOn;
    // When a due date lies before all known terms, it has passed, whatever days its rungs count in.
    const passedOn = rung.kind === 'request' && record.dueOn <= after ? record.dueOn : null;
    const on = rungDay(chronology, record, rung, rung.at.daysFromDue, askedOn) ?? passedOn;
    if (on === null) return { kind: 'waits' };
    const past = on <= after;
    // Owners who have not been asked yet are asked at once, however late it is.
    if (past && rung.kind !== 'request') {
      return { kind: 'never', because: `The step was opened and asked for only on ${longDate(after)}.` };
    }
    const isNew = !belongsTo(chronology.pacedFrom, rung);
    if (isNew && chronology.pacedOn !== null && on <= chronology.pacedOn) {
      return { kind: 'never', because: `The number of reminders was changed on ${longDate(chronology.pacedOn)}.` };
    }
    fromMs = past ? Date.parse(record.openedAt) : sendingStartMs(programme, on, person);
  }
  const promise = waitsForPromise(rung.kind) ? promiseOf(chronology, record) : null;
  if (promise !== null) fromMs = Math.max(fromMs, sendingStartMs(programme, addDays(promise.promisedOn, 1), person));
  return { kind: 'from', fromMs, person, leavesMs: nextSendingMs(programme, calendar, rung.days, person, fromMs) ?? null };
}

/**
 * Nobody is reminded or called late before they were asked. Notices wait only for a request that goes at the opening.
 */
function waitsForRequest(chronology: Chronology, step: Step, record: StepRecord, rung: Rung): boolean {
  if (rung.kind === 'request') return false;
  return rungsAhead(chronology, step, record).some(({ kind, at }) => kind === 'request' && (rung.kind !== 'notice' || at === 'opening'));
}

function rungDay(chronology: Chronology, record: StepRecord, rung: Rung, daysFromDue: number, askedOn: PlainDate | null): PlainDate | null {
  const { calendar } = chronology;
  const base = daysFromDue > 0 && askedOn !== null && askedOn > record.dueOn ? askedOn : record.dueOn;
  const day = daysFromDue === 0 ? onOrBefore(calendar, rung.days, base) : nthDay(calendar, rung.days, base, daysFromDue);
  return day.ok ? day.value : null;
}

/** The people a rung is addressed to at a moment; without a moment, those who hold the roles themselves. */
function addressees(chronology: Chronology, step: Step, rung: Rung, nowMs: number | null): Addressees {
  const owner = chronology.programme.roles[step.owner];
  const on = nowMs === null ? null : londonDate(nowMs);
  const address = (roles: readonly RoleId[], tells: readonly RoleId[] = []) => addressed(chronology, roles, tells, on);
  switch (rung.kind) {
    case 'request':
    case 'reminder':
    case 'overdue':
      return address(ownersOf(step));
    case 'notice':
      return address(rung.to === null ? [] : [rung.to]);
    case 'call': {
      const caller = callerOf(chronology.programme, step);
      const { to, unheld } = address(caller === null ? [] : [caller]);
      // One named person makes the call.
      return { to: to.slice(0, 1), tells: [], unheld };
    }
    case 'escalation':
      return address(owner?.escalatesTo ? [owner.escalatesTo] : [], owner?.escalationTells ?? []);
    default:
      return rung.kind satisfies never;
  }
}

/**
 * Who holds these roles on a day, with deputies in place of the people they stand in for. Without a day, as if nobody
 * were away.
 */
export function addressed(chronology: Chronology, roles: readonly RoleId[], tells: readonly RoleId[], on: PlainDate | null): Addressees {
  const to = holdersOf(chronology, roles, on);
  return {
    to,
    tells: holdersOf(chronology, tells, on).filter((told) => !to.some((asked) => asked.person === told.person)),
    unheld: roles.filter((role) => (chronology.parties[role] ?? []).length === 0),
  };
}

function titleOf(chronology: Chronology, role: RoleId | null): string {
  return (role === null ? undefined : chronology.programme.roles[role]?.title) ?? 'recipient';
}

/** An optional step lapses when the day after its due date begins, in London. */
function lapsesAtMs(record: StepRecord): number {
  return londonInstant(addDays(record.dueOn, 1), 0);
}
