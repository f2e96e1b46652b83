import type { Reason } from '../domain/result.ts';

/** Exit codes, listed in every help text. */
export const EXIT = { ok: 0, refused: 1, usage: 2, failed: 3 } as const;

/** A fault that a person can mend: printed as what, where and how, without a stack. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: string;
  readonly remedy: string;
  readonly exitCode: number;

  constructor(reason: Reason, exitCode: number = EXIT.refused) {
    super(reason.message);
    this.kind = reason.kind;
    this.remedy = reason.remedy;
    this.exitCode = exitCode;
  }
}

/** The fault of whoever typed the command: it ends with the exit code of wrong use. */
export function usage(message: string, remedy: string): Fault {
  return new Fault({ kind: 'usage', message, remedy }, EXIT.usage);
}

/** Prints for people, or one JSON value for programs. */
export function print(json: boolean, value: unknown, words: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : words()}\n`);
}

/** Columns, each as wide as its widest cell; the last one is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
