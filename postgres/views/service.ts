import type { Db } from '../database.ts';
import { IS_HELD } from './post-holds.ts';

export type Backlog = {
  readonly count: number;
  /** Since when the oldest has been waiting, in real time; null when there is none. */
  readonly since: string | null;
};

export type Backlogs = {
  /** Letters that are to be sent now, or are being sent. */
  readonly letters: Backlog;
  /** Letters that an address put off, or that wait for their hour. */
  readonly lettersForLater: Backlog;
  /** Letters whose post somebody holds; they are in neither of the others. */
  readonly lettersOnHold: Backlog;
  /** Sign-in links and copies of answers that have not been sent. */
  readonly notes: Backlog;
  /** Answers that were given and that the engine has not taken yet. */
  readonly answers: Backlog;
};

/** What waits to be sent or delivered, and since when. */
export async function readBacklogs(db: Db): Promise<Backlogs> {
  const { rows } = await db.query<Backlogs>(
    `SELECT (SELECT jsonb_build_object('count', count(*), 'since', min(queued_at)) FROM messages m
             WHERE state = 'claimed' OR state = 'queued' AND coalesce(send_after <= clock_timestamp(), true) AND NOT ${IS_HELD}) AS letters,
            (SELECT jsonb_build_object('count', count(*), 'since', min(queued_at)) FROM messages m
             WHERE state = 'queued' AND send_after > clock_timestamp() AND NOT ${IS_HELD}) AS "lettersForLater",
            (SELECT jsonb_build_object('count', count(*), 'since', min(queued_at)) FROM messages m
             WHERE state = 'queued' AND ${IS_HELD}) AS "lettersOnHold",
            (SELECT jsonb_build_object('count', count(*), 'since', min(queued_at)) FROM notes WHERE sent_at IS NULL AND failed_at IS NULL) AS notes,
            (SELECT jsonb_build_object('count', count(*), 'since', min(given_at)) FROM kept_answers WHERE settled_at IS NULL) AS answers`,
  );
  const [backlogs] = rows;
  if (backlogs === undefined) throw new Error('PostgreSQL counted nothing.');
  return backlogs;
}

export type FailedLetter = {
  readonly reference: string;
  readonly kind: string;
  readonly step: string;
  /** A contact id. */
  readonly person: string;
  readonly state: 'failed' | 'bounced';
  readonly at: string | null;
  readonly reason: string | null;
};

/**
 * The letters that failed for good, the newest first. A reason is the mail server's own text, which may contain an
 * address.
 */
export async function listFailedLetters(db: Db, limit: number): Promise<readonly FailedLetter[]> {
  const { rows } = await db.query<FailedLetter>(
    `SELECT reference, kind, step, person, state, closed_at AS at, reason FROM messages
     WHERE state IN ('failed', 'bounced') ORDER BY closed_at DESC NULLS LAST, key LIMIT $1`,
    [limit],
  );
  return rows;
}
