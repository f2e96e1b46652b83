import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { judgeAnew, listWrongRounds } from './ended-rounds.ts';
import { listWrongLogs, writeLogsAnew } from './logged-lives.ts';

/** What reports are counted from beside the record: how it is compared with the record, and how it is written anew. */
const COUNTED_FROM = [
  { listWrong: listWrongLogs, writeAnew: writeLogsAnew },
  { listWrong: listWrongRounds, writeAnew: judgeAnew },
];

/** Those of these deployments of which reports count something else than the record says, in the order of their references. */
export async function listMiscounted(db: Db, references: readonly string[]): Promise<readonly string[]> {
  const wrong = new Set<string>();
  for (const { listWrong } of COUNTED_FROM) for (const reference of await listWrong(db, references)) wrong.add(reference);
  return [...wrong].toSorted();
}

/** How many deployments are compared at once. Nothing can be stored for them meanwhile. */
const AT_ONCE = 500;

/**
 * Compares what reports are counted from with the record of every deployment, and writes anew what says something else. Answers how many were compared, and
 * of which something was written anew, in the order of their references.
 */
export async function rebuildCounted(pool: pg.Pool): Promise<{ readonly compared: number; readonly rebuilt: readonly string[] }> {
  const rebuilt = new Set<string>();
  let compared = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const some: readonly string[] = await inTransaction(pool, async (db) => {
      // Whoever stores events of a deployment moves its row first, and so waits until this is written.
      const { rows } = await db.query<{ reference: string }>(
        'SELECT reference FROM deployments WHERE reference > $1 ORDER BY reference LIMIT $2::int FOR NO KEY UPDATE',
        [after, AT_ONCE],
      );
      const references = rows.map(({ reference }) => reference);
      for (const { listWrong, writeAnew } of COUNTED_FROM) {
        const wrong = await listWrong(db, references);
        if (wrong.length > 0) await writeAnew(db, wrong);
        for (const reference of wrong) rebuilt.add(reference);
      }
      return references;
    });
    compared += some.length;
    after = some.at(-1);
  }
  return { compared, rebuilt: [...rebuilt].toSorted() };
}
