import { londonDate } from '../time/london.ts';
import { orderedJson } from '../ordered-json.ts';
import type { ChronologyEvent } from './events.ts';

/**
 * Whether two events tell the same of a deployment: everything about them is equal but the moment within a day of London at
 * which they were written. A wake-up that time brought about happens a few milliseconds later whenever it is told again, and no
 * rule counts in less than days.
 *
 * A reminder written on 8 October 2040 at 8:00:00.004 and again at 8:00:00.006 is the same one. Written on 9 October it is another:
 * what follows from it may fall on other days.
 */
export function meansTheSame(one: ChronologyEvent, other: ChronologyEvent): boolean {
  return (
    londonDate(Date.parse(one.at)) === londonDate(Date.parse(other.at)) &&
    orderedJson({ ...one, at: '' }) === orderedJson({ ...other, at: '' })
  );
}

/** How many events two tellings of one deployment have in common, from its beginning. */
export function countInCommon(one: readonly ChronologyEvent[], other: readonly ChronologyEvent[]): number {
  const parted = one.findIndex((event, index) => {
    const beside = other[index];
    return beside === undefined || !meansTheSame(event, beside);
  });
  return parted === -1 ? one.length : parted;
}
