import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type pg from 'pg';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { addDays, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { followingTerm, onOrAfter, termOf } from '../domain/time/days.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { readCalendar } from '../postgres/pinned/pinned.ts';
import { readSandbox } from '../postgres/sandbox/sandbox.ts';
import {
  askForMove,
  claimMove,
  countLeaving,
  letGatheredLeave,
  listMovable,
  mostUsedCalendar,
  moveTimeTo,
  nextLetterMs,
  readOpenMove,
  releaseMove,
  renewMove,
  settleMove,
} from '../postgres/sandbox/time-moves.ts';
import type { ClaimedMove } from '../postgres/sandbox/time-moves.ts';
import { advanceTo, isTimeSkippingRefused } from '../temporal/time-skipping.ts';
import { deploymentWorkflowId } from '../workflows/ids.ts';
import { SPARE_MS } from './bring-to-now.ts';
import { momentWords } from './moved-time-words.ts';
import { sideBySide } from './side-by-side.ts';
import { tellMailroomAtOnce } from './tell-mailroom.ts';

export type TimeDesk = {
  readonly db: pg.Pool;
  readonly client: Client;
  readonly taskQueue: string;
  /** How long letters are waited for before time is said to wait for them; 20 seconds by default. */
  readonly postWithinMs?: number;
};

/** Where somebody wants time to be moved. */
export type MoveWish =
  | { readonly kind: 'to'; readonly date: PlainDate; readonly minute: number }
  | { readonly kind: 'monday' }
  | { readonly kind: 'until-something' }
  | { readonly kind: 'two-terms' };

export type MoveRefusal = Reason & { readonly kind: 'no-training-copy' | 'moving-already' | 'not-later' | 'too-far' | 'no-terms' };

const MORNING_MINUTE = 8 * 60;
const DAY_MS = 86_400_000;
/** Two school years and a summer: whatever lies further is more than one looks at. */
const MOST_DAYS = 800;
/** Wake-ups so close together happen as one. */
const WINDOW_MS = 60_000;
const LEASE_SECONDS = 60;
/** How long one deployment's clock is waited for. Without a worker it never moves. */
const DEADLINE_MS = 20_000;
const POST_WITHIN_MS = 20_000;
/** So many clocks are moved between two renewals of the lease. */
const SHARE = 100;

/** The instant of a wish (epoch milliseconds); null for "until something happens". Refused when it is not later, or too far. */
export async function instantOf(db: TimeDesk['db'], wish: MoveWish, nowMs: number): Promise<Result<number | null, MoveRefusal>> {
  if (wish.kind === 'until-something') return ok(null);
  if (wish.kind === 'two-terms') {
    const version = await mostUsedCalendar(db);
    if (version === null) {
      return refused({
        kind: 'no-terms',
        message: 'No deployment is running, so nobody’s terms are known.',
        remedy: 'Start a deployment, or give a date.',
      });
    }
    return twoTermsOn(await readCalendar(db, version), nowMs);
  }
  const toMs = wish.kind === 'monday' ? nextMondayMs(nowMs) : londonInstant(wish.date, wish.minute);
  if (toMs <= nowMs) {
    return refused({
      kind: 'not-later',
      message: `Time only goes forward, and it is ${momentWords(nowMs)} already.`,
      remedy: 'Give a later date or time.',
    });
  }
  if (toMs - nowMs > MOST_DAYS * DAY_MS) {
    return refused({
      kind: 'too-far',
      message: `That is more than ${MOST_DAYS} days away.`,
      remedy: `Give a day up to ${momentWords(nowMs + MOST_DAYS * DAY_MS)}.`,
    });
  }
  return ok(toMs);
}

/** The next Monday, 08:00 in London: from a Monday at 07:00 it is the same day, from 08:00 on the one a week later. */
export function nextMondayMs(nowMs: number): number {
  const today = londonDate(nowMs);
  const thisWeek = londonInstant(addDays(today, 1 - weekday(today)), MORNING_MINUTE);
  return thisWeek > nowMs ? thisWeek : londonInstant(addDays(today, 8 - weekday(today)), MORNING_MINUTE);
}

/**
 * The first school day of the term after next, 08:00: from any day of the autumn term, or of the summer holiday before it, that of the
 * summer term. Refused when the term dates do not reach so far.
 */
export function twoTermsOn(calendar: Parameters<typeof termOf>[0], nowMs: number): Result<number, MoveRefusal> {
  const now = termOf(calendar, londonDate(nowMs));
  const next = now.ok ? followingTerm(calendar, now.value) : now;
  const after = next.ok ? followingTerm(calendar, next.value) : next;
  const first = after.ok ? onOrAfter(calendar, 'school', after.value.startsOn) : after;
  if (!first.ok) return refused({ kind: 'no-terms', message: first.reason.message, remedy: first.reason.remedy });
  return ok(londonInstant(first.value, MORNING_MINUTE));
}

/**
 * Asks for time to be moved in a training copy. Nothing is moved yet: `workTimeMove` does that. Refused when this is no training copy, when
 * time is being moved already, or when the wish cannot be. The same id twice asks once.
 */
export async function askToMove(
  { db }: Pick<TimeDesk, 'db'>,
  { id, by, wish }: { readonly id: string; readonly by: string | null; readonly wish: MoveWish },
): Promise<Result<null, MoveRefusal>> {
  const sandbox = await readSandbox(db);
  if (sandbox === null) return refused(NO_TRAINING_COPY);
  const toMs = await instantOf(db, wish, Date.parse(sandbox.now));
  if (!toMs.ok) return toMs;
  if (await askForMove(db, { id, kind: toMs.value === null ? 'until-something' : 'to', by, toMs: toMs.value })) return ok(null);
  const open = await readOpenMove(db);
  if (open === null || open.id === id) return ok(null);
  return refused({
    kind: 'moving-already',
    message: `${open.by ?? 'Somebody on the command line'} is moving time already${open.toAt === null ? ', until something happens' : ` to ${momentWords(Date.parse(open.toAt))}`}.`,
    remedy: 'Wait until that is over, or stop it.',
  });
}

export const NO_TRAINING_COPY: MoveRefusal = {
  kind: 'no-training-copy',
  message: 'This is not a training copy, so its time is the real time.',
  remedy: 'npm start runs one. docs/operations.md, “A training copy”, says how to host one.',
};

/** When something next happens by itself in each running deployment, in epoch milliseconds; null for one that waits for an answer. */
type Wakes = Map<string, { wakeMs: number | null; sequence: number }>;

/**
 * Carries out the move of time that was asked for: goes from wake-up to wake-up, the earliest of all deployments first, and lets the letters
 * of each leave before the next. Ends when the move is over, when it cannot go on for now, or after `forMs`; called again, it goes on. Several
 * processes may call it: one holds the move under a lease. Whoever takes over a half-done step does the rest of it, because each clock is
 * asked how far it is.
 */
export async function workTimeMove(desk: TimeDesk, { forMs }: { readonly forMs: number }): Promise<void> {
  const { db } = desk;
  const until = Date.now() + forMs;
  const move = await claimMove(db, LEASE_SECONDS);
  if (move === undefined) return;
  try {
    // What an earlier try, or a person's change, has left behind leaves before time goes on.
    await letPostLeave(desk);
    const wakes = await readWakes(db, moment(await readSandbox(db)));
    let happened = false;
    let wakeUps = 0;
    while (Date.now() < until) {
      const renewed = await renewMove(db, move, wakeUps, LEASE_SECONDS);
      if (renewed === undefined) return;
      const nextMs = await nextOf(db, wakes);
      const toMs = move.toAt === null ? null : Date.parse(move.toAt);
      if (renewed.stop || happened || nextMs === null || (toMs !== null && nextMs > toMs)) {
        await finish(desk, move, { stopped: renewed.stop, toMs: renewed.stop ? null : toMs, nothing: nextMs === null && !happened });
        return;
      }
      const step = await goTo(desk, move, wakes, { nextMs, toMs });
      wakeUps = step.wakeUps;
      happened = move.kind === 'until-something' && step.happened;
    }
    await renewMove(db, move, wakeUps, LEASE_SECONDS);
    // What has happened ends "until something happens", also for whoever goes on with it.
    if (happened) await finish(desk, move, { stopped: false, toMs: null, nothing: false });
    else await releaseMove(db, move, null);
  } catch (error) {
    const why = whyItWaits(error);
    await (isTimeSkippingRefused(error) ? settleMove(db, move, why) : releaseMove(db, move, why)).catch(() => undefined);
    if (!(error instanceof PostWaits) && !isGrpcServiceError(error)) throw error;
  }
}

function moment(sandbox: { readonly now: string } | null): number {
  if (sandbox === null) throw new Error(NO_TRAINING_COPY.message);
  return Date.parse(sandbox.now);
}

async function readWakes(db: pg.Pool, nowMs: number): Promise<Wakes> {
  const wakes: Wakes = new Map();
  for (const { reference, running } of await listMovable(db)) if (running) await readWake(db, wakes, reference, nowMs);
  return wakes;
}

async function readWake(db: pg.Pool, wakes: Wakes, reference: string, nowMs: number): Promise<void> {
  const stored = await readChronology(db, reference);
  if (stored === undefined) return;
  const { chronology, sequence } = stored;
  wakes.set(reference, { wakeMs: nextWakeMs(chronology, Math.max(nowMs, Date.parse(stored.now))), sequence });
}

/** The next moment at which something happens by itself: a deployment wakes up, or a letter that waits for sending hours leaves. */
async function nextOf(db: pg.Pool, wakes: Wakes): Promise<number | null> {
  const letterMs = await nextLetterMs(db);
  const all = [...wakes.values()].flatMap(({ wakeMs }) => wakeMs ?? []);
  if (letterMs !== null) all.push(letterMs);
  return all.length === 0 ? null : Math.min(...all);
}

/** One step: time goes to the next wake-up, the deployments that wake up then do so, and their letters leave. */
async function goTo(
  desk: TimeDesk,
  move: ClaimedMove,
  wakes: Wakes,
  { nextMs, toMs }: { readonly nextMs: number; readonly toMs: number | null },
): Promise<{ readonly wakeUps: number; readonly happened: boolean }> {
  const { db, client } = desk;
  const fromMs = await moveTimeTo(db, move, nextMs);
  const endMs = Math.max(fromMs, Math.min(nextMs + WINDOW_MS, toMs ?? Infinity));
  const due = [...wakes].filter(([, { wakeMs }]) => wakeMs !== null && wakeMs <= endMs);
  await advanceAll(
    client,
    due.map(([reference]) => reference),
    endMs + SPARE_MS,
  );
  const left = await letPostLeave(desk);
  await moveTimeTo(db, move, endMs);
  let changed = false;
  for (const [reference, before] of due) {
    await readWake(db, wakes, reference, endMs + SPARE_MS);
    const after = wakes.get(reference);
    if (after === undefined) continue;
    if (after.sequence > before.sequence) changed = true;
    // It cannot go on by itself, and tries again once a day (workflows/deployment.ts).
    else if (after.wakeMs !== null && after.wakeMs <= endMs + SPARE_MS) after.wakeMs = endMs + DAY_MS;
  }
  return { wakeUps: due.length, happened: changed || left };
}

async function advanceAll(client: Client, references: readonly string[], toMs: number): Promise<void> {
  await sideBySide(references, (reference) =>
    client.withDeadline(Date.now() + DEADLINE_MS, () => advanceTo(client, deploymentWorkflowId(reference), toMs)),
  );
}

/** Lets every letter leave that may leave now. Answers whether one was waiting. */
async function letPostLeave({ db, client, taskQueue, postWithinMs = POST_WITHIN_MS }: TimeDesk): Promise<boolean> {
  const mailrooms = await letGatheredLeave(db);
  await Promise.all(mailrooms.map((mailroom) => tellMailroomAtOnce(client, taskQueue, mailroom)));
  for (const giveUpAtMs = Date.now() + postWithinMs; ; await shortly()) {
    const letters = await countLeaving(db);
    if (letters === 0) return mailrooms.length > 0;
    if (Date.now() > giveUpAtMs) throw new PostWaits(letters);
  }
}

const shortly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** Letters that the mail server does not take. Later ones must not leave before them. */
class PostWaits extends Error {
  override readonly name = 'PostWaits';
  constructor(letters: number) {
    super(`${letters} ${letters === 1 ? 'letter has' : 'letters have'} not left. Does the mail server reply? Time goes on when it does.`);
  }
}

function whyItWaits(error: unknown): string {
  if (error instanceof PostWaits) return error.message;
  if (isTimeSkippingRefused(error))
    return 'This Temporal server does not let clocks be moved. docs/operations.md, “A training copy”, says what to set.';
  if (isGrpcServiceError(error))
    return 'The part of Chaser that keeps time does not reply. Is a worker running? Time goes on when it does.';
  return `Something went wrong: ${error instanceof Error ? error.message : String(error)}`;
}

/** Ends a move: every clock of the copy comes to the same time. */
async function finish(
  { db, client }: TimeDesk,
  move: ClaimedMove,
  { stopped, toMs, nothing }: { readonly stopped: boolean; readonly toMs: number | null; readonly nothing: boolean },
): Promise<void> {
  const atMs = await moveTimeTo(db, move, toMs ?? 0);
  const where = momentWords(atMs);
  const bringAll = async (): Promise<void> => {
    const all = (await listMovable(db)).map(({ reference }) => reference);
    for (let from = 0; from < all.length; from += SHARE) {
      await advanceAll(client, all.slice(from, from + SHARE), atMs);
      await renewMove(db, move, 0, LEASE_SECONDS);
    }
  };
  // Somebody who stops it does so also when the engine is away. The next move brings on what is behind.
  const behind = stopped
    ? await bringAll().then(
        () => false,
        () => true,
      )
    : (await bringAll(), false);
  await settleMove(
    db,
    move,
    stopped
      ? `Stopped. It is ${where}.${behind ? ' Some deployments are behind: the next move brings them on.' : ''}`
      : nothing && toMs === null
        ? `Nothing happens by itself any more: everything waits for an answer. It is still ${where}.`
        : `It is ${where}.`,
  );
}
