import type { LeaderProfile } from '../../domain/matching/profile.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { countsToday } from './held-roles.ts';

/** A system leader with the newest line of what is known of them. */
export type LeaderLine = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly profile: LeaderProfile;
  readonly addressRefused: boolean;
  readonly homeTrustName: string | null;
  /** Those of their home schools that the register has. */
  readonly homes: readonly {
    readonly urn: string;
    readonly name: string;
    readonly trust: string | null;
    readonly easting: number | null;
    readonly northing: number | null;
  }[];
};

/**
 * Whether `home` is one of the home schools of the profile `newest`. As an array, so that each is found by its number: asking every school
 * of the register whether it is among them takes seconds.
 */
export const IS_HOME = "home.urn = ANY (ARRAY(SELECT jsonb_array_elements_text(newest.profile -> 'homeSchools')))";

const LEADERS = `
  SELECT p.id, p.name, p.email, newest.profile, p.address_refused_at IS NOT NULL AS "addressRefused",
         (SELECT name FROM trusts WHERE trusts.id = newest.profile ->> 'homeTrust') AS "homeTrustName",
         coalesce((SELECT jsonb_agg(jsonb_build_object('urn', home.urn, 'name', home.name, 'trust', home.trust,
                                                       'easting', home.easting, 'northing', home.northing) ORDER BY home.urn)
                   FROM schools home WHERE ${IS_HOME}), '[]') AS homes
  FROM (SELECT DISTINCT ON (leader) leader, profile FROM leader_profiles ORDER BY leader, id DESC) newest
  JOIN people p ON p.id = newest.leader AND p.merged_into IS NULL`;

/** Every system leader of whom a profile is known, by name. */
export async function listLeaders(db: Db): Promise<readonly LeaderLine[]> {
  const { rows } = await db.query<LeaderLine>(`${LEADERS} ORDER BY p.name, p.id`);
  return rows;
}

export async function findLeader(db: Db, id: string): Promise<LeaderLine | undefined> {
  const { rows } = await db.query<LeaderLine>(`${LEADERS} WHERE p.id = $1`, [id]);
  return rows[0];
}

export type ProfileChange = {
  readonly profile: LeaderProfile;
  /** Null when a file gave it. */
  readonly by: string | null;
  readonly because: string;
  readonly at: string;
};

/** What was known of a leader, the newest first. */
export async function listProfileChanges(db: Db, leader: string): Promise<readonly ProfileChange[]> {
  const { rows } = await db.query<ProfileChange>(
    `SELECT line.profile, coalesce(p.name, line.by_person) AS by, line.because, line.at
     FROM leader_profiles line LEFT JOIN people p ON p.id = line.by_person WHERE line.leader = $1 ORDER BY line.id DESC`,
    [leader],
  );
  return rows;
}

/** Adds what is known of leaders now. What was known before stays. */
export async function addProfiles(
  db: Db,
  profiles: readonly { readonly leader: string; readonly profile: LeaderProfile }[],
  { by, because }: { readonly by: string | null; readonly because: string },
): Promise<void> {
  await db.query(
    `INSERT INTO leader_profiles (leader, profile, by_person, because)
     SELECT leader, profile, $3, $4 FROM unnest($1::text[], $2::jsonb[]) AS given (leader, profile)`,
    [profiles.map(({ leader }) => leader), profiles.map(({ profile }) => JSON.stringify(profile)), by, because],
  );
}

export type Effect = 'bars' | 'warns' | 'favours' | 'none';

export type RelationshipLine = {
  readonly leader: string;
  readonly urn: string;
  readonly trust: string;
  /** The name of the school or trust; its number where the register does not have it. */
  readonly subject: string;
  readonly effect: Effect;
  readonly what: string;
  readonly by: string;
  readonly on: PlainDate;
};

const RELATIONSHIPS = `
  SELECT line.leader, line.urn, line.trust, coalesce(school.name, trust.name, line.urn || line.trust) AS subject,
         line.effect, line.what, coalesce(p.name, line.by_person) AS by, (line.at AT TIME ZONE 'Europe/London')::date AS "on"
  FROM leader_relationships line LEFT JOIN people p ON p.id = line.by_person
  LEFT JOIN schools school ON school.urn = line.urn LEFT JOIN trusts trust ON trust.id = line.trust`;

/** Everything that was declared of a leader, the newest first. */
export async function listRelationshipsOf(db: Db, leader: string): Promise<readonly RelationshipLine[]> {
  const { rows } = await db.query<RelationshipLine>(`${RELATIONSHIPS} WHERE line.leader = $1 ORDER BY line.id DESC`, [leader]);
  return rows;
}

/** What is declared, and stands, between any leader and one of these schools, or one of these trusts. */
export async function listStandingRelationships(
  db: Db,
  urns: readonly string[],
  trusts: readonly string[],
): Promise<readonly RelationshipLine[]> {
  const { rows } = await db.query<RelationshipLine>(
    `${RELATIONSHIPS} WHERE line.effect <> 'none' AND (line.urn = ANY ($1::text[]) OR line.trust = ANY ($2::text[]))
       AND NOT EXISTS (SELECT FROM leader_relationships later WHERE later.leader = line.leader AND later.urn = line.urn
                         AND later.trust = line.trust AND later.what = line.what AND later.id > line.id)
     ORDER BY line.id`,
    [urns, trusts],
  );
  return rows;
}

export async function declareRelationship(
  db: Db,
  { leader, urn, trust, effect, what, by }: Omit<RelationshipLine, 'subject' | 'on'>,
): Promise<void> {
  await db.query('INSERT INTO leader_relationships (leader, urn, trust, effect, what, by_person) VALUES ($1, $2, $3, $4, $5, $6)', [
    leader,
    urn,
    trust,
    effect,
    what,
    by,
  ]);
}

/** Whether the register has a school, or a trust. */
export async function registerHas(db: Db, { urn, trust }: { readonly urn: string; readonly trust: string }): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    'SELECT EXISTS (SELECT FROM schools WHERE urn = $1) OR EXISTS (SELECT FROM trusts WHERE id = $2) AS known',
    [urn, trust],
  );
  return rows[0]?.known ?? false;
}

/** People who are system leaders in the people file, and of whom no profile is known. */
export async function listLeadersWithoutProfile(db: Db): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `SELECT p.id, p.name FROM people p
     WHERE EXISTS (SELECT FROM person_roles held WHERE held.person = p.id AND held.role = 'system-leader' AND ${countsToday('held')})
       AND NOT EXISTS (SELECT FROM leader_profiles line WHERE line.leader = p.id) ORDER BY p.name, p.id`,
  );
  return rows;
}
