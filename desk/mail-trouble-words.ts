import { dateAndTime } from '../domain/time/time-words.ts';
import type { MailTrouble } from '../postgres/views/mail-trouble.ts';
import { withoutAddresses } from './without-addresses.ts';

/** What the mail server says of us or of itself, since when, and what to do about it. It names no address. */
export function mailTroubleWords({ kind, said, since, believed }: MailTrouble): { readonly says: string; readonly remedy: string } {
  const words = `“${withoutAddresses(said)}”`;
  // What is said of Notify is said by us, in whole sentences that name the remedy.
  if (believed && said.startsWith('GOV.UK Notify')) {
    return {
      says: `No e-mail has left by GOV.UK Notify since ${dateAndTime(since)}. ${withoutAddresses(said)}`.replace(/\.$/u, ''),
      remedy: 'Every letter is kept, and leaves when this is over. Nobody’s address is marked as wrong.',
    };
  }
  if (!believed) {
    return {
      says: `Said this of one e-mail on ${dateAndTime(since)}: ${words}`,
      remedy: 'Other letters are being sent. If they get through, that one is listed under contact details to fix.',
    };
  }
  return kind === 'no-server'
    ? {
        says: `No e-mail has left since ${dateAndTime(since)}. The reason: ${words}`,
        remedy: 'Every letter is kept, and leaves when the mail server is back. Whoever runs Chaser should look at it and at SMTP_URL.',
      }
    : {
        says: `The mail server has refused our e-mails since ${dateAndTime(since)}. It says: ${words}`,
        remedy: 'Every letter is kept, and nobody’s address is marked as wrong. Whoever runs Chaser should ask for the block to be lifted.',
      };
}
