import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { openContactTask } from './contact-task.ts';
import type { LetterRow } from './letters.ts';

/* What becomes of a claimed letter that does not leave now. Whoever has lost the claim changes nothing. */

/** Drops a letter that is no longer wanted, and says why. */
export async function suppress(pool: pg.Pool, claim: string, row: LetterRow, because: string): Promise<void> {
  await inTransaction(pool, async (db) => {
    await db.query(
      `UPDATE messages SET state = 'suppressed', reason = $3, closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL
       WHERE key = $1 AND claim = $2 AND state = 'claimed'`,
      [row.key, claim, because],
    );
    if (row.standing.recipient === null) await openContactTask(db, row, 'unknown-contact', because);
  });
}

/**
 * A letter that was handed to a mail server whose answer is not known, and that is not to be sent again. It keeps its
 * envelope and its Message-ID, by which it can be found in the mail server's log.
 */
export async function notAgain(pool: pg.Pool, claim: string, row: LetterRow, because: string): Promise<void> {
  await pool.query(
    `UPDATE messages SET state = 'perhaps-sent', closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL,
            reason = 'The connection was lost before the mail server said whether it had taken this letter. It was not sent again. ' || $3
     WHERE key = $1 AND claim = $2 AND state = 'claimed'`,
    [row.key, claim, because],
  );
}

/** The clock was stopped while the letter waited, so it goes when the clock is running again. */
export async function holdForStop(pool: pg.Pool, claim: string, key: string, stop: number): Promise<void> {
  await pool.query(
    `UPDATE messages SET state = 'suppressed', reason = 'The step was paused before the letter left. It is sent when the pause ends.',
            held_by_stop = $3, closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL, attempts = attempts - 1
     WHERE key = $1 AND claim = $2 AND state = 'claimed'`,
    [key, claim, stop],
  );
}

/** Returns letters to the queue until their hour. They leave their envelope, to be gathered anew, unless it has perhaps been sent. */
export async function hold(
  pool: pg.Pool,
  claim: string,
  key: string,
  waitMs: number,
  { because = 'Waits for sending hours.', gathered = false }: { readonly because?: string; readonly gathered?: boolean } = {},
): Promise<void> {
  await pool.query(
    `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, attempts = attempts - 1,
            envelope = CASE WHEN perhaps_sent_at IS NOT NULL THEN envelope END,
            reason = $4, gathered = gathered OR $5, send_after = clock_timestamp() + make_interval(secs => $3)
     WHERE key = $1 AND claim = $2 AND state = 'claimed'`,
    [key, claim, waitMs / 1000, because, gathered],
  );
}

/** Back to the queue, to be read and written again at once. */
export async function writeAnew(pool: pg.Pool, claim: string, key: string): Promise<void> {
  await pool.query(
    `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, attempts = attempts - 1
     WHERE key = $1 AND claim = $2 AND state = 'claimed'`,
    [key, claim],
  );
}

/** Back to the queue when they could not leave at the last moment: no try is counted, and unless it has perhaps been sent it is gathered anew. */
export async function keepBack(pool: pg.Pool, claim: string, keys: readonly string[]): Promise<void> {
  await pool.query(
    `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, attempts = attempts - 1,
            envelope = CASE WHEN perhaps_sent_at IS NULL THEN NULL ELSE envelope END
     WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed'`,
    [keys, claim],
  );
}
