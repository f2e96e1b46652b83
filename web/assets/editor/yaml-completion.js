/*
 * What may be written at a place of a YAML text, by the JSON Schema of programmes. Blocks only: nothing is offered within
 * { braces }, [brackets] or the lines of a text.
 */

const KEY = /^(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_.{}-][^:#"'{}[\]]*?))\s*:(?=\s|$)/;

/** The marks of one line: each "- " and the key that follows, with their columns. */
function marksOf(line) {
  const marks = [];
  let column = line.length - line.trimStart().length;
  let rest = line.slice(column);
  while (rest === '-' || rest.startsWith('- ')) {
    marks.push({ column, item: true });
    const after = rest.slice(1);
    column += 1 + (after.length - after.trimStart().length);
    rest = after.trimStart();
  }
  const key = KEY.exec(rest);
  const name = key === null ? undefined : (key[1] ?? key[2] ?? key[3]);
  if (key !== null) marks.push({ column, item: false, key: name, value: rest.slice(key[0].length).trim() });
  return { marks, column, rest };
}

/** Drops what a mark is not within. A list may stand as far left as its key. */
function climb(stack, { column, item }) {
  while (stack.length > 0) {
    const top = stack.at(-1);
    if (top.column > column || (top.column === column && (!item || top.item))) stack.pop();
    else return;
  }
}

/** The parts of a schema that may hold, once its alternatives are opened. */
function openedOf(schema) {
  if (schema === undefined || schema === true || schema === false) return [];
  return [schema, ...(schema.anyOf ?? []).flatMap(openedOf)];
}

/** What the schema says of the value of a key, or of an item of a list. */
function within(schemas, mark) {
  return schemas
    .flatMap(({ items, properties = {}, additionalProperties }) =>
      openedOf(mark.item ? items : Object.hasOwn(properties, mark.key) ? properties[mark.key] : additionalProperties),
    )
    .filter((schema) => schema !== undefined);
}

function typeOf({ type, anyOf, enum: values }) {
  if (values !== undefined) return values.join(' | ');
  return typeof type === 'string' ? type : anyOf === undefined ? '' : 'several forms';
}

function keysOf(schemas) {
  const found = new Map();
  for (const { properties = {}, required = [] } of schemas) {
    for (const [key, schema] of Object.entries(properties)) {
      if (found.has(key)) continue;
      const info = schema.description ?? openedOf(schema).find(({ description }) => description !== undefined)?.description;
      found.set(key, {
        label: key,
        apply: `${key}: `,
        type: 'property',
        detail: required.includes(key) ? 'required' : typeOf(schema),
        info,
      });
    }
  }
  return [...found.values()];
}

function valuesOf(schemas) {
  const values = schemas.flatMap((schema) => [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.type === 'boolean' ? [true, false] : []),
  ]);
  return [...new Set(values.map(String))].map((label) => ({ label, type: 'enum' }));
}

/**
 * What may be written at an offset of the text: from where what is typed there begins, and the choices. Null where nothing is known.
 */
export function completionsAt(schema, text, offset) {
  const before = text.slice(0, offset).split('\n');
  const current = before.pop() ?? '';
  if (/(?:^|\s)#/.test(current)) return null;
  const stack = [];
  let textUnder = -1;
  for (const line of before) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const indent = line.length - line.trimStart().length;
    if (textUnder >= 0 && indent > textUnder) continue;
    textUnder = -1;
    for (const mark of marksOf(line).marks) {
      climb(stack, mark);
      stack.push(mark);
      if (!mark.item && /^[|>]/.test(mark.value)) textUnder = mark.column;
    }
  }
  const indent = current.length - current.trimStart().length;
  if (textUnder >= 0 && (current.trim() === '' || indent > textUnder)) return null;
  const { marks, column, rest } = marksOf(current);
  for (const mark of marks) {
    climb(stack, mark);
    stack.push(mark);
  }
  const key = marks.at(-1);
  if (key !== undefined && !key.item) {
    if (/^[{["'|>]/.test(key.value)) return null;
    const options = valuesOf(stack.reduce(within, openedOf(schema)));
    return options.length === 0 ? null : { from: offset - key.value.length, options };
  }
  if (/[^\w.-]/.test(rest)) return null;
  // What is typed is a key, or an item of a list.
  climb(stack, { column, item: false });
  const here = stack.reduce(within, openedOf(schema));
  const options = [...keysOf(here), ...(key === undefined ? [] : valuesOf(here))];
  return options.length === 0 ? null : { from: offset - rest.length, options };
}
