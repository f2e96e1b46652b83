import { findStep } from '../chronology/chronology.ts';
import type { Chronology, Stop } from '../chronology/state.ts';
import { nthDay } from '../time/days.ts';
import { changeRulesOf } from '../programme.ts';
import { plannedSendingMs } from './sending-time.ts';

/**
 * When somebody is asked whether a stopped clock should stay stopped (epoch milliseconds): on the first working day
 * after the expected end, and then at the interval of working days that the programme sets. Expected end Friday → asked
 * on Monday morning. Null when the clock runs again, when the step has closed meanwhile, or when the calendar ends
 * before.
 */
export function stopQueryMs(chronology: Chronology, stop: Stop, nowMs: number): number | null {
  const { programme, calendar } = chronology;
  const over = stop.scope !== null && findStep(chronology, stop.scope)?.state.kind !== 'open';
  if (stop.resumed !== null || over) return null;
  const on = stop.queried
    ? nthDay(calendar, 'working', stop.queried.on, changeRulesOf(programme).askAgainAfter)
    : nthDay(calendar, 'working', stop.expectedEnd, 1);
  return on.ok ? plannedSendingMs(programme, calendar, on.value, `stop-${stop.stop}`, nowMs) : null;
}
