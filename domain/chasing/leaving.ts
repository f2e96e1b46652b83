import type { PersonId, Programme, RoleId, StepId } from '../programme.ts';
import type { Calendar } from '../time/calendar.ts';
import { londonDate } from '../time/london.ts';
import type { DayKind } from '../time/time-allowed.ts';
import { msToWait } from './letter-hours.ts';
import { ONE_LADDER, travelsTogether } from './wanted.ts';
import type { LetterKind } from './wanted.ts';

/** A letter that is written, or will be. */
export type LetterToLeave = {
  /** Its name in the ledger. */
  readonly key: string;
  readonly reference: string;
  readonly step: StepId;
  readonly round: number;
  readonly kind: LetterKind;
  readonly role: RoleId;
  readonly person: PersonId;
  /** On which days its rung may come. */
  readonly days: DayKind;
  /** When its deployment writes it, by its own clock. Epoch milliseconds, as all times here. */
  readonly writtenMs: number;
  /** The moment from which it may be looked at: when it is written, or now for one that waits already. */
  readonly fromMs: number;
  /** When its step closes by itself; null where it stays open. */
  readonly closesMs: number | null;
  /** Until when its recipient wants no such letters; absent: they have not stopped them, or cannot. */
  readonly quietUntilMs?: number;
  readonly programme: Programme;
  readonly calendar: Calendar;
};

/** One e-mail with the letters that travel in it. */
export type EmailToLeave<L extends LetterToLeave> = { readonly atMs: number; readonly person: PersonId; readonly letters: readonly L[] };

/** A letter is looked at for a newer one in its place only when it has waited as long. */
const REPLACED_AFTER_MS = 3_600_000;

/**
 * The e-mails in which letters leave when nobody answers and the mail server takes everything, in order. The rules are the mailroom's
 * (docs/decisions/0006, 0010): reminders and overdue notices that were written for one person on one day share an e-mail; nobody gets more
 * of these in a day than the programme allows, and the rest waits for the next sending morning; of a ladder whose letters wait the newest
 * goes; nothing goes about a step that has closed. Notices and news tell of what has happened, so a closed step does not stop them.
 *
 * `sentBefore` is how many e-mails with reminders somebody has had of a day: key "PERSON YYYY-MM-DD".
 */
export function emailsToLeave<L extends LetterToLeave>(
  letters: readonly L[],
  { gatheringMs, sentBefore = {} }: { readonly gatheringMs: number; readonly sentBefore?: Readonly<Record<string, number>> },
): readonly EmailToLeave<L>[] {
  const emails: EmailToLeave<L>[] = [];
  const sent = new Map(Object.entries(sentBefore));
  const waiting = new Map(
    letters.map((letter) => [
      letter,
      letter.fromMs + (travelsTogether(letter.kind) && letter.fromMs === letter.writtenMs ? gatheringMs : 0),
    ]),
  );
  for (;;) {
    const head = earliest(waiting);
    if (head === undefined) return emails.toSorted((a, b) => a.atMs - b.atMs);
    const [first, atMs] = head;
    const sentThatDay = sent.get(dayOf(first.person, atMs)) ?? 0;
    const leaves = together(first, atMs, waiting).filter((letter) => {
      if (isOver(letter, atMs) || isReplaced(letter, atMs, letters)) {
        waiting.delete(letter);
        return false;
      }
      const ms = msToWait(letter.programme, letter.calendar, { ...letter, waitedMs: atMs - letter.writtenMs, sentThatDay });
      if (ms > 0) waiting.set(letter, atMs + ms);
      else waiting.delete(letter);
      return ms === 0;
    });
    if (leaves.length === 0) continue;
    emails.push({ atMs, person: first.person, letters: leaves });
    if (travelsTogether(first.kind)) {
      const day = dayOf(first.person, first.writtenMs);
      sent.set(day, (sent.get(day) ?? 0) + 1);
    }
  }
}

/** The letter that may leave first, with its moment; of several the one that was written first. */
function earliest<L extends LetterToLeave>(waiting: ReadonlyMap<L, number>): readonly [L, number] | undefined {
  let found: readonly [L, number] | undefined;
  for (const one of waiting) {
    const [letter, atMs] = one;
    if (found === undefined || atMs < found[1] || (atMs === found[1] && isBefore(letter, found[0]))) found = one;
  }
  return found;
}

function isBefore(one: LetterToLeave, other: LetterToLeave): boolean {
  return one.writtenMs < other.writtenMs || (one.writtenMs === other.writtenMs && one.key < other.key);
}

/** A letter with those that share its e-mail: of one person and one day, written by now, though their own time to gather may not be over. */
function together<L extends LetterToLeave>(first: L, atMs: number, waiting: ReadonlyMap<L, number>): readonly L[] {
  if (!travelsTogether(first.kind)) return [first];
  const day = dayOf(first.person, first.writtenMs);
  return [...waiting.keys()]
    .filter((letter) => travelsTogether(letter.kind) && letter.fromMs <= atMs && dayOf(letter.person, letter.writtenMs) === day)
    .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
}

function isOver({ kind, closesMs, quietUntilMs = 0 }: LetterToLeave, atMs: number): boolean {
  if (atMs < quietUntilMs) return true;
  return kind !== 'notice' && kind !== 'news' && closesMs !== null && closesMs <= atMs;
}

function isReplaced(letter: LetterToLeave, atMs: number, all: readonly LetterToLeave[]): boolean {
  if (!ONE_LADDER.includes(letter.kind) || atMs - letter.writtenMs <= REPLACED_AFTER_MS) return false;
  return all.some(
    (newer) =>
      ONE_LADDER.includes(newer.kind) &&
      newer.reference === letter.reference &&
      newer.step === letter.step &&
      newer.round === letter.round &&
      newer.person === letter.person &&
      newer.role === letter.role &&
      newer.writtenMs > letter.writtenMs &&
      newer.writtenMs <= atMs,
  );
}

function dayOf(person: PersonId, ms: number): string {
  return `${person} ${londonDate(ms)}`;
}
