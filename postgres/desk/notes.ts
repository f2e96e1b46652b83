import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';

/** An e-mail that belongs to no step. It is not in the ledger, and the web service sends it. */
export type Note = {
  readonly kind: 'sign-in' | 'answer-copy' | 'answer-outcome';
  /** A contact id: the address is looked up when the note is sent. */
  readonly person: string;
  /** The contact id of the person to whom replies go. Without it, replies go to the sender. */
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

/**
 * Queues a note. Call it in the transaction of what the note tells of, so that the note is sent if and only if that is
 * kept.
 */
export async function queueNote(db: Db, { kind, person, replyTo, subject, text, html }: Note): Promise<void> {
  await db.query('INSERT INTO notes (kind, person, reply_to, subject, body_text, body_html) VALUES ($1, $2, $3, $4, $5, $6)', [
    kind,
    person,
    replyTo ?? null,
    subject,
    text,
    html,
  ]);
}

/** A note that may be sent now. */
export type DueNote = {
  readonly id: string;
  readonly kind: Note['kind'];
  readonly queuedAt: string;
  readonly to: { readonly name: string; readonly address: string };
  /** Empty when replies go to the sender. */
  readonly replyTo: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** How many tries came before this one. */
  readonly attempts: number;
};

/** Runs `work` on the next note to send, in the transaction that holds the note. Null when none may be sent now. */
export async function withDueNote<T>(pool: pg.Pool, work: (db: Db, note: DueNote) => Promise<T>): Promise<T | null> {
  return inTransaction(pool, async (db) => {
    const note = await takeDueNote(db);
    return note === null ? null : work(db, note);
  });
}

/**
 * The next note to send, locked for this transaction. Null when none may be sent now. Sign-in links go first. An
 * unknown contact id gives an empty address.
 */
async function takeDueNote(db: Db): Promise<DueNote | null> {
  const { rows } = await db.query<Omit<DueNote, 'to'> & { name: string; email: string }>(
    `SELECT note.id::text, kind, queued_at AS "queuedAt", coalesce(person.name, '') AS name, coalesce(person.email, '') AS email,
            jsonb_build_object('name', coalesce(reply.name, ''), 'address', coalesce(reply.email, '')) AS "replyTo",
            subject, body_text AS text, body_html AS html, attempts
     FROM notes note LEFT JOIN people person ON person.id = note.person LEFT JOIN people reply ON reply.id = note.reply_to
     WHERE sent_at IS NULL AND failed_at IS NULL AND send_after <= clock_timestamp()
     ORDER BY kind <> 'sign-in', send_after, note.id LIMIT 1 FOR UPDATE OF note SKIP LOCKED`,
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { name, email, ...note } = row;
  return { ...note, to: { name, address: email } };
}

/** Marks a note as sent, and deletes its text. */
export async function markNoteSent(db: Db, id: string): Promise<void> {
  await db.query(
    `UPDATE notes SET sent_at = clock_timestamp(), attempts = attempts + 1, reason = NULL, body_text = NULL, body_html = NULL WHERE id = $1`,
    [id],
  );
}

/** Puts a note off, to be tried again after this many seconds. */
export async function putOffNote(db: Db, id: string, seconds: number, why: string): Promise<void> {
  await db.query(
    `UPDATE notes SET attempts = attempts + 1, reason = $3, send_after = clock_timestamp() + make_interval(secs => $2) WHERE id = $1`,
    [id, seconds, why],
  );
}

/**
 * Marks a note as failed. The text of a sign-in link is deleted; any other text is kept, so that somebody can read what
 * was not sent and why.
 */
export async function markNoteFailed(db: Db, id: string, why: string): Promise<void> {
  await db.query(
    `UPDATE notes SET failed_at = clock_timestamp(), attempts = attempts + 1, reason = $2,
            body_text = CASE kind WHEN 'sign-in' THEN NULL ELSE body_text END,
            body_html = CASE kind WHEN 'sign-in' THEN NULL ELSE body_html END
     WHERE id = $1`,
    [id, why],
  );
}

/** Gives up the sign-in links that ran out before they could be sent. */
export async function failStaleSignInNotes(db: Db, minutes: number): Promise<void> {
  await db.query(
    `UPDATE notes SET failed_at = clock_timestamp(), reason = 'the link ran out before it could be sent', body_text = NULL, body_html = NULL
     WHERE id IN (SELECT id FROM notes WHERE kind = 'sign-in' AND sent_at IS NULL AND failed_at IS NULL
                    AND queued_at <= clock_timestamp() - make_interval(mins => $1) FOR UPDATE SKIP LOCKED)`,
    [minutes],
  );
}
