import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../embedded/free-port.ts';

/** One e-mail as it arrived: its recipient, and everything that it says. */
export type Arrived = ParsedMail & { readonly recipient: string };

export type SmtpSink = {
  readonly url: string;
  /** The e-mails in the order of arrival. */
  readonly arrived: readonly Arrived[];
  /** Addresses that are refused with 550 at RCPT. */
  readonly refuses: Set<string>;
  /** Addresses that are put off with 451 at RCPT. */
  readonly defers: Set<string>;
  /** How long an e-mail is held before it is accepted, in milliseconds. */
  slowMs: number;
  /** Stops listening: nobody answers on the port any more. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
};

/** A real SMTP server in this process that keeps every e-mail that it is given. */
export async function openSink(): Promise<SmtpSink> {
  const port = await freePort();
  const arrived: Arrived[] = [];
  let server = await listen();

  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${port}`,
    arrived,
    refuses: new Set(),
    defers: new Set(),
    slowMs: 0,
    goAway: () => new Promise((resolve) => server.close(() => resolve())),
    async comeBack() {
      server = await listen();
    },
  };
  return sink;

  async function listen(): Promise<SMTPServer> {
    const started = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      closeTimeout: 100,
      onRcptTo({ address }, _session, callback) {
        if (sink.refuses.has(address)) return callback(withCode(550, 'No such mailbox here'));
        if (sink.defers.has(address)) return callback(withCode(451, 'Greylisted, try again later'));
        callback();
      },
      onData(stream, session, callback) {
        simpleParser(stream).then(
          (mail) =>
            setTimeout(() => {
              arrived.push({ ...mail, recipient: session.envelope.rcptTo.map(({ address }) => address).join() });
              callback();
            }, sink.slowMs),
          callback,
        );
      },
    });
    started.on('error', () => undefined);
    await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', () => resolve()));
    return started;
  }
}

function withCode(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
