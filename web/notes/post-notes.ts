import type pg from 'pg';
import type { NoteMail, NoteOutcome } from '../../mail/send-note.ts';
import type { ClaimedNote } from '../../postgres/desk/notes.ts';
import { mayGetNote } from '../../postgres/desk/daily-cap.ts';
import {
  claimDueNote,
  failStaleLinkNotes,
  letNoteWait,
  markNoteFailed,
  markNoteSent,
  putOffNote,
  releaseNote,
  renewNote,
} from '../../postgres/desk/notes.ts';
import { dropSurveyNote, maySurveyLeave } from '../../postgres/surveys/leaving.ts';
import { SIGN_IN_MINUTES } from '../../postgres/access/sessions.ts';

const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 300;
/** About four hours: longer than a server that greylists asks senders to wait. */
const MOST_TRIES = 50;
/** How long a summary waits for a day, and an hour of it, with room for another e-mail before it is looked at again. */
const LATER_SECONDS = 1_800;
/** How long a note waits when its sender dies, before another web service takes it over. */
const LEASE_SECONDS = 60;

/**
 * Sends the notes that may be sent now, one after the other. Returns how many were sent. Each note is claimed with a
 * lease, which is renewed until the note is marked. So each is sent once though several web services send, and no
 * transaction is open while the mail server is waited for. A note is sent twice only when the process or the database is
 * lost between the server's reply and the mark, and then under the same Message-ID. Ends early when no mail server answers.
 */
export async function postNotes(db: pg.Pool, mail: NoteMail, leaseSeconds: number = LEASE_SECONDS): Promise<number> {
  await failStaleLinkNotes(db, SIGN_IN_MINUTES);
  let sent = 0;
  for (;;) {
    const note = await claimDueNote(db, leaseSeconds);
    if (note?.kind === 'digest' && !(await mayGetNote(db, note))) {
      await letNoteWait(db, note, LATER_SECONDS, 'waits until fewer e-mails go to this person');
      continue;
    }
    if (note?.kind === 'survey' && !(await leavesNow(db, note))) continue;
    const posted = note === null ? null : await postOne(db, note, await sendHeld(db, mail, note, leaseSeconds));
    if (posted === 'sent') sent += 1;
    if (posted === null || posted === 'server-down') return sent;
  }
}

/** Whether a letter of a survey leaves now. Otherwise it waits, or is dropped where nobody wants it any more. */
async function leavesNow(db: pg.Pool, note: ClaimedNote): Promise<boolean> {
  const leaving = await maySurveyLeave(db, note);
  if (leaving === 'waits') await letNoteWait(db, note, LATER_SECONDS, 'waits until it may go to this person');
  if (leaving === 'not-wanted') await dropSurveyNote(db, note);
  return leaving === 'may-leave';
}

/** Sends a note and renews its lease meanwhile. */
async function sendHeld(db: pg.Pool, mail: NoteMail, note: ClaimedNote, leaseSeconds: number): Promise<NoteOutcome> {
  // When the database is away, the lease runs out, and the mark would fail as well.
  const renewing = setInterval(() => void renewNote(db, note, leaseSeconds).catch(() => undefined), (leaseSeconds * 1000) / 3);
  try {
    return await mail.send(note);
  } catch (error) {
    await releaseNote(db, note);
    throw error;
  } finally {
    clearInterval(renewing);
  }
}

async function postOne(db: pg.Pool, note: ClaimedNote, outcome: NoteOutcome): Promise<'sent' | 'not-sent' | 'server-down'> {
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(note.attempts, 10), LONGEST_PAUSE_SECONDS);
  switch (outcome.kind) {
    case 'accepted':
      await markNoteSent(db, note, outcome.notification ?? null);
      return 'sent';
    case 'refused':
      await markNoteFailed(db, note, outcome.response);
      return 'not-sent';
    case 'deferred':
      if (note.attempts + 1 < MOST_TRIES) await putOffNote(db, note, pause, outcome.response);
      else await markNoteFailed(db, note, `Given up after ${MOST_TRIES} tries: ${outcome.response}`);
      return 'not-sent';
    case 'server-down':
      await putOffNote(db, note, pause, outcome.response);
      return 'server-down';
    default:
      return outcome satisfies never;
  }
}
