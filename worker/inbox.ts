import type pg from 'pg';
import { mailboxOf, readMailbox } from '../inbox/mailbox.ts';
import type { MailboxAddress } from '../inbox/mailbox.ts';
import { readIncoming } from '../inbox/read-incoming.ts';
import { keepIncoming } from '../postgres/desk/keep-incoming.ts';
import { noteReading, readPlaceOf } from '../postgres/desk/mailbox-reading.ts';
import { nowMs } from '../postgres/sandbox/clock.ts';
import type { Log } from './log.ts';
import { repeat } from './repeat.ts';
import type { Repeating } from './repeat.ts';

/**
 * Reads a mailbox at once and again each time so many milliseconds after the last round. A server that does not answer is asked again next
 * time; the service page tells of it. Stopped, it keeps the e-mail in hand. Several workers may read the same mailbox: an e-mail that two of them take is one row.
 */
export function readInbox(options: {
  readonly database: pg.Pool;
  readonly url: string;
  readonly everyMs: number;
  readonly log: Log;
}): Repeating {
  const address = mailboxOf(options.url);
  return repeat(options.everyMs, async (stopping) => {
    const taken = await readOnce(options.database, address, stopping).catch((error: unknown) => {
      options.log.warn({ err: error }, 'The mailbox could not be read; trying again.');
      return 0;
    });
    if (taken > 0) options.log.info({ count: taken }, 'E-mails were taken from the mailbox.');
  });
}

/** One round: takes what has come and keeps how it went. Answers how many e-mails were taken; rejects when the mailbox cannot be read. */
export async function readOnce(database: pg.Pool, address: MailboxAddress, stopping?: () => boolean): Promise<number> {
  const mailbox = nameOf(address);
  try {
    const taken = await readMailbox(address, {
      place: await readPlaceOf(database, mailbox),
      requireTls: !LOOPBACK.has(address.host),
      take: async (raw, place) =>
        void (await keepIncoming(database, await readIncoming(raw, nowMs()), { via: 'mailbox', place: { mailbox, ...place } })),
      ...(stopping === undefined ? {} : { stopping }),
    });
    await noteReading(database, mailbox, null);
    return taken;
  } catch (error) {
    await noteReading(database, mailbox, troubleOf(error));
    throw error;
  }
}

/** A password may go in clear to this machine only. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** A mailbox as the service page names it, without the password. */
function nameOf({ user, host, port, folder }: MailboxAddress): string {
  return `${user} at ${host}:${port}, folder ${folder}`;
}

/** What went wrong, as far as it can be told without a password. imapflow's own message says only that a command failed. */
function troubleOf(error: unknown): string {
  const { message, responseText, authenticationFailed } = error as {
    readonly message?: string;
    readonly responseText?: string;
    readonly authenticationFailed?: boolean;
  };
  const said = [message, responseText].filter((each) => typeof each === 'string' && each !== '').join(': ');
  return `${authenticationFailed === true ? 'The server did not accept the user or the password. ' : ''}${said}`.slice(0, 300);
}
