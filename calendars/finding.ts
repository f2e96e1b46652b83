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
    message: sorted.map(({ file, line, column, what }) => `${file}:${line}:${column}: ${what}`).join('\n'),
    remedy: [...new Set(sorted.map(({ remedy }) => remedy))].join('\n'),
    findings: sorted,
  };
}
