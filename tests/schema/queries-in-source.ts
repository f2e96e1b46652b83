import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { PROJECT } from '../../embedded/folders.ts';

/** A call `db.query<Row>(sql)` of the product: its place, its SQL, and the columns that its type promises. */
export type TypedQuery = {
  readonly file: string;
  readonly line: number;
  readonly sql: string;
  /** The promised columns with the kinds of value that each may have; null when the type cannot be followed. */
  readonly columns: ReadonlyMap<string, Kinds> | null;
};

/**
 * "string", "number", "boolean" and "null" where the type says so directly; "other" for objects, lists and the like.
 */
export type Kinds = ReadonlySet<'string' | 'number' | 'boolean' | 'null' | 'other'>;

/** Thrown for a part of a query that is known only when it runs, while the check needs its text. */
class NotStatic extends Error {
  override readonly name = 'NotStatic';
}

type Node = { readonly type: string; readonly start: number; readonly [name: string]: unknown };
type Module = { readonly file: string; readonly source: string; readonly body: readonly Node[] };

const modules = new Map<string, Module>();

/** Every typed query in the product's own files. A query whose text is not static is returned as its `NotStatic`. */
export function typedQueries(): readonly (TypedQuery | { readonly file: string; readonly line: number; readonly notStatic: string })[] {
  return globSync('{postgres,desk,register,web,cli,worker}/**/*.ts', { cwd: PROJECT })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted()
    .flatMap((file) => {
      const module = moduleAt(file);
      return callsIn(module).map((call) => {
        const line = module.source.slice(0, call.start).split('\n').length;
        const [first, type] = [argumentOf(call), (call['typeArguments'] as { params: Node[] }).params[0]];
        try {
          const sql = textOf(first, module, new Map());
          return { file, line, sql, columns: type === undefined ? null : columnsOf(type, module) };
        } catch (error) {
          if (!(error instanceof NotStatic)) throw error;
          return { file, line, notStatic: error.message };
        }
      });
    });
}

function moduleAt(file: string): Module {
  const known = modules.get(file);
  if (known) return known;
  const source = readFileSync(join(PROJECT, file), 'utf8');
  const module = { file, source, body: parseSync(file, source).program.body as unknown as readonly Node[] };
  modules.set(file, module);
  return module;
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each);
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value) yield value as Node;
    for (const each of Object.values(value)) yield* nodesOf(each);
  }
}

function callsIn({ body }: Module): readonly Node[] {
  return [...nodesOf(body)].filter(({ type, callee, typeArguments }) => {
    const called = callee as { type?: string; property?: { name?: string } } | undefined;
    return type === 'CallExpression' && called?.type === 'MemberExpression' && called.property?.name === 'query' && typeArguments != null;
  });
}

/** The text of a query: the first argument, or `text` of an object. */
function argumentOf(call: Node): Node {
  const [first] = call['arguments'] as readonly Node[];
  if (first?.type !== 'ObjectExpression') return first as Node;
  const text = (first['properties'] as readonly Node[]).find(({ key }) => (key as { name?: string } | undefined)?.name === 'text');
  return text?.['value'] as Node;
}

/** The text that an expression evaluates to. Follows constants of other files, and functions that only join text. */
function textOf(node: Node, module: Module, bound: ReadonlyMap<string, string>): string {
  switch (node.type) {
    case 'Literal':
      return String(node['value']);
    case 'TemplateLiteral': {
      const quasis = node['quasis'] as readonly { value: { cooked: string } }[];
      const expressions = node['expressions'] as readonly Node[];
      return quasis
        .map(({ value }, at) => value.cooked + (expressions[at] === undefined ? '' : textOf(expressions[at], module, bound)))
        .join('');
    }
    case 'BinaryExpression':
      return `${textOf(node['left'] as Node, module, bound)}${textOf(node['right'] as Node, module, bound)}`;
    case 'ConditionalExpression':
      return textOf(node['consequent'] as Node, module, bound);
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return textOf(node['expression'] as Node, module, bound);
    case 'Identifier': {
      const name = String(node['name']);
      const given = bound.get(name);
      if (given !== undefined) return given;
      const { of, init } = constantOf(name, module);
      return textOf(init, of, new Map());
    }
    case 'MemberExpression': {
      // A condition of scope. Whatever rows it lets through, the columns are the same.
      if ((node['property'] as { name?: string }).name === 'sql') return 'true';
      // "$" and a parameter count. The number does not matter.
      if ((node['property'] as { name?: string }).name === 'length') return '';
      const object = node['object'] as Node;
      if (node['computed'] === true && object.type === 'Identifier' && (node['property'] as Node).type !== 'Literal') {
        const { of, init } = constantOf(String(object['name']), module);
        const [property] = (init['properties'] as readonly Node[] | undefined) ?? [];
        if (property) return textOf(property['value'] as Node, of, new Map());
      }
      // One of several parameter places: `places[0]`.
      if (node['computed'] === true && typeof (node['property'] as { value?: unknown }).value === 'number') return 'NULL';
      throw new NotStatic(module.source.slice(node.start, node['end'] as number));
    }
    case 'CallExpression': {
      const callee = node['callee'] as Node;
      // A parameter in a list that is built up. Any value will do.
      if (callee.type === 'MemberExpression' && (callee['property'] as { name?: string }).name === 'place') return 'NULL';
      if (isJoin(node, ' AND ')) return 'true';
      if (callee.type !== 'Identifier') break;
      const { of, init } = constantOf(String(callee['name']), module);
      const result = init.type === 'FunctionDeclaration' ? returnOf(init) : (init['body'] as Node | undefined);
      if (result === undefined || result.type === 'BlockStatement') break;
      const params = (init['params'] as readonly { name?: string }[]).map(({ name }) => name ?? '');
      const given = (node['arguments'] as readonly Node[]).map((each) => (isScope(each) ? '' : textOf(each, module, bound)));
      return textOf(result, of, new Map(params.map((name, at) => [name, given[at] ?? ''])));
    }
  }
  throw new NotStatic(module.source.slice(node.start, node['end'] as number));
}

/** Whether this is what somebody may see. A function of it chooses between texts, of which the first is taken. */
const isScope = ({ type, name }: Node): boolean => type === 'Identifier' && name === 'inScope';

/** Whether this joins conditions. Whatever rows they let through, the columns are the same. */
function isJoin(call: Node, by: string): boolean {
  const [separator] = call['arguments'] as readonly Node[];
  return (call['callee'] as { property?: { name?: string } }).property?.name === 'join' && separator?.['value'] === by;
}

function returnOf(declaration: Node): Node | undefined {
  const [only, ...more] = (declaration['body'] as { body: readonly Node[] }).body;
  return more.length === 0 && only?.type === 'ReturnStatement' ? (only['argument'] as Node) : undefined;
}

/** The definition of a name: a constant or function anywhere in the module, or in a module that it imports from. */
function constantOf(name: string, module: Module): { readonly of: Module; readonly init: Node } {
  for (const node of nodesOf(module.body)) {
    if (node.type === 'FunctionDeclaration' && (node['id'] as { name?: string } | null)?.name === name) return { of: module, init: node };
    if (node.type === 'VariableDeclarator' && (node['id'] as { name?: string }).name === name && node['init'] != null) {
      return { of: module, init: node['init'] as Node };
    }
    if (node.type !== 'ImportDeclaration' && !(node.type === 'ExportNamedDeclaration' && node['source'] != null)) continue;
    const imported = (node['specifiers'] as readonly { local: { name: string }; imported?: { name: string } }[]).find(
      ({ local }) => local.name === name,
    );
    const from = String((node['source'] as { value: string }).value);
    if (imported && from.startsWith('.')) return constantOf(imported.imported?.name ?? name, moduleAt(join(dirname(module.file), from)));
  }
  throw new NotStatic(`${name} of ${module.file}`);
}

function columnsOf(type: Node, module: Module): ReadonlyMap<string, Kinds> | null {
  switch (type.type) {
    case 'TSTypeLiteral':
      return new Map(
        (type['members'] as readonly Node[]).flatMap((member) => {
          const key = member['key'] as { name?: string; value?: string } | undefined;
          const annotation = (member['typeAnnotation'] as { typeAnnotation?: Node } | undefined)?.typeAnnotation;
          return member.type === 'TSPropertySignature' && key && annotation
            ? [[key.name ?? String(key.value), kindsOf(annotation, module)] as const]
            : [];
        }),
      );
    case 'TSIntersectionType': {
      const all = (type['types'] as readonly Node[]).map((each) => columnsOf(each, module));
      return all.some((each) => each === null) ? null : new Map(all.flatMap((each) => [...(each ?? [])]));
    }
    case 'TSUnionType': {
      // One query returns rows of several shapes. A column that one shape lacks is null there.
      const all = (type['types'] as readonly Node[]).map((each) => columnsOf(each, module));
      const merged = new Map<string, Kinds>();
      for (const [name, kinds] of all.flatMap((each) => [...(each ?? [])]))
        merged.set(name, new Set([...(merged.get(name) ?? []), ...kinds]));
      return all.some((each) => each === null) ? null : merged;
    }
    case 'TSParenthesizedType':
      return columnsOf(type['typeAnnotation'] as Node, module);
    case 'TSTypeReference': {
      const name = (type['typeName'] as { name?: string }).name ?? '';
      const params = (type['typeArguments'] as { params: readonly Node[] } | null)?.params ?? [];
      const [inner, keys] = params;
      if ((name === 'Pick' || name === 'Omit') && inner && keys) {
        const all = columnsOf(inner, module);
        const named = namesIn(keys);
        return all === null ? null : new Map([...all].filter(([key]) => named.has(key) === (name === 'Pick')));
      }
      if (name === 'Readonly' && inner) return columnsOf(inner, module);
      const found = typeNamed(name, module);
      return found === null ? null : columnsOf(found.type, found.of);
    }
    default:
      return null;
  }
}

function namesIn(keys: Node): ReadonlySet<string> {
  const types = keys.type === 'TSUnionType' ? (keys['types'] as readonly Node[]) : [keys];
  return new Set(types.map((each) => String((each['literal'] as { value?: unknown } | undefined)?.value)));
}

function typeNamed(name: string, module: Module): { readonly of: Module; readonly type: Node } | null {
  for (const node of nodesOf(module.body)) {
    if (node.type === 'TSTypeAliasDeclaration' && (node['id'] as { name: string }).name === name) {
      return { of: module, type: node['typeAnnotation'] as Node };
    }
    if (node.type !== 'ImportDeclaration') continue;
    const imported = (node['specifiers'] as readonly { local: { name: string }; imported?: { name: string } }[]).find(
      ({ local }) => local.name === name,
    );
    const from = String((node['source'] as { value: string }).value);
    if (imported && from.startsWith('.')) return typeNamed(imported.imported?.name ?? name, moduleAt(join(dirname(module.file), from)));
  }
  return null;
}

function kindsOf(type: Node, module: Module): Kinds {
  switch (type.type) {
    case 'TSStringKeyword':
    case 'TSTemplateLiteralType':
      return new Set(['string']);
    case 'TSNumberKeyword':
      return new Set(['number']);
    case 'TSBooleanKeyword':
      return new Set(['boolean']);
    case 'TSNullKeyword':
      return new Set(['null']);
    case 'TSLiteralType': {
      const value = (type['literal'] as { value?: unknown }).value;
      const kind = typeof value;
      return new Set([kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'other']);
    }
    case 'TSUnionType':
      return new Set((type['types'] as readonly Node[]).flatMap((each) => [...kindsOf(each, module)]));
    case 'TSParenthesizedType':
      return kindsOf(type['typeAnnotation'] as Node, module);
    case 'TSIntersectionType': {
      // A branded text: `string & { … }`.
      const parts = (type['types'] as readonly Node[]).map((each) => kindsOf(each, module));
      return parts.find((part) => !part.has('other')) ?? new Set(['other']);
    }
    case 'TSIndexedAccessType': {
      const name = String(((type['indexType'] as Node)['literal'] as { value?: unknown } | undefined)?.value);
      return columnsOf(type['objectType'] as Node, module)?.get(name) ?? UNKNOWN;
    }
    case 'TSTypeReference': {
      const found = typeNamed((type['typeName'] as { name?: string }).name ?? '', module);
      return found === null ? UNKNOWN : kindsOf(found.type, found.of);
    }
    default:
      return new Set(['other']);
  }
}

/** A type that cannot be followed may be anything. */
const UNKNOWN: Kinds = new Set(['string', 'number', 'boolean', 'null', 'other']);
