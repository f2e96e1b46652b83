import type { EntryFieldDocument, FieldDocument } from './schema.ts';

/** The fields of a form, or of the entries of a group, by id. An entry's field has none of what only a form's own may say. */
export type FieldDocuments = Readonly<Record<string, FieldDocument | EntryFieldDocument>>;

/**
 * Where a field stands: its own list, and the form around it. For a field of the form both are the same. `facts` are those
 * of a deployment on which it may hang besides, each with its values.
 */
export type Around = {
  readonly beside: FieldDocuments;
  readonly form: FieldDocuments;
  readonly facts: Readonly<Record<string, readonly string[]>>;
};
