import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';

/** How many deployments are compared at once. Nothing can be stored for them meanwhile. */
const AT_ONCE = 500;

/**
 * Goes through all deployments in the order of their references, asks `listWrong` for which of them something that reports are counted from is not what
 * the record says, and has it written anew by `writeAnew`. Answers how many were compared, and which were written anew.
 */
export async function rebuildInParts(
  pool: pg.Pool,
  listWrong: (db: Db, references: readonly string[]) => Promise<readonly string[]>,
  writeAnew: (db: Db, references: readonly string[]) => Promise<void>,
): Promise<{ readonly compared: number; readonly rebuilt: readonly string[] }> {
  const rebuilt: string[] = [];
  let compared = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const some: readonly string[] = await inTransaction(pool, async (db) => {
      // Whoever stores events of a deployment moves its row first, and so waits until this is written.
      const { rows } = await db.query<{ reference: string }>(
        'SELECT reference FROM deployments WHERE reference > $1 ORDER BY reference LIMIT $2::int FOR NO KEY UPDATE',
        [after, AT_ONCE],
      );
      const references = rows.map(({ reference }) => reference);
      const wrong = await listWrong(db, references);
      if (wrong.length > 0) await writeAnew(db, wrong);
      rebuilt.push(...wrong);
      return references;
    });
    compared += some.length;
    after = some.at(-1);
  }
  return { compared, rebuilt };
}
