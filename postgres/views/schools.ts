import { countsToday } from './held-roles.ts';
import type { Db } from '../database.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { InScope } from './place.ts';

/** What the register says of a school. */
export type SchoolFacts = {
  readonly urn: string;
  readonly name: string;
  readonly status: string;
  readonly type: string | null;
  readonly phase: string | null;
  readonly authority: string;
  readonly authorityCode: string;
  readonly region: string;
  readonly diocese: string | null;
  readonly address: string;
  readonly telephone: string | null;
  readonly website: string | null;
  readonly headName: string | null;
  readonly trust: string | null;
  readonly trustName: string | null;
  readonly changedOn: PlainDate | null;
  readonly importedAt: string;
};

/** A school of the register in the reader's places; undefined when there is none. The scope's values begin at $2. */
export async function findSchool(db: Db, urn: string, inScope: InScope): Promise<SchoolFacts | undefined> {
  const { rows } = await db.query<SchoolFacts>(
    `SELECT school.urn, school.name, school.status, school.type, school.phase, authority.name AS authority, school.authority AS "authorityCode",
            school.region, school.diocese,
            concat_ws(', ', nullif(school.street, ''), nullif(school.locality, ''), nullif(school.town, ''), nullif(school.postcode, '')) AS address,
            school.telephone, school.website, school.head_name AS "headName", school.trust, trust.name AS "trustName",
            school.changed_on AS "changedOn", school.imported_at AS "importedAt"
     FROM schools school JOIN local_authorities authority ON authority.code = school.authority LEFT JOIN trusts trust ON trust.id = school.trust
     WHERE school.urn = $1 AND ${inScope.sql}`,
    [urn, ...inScope.values],
  );
  return rows[0];
}

export type TrustFacts = { readonly id: string; readonly name: string; readonly region: string; readonly authority: string };

/**
 * A trust of which a reader may see deployments: its first school, an open one where there is one, lies in the reader's places. The
 * scope's values begin at $2.
 */
export async function findTrust(db: Db, id: string, inScope: InScope): Promise<TrustFacts | undefined> {
  const { rows } = await db.query<TrustFacts>(
    `SELECT trust.id, trust.name, school.region, authority.name AS authority
     FROM trusts trust JOIN LATERAL (SELECT first.region, first.authority FROM schools first WHERE first.trust = trust.id
       ORDER BY first.status NOT LIKE 'Open%', length(first.urn), first.urn LIMIT 1) school ON true
       JOIN local_authorities authority ON authority.code = school.authority
     WHERE trust.id = $1 AND ${inScope.sql}`,
    [id, ...inScope.values],
  );
  return rows[0];
}

export type SchoolOfTrust = {
  readonly urn: string;
  readonly name: string;
  readonly status: string;
  readonly authority: string;
  /** Whether it lies in the reader's places, so that they may see its page. */
  readonly inPlace: boolean;
};

/** The schools that the register gives a trust, the open ones first. The scope's values begin at $2. */
export async function listSchoolsOfTrust(db: Db, trust: string, inScope: InScope): Promise<readonly SchoolOfTrust[]> {
  const { rows } = await db.query<SchoolOfTrust>(
    `SELECT school.urn, school.name, school.status, authority.name AS authority, (${inScope.sql}) AS "inPlace"
     FROM schools school JOIN local_authorities authority ON authority.code = school.authority
     WHERE school.trust = $1 ORDER BY school.status NOT LIKE 'Open%', school.name, school.urn`,
    [trust, ...inScope.values],
  );
  return rows;
}

/** A person whom people files or staff gave a role at a school, trust or authority. */
export type PersonOfPlace = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly telephone: string | null;
  readonly addressRefused: boolean;
  readonly role: string;
};

/** Who holds a role today at a school ('' for no school), or at a trust ('' for none). */
export async function listPeopleOfPlace(db: Db, urn: string, trust: string): Promise<readonly PersonOfPlace[]> {
  const { rows } = await db.query<PersonOfPlace>(
    `SELECT DISTINCT person.id, person.name, person.email, person.telephone, person.address_refused_at IS NOT NULL AS "addressRefused", held.role
     FROM person_roles held JOIN people person ON person.id = held.person
     WHERE (held.urn <> '' AND held.urn = $1 OR held.trust <> '' AND held.trust = $2) AND ${countsToday('held')} ORDER BY held.role, person.name, person.id`,
    [urn, trust],
  );
  return rows;
}

export type DeploymentOfPlace = {
  readonly reference: string;
  readonly programme: string;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
  readonly beganAt: string;
  readonly endedAt: string | null;
};

/** Every deployment of a school, or of a trust itself; those that run first, then the newest. One of the two is ''. */
export async function listDeploymentsOfPlace(db: Db, urn: string, trust: string): Promise<readonly DeploymentOfPlace[]> {
  const { rows } = await db.query<DeploymentOfPlace>(
    `SELECT d.reference, coalesce(programme.document ->> 'title', d.programme) AS programme, d.status, d.began_at AS "beganAt", d.ended_at AS "endedAt"
     FROM deployments d JOIN programmes programme ON programme.id = d.programme AND programme.version = d.programme_version
     WHERE d.urn = $1 OR d.trust = $2 ORDER BY d.status <> 'running', d.began_at DESC, d.reference`,
    [urn, trust],
  );
  return rows;
}

export type InspectionOfSchool = { readonly inspectedOn: PlainDate; readonly publishedOn: PlainDate | null; readonly grade: number };

/** The judgements of a school that were imported, the newest first. */
export async function listInspections(db: Db, urn: string): Promise<readonly InspectionOfSchool[]> {
  const { rows } = await db.query<InspectionOfSchool>(
    'SELECT inspected_on AS "inspectedOn", published_on AS "publishedOn", grade FROM inspections WHERE urn = $1 ORDER BY inspected_on DESC',
    [urn],
  );
  return rows;
}

export type MembershipOfSchool = {
  readonly name: string;
  readonly joinedOn: PlainDate | null;
  readonly leftOn: PlainDate | null;
};

/** The groups that a school belongs or belonged to, as imported, the newest first. */
export async function listMemberships(db: Db, urn: string): Promise<readonly MembershipOfSchool[]> {
  const { rows } = await db.query<MembershipOfSchool>(
    `SELECT known.name, its.joined_on AS "joinedOn", its.left_on AS "leftOn"
     FROM group_memberships its JOIN school_groups known ON known.id = its.school_group WHERE its.urn = $1
     ORDER BY its.left_on IS NOT NULL, its.joined_on DESC NULLS LAST, known.name`,
    [urn],
  );
  return rows;
}
