import type { DatedEntry } from '../../activities/ports.ts';
import type { Db } from '../database.ts';
import { HOLD_STANDS } from '../views/post-holds.ts';

/** A due date as a calendar entry. Whoever sends the note makes a file of it. */
export type NoteEntry = DatedEntry;

/** An e-mail that belongs to no step. It is not in the ledger, and the web service sends it. */
export type Note = {
  readonly kind:
    | 'sign-in'
    | 'answer-copy'
    | 'answer-outcome'
    | 'fresh-links'
    | 'considered'
    | 'not-chosen'
    | 'profile'
    | 'closed-days'
    | 'problem-copy'
    | 'pass-on'
    | 'digest'
    | 'survey';
  /** A contact id: the address is looked up when the note is sent. */
  readonly person: string;
  /** The contact id of the person to whom replies go. Without it, replies go to the sender. */
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What it changes in its reader's calendar. */
  readonly entries?: readonly NoteEntry[];
};

/**
 * Queues a note. Call it in the transaction of what the note tells of, so that the note is sent if and only if that is
 * kept. Answers its number.
 */
export async function queueNote(db: Db, { kind, person, replyTo, subject, text, html, entries = [] }: Note): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO notes (kind, person, reply_to, subject, body_text, body_html, entries) VALUES ($1, $2, $3, $4, $5, $6, $7)
     RETURNING id::text`,
    [kind, person, replyTo ?? null, subject, text, html, JSON.stringify(entries)],
  );
  return rows[0]?.id ?? '';
}

/** A note that is claimed by one sender until the lease runs out. */
export type ClaimedNote = {
  readonly id: string;
  /** Fencing token: a sender that has lost the lease cannot mark the note. */
  readonly claim: string;
  readonly kind: Note['kind'];
  readonly person: string;
  readonly queuedAt: string;
  readonly to: { readonly name: string; readonly address: string };
  /** Empty when replies go to the sender. */
  readonly replyTo: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly entries: readonly NoteEntry[];
  /** How many tries came before this one. */
  readonly attempts: number;
};

type Claim = Pick<ClaimedNote, 'id' | 'claim'>;

/**
 * Claims the next note to send, for this many seconds. Null when none may be sent now. Sign-in links go first. While all post is held, only
 * what somebody has just asked for goes: sign-in links, fresh links and copies of their own answers. An unknown
 * contact id gives an empty address. This is one statement, so nothing stays locked afterwards. When a lease has run out,
 * its owner has died, and the note is claimed again.
 */
export async function claimDueNote(db: Db, leaseSeconds: number): Promise<ClaimedNote | null> {
  const { rows } = await db.query<Omit<ClaimedNote, 'to'> & { name: string; email: string }>(
    `WITH note AS (
       UPDATE notes SET claim = gen_random_uuid(), claimed_until = clock_timestamp() + make_interval(secs => $1)
       WHERE id = (SELECT id FROM notes
                   WHERE sent_at IS NULL AND failed_at IS NULL AND send_after <= clock_timestamp()
                     AND (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links')
                          OR NOT EXISTS (SELECT FROM post_holds hold WHERE hold.scope = 'service' AND ${HOLD_STANDS}))
                     AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                   ORDER BY kind <> 'sign-in', send_after, id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *)
     SELECT note.id::text, note.claim, kind, note.person, queued_at AS "queuedAt", coalesce(person.name, '') AS name, coalesce(person.email, '') AS email,
            jsonb_build_object('name', coalesce(reply.name, ''), 'address', coalesce(reply.email, '')) AS "replyTo",
            subject, body_text AS text, body_html AS html, entries, attempts
     FROM note LEFT JOIN people person ON person.id = note.person LEFT JOIN people reply ON reply.id = note.reply_to`,
    [leaseSeconds],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { name, email, ...note } = row;
  return { ...note, to: { name, address: email } };
}

/** Renews the lease on a note, unless the lease was lost. */
export async function renewNote(db: Db, { id, claim }: Claim, leaseSeconds: number): Promise<void> {
  await db.query(
    `UPDATE notes SET claimed_until = clock_timestamp() + make_interval(secs => $3)
     WHERE id = $1 AND claim = $2 AND claimed_until > clock_timestamp()`,
    [id, claim, leaseSeconds],
  );
}

/** Returns a note that was not sent, to be tried again at once. */
export async function releaseNote(db: Db, { id, claim }: Claim): Promise<void> {
  await db.query('UPDATE notes SET claim = NULL, claimed_until = NULL WHERE id = $1 AND claim = $2', [id, claim]);
}

/** Marks a note as sent, under the id by which GOV.UK Notify tells what became of it if it went by Notify, and deletes its text. A note that was given up while it was on its way counts as sent. */
export async function markNoteSent(db: Db, { id, claim }: Claim, notification: string | null): Promise<void> {
  await db.query(
    `WITH sent AS (
       UPDATE notes SET sent_at = clock_timestamp(), failed_at = NULL, attempts = attempts + 1, reason = NULL,
              body_text = NULL, body_html = NULL, entries = '[]', claim = NULL, claimed_until = NULL, notification = $3
       WHERE id = $1 AND claim = $2 RETURNING id)
     UPDATE survey_invitations invited SET state = 'sent' FROM sent, survey_letters letter
     WHERE letter.note = sent.id AND invited.wave = letter.wave AND invited.person = letter.person AND invited.state = 'queued'`,
    [id, claim, notification],
  );
}

/** Puts a note off, to be tried again after this many seconds. */
export async function putOffNote(db: Db, { id, claim }: Claim, seconds: number, why: string): Promise<void> {
  await db.query(
    `UPDATE notes SET attempts = attempts + 1, reason = CASE WHEN failed_at IS NULL THEN $4 ELSE reason END,
            send_after = clock_timestamp() + make_interval(secs => $3), claim = NULL, claimed_until = NULL
     WHERE id = $1 AND claim = $2`,
    [id, claim, seconds, why],
  );
}

/** Lets a note wait for a reason that is no failure: no try is counted. */
export async function letNoteWait(db: Db, { id, claim }: Claim, seconds: number, why: string): Promise<void> {
  await db.query(
    `UPDATE notes SET reason = $4, send_after = clock_timestamp() + make_interval(secs => $3), claim = NULL, claimed_until = NULL
     WHERE id = $1 AND claim = $2`,
    [id, claim, seconds, why],
  );
}

/** A letter of a survey that did not arrive moves its invitation, whose person has not come to the survey by another. `failed` are notes. */
export const INVITATION_BOUNCED = `UPDATE survey_invitations invited SET state = 'bounced' FROM failed, survey_letters letter
  WHERE letter.note = failed.id AND invited.wave = letter.wave AND invited.person = letter.person AND invited.state IN ('queued', 'sent')`;

/** The text of a note with links is deleted when the note fails. Any other text is kept, so that somebody can read it. */
const KEPT_WHEN_FAILED = "kind NOT IN ('sign-in', 'fresh-links', 'profile', 'survey')";

/** Marks a note as failed. */
export async function markNoteFailed(db: Db, { id, claim }: Claim, why: string): Promise<void> {
  await db.query(
    `WITH failed AS (
       UPDATE notes SET failed_at = clock_timestamp(), attempts = attempts + 1, reason = $3, claim = NULL, claimed_until = NULL,
              body_text = CASE WHEN ${KEPT_WHEN_FAILED} THEN body_text END,
              body_html = CASE WHEN ${KEPT_WHEN_FAILED} THEN body_html END
       WHERE id = $1 AND claim = $2 RETURNING id)
     ${INVITATION_BOUNCED}`,
    [id, claim, why],
  );
}

/** How long a note with fresh links waits for a mail server. Then its links are deleted, and can be asked for again. */
const FRESH_LINKS_MINUTES = 60;

/** Gives up the sign-in links that ran out before they could be sent, and fresh links that waited too long. */
export async function failStaleLinkNotes(db: Db, signInMinutes: number): Promise<void> {
  await db.query(
    `UPDATE notes SET failed_at = clock_timestamp(), reason = 'the links ran out before they could be sent', body_text = NULL, body_html = NULL
     WHERE id IN (SELECT id FROM notes WHERE kind IN ('sign-in', 'fresh-links') AND sent_at IS NULL AND failed_at IS NULL
                    AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                    AND queued_at <= clock_timestamp() - make_interval(mins => CASE kind WHEN 'sign-in' THEN $1::int ELSE $2::int END) FOR UPDATE SKIP LOCKED)`,
    [signInMinutes, FRESH_LINKS_MINUTES],
  );
}
