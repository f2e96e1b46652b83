import type { Db } from '../database.ts';
import { PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/**
 * Those of the named deployments that are in scope, with the name of their school or trust, in the order of the
 * references. The scope's values begin at $2.
 */
export async function deploymentsNamed(
  db: Db,
  references: readonly string[],
  inScope: InScope,
): Promise<readonly { readonly reference: string; readonly subject: string }[]> {
  const { rows } = await db.query<{ reference: string; subject: string }>(
    `SELECT d.reference, ${SUBJECT} AS subject FROM deployments d ${PLACE}
     WHERE d.reference = ANY ($1::text[]) AND ${inScope.sql} ORDER BY d.reference`,
    [references, ...inScope.values],
  );
  return rows;
}
