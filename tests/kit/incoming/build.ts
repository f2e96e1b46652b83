import type { IncomingKind } from '../../../activities/ports.ts';

/** What stands before the @ of the Message-ID of the letter that these e-mails are about. */
export const LETTER_ID = '0123456789abcdef0123456789abcdef';
export const LETTER_MESSAGE_ID = `<${LETTER_ID}@mail.example>`;
/** Of the letter before it in the same thread. */
const EARLIER_MESSAGE_ID = '<fedcba9876543210fedcba9876543210@mail.example>';
export const CHASER = 'chaser@mail.example';
export const HEAD = 'head@hillside.example';
export const SUBJECT = 'Please confirm: Hillside School takes part';
/** When the e-mails are written: Tuesday 2 October 2040, 10:15 in London. */
export const WRITTEN_MS = Date.UTC(2040, 9, 2, 9, 15);
const DATE = 'Tue, 02 Oct 2040 10:15:00 +0100';

/** An e-mail of the corpus, and what is to be seen in it. */
export type Sample = {
  readonly name: string;
  readonly raw: Buffer;
  readonly kind: IncomingKind['kind'];
  /** Of a bounce: whether the address is gone for good. */
  readonly forGood?: boolean;
  /** Of a bounce or a delay: the address that it is about. */
  readonly recipient?: string;
  /** Of an automatic reply: the day on which they are back. */
  readonly returnsOn?: string | null;
  /** Of an automatic reply: whom it names. */
  readonly names?: readonly string[];
  /** Of a person's: what they wrote, without what they quote. */
  readonly words?: string;
  /** Whether the letter is known from it. It is unless this says no. */
  readonly threads?: false;
};

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** An e-mail as it travels: headers in their order, and a body. */
export function email(headers: Headers, body: string): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body.replaceAll(/\r?\n/g, '\r\n')}`);
}

/** The headers that most e-mails have. */
export function common(from: string, subject: string, id: string): Headers {
  return {
    Received: 'from mx.hillside.example (mx.hillside.example [192.0.2.7]) by mail.example with ESMTPS; Tue, 02 Oct 2040 10:15:02 +0100',
    From: from,
    To: `Chaser <${CHASER}>`,
    Subject: encoded(subject),
    Date: DATE,
    'Message-ID': `<${id}@hillside.example>`,
    'MIME-Version': '1.0',
  };
}

/** A subject with other than ASCII letters, as clients write it. */
function encoded(subject: string): string {
  return /^[\x20-\x7E]*$/.test(subject) ? subject : `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
}

export const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': '8bit' } as const;
export const IN_THREAD = { 'In-Reply-To': LETTER_MESSAGE_ID, References: `${EARLIER_MESSAGE_ID} ${LETTER_MESSAGE_ID}` } as const;

/** A body of several parts. */
export function multipart(
  boundary: string,
  parts: readonly { readonly type: string; readonly body: string; readonly more?: string }[],
): string {
  return `${parts.map(({ type, body, more }) => `--${boundary}\nContent-Type: ${type}\n${more === undefined ? '' : `${more}\n`}\n${body}\n`).join('\n')}--${boundary}--\n`;
}
