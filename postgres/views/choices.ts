import { PLANNED_EACH_TIME } from '../database.ts';
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
    // A plan for any letters joins the schools of everybody to those of the region first: three seconds instead of 75 ms.
    `${PLANNED_EACH_TIME}SELECT person.name, person.email, coalesce(person.job_title, '') AS "jobTitle",
            (SELECT coalesce(json_agg(json_build_object('role', r.role,
                      'at', coalesce(one.name, its_trust.name, area.name, authority.name, nullif(r.diocese, ''), r.region)) ORDER BY r.role), '[]')
             FROM person_roles r LEFT JOIN schools one ON one.urn = r.urn LEFT JOIN trusts its_trust ON its_trust.id = r.trust
               LEFT JOIN areas area ON area.id = r.area LEFT JOIN local_authorities authority ON authority.code = r.authority
             WHERE r.person = person.id AND ${countsToday('r')}) AS roles
     FROM people person
     WHERE person.merged_into IS NULL AND (position(searchable($1) IN searchable(person.name)) > 0 OR position(lower($1) IN lower(person.email)) > 0)
       AND (EXISTS (SELECT FROM person_roles r WHERE r.person = person.id AND r.role = ANY ($2::text[]) AND ${countsToday('r')})
         OR EXISTS (SELECT FROM person_roles r JOIN schools school ON school.urn = r.urn OR r.trust <> '' AND school.trust = r.trust
                      OR r.authority <> '' AND school.authority = r.authority
                    WHERE r.person = person.id AND ${countsToday('r')} AND ${inScope.sql})
         OR EXISTS (SELECT FROM deployment_parties held JOIN ${DEPLOYMENT_SOURCE} ON held.reference = d.reference
                    WHERE held.person = person.id AND ${inScope.sql}))
     ORDER BY position(searchable($1) IN searchable(person.name)) <> 1, person.name, person.email LIMIT $3`,
    [letters, openRoles, most, ...inScope.values],
  );
  return rows;
}
