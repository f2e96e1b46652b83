import { dateAndTime } from '../domain/time/time-words.ts';
import type { FindingKind, WatchdogState } from '../postgres/watchdog/findings.ts';

/** What each check of the watchdog looks for, as people read it. */
export const CHECK_NAMES: Readonly<Record<FindingKind, string>> = {
  'no-wake-up': 'Step that nobody is reminded of',
  parted: 'Record and engine differ',
  mailroom: 'Letters that do not leave',
  escalation: 'Escalation that nobody has',
  dates: 'Dates run out',
  clock: 'Wrong clock',
  forecast: 'Forecast that could not be worked out',
  check: 'Check that could not be made',
};

/** A round every ten minutes may take a while, or be missed once. */
const OVERDUE_SECONDS = 30 * 60;

/** Whether the check of every ten minutes is made, in words. */
export function watchdogRoundIs(
  { roundAt, roundSecondsAgo }: WatchdogState,
  sandbox: boolean,
): { readonly well: boolean; readonly says: string } {
  if (sandbox) return { well: true, says: 'It is not made in a training copy, because people move the time there.' };
  if (roundAt === null || roundSecondsAgo === null)
    return { well: false, says: 'It has not been made yet. A worker makes it within ten minutes of its start.' };
  if (roundSecondsAgo > OVERDUE_SECONDS)
    return {
      well: false,
      says: `It was last made on ${dateAndTime(roundAt)}. Is a worker running, and is the Temporal Schedule “watchdog” paused?`,
    };
  return { well: true, says: `It was last made on ${dateAndTime(roundAt)}.` };
}
