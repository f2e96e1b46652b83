import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** Whose draft it is, and of the answer to what. */
export type DraftKey = StepRef & { readonly reference: string; readonly person: PersonId };

/** A form as it was typed, by the names of its inputs. */
export type Draft = {
  readonly answer: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly savedAt: Instant;
};

/** Saves what was typed so far, in place of what was saved before. */
export async function saveDraft(db: Db, key: DraftKey, { answer, fields }: Omit<Draft, 'savedAt'>): Promise<void> {
  await db.query(
    `INSERT INTO answer_drafts (reference, step, round, person, answer, fields) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (reference, step, round, person)
     DO UPDATE SET answer = excluded.answer, fields = excluded.fields, saved_at = clock_timestamp()`,
    [key.reference, key.step, key.round, key.person, answer, JSON.stringify(fields)],
  );
}

/** What was typed so far. Undefined when nothing was saved. */
export async function findDraft(db: Db, { reference, step, round, person }: DraftKey): Promise<Draft | undefined> {
  const { rows } = await db.query<Draft>(
    `SELECT answer, fields, saved_at AS "savedAt" FROM answer_drafts WHERE reference = $1 AND step = $2 AND round = $3 AND person = $4`,
    [reference, step, round, person],
  );
  return rows[0];
}

/** Deletes everybody's drafts for a step that has been answered. */
export async function forgetDrafts(db: Db, { reference, step, round }: Omit<DraftKey, 'person'>): Promise<void> {
  await db.query('DELETE FROM answer_drafts WHERE reference = $1 AND step = $2 AND round = $3', [reference, step, round]);
}
