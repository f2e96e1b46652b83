import { CsvError, parse } from 'csv-parse/sync';
import { CONTACT_STATES } from '../domain/fieldwork/contacts.ts';
import type { Contact, ContactState } from '../domain/fieldwork/contacts.ts';
import type { Unit } from '../domain/fieldwork/design.ts';
import type { LeftOutUnit } from '../domain/fieldwork/draw.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import { suggestion } from '../programmes/suggestion.ts';

type Row = { readonly line: number; readonly cells: Readonly<Record<string, string>> };

/** A sample frame: a column `unit`, and one for each fact by which strata tell people apart. */
export function readFrame(text: string): Result<readonly Unit[], Reason> {
  const rows = rowsOf(text, ['unit']);
  return rows.ok ? ok(rows.value.map(({ cells: { unit = '', ...facts } }) => ({ id: unit, facts }))) : rows;
}

/** Those who were drawn, as `chaser fieldwork draw` prints them: the column `unit` counts. */
export function readDrawn(text: string): Result<readonly string[], Reason> {
  const rows = rowsOf(text, ['unit']);
  return rows.ok ? ok(rows.value.map(({ cells }) => cells['unit'] ?? '')) : rows;
}

/** Who is excluded, and why: the columns `unit` and `because`. */
export function readExclusions(text: string): Result<readonly LeftOutUnit[], Reason> {
  const rows = rowsOf(text, ['unit', 'because']);
  return rows.ok ? ok(rows.value.map(({ cells: { unit = '', because = '' } }) => ({ unit, because }))) : rows;
}

/** Contacts in the order in which they were made: the columns `unit`, `on` and `state`, and `because` where a reason is given. */
export function readContacts(text: string): Result<readonly Contact[], Reason> {
  const rows = rowsOf(text, ['unit', 'on', 'state']);
  if (!rows.ok) return rows;
  const contacts: Contact[] = [];
  for (const { line, cells } of rows.value) {
    const { unit = '', on: given = '', state = '', because = '' } = cells;
    const on = parsePlainDate(given);
    if (on === undefined) return faulty(line, `"${given.slice(0, 40)}" is not a date`, 'Write it as year, month and day: 2020-02-03');
    if (!isState(state))
      return faulty(line, `"${state.slice(0, 40)}" is not a state of a contact`, suggestion(state, Object.keys(CONTACT_STATES)));
    contacts.push({ unit, on, state, because });
  }
  return ok(contacts);
}

function isState(text: string): text is ContactState {
  return Object.hasOwn(CONTACT_STATES, text);
}

function rowsOf(text: string, needed: readonly string[]): Result<readonly Row[], Reason> {
  let rows: readonly Row[];
  try {
    const read = parse(text, { bom: true, columns: true, info: true, trim: true, skip_empty_lines: true }) as unknown as readonly {
      readonly record: Readonly<Record<string, string>>;
      readonly info: { readonly lines: number };
    }[];
    rows = read.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refused({
      kind: 'no-csv',
      message: `It is not a table: ${error.message}.`,
      remedy: 'Save it as CSV with commas, the headings in the first line.',
    });
  }
  const [first] = rows;
  if (first === undefined) {
    return refused({ kind: 'no-rows', message: 'It has no rows below its headings.', remedy: `Its headings are: ${needed.join(', ')}.` });
  }
  const missing = needed.find((name) => !Object.hasOwn(first.cells, name));
  if (missing !== undefined) {
    return refused({ kind: 'no-column', message: `It has no column "${missing}".`, remedy: suggestion(missing, Object.keys(first.cells)) });
  }
  const nameless = rows.find(({ cells }) => cells['unit'] === '');
  if (nameless !== undefined) return faulty(nameless.line, 'unit is empty', 'Enter the URN of the school, or the id of the person.');
  return ok(rows);
}

function faulty(line: number, what: string, remedy: string) {
  return refused({ kind: 'bad-row', message: `Line ${line}: ${what}.`, remedy });
}
