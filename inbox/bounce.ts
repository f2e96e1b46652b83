import type { IncomingKind } from '../activities/ports.ts';
import { oneLine } from '../mail/clean-text.ts';
import { meaningOf } from '../mail/reply-meaning.ts';
import { addressesOf } from './parsed.ts';
import type { Parsed } from './parsed.ts';

type Returned = Extract<IncomingKind, { kind: 'bounce' | 'delayed' }>;

const LONGEST_SAID = 500;
const MOST_RECIPIENTS = 20;

/**
 * What a report on an e-mail says: that it did not arrive, or not yet. Null when it is no such report, or one that all went well.
 * A report of RFC 3464 is read by its fields; the others by the words of the mail servers that write them.
 */
export function returnedOf(mail: Parsed): Returned | null {
  const isReport = mail.contentType === 'multipart/report' && (mail.parameters['report-type'] ?? 'delivery-status') === 'delivery-status';
  if (mail.deliveryStatus !== null && (isReport || isFromDaemon(mail))) {
    const told = readDeliveryStatus(mail.deliveryStatus, mail);
    if (told !== null) return told;
  }
  return isFromDaemon(mail) ? readWords(mail) : null;
}

/** Whether a mail server wrote it. No person writes under these names, and no person sends with an empty return path. */
function isFromDaemon({ from, headers }: Parsed): boolean {
  if (headers.has('x-failed-recipients')) return true;
  if (from === null) return headers.get('return-path')?.[0] === '<>';
  const local = from.address.slice(0, from.address.lastIndexOf('@'));
  return /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|post-?master|mail[-_.]?delivery|microsoftexchange[0-9a-f]+|mdaemon|bounce[ds]?|mailadmin)$/u.test(
    local,
  );
}

type Field = ReadonlyMap<string, string>;

/** The groups of fields of a delivery status: the first is about the e-mail, each other one about a recipient. */
function fieldsOf(status: string): readonly Field[] {
  return status
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/\n[ \t]+/gu, ' ')
    .split(/\n\s*\n/u)
    .map(
      (group) =>
        new Map(
          group.split('\n').flatMap((line): readonly [string, string][] => {
            const colon = line.indexOf(':');
            return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), oneLine(line.slice(colon + 1))]];
          }),
        ),
    );
}

function readDeliveryStatus(status: string, mail: Parsed): Returned | null {
  const groups = fieldsOf(status).filter((group) => group.has('action') || group.has('status') || group.has('final-recipient'));
  const actionOf = (group: Field): string =>
    group
      .get('action')
      ?.toLowerCase()
      .split(/[\s(;]/u)[0] ?? ((group.get('status') ?? '').startsWith('4') ? 'delayed' : 'failed');
  const failed = groups.filter((group) => actionOf(group) === 'failed');
  const delayed = groups.filter((group) => actionOf(group) === 'delayed');
  const told = failed.length > 0 ? failed : delayed;
  const [first] = told;
  if (first === undefined) return null;
  const recipients = [...new Set(told.flatMap(recipientsOf))].slice(0, MOST_RECIPIENTS);
  const diagnostic = withoutType(first.get('diagnostic-code') ?? '');
  const code = /^[245]\.\d{1,3}\.\d{1,3}/u.exec(first.get('status') ?? '')?.[0] ?? '';
  const said = oneLine(diagnostic === '' ? `${code} ${wordsOfReport(mail)}` : diagnostic).slice(0, LONGEST_SAID);
  if (failed.length === 0) return { kind: 'delayed', recipients, said };
  return { kind: 'bounce', recipients, said, addressForGood: isForGood(said, code, recipients[0] ?? '') };
}

/** "rfc822; head@hillside.example" → the address. The one that was written to comes first, the one where it ended last. */
function recipientsOf(group: Field): readonly string[] {
  return ['original-recipient', 'final-recipient'].flatMap((name) => addressesOf(withoutType(group.get(name) ?? '')).slice(0, 1));
}

function withoutType(value: string): string {
  return value.replace(/^[A-Za-z0-9-]{1,20}\s*;\s*/u, '');
}

/** The reply of a server within words: its code of three digits, or its enhanced code. */
const REPLY = /(?:^|[^\d.])(?:([45])\d\d[ -]#?\(?[45]\.\d{1,3}\.\d{1,3}|([45])\d\d(?=[ :-])|#?\(?([45])\.\d{1,3}\.\d{1,3})/u;

function isForGood(said: string, status: string, recipient: string): boolean {
  const reply = REPLY.exec(said);
  const text = reply === null ? said : said.slice(reply.index).replace(/^[^\d#(]+/u, '');
  const code = /^[45]\d\d\b/u.exec(text)?.[0];
  const later = code === undefined ? status.startsWith('4') : code.startsWith('4');
  const whole =
    code === undefined
      ? `${later ? '450' : '550'} ${/^[45]\./u.test(text) || status === '' ? '' : `${status} `}${text}`
      : withStatus(text, code, status);
  return (
    meaningOf({ stage: 'RCPT TO', code: Number(code ?? (later ? 450 : 550)), text: whole, recipient, sender: '' }) === 'address-for-good'
  );
}

/** A reply without an enhanced code of its own takes the one of the report. */
function withStatus(text: string, code: string, status: string): string {
  const after = text.slice(code.length);
  return status === '' || status.endsWith('.0.0') || /^[ -]#?\(?[245]\.\d/u.test(after) ? text : `${code} ${status}${after}`;
}

/** Words of mail servers that say that they go on trying. */
const GOES_ON =
  /(?:delivery (?:is |has been |was )?(?:delayed|incomplete)|delivery status notification \(delay\)|delayed mail|will (?:be retried|continue to try|keep trying|retry for)|(?:still|being) (?:being )?retried|warning only|do not need to (?:resend|do anything|resubmit)|no action is required on your part|delivery attempts will continue|message (?:is |was )?delayed|could not be delivered for the last|not yet been delivered|noch nicht zugestellt|retardé|zustellung verzögert)/iu;

/** Words of mail servers that say that it did not arrive. */
const DID_NOT_ARRIVE =
  /(?:undeliver|could ?n[o']t be delivered|was ?n[o']t delivered|not delivered|unable to deliver|not able to deliver|delivery (?:has )?fail|delivery failure|failure notice|returned mail|returned to sender|mail delivery failed|permanent (?:fatal )?error|did not reach|cannot be reached|address not found|message blocked|message not delivered|rejected your message|couldn['’]t be delivered|unzustellbar|konnte nicht zugestellt|nicht zustellbar|non remis|n['’]a pas pu être (?:remis|distribué)|échec de la remise|no se pudo entregar|no se ha podido entregar|impossibile recapitare|não foi possível entregar|onbestelbaar|kan niet worden bezorgd|kunde inte levereras|niedostarczon|nie można dostarczyć|не доставлено|недоставлен|mancata consegna|neges heb ei hanfon)/iu;

/** Where the copy of the e-mail that comes back begins. */
const COPY_BEGINS =
  /\n(?:-{3,}.{0,20}(?:below this line is a copy|this is a copy of|original message|returned message|included is a copy|message header|transcript of session follows|nachricht).{0,60}|original message headers:|message headers follow|------ this is a copy.{0,80})/iu;

/** A report in words alone. What is written below the copy of our own e-mail is not read. */
function readWords(mail: Parsed): Returned | null {
  const report = wordsOfReport(mail);
  const about = `${mail.subject}\n${report}`;
  const later = GOES_ON.test(about);
  if (!later && !DID_NOT_ARRIVE.test(about) && !mail.headers.has('x-failed-recipients') && REPLY.exec(report) === null) return null;
  const header = (mail.headers.get('x-failed-recipients') ?? []).flatMap(addressesOf);
  const own = new Set([mail.from?.address, ...mail.to]);
  const named = addressesOf(report).filter(
    (address) => !own.has(address) && !/^(?:postmaster|mailer-daemon|abuse|helpdesk)@/u.test(address),
  );
  const recipients = [...new Set(header.length > 0 ? header : named)].slice(0, MOST_RECIPIENTS);
  const said = saidOf(report, recipients[0] ?? '');
  if (later) return { kind: 'delayed', recipients, said };
  return { kind: 'bounce', recipients, said, addressForGood: isForGood(said, '', recipients[0] ?? '') };
}

function wordsOfReport({ text }: Parsed): string {
  const begins = COPY_BEGINS.exec(text);
  return (begins === null ? text : text.slice(0, begins.index)).slice(0, 8_000);
}

/** The line in which the server answers, with the one below it: what stands between is what the report says of itself. */
function saidOf(report: string, recipient: string): string {
  const lines = report
    .split('\n')
    .map((line) => oneLine(line))
    .filter((line) => line !== '');
  const answered = lines.findIndex((line) => REPLY.test(line));
  if (answered >= 0)
    return lines
      .slice(answered, answered + 3)
      .join(' ')
      .slice(0, LONGEST_SAID);
  const about = lines.findIndex((line) => recipient !== '' && line.toLowerCase().includes(recipient));
  const found = about >= 0 ? lines.slice(about, about + 3) : lines.slice(0, 3);
  return found.join(' ').slice(0, LONGEST_SAID);
}
