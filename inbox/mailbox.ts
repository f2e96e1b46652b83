import { ImapFlow } from 'imapflow';
import { MOST_BYTES } from './parsed.ts';

/** A mailbox that is read: `imaps://user:password@host/folder`, the folder INBOX unless it is named. */
export type MailboxAddress = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. Otherwise STARTTLS is asked for wherever the server offers it, and required with `requireTls`. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  readonly folder: string;
};

/** Reads the address of a mailbox out of a URL that was checked before. */
export function mailboxOf(url: string): MailboxAddress {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const secure = protocol === 'imaps:';
  const folder = decodeURIComponent(pathname.replace(/^\//, ''));
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 993 : 143) : Number(port),
    secure,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    folder: folder === '' ? 'INBOX' : folder,
  };
}

/** Where reading stands: the number that the server gave the folder, and the last e-mail of it that was taken. */
export type Place = { readonly uidValidity: string; readonly lastUid: number };

const TIMEOUT_MS = 20_000;
const AT_A_TIME = 200;

/**
 * Takes what has come into a mailbox since `place`, the oldest first, and answers how many. Each e-mail is given to `take`, which keeps it together
 * with its place in one transaction; only then it is marked as read on the server. So whatever happens between the two, an e-mail is kept at
 * least once, and one that comes again is known by its name. A folder that the server numbered anew is read from its beginning.
 *
 * Rejects when the server does not answer, does not let us in or has no such folder.
 */
export async function readMailbox(
  address: MailboxAddress,
  options: {
    readonly place: Place | null;
    readonly requireTls: boolean;
    readonly take: (raw: Uint8Array, place: Place) => Promise<void>;
    readonly stopping?: () => boolean;
  },
): Promise<number> {
  const client = new ImapFlow({
    host: address.host,
    port: address.port,
    secure: address.secure,
    ...(address.secure || !options.requireTls ? {} : { doSTARTTLS: true }),
    auth: { user: address.user, pass: address.password },
    logger: false,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  // Without a listener, an error of the connection between two commands would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { uidValidity } = await client.mailboxOpen(address.folder);
    const validity = String(uidValidity);
    const from = options.place !== null && options.place.uidValidity === validity ? options.place.lastUid + 1 : 1;
    // A range that begins beyond the last e-mail names the last one (RFC 3501, 6.4.8).
    const found = await client.search({ uid: `${from}:*` }, { uid: true });
    const uids = (found || []).filter((uid) => uid >= from).toSorted((one, other) => one - other);
    let taken = 0;
    for (const uid of uids.slice(0, AT_A_TIME)) {
      if (options.stopping?.() === true) break;
      const message = await client.fetchOne(String(uid), { uid: true, source: { start: 0, maxLength: MOST_BYTES + 1 } }, { uid: true });
      // Somebody deleted it meanwhile.
      if (message === false || message.source === undefined) continue;
      await options.take(message.source, { uidValidity: validity, lastUid: uid });
      await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
      taken += 1;
    }
    return taken;
  } finally {
    await client.logout().catch(() => client.close());
  }
}
