import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { openContactTask, openRefusal } from '../ledger/contact-task.ts';
import { INVITATION_BOUNCED } from './notes.ts';
import { MOST_TRIES } from '../ledger/ledger.ts';

/** What GOV.UK Notify tells of a message that it took, when nothing more comes. */
export type Receipt = {
  /** Its id at Notify. */
  readonly notification: string;
  readonly status: 'delivered' | 'permanent-failure' | 'temporary-failure' | 'technical-failure';
};

/** What a receipt changed. Mailrooms to tell: their letters are queued again. */
export type Settled = { readonly moved: boolean; readonly mailrooms: readonly number[] };

/** How long a letter that failed on Notify's side waits before it goes again. */
const PAUSE_SECONDS = 300;

const NONE = { queued: 0, mailrooms: [] } as const;

const WORDS = {
  delivered: '',
  'permanent-failure': 'GOV.UK Notify could not deliver it: the address does not exist.',
  'temporary-failure': 'GOV.UK Notify tried for three days and could not deliver it: the mailbox is full, or its server did not answer.',
  'technical-failure': 'GOV.UK Notify could not send it, for a reason of its own.',
} as const;

/**
 * Books what became of a message, once: a receipt that comes again, or after another, finds nothing to move and changes nothing.
 *
 * Delivered: the letter is delivered. A permanent failure is what an address refused by a mail server is: the person is marked, which
 * ends their letters, and the coordinator gets a contact task. After a temporary failure the letter has failed, with a contact task.
 * A technical failure is nobody's: the letter goes again, and after twelve tries it has failed.
 */
export async function settleReceipt(pool: pg.Pool, { notification, status }: Receipt): Promise<Settled> {
  return inTransaction(pool, async (db) => {
    const { queued, mailrooms } = status === 'technical-failure' ? await queueAgain(db, notification) : NONE;
    const letters = await closeLetters(db, notification, status);
    const note = await closeNote(db, notification, status);
    const text = await closeText(db, notification, status);
    return { moved: queued > 0 || letters || note || text, mailrooms };
  });
}

/**
 * The letters of an e-mail that failed on Notify's side are queued once more. Answers how many, and the mailrooms of all that wait for
 * this reason: one that could not be told is told when the receipt comes again.
 */
async function queueAgain(db: Db, notification: string): Promise<{ readonly queued: number; readonly mailrooms: readonly number[] }> {
  const { rowCount } = await db.query(
    `UPDATE messages SET state = 'queued', accepted_at = NULL, closed_at = NULL, reason = $2,
            send_after = clock_timestamp() + make_interval(secs => $3::float8 * 2 ^ least(attempts, 6))
     WHERE notification = $1 AND state = 'accepted' AND attempts < $4`,
    [notification, WORDS['technical-failure'], PAUSE_SECONDS, MOST_TRIES],
  );
  const { rows } = await db.query<{ mailroom: number }>(
    "SELECT DISTINCT mailroom FROM messages WHERE notification = $1 AND state = 'queued'",
    [notification],
  );
  return { queued: rowCount ?? 0, mailrooms: rows.map(({ mailroom }) => mailroom) };
}

type Closed = { readonly reference: string; readonly role: string; readonly person: string; readonly address: string };

async function closeLetters(db: Db, notification: string, status: Receipt['status']): Promise<boolean> {
  if (status === 'delivered') {
    const { rowCount } = await db.query("UPDATE messages SET state = 'delivered' WHERE notification = $1 AND state = 'accepted'", [
      notification,
    ]);
    return rowCount !== 0;
  }
  const { rows } = await db.query<Closed>(
    `UPDATE messages SET state = CASE WHEN $2 THEN 'bounced' ELSE 'failed' END, closed_at = clock_timestamp(), reason = $3
     WHERE notification = $1 AND state = 'accepted' RETURNING reference, role, person, address`,
    [notification, status === 'permanent-failure', WORDS[status]],
  );
  const [first] = rows;
  if (first === undefined) return false;
  await openRefusal(db, rows, { address: first.address, response: WORDS[status], addressRefused: status === 'permanent-failure' });
  return true;
}

/** A note that was sent and did not arrive: its text is gone, so it is told and not sent again. */
async function closeNote(db: Db, notification: string, status: Receipt['status']): Promise<boolean> {
  if (status === 'delivered') return false;
  const { rows } = await db.query<{ id: string }>(
    `WITH failed AS (
       UPDATE notes SET failed_at = clock_timestamp(), reason = $2 FROM people
       WHERE notes.notification = $1 AND notes.failed_at IS NULL AND people.id = notes.person RETURNING notes.id),
     moved AS (${INVITATION_BOUNCED})
     SELECT id::text FROM failed`,
    [notification, WORDS[status]],
  );
  return rows.length > 0;
}

const TEXT_WORDS = {
  delivered: null,
  'permanent-failure': 'GOV.UK Notify could not deliver it: the number does not exist.',
  'temporary-failure': 'GOV.UK Notify tried for three days and could not deliver it: the telephone was switched off, perhaps.',
  'technical-failure': WORDS['technical-failure'],
} as const;

/** A text message: delivered, failed with a contact task where the number is none, or to be sent once more. */
async function closeText(db: Db, notification: string, status: Receipt['status']): Promise<boolean> {
  const { rows } = await db.query<{ reference: string; role: string; person: string; telephone: string }>(
    `UPDATE voices v SET reason = $3,
            state = CASE WHEN $2 = 'delivered' THEN 'delivered' WHEN $2 = 'technical-failure' AND v.attempts < $4 THEN 'queued' ELSE 'failed' END,
            send_after = CASE WHEN $2 = 'technical-failure' THEN clock_timestamp() + make_interval(secs => $5) END
     FROM messages m WHERE m.key = v.letter AND v.notification = $1 AND v.state = 'accepted' RETURNING m.reference, m.role, m.person, v.telephone`,
    [notification, status, TEXT_WORDS[status], MOST_TRIES, PAUSE_SECONDS],
  );
  if (status === 'permanent-failure')
    for (const row of rows) await openContactTask(db, row, 'no-text-number', `${row.telephone}: ${TEXT_WORDS[status]}`);
  return rows.length > 0;
}

/** Since when the oldest message waits for its receipt, of those that Notify still knows; null when none does. */
export async function readOldestUnsettled(db: Db): Promise<string | null> {
  const { rows } = await db.query<{ since: string | null }>(
    `SELECT min(since) AS since FROM (
       SELECT accepted_at AS since FROM messages WHERE notification IS NOT NULL AND state = 'accepted'
       UNION ALL SELECT closed_at FROM voices WHERE notification IS NOT NULL AND state = 'accepted') unsettled
     WHERE since > clock_timestamp() - interval '7 days'`,
  );
  return rows[0]?.since ?? null;
}
