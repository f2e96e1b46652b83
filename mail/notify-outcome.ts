import { MailServerDown } from '../activities/ports.ts';
import type { Sent } from '../activities/ports.ts';
import { oneLine } from './clean-text.ts';

/** How what is said of GOV.UK Notify begins, by which pages know that it is no mail server. */
export const NOTIFY = 'GOV.UK Notify';

/** An answer that is no success, or none: what the client's HTTP library carries besides its message. */
type NotifyFailure = Error & {
  readonly code?: string;
  readonly response?: { readonly status?: number; readonly data?: unknown };
};

/** The connection was never there, so nothing was handed over. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Certificates that nobody vouches for. */
const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_)/u;

/**
 * What an answer of GOV.UK Notify says of one message ("Error codes" of its API documentation). Throws `MailServerDown` when it
 * speaks of the key, the template, the limits or itself instead: nothing is marked then, and everything waits.
 *
 * An answer that does not come leaves open whether Notify has taken the message; so does an error of its own.
 */
export function notifyOutcomeOf(error: unknown): Exclude<Sent, { kind: 'accepted' }> {
  if (!(error instanceof Error)) throw new MailServerDown(`${NOTIFY} failed: ${String(error)}`);
  const { code = '', response } = error as NotifyFailure;
  if (response?.status === undefined) {
    const said = `${NOTIFY} does not answer: ${oneLine(error.message)}`;
    if (NEVER_CONNECTED.has(code) || CERTIFICATE.test(code)) throw new MailServerDown(said, { cause: error });
    throw new MailServerDown(said, { cause: error, saidTo: 'one', perhapsSent: true });
  }
  const faults = faultsIn(response.data);
  const said = faults.map(({ error: kind, message }) => oneLine(`${kind}: ${message}`)).join('; ') || oneLine(error.message);
  const refuseUs = (words: string, saidTo: 'anybody' | 'one' = 'anybody'): never => {
    throw new MailServerDown(`${NOTIFY} ${words} (It says: ${said}.)`, { cause: error, trouble: 'we-are-refused', saidTo });
  };
  const says = (kind: string, words: RegExp) => faults.some((fault) => fault.error === kind && words.test(fault.message));

  if (response.status === 401 || response.status === 403) {
    return refuseUs('does not accept the API key. Check NOTIFY_API_KEY, and that the time of this machine is right.');
  }
  if (says('BadRequestError', /team-only API key/iu)) {
    return refuseUs(
      'has a team-only key, with which only members of its team can be written to. Put a live key into NOTIFY_API_KEY.',
      'one',
    );
  }
  if (says('BadRequestError', /trial mode/iu)) {
    return refuseUs('is in trial mode, in which only members of its team can be written to. Ask in its settings to go live.', 'one');
  }
  if (response.status === 429 && says('TooManyRequestsError', /send(?:ing)? limit/iu)) {
    throw new DailyLimit(
      `${NOTIFY} takes no more today: its daily limit is reached. The post goes on tomorrow. (It says: ${said}.)`,
      error,
    );
  }
  if (response.status === 429) throw new MailServerDown(`${NOTIFY} takes no more this minute. (It says: ${said}.)`, { cause: error });
  if (response.status >= 500) {
    throw new MailServerDown(`${NOTIFY} has a problem of its own. (It says: ${said}.)`, { cause: error, saidTo: 'one', perhapsSent: true });
  }
  if (says('ValidationError', /^(?:email_address|phone_number)\b/iu) || says('BadRequestError', /not a valid (?:email|phone)/iu)) {
    return { kind: 'refused', addressRefused: true, response: said };
  }
  if (says('BadRequestError', /template|personalisation/iu) || says('ValidationError', /template_id|reply_to_id|sms_sender_id/iu)) {
    return refuseUs(
      'cannot use our template or reply-to address. Check NOTIFY_TEMPLATE_ID, NOTIFY_TEXT_TEMPLATE_ID and NOTIFY_REPLY_TO_ID.',
    );
  }
  if (says('BadRequestError', /email_reply_to_id|sms_sender_id/iu))
    return refuseUs('does not know the reply-to address. Check NOTIFY_REPLY_TO_ID.');
  if (says('BadRequestError', /too long|longer than|exceed/iu)) return { kind: 'refused', addressRefused: false, response: said };
  // Unforeseen: tried again on the letter's own schedule, then a contact task.
  return { kind: 'deferred', response: `${NOTIFY}: ${said}` };
}

/** Notify takes no more until midnight. */
export class DailyLimit extends MailServerDown {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

type NotifyFault = { readonly error: string; readonly message: string };

function faultsIn(data: unknown): readonly NotifyFault[] {
  if (typeof data !== 'object' || data === null || !('errors' in data) || !Array.isArray(data.errors)) return [];
  return data.errors.flatMap((fault: unknown) => {
    if (typeof fault !== 'object' || fault === null || !('error' in fault) || !('message' in fault)) return [];
    return [{ error: String(fault.error), message: String(fault.message) }];
  });
}
