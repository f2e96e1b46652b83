import { addDays, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Programme, RoleId } from '../domain/programme.ts';
import type { Entry } from './timeline.ts';

/** The week in which a role gets the most messages of one deployment. */
export type BusiestWeek = {
  readonly role: RoleId;
  readonly title: string;
  readonly messages: number;
  /** Its Monday; the first such week. Null when the role gets none. */
  readonly weekOf: PlainDate | null;
  /** All the messages of the play. */
  readonly inAll: number;
};

/**
 * The most messages that each role would get in a week, including call tasks and escalations, by the timeline of a
 * play.
 */
export function busiestWeeks(programme: Programme, timeline: readonly Entry[]): readonly BusiestWeek[] {
  return Object.entries(programme.roles).map(([role, { title }]) => {
    const weeks = new Map<PlainDate, number>();
    for (const { on, letter } of timeline) {
      if (letter?.role !== role) continue;
      const monday = mondayOf(on);
      weeks.set(monday, (weeks.get(monday) ?? 0) + 1);
    }
    const [busiest] = [...weeks].toSorted((a, b) => b[1] - a[1]);
    return {
      role,
      title,
      messages: busiest?.[1] ?? 0,
      weekOf: busiest?.[0] ?? null,
      inAll: [...weeks.values()].reduce((sum, count) => sum + count, 0),
    };
  });
}

function mondayOf(date: PlainDate): PlainDate {
  return addDays(date, 1 - weekday(date));
}
