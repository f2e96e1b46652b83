import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Letter, LinkPort } from '../../activities/ports.ts';
import { ADDRESS_REFUSED, whyNotWanted } from '../../domain/chasing/wanted.ts';
import type { Voice } from '../../domain/programme.ts';
import { letterOf } from '../../letters/letter-of.ts';
import { textNumber } from '../../letters/text-number.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { openContactTask } from '../ledger/contact-task.ts';
import { asItLeaves, msToSendingHour } from '../ledger/leaving.ts';
import { LONGEST_PAUSE_SECONDS, linksOf, MOST_TRIES } from '../ledger/ledger.ts';
import { readLetterRows } from '../ledger/letters.ts';
import type { LetterRow } from '../ledger/letters.ts';
import { IS_HELD } from '../views/post-holds.ts';

/** A letter's text message that may leave now. */
export type ClaimedText = {
  /** The key of its letter. */
  readonly key: string;
  /** Fencing token: a sender that has lost the lease cannot mark it. */
  readonly claim: string;
  readonly number: string;
  readonly letter: Letter;
  /** An earlier sender handed it over, and how that ended is not known. */
  readonly perhapsSent: boolean;
};

type Claimed = {
  readonly key: string;
  readonly claim: string;
  readonly perhapsSent: boolean;
  readonly ended: string | null;
  readonly emailWent: boolean;
};

/** How long a text message waits while its step is paused, before it is looked at again. */
const LOOK_AGAIN_SECONDS = 600;

/** While this holds of a row, whoever claimed it may mark it. */
const MINE = "letter = $1 AND voice = 'text' AND claim = $2 AND state = 'claimed'";

/**
 * Claims the next text message to send under a lease of so many seconds; null when none may be sent now. Judged by the rules of the
 * e-mail beside which it goes: holds, pauses, sending hours, whether it is still wanted. A refused e-mail address is no reason against it, and
 * the most e-mails of a day hold it only while they hold its e-mail. Somebody without a number that receives text messages is a contact task. What is not to go now is put off or marked.
 */
export async function claimText(pool: pg.Pool, links: LinkPort | null, leaseSeconds: number): Promise<ClaimedText | null> {
  for (;;) {
    const claimed = await claimNext(pool, leaseSeconds);
    if (claimed === null) return null;
    const [row] = await readLetterRows(pool, [claimed.key]);
    if (row === undefined) throw new Error(`The letter ${claimed.key} of a text message is not in the ledger.`);
    const text = await judged(pool, claimed, row, links);
    if (text !== null) return text;
  }
}

async function claimNext(db: Db, leaseSeconds: number): Promise<Claimed | null> {
  const { rows } = await db.query<Claimed>(
    `UPDATE voices SET state = 'claimed', claim = $1, attempts = attempts + 1, claimed_until = clock_timestamp() + make_interval(secs => $2)
     FROM (SELECT v.letter, v.perhaps_sent_at,
                  CASE WHEN m.state = 'suppressed' AND m.held_by_stop IS NULL AND m.reason <> $3 THEN m.reason END AS ended,
                  m.state IN ('accepted', 'delivered') AS went
           FROM voices v JOIN messages m ON m.key = v.letter
           WHERE v.voice = 'text'
             AND (v.state = 'queued' AND coalesce(v.send_after <= clock_timestamp(), true)
                  OR v.state = 'claimed' AND v.claimed_until <= clock_timestamp())
             AND NOT ${IS_HELD}
           ORDER BY v.queued_at, v.letter LIMIT 1 FOR UPDATE OF v SKIP LOCKED) next
     WHERE voices.letter = next.letter AND voices.voice = 'text'
     RETURNING voices.letter AS key, voices.claim, next.perhaps_sent_at IS NOT NULL AS "perhapsSent", next.ended, next.went AS "emailWent"`,
    [randomUUID(), leaseSeconds, ADDRESS_REFUSED],
  );
  return rows[0] ?? null;
}

async function judged(pool: pg.Pool, claimed: Claimed, row: LetterRow, links: LinkPort | null): Promise<ClaimedText | null> {
  const { key, claim, perhapsSent, ended, emailWent } = claimed;
  const { recipient } = row.standing;
  const unwanted =
    ended ?? whyNotWanted({ ...row.standing, perhapsSent, recipient: recipient === null ? null : { addressRefused: false } });
  if (unwanted !== null) {
    await mark(pool, claimed, perhapsSent ? 'perhaps-sent' : 'suppressed', unwanted);
    return null;
  }
  const waitMs = row.stop !== null ? LOOK_AGAIN_SECONDS * 1_000 : msToSendingHour(emailWent ? { ...row, sentThatDay: 0 } : row);
  if (waitMs > 0) {
    await later(pool, claimed, waitMs / 1_000, row.stop === null ? 'Waits for sending hours.' : 'The step is paused.');
    return null;
  }
  const number = textNumber(row.facts.recipient.telephone);
  if (number === null) {
    await noNumber(pool, claimed, row, 'No number that receives text messages is known. It begins with 07 and has eleven digits.');
    return null;
  }
  const { linkOf } = await linksOf(pool, [row], links);
  const letter = letterOf(asItLeaves(row), { link: linkOf.get(row.key) ?? null, pages: null });
  return { key, claim, number, letter, perhapsSent };
}

/**
 * Records that it is about to be handed over, with these words, which hold no link. False: somebody holds its post since, or the lease
 * was lost; then it must not be sent.
 */
export async function handOverText(db: Db, { key, claim, number }: ClaimedText, words: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE voices SET perhaps_sent_at = coalesce(perhaps_sent_at, clock_timestamp()), telephone = $3, words = $4
     WHERE ${MINE} AND EXISTS (SELECT FROM messages m WHERE m.key = letter AND NOT ${IS_HELD})`,
    [key, claim, number, words],
  );
  return rowCount === 1;
}

/** The provider has taken it. `notification` is its id there, by which it tells what became of it. */
export async function markTextAccepted(db: Db, { key, claim }: ClaimedText, notification: string | null): Promise<void> {
  await db.query(
    `UPDATE voices SET state = 'accepted', closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL, perhaps_sent_at = NULL,
            notification = $3, reason = NULL WHERE ${MINE}`,
    [key, claim, notification],
  );
}

/** The provider refuses it for good: the number, which is a contact task then, or this message alone. */
export async function markTextRefused(pool: pg.Pool, text: ClaimedText, response: string, numberRefused: boolean): Promise<void> {
  if (!numberRefused) return mark(pool, text, 'failed', response);
  const [row] = await readLetterRows(pool, [text.key]);
  if (row !== undefined) await noNumber(pool, text, row, `${text.number}: ${response}`);
}

/**
 * Puts it off, for twice as long each time; after twelve tries it has failed. Trouble that is not the message's own is no try. `sent`
 * says whether it has perhaps been sent.
 */
export async function putOffText(
  db: Db,
  { key, claim, perhapsSent }: ClaimedText,
  { because, counts, sent }: { readonly because: string; readonly counts: boolean; readonly sent: boolean },
): Promise<void> {
  await db.query(
    `UPDATE voices SET state = CASE WHEN $4 AND attempts >= $5 THEN 'failed' ELSE 'queued' END, claim = NULL, claimed_until = NULL,
            reason = $3, attempts = attempts - CASE WHEN $4 THEN 0 ELSE 1 END,
            perhaps_sent_at = CASE WHEN $6 THEN perhaps_sent_at END,
            send_after = clock_timestamp() + make_interval(secs => CASE WHEN $4 THEN least(60 * 2 ^ attempts, $7) ELSE 60 END)
     WHERE ${MINE}`,
    [key, claim, because, counts, MOST_TRIES, sent || perhapsSent, LONGEST_PAUSE_SECONDS],
  );
}

type Ref = Pick<Claimed, 'key' | 'claim'>;

async function mark(db: Db, { key, claim }: Ref, state: 'suppressed' | 'perhaps-sent' | 'failed', because: string): Promise<void> {
  await db.query(
    `UPDATE voices SET state = $3, reason = $4, closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL WHERE ${MINE}`,
    [key, claim, state, because],
  );
}

async function later(db: Db, { key, claim }: Ref, seconds: number, because: string): Promise<void> {
  await db.query(
    `UPDATE voices SET state = 'queued', claim = NULL, claimed_until = NULL, attempts = attempts - 1, reason = $4,
            send_after = clock_timestamp() + make_interval(secs => $3) WHERE ${MINE}`,
    [key, claim, seconds, because],
  );
}

async function noNumber(pool: pg.Pool, ref: Ref, row: LetterRow, because: string): Promise<void> {
  await inTransaction(pool, async (db) => {
    await mark(db, ref, 'failed', because);
    await openContactTask(db, row, 'no-text-number', because);
  });
}

/** How a letter went besides its e-mail, for the story of its deployment. */
export type VoiceLine = {
  /** The key of its letter. */
  readonly letter: string;
  readonly voice: Voice;
  readonly state: string;
  /** What a text message said; null for a letter to print, and before it was sent. */
  readonly words: string | null;
  readonly reason: string | null;
};

/** The text messages and letters to print of a deployment. */
export async function listVoices(db: Db, reference: string): Promise<readonly VoiceLine[]> {
  const { rows } = await db.query<VoiceLine>(
    `SELECT v.letter, v.voice, v.state, v.words, v.reason FROM voices v JOIN messages m ON m.key = v.letter
     WHERE m.reference = $1 ORDER BY m.written_at, v.letter, v.voice`,
    [reference],
  );
  return rows;
}
