import type { Db } from '../database.ts';

/** A mailbox, named without its password, and how far it was read. */
export type ReadPlace = { readonly mailbox: string; readonly uidValidity: string; readonly lastUid: number };

/** How reading a mailbox goes. */
export type MailboxReading = {
  readonly mailbox: string;
  /** When it was last read to its end; null before that. */
  readonly readAt: string | null;
  readonly trouble: string | null;
  readonly troubleSince: string | null;
};

/** Moves on the place up to which a mailbox was read. Call it in the transaction that keeps the e-mail. */
export async function movePlace(db: Db, { mailbox, uidValidity, lastUid }: ReadPlace): Promise<void> {
  await db.query(
    `INSERT INTO mailbox_reading AS known (mailbox, uid_validity, last_uid) VALUES ($1, $2, $3)
     ON CONFLICT (only_row) DO UPDATE SET
       last_uid = CASE WHEN (known.mailbox, known.uid_validity) = (excluded.mailbox, excluded.uid_validity)
                       THEN greatest(known.last_uid, excluded.last_uid) ELSE excluded.last_uid END,
       mailbox = excluded.mailbox, uid_validity = excluded.uid_validity`,
    [mailbox, uidValidity, lastUid],
  );
}

/** How far a mailbox was read; null when nothing of it was. */
export async function readPlaceOf(db: Db, mailbox: string): Promise<{ readonly uidValidity: string; readonly lastUid: number } | null> {
  const { rows } = await db.query<{ uidValidity: string; lastUid: number }>(
    `SELECT uid_validity AS "uidValidity", last_uid::float8 AS "lastUid" FROM mailbox_reading
     WHERE mailbox = $1 AND uid_validity IS NOT NULL AND last_uid IS NOT NULL`,
    [mailbox],
  );
  return rows[0] ?? null;
}

/** Keeps how reading went: `trouble` is null when the mailbox was read to its end. */
export async function noteReading(db: Db, mailbox: string, trouble: string | null): Promise<void> {
  await db.query(
    `INSERT INTO mailbox_reading AS known (mailbox, read_at, trouble, trouble_since)
     VALUES ($1, CASE WHEN $2::text IS NULL THEN clock_timestamp() END, $2, CASE WHEN $2 IS NOT NULL THEN clock_timestamp() END)
     ON CONFLICT (only_row) DO UPDATE SET
       uid_validity = CASE WHEN known.mailbox = excluded.mailbox THEN known.uid_validity END,
       last_uid = CASE WHEN known.mailbox = excluded.mailbox THEN known.last_uid END,
       read_at = coalesce(excluded.read_at, CASE WHEN known.mailbox = excluded.mailbox THEN known.read_at END),
       trouble = excluded.trouble,
       trouble_since = CASE WHEN excluded.trouble IS NULL THEN NULL ELSE coalesce(known.trouble_since, excluded.trouble_since) END,
       mailbox = excluded.mailbox`,
    [mailbox, trouble],
  );
}

/** No mailbox is read any more. */
export async function readNoMailbox(db: Db): Promise<void> {
  await db.query('DELETE FROM mailbox_reading');
}

/** How reading the mailbox goes; null when none is read. */
export async function readMailboxReading(db: Db): Promise<MailboxReading | null> {
  const { rows } = await db.query<MailboxReading>(
    'SELECT mailbox, read_at AS "readAt", trouble, trouble_since AS "troubleSince" FROM mailbox_reading',
  );
  return rows[0] ?? null;
}
