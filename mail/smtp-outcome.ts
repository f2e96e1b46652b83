import { MailServerDown } from '../activities/ports.ts';
import type { Sent } from '../activities/ports.ts';
import { oneLine } from './clean-text.ts';
import { meaningOf } from './reply-meaning.ts';
import type { Reply } from './reply-meaning.ts';

/** What nodemailer's errors carry besides their message. */
type SmtpError = Error & {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly syscall?: string;
  readonly timeoutType?: string;
};

/** Codes of errors before any e-mail is spoken of: looking up the name, TLS, the login, our own settings. */
const BEFORE_ANY_EMAIL: ReadonlySet<string> = new Set(['EDNS', 'ETLS', 'EREQUIRETLS', 'EPROXY', 'EAUTH', 'ENOAUTH', 'EOAUTH2', 'ECONFIG']);

/** The time-outs of connecting, greeting and TLS. That of a conversation under way is "SOCKET_TIMEOUT". */
const TIMEOUTS_BEFORE_ANY_EMAIL: ReadonlySet<string> = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT']);

/** Codes of errors of the connection itself. */
const CONNECTION: ReadonlySet<string> = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EPROTOCOL']);

/**
 * What an error of the mail server says of one e-mail. Throws `MailServerDown` when it says something of the server or of
 * the sender instead (docs/operations.md has a table of replies).
 *
 * A connection that is lost while an e-mail is under way leaves open whether the server has taken it.
 */
export function outcomeOf(error: unknown, parties: { readonly recipient: string; readonly sender: string }): Sent {
  if (!(error instanceof Error)) throw new MailServerDown(`The mail server failed: ${String(error)}`);
  const { code = '', command = '', responseCode, response } = error as SmtpError;
  // This text goes into the ledger, and a server may say anything.
  const said = oneLine(response ?? error.message);
  if (beforeAnyEmail(error)) throw new MailServerDown(oneLine(error.message), { cause: error });
  if (responseCode === undefined) {
    if (CONNECTION.has(code)) throw new MailServerDown(said, { cause: error, saidTo: 'one', perhapsSent: true });
    // nodemailer itself refused the address, so it never reached the server.
    if (code === 'EENVELOPE') return { kind: 'refused', addressRefused: true, response: said };
    if (code === 'EMESSAGE') return { kind: 'refused', addressRefused: false, response: said };
    // An unforeseen error with this one e-mail, which must not hold up the others.
    return { kind: 'deferred', response: said };
  }
  const meaning = meaningOf({ ...parties, stage: stageOf(command), code: responseCode, text: response ?? error.message });
  switch (meaning) {
    case 'address-for-good':
      return { kind: 'refused', addressRefused: true, response: said };
    case 'letter-for-good':
      return { kind: 'refused', addressRefused: false, response: said };
    case 'address-later':
      return { kind: 'deferred', response: said };
    case 'we-are-refused':
    case 'no-server':
      throw new MailServerDown(said, { cause: error, trouble: meaning, saidTo: 'one' });
    default:
      return meaning satisfies never;
  }
}

/** No recipient has been named yet, so nothing is said of any. */
function beforeAnyEmail({ code = '', command, syscall, timeoutType, message }: SmtpError): boolean {
  if (BEFORE_ANY_EMAIL.has(code)) return true;
  if (code === 'EPROTOCOL' && /greeting/iu.test(message)) return true;
  if (timeoutType !== undefined) return TIMEOUTS_BEFORE_ANY_EMAIL.has(timeoutType);
  return command === 'CONN' && syscall === 'connect';
}

function stageOf(command: string): Reply['stage'] {
  return command === 'MAIL FROM' || command === 'RCPT TO' || command === 'DATA' ? command : 'other';
}
