import hoodiecrow from 'hoodiecrow-imap';
import { freePort } from '../../embedded/free-port.ts';

/** A mailbox on an IMAP server. */
export type ImapServer = {
  readonly url: string;
  /** The same mailbox with a password that is not its own. */
  readonly wrongUrl: string;
  /** An e-mail comes in. */
  put(raw: Buffer): void;
  /** How many of its e-mails are marked as read. */
  read(): number;
  end(): Promise<void>;
};

/** A real IMAP server in this process, with one empty mailbox. */
export async function openImapServer(): Promise<ImapServer> {
  const port = await freePort();
  const server = hoodiecrow({ plugins: ['IDLE', 'UIDPLUS', 'LITERALPLUS'], storage: { INBOX: { messages: [] }, '': { messages: [] } } });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    url: `imap://testuser:testpass@127.0.0.1:${port}`,
    wrongUrl: `imap://testuser:wrong@127.0.0.1:${port}`,
    put: (raw) => server.appendMessage('INBOX', [], false, raw.toString('latin1')),
    read: () => server.getMailbox('INBOX').messages.filter(({ flags }) => flags.includes('\\Seen')).length,
    end: () => new Promise((resolve) => server.close(resolve)),
  };
}
