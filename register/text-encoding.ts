import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { countEncodings } from '../domain/decoded-text.ts';
import type { TextEncoding } from '../domain/decoded-text.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';

export type FileRefusal = Reason & { readonly kind: 'no-file' | 'unreadable' | 'empty' | 'not-text' };

export type TextFile = { readonly file: string; readonly encoding: TextEncoding; readonly bytes: number };

const CHUNK_BYTES = 1 << 18;

/**
 * Finds out how a text file is encoded: UTF-8 when it has the byte order mark or most of its letters are valid UTF-8, else
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
    const counts = countEncodings();
    let marked: boolean | undefined;
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      if (marked === undefined) {
        const fault = notText(name, chunk);
        if (fault) return refused(fault);
        marked = chunk.subarray(0, 3).equals(UTF8_MARK);
        // The mark settles it.
        if (marked) break;
      }
      counts.add(chunk);
    }
    const encoding = marked === true ? 'utf-8' : counts.end();
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
