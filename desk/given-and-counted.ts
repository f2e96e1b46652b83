import type { Instant } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { clockTime } from '../domain/time/time-words.ts';

/** An answer that the engine accepted within this time does not count as delayed. */
const AT_ONCE_MS = 60_000;

/**
 * When an answer that was kept for a while was given, and when it counted, in London: "Given on 3 October 2022 at 4:10pm,
 * counted on 4 October 2022 at 9am." Null when it counted at once.
 */
export function givenAndCounted(givenAt: Instant, countedAt: Instant): string | null {
  if (Date.parse(countedAt) - Date.parse(givenAt) < AT_ONCE_MS) return null;
  return `Given on ${momentOf(givenAt)}, counted on ${momentOf(countedAt)}.`;
}

function momentOf(at: Instant): string {
  return `${longDate(londonDate(Date.parse(at)))} at ${clockTime(Date.parse(at))}`;
}
