import { parse } from 'csv-parse/sync';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';

/** One entry of a list of schools: where it stands, what was written, and the URN; "" where it is none. */
export type ListedUrn = { readonly line: number; readonly text: string; readonly urn: string };

/** As many as are looked at and started in one go. */
export const MOST_URNS = 2_000;

/**
 * Reads a list of schools, pasted or from a CSV file. With a heading "URN" the column below it counts, and other columns are left
 * alone; otherwise everything between blanks, commas and line ends is an entry. A URN has six digits. Refused where nothing is there, where
 * it is no CSV, and where there is more than can be started in one go. "990001, 990002" is two schools.
 */
export function readUrnList(given: string): Result<readonly ListedUrn[], Reason> {
  const text = given.replace(/^\uFEFF/u, '');
  const [heading = ''] = text.split(/\r?\n/u, 1);
  const titles = heading.split(/[,;\t]/u).map((title) => title.replaceAll('"', '').trim().toLowerCase());
  const entries = titles.includes('urn') ? inColumn(text, heading) : ok(between(text));
  if (!entries.ok) return entries;
  if (entries.value.length === 0) return refused({ kind: 'empty', message: 'There is no URN in it.', remedy: 'Enter one URN a line.' });
  if (entries.value.length > MOST_URNS) {
    return refused({
      kind: 'too-many',
      message: `There are ${entries.value.length.toLocaleString('en-GB')} entries, and ${MOST_URNS.toLocaleString('en-GB')} can be started in one go.`,
      remedy: 'Start the rest with a second list.',
    });
  }
  return entries;
}

function between(text: string): readonly ListedUrn[] {
  return text
    .split(/\r?\n/u)
    .flatMap((words, at) => words.split(/[\s,;]+/u).flatMap((word) => (word === '' ? [] : [listed(at + 1, word)])));
}

function inColumn(text: string, heading: string): Result<readonly ListedUrn[], Reason> {
  const delimiter = [',', ';', '\t'].find((one) => heading.includes(one)) ?? ',';
  try {
    const rows = parse(text, {
      delimiter,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly {
      readonly record: Readonly<Record<string, string>>;
      readonly info: { readonly lines: number };
    }[];
    return ok(
      rows.flatMap(({ record, info }) =>
        (record['urn'] ?? '').trim() === '' ? [] : [listed(info.lines - 1, (record['urn'] ?? '').trim())],
      ),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused({
      kind: 'no-csv',
      message: `It cannot be read as CSV: ${why}.`,
      remedy: 'Save it as CSV again, or paste the URNs alone.',
    });
  }
}

function listed(line: number, text: string): ListedUrn {
  return { line, text: text.slice(0, 40), urn: /^\d{6}$/u.test(text) ? text : '' };
}
