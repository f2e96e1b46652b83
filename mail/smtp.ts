import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import { MailServerDown } from '../activities/ports.ts';
import type { ComposedEmail, MailPort, Sent } from '../activities/ports.ts';
import { refusalOf } from './allowed-domains.ts';
import { oneLine } from './clean-text.ts';
import { createComposer } from './compose.ts';
import { messageOptions } from './message-options.ts';
import type { Mailbox } from './message-options.ts';
import { outcomeOf } from './smtp-outcome.ts';

export type SmtpMailOptions = {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  /** Never hands over a word in clear: a server that does not offer STARTTLS counts as down. `smtps://` is encrypted in any case. */
  readonly requireTls?: boolean;
  readonly from: Mailbox;
  readonly messageIdDomain: string;
  readonly maxConnections: number;
  /** E-mails a second at most, over all connections; null means as fast as the server takes them. */
  readonly ratePerSecond: number | null;
  /** Domains that may be written to, their subdomains included. */
  readonly allowedDomains: readonly string[] | 'all';
  /** Where replies are read: letters ask for them there too. Null, or left out: replies go to the coordinator alone. */
  readonly inboxAddress?: string | null;
  /** How long the server may be silent, at each stage, before it counts as down. 10,000 milliseconds unless told. */
  readonly timeoutMs?: number;
};

export type SmtpMail = MailPort & {
  /** Closes the connections. An e-mail that is being delivered is finished first. */
  close(): void;
  /** Connects and logs in. Rejects with `MailServerDown`, which says what failed. */
  verify(): Promise<void>;
};

const TIMEOUT_MS = 10_000;

/** Composes letters and hands them to a mail server over a few connections that are kept open. */
export function createSmtpMail(options: SmtpMailOptions): SmtpMail {
  const { from, allowedDomains, timeoutMs = TIMEOUT_MS } = options;
  const transport = createTransport({
    pool: true,
    url: options.requireTls === true ? withoutTlsOptions(options.url) : options.url,
    ...(options.requireTls === true ? { requireTLS: true } : {}),
    maxConnections: options.maxConnections,
    // Applies only to a connection that the server closed while it was idle. An e-mail whose delivery began is not sent
    // again here.
    maxRequeues: 1,
    ...(options.ratePerSecond === null ? {} : { rateLimit: options.ratePerSecond, rateDelta: 1_000 }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let closed = false;

  return {
    compose: createComposer({ messageIdDomain: options.messageIdDomain, from }),

    async send(email: ComposedEmail): Promise<Sent> {
      const refusal = refusalOf(email.to.address, allowedDomains);
      if (refusal !== null) return refusal;
      if (closed) throw new MailServerDown('The connections to the mail server are closed: this worker is stopping.');
      try {
        const { envelope, ...message } = messageOptions(email, from, options.inboxAddress ?? null);
        // Built first and written in one piece, because a stream would go out in about twenty small writes.
        const raw = await new MailComposer(message).compile().build();
        const { response } = await transport.sendMail({ envelope, raw });
        return { kind: 'accepted', response: oneLine(response) };
      } catch (error) {
        if (closed && !saidByServer(error)) {
          throw new MailServerDown('The connections to the mail server were closed.', { cause: error, perhapsSent: true });
        }
        throwIfInClear(error);
        return outcomeOf(error, { recipient: email.to.address, sender: from.address });
      }
    },

    close() {
      closed = true;
      transport.close();
    },

    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throwIfInClear(error);
        throw new MailServerDown(oneLine(error instanceof Error ? error.message : String(error)), { cause: error });
      }
    },
  };
}

/** The address without what nodemailer would read in its query: nothing there may undo that encryption is required. */
function withoutTlsOptions(url: string): string {
  const address = new URL(url);
  for (const name of ['requireTLS', 'ignoreTLS', 'opportunisticTLS', 'secure']) address.searchParams.delete(name);
  return address.href;
}

/** A server that will not encrypt, where that is required: told in words that say what to do. */
function throwIfInClear(error: unknown): void {
  const { code, command } = error as { readonly code?: string; readonly command?: string };
  if (code !== 'ETLS' || command !== 'STARTTLS') return;
  const said = oneLine(error instanceof Error ? error.message : String(error));
  throw new MailServerDown(
    `The mail server did not encrypt the connection (${said}), so nothing is sent. SMTP_REQUIRE_TLS asks for encryption; a server without STARTTLS may take smtps:// instead.`,
    { cause: error },
  );
}

/** An e-mail that was under way when the connections were closed may still have had its answer. */
function saidByServer(error: unknown): boolean {
  return error instanceof Error && 'responseCode' in error;
}
