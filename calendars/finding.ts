import type { Reason } from '../domain/result.ts';

/** A fault in a file of dates: where it is, what it is and how to mend it. Lines and columns count from 1. */
export type Finding = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly remedy: string;
};

/** A file of dates that cannot be used. The message has every finding on a line of its own, as compilers print them. */
export type FaultyDates = Reason & { readonly kind: 'faulty-dates'; readonly findings: readonly Finding[] };

/** Everything that is wrong with a file, in the order of the file. */
export function faultyDates(findings: readonly Finding[]): FaultyDates {
  const sorted = findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return {
    kind: 'faulty-dates',
    message: sorted.map(({ file, line, column, what }) => `${file}:${line}:${column}: ${short(what)}`).join('\n'),
    remedy: [...new Set(sorted.map(({ remedy }) => remedy))].join('\n'),
    findings: sorted,
  };
}

/** More of what a file says than helps to find the place. */
const MOST_CHARACTERS = 240;

/** One line of a fault, so that a file of something else is not printed whole. */
function short(what: string): string {
  const line = what.replaceAll(/\s+/g, ' ');
  // Not half of a character of two parts.
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
