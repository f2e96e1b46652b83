import { createHash } from 'node:crypto';
import type { Incoming, IncomingKind } from '../activities/ports.ts';
import { automaticBecause, othersNamed } from './automatic.ts';
import { returnedOf } from './bounce.ts';
import { foldHistory } from './fold-history.ts';
import type { Folded } from './fold-history.ts';
import { parseMessage } from './parsed.ts';
import type { Parsed } from './parsed.ts';
import { returnDate } from './return-date.ts';

const LONGEST_SUBJECT = 300;
const LONGEST_TEXT = 20_000;
const MOST_LETTERS = 100;

/**
 * Reads an e-mail as it came in: what it is, who wrote it, what it says, and to which letters it may belong. Never rejects, whatever the bytes
 * are. `nowMs` stands for the time of writing where the e-mail gives none.
 */
export async function readIncoming(raw: Uint8Array, nowMs: number): Promise<Incoming> {
  const mail = await parseMessage(raw);
  const folded = foldHistory(readable(mail.text));
  const what = kindOf(mail, folded, nowMs);
  return {
    onceAs: nameOf(mail),
    what,
    from: mail.from,
    subject: mail.subject.slice(0, LONGEST_SUBJECT),
    writtenAt: mail.writtenAt,
    words: folded.words.slice(0, LONGEST_TEXT),
    quoted: folded.quoted.slice(0, LONGEST_TEXT),
    attachments: mail.attachments,
    cut: mail.cut || folded.words.length > LONGEST_TEXT || folded.quoted.length > LONGEST_TEXT,
    ofSurvey: isOfSurvey(mail),
    letters: lettersOf(mail, what),
  };
}

/** What an e-mail is. A report on an e-mail comes before a mark of a program, because reports carry such marks too. */
function kindOf(mail: Parsed, { words }: Folded, nowMs: number): IncomingKind {
  const returned = returnedOf(mail);
  if (returned !== null) return returned;
  const because = automaticBecause(mail);
  if (because === null) return { kind: 'person' };
  const written = mail.writtenAt === null ? nowMs : Math.min(Date.parse(mail.writtenAt), nowMs);
  return { kind: 'automatic', because, returnsOn: returnDate(words, written), names: othersNamed(mail, words) };
}

/** A letter's Message-ID begins with 32 hexadecimal digits (mail/message-id.ts), and so does what follows the plus of its Reply-To. */
const IN_ID = /<([0-9a-f]{32})@/giu;
const AFTER_PLUS = /\+([0-9a-f]{32})@/iu;

/** Letters of surveys have Message-IDs that say so (mail/message-id.ts). */
const SURVEY_ID = /<survey\.[0-9a-f]{32}@/iu;
const AFTER_PLUS_OF_SURVEY = /\+survey\.[0-9a-f]{32}@/iu;

function isOfSurvey(mail: Parsed): boolean {
  const named = ['in-reply-to', 'references', 'x-original-message-id'].flatMap((header) => mail.headers.get(header) ?? []);
  return named.some((ids) => SURVEY_ID.test(ids)) || mail.to.some((address) => AFTER_PLUS_OF_SURVEY.test(address));
}

function lettersOf(mail: Parsed, { kind }: IncomingKind): readonly string[] {
  const idsIn = (text: string): readonly string[] => [...text.matchAll(IN_ID)].flatMap(([, id]) => id ?? []);
  const header = (name: string): readonly string[] => (mail.headers.get(name) ?? []).flatMap(idsIn);
  const plus = mail.to.flatMap((address) => AFTER_PLUS.exec(address)?.[1] ?? []);
  // The e-mail that came back tells best to which letter a report belongs; some reports hold it in their text.
  const returned = kind === 'bounce' || kind === 'delayed' ? [...idsIn(headersOf(mail.returned ?? '')), ...idsIn(mail.text)] : [];
  // The last reference is the one that was answered.
  const found = [...returned, ...header('in-reply-to'), ...plus, ...header('references').toReversed(), ...header('x-original-message-id')];
  return [...new Set(found.map((id) => id.toLowerCase()))].slice(0, MOST_LETTERS);
}

function headersOf(returned: string): string {
  const end = /\r?\n\r?\n/u.exec(returned);
  return end === null ? returned : returned.slice(0, end.index);
}

/**
 * The name by which the same e-mail is known when it comes again: by another way, or because it was read again after a crash. Whoever copies
 * another's Message-ID has another name all the same, because the writer is in it.
 */
function nameOf(mail: Parsed): string {
  const said =
    mail.messageId === null
      ? ['says', mail.writtenAt, mail.subject, mail.text, mail.deliveryStatus, mail.attachments]
      : ['id', mail.messageId];
  return createHash('sha256')
    .update(JSON.stringify([mail.from?.address ?? null, ...said]))
    .digest('hex');
}

/** Everything that changes how a text is read, or that PostgreSQL cannot keep, is taken out. Its lines stay. */
function readable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/gu, '\n')
    .replaceAll(/[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\u00AD]/gu, '')
    .replaceAll('\u00A0', ' ')
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
    .replaceAll('\t', '  ');
}
