import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { PROJECT } from '../../embedded/folders.ts';

/** Words that somebody reads on a page, in a letter, in an error or on the command line, and where they are written. */
export type SeenWords = { readonly file: string; readonly line: number; readonly words: string };

type Node = { readonly type: string; readonly start: number; readonly [name: string]: unknown };

/** The rooms whose strings people see. What is left out keeps time or starts servers. */
const CODE =
  '{activities,calendars,cli,config,desk,domain,embedded,fieldwork,inbox,letters,mail,outputs,postgres,programmes,register,rehearsal,surveys,web,worker,workflows}/**/*.ts';
/** What PostgreSQL reads, and nobody else. */
const QUERY =
  /\b(?:SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE|GRANT|REVOKE|LOCK TABLE|ANALYZE|FROM|WHERE|JOIN|ORDER BY|NULLS LAST|NOT NULL|IS NULL|NOT IN|CASE WHEN|AT TIME ZONE)\b|\bIN \('|::\w/v;
const TEMPLATES = '{web,mail}/**/*.njk';
const PROGRAMMES = 'programmes/*.yaml';

/**
 * Everything that people see, in the order of files and lines. A value that is known only when the words are shown stands as its
 * expression in braces: `Due {dueDate}`. Two words or more count as words; in templates one does, for a template holds nothing else.
 */
export function seenWords(): readonly SeenWords[] {
  const files = (pattern: string) =>
    globSync(pattern, { cwd: PROJECT })
      .filter((file) => !file.endsWith('.test.ts'))
      .toSorted();
  return [
    ...files(CODE).flatMap((file) => inCode(file, read(file))),
    ...files(TEMPLATES).flatMap((file) => inTemplate(file, read(file))),
    ...files(PROGRAMMES).flatMap((file) => inProgramme(file, read(file))),
  ];
}

/** The strings of a TypeScript file that hold a sentence or a phrase. */
export function inCode(file: string, source: string): readonly SeenWords[] {
  const found: SeenWords[] = [];
  const at = (start: number) => source.slice(0, start).split('\n').length;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (value === null || typeof value !== 'object') return undefined;
    const node = value as Node;
    // Types, and the paths of imports, are nobody's reading.
    if (/^TS(?!AsExpression|SatisfiesExpression|NonNull)/v.test(node.type) || node.type === 'ImportDeclaration') return undefined;
    const text = textOf(node, source);
    if (text === null) return Object.values(node).forEach(visit);
    if (/\p{L}{2}.*\s.*\p{L}/v.test(text.replaceAll('\n', ' ')) && !QUERY.test(text))
      found.push({ file, line: at(node.start), words: tidied(text) });
    // What stands in the braces of a template may hold words of its own.
    if (node.type === 'TemplateLiteral') visit(node['expressions']);
    return undefined;
  };
  visit(parseSync(file, source).program.body);
  return found;
}

/** A string, a template or strings put together with "+", as it reads; null for anything else. */
function textOf(node: Node, source: string): string | null {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type === 'TemplateLiteral') {
    const [quasis, expressions] = [node['quasis'], node['expressions']] as [
      { value: { cooked: string } }[],
      { start: number; end: number }[],
    ];
    return quasis
      .map(({ value }, at) => {
        const filled = expressions[at];
        return value.cooked + (filled === undefined ? '' : `{${source.slice(filled.start, filled.end)}}`);
      })
      .join('');
  }
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return null;
  const [left, right] = [textOf(node['left'] as Node, source), textOf(node['right'] as Node, source)];
  return left === null || right === null ? null : left + right;
}

/** The text of a template between its tags, and the phrases that it hands to macros. */
export function inTemplate(file: string, source: string): readonly SeenWords[] {
  const found: SeenWords[] = [];
  const add = (start: number, words: string) => {
    if (/\p{L}/v.test(words)) found.push({ file, line: source.slice(0, start).split('\n').length, words: tidied(words) });
  };
  // Of the same length as before, so that a place in it is a place in the file.
  const blank = (text: string) => text.replaceAll(/[^\n]/gv, ' ');
  const bare = source.replaceAll(/\{#[\s\S]*?#\}|<!--[\s\S]*?-->|<style[\s\S]*?<\/style>/gv, blank);
  for (const { 0: block, index } of bare.matchAll(/\{[%\{][\s\S]*?[%\}]\}/gv)) {
    for (const { 1: single, 2: double, index: within } of block.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gv)) {
      const words = single ?? double ?? '';
      if (/\p{L}{2}.*\s.*\p{L}|^\p{Lu}\p{Ll}+$/v.test(words)) add(index + within, words);
    }
  }
  for (const { 1: label, index } of bare.matchAll(/\s(?:aria-label|title|alt|placeholder)="([^"]*)"/gv)) add(index, label ?? '');
  const text = bare
    .replaceAll(/\{%[\s\S]*?%\}/gv, (block) => `\uE000${blank(block).slice(1)}`)
    .replaceAll(/<\/?(?:a|abbr|b|code|em|i|kbd|span|strong|time)\b[^>]*>/gv, blank)
    .replaceAll(/<[^>]*>/gv, (tag) => `\uE000${blank(tag).slice(1)}`);
  for (const { 0: words, index } of text.matchAll(/[^\uE000]+/gv)) {
    for (const paragraph of words.matchAll(/(?:[^\n]|\n(?!\s*\n))+/gv)) {
      if (/\p{L}/v.test(paragraph[0].replaceAll(/\{\{[\s\S]*?\}\}/gv, ''))) {
        add(index + paragraph.index + paragraph[0].search(/\S/v), paragraph[0].replaceAll(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/gv, '{$1}'));
      }
    }
  }
  return found.toSorted((a, b) => a.line - b.line);
}

/** What a programme says to people: everything but its own names, numbers and comments. */
export function inProgramme(file: string, source: string): readonly SeenWords[] {
  return source.split('\n').flatMap((line, at) => {
    const words = line.replace(/^\s*(?:- )?(?:[a-zA-Z\-]+:\s*)?/v, '').replace(/^['"](.*)['"]$/v, '$1');
    return !/^\s*#/v.test(line) && /\p{L}{2}.*\s.*\p{L}/v.test(words) && !/^[\[\{]/v.test(words) ? [{ file, line: at + 1, words }] : [];
  });
}

function read(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

function tidied(words: string): string {
  return words.replaceAll(/\s+/gv, ' ').trim();
}
