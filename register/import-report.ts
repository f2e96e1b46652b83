import type { TextEncoding } from '../domain/decoded-text.ts';
import type { AccessEnded } from '../postgres/access/end-access.ts';

/** Something wrong in one row of a file: where it is, what it is and how to mend it. Lines count from 1, the header being one. */
export type Finding = {
  readonly line: number;
  /** The column as the header names it; null when the finding concerns the whole row. */
  readonly column: string | null;
  readonly message: string;
  readonly remedy: string;
  /** False: the row was left out. True: it was stored, but somebody should know of the finding. */
  readonly taken: boolean;
};

/** The result of a file. For schools: read = inserted + updated + unchanged + rejected. */
export type ImportReport = {
  /** Rows below the header that are not blank. */
  readonly read: number;
  /** Schools or people that were not known before. */
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Rows left out. */
  readonly rejected: number;
  readonly encoding: TextEncoding;
  /** The first of them, in the order of the file. */
  readonly findings: readonly Finding[];
  /** How many there are in all, including those not listed. */
  readonly findingCount: number;
};

/** The report on people says besides what they can no longer open, and who is asked anew. */
export type PeopleReport = ImportReport & { readonly ended: readonly AccessEnded[] };

/** The report on inspections counts judgements, and says besides how many rows are of schools without one. */
export type InspectionsReport = ImportReport & { readonly withoutJudgement: number };

export type ImportOptions = {
  readonly onProgress?: (bytesRead: number, bytesTotal: number) => void;
  /** How many findings to list; all are counted. */
  readonly maxFindings?: number;
  /** Report what the file would change, and change nothing. */
  readonly dryRun?: boolean;
};

export const MOST_FINDINGS = 100;

/** Keeps the first findings and counts them all, so that a file full of faults fits in memory. */
export type Findings = {
  add(found: readonly Finding[]): void;
  /** Counts findings that are not listed. */
  addCount(count: number): void;
  readonly count: number;
  list(): readonly Finding[];
};

export function collectFindings(most: number): Findings {
  const kept: Finding[] = [];
  let count = 0;
  return {
    add(found) {
      count += found.length;
      kept.push(...found.slice(0, Math.max(0, most - kept.length)));
    },
    addCount(more) {
      count += more;
    },
    get count() {
      return count;
    },
    list: () => kept.toSorted((a, b) => a.line - b.line),
  };
}

/** The format of compilers: `file:line: column: message — remedy`. */
export function formatFinding(file: string, { line, column, message, remedy }: Finding): string {
  return `${file}:${line}: ${column === null ? '' : `${column}: `}${message} — ${remedy}`;
}
