import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates } from './finding.ts';

/** One line of iCalendar, put together again: `DTSTART;VALUE=DATE:20261026`. */
export type ContentLine = {
  /** Where it begins in the file, counted from 1. */
  readonly number: number;
  /** In capitals: "DTSTART". */
  readonly name: string;
  /** By their names in capitals, without the quotes. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly value: string;
  /** The whole line, as another reader of iCalendar takes it. */
  readonly raw: string;
};

const LINE = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s;
const PARAMETER = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)/g;

/** The lines of an iCalendar text (RFC 5545, 3.1), unfolded: a line that begins with a blank goes on from the one before. */
export function readIcsLines(text: string, file: string): Result<readonly ContentLine[], FaultyDates> {
  const unfolded: { readonly number: number; pieces: string[] }[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (/^[ \t]/.test(line)) {
      const before = unfolded.at(-1);
      if (before !== undefined) before.pieces.push(line.slice(1));
      else if (line.trim() !== '') unfolded.push({ number: at + 1, pieces: [line] });
    } else if (line !== '') unfolded.push({ number: at + 1, pieces: [line] });
  }
  const lines: ContentLine[] = [];
  for (const { number, pieces } of unfolded) {
    const line = pieces.join('');
    const [, name, parameters, value] = LINE.exec(line) ?? [];
    if (name === undefined || parameters === undefined || value === undefined) {
      return refused(
        faultyDates([
          {
            file,
            line: number,
            column: 1,
            what: `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}" is no line of iCalendar`,
            remedy:
              lines.length === 0
                ? 'Take the .ics file that the authority publishes, not its page.'
                : 'A line is NAME:value; one that goes on from the line before begins with a blank.',
          },
        ]),
      );
    }
    lines.push({ number, name: name.toUpperCase(), parameters: parametersOf(parameters), value, raw: line });
  }
  return ok(lines);
}

function parametersOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(PARAMETER)].map(([, name = '', value = '']) => [name.toUpperCase(), value.replaceAll('"', '')]),
  );
}
