import { LineCounter, isAlias, isCollection, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import type { Finding, Path } from './finding.ts';

/** A YAML text that remembers where each of its values stands. */
export type YamlSource = {
  /** The text as plain JSON values; meaningless while there are findings. */
  readonly value: unknown;
  /** Faults of the YAML itself: indentation, duplicate keys, unclosed quotes. */
  readonly findings: readonly Finding[];
  readonly has: (path: Path) => boolean;
  /** A finding at a path, or at the nearest place around it that exists. */
  readonly finding: (path: Path, what: string, remedy: string, part?: 'key' | 'value') => Finding;
};

/** Reads YAML 1.2 and keeps the place of every value. Never throws on the content. */
export function readYaml(text: string, file: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const findingAt = (offset: number, what: string, remedy: string): Finding => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), what, remedy };
  };

  const findings = tellingFaults([...document.errors, ...document.warnings]).map((fault) => {
    const { what, remedy } = inPlainEnglish(fault);
    const opened = fault.code === 'MISSING_CHAR' ? startOfScalarAt(document, fault.pos[0]) : undefined;
    return findingAt(opened ?? fault.pos[0], what, remedy);
  });
  // What stands in place of bytes that are not UTF-8 would be sent in letters as it is.
  for (const { index } of text.matchAll(/\ufffd+/g)) {
    findings.push(findingAt(index, 'A character is not in UTF-8, or was lost', 'Type it again, and save the file in UTF-8.'));
  }
  // An alias and its value stand in different places, so a finding would have no one place to point at.
  visit(document, {
    Alias: (_, alias) => {
      const offset = alias.range?.[0] ?? 0;
      findings.push(findingAt(offset, `"*${alias.source}" repeats another part of the file`, 'Write it out here.'));
    },
  });

  return {
    value: findings.length === 0 ? (document.toJS() as unknown) : undefined,
    findings,
    has: (path) => locate(document.contents, path).found,
    finding: (path, what, remedy, part = 'value') => {
      const place = locate(document.contents, path);
      return findingAt(part === 'key' && place.found ? place.keyOffset : place.offset, what, remedy);
    },
  };
}

type Place = { readonly found: boolean; readonly offset: number; readonly keyOffset: number };

/** A scalar is located at its value; a map or list at its name. */
function locate(contents: unknown, path: Path): Place {
  let node = contents;
  let offset = startOf(node) ?? 0;
  let keyOffset = offset;
  for (const segment of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === segment);
      if (pair === undefined) return { found: false, offset, keyOffset };
      keyOffset = startOf(pair.key) ?? offset;
      offset = isCollection(pair.value) ? keyOffset : (startOf(pair.value) ?? keyOffset);
      node = pair.value;
    } else if (isSeq(node) && typeof segment === 'number' && segment < node.items.length) {
      node = node.items[segment];
      offset = startOf(node) ?? offset;
      keyOffset = offset;
    } else {
      return { found: false, offset, keyOffset };
    }
  }
  return { found: true, offset, keyOffset };
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/**
 * One mistake in the indentation causes a dozen further faults, so only the first is reported, or the tab that caused
 * it. Duplicate names are reported each.
 */
function tellingFaults(faults: readonly YAMLError[]): readonly YAMLError[] {
  const first = faults.find(({ code }) => code === 'TAB_AS_INDENT') ?? faults.find(({ code }) => code !== 'DUPLICATE_KEY');
  return first === undefined ? faults : [first];
}

/**
 * Where the text that is not closed at an offset begins: a missing quote is noticed at the end of the text and mended
 * at its beginning.
 */
function startOfScalarAt(document: Document, offset: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_, { range }) => {
      if (range && range[0] <= offset && offset <= range[2]) start = range[0];
    },
  });
  return start;
}

function inPlainEnglish({ code, message }: YAMLError): { readonly what: string; readonly remedy: string } {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { what: 'This name is written twice', remedy: 'Remove or rename one of the two.' };
    case 'TAB_AS_INDENT':
      return { what: 'A tab is used to indent', remedy: 'Indent with spaces.' };
    case 'BAD_INDENT':
      if (message.startsWith('Flow')) return { what: 'A bracket is not closed before this', remedy: 'Close it.' };
      return { what: 'The indentation changes here', remedy: 'Indent the entries of one list or map alike.' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        what: 'A second "name:" begins inside this value',
        remedy: 'Put text that holds ": " in quotes; or else correct the indentation of the next line.',
      };
    case 'MISSING_CHAR':
      return {
        what: `Something is not closed or not complete (${firstLine(message)})`,
        remedy: 'Close the quote or bracket; put a colon between a name and its value.',
      };
    case 'UNEXPECTED_TOKEN':
      return {
        what: 'Something follows a value that has ended',
        remedy: 'Put text that begins with a bracket, brace or quote in quotes, or after ">-" on a line of its own.',
      };
    case 'MULTIPLE_DOCS':
      return { what: 'A second document begins', remedy: 'Keep to one document in a file: remove "---" and the rest.' };
    default:
      return {
        what: `This is not valid YAML (${firstLine(message)})`,
        remedy: 'Compare it with the lines around it: indentation, colons, brackets. Put unusual text in quotes.',
      };
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
