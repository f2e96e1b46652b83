import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';

/** A real SMTP server in this process, on a free port, that behaves as a test tells it to. */
export type TestMailServer = {
  readonly url: string;
  readonly port: number;
  /** What was accepted: raw messages with their envelopes. */
  readonly accepted: readonly Accepted[];
  /** How many messages clients began to send, accepted or not. */
  readonly deliveries: () => number;
  readonly stop: () => Promise<void>;
};

type Accepted = { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer };

export type Behaviour = {
  /** Answers with this code instead of accepting the message. */
  readonly refuse?: { readonly at: 'connect' | 'mail' | 'rcpt' | 'data'; readonly code: number };
  /** Takes the whole message, then cuts the connection without an answer. */
  readonly dropAfterData?: true;
  readonly options?: SMTPServerOptions;
};

export async function startMailServer({ refuse, dropAfterData, options = {} }: Behaviour = {}): Promise<TestMailServer> {
  const accepted: Accepted[] = [];
  let deliveries = 0;
  const answer = (at: NonNullable<Behaviour['refuse']>['at'], go: (error?: Error) => void) =>
    refuse?.at === at ? go(Object.assign(new Error(`no, says the test at ${at}`), { responseCode: refuse.code })) : go();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onConnect: (_session, done) => answer('connect', done),
    onMailFrom: (_address, _session, done) => answer('mail', done),
    onRcptTo: (_address, _session, done) => answer('rcpt', done),
    onData: (stream, session, done) => {
      deliveries += 1;
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (dropAfterData) {
          for (const connection of server.connections) connection.close();
          return;
        }
        answer('data', (error) => {
          if (error) return done(error);
          const { mailFrom, rcptTo } = session.envelope;
          accepted.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks),
          });
          done();
        });
      });
    },
    ...options,
  });
  // Clients that cut the connection are part of what is tested.
  server.on('error', () => undefined);
  const listening = once(server.server, 'listening');
  server.listen(0, '127.0.0.1');
  await listening;
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    accepted,
    deliveries: () => deliveries,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
