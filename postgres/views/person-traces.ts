import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { REAL_TODAY } from './place.ts';

/** Everywhere one contact id is named now, and how much of the record names it. */
export type PersonTraces = {
  /** Running deployments in which they hold a role. */
  readonly running: number;
  /** Deployments that are over, and those in which they held a role that somebody else holds now. */
  readonly before: number;
  /** Links in letters that still lead to an open step. */
  readonly links: number;
  readonly calls: number;
  readonly escalations: number;
  /** Running deployments in which they stand in for somebody, or somebody for them, today or later. */
  readonly deputies: number;
  /** Answers that they have begun and not given. */
  readonly drafts: number;
  readonly watches: number;
  readonly views: number;
  readonly profile: boolean;
  /** Relationships with schools and trusts that stand. */
  readonly relationships: number;
  /** E-mails about deployments that were sent to them. */
  readonly letters: number;
  /** Notes on deployments and calls that they wrote. */
  readonly notes: number;
};

/** Where a contact id is named. */
export async function tracesOf(db: Db, person: PersonId): Promise<PersonTraces> {
  const { rows } = await db.query<PersonTraces>(
    `SELECT
       (SELECT count(DISTINCT d.reference)::int FROM deployment_parties held JOIN deployments d ON d.reference = held.reference
        WHERE held.person = $1 AND held.until IS NULL AND d.status = 'running') AS running,
       (SELECT count(DISTINCT held.reference)::int FROM deployment_parties held WHERE held.person = $1
          AND NOT EXISTS (SELECT FROM deployment_parties now JOIN deployments d ON d.reference = now.reference
                          WHERE now.reference = held.reference AND now.person = $1 AND now.until IS NULL AND d.status = 'running')) AS before,
       (SELECT count(*)::int FROM answer_links link JOIN steps s ON s.reference = link.reference AND s.step = link.step AND s.round = link.round
        JOIN deployments d ON d.reference = link.reference
        WHERE link.person = $1 AND link.revoked_at IS NULL AND s.state = 'open' AND d.status = 'running') AS links,
       (SELECT count(*)::int FROM call_tasks WHERE person = $1 AND closed_at IS NULL) AS calls,
       (SELECT count(*)::int FROM escalations WHERE person = $1 AND closed_at IS NULL) AS escalations,
       (SELECT count(*)::int FROM deputies JOIN deployments d ON d.reference = deputies.reference
        WHERE $1 IN (deputies.person, deputies.deputy) AND deputies.ended_at IS NULL AND deputies.to_on >= ${REAL_TODAY}
          AND d.status = 'running') AS deputies,
       (SELECT count(*)::int FROM answer_drafts draft JOIN steps s ON s.reference = draft.reference AND s.step = draft.step AND s.round = draft.round
        WHERE draft.person = $1 AND s.state = 'open') AS drafts,
       (SELECT count(*)::int FROM watches WHERE person = $1) AS watches,
       (SELECT count(*)::int FROM saved_views WHERE owner = $1) AS views,
       EXISTS (SELECT FROM leader_profiles WHERE leader = $1) AS profile,
       (SELECT count(*)::int FROM (SELECT DISTINCT ON (urn, trust, what) effect FROM leader_relationships
                                   WHERE leader = $1 ORDER BY urn, trust, what, id DESC) newest WHERE effect <> 'none') AS relationships,
       (SELECT count(*)::int FROM messages WHERE person = $1 AND state IN ('accepted', 'delivered')) AS letters,
       ((SELECT count(*) FROM deployment_notes WHERE by_person = $1) + (SELECT count(*) FROM call_notes WHERE by_person = $1))::int AS notes`,
    [person],
  );
  const [traces] = rows;
  if (traces === undefined) throw new Error('PostgreSQL gave no answer.');
  return traces;
}
