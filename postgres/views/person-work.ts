import { clockStands } from './clock-stands.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { ITS_TODAY, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/** A role that somebody holds in a running deployment, with the work that waits for them there. */
export type PersonWork = {
  readonly reference: string;
  /** The name of the school or trust. */
  readonly subjectName: string;
  readonly programme: string;
  readonly role: string;
  /** Open steps that this role owns, alone or with others. */
  readonly openSteps: number;
  /** Those of them that must be done, whose due date has passed and whose clock runs. */
  readonly lateSteps: number;
  /** Those of them whose clock is stopped. */
  readonly stoppedSteps: number;
  readonly calls: number;
  readonly escalations: number;
};

/**
 * Whether a person takes part, or once took part, in a deployment that the reader may see. The scope's values begin at $2.
 */
export async function tookPartIn(db: Db, person: string, inScope: InScope): Promise<boolean> {
  const { rows } = await db.query<{ tookPart: boolean }>(
    `SELECT EXISTS (SELECT FROM deployment_parties held JOIN ${DEPLOYMENT_SOURCE} ON held.reference = d.reference
                    WHERE held.person = $1 AND ${inScope.sql}) AS "tookPart"`,
    [person, ...inScope.values],
  );
  return rows[0]?.tookPart ?? false;
}

/**
 * Everything that one person has in running deployments, as far as the reader may see it. The scope's values begin at
 * $2.
 */
export async function workOfPerson(db: Db, person: string, inScope: InScope): Promise<readonly PersonWork[]> {
  const { rows } = await db.query<PersonWork>(
    `SELECT d.reference, ${SUBJECT} AS "subjectName", d.programme, held.role,
            count(s.step)::int AS "openSteps",
            count(s.step) FILTER (WHERE NOT s.optional AND s.due_on < ${ITS_TODAY} AND NOT ${clockStands('s')})::int AS "lateSteps",
            count(s.step) FILTER (WHERE ${clockStands('s')})::int AS "stoppedSteps",
            (SELECT count(*)::int FROM call_tasks c WHERE c.reference = d.reference AND c.person = $1 AND c.closed_at IS NULL
               AND NOT ${clockStands('c')}) AS calls,
            (SELECT count(*)::int FROM escalations e WHERE e.reference = d.reference AND e.person = $1 AND e.closed_at IS NULL) AS escalations
     FROM deployment_parties held JOIN ${DEPLOYMENT_SOURCE} ON held.reference = d.reference
     LEFT JOIN steps s ON s.reference = d.reference AND s.state = 'open' AND (s.owner = held.role OR held.role = ANY (s.joint_owners))
     WHERE held.person = $1 AND held.until IS NULL AND d.status = 'running' AND ${inScope.sql}
     GROUP BY d.reference, trust.name, school.name, held.role ORDER BY d.reference, held.role`,
    [person, ...inScope.values],
  );
  return rows;
}
