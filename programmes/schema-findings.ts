import type * as z from 'zod';
import { readNumber } from '../domain/forms/typed-values.ts';
import type { Finding, Path } from './finding.ts';
import type { JsonSchema } from './schema.ts';
import { programmeJsonSchema } from './schema.ts';
import { suggestion } from './suggestion.ts';
import type { YamlSource } from './yaml-source.ts';

/** Turns what zod found into findings with a place and a remedy. The remedies are the schema's own descriptions. */
export function schemaFindings(error: z.ZodError, source: YamlSource, schema = programmeJsonSchema()): readonly Finding[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.filter((segment) => typeof segment !== 'symbol');
    const last = String(path.at(-1) ?? 'the file');
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) =>
          source.finding([...path, key], `"${key}" is not known here`, suggestion(key, namesAt(schema, path)), 'key'),
        );
      case 'invalid_key':
        return [source.finding(path, `"${last}" cannot be used as a name here`, nameRemedy(schema, path), 'key')];
      case 'invalid_union':
        return [deepest(issue, path, source, schema)];
      default:
        return [valueFinding(path, source, schema)];
    }
  });
}

/** In a choice between forms, the fault is reported inside the form that was meant: `{ at: 3, dayz: working }`. */
function deepest(issue: z.core.$ZodIssueInvalidUnion, path: Path, source: YamlSource, schema: JsonSchema): Finding {
  const inner = issue.errors
    .flat()
    .map((other) => [...path, ...other.path.filter((segment) => typeof segment !== 'symbol')])
    .find((inside) => inside.length > path.length);
  const unknown = issue.errors.flat().find((other) => other.code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys' && unknown.keys[0] !== undefined) {
    const [key] = unknown.keys;
    return source.finding([...path, key], `"${key}" is not known here`, suggestion(key, namesAt(schema, path)), 'key');
  }
  return valueFinding(inner ?? path, source, schema);
}

function valueFinding(path: Path, source: YamlSource, schema: JsonSchema): Finding {
  const last = String(path.at(-1) ?? 'the file');
  const meaning = schemaAt(schema, path)?.description;
  if (path.length > 0 && !source.has(path)) {
    return source.finding(path, `"${last}" is missing`, `Add ${last}${meaning ? ` (${meaning})` : ''}.`);
  }
  const written = valueAt(source.value, path);
  if (written === null || written === undefined) {
    return source.finding(path, `"${last}" is empty`, `Fill it in${meaning ? `: ${meaning}` : ''}.`);
  }
  const number = typeof written === 'string' && isNumeric(schemaAt(schema, path)) ? readNumber(written.replace(/^£\s*/, '')) : undefined;
  const remedy = number === undefined ? undefined : `Write ${number}.`;
  return source.finding(
    path,
    `"${last}" cannot be ${shown(written)}`,
    remedy ?? (meaning ? `It must be: ${meaning}.` : 'Compare it with a file that is clean.'),
  );
}

/** A number is expected here, however it was written. */
function isNumeric(schema: JsonSchema | undefined): boolean {
  return variants(schema).some(({ type }) => type === 'number' || type === 'integer');
}

function nameRemedy(schema: JsonSchema, path: Path): string {
  const names = variants(schemaAt(schema, path.slice(0, -1))).find((variant) => variant.propertyNames)?.propertyNames;
  return names?.description ? `It must be: ${names.description}.` : 'Choose another name.';
}

function namesAt(schema: JsonSchema, path: Path): readonly string[] {
  return variants(schemaAt(schema, path)).flatMap((variant) => Object.keys(variant.properties ?? {}));
}

function schemaAt(schema: JsonSchema, path: Path): JsonSchema | undefined {
  let at: JsonSchema | undefined = schema;
  for (const segment of path) {
    at = variants(at)
      .map((variant) => inside(variant, segment))
      .find((found) => found !== undefined);
  }
  return at;
}

function inside(schema: JsonSchema, segment: string | number): JsonSchema | undefined {
  if (typeof segment === 'number') return schema.items;
  if (schema.properties && Object.hasOwn(schema.properties, segment)) return schema.properties[segment];
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function variants(schema: JsonSchema | undefined): readonly JsonSchema[] {
  if (schema === undefined) return [];
  return schema.anyOf ? schema.anyOf.flatMap(variants) : [schema];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, segment) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[segment] : undefined),
    value,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
