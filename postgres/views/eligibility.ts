import type { Inspection } from '../../domain/eligibility/judgements.ts';
import type { Group, Known, KnownSchool, Membership } from '../../domain/eligibility/schools.ts';
import type { Db } from '../database.ts';
import { MAINTAINED } from './maintained.ts';

/** Everything that decides who is eligible: the schools, the trusts, and the judgements. */
export async function readKnown(db: Db): Promise<Known> {
  const [{ rows: schools }, { rows: groups }, { rows: memberships }, { rows: inspections }] = await Promise.all([
    db.query<KnownSchool>(
      `SELECT school.urn, school.name, school.status, school.opened_on AS "openedOn", school.closed_on AS "closedOn", school.trust,
            CASE WHEN ${MAINTAINED} THEN 'maintained'
                 WHEN school.type_group IN ('Academies', 'Free Schools') OR school.type ILIKE 'academy%' THEN 'academy' ELSE 'other' END AS sector
     FROM schools school ORDER BY school.urn`,
    ),
    db.query<Group>(
      `SELECT id, name, closed_on AS "closedOn",
            CASE WHEN type ILIKE 'multi-academy trust' THEN 'multi-academy-trust'
                 WHEN type ILIKE '%single-academy trust' THEN 'single-academy-trust' ELSE 'other' END AS kind
     FROM school_groups
     UNION ALL
     SELECT id, name, NULL, 'multi-academy-trust' FROM trusts WHERE NOT EXISTS (SELECT FROM school_groups known WHERE known.id = trusts.id)`,
    ),
    db.query<Membership>('SELECT school_group AS "group", urn, joined_on AS "joinedOn", left_on AS "leftOn" FROM group_memberships'),
    db.query<Inspection>(
      `SELECT urn, urn_at_time AS "urnAtTime", inspected_on AS "inspectedOn", published_on AS "publishedOn", grade
     FROM inspections ORDER BY urn, inspected_on`,
    ),
  ]);
  return { schools, groups, memberships, inspections };
}
