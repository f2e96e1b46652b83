import type { PersonId, Programme, RoleId, StepId } from '../programme.ts';
import type { Calendar } from '../time/calendar.ts';
import { londonDate } from '../time/london.ts';
import type { DayKind } from '../time/time-allowed.ts';
import { placeInDay } from './daily-cap.ts';
import { LeavingQueue } from './leaving-queue.ts';
import { msToNextSendingDay, msToWait } from './letter-hours.ts';
import { gatheredAtMs } from './timing.ts';
import type { Timing } from './timing.ts';
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
  /** Its step is optional. */
  readonly optional: boolean;
  /** When its recipient wants what can wait; absent: at once. */
  readonly timing?: Timing;
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
 * What a member of the staff wants once a day or once a week shares an e-mail too (`gatheredAtMs`).
 *
 * With a cap nobody gets more e-mails of any kind in a day. The letters that give way first wait for the next day on which they may come
 * (`placeInDay`). `hadBefore` is how many e-mails somebody has had of a day, under the same keys as `sentBefore`.
 *
 * `sentBefore` is how many e-mails with reminders somebody has had of a day: key "PERSON YYYY-MM-DD". Nothing that leaves after `untilMs` (epoch
 * milliseconds) is worked out: with a cap a long queue would be put off day after day.
 */
export function emailsToLeave<L extends LetterToLeave>(
  letters: readonly L[],
  {
    gatheringMs,
    sentBefore = {},
    most = null,
    hadBefore = {},
    untilMs = Number.POSITIVE_INFINITY,
  }: {
    readonly gatheringMs: number;
    readonly sentBefore?: Readonly<Record<string, number>>;
    readonly most?: number | null;
    readonly hadBefore?: Readonly<Record<string, number>>;
    readonly untilMs?: number;
  },
): readonly EmailToLeave<L>[] {
  const sent = new Map(Object.entries(sentBefore));
  const had = new Map(Object.entries(hadBefore));
  const isFirst = most === null ? isBefore : goesBefore;
  // What one person gets changes nothing for anybody else, so each is worked out alone: with a thousand letters at once that is most of the time.
  return [...Map.groupBy(letters, ({ person }) => person).values()]
    .flatMap((theirs) => toOnePerson(theirs, { gatheringMs, sent, most, had, isFirst, untilMs }))
    .toSorted((a, b) => a.email.atMs - b.email.atMs || (isFirst(a.head, b.head) ? -1 : 1))
    .map(({ email }) => email);
}

/** The e-mails of one person, each with the letter that was looked at first. Counts in `sent` and `had`. */
function toOnePerson<L extends LetterToLeave>(
  letters: readonly L[],
  {
    gatheringMs,
    sent,
    most,
    had,
    isFirst,
    untilMs,
  }: {
    readonly gatheringMs: number;
    readonly sent: Map<string, number>;
    readonly most: number | null;
    readonly had: Map<string, number>;
    readonly isFirst: (one: LetterToLeave, other: LetterToLeave) => boolean;
    readonly untilMs: number;
  },
): readonly { readonly email: EmailToLeave<L>; readonly head: L }[] {
  const emails: { readonly email: EmailToLeave<L>; readonly head: L }[] = [];
  const gathered = new Map(letters.map((letter) => [letter, gatheredOf(letter)]));
  const waiting = new LeavingQueue(
    letters.map((letter) => [letter, firstLookedAtMs(letter, gathered.get(letter) ?? null, gatheringMs)]),
    isFirst,
  );
  const together = togetherOf(letters, gathered, waiting, gatheringMs);
  const isReplaced = replacedAmong(letters);
  for (;;) {
    const head = waiting.next();
    if (head === undefined || head[1] > untilMs) return emails;
    const [first, atMs] = head;
    const today = dayOf(first.person, atMs);
    const sentThatDay = sent.get(today) ?? 0;
    const leaves = together(first, atMs).filter((letter) => {
      if (isOver(letter, atMs) || isReplaced(letter, atMs)) {
        waiting.remove(letter);
        return false;
      }
      const ms = msToWait(letter.programme, letter.calendar, { ...letter, waitedMs: atMs - letter.writtenMs, sentThatDay });
      if (ms > 0) waiting.put(letter, atMs + ms);
      else waiting.remove(letter);
      return ms === 0;
    });
    if (leaves.length === 0) continue;
    if (most !== null && (had.get(today) ?? 0) >= most) {
      for (const letter of leaves) {
        waiting.put(letter, atMs + msToNextSendingDay(letter.programme, letter.calendar, { ...letter, waitedMs: atMs - letter.writtenMs }));
      }
      continue;
    }
    had.set(today, (had.get(today) ?? 0) + 1);
    emails.push({ email: { atMs, person: first.person, letters: leaves }, head: first });
    if (travelsTogether(first.kind)) {
      const day = dayOf(first.person, first.writtenMs);
      sent.set(day, (sent.get(day) ?? 0) + 1);
    }
  }
}

/** Of two letters that may leave at the same moment, while there is a cap: the one that gives way last. */
function goesBefore(one: LetterToLeave, other: LetterToLeave): boolean {
  const places = placeInDay(one) - placeInDay(other);
  return places === 0 ? isBefore(one, other) : places < 0;
}

function isBefore(one: LetterToLeave, other: LetterToLeave): boolean {
  return one.writtenMs < other.writtenMs || (one.writtenMs === other.writtenMs && one.key < other.key);
}

/** When it is looked at first: when it is written, a little later where it waits for others, or when its recipient wants what can wait. */
function firstLookedAtMs(letter: LetterToLeave, gatheredMs: number | null, gatheringMs: number): number {
  if (gatheredMs !== null && gatheredMs >= letter.fromMs) return gatheredMs + gatheringMs;
  return letter.fromMs + (travelsTogether(letter.kind) && letter.fromMs === letter.writtenMs ? gatheringMs : 0);
}

function gatheredOf({ programme, calendar, kind, writtenMs, timing = 'at-once' }: LetterToLeave): number | null {
  return gatheredAtMs(programme, calendar, { kind, timing, writtenMs });
}

/**
 * Of the letters of one person, a letter with those that share its e-mail: of one day, written by now, though their own time to gather may not be
 * over; or what a member of the staff gets together.
 */
function togetherOf<L extends LetterToLeave>(
  letters: readonly L[],
  gathered: ReadonlyMap<L, number | null>,
  waiting: LeavingQueue<L>,
  gatheringMs: number,
): (first: L, atMs: number) => readonly L[] {
  const whoGather = letters.filter((letter) => gathered.get(letter) !== null);
  const byDay = Map.groupBy(
    letters.filter(({ kind }) => travelsTogether(kind)),
    ({ writtenMs }) => londonDate(writtenMs),
  );
  return (first, atMs) => {
    if (gathered.get(first) !== null) {
      return whoGather
        .filter((letter) => (waiting.atMsOf(letter) ?? Number.POSITIVE_INFINITY) <= atMs + gatheringMs)
        .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    }
    if (!travelsTogether(first.kind)) return [first];
    return (byDay.get(londonDate(first.writtenMs)) ?? [])
      .filter((letter) => letter.fromMs <= atMs && waiting.atMsOf(letter) !== undefined)
      .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  };
}

function isOver({ kind, closesMs, quietUntilMs = 0 }: LetterToLeave, atMs: number): boolean {
  if (atMs < quietUntilMs) return true;
  return kind !== 'notice' && kind !== 'news' && closesMs !== null && closesMs <= atMs;
}

/** Of the letters of one person, whether one has waited so long that a newer one of its ladder goes in its place. */
function replacedAmong(letters: readonly LetterToLeave[]): (letter: LetterToLeave, atMs: number) => boolean {
  const ladderOf = ({ reference, step, round, role }: LetterToLeave) => JSON.stringify([reference, step, round, role]);
  // Most letters leave as soon as they are written, so the ladders are put together when the first has waited.
  let ladders: ReadonlyMap<string, readonly LetterToLeave[]> | undefined;
  return (letter, atMs) => {
    if (!ONE_LADDER.includes(letter.kind) || atMs - letter.writtenMs <= REPLACED_AFTER_MS) return false;
    ladders ??= Map.groupBy(
      letters.filter(({ kind }) => ONE_LADDER.includes(kind)),
      ladderOf,
    );
    return (ladders.get(ladderOf(letter)) ?? []).some((newer) => newer.writtenMs > letter.writtenMs && newer.writtenMs <= atMs);
  };
}

function dayOf(person: PersonId, ms: number): string {
  return `${person} ${londonDate(ms)}`;
}
