import type { Instant } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import { ITS_NOW } from '../views/place.ts';

export type DeploymentNote = {
  readonly reference: string;
  /** A contact id. */
  readonly by: string;
  readonly words: string;
  /** A UUID that names the note: the same note sent twice is kept once. */
  readonly onceAs: string;
};

/** Keeps a note, dated by the clock of its deployment. Returns false, and keeps nothing, when there is no such deployment. */
export async function keepDeploymentNote(db: Db, { reference, by, words, onceAs }: DeploymentNote): Promise<boolean> {
  const { rows } = await db.query<{ reference: string }>(
    `WITH found AS (SELECT d.reference, ${ITS_NOW} AS its_now FROM deployments d WHERE d.reference = $1),
          kept AS (INSERT INTO deployment_notes (once_as, reference, by_person, words, at)
                   SELECT $2::uuid, reference, $3, $4, its_now FROM found ON CONFLICT (once_as) DO NOTHING)
     SELECT reference FROM found`,
    [reference, onceAs, by, words],
  );
  return rows.length > 0;
}

export type DeploymentNoteLine = {
  /** The name of whoever wrote it; their contact id when nobody is known by it. */
  readonly by: string;
  readonly words: string;
  readonly at: Instant;
};

/** The notes of a deployment, the newest first. */
export async function listDeploymentNotes(db: Db, reference: string): Promise<readonly DeploymentNoteLine[]> {
  const { rows } = await db.query<DeploymentNoteLine>(
    `SELECT coalesce(p.name, n.by_person) AS by, n.words, n.at
     FROM deployment_notes n LEFT JOIN people p ON p.id = n.by_person WHERE n.reference = $1 ORDER BY n.id DESC`,
    [reference],
  );
  return rows;
}
