import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { TextDecoder } from 'node:util';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Encoding } from './import-report.ts';

export type FileRefusal = Reason & { readonly kind: 'no-file' | 'unreadable' | 'empty' | 'not-text' };

export type TextFile = { readonly file: string; readonly encoding: Encoding; readonly bytes: number };

const CHUNK_BYTES = 1 << 18;

/**
 * Finds out how a text file is encoded: UTF-8 when it has the byte order mark or all of it is valid UTF-8, else
 * Windows-1252, as the register is published. Reads the whole file once, a chunk at a time. Refused when the file does
 * not exist, is empty, or is not text.
 */
export async function findTextFile(file: string): Promise<Result<TextFile, FileRefusal>> {
  const name = basename(file);
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return refused({ kind: 'unreadable', message: `${file} is not a file.`, remedy: 'Name a CSV file.' });
    if (facts.size === 0)
      return refused({ kind: 'empty', message: `${name} is empty.`, remedy: 'Was it downloaded or saved to its end? Get it again.' });
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let first = true;
    let encoding: Encoding = 'utf-8';
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      if (first) {
        const fault = notText(name, chunk);
        if (fault) return refused(fault);
        // The mark settles it. An invalid character further on is a fault of its row.
        if (chunk.subarray(0, 3).equals(UTF8_MARK)) break;
        first = false;
      }
      if (!isUtf8(decoder, chunk)) {
        encoding = 'windows-1252';
        break;
      }
    }
    if (encoding === 'utf-8' && !first && !isUtf8(decoder)) encoding = 'windows-1252';
    return ok({ file, encoding, bytes: facts.size });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      return refused({ kind: 'no-file', message: `There is no file ${file}.`, remedy: 'Check its name and the folder you are in.' });
    }
    return refused({
      kind: 'unreadable',
      message: `${file} cannot be read (${String(error.code)}).`,
      remedy: 'Check that you may read it.',
    });
  }
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

function notText(name: string, start: Buffer): FileRefusal | undefined {
  const saveAsCsv = 'In the spreadsheet choose "Save as", and "CSV UTF-8 (comma delimited)".';
  if (UTF16_MARKS.some((mark) => start.subarray(0, 2).equals(mark))) {
    return { kind: 'not-text', message: `${name} is written as "Unicode text" (UTF-16), not as CSV.`, remedy: saveAsCsv };
  }
  if (start.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    return {
      kind: 'not-text',
      message: `${name} is a zip file or a spreadsheet, not a CSV file.`,
      remedy: `Unpack it and import the CSV file inside. ${saveAsCsv}`,
    };
  }
  if (start.subarray(0, 8192).includes(0)) return { kind: 'not-text', message: `${name} is not a text file.`, remedy: 'Name a CSV file.' };
  return undefined;
}

/** Called without a chunk, it checks whether the text may end here. */
function isUtf8(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}
