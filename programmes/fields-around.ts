import type { EntryFieldDocument, FieldDocument } from './schema.ts';

/**
 * The fields of a form, or of the entries of a group, by id. An entry's field lacks the properties that only a form's
 * own field may have.
 */
export type FieldDocuments = Readonly<Record<string, FieldDocument | EntryFieldDocument>>;

/**
 * Where a field stands: its own list, and the form around it. For a field of the form both are the same. `facts` are
 * the facts of a deployment on which it may also depend, each with its values.
 */
export type Around = {
  readonly beside: FieldDocuments;
  readonly form: FieldDocuments;
  readonly facts: Readonly<Record<string, readonly string[]>>;
  /** The facts that number fields of answers are kept as: a number may be limited by one. */
  readonly numbers: readonly string[];
};
