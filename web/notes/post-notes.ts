import type pg from 'pg';
import type { NoteMail } from '../../mail/send-note.ts';
import type { DueNote } from '../../postgres/desk/notes.ts';
import type { Db } from '../../postgres/database.ts';
import { failStaleSignInNotes, markNoteFailed, markNoteSent, putOffNote, withDueNote } from '../../postgres/desk/notes.ts';
import { SIGN_IN_MINUTES } from '../../postgres/access/sessions.ts';

const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 300;
/** About four hours: longer than a server that greylists asks senders to wait. */
const MOST_TRIES = 50;

/**
 * Sends the notes that may be sent now, one after the other. Returns how many were sent. A transaction holds each note
 * until it is marked, so that each is sent once though several web services send. A note is sent twice only when the
 * process or the database is lost between the server's reply and the mark, and then under the same Message-ID. Ends
 * early when no mail server answers.
 */
export async function postNotes(db: pg.Pool, mail: NoteMail): Promise<number> {
  await failStaleSignInNotes(db, SIGN_IN_MINUTES);
  let sent = 0;
  for (;;) {
    const posted = await withDueNote(db, (transaction, note) => postOne(transaction, mail, note));
    if (posted === 'sent') sent += 1;
    if (posted === null || posted === 'server-down') return sent;
  }
}

async function postOne(db: Db, mail: NoteMail, note: DueNote): Promise<'sent' | 'not-sent' | 'server-down'> {
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(note.attempts, 10), LONGEST_PAUSE_SECONDS);
  const outcome = await mail.send(note);
  switch (outcome.kind) {
    case 'accepted':
      await markNoteSent(db, note.id);
      return 'sent';
    case 'refused':
      await markNoteFailed(db, note.id, outcome.response);
      return 'not-sent';
    case 'deferred':
      if (note.attempts + 1 < MOST_TRIES) await putOffNote(db, note.id, pause, outcome.response);
      else await markNoteFailed(db, note.id, `Given up after ${MOST_TRIES} tries: ${outcome.response}`);
      return 'not-sent';
    case 'server-down':
      await putOffNote(db, note.id, pause, outcome.response);
      return 'server-down';
    default:
      return outcome satisfies never;
  }
}
