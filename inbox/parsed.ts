import { simpleParser } from 'mailparser';
import type { AddressObject, ParsedMail } from 'mailparser';
import type { Writer } from '../activities/ports.ts';
import { domainOf } from '../mail/addresses.ts';
import { oneLine } from '../mail/clean-text.ts';

/** Of a larger e-mail only the beginning is read. Texts come before attachments. */
export const MOST_BYTES = 10 * 1024 * 1024;
/** HTML beyond this is not made into text. */
const MOST_HTML = 500_000;
const MOST_TEXT = 200_000;
const MOST_ADDRESSES = 100;
const MOST_ATTACHMENTS = 50;

/** An e-mail taken apart: its headers, its text and what is attached. */
export type Parsed = {
  /** The values of a header, without its name and unfolded, by its name in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly from: Writer | null;
  /** Every address that it was sent to. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly writtenAt: string | null;
  readonly messageId: string | null;
  readonly contentType: string;
  /** `delivery-status` or `disposition-notification` of a `multipart/report`, or the `method` of a calendar. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
  /** The machine-readable part of a report (RFC 3464). */
  readonly deliveryStatus: string | null;
  /** The headers of the e-mail that a report returns, or the whole of it. */
  readonly returned: string | null;
  readonly cut: boolean;
};

const NOTHING: Parsed = {
  headers: new Map(),
  from: null,
  to: [],
  subject: '',
  writtenAt: null,
  messageId: null,
  contentType: '',
  parameters: {},
  text: '',
  attachments: [],
  deliveryStatus: null,
  returned: null,
  cut: true,
};

/**
 * Takes an e-mail apart. Never rejects: what cannot be read as an e-mail is given as its text. HTML without a text beside it is made into text;
 * nothing is fetched.
 */
export async function parseMessage(raw: Uint8Array): Promise<Parsed> {
  const cut = raw.length > MOST_BYTES;
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, MOST_BYTES));
  try {
    return partsOf(
      await simpleParser(bytes, {
        keepDeliveryStatus: true,
        skipTextToHtml: true,
        skipTextLinks: true,
        skipImageLinks: true,
        maxHtmlLengthToParse: MOST_HTML,
      }),
      cut,
    );
  } catch {
    return { ...NOTHING, text: bytes.toString('utf8').slice(0, MOST_TEXT) };
  }
}

function partsOf(mail: ParsedMail, cut: boolean): Parsed {
  const headers = new Map<string, string[]>();
  for (const { key, line } of mail.headerLines) {
    const value = oneLine(line.slice(line.indexOf(':') + 1));
    const values = headers.get(key);
    if (values === undefined) headers.set(key, [value]);
    else values.push(value);
  }
  const { type, parameters } = contentTypeOf(mail);
  const parts = mail.attachments.map(({ contentType, content, filename, size }) => ({ contentType, content, filename, size }));
  const status = parts.find(({ contentType }) => contentType === 'message/delivery-status');
  const returned = parts.find(({ contentType }) => contentType === 'text/rfc822-headers' || contentType === 'message/rfc822');
  const isReport = type === 'multipart/report';
  const text = mail.text ?? '';
  return {
    headers,
    from: writerOf(mail.from),
    to: addressesIn(headers),
    subject: oneLine(mail.subject ?? ''),
    writtenAt: mail.date === undefined || Number.isNaN(mail.date.getTime()) ? null : mail.date.toISOString(),
    messageId: headers.get('message-id')?.[0] ?? null,
    contentType: type,
    parameters,
    text: text.slice(0, MOST_TEXT),
    attachments: parts
      .filter((part) => !(isReport && (part === status || part === returned)))
      .slice(0, MOST_ATTACHMENTS)
      .map(({ contentType, filename, size }) => ({
        name: oneLine(filename ?? '').slice(0, 200),
        type: oneLine(contentType).slice(0, 100),
        bytes: size,
      })),
    deliveryStatus: status === undefined ? null : status.content.toString('utf8').slice(0, MOST_TEXT),
    returned: returned === undefined ? null : returned.content.toString('utf8').slice(0, MOST_TEXT),
    cut: cut || text.length > MOST_TEXT || parts.length > MOST_ATTACHMENTS,
  };
}

function contentTypeOf(mail: ParsedMail): { readonly type: string; readonly parameters: Readonly<Record<string, string>> } {
  const header: unknown = mail.headers.get('content-type');
  if (typeof header !== 'object' || header === null) return { type: '', parameters: {} };
  const { value, params } = header as { readonly value?: unknown; readonly params?: unknown };
  const given = typeof params === 'object' && params !== null ? Object.entries(params) : [];
  return {
    type: typeof value === 'string' ? value.toLowerCase() : '',
    parameters: Object.fromEntries(given.map(([name, each]): [string, string] => [name.toLowerCase(), String(each).toLowerCase()])),
  };
}

/** The first of those who are named as writers. An address that is none is given as nobody. */
function writerOf(from: AddressObject | undefined): Writer | null {
  const [first] = from?.value ?? [];
  const address = (first?.address ?? '').toLowerCase();
  return first === undefined || domainOf(address) === null ? null : { name: oneLine(first.name).slice(0, 200), address };
}

/** All headers that say where an e-mail was delivered to. A client that loses its thread leaves these. */
const DELIVERED = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-forwarded-to', 'x-rcpt-to'];

function addressesIn(headers: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = DELIVERED.flatMap((name) => headers.get(name) ?? []).flatMap((value) => addressesOf(value.slice(0, 20_000)));
  return [...new Set(found)].slice(0, MOST_ADDRESSES);
}

/** The e-mail addresses that stand in a text, in lower case and in their order. */
export function addressesOf(text: string): readonly string[] {
  return [...text.matchAll(/[^\s<>()[\]"',;:@]{1,64}@[A-Za-z0-9.-]{1,253}/gu)]
    .map(([address]) => address.replace(/\.+$/u, '').toLowerCase())
    .filter((address) => domainOf(address) !== null);
}
