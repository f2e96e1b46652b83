/** A report as it is handed out: what `chaser report` counted, with what it was counted from, before it is written in a format. */
import { createHash } from 'node:crypto';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** Null: the report does not give it, because it is not known yet, or its base is too small. */
export type Cell = string | number | null;

/** A table as people read it. */
export type Sheet = {
  /** Unique within the report; at most 31 characters, as spreadsheets want it: "M7 table 2". */
  readonly name: string;
  readonly title: string;
  /** What its numbers are counted of, in one sentence. */
  readonly about: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
};

export type Report = {
  /** "measures", "timeliness". */
  readonly id: string;
  readonly title: string;
  /** What had happened by the end of this day; null where the report is not of a day. */
  readonly asOf: PlainDate | null;
  /** As far as it was recorded by the end of this day; null where the report is not of a day. */
  readonly cutOff: PlainDate | null;
  /** What was asked for, by name, in words that the command line takes. '' narrows nothing. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Definitions, bases, and what is left out. */
  readonly notes: readonly { readonly term: string; readonly words: string }[];
  /** The titles of the columns of the rows; `columnId` makes their names in JSON. */
  readonly columns: readonly string[];
  /** Every number of the report in a row of its own. */
  readonly rows: readonly (readonly Cell[])[];
  /** The same numbers in tables. */
  readonly sheets: readonly Sheet[];
};

/** What an output was made from: the same snapshot gives the same bytes. */
export type Snapshot = Pick<Report, 'asOf' | 'cutOff'> & {
  /** SHA-256, in hexadecimal, of what `HASH_COVERS` says. */
  readonly sha256: string;
};

/** What the hash of a snapshot covers, in words that stand in the outputs. */
export const HASH_COVERS =
  'SHA-256 over the name of the report, both days, the parameters in the order of their names, the names of the columns, and every row, ' +
  'written as one JSON array in UTF-8 without spaces. Whoever asks the same of the same record gets the same hash.';

/**
 * The snapshot of a report. Its hash covers what was asked and every number, and neither the format nor the words around the numbers: CSV, JSON and ODS of
 * one report name the same.
 */
export function snapshotOf({ id, asOf, cutOff, parameters, columns, rows }: Report): Snapshot {
  const asked = Object.entries(parameters).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const canonical = JSON.stringify([id, asOf, cutOff, asked, columns.map(columnId), rows]);
  return { asOf, cutOff, sha256: createHash('sha256').update(canonical, 'utf8').digest('hex') };
}

/** The name of a column in JSON: "Measure title" is measure_title. */
export function columnId(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}
