import type { Trouble } from '../../activities/ports.ts';
import type { Db } from '../database.ts';
import { openContactTask } from './contact-task.ts';

/** A letter that met the trouble so often, while others got through each time, is at fault itself. */
const MOST_DOUBTS = 6;
/** However long the trouble lasts, a letter that met it is tried again after this time. */
const LONGEST_PAUSE_SECONDS = 600;

/** While this holds, one letter at a time tries the mail server. */
export const TROUBLE_IS_BELIEVED = 'EXISTS (SELECT FROM mail_trouble WHERE believed_at IS NOT NULL)';

/** The mail server has taken an e-mail. */
export const TROUBLE_ENDS = 'DELETE FROM mail_trouble';

/** $4 says that neither this attempt nor an earlier one can have got through. */
const KNOWN_NOT_SENT = 'perhaps_sent_at = CASE WHEN $4 THEN NULL ELSE perhaps_sent_at END';

type Held = { readonly keys: readonly string[]; readonly claim: string };

/** See `LedgerPort.bookTrouble`. */
export async function bookTrouble(
  db: Db,
  held: Held,
  trouble: Trouble,
  { notSent, retrySeconds }: { readonly notSent: boolean; readonly retrySeconds: number },
): Promise<boolean> {
  const { believed, first, pauseSeconds } = await note(db, trouble);
  if (trouble.recipient === null) {
    await db.query(
      `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, reason = $3, attempts = attempts - 1,
              ${KNOWN_NOT_SENT}
       WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed'`,
      [held.keys, held.claim, trouble.said, notSent],
    );
    return true;
  }
  // Another e-mail got through since, or none has met the trouble yet: that speaks against this letter.
  const doubt = first ? 1 : 0;
  await db.query(
    `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, reason = $3, attempts = attempts - 1,
            doubts = doubts + $5, ${KNOWN_NOT_SENT},
            send_after = clock_timestamp()
              + make_interval(secs => greatest($6::float8 * 2 ^ greatest(doubts + $5 - 1, 0), least($7::float8, $8::float8)))
     WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' AND doubts + $5 < $9`,
    [held.keys, held.claim, trouble.said, notSent, doubt, retrySeconds, pauseSeconds, LONGEST_PAUSE_SECONDS, MOST_DOUBTS],
  );
  const { rows } = await db.query<{ reference: string; role: string; person: string }>(
    `UPDATE messages SET state = 'failed', closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL, reason = $3,
            doubts = doubts + 1, ${KNOWN_NOT_SENT}
     WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' RETURNING reference, role, person`,
    [held.keys, held.claim, `Given up: ${MOST_DOUBTS} times this letter alone was answered so. ${trouble.said}`, notSent],
  );
  for (const row of rows) await openContactTask(db, row, 'letter-refused', `${trouble.recipient}: ${trouble.said}`);
  return believed;
}

type Noted = {
  readonly believed: boolean;
  /** No other e-mail has met it since the server last took one. */
  readonly first: boolean;
  /** How long it has lasted: letters are tried again at ever longer intervals. */
  readonly pauseSeconds: number;
};

/**
 * Keeps what the server said. It is believed at once when no recipient had been named, and otherwise at the second recipient
 * who hears the same. What is believed stays so until the server takes an e-mail.
 */
async function note(db: Db, { kind, said, recipient }: Trouble): Promise<Noted> {
  const { rows } = await db.query<Noted>(
    `INSERT INTO mail_trouble AS known (kind, said, recipients, believed_at)
     VALUES ($1, $2, CASE WHEN $3::text IS NULL THEN '{}' ELSE ARRAY[lower($3)] END, CASE WHEN $3 IS NULL THEN clock_timestamp() END)
     ON CONFLICT (only_row) DO UPDATE SET
       kind = excluded.kind, said = excluded.said, last_at = clock_timestamp(),
       since = CASE WHEN known.kind = excluded.kind OR known.believed_at IS NOT NULL THEN known.since ELSE excluded.since END,
       recipients = CASE
         WHEN known.kind <> excluded.kind AND known.believed_at IS NULL THEN excluded.recipients
         WHEN known.recipients @> excluded.recipients OR cardinality(known.recipients) >= 100 THEN known.recipients
         ELSE known.recipients || excluded.recipients END,
       believed_at = coalesce(known.believed_at, excluded.believed_at, CASE
         WHEN known.kind = excluded.kind AND NOT known.recipients @> excluded.recipients THEN clock_timestamp() END)
     RETURNING believed_at IS NOT NULL AS believed, xmax = 0 AS first,
               extract(epoch FROM clock_timestamp() - since)::float8 AS "pauseSeconds"`,
    [kind, said, recipient],
  );
  const [noted] = rows;
  if (noted === undefined) throw new Error('What the mail server said was not kept.');
  return noted;
}
