import { findStep, holdersOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology, Escalation } from '../chronology/state.ts';
import { nthDay } from '../time/days.ts';
import type { Recipient, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { changeRulesOf } from '../programme.ts';
import type { RoleId } from '../programme.ts';
import { plannedSendingMs } from './sending-time.ts';

/**
 * How often somebody at the top of the chain is asked again at the programme's interval. After that they are asked at
 * the longer interval below.
 */
const TIMES_AT_THE_TOP = 2;
/**
 * The longer interval, in working days: about four weeks. It never ends by itself, because a deployment that nobody
 * hears of is lost.
 */
const SELDOM = 20;

/** What the passing of time alone does to an open escalation. */
export type EscalationAction =
  /** Nobody has acknowledged it, so it goes up the chain. */
  | (StepRef & { readonly kind: 'raise-escalation'; readonly to: readonly Recipient[]; readonly unheld: readonly RoleId[] })
  /** What was promised was not done by its day, so it comes back to the person who promised. */
  | (StepRef & { readonly kind: 'recall-promise'; readonly promisedOn: PlainDate });

export function escalationActions(chronology: Chronology, nowMs: number): readonly EscalationAction[] {
  return chronology.escalations.flatMap((escalation) => {
    const plan = planEscalation(chronology, escalation, nowMs);
    return plan !== null && plan.atMs <= nowMs ? [plan.action] : [];
  });
}

export function escalationWakes(chronology: Chronology, nowMs: number): readonly number[] {
  return chronology.escalations.flatMap((escalation) => planEscalation(chronology, escalation, nowMs)?.atMs ?? []);
}

/** The role above the one that has an escalation; null at the top of the chain. */
export function roleAbove({ programme }: Chronology, escalation: Escalation): RoleId | null {
  const [holder] = escalation.holders;
  const ladderRole = programme.steps[escalation.step]?.owner;
  const role = holder?.role ?? (ladderRole === undefined ? null : (programme.roles[ladderRole]?.escalatesTo ?? null));
  return role === null ? null : (programme.roles[role]?.escalatesTo ?? null);
}

type Plan = { readonly atMs: number; readonly action: EscalationAction };

/**
 * When an escalation moves by itself. While it is unacknowledged: on the morning after the programme's time, counted in
 * working days from the day it came. Somebody at the top of the chain is asked again, after the second time every four
 * weeks. Once it is acknowledged: on the first working day after the promised day. It never moves while the clock is
 * stopped, and those days do not count against its holder.
 */
function planEscalation(chronology: Chronology, escalation: Escalation, nowMs: number): Plan | null {
  const { programme, calendar } = chronology;
  const { acknowledgeWithin } = changeRulesOf(programme);
  const record = findStep(chronology, escalation);
  if (acknowledgeWithin === null || record?.state.kind !== 'open' || stopOf(chronology, record)) return null;
  const ref: StepRef = { step: escalation.step, round: escalation.round };

  if (escalation.promisedOn !== null) {
    const on = nthDay(calendar, 'working', later(escalation.promisedOn, resumedOn(chronology, escalation)), 1);
    if (!on.ok) return null;
    const atMs = plannedSendingMs(programme, calendar, on.value, escalation.holders[0]?.person ?? escalation.step, nowMs);
    return atMs === null ? null : { atMs, action: { ...ref, kind: 'recall-promise', promisedOn: escalation.promisedOn } };
  }

  const since = takeOnFrom(chronology, escalation);
  const above = roleAbove(chronology, escalation);
  const vacant = above !== null && (chronology.parties[above] ?? []).length === 0;
  const goesUp = above !== null && !vacant;
  const wait = goesUp || escalation.atTheTop < TIMES_AT_THE_TOP ? acknowledgeWithin : Math.max(acknowledgeWithin, SELDOM);
  const on = nthDay(calendar, 'working', since, wait + 1);
  if (!on.ok) return null;
  const to = goesUp ? holdersOf(chronology, [above], on.value) : escalation.holders;
  // Nobody is above and nobody has it. A contact task says so already.
  if (to.length === 0 && !vacant) return null;
  const atMs = plannedSendingMs(programme, calendar, on.value, to[0]?.person ?? escalation.step, nowMs);
  return atMs === null ? null : { atMs, action: { ...ref, kind: 'raise-escalation', to, unheld: vacant ? [above] : [] } };
}

/**
 * The day zero from which the programme's working days for taking an escalation on are counted: when it came to whoever has it, or
 * when a stop of its clock last ended, if that is later. A date in London. For example: it came on Monday 3 October 2022 and the
 * clock stood still until Monday 10 October, so two working days end on Wednesday 12 October.
 */
export function takeOnFrom(chronology: Chronology, escalation: Escalation): PlainDate {
  return later(londonDate(Date.parse(escalation.since)), resumedOn(chronology, escalation));
}

/** The day on which a stop that affected the step last ended; the earliest of all days when there was none. */
function resumedOn(chronology: Chronology, ref: StepRef): PlainDate {
  return chronology.stops
    .flatMap(({ scope, resumed }) =>
      resumed !== null && (scope === null || (scope.step === ref.step && scope.round === ref.round)) ? [resumed.on] : [],
    )
    .reduce(later, '0000-01-01' as PlainDate);
}

function later(one: PlainDate, other: PlainDate): PlainDate {
  return one > other ? one : other;
}
