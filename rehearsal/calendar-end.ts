import { nthDay } from '../domain/time/days.ts';
import { openSteps, stepOf } from '../domain/chronology/chronology.ts';
import type { StepRecord } from '../domain/chronology/chronology.ts';
import type { Rung } from '../domain/programme.ts';
import type { Reason } from '../domain/result.ts';
import { rungName } from '../domain/chasing/rung-names.ts';
import { sameStep } from '../domain/chronology/step-refs.ts';
import { comesAt } from './answer-time.ts';
import type { Play } from './play.ts';

const BEYOND = 'beyond-horizon';

/**
 * Why a play stopped, when the reason is the end of the calendar: an answer, by somebody or by Chaser itself, was
 * refused because what follows would fall due beyond it, or there is no day for a chase any more. Null for a play that
 * came to rest for another reason.
 */
export function calendarEndOf({ chronology, refusals, rests }: Play): Reason | null {
  if (rests.kind === 'stuck') {
    const reason = refusals.at(-1)?.reason;
    return reason?.kind === BEYOND ? reason : null;
  }
  if (rests.kind !== 'waiting') return null;
  const open = openSteps(chronology);
  const refusal = refusals.find(({ step, reason }) => reason.kind === BEYOND && step !== null && open.some((one) => sameStep(one, step)));
  return refusal?.reason ?? open.map((record) => chaseWithoutDay(record)).find((reason) => reason !== null) ?? null;

  function chaseWithoutDay(record: StepRecord): Reason | null {
    const ahead = stepOf(chronology.programme, record.step).ladder.filter(
      (rung) => !record.past.includes(rungName(record, rung)) && comesAt(chronology.pace, rung),
    );
    return ahead.map((rung) => dayOf(record, rung)).find((reason) => reason !== null) ?? null;
  }

  function dayOf(record: StepRecord, { at, days }: Rung): Reason | null {
    if (at === 'opening' || at.daysFromDue === 0) return null;
    const day = nthDay(chronology.calendar, days, record.dueOn, at.daysFromDue);
    return day.ok ? null : day.reason;
  }
}
