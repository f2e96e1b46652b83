import type { Db } from '../database.ts';

/** A local authority of the register, by its three-digit code. Undefined when the register has no school of it. */
export async function findLocalAuthority(
  db: Db,
  code: string,
): Promise<{ readonly code: string; readonly name: string; readonly region: string } | undefined> {
  const { rows } = await db.query<{ code: string; name: string; region: string }>(
    'SELECT code, name, region FROM local_authorities WHERE code = $1',
    [code],
  );
  return rows[0];
}
