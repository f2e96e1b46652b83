import type { Db } from '../postgres/database.ts';
import type { MembershipInFile } from './membership-row.ts';

type Stored = { readonly inserted: number; readonly updated: number; readonly unchanged: number };

/** Stores groups and which schools belong to them. Answers how many memberships were new, changed, and as they were. */
export async function storeMemberships(db: Db, memberships: readonly MembershipInFile[]): Promise<Stored> {
  await db.query(
    `INSERT INTO school_groups (id, name, type, company_number, closed_on, imported_at)
     SELECT DISTINCT ON ("group") "group", "groupName", "groupType", "companyNumber", "groupClosedOn", clock_timestamp()
     FROM json_to_recordset($1::json) AS one (line int, "group" text, "groupName" text, "groupType" text, "companyNumber" text, "groupClosedOn" date)
     ORDER BY "group", line DESC
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type, imported_at = excluded.imported_at,
       company_number = coalesce(excluded.company_number, school_groups.company_number), closed_on = excluded.closed_on`,
    [JSON.stringify(memberships)],
  );
  const { rows } = await db.query<Stored>(
    `WITH incoming AS (
       SELECT * FROM json_to_recordset($1::json) AS one ("group" text, urn text, "joinedOn" date, "leftOn" date)),
     before AS (
       SELECT known.urn IS NULL AS is_new, ROW(known.joined_on, known.left_on) IS NOT DISTINCT FROM ROW(incoming."joinedOn", incoming."leftOn") AS is_same
       FROM incoming LEFT JOIN group_memberships known ON known.school_group = incoming."group" AND known.urn = incoming.urn),
     stored AS (
       INSERT INTO group_memberships (school_group, urn, joined_on, left_on, imported_at)
       SELECT "group", urn, "joinedOn", "leftOn", clock_timestamp() FROM incoming ORDER BY "group", urn
       ON CONFLICT (school_group, urn) DO UPDATE SET joined_on = excluded.joined_on, left_on = excluded.left_on, imported_at = excluded.imported_at)
     SELECT count(*) FILTER (WHERE is_new)::int AS inserted, count(*) FILTER (WHERE NOT is_new AND NOT is_same)::int AS updated,
            count(*) FILTER (WHERE NOT is_new AND is_same)::int AS unchanged
     FROM before`,
    [JSON.stringify(memberships)],
  );
  return rows[0] ?? { inserted: 0, updated: 0, unchanged: 0 };
}
