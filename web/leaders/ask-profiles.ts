import { confirmingProgramme, listConfirmations } from '../../desk/confirm-profiles.ts';
import { londonDate, londonMinute } from '../../domain/time/london.ts';
import { profileNote } from '../../mail/profile-note.ts';
import { queueProfileAsk } from '../../postgres/desk/profile-confirmations.ts';
import type { Services } from '../shared/services.ts';
import { shortLines } from './profile-form.ts';

/**
 * Asks the system leaders who are to be asked today to confirm their profiles, and reminds those who have not: in the sending hours of
 * the offer, on the real clock. Answers how many e-mails were queued. What was asked and its e-mail are kept together, so each is asked
 * once, whenever a web service dies and however many run.
 */
export async function askForProfiles({ db, links }: Pick<Services, 'db' | 'links'>, nowMs: number): Promise<number> {
  const { sendingHours } = confirmingProgramme();
  const minute = londonMinute(nowMs);
  if (minute < sendingHours.fromMinute || minute >= sendingHours.toMinute) return 0;
  const today = londonDate(nowMs);
  let queued = 0;
  for (const { leader, due, leftOut } of await listConfirmations(db, today)) {
    if (due === null || due.sends === null || leftOut !== null) continue;
    const { id, email } = leader;
    const { term, until, sends } = due;
    const token = links.profileTokenFor({ leader: id, term, email });
    const ask = { leader: id, term, kind: sends, email, linkHash: links.hashOf(token), until, at: new Date(nowMs).toISOString() };
    const asked = await queueProfileAsk(db, ask, (known) =>
      profileNote({
        name: known.name,
        term,
        until,
        reminder: sends === 'reminder',
        lines: shortLines(known),
        url: links.profileUrlFor(token),
      }),
    );
    if (asked) queued += 1;
  }
  return queued;
}
