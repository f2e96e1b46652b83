import { MailServerDown } from '../activities/ports.ts';
import type { Sent } from '../activities/ports.ts';
import { oneLine } from './clean-text.ts';

/** What nodemailer's errors carry besides their message. */
type SmtpError = Error & { readonly code?: string; readonly command?: string; readonly responseCode?: number; readonly response?: string };

/** Codes of errors that no letter caused: failures of connection, name look-up, TLS, login or protocol. */
const NO_SERVER: ReadonlySet<string> = new Set([
  'ECONNECTION',
  'ESOCKET',
  'ETIMEDOUT',
  'EDNS',
  'ETLS',
  'EREQUIRETLS',
  'EPROTOCOL',
  'EPROXY',
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
  'ECONFIG',
]);

/** The server is shutting down, wants another session, or wants a login first. It would say so to anybody. */
const SAID_TO_ANYBODY: ReadonlySet<number> = new Set([421, 503, 530, 535, 538]);

/** The message is too large: that is said of one message, even when it is said at MAIL FROM (RFC 1870). */
const TOO_LARGE = 552;

/** "554 5.7.1 Relay access denied": the server relays nothing for us. The address is not at fault. */
const REFUSES_TO_RELAY = /\brelay/i;

/**
 * What an error of the mail server says of one e-mail. Throws `MailServerDown` when it says nothing of this e-mail and
 * everything of the server, or of the sender.
 *
 * | where | 4xx | 5xx |
 * |---|---|---|
 * | connecting, greeting, TLS, login | server down | server down |
 * | MAIL FROM | server down | server down: the sender is refused for everybody (552, too large: refused) |
 * | RCPT TO | deferred | refused, the address (refuses to relay: server down) |
 * | DATA | deferred | refused, the message |
 *
 * 421 is always "server down": the server is going away (RFC 5321, 3.8).
 */
export function outcomeOf(error: unknown): Sent {
  if (!(error instanceof Error)) throw new MailServerDown(`The mail server failed: ${String(error)}`);
  const { code = '', command = '', responseCode, response } = error as SmtpError;
  // This text goes into the ledger, and a server may say anything.
  const said = oneLine(response ?? error.message);
  if (NO_SERVER.has(code)) throw down(error);
  if (responseCode === undefined) {
    // nodemailer itself refused the address, so it never reached the server.
    if (code === 'EENVELOPE') return { kind: 'refused', addressRefused: true, response: said };
    if (code === 'EMESSAGE') return { kind: 'refused', addressRefused: false, response: said };
    // An unforeseen error with this one e-mail, which must not hold up the others.
    return { kind: 'deferred', response: said };
  }
  if (SAID_TO_ANYBODY.has(responseCode)) throw down(error);
  if (command === 'MAIL FROM' && responseCode !== TOO_LARGE) throw down(error);
  if (responseCode >= 500 && command === 'RCPT TO' && REFUSES_TO_RELAY.test(said)) throw down(error);
  if (responseCode < 500) return { kind: 'deferred', response: said };
  return { kind: 'refused', addressRefused: command === 'RCPT TO', response: said };
}

function down(error: Error): MailServerDown {
  return new MailServerDown(oneLine(error.message), { cause: error });
}
