import type { PlainDate } from '../../domain/time/plain-date.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { countDays } from '../../domain/time/days.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { EscalationStanding } from '../../postgres/views/escalations.ts';
import { DUE_TAGS, WIDE } from '../shared/status-tags.ts';
import type { Tag } from '../shared/status-tags.ts';

/**
 * The state of an escalation in a few words: it is paused, its promise has passed, nobody has taken it on for so long,
 * or what was promised.
 */
export function escalationTag(standing: EscalationStanding, calendar: Calendar, today: PlainDate): Tag {
  const { promisePassed, promisedOn, since, standsSince } = standing;
  if (standsSince !== null) return { text: `Paused since ${longDate(standsSince)}`, classes: `${DUE_TAGS.stopped.classes} ${WIDE}` };
  if (promisePassed) return { text: 'Promise passed', classes: `govuk-tag--red ${WIDE}` };
  if (promisedOn !== null) return { text: `Promised for ${longDate(promisedOn)}`, classes: `govuk-tag--blue ${WIDE}` };
  const waited = countDays(calendar, 'working', londonDate(Date.parse(since)), today);
  const days = waited.ok ? waited.value : 0;
  return {
    text: days < 1 ? 'Not acknowledged yet' : `Not acknowledged for ${days} working ${days === 1 ? 'day' : 'days'}`,
    classes: `govuk-tag--orange ${WIDE}`,
  };
}

/** Who has taken it on, and what they said will be done. Null while nobody has. */
export function promiseWords({ acknowledgedBy, words, promisedOn }: EscalationStanding): string | null {
  if (acknowledgedBy === null || promisedOn === null) return null;
  return `${acknowledgedBy}: “${words ?? ''}”`;
}
