import type { Chronology, StepRecord } from '../domain/chronology/chronology.ts';
import { stepOf } from '../domain/chronology/chronology.ts';
import { nthDay, onOrBefore } from '../domain/time/days.ts';
import { dueDay } from '../domain/time/due-date.ts';
import type { Instant, Pace, StepRef } from '../domain/chronology/events.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { daysOf } from '../domain/programme.ts';
import type { Rung } from '../domain/programme.ts';
import { rungName } from '../domain/chasing/rung-names.ts';
import type { When } from './scenario.ts';

/** A rehearsal begins at 8:00 in London. */
export const MORNING_MINUTE = 8 * 60;
/** People answer at 10:30, when the letters of the day have left. */
const ANSWER_MINUTE = 10 * 60 + 30;
const HOUR_MS = 3_600_000;

/**
 * When the owner of an open step answers it, in epoch milliseconds, but never before the step has been open for an
 * hour. Null when they never answer or the time cannot be known yet: a late answer waits for the last chase, and while
 * the clock is stopped every answer waits. `lastChaseAt` says when the latest chase so far was; it is asked only where an answer follows it.
 */
export function answerMsOf(chronology: Chronology, record: StepRecord, when: When, lastChaseAt: () => Instant | null): number | null {
  const on = dayOf(chronology, record, when, lastChaseAt);
  if (on === null) return null;
  const soonestMs = Date.parse(record.openedAt) + HOUR_MS;
  return on === 'at-once' ? soonestMs : Math.max(soonestMs, londonInstant(on, ANSWER_MINUTE));
}

function dayOf(chronology: Chronology, record: StepRecord, when: When, lastChaseAt: () => Instant | null): PlainDate | 'at-once' | null {
  const { calendar, programme } = chronology;
  const days = daysOf(programme, stepOf(programme, record.step));
  switch (when.kind) {
    case 'on':
      return when.on;
    case 'after': {
      const due = dueDay(calendar, { dayZero: record.openedOn, allowed: when.allowed, days });
      return due.ok ? due.value : null;
    }
    case 'overdue-by': {
      const due = dueDay(calendar, { dayZero: record.dueOn, allowed: when.allowed, days });
      return due.ok ? due.value : null;
    }
    case 'conduct':
      // Nobody is expected to answer. If somebody does all the same, the scenario gives the time.
      if (isStopped(chronology, record)) return null;
      switch (when.conduct) {
        case 'silent':
          return null;
        case 'at-once':
          return 'at-once';
        case 'late':
          return dayAfterLastChase(chronology, record, lastChaseAt());
        case 'on-time': {
          const before = nthDay(calendar, days, record.dueOn, -1);
          if (before.ok && before.value > record.openedOn) return before.value;
          const dueOn = onOrBefore(calendar, 'working', record.dueOn);
          if (dueOn.ok && dueOn.value > record.openedOn) return dueOn.value;
          // The step was due before it opened. Nobody can be on time, so the next working day is the best possible.
          const next = nthDay(calendar, 'working', record.openedOn, 1);
          return next.ok ? next.value : null;
        }
        default:
          return when.conduct satisfies never;
      }
    default:
      return when satisfies never;
  }
}

/** The working day after the last chase, and after the due date; null while a chase is still to come. */
function dayAfterLastChase(chronology: Chronology, record: StepRecord, lastChaseAt: Instant | null): PlainDate | null {
  const { calendar, programme, pace } = chronology;
  const ahead = stepOf(programme, record.step).ladder.some((rung) => !record.past.includes(rungName(record, rung)) && comesAt(pace, rung));
  if (ahead) return null;
  const chasedOn = londonDate(Date.parse(lastChaseAt ?? record.openedAt));
  const next = nthDay(calendar, 'working', chasedOn > record.dueOn ? chasedOn : record.dueOn, 1);
  return next.ok ? next.value : null;
}

/** Whether a rung comes at all when a deployment is chased at this pace. */
export function comesAt(pace: Pace, rung: Rung): boolean {
  return !(rung.pace === 'more' && pace !== 'more') && !(rung.pace === 'not-less' && pace === 'less');
}

/** Whether the clock of a step is stopped. */
export function isStopped({ stops }: Chronology, { step, round }: StepRef): boolean {
  return stops.some(({ scope, resumed }) => resumed === null && (scope === null || (scope.step === step && scope.round === round)));
}
