import type { Programme } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** A version of a programme that was published, or kept when a deployment first began with it. */
export type KeptVersion = {
  readonly version: number;
  readonly publishedAt: string;
  /** The name of whoever published it; null for one that comes with Chaser. */
  readonly publishedBy: string | null;
  /** The name of the second person who approved it; null where none was needed. */
  readonly approvedBy: string | null;
  /** How many deployments run with it. */
  readonly running: number;
};

/** The kept versions of a programme, the newest first. */
export async function listVersions(db: Db, programme: string): Promise<readonly KeptVersion[]> {
  const { rows } = await db.query<KeptVersion>(
    `SELECT p.version, p.published_at AS "publishedAt", coalesce(who.name, p.published_by) AS "publishedBy",
            coalesce((SELECT name FROM people WHERE id = p.approved_by), p.approved_by) AS "approvedBy",
            (SELECT count(*)::int FROM deployments d
             WHERE d.programme = p.id AND d.programme_version = p.version AND d.status = 'running') AS running
     FROM programmes p LEFT JOIN people who ON who.id = p.published_by
     WHERE p.id = $1 ORDER BY p.version DESC`,
    [programme],
  );
  return rows;
}

/** The newest version of each kept programme, or of the named one only. */
export async function newestVersions(db: Db, only: string | null = null): Promise<readonly Programme[]> {
  const { rows } = await db.query<{ document: Programme }>(
    `SELECT DISTINCT ON (id) document FROM programmes WHERE $1::text IS NULL OR id = $1 ORDER BY id, version DESC`,
    [only],
  );
  return rows.map(({ document }) => document);
}

/** What is kept under the version of a programme: nothing, this very document, or another one. */
export async function standsAs(db: Db, programme: Programme): Promise<'nothing' | 'the-same' | 'other'> {
  const { rows } = await db.query<{ same: boolean }>(
    'SELECT document::jsonb = $3::jsonb AS same FROM programmes WHERE id = $1 AND version = $2',
    [programme.id, programme.version, JSON.stringify(programme)],
  );
  const [found] = rows;
  return found === undefined ? 'nothing' : found.same ? 'the-same' : 'other';
}

/**
 * Publishes a version. Returns false when another document already has that version. The same document again changes
 * nothing.
 */
export async function insertVersion(db: Db, programme: Programme, by: string, approvedBy: string | null = null): Promise<boolean> {
  const { rows } = await db.query<{ same: boolean }>(
    `WITH published AS (
       INSERT INTO programmes (id, version, document, published_by, approved_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1)
     SELECT EXISTS (SELECT FROM published) OR EXISTS (
       SELECT FROM programmes WHERE id = $1 AND version = $2 AND document::jsonb = $3::jsonb) AS same`,
    [programme.id, programme.version, JSON.stringify(programme), by, approvedBy],
  );
  return rows[0]?.same ?? false;
}
