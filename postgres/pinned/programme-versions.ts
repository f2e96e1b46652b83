import type { Programme } from '../../domain/programme.ts';
import type { KnownVersion, Reach, ReachChange } from '../../domain/reach.ts';
import type { Db } from '../database.ts';
import { PLACE } from '../views/place.ts';

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

/** What is kept under the version of a programme: nothing, this very document, or another one. */
export async function standsAs(db: Db, programme: Programme): Promise<'nothing' | 'the-same' | 'other'> {
  const { rows } = await db.query<{ same: boolean }>(
    'SELECT document::jsonb = $3::jsonb AS same FROM programmes WHERE id = $1 AND version = $2',
    [programme.id, programme.version, JSON.stringify(programme)],
  );
  const [found] = rows;
  return found === undefined ? 'nothing' : found.same ? 'the-same' : 'other';
}

/** What was decided when a version was published, beside the version itself. */
export type NewPublication = {
  /** Null: everywhere. Else the regions of a pilot. */
  readonly regions: readonly string[] | null;
  /** A contact id. */
  readonly by: string;
  readonly approvedBy: string | null;
  readonly because: string | null;
  /** The text as it was written; null where only the document is at hand. */
  readonly content: string | null;
};

/**
 * Publishes a version, or gives one that stands already another reach, and keeps the decision. Returns false when another document
 * already has that version.
 */
export async function insertVersion(db: Db, programme: Programme, publication: NewPublication): Promise<boolean> {
  const { regions, by, approvedBy, because, content } = publication;
  const { rows } = await db.query<{ same: boolean }>(
    `WITH published AS (
       INSERT INTO programmes (id, version, document, published_by, approved_by, content) VALUES ($1, $2, $3, $4, $5, $8)
       ON CONFLICT DO NOTHING RETURNING 1)
     , same AS (
       SELECT FROM published UNION ALL SELECT FROM programmes WHERE id = $1 AND version = $2 AND document::jsonb = $3::jsonb)
     , decided AS (
       INSERT INTO programme_reach (programme, version, regions, by_person, approved_by, because)
       SELECT $1, $2, $6::text[], $4, $5, $7 WHERE EXISTS (SELECT FROM same))
     SELECT EXISTS (SELECT FROM same) AS same`,
    [programme.id, programme.version, JSON.stringify(programme), by, approvedBy, regions, because, content],
  );
  return rows[0]?.same ?? false;
}

/** Withdraws a kept version: new deployments no longer begin with it. */
export async function insertWithdrawal(
  db: Db,
  {
    programme,
    version,
    by,
    because,
  }: { readonly programme: string; readonly version: number; readonly by: string; readonly because: string },
): Promise<void> {
  await db.query("INSERT INTO programme_reach (programme, version, regions, by_person, because) VALUES ($1, $2, '{}', $3, $4)", [
    programme,
    version,
    by,
    because,
  ]);
}

/** The advisory lock under which versions are withdrawn. */
const WITHDRAWING = 7_301_134;

/** Waits until nobody else is withdrawing a version, and keeps others waiting until the transaction ends. */
export async function lockWithdrawals(db: Db): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [WITHDRAWING]);
}

/** The kept versions of every programme, or of the named one, without their documents, and what was decided on their reach. */
export async function listKeptVersions(
  db: Db,
  only: string | null = null,
): Promise<readonly (KnownVersion & { readonly id: string; readonly changes: readonly ReachChange[] })[]> {
  const { rows } = await db.query<{ id: string; version: number; since: string | null; changes: KeptChange[] }>(
    `SELECT p.id, p.version, CASE WHEN p.published_by IS NOT NULL THEN p.published_at END AS since,
            coalesce((SELECT json_agg(json_build_object('regions', r.regions, 'at', r.at, 'number', r.id) ORDER BY r.id)
                      FROM programme_reach r WHERE r.programme = p.id AND r.version = p.version), '[]'::json) AS changes
     FROM programmes p WHERE $1::text IS NULL OR p.id = $1 ORDER BY p.id, p.version`,
    [only],
  );
  return rows.map(({ id, version, since, changes }) => ({
    id,
    version,
    since,
    changes: changes.map(({ regions, at }) => ({ version, reach: reachFrom(regions), at: new Date(at).toISOString() })),
  }));
}

type KeptChange = { readonly regions: readonly string[] | null; readonly at: string };

function reachFrom(regions: readonly string[] | null): Reach {
  if (regions === null) return 'everywhere';
  return regions.length === 0 ? 'nowhere' : regions;
}

/** The documents of these versions, in no order. */
export async function readVersions(
  db: Db,
  versions: readonly { readonly id: string; readonly version: number }[],
): Promise<readonly Programme[]> {
  const { rows } = await db.query<{ document: Programme }>(
    `SELECT document FROM programmes JOIN unnest($1::text[], $2::int[]) AS wanted (id, version) USING (id, version)`,
    [versions.map(({ id }) => id), versions.map(({ version }) => version)],
  );
  return rows.map(({ document }) => document);
}

/** One decision on the reach of a version, as people read it. */
export type ReachDecision = {
  readonly version: number;
  readonly reach: Reach;
  readonly at: string;
  /** The names of who decided, and of the second person; null where none was needed. */
  readonly by: string;
  readonly approvedBy: string | null;
  readonly because: string | null;
};

/** What was decided on the versions of a programme, the newest first. */
export async function listReachDecisions(db: Db, programme: string): Promise<readonly ReachDecision[]> {
  const { rows } = await db.query<Omit<ReachDecision, 'reach'> & { regions: readonly string[] | null }>(
    `SELECT r.version, r.regions, r.at, r.because, coalesce((SELECT name FROM people WHERE id = r.by_person), r.by_person) AS by,
            coalesce((SELECT name FROM people WHERE id = r.approved_by), r.approved_by) AS "approvedBy"
     FROM programme_reach r WHERE r.programme = $1 ORDER BY r.id DESC`,
    [programme],
  );
  return rows.map(({ regions, ...decision }) => ({ ...decision, reach: reachFrom(regions) }));
}

/** The text of a kept version as it was written: of its publication, or of the proposal that was approved. Null where none was kept. */
export async function readContent(db: Db, programme: string, version: number): Promise<string | null> {
  const { rows } = await db.query<{ content: string | null }>(
    `SELECT coalesce(p.content, (
       SELECT q.content FROM proposals q JOIN proposal_decisions d ON d.proposal = q.id
       WHERE q.kind = 'programme' AND d.decision = 'approved' AND coalesce(q.document -> 'programme', q.document)::jsonb = p.document::jsonb ORDER BY q.id DESC LIMIT 1)) AS content
     FROM programmes p WHERE p.id = $1 AND p.version = $2`,
    [programme, version],
  );
  return rows[0]?.content ?? null;
}

/** Running deployments of a programme in a region with one version, and starts of it that are prepared in a list and not carried out. */
export type Touched = {
  readonly running: readonly RunningWith[];
  readonly prepared: readonly PreparedWith[];
};
type RunningWith = { readonly region: string; readonly version: number; readonly count: number };
type PreparedWith = { readonly version: number; readonly count: number };

/** What a change of reach leaves as it is: the running deployments of a programme, and the starts that were looked at already. */
export async function readTouched(db: Db, programme: string): Promise<Touched> {
  const { rows: running } = await db.query<RunningWith>(
    `SELECT coalesce(school.region, '') AS region, d.programme_version AS version, count(*)::int AS count
     FROM deployments d ${PLACE} WHERE d.programme = $1 AND d.status = 'running' GROUP BY 1, 2 ORDER BY 1, 2`,
    [programme],
  );
  const { rows: prepared } = await db.query<PreparedWith>(
    `SELECT coalesce((line.given ->> 'version')::int, job.programme_version) AS version, count(*)::int AS count
     FROM many_jobs job JOIN many_lines line ON line.job = job.id
     WHERE job.kind = 'start' AND job.programme = $1 AND job.cancelled_at IS NULL AND line.state IN ('to-check', 'possible', 'waiting')
     GROUP BY 1 ORDER BY 1`,
    [programme],
  );
  return { running, prepared };
}
