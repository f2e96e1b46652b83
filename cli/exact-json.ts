type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Both are part of JavaScript ("JSON.parse source text access") and of Node 24, not yet of TypeScript's library. */
const json = JSON as unknown as {
  readonly parse: (text: string, reviver: Reviver) => Readonly<Record<string, unknown>>;
  readonly rawJSON: (text: string) => unknown;
};

/**
 * The id of a parsed line as JSON again, null when there is none. A number that JavaScript cannot hold comes back as it
 * was written: 9007199254740993 stays 9007199254740993.
 */
export function exactJson(line: string, id: unknown): string {
  if (id === undefined) return 'null';
  const safe = typeof id === 'string' || typeof id === 'boolean' || id === null || Number.isSafeInteger(id);
  if (safe) return JSON.stringify(id);
  const exact = json.parse(line, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value,
  );
  return JSON.stringify(exact['id']);
}
