import type { Db } from '../postgres/database.ts';
import type { InspectionInFile } from './inspection-row.ts';

type Stored = { readonly inserted: number; readonly updated: number; readonly unchanged: number };

/**
 * Stores judgements, one for each school and day. What was known of a day is replaced, but not by what another row says of it as
 * the inspection before. Answers how many were new, how many changed and how many stay as they were.
 */
export async function storeInspections(db: Db, inspections: readonly InspectionInFile[]): Promise<Stored> {
  const { rows } = await db.query<Stored>(
    `WITH incoming AS (
       SELECT * FROM json_to_recordset($1::json)
         AS one (urn text, "inspectedOn" date, "publishedOn" date, grade smallint, "urnAtTime" text, "asPrevious" boolean)),
     before AS (
       SELECT known.urn IS NULL AS is_new,
              ROW(known.published_on, known.grade, known.urn_at_time) IS NOT DISTINCT FROM
                ROW(incoming."publishedOn", incoming.grade, incoming."urnAtTime") OR (incoming."asPrevious" AND NOT known.as_previous) AS is_same
       FROM incoming LEFT JOIN inspections known ON known.urn = incoming.urn AND known.inspected_on = incoming."inspectedOn"),
     stored AS (
       INSERT INTO inspections (urn, inspected_on, published_on, grade, urn_at_time, as_previous, imported_at)
       SELECT urn, "inspectedOn", "publishedOn", grade, "urnAtTime", "asPrevious", clock_timestamp() FROM incoming ORDER BY urn, "inspectedOn"
       ON CONFLICT (urn, inspected_on) DO UPDATE SET published_on = excluded.published_on, grade = excluded.grade,
         urn_at_time = excluded.urn_at_time, as_previous = excluded.as_previous, imported_at = excluded.imported_at
       WHERE inspections.as_previous OR NOT excluded.as_previous)
     SELECT count(*) FILTER (WHERE is_new)::int AS inserted, count(*) FILTER (WHERE NOT is_new AND NOT is_same)::int AS updated,
            count(*) FILTER (WHERE NOT is_new AND is_same)::int AS unchanged
     FROM before`,
    [JSON.stringify(inspections)],
  );
  return rows[0] ?? { inserted: 0, updated: 0, unchanged: 0 };
}

/** Those of some URNs that the register does not have. */
export async function listNotInRegister(db: Db, urns: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ urn: string }>(
    'SELECT urn FROM unnest($1::text[]) AS given (urn) WHERE NOT EXISTS (SELECT FROM schools WHERE schools.urn = given.urn) ORDER BY urn',
    [urns],
  );
  return rows.map(({ urn }) => urn);
}
