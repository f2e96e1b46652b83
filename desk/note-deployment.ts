import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { plainLines, showsNothing } from '../domain/unseen-characters.ts';
import type { Db } from '../postgres/database.ts';
import { keepDeploymentNote } from '../postgres/desk/deployment-notes.ts';

/** Two pages of a letter. What is longer belongs in a document of its own. */
export const LONGEST_DEPLOYMENT_NOTE = 4_000;

export type NoteRefusal = Reason & { readonly kind: 'no-words' | 'too-long' | 'unknown-deployment' };

/**
 * Writes a note on a deployment: who, when (by the clock of the deployment) and what. It is never changed or taken away. Everybody
 * who may see the deployment reads it, and no e-mail says it. `onceAs`, a UUID, names it: the same note sent twice is kept once.
 * Refused when it says nothing, is too long, or there is no such deployment.
 */
export async function noteDeployment(
  db: Db,
  { reference, by, words }: { readonly reference: string; readonly by: string; readonly words: string },
  onceAs: string = crypto.randomUUID(),
): Promise<Result<null, NoteRefusal>> {
  const text = plainLines(words);
  if (showsNothing(text)) return refused({ kind: 'no-words', message: 'The note is empty.', remedy: 'Enter the note' });
  if (text.length > LONGEST_DEPLOYMENT_NOTE) {
    return refused({
      kind: 'too-long',
      message: `The note has ${text.length} characters, and may have ${LONGEST_DEPLOYMENT_NOTE}.`,
      remedy: `The note must be ${LONGEST_DEPLOYMENT_NOTE.toLocaleString('en-GB')} characters or fewer`,
    });
  }
  if (await keepDeploymentNote(db, { reference, by, words: text, onceAs })) return ok(null);
  return refused({
    kind: 'unknown-deployment',
    message: `There is no deployment "${reference}".`,
    remedy: 'See the references with: chaser list',
  });
}
