import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';

/** The text of a file in UTF-8. Refused where it is something else: a spreadsheet, a PDF, a text in another encoding. */
export function textOfFile({ name, bytes }: { readonly name: string; readonly bytes: Buffer }): Result<string, Reason> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return ok(text);
  } catch {
    // Not UTF-8.
  }
  const message = `${name.slice(0, 120)} is not a text in UTF-8.`;
  return refused({ kind: 'no-text', message, remedy: 'Save it as plain text in UTF-8, and choose it again.' });
}
