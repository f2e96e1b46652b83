import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../embedded/free-port.ts';

/** One e-mail as it arrived: in whose box, and everything it says. */
export type Arrived = ParsedMail & { readonly recipient: string };

export type SmtpSink = {
  readonly url: string;
  /** In the order of arrival. */
  readonly arrived: readonly Arrived[];
  /** Addresses refused with 550 at RCPT. */
  readonly refuses: Set<string>;
  /** Addresses put off with 451 at RCPT. */
  readonly defers: Set<string>;
  /** Held for so long before an e-mail is accepted, in milliseconds. */
  slowMs: number;
  /** Nobody answers on the port any more. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
};

/** A real SMTP server in this process that keeps what it is given. */
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
