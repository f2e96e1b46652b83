import type pg from 'pg';
import type { LinkPort, TextPort } from '../../activities/ports.ts';
import { MailServerDown } from '../../activities/ports.ts';
import { textWords } from '../../letters/text-words.ts';
import { claimText, handOverText, markTextAccepted, markTextRefused, putOffText } from '../../postgres/desk/voices.ts';
import type { ClaimedText } from '../../postgres/desk/voices.ts';

/** Longer than the provider may be silent. */
const LEASE_SECONDS = 60;

/**
 * Sends the text messages that may leave now, one after the other, and answers how many were taken. Each is claimed with a lease and
 * marked as perhaps sent just before it is handed over; one whose sender died is asked for by its name before it goes again. Ends early
 * when the provider takes none. Without a provider each is marked as refused, and the story of its deployment says so.
 */
export async function postTexts(db: pg.Pool, texts: TextPort | null, links: LinkPort | null): Promise<number> {
  let taken = 0;
  for (;;) {
    const text = await claimText(db, links, LEASE_SECONDS);
    if (text === null) return taken;
    if (texts === null) {
      await markTextRefused(db, text, 'Text messages are not set up here: NOTIFY_TEXT_TEMPLATE_ID is empty.', false);
      continue;
    }
    const sent = await sendOne(db, texts, text);
    if (sent === 'no-provider') return taken;
    if (sent === 'taken') taken += 1;
  }
}

async function sendOne(db: pg.Pool, texts: TextPort, text: ClaimedText): Promise<'taken' | 'not-taken' | 'no-provider'> {
  const { key, number, letter, perhapsSent } = text;
  const words = textWords(letter);
  if (!(await handOverText(db, text, letter.link === null ? words : words.replace(letter.link, '[link]')))) {
    await putOffText(db, text, { because: 'Its post is held.', counts: false, sent: false });
    return 'not-taken';
  }
  try {
    const sent = await texts.send({ letter: key, number, words, email: letter.to.email }, { perhapsSent });
    if (sent.kind === 'accepted') await markTextAccepted(db, text, sent.notification ?? null);
    else if (sent.kind === 'refused') await markTextRefused(db, text, sent.response, sent.addressRefused);
    else await putOffText(db, text, { because: sent.response, counts: true, sent: false });
    return sent.kind === 'accepted' ? 'taken' : 'not-taken';
  } catch (error) {
    if (!(error instanceof MailServerDown)) throw error;
    await putOffText(db, text, { because: error.message, counts: false, sent: error.perhapsSent });
    // What was said of one number may be meant for that one alone.
    return error.saidTo === 'one' ? 'not-taken' : 'no-provider';
  }
}
