/** A fault in a programme's file: where it is, what it is and how to mend it. Lines and columns count from 1. */
export type Finding = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly remedy: string;
};

/** The way to a value inside a document: `['stages', 0, 'steps', 'contact-school', 'owner']`. */
export type Path = readonly (string | number)[];

/** Records a fault at a path; `key` points at the name itself rather than at its value. */
export type Report = (path: Path, what: string, remedy: string, part?: 'key' | 'value') => void;

/** The format of compilers, so that editors and terminals can jump there: `file:line:column: what — remedy`. */
export function formatFinding(finding: Finding): string {
  return `${finding.file}:${finding.line}:${finding.column}: ${finding.what} — ${finding.remedy}`;
}

/** Sorted by their place in the file. */
export function byPlace(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column;
}
