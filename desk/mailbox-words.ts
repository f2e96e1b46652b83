import { dateAndTime } from '../domain/time/time-words.ts';
import type { MailboxReading } from '../postgres/desk/mailbox-reading.ts';
import { withoutAddresses } from './without-addresses.ts';

/** How reading the mailbox for replies goes, and what to do when it cannot be read. It names no address. Both without the last full stop. */
export function mailboxWords({ readAt, trouble, troubleSince }: MailboxReading): { readonly says: string; readonly remedy: string | null } {
  const read = readAt === null ? 'It has not been read yet' : `It was last read on ${dateAndTime(readAt)}`;
  if (trouble === null) return { says: read, remedy: null };
  const since = troubleSince === null ? '' : ` since ${dateAndTime(troubleSince)}`;
  return {
    says: `It cannot be read${since}. The reason: “${withoutAddresses(trouble)}”. ${read}`,
    remedy: 'No e-mail in it is lost, and it is tried again all the time. Whoever runs Chaser should look at the mailbox and at INBOX_URL',
  };
}
