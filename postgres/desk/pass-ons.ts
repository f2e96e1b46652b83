import type { PersonId, RoleId } from '../../domain/programme.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
import { STAFF_ROLES } from '../access/staff-roles.ts';
import type { Db } from '../database.ts';
import { ITS_NOW } from '../views/place.ts';

/** Somebody who is asked names another to be asked in their place. */
export type PassOn = StepRef & {
  readonly reference: string;
  /** The role that passes to the other. */
  readonly role: RoleId;
  readonly person: PersonId;
  readonly name: string;
  readonly email: string;
  /** What the other does at the school or trust; '' when it was not said. */
  readonly job: string;
};

/** Keeps a request to pass on, dated by the clock of the deployment. Returns its id; null when one of this person waits already. */
export async function keepPassOn(db: Db, { reference, step, round, role, person, name, email, job }: PassOn): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO pass_ons (reference, step, round, role, person, name, email, job, asked_at)
     SELECT d.reference, $2, $3, $4, $5, $6, $7, $8, ${ITS_NOW} FROM deployments d WHERE d.reference = $1
     ON CONFLICT (reference, role, person) WHERE decided_at IS NULL DO NOTHING RETURNING id::text`,
    [reference, step, round, role, person, name, email, job],
  );
  return rows[0]?.id ?? null;
}

/** The request of somebody that waits for a decision; undefined when none does. */
export async function findWaitingPassOn(
  db: Db,
  { reference, role, person }: Pick<PassOn, 'reference' | 'role' | 'person'>,
): Promise<Pick<PassOn, 'name' | 'email'> | undefined> {
  const { rows } = await db.query<Pick<PassOn, 'name' | 'email'>>(
    'SELECT name, email FROM pass_ons WHERE reference = $1 AND role = $2 AND person = $3 AND decided_at IS NULL',
    [reference, role, person],
  );
  return rows[0];
}

/** Marks a request as decided. `by` is null where the programme lets it be at once. False when it was decided before. */
export async function settlePassOn(
  db: Db,
  id: string,
  { by, outcome, words }: { readonly by: PersonId | null; readonly outcome: 'passed-on' | 'refused'; readonly words: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE pass_ons SET decided_at = (SELECT ${ITS_NOW} FROM deployments d WHERE d.reference = pass_ons.reference),
            decided_by = $2, outcome = $3, words = $4
     WHERE id = $1::uuid AND decided_at IS NULL`,
    [id, by, outcome, words],
  );
  return rowCount === 1;
}

/** What is known of an address that somebody named, as far as it decides whether they may be asked. */
export type AddressStanding = {
  /** Whoever has the address; null when Chaser knows nobody by it. */
  readonly person: PersonId | null;
  readonly name: string | null;
  /** Whether they may sign in, or whether staff of the delivery partner or the Department have addresses in this domain and no school has. */
  readonly staff: boolean;
  /** Whether they hold the role now. */
  readonly holds: boolean;
  /** Whether they held the role in this deployment before, and were replaced. */
  readonly replaced: boolean;
  /** Whether the mail system refuses the address for good. */
  readonly refused: boolean;
  /**
   * The e-mail domains of those who hold, or held, the role here, and of the people of this school or trust. Not those that people of
   * another school or trust have too.
   */
  readonly domains: readonly string[];
};

/** What is known of an address, for one role of one deployment. */
export async function standingOfAddress(
  db: Db,
  { reference, role, email }: { readonly reference: string; readonly role: RoleId; readonly email: string },
): Promise<AddressStanding> {
  const { rows } = await db.query<AddressStanding>(
    `WITH domains AS (
       SELECT DISTINCT lower(split_part(p.email, '@', 2)) AS domain
       FROM deployments d
       JOIN people p ON p.id IN (SELECT held.person FROM deployment_parties held WHERE held.reference = d.reference AND held.role = $2)
                     OR p.id IN (SELECT r.person FROM person_roles r WHERE r.role = 'school' AND (r.urn = d.urn OR r.trust = d.trust))
       WHERE d.reference = $1
         AND NOT EXISTS (SELECT FROM people other JOIN person_roles r ON r.person = other.id AND r.role = 'school'
                         WHERE lower(split_part(other.email, '@', 2)) = lower(split_part(p.email, '@', 2))
                           AND (r.urn = d.urn OR r.trust = d.trust) IS NOT TRUE))
     SELECT found.id AS person, found.name,
            EXISTS (SELECT FROM people p JOIN person_roles r ON r.person = p.id AND r.role = ANY ($4)
                    WHERE p.id = found.id
                       OR lower(split_part(p.email, '@', 2)) = lower(split_part($3, '@', 2))
                          AND lower(split_part($3, '@', 2)) NOT IN (SELECT domain FROM domains)) AS staff,
            EXISTS (SELECT FROM deployment_parties held
                    WHERE held.reference = $1 AND held.role = $2 AND held.person = found.id AND held.until IS NULL) AS holds,
            EXISTS (SELECT FROM deployment_parties held
                    WHERE held.reference = $1 AND held.role = $2 AND held.person = found.id AND held.until IS NOT NULL) AS replaced,
            found.address_refused_at IS NOT NULL AS refused,
            (SELECT coalesce(jsonb_agg(domain ORDER BY domain), '[]') FROM domains WHERE domain <> '') AS domains
     FROM (SELECT 1) one LEFT JOIN people found ON lower(found.email) = lower($3)`,
    [reference, role, email, [...STAFF_ROLES]],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A query of one row answers one.');
  return row;
}
