import { assumedLines, decodeText } from '../domain/decoded-text.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates } from './finding.ts';
import type { Note } from './ics.ts';
import { TO_LOOK_AT } from './ics-terms.ts';

/** Larger than ten years of term dates of every authority in England. */
export const LARGEST_FILE_BYTES = 1_000_000;

/** The message for a file that is too large to be a file of dates; `bytes` where the size is known. */
export function tooLarge(file: string, bytes?: number): FaultyDates {
  const size = bytes === undefined ? '' : `${(bytes / 1_000_000).toLocaleString('en-GB', { maximumFractionDigits: 1 })}MB, and `;
  return faultyDates([
    {
      file,
      line: 1,
      column: 1,
      what: `The file has ${size}more than the ${LARGEST_FILE_BYTES / 1_000_000}MB that a file of dates may have`,
      remedy: 'Take the feed of one authority’s term dates, not of everything that happens there.',
    },
  ]);
}

/**
 * The bytes with each character whole that was folded in its middle: RFC 5545 folds long lines after so many octets, and some
 * calendars do so inside a character. The rest of the character is moved behind the fold, so that no line changes its number.
 */
function unfoldedInCharacters(bytes: Uint8Array): Uint8Array {
  const mended = Uint8Array.from(bytes);
  for (let at = 1; at < mended.length - 1; at += 1) {
    if (mended[at] !== LINE_FEED || (mended[at + 1] !== BLANK && mended[at + 1] !== TAB)) continue;
    if (!isContinuation(mended[at + 2])) continue;
    const foldFrom = mended[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
    let start = foldFrom - 1;
    while (start > 0 && isContinuation(mended[start])) start -= 1;
    const part = mended.slice(start, foldFrom);
    mended.copyWithin(start, foldFrom, at + 2);
    mended.set(part, at + 2 - part.length);
  }
  return mended;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
const TAB = 0x09;

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}

/** The text of a file of dates, and what was assumed of its encoding, to be looked at. */
export type ReadText = { readonly text: string; readonly notes: readonly Note[] };

/**
 * The text of a file of dates, its line ends made one. It is read as UTF-8; lines in Windows-1252, or a whole file in it, are
 * read as such and noted. Refused when it is too large, empty or no text.
 */
export function readText(bytes: Uint8Array, file: string): Result<ReadText, FaultyDates> {
  if (bytes.byteLength > LARGEST_FILE_BYTES) return refused(tooLarge(file, bytes.byteLength));
  const noText = (what: string, line = 1) =>
    refused(faultyDates([{ file, line, column: 1, what, remedy: 'Save it as plain text in UTF-8, or take it as it is published.' }]));
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return noText('The file is in UTF-16, and so no text in UTF-8');
  const decoded = decodeText(unfoldedInCharacters(bytes));
  const { text } = decoded;
  const lineOf = (at: number) => text.slice(0, at).split('\n').length;
  const broken = text.search(/[\0\ufffd]/);
  if (broken >= 0) return noText('There is a character in it that no text has', lineOf(broken));
  const plain = text.replaceAll(/\r\n?/g, '\n');
  if (plain.trim() === '') return noText('The file is empty');
  return ok({ text: plain, notes: assumedLines(decoded).map(({ line, text: what }) => ({ line, text: `${TO_LOOK_AT} ${what}` })) });
}
