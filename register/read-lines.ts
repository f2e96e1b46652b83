import { createReadStream } from 'node:fs';
import iconv from 'iconv-lite';
import type { Encoding } from './import-report.ts';
import type { TextFile } from './text-encoding.ts';

/** One line of a file, without its ending. The text is null when the line is longer than any row can be. */
export type Line = { readonly number: number; readonly text: string | null };

export type LineBlock = { readonly lines: readonly Line[]; readonly bytesRead: number; readonly atEnd: boolean };

const CHUNK_BYTES = 1 << 19;
export const LONGEST_LINE = 100_000;

/**
 * The lines of a file, about half a megabyte at a time. Lines may end in CR LF, LF or CR. The last block is marked as
 * the last.
 */
export async function* readLines({ file, encoding }: TextFile, chunkBytes = CHUNK_BYTES): AsyncGenerator<LineBlock> {
  const decoder = decoderOf(encoding);
  let pending = '';
  let tooLong = false;
  let number = 0;
  let bytesRead = 0;

  const take = (texts: readonly string[]): Line[] =>
    texts.map((text) => {
      const line = { number: ++number, text: tooLong || text.length > LONGEST_LINE ? null : text };
      tooLong = false;
      return line;
    });

  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    bytesRead += chunk.length;
    // A CR at the very end may be the first half of CR LF, so it waits for what follows.
    const texts = (pending + decoder.write(chunk)).split(/\r\n|\n|\r(?!$)/);
    pending = texts.pop() ?? '';
    const lines = take(texts);
    if (pending.length > LONGEST_LINE) {
      pending = '';
      tooLong = true;
    }
    yield { lines, bytesRead, atEnd: false };
  }
  const last = (pending + decoder.end()).split(/\r\n|\n|\r(?!$)/).map((text) => text.replace(/\r$/, ''));
  yield { lines: tooLong || last.join('') !== '' ? take(last) : [], bytesRead, atEnd: true };
}

type Decoder = { write(chunk: Buffer): string; end(): string };

function decoderOf(encoding: Encoding): Decoder {
  if (encoding === 'utf-8') {
    const decoder = new TextDecoder('utf-8');
    return { write: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
  }
  const decoder = iconv.getDecoder('windows-1252');
  return { write: (chunk) => decoder.write(chunk), end: () => decoder.end() ?? '' };
}
