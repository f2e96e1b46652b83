import { compareAgreed, compareCalls } from './call-order.ts';
import type { CallStanding } from './call-order.ts';

/** How many working days ahead the risk of silence looks. */
export const SILENCE_DAYS = 5;

/** What a call about an open step may help, as it was worked out from the record (rehearsal/call-help.ts). */
export type CallHelp = {
  /** How likely it is that nobody answers in the next five working days if nobody calls: 0 to 1. */
  readonly silence: number;
  /**
   * What that was counted from: requests of this step, or of all steps of the programme, that had waited as long. `assumed`: too few of either are
   * known, and nobody is expected to answer without a call.
   */
  readonly from: 'step' | 'programme' | 'assumed';
  /** How many requests it was counted from; 0 where it is assumed. */
  readonly requests: number;
  /** How many days sooner the deployment would be over if it were answered tomorrow; null where its end is not known. */
  readonly daysSooner: number | null;
  /**
   * In how many of the plays a step that is due at the end of a term comes late, and in how many if this one were answered tomorrow. Null where no
   * such step lies ahead.
   */
  readonly term: { readonly plays: number; readonly missed: number; readonly missedIfAnswered: number } | null;
};

/**
 * What a call is worth, in whole percent and whole days: by how much it makes a missed end of term less likely, and how many days it saves. Each is what an
 * answer tomorrow would bring, times how likely it is that none comes without a call.
 *
 * Half of those asked are silent, and an answer would lower the plays that miss the end of term from 12 of 20 to 4: 0.5 × 8/20 is 20%.
 */
export function worthOf(help: CallHelp | null): { readonly percent: number; readonly days: number } {
  if (help === null) return { percent: 0, days: 0 };
  const { silence, term, daysSooner } = help;
  const avoided = term === null ? 0 : Math.max(0, term.missed - term.missedIfAnswered) / term.plays;
  return { percent: Math.round(100 * silence * avoided), days: Math.round(silence * Math.max(0, daysSooner ?? 0)) };
}

/** A call, with what it helps where that is known. */
export type HelpedCall = { readonly standing: CallStanding; readonly help: CallHelp | null };

/**
 * The order in which calls help most; negative when the first call comes first. What was tried today waits, and calls that were agreed for a day that
 * has come are made first, as in `compareCalls`. Then, each only between calls that are equal by all before:
 *
 * 1. the call that makes a missed end of term less likely by most;
 * 2. the call that saves most days;
 * 3. the order of `compareCalls`, which ends with the key, so that the order is the same each time.
 *
 * A call of which nothing is known yet counts as one that saves nothing.
 */
export function compareByHelp(one: HelpedCall, other: HelpedCall): number {
  const [its, others] = [worthOf(one.help), worthOf(other.help)];
  return (
    compareAgreed(one.standing, other.standing) ||
    others.percent - its.percent ||
    others.days - its.days ||
    compareCalls(one.standing, other.standing)
  );
}
