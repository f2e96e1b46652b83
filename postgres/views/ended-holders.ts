import type { Subject } from '../../domain/chronology/events.ts';
import type { PersonId, RoleId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { countsOn } from './held-roles.ts';
import { ITS_TODAY } from './place.ts';

/** Somebody who holds a role in a running deployment, although the same role of theirs has ended by its date. */
export type EndedHolder = {
  readonly reference: string;
  readonly subject: Subject;
  readonly role: RoleId;
  readonly person: PersonId;
  readonly name: string;
  /** The last day on which they held it, YYYY-MM-DD. */
  readonly until: string;
  /** The day on the deployment's clock, in London. */
  readonly today: string;
  /** Everybody who holds the role in the deployment. */
  readonly holders: readonly PersonId[];
};

/**
 * Holders of roles in running deployments whose role of the register has ended on the deployment's day, by deployment. Somebody who
 * holds it elsewhere still, or who was named in the deployment without ever holding it, is not among them.
 */
export async function listEndedHolders(db: Db): Promise<readonly EndedHolder[]> {
  const { rows } = await db.query<EndedHolder>(
    `SELECT d.reference, CASE WHEN d.urn IS NULL THEN jsonb_build_object('kind', 'trust', 'trust', d.trust)
                              ELSE jsonb_build_object('kind', 'school', 'urn', d.urn) END AS subject,
            held.role, held.person, person.name, max(ended.until_on) AS until, clock.today,
            (SELECT array_agg(other.person ORDER BY other.person) FROM deployment_parties other
             WHERE other.reference = d.reference AND other.role = held.role AND other.until IS NULL) AS holders
     FROM deployment_parties held JOIN deployments d ON d.reference = held.reference JOIN people person ON person.id = held.person
       JOIN programmes programme ON programme.id = d.programme AND programme.version = d.programme_version
       CROSS JOIN LATERAL (SELECT coalesce(programme.document -> 'roles' -> held.role ->> 'heldBy', held.role) AS register_role) known
       JOIN person_roles ended ON ended.person = held.person AND ended.role = known.register_role
       CROSS JOIN LATERAL (SELECT ${ITS_TODAY} AS today) clock
     WHERE held.until IS NULL AND d.status = 'running' AND ended.until_on < clock.today
       AND held.person IN (SELECT dated.person FROM person_roles dated WHERE dated.until_on IS NOT NULL)
       AND NOT EXISTS (SELECT FROM person_roles still WHERE still.person = held.person AND still.role = known.register_role
                         AND ${countsOn('still', 'clock.today')})
     GROUP BY d.reference, d.urn, d.trust, held.role, held.person, person.name, clock.today ORDER BY d.reference, held.role, held.person`,
  );
  return rows;
}
