import type { Db } from './database.ts';

/**
 * The same database, asked no more than `most` things at once: what is asked beyond waits its turn. A page that asks thirty then leaves connections to others,
 * and meets the same few, which have settled on plans for its queries (docs/decisions/0071).
 */
export function fewAtOnce(db: Db, most: number): Db {
  const waiting: (() => void)[] = [];
  let free = most;
  const turn = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((begin) => waiting.push(begin));
  };
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const ask = db.query.bind(db) as (...given: readonly unknown[]) => Promise<unknown>;
  const query = async (...given: readonly unknown[]): Promise<unknown> => {
    await turn();
    try {
      return await ask(...given);
    } finally {
      giveBack();
    }
  };
  return { query: query as unknown as Db['query'] };
}
