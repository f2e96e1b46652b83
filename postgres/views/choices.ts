import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { countsToday } from './held-roles.ts';
import type { InScope } from './place.ts';

/** Somebody who could be meant, with what tells them from others of the same name. */
export type PersonChoice = {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  /** Each role, and the name of the school, trust, area, authority or region where it is held; '' where that does not matter. */
  readonly roles: readonly { readonly role: string; readonly at: string }[];
};

/**
 * The people whose name or address holds some letters; those whose name begins so come first. Whoever holds one of `openRoles` is
 * found by everybody. Others are found when they belong to a school, trust or authority of the reader's places, or took part in a
 * deployment there. The scope's values begin at $4.
 */
export async function choosePeople(
  db: Db,
  letters: string,
  openRoles: readonly string[],
  most: number,
  inScope: InScope,
): Promise<readonly PersonChoice[]> {
  const { rows } = await db.query<PersonChoice>(
    // The first few are wanted: one after the other is looked at, in their order, until enough are found. Without OFFSET 0 everybody who may be
    // found is put together first, whatever the letters.
    `SELECT person.name, person.email, coalesce(person.job_title, '') AS "jobTitle",
            (SELECT coalesce(json_agg(json_build_object('role', r.role,
                      'at', coalesce(one.name, its_trust.name, area.name, authority.name, nullif(r.diocese, ''), r.region)) ORDER BY r.role), '[]')
             FROM person_roles r LEFT JOIN schools one ON one.urn = r.urn LEFT JOIN trusts its_trust ON its_trust.id = r.trust
               LEFT JOIN areas area ON area.id = r.area LEFT JOIN local_authorities authority ON authority.code = r.authority
             WHERE r.person = person.id AND ${countsToday('r')}) AS roles
     FROM (SELECT id, name, email, job_title, position(searchable($1) IN searchable(name)) = 1 AS begins FROM people
           WHERE merged_into IS NULL AND (position(searchable($1) IN searchable(name)) > 0 OR position(lower($1) IN lower(email)) > 0)
           ORDER BY begins DESC, name, email OFFSET 0) person
     WHERE EXISTS (SELECT FROM person_roles r WHERE r.person = person.id AND r.role = ANY ($2::text[]) AND ${countsToday('r')} OFFSET 0)
        OR EXISTS (SELECT FROM person_roles r WHERE r.person = person.id AND ${countsToday('r')}
                     AND (EXISTS (SELECT FROM schools school WHERE school.urn = r.urn AND ${inScope.sql} OFFSET 0)
                       OR r.trust <> '' AND EXISTS (SELECT FROM schools school WHERE school.trust = r.trust AND ${inScope.sql} OFFSET 0)
                       OR r.authority <> '' AND EXISTS (SELECT FROM schools school WHERE school.authority = r.authority AND ${inScope.sql} OFFSET 0)) OFFSET 0)
        OR EXISTS (SELECT FROM deployment_parties held JOIN ${DEPLOYMENT_SOURCE} ON held.reference = d.reference
                   WHERE held.person = person.id AND ${inScope.sql} OFFSET 0)
     ORDER BY person.begins DESC, person.name, person.email LIMIT $3`,
    [letters, openRoles, most, ...inScope.values],
  );
  return rows;
}
