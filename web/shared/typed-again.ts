/** What somebody sent: every field, to be sent again, and their own texts, to be read. */
export type Typed = {
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly words: readonly string[];
};

/**
 * Reads a form's body. Every field is sent again. A value with a space in it was written by somebody, so it is shown;
 * codes, dates and choices have none.
 */
export function typedIn(body: unknown): Typed {
  const given = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const values = given.flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => ({ name, value: one })),
  );
  const fields = values.flatMap(({ name, value }) => (typeof value === 'string' ? [{ name, value }] : []));
  return { fields, words: wordsIn(fields) };
}

/** What somebody wrote in a form: the values with a space in them. */
export function wordsIn(fields: Typed['fields']): readonly string[] {
  return fields.map(({ value }) => value.trim()).filter((value) => /\s/.test(value));
}
