import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { ITS_NOW } from '../views/place.ts';

/** Whose draft it is, and of the answer to what. */
export type DraftKey = StepRef & { readonly reference: string; readonly person: PersonId };

/** A form as it was typed, by the names of its inputs. */
export type Draft = {
  readonly answer: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly savedAt: Instant;
};

/**
 * Saves what was typed so far, in place of what this person saved before. A form in which nothing was typed leaves no draft. Does
 * nothing when the step is not open: a step that closes takes its drafts with it, and the lock keeps the two apart.
 */
export async function saveDraft(db: Db, key: DraftKey, { answer, fields }: Omit<Draft, 'savedAt'>): Promise<void> {
  const { reference, step, round, person } = key;
  if (answer === null && Object.keys(fields).length === 0) {
    await db.query('DELETE FROM answer_drafts WHERE reference = $1 AND step = $2 AND round = $3 AND person = $4', [
      reference,
      step,
      round,
      person,
    ]);
    return;
  }
  await db.query(
    `INSERT INTO answer_drafts (reference, step, round, person, answer, fields, begun_at, saved_at)
     SELECT s.reference, s.step, s.round, $4, $5, $6, ${ITS_NOW}, ${NOW_SQL}
     FROM steps s JOIN deployments d ON d.reference = s.reference
     WHERE s.reference = $1 AND s.step = $2 AND s.round = $3 AND s.state = 'open' FOR SHARE OF s
     ON CONFLICT (reference, step, round, person)
     DO UPDATE SET answer = excluded.answer, fields = excluded.fields, saved_at = excluded.saved_at`,
    [reference, step, round, person, answer, JSON.stringify(fields)],
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

/** Deletes the drafts of a deployment for steps that are not open, and those of people who took part in it and no longer do. */
export async function forgetUselessDrafts(db: Db, reference: string): Promise<void> {
  await db.query(
    `DELETE FROM answer_drafts draft WHERE draft.reference = $1 AND (
       NOT EXISTS (SELECT FROM steps s WHERE s.reference = draft.reference AND s.step = draft.step AND s.round = draft.round AND s.state = 'open')
       OR (SELECT bool_and(held.until IS NOT NULL) FROM deployment_parties held
           WHERE held.reference = draft.reference AND held.person = draft.person))`,
    [reference],
  );
}

/** Somebody who has begun to answer a step and has not sent it. What they typed is nobody else’s to read. */
export type BegunBy = { readonly person: PersonId; readonly name: string; readonly begunAt: Instant };

/**
 * The owners of a step `s` who have begun to answer it, as JSON: the first to begin comes first. A draft of somebody who records the
 * answer of an owner is none of the owner’s.
 */
export const BEGUN = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('person', draft.person, 'name', beginner.name, 'begunAt', draft.begun_at)
                            ORDER BY draft.begun_at, draft.person), '[]')
  FROM answer_drafts draft JOIN people beginner ON beginner.id = draft.person
  WHERE draft.reference = s.reference AND draft.step = s.step AND draft.round = s.round AND s.state = 'open'
    AND EXISTS (SELECT FROM deployment_parties held WHERE held.reference = s.reference AND held.person = draft.person
                AND held.until IS NULL AND held.role = ANY (s.owner || s.joint_owners)))`;

/** The owners of each open step of a deployment who have begun to answer it. */
export async function listBegun(db: Db, reference: string): Promise<readonly (StepRef & { readonly begun: readonly BegunBy[] })[]> {
  const { rows } = await db.query<StepRef & { readonly begun: readonly BegunBy[] }>(
    `SELECT s.step, s.round, ${BEGUN} AS begun FROM steps s
     WHERE s.reference = $1 AND s.state = 'open' AND EXISTS (
       SELECT FROM answer_drafts draft WHERE draft.reference = s.reference AND draft.step = s.step AND draft.round = s.round)`,
    [reference],
  );
  return rows;
}
