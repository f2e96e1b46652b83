import { LineCounter, isCollection, isScalar, parseDocument, visit } from 'yaml';
import type { ZodError } from 'zod';
import type { Finding } from './finding.ts';

/** The way to a value inside a document: `['calendars', 0, 'terms', 3, 'ends']`. */
export type Path = readonly PropertyKey[];

/** A text of YAML or JSON (which is YAML too) that remembers where each of its values stands. */
export type Source = {
  /** The text as plain values; meaningless while there are findings. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** A finding at a path, or at the nearest thing around it that is there. */
  readonly finding: (path: Path, what: string, remedy: string) => Finding;
  /** What a schema found, each at its place; the remedy is what the schema says the value is to be. */
  readonly schemaFindings: (error: ZodError) => readonly Finding[];
};

/** Reads a text; `file` is the name that findings carry. Never throws on what is written there. */
export function readSource(text: string, file: string): Source {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const at = (offset: number, what: string, remedy: string): Finding => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), what, remedy };
  };
  const finding = (path: Path, what: string, remedy: string): Finding => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if ((isScalar(node) || isCollection(node)) && node.range) return at(node.range[0], what, remedy);
    }
    return at(0, what, remedy);
  };
  // One mistake in the indentation causes a dozen further faults, so only the first is reported.
  const [fault] = [...document.errors, ...document.warnings];
  const findings = fault
    ? [
        at(
          fault.pos[0],
          `This cannot be read (${fault.message})`,
          'Compare it with the lines around it: indentation, colons, brackets, quotes.',
        ),
      ]
    : [];
  visit(document, {
    Alias: (_, { range, source }) => {
      findings.push(at(range?.[0] ?? 0, `"*${source}" repeats another part of the file`, 'Write it out here.'));
    },
  });
  return {
    value: findings.length === 0 ? (document.toJS() as unknown) : undefined,
    findings,
    finding,
    schemaFindings: ({ issues }) =>
      issues.flatMap(({ path, message, ...issue }) => {
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => finding([...path, key], `${named([...path, key])} is not known here`, message));
        }
        const written = document.getIn(path);
        if (written === undefined) return finding(path, `${named(path)} is missing`, message);
        const shown = typeof written === 'object' ? 'is not as it should be' : `cannot be ${JSON.stringify(written)}`;
        return finding(path, `${named(path)} ${shown}`, message);
      }),
  };
}

function named(path: Path): string {
  return path.length === 0 ? 'The file' : `"${path.map(String).join('.')}"`;
}
