import type { Letter } from '../../activities/ports.ts';
import { placeInDay } from '../../domain/chasing/daily-cap.ts';
import { travelsTogether, whyNotWanted } from '../../domain/chasing/wanted.ts';
import type { LetterKind } from '../../domain/chasing/wanted.ts';
import { londonDate } from '../../domain/time/london.ts';
import { letterOf } from '../../letters/letter-of.ts';
import type { Db } from '../database.ts';
import { dailyCap } from '../views/ahead.ts';
import { asItLeaves, msToAnotherDay, msToGathering, msToSendingHour } from '../ledger/leaving.ts';
import { readLetterRows } from '../ledger/letters.ts';
import type { LetterRow } from '../ledger/letters.ts';
import { lettersUnderHold, underOtherHolds } from '../views/post-holds.ts';

/** What becomes of a letter when a hold is released: it leaves at once, later for a reason, or not at all. */
export type Fate =
  | { readonly kind: 'now' }
  /** It waits for sending hours; `ms` from now. */
  | { readonly kind: 'later'; readonly ms: number }
  | { readonly kind: 'not'; readonly because: string };

export type HeldLetter = {
  readonly key: string;
  readonly reference: string;
  readonly kind: LetterKind;
  readonly stepTitle: string;
  readonly person: string;
  readonly toName: string;
  readonly fate: Fate;
  /** What it would say if it left now; its link is left out. */
  readonly letter: Letter;
};

/**
 * What releasing a hold would do to each letter that waits under it, by the very rules of the mailroom: of the letters of one ladder the
 * newest goes, nothing goes about a step that has closed, and nobody gets more e-mails with reminders than the programme allows in a day.
 * Nothing is changed.
 */
export async function previewRelease(db: Db, hold: number): Promise<readonly HeldLetter[]> {
  const keys = await lettersUnderHold(db, hold);
  const others = new Set(await underOtherHolds(db, hold, keys));
  const rows = await readLetterRows(db, keys);
  /** E-mails with reminders that each person would have got on this day before. */
  const emails = new Map<string, Set<string>>();
  const ahead = (row: LetterRow): number => {
    if (!travelsTogether(row.kind)) return 0;
    const mine = emails.get(row.person) ?? new Set();
    emails.set(row.person, mine);
    const envelope = londonDate(Date.parse(row.writtenAt));
    const before = [...mine].filter((other) => other !== envelope).length;
    mine.add(envelope);
    return before;
  };
  const fateOf = (row: LetterRow): Fate => {
    if (others.has(row.key)) return { kind: 'not', because: 'Another hold stands, and it goes when that one is released.' };
    const unwanted = whyNotWanted(row.standing);
    if (unwanted !== null) return { kind: 'not', because: unwanted };
    if (row.stop !== null && row.kind !== 'news') return { kind: 'not', because: 'The step is paused. It goes when the pause ends.' };
    const gatheringMs = msToGathering(row);
    if (gatheringMs > 0) return { kind: 'later', ms: gatheringMs };
    const ms = msToSendingHour({ ...row, sentThatDay: row.sentThatDay + ahead(row) });
    return ms > 0 ? { kind: 'later', ms } : { kind: 'now' };
  };
  // Asked once of each, in their order: what was counted before decides.
  const fates = new Map(rows.map((row) => [row, fateOf(row)]));
  const waits = await overTheCap(
    db,
    rows.filter((row) => fates.get(row)?.kind === 'now'),
  );
  return rows.map((row) => ({
    key: row.key,
    reference: row.reference,
    kind: row.kind,
    stepTitle: row.step.title,
    person: row.person,
    toName: row.facts.recipient.name,
    fate: waits.has(row) ? { kind: 'later', ms: msToAnotherDay(row) } : (fates.get(row) ?? { kind: 'now' }),
    letter: letterOf(asItLeaves(row), { link: null, pages: null }),
  }));
}

/** Those of the letters that could leave now whose recipients would have had as many e-mails of the day as one may get. */
async function overTheCap(db: Db, rows: readonly LetterRow[]): Promise<ReadonlySet<LetterRow>> {
  const { most, hadBefore } = await dailyCap(db);
  if (most === null) return new Set();
  const dayOf = (row: LetterRow) => `${row.person} ${londonDate(Date.parse(row.writtenAt) + row.waitedMs)}`;
  const emailOf = (row: LetterRow) => (travelsTogether(row.kind) ? `${row.person}@${londonDate(Date.parse(row.writtenAt))}` : row.key);
  const had = new Map<string, Set<string>>();
  const over = new Set<LetterRow>();
  const place = ({ kind, step }: LetterRow) => placeInDay({ kind, optional: step.optional });
  for (const row of rows.toSorted((one, other) => place(one) - place(other))) {
    const taken = had.get(dayOf(row)) ?? new Set();
    had.set(dayOf(row), taken);
    if (!taken.has(emailOf(row)) && taken.size + (hadBefore[dayOf(row)] ?? 0) >= most) over.add(row);
    else taken.add(emailOf(row));
  }
  return over;
}
