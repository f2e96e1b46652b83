import type { Db } from '../postgres/database.ts';
import type { School } from './school-row.ts';

/** The schools being imported: a temporary table that goes with the transaction. */
const INCOMING = `
  line int, urn text, name text, authority text, authority_name text, status text, trust text, trust_name text, phase text, type text,
  type_group text, diocese text, region text, street text, locality text, town text, county text, postcode text, telephone text,
  website text, head_name text, last_inspected_on date, changed_on date, opened_on date, closed_on date, closed_because text,
  easting int, northing int, urban_rural text`;

/** Begins an import: makes the temporary table, in this transaction only. */
export async function prepareSchools(db: Db): Promise<void> {
  await db.query(`CREATE TEMPORARY TABLE incoming_schools (${INCOMING}) ON COMMIT DROP`);
}

export async function stageSchools(db: Db, schools: readonly School[]): Promise<void> {
  if (schools.length === 0) return;
  await db.query(`INSERT INTO incoming_schools SELECT * FROM json_to_recordset($1::json) AS school (${INCOMING})`, [
    JSON.stringify(schools),
  ]);
}

type Listed<T> = { readonly listed: readonly T[]; readonly count: number };

/** Removes the rows whose URN comes again on a later line, so that the last one is used. Answers what it removed. */
export async function takeOutRepeated(db: Db, most: number): Promise<Listed<{ line: number; urn: string; takenLine: number }>> {
  await db.query('CREATE INDEX ON incoming_schools (urn, line)');
  await db.query('ANALYZE incoming_schools');
  const { rows } = await db.query<{ line: number; urn: string; takenLine: number; count: number }>(
    `WITH removed AS (
       DELETE FROM incoming_schools earlier USING (SELECT urn, max(line) AS line FROM incoming_schools GROUP BY urn HAVING count(*) > 1) last
       WHERE earlier.urn = last.urn AND earlier.line < last.line
       RETURNING earlier.line, earlier.urn, last.line AS "takenLine")
     SELECT *, count(*) OVER ()::int AS count FROM removed ORDER BY line LIMIT $1`,
    [most],
  );
  return { listed: rows, count: rows[0]?.count ?? 0 };
}

/**
 * Moves what was staged into the register: authorities, trusts, schools. `columns` are those of a school that the file
 * has; of those `later`, dates, the later of the known and the new counts. A school without a region gets that of its local authority. Answers how many were new and how many changed.
 */
export async function mergeSchools(
  db: Db,
  columns: readonly string[],
  later: readonly string[] = [],
): Promise<{ readonly inserted: number; readonly updated: number; readonly unchanged: number }> {
  await mergeAuthorities(db);
  await mergeTrusts(db);
  await db.query(
    `UPDATE incoming_schools incoming
     SET region = coalesce(nullif(authority.region, ''), (SELECT region FROM schools WHERE schools.urn = incoming.urn), '')
     FROM local_authorities authority WHERE incoming.region IS NULL AND authority.code = incoming.authority`,
  );
  for (const column of later) {
    await db.query(
      `UPDATE incoming_schools incoming SET ${column} = greatest(incoming.${column}, school.${column}) FROM schools school WHERE school.urn = incoming.urn`,
    );
  }
  const list = (prefix: string) => columns.map((column) => `${prefix}.${column}`).join(', ');
  const inserted = columns.includes('region') ? columns : [...columns, 'region'];
  const { rows } = await db.query<{ inserted: number; updated: number; unchanged: number }>(
    `WITH before AS (
       SELECT school.urn IS NULL AS is_new, ROW(${list('school')}) IS NOT DISTINCT FROM ROW(${list('incoming')}) AS is_same
       FROM incoming_schools incoming LEFT JOIN schools school USING (urn)),
     merged AS (
       INSERT INTO schools (urn, imported_at, ${inserted.join(', ')})
       SELECT urn, clock_timestamp(), ${inserted.join(', ')} FROM incoming_schools ORDER BY urn
       ON CONFLICT (urn) DO UPDATE SET imported_at = excluded.imported_at, ${columns.map((column) => `${column} = excluded.${column}`).join(', ')})
     SELECT count(*) FILTER (WHERE is_new)::int AS inserted, count(*) FILTER (WHERE NOT is_new AND NOT is_same)::int AS updated,
            count(*) FILTER (WHERE NOT is_new AND is_same)::int AS unchanged
     FROM before`,
  );
  return rows[0] ?? { inserted: 0, updated: 0, unchanged: 0 };
}

/** An authority is in the region of most of its schools. */
async function mergeAuthorities(db: Db): Promise<void> {
  await db.query(
    `INSERT INTO local_authorities (code, name, region)
     SELECT authority, (array_agg(authority_name ORDER BY line DESC))[1], coalesce(mode() WITHIN GROUP (ORDER BY region), '')
     FROM incoming_schools GROUP BY authority ORDER BY authority
     ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = coalesce(nullif(excluded.region, ''), local_authorities.region)`,
  );
}

async function mergeTrusts(db: Db): Promise<void> {
  await db.query(
    `INSERT INTO trusts (id, name)
     SELECT trust, coalesce((array_agg(trust_name ORDER BY line DESC) FILTER (WHERE trust_name IS NOT NULL))[1], '')
     FROM incoming_schools WHERE trust IS NOT NULL GROUP BY trust ORDER BY trust
     ON CONFLICT (id) DO UPDATE SET name = coalesce(nullif(excluded.name, ''), trusts.name)`,
  );
  // The file gives only the code of a trust that no earlier file has named.
  await db.query(`UPDATE trusts SET name = 'Trust ' || id WHERE name = ''`);
}

/** Schools of the file that came in without a region. */
export async function listWithoutRegion(db: Db, most: number): Promise<Listed<{ line: number; urn: string }>> {
  const { rows } = await db.query<{ line: number; urn: string; count: number }>(
    `SELECT incoming.line, incoming.urn, count(*) OVER ()::int AS count
     FROM incoming_schools incoming JOIN schools school USING (urn) WHERE school.region = '' ORDER BY line LIMIT $1`,
    [most],
  );
  return { listed: rows, count: rows[0]?.count ?? 0 };
}

/** The lines of the file on which these schools stand, by URN. */
export async function linesOf(db: Db, urns: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ urn: string; line: number }>('SELECT urn, line FROM incoming_schools WHERE urn = ANY ($1)', [urns]);
  return new Map(rows.map(({ urn, line }) => [urn, line]));
}
