import { LRUCache } from 'lru-cache';
import type { Db } from '../database.ts';

/** How the register stands: a word that is another one after each write to it, and never the same again. Undefined where nobody has said. */
async function registerState(db: Db): Promise<string | undefined> {
  const { rows } = await db.query<{ state: string }>('SELECT state FROM register_state');
  return rows[0]?.state;
}

/**
 * A memory of what is worked out of the register, in this process: of `most` things, those not asked for the longest leaving first. A thing is
 * kept under how the register stood before and after it was read, and so is found for as long as nothing is written to the register, and
 * never after. Two who ask at once wait for the same. What fails is forgotten.
 */
export function keptWhileRegisterStands<T extends object>(most: number): (db: Db, name: string, make: () => Promise<T>) => Promise<T> {
  const memories = new WeakMap<Db, LRUCache<string, Promise<T>>>();
  return async (db, name, make) => {
    const memory = memories.get(db) ?? new LRUCache<string, Promise<T>>({ max: most });
    memories.set(db, memory);
    const before = await registerState(db);
    if (before === undefined) return make();
    const key = JSON.stringify([before, name]);
    const known = memory.get(key);
    if (known !== undefined) return known;
    const made = make();
    memory.set(key, made);
    try {
      const value = await made;
      // Written to while it was read: it may be of neither state.
      if ((await registerState(db)) !== before) memory.delete(key);
      return value;
    } catch (error) {
      memory.delete(key);
      throw error;
    }
  };
}
