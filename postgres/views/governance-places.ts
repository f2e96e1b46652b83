import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';

/** The deployments of National Leaders of Governance that a region may have in a programme, and has. */
export type GovernancePlaces = {
  readonly programme: string;
  readonly region: string;
  /** Null: nobody has said how many. */
  readonly places: number | null;
  /** Reviews that run, and those that were completed. */
  readonly used: number;
  /** Those of them that run now. */
  readonly running: number;
  /** Who said how many, why and when; null where nobody has. */
  readonly by: string | null;
  readonly because: string | null;
  readonly at: string | null;
};

/**
 * Every programme and region of which it is said how many places there are, or in which some are used. A place is used from the day on
 * which the regional team agrees, which opens the step `governance-review`, and stays used when the review is answered as `completed`. It
 * is free again when there is to be no review, and when the deployment ends before the review.
 */
export async function listGovernancePlaces(db: Db): Promise<readonly GovernancePlaces[]> {
  const { rows } = await db.query<GovernancePlaces>(
    `WITH counted AS (
       SELECT d.programme, coalesce(school.region, '') AS region, count(*)::int AS used,
              count(*) FILTER (WHERE review.state = 'open')::int AS running
       FROM ${DEPLOYMENT_SOURCE}
       JOIN (SELECT DISTINCT ON (s.reference) s.reference, s.state, s.answer FROM steps s WHERE s.step = 'governance-review'
             ORDER BY s.reference, s.round DESC) review ON review.reference = d.reference
         AND ((review.state = 'open' AND d.status = 'running') OR (review.state = 'answered' AND review.answer = 'completed'))
       GROUP BY 1, 2),
     said AS (
       SELECT DISTINCT ON (programme, region) programme, region, places, because, by_person, at
       FROM governance_places ORDER BY programme, region, id DESC)
     SELECT coalesce(said.programme, counted.programme) AS programme, coalesce(said.region, counted.region) AS region, said.places,
            coalesce(counted.used, 0) AS used, coalesce(counted.running, 0) AS running,
            coalesce(p.name, said.by_person) AS by, said.because, said.at
     FROM said FULL JOIN counted ON counted.programme = said.programme AND counted.region = said.region
     LEFT JOIN people p ON p.id = said.by_person
     ORDER BY 1, 2`,
  );
  return rows;
}

/** Says how many places a region has in a programme. What was said before stays on record. */
export async function setGovernancePlaces(
  db: Db,
  line: { readonly programme: string; readonly region: string; readonly places: number; readonly because: string; readonly by: string },
): Promise<void> {
  await db.query('INSERT INTO governance_places (programme, region, places, because, by_person) VALUES ($1, $2, $3, $4, $5)', [
    line.programme,
    line.region,
    line.places,
    line.because,
    line.by,
  ]);
}
