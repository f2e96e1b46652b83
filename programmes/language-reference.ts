import type { JsonSchema } from './schema.ts';

/** The parts of JSON Schema that the reference reads, beyond those that findings read. */
type Node = JsonSchema & {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
};

/** How the page of a language begins. */
export type ReferencePage = { readonly title: string; readonly intro: string };

const PROGRAMMES: ReferencePage = {
  title: 'The language of programmes',
  intro:
    'Every key that a programme’s file may hold. This page is made from the schema that also checks the files (`node programmes/write-json-schema.ts`); do not edit it. [How to write a programme](programmes.md) comes first.',
};

type Section = { readonly heading: string; readonly node: Node };

const LARGEST = 1e9;

/**
 * The reference of a language of files, that of programmes unless told otherwise, as Markdown, made from the JSON Schema. It has one section for each kind of
 * object in a file: every key with what it holds, whether it is required, and its default.
 */
export function languageReference(schema: JsonSchema, { title, intro }: ReferencePage = PROGRAMMES): string {
  const lines = [`# ${title}`, '', intro];
  for (const { heading, node } of sectionsOf(schema)) {
    lines.push('', `## ${heading}`, '');
    if (node.description) lines.push(`${inCells(node.description)}.`, '');
    lines.push('| Key | What it holds | Kind | Left out |', '| --- | --- | --- | --- |');
    for (const [key, value] of Object.entries(node.properties ?? {}) as readonly (readonly [string, Node])[]) {
      lines.push(`| \`${key}\` | ${inCells(whatItHolds(value))} | ${inCells(kindOf(value))} | ${inCells(whenLeftOut(node, key, value))} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The file itself and every kind of object inside it, each once, in the order in which a reader meets them. */
function sectionsOf(root: Node): readonly Section[] {
  const sections: Section[] = [];
  const seen = new Set<string>();
  const visit = (heading: string, node: Node): void => {
    const key = JSON.stringify(node.properties);
    if (seen.has(key)) return;
    seen.add(key);
    sections.push({ heading, node });
    for (const [name, value] of Object.entries(node.properties ?? {}) as readonly (readonly [string, Node])[]) {
      for (const inner of objectsIn(value)) visit(`${heading === 'The file' ? '' : `${heading}: `}\`${name}\``, inner);
    }
  };
  visit('The file', root);
  return sections;
}

/** The objects with keys of their own that a value may be, or may hold. */
function objectsIn(node: Node): readonly Node[] {
  if (node.properties !== undefined) return [node];
  const inner = [node.items, ...(node.anyOf ?? []), node.additionalProperties].filter((one): one is JsonSchema => typeof one === 'object');
  return inner.flatMap((one) => objectsIn(one as Node));
}

function whatItHolds(node: Node): string {
  return node.description ?? node.items?.description ?? '';
}

function kindOf(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.anyOf) return [...new Set(node.anyOf.map((one) => kindOf(one as Node)))].join(' or ');
  switch (node.type) {
    case 'array':
      return `list of ${kindOf(node.items ?? {})}`;
    case 'object':
      return node.properties ? 'keys, see below' : `by name: ${kindOf((node.additionalProperties ?? {}) as Node)}`;
    case 'integer':
    case 'number':
      return [node.type === 'integer' ? 'whole number' : 'number', ...limits(node)].join(' ');
    case 'boolean':
      return '`true` or `false`';
    default:
      return 'text';
  }
}

function limits({ minimum, maximum }: Node): readonly string[] {
  const near = (limit: number | undefined): limit is number => limit !== undefined && Math.abs(limit) < LARGEST;
  if (near(minimum) && near(maximum)) return [`from ${minimum} to ${maximum}`];
  return near(minimum) ? [`from ${minimum}`] : [];
}

function whenLeftOut(around: Node, key: string, node: Node): string {
  if (node.default !== undefined) {
    const empty = JSON.stringify(node.default) === '[]' || JSON.stringify(node.default) === '{}';
    return empty ? 'none' : `\`${JSON.stringify(node.default)}\``;
  }
  return around.required?.includes(key) ? '**must be there**' : 'may be left out';
}

/** Text that stands in a cell of a table. */
function inCells(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
