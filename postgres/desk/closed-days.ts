import type { PersonId } from '../../domain/programme.ts';
import type { Subject } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE, SUBJECT } from '../views/deployment-source.ts';
import type { InScope } from '../views/place.ts';

/** Days on which a school, or every school of a trust, is closed, as somebody there entered them. */
export type ClosedDays = {
  readonly id: number;
  /** The deployment from whose link they were entered. */
  readonly reference: string;
  readonly subject: Subject;
  readonly subjectName: string;
  readonly days: readonly PlainDate[];
  /** "INSET day" */
  readonly name: string;
  readonly person: PersonId;
  readonly personName: string;
  readonly at: string;
  /** Null until somebody decides. */
  readonly decision: 'accepted' | 'refused' | null;
  readonly decidedByName: string | null;
  readonly because: string | null;
};

const CLOSED_DAYS = `
  SELECT entered.id::int AS id, entered.reference,
         CASE WHEN entered.urn IS NULL THEN jsonb_build_object('kind', 'trust', 'trust', entered.trust)
              ELSE jsonb_build_object('kind', 'school', 'urn', entered.urn) END AS subject,
         ${SUBJECT} AS "subjectName", to_json(entered.days) AS days, entered.name, entered.person,
         coalesce((SELECT name FROM people WHERE id = entered.person), entered.person) AS "personName", entered.at, entered.decision,
         coalesce((SELECT name FROM people WHERE id = entered.decided_by), entered.decided_by) AS "decidedByName", entered.because
  FROM closed_days entered JOIN ${DEPLOYMENT_SOURCE} ON d.reference = entered.reference`;

/** Keeps days for a coordinator to decide on. Call it with those who enter days for the same subject kept waiting. Answers their number. */
export async function keepClosedDays(
  db: Db,
  { reference, subject, days, name, person }: Pick<ClosedDays, 'reference' | 'subject' | 'days' | 'name' | 'person'>,
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    'INSERT INTO closed_days (reference, urn, trust, days, name, person) VALUES ($1, $2, $3, $4::date[], $5, $6) RETURNING id::int AS id',
    [reference, subject.kind === 'school' ? subject.urn : null, subject.kind === 'trust' ? subject.trust : null, days, name, person],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL kept no days.');
  return row.id;
}

/** Lets one at a time enter or decide on days, until the transaction ends. */
export async function lockClosedDays(db: Db): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [7_301_151]);
}

/** What was entered for a school or trust, the newest first. */
export async function listClosedDaysOf(db: Db, subject: Subject): Promise<readonly ClosedDays[]> {
  const { rows } = await db.query<ClosedDays>(
    `${CLOSED_DAYS} WHERE entered.urn IS NOT DISTINCT FROM $1 AND entered.trust IS NOT DISTINCT FROM $2 ORDER BY entered.id DESC`,
    [subject.kind === 'school' ? subject.urn : null, subject.kind === 'trust' ? subject.trust : null],
  );
  return rows;
}

/** What waits for a decision in somebody's places, the oldest first. The scope's values begin at $1. */
export async function listOpenClosedDays(db: Db, inScope: InScope): Promise<readonly ClosedDays[]> {
  const { rows } = await db.query<ClosedDays>(`${CLOSED_DAYS} WHERE entered.decision IS NULL AND ${inScope.sql} ORDER BY entered.id`, [
    ...inScope.values,
  ]);
  return rows;
}

/** What was entered under a number, as far as the reader may see the deployment. The scope's values begin at $2. */
export async function findClosedDays(db: Db, id: number, inScope: InScope): Promise<ClosedDays | undefined> {
  const { rows } = await db.query<ClosedDays>(`${CLOSED_DAYS} WHERE entered.id = $1 AND ${inScope.sql}`, [id, ...inScope.values]);
  return rows[0];
}

/** Decides on days, once. False when somebody else has decided before. */
export async function decideClosedDays(
  db: Db,
  {
    id,
    decision,
    by,
    because,
  }: { readonly id: number; readonly decision: 'accepted' | 'refused'; readonly by: PersonId; readonly because: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE closed_days SET decision = $2, decided_by = $3, because = $4, decided_at = clock_timestamp() WHERE id = $1 AND decision IS NULL`,
    [id, decision, by, because],
  );
  return rowCount === 1;
}
