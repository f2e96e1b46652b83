import { createReadStream } from 'node:fs';
import { decodeLine } from '../domain/decoded-text.ts';
import type { OddLine } from '../domain/decoded-text.ts';
import type { TextFile } from './text-encoding.ts';

/** One line of a file, without its ending. The text is null when the line is longer than any row can be. */
export type Line = { readonly number: number; readonly text: string | null };

export type LineBlock = {
  readonly lines: readonly Line[];
  /** Those that are encoded otherwise than the rest of the file. */
  readonly odd: readonly OddLine[];
  readonly bytesRead: number;
  readonly atEnd: boolean;
};

const CHUNK_BYTES = 1 << 19;
export const LONGEST_LINE = 100_000;
/** A letter takes four bytes at most. */
const MOST_BYTES = 4 * LONGEST_LINE;
const UTF8_MARK = /^\u00ef\u00bb\u00bf/;

/**
 * The lines of a file, about half a megabyte at a time. Lines may end in CR LF, LF or CR. Each line is decoded by itself, so
 * that one with bytes of another encoding spoils no other. The last block is marked as the last.
 */
export async function* readLines({ file, encoding }: TextFile, chunkBytes = CHUNK_BYTES): AsyncGenerator<LineBlock> {
  let pending = '';
  let tooLong = false;
  let number = 0;
  let bytesRead = 0;

  const take = (lines: readonly string[]): Pick<LineBlock, 'lines' | 'odd'> => {
    const odd: OddLine[] = [];
    const taken = lines.map((bytes) => {
      number += 1;
      const decoded = decodeLine(number === 1 ? bytes.replace(UTF8_MARK, '') : bytes, encoding);
      const text = tooLong || decoded.text.length > LONGEST_LINE ? null : decoded.text;
      if (decoded.odd && text !== null) odd.push({ line: number, text });
      tooLong = false;
      return { number, text };
    });
    return { lines: taken, odd };
  };

  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    bytesRead += chunk.length;
    // A CR at the very end may be the first half of CR LF, so it waits for what follows.
    const texts = (pending + chunk.toString('latin1')).split(/\r\n|\n|\r(?!$)/);
    pending = texts.pop() ?? '';
    const taken = take(texts);
    if (pending.length > MOST_BYTES) {
      pending = '';
      tooLong = true;
    }
    yield { ...taken, bytesRead, atEnd: false };
  }
  const last = pending.split(/\r\n|\n|\r(?!$)/).map((text) => text.replace(/\r$/, ''));
  yield { ...take(tooLong || last.join('') !== '' ? last : []), bytesRead, atEnd: true };
}
