import type { Reason } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { readSequence } from '../postgres/views/reconcile.ts';
import type { Counted } from '../workflows/messages.ts';

export type PartedRefusal = Reason & { readonly kind: 'not-in-record' | 'engine-knows-nothing' };

const MEND = (reference: string) => `Whoever runs Chaser sees the difference, and puts it right, with: chaser reconcile ${reference}`;

/**
 * Null when everything that the engine counted is in the record, as it is by the time the engine replies. It is not when the record
 * was restored to an older moment than the engine: then the engine replies from memory to what is given a second time.
 */
export async function missingFromRecord(db: Db, reference: string, counted: Counted): Promise<PartedRefusal | null> {
  if ((await readSequence(db, reference)) >= counted.sequence) return null;
  return {
    kind: 'not-in-record',
    message: `The engine has counted this for ${reference} before, but the record does not have it: they are from different moments.`,
    remedy: MEND(reference),
  };
}

/** The record says that it is running, and the engine does not know it. Nothing is chased until that is mended. */
export function engineKnowsNothing(reference: string): PartedRefusal {
  return {
    kind: 'engine-knows-nothing',
    message: `Deployment ${reference} is running in the record, but the engine does not know it: nothing of it is chased, and nothing can be recorded.`,
    remedy: MEND(reference),
  };
}
