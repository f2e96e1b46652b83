import type { Calendar } from '../time/calendar.ts';
import { openSteps } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant } from '../chronology/events.ts';
import { dueOf } from '../chronology/opening.ts';
import { notRunning } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { concerned, lacksReason, mainStep, onCalendar, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type AdoptCalendar = Said & { readonly kind: 'adopt-calendar'; readonly calendar: Calendar };

/**
 * From now on the deployment is counted on another version of its calendar. Open steps get the due dates that this
 * version gives.
 */
export function decideAdoptCalendar(chronology: Chronology, command: AdoptCalendar, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { calendar } = command;
  if (calendar.version === chronology.calendar.version) {
    return refused({ kind: 'nothing-changes', message: 'It uses that calendar already.', remedy: 'Nothing was changed.' });
  }
  const state = onCalendar(chronology, calendar);
  const moved = openSteps(state).filter((record) => {
    const due = dueOf(state, record);
    return due.ok && due.value.dueOn !== record.dueOn;
  });
  const draft = startDraft(state);
  const plan = { about: moved[0] ?? mainStep(state), tells: moved.length === 0 ? [] : concerned(state, moved, now) };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'calendar-adopted',
    from: chronology.calendar.version,
    to: calendar.version,
  }));
  return stopped ?? finish(draft, now);
}
