import type { Instant } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { NOW_SQL } from '../sandbox/clock.ts';

/** Whose draft it is, and of which programme. */
export type DraftKey = { readonly person: PersonId; readonly programme: string };

/** A programme that somebody is writing. */
export type ProgrammeDraft = {
  /** The version whose text it began with. */
  readonly beganFrom: number;
  readonly content: string;
  /** Counts up with each save. */
  readonly revision: number;
  readonly savedAt: Instant;
};

/** Begins a draft. One that is there already is left as it is. */
export async function beginDraft(
  db: Db,
  { person, programme }: DraftKey,
  { beganFrom, content }: Pick<ProgrammeDraft, 'beganFrom' | 'content'>,
): Promise<void> {
  await db.query(
    `INSERT INTO programme_drafts (person, programme, began_from, content, saved_at) VALUES ($1, $2, $3, $4, ${NOW_SQL}) ON CONFLICT DO NOTHING`,
    [person, programme, beganFrom, content],
  );
}

export async function findProgrammeDraft(db: Db, { person, programme }: DraftKey): Promise<ProgrammeDraft | undefined> {
  const { rows } = await db.query<ProgrammeDraft>(
    `SELECT began_from AS "beganFrom", content, revision, saved_at AS "savedAt" FROM programme_drafts WHERE person = $1 AND programme = $2`,
    [person, programme],
  );
  return rows[0];
}

/** Saves a text over the revision that was read. Null when another was saved since: nothing is changed then. */
export async function saveProgrammeDraft(
  db: Db,
  { person, programme }: DraftKey,
  { content, revision }: Pick<ProgrammeDraft, 'content' | 'revision'>,
): Promise<Pick<ProgrammeDraft, 'revision' | 'savedAt'> | null> {
  const { rows } = await db.query<Pick<ProgrammeDraft, 'revision' | 'savedAt'>>(
    `UPDATE programme_drafts SET content = $4, revision = revision + 1, saved_at = ${NOW_SQL}
     WHERE person = $1 AND programme = $2 AND revision = $3 RETURNING revision, saved_at AS "savedAt"`,
    [person, programme, revision, content],
  );
  return rows[0] ?? null;
}

/** Drops a draft. With `content`, only while it says just that. */
export async function discardDraft(db: Db, { person, programme }: DraftKey, content: string | null = null): Promise<void> {
  await db.query('DELETE FROM programme_drafts WHERE person = $1 AND programme = $2 AND ($3::text IS NULL OR content = $3)', [
    person,
    programme,
    content,
  ]);
}

/** Who else is writing a version of a programme, the last to save first. */
export async function listOtherDrafts(
  db: Db,
  { person, programme }: DraftKey,
): Promise<readonly { readonly name: string; readonly beganFrom: number; readonly savedAt: Instant }[]> {
  const { rows } = await db.query<{ name: string; beganFrom: number; savedAt: Instant }>(
    `SELECT people.name, d.began_from AS "beganFrom", d.saved_at AS "savedAt"
     FROM programme_drafts d JOIN people ON people.id = d.person WHERE d.programme = $2 AND d.person <> $1 ORDER BY d.saved_at DESC`,
    [person, programme],
  );
  return rows;
}
