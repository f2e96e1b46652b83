import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/**
 * Asks again and again until something is true. Fails with the name of what it waited for when that does not happen in
 * time. A function names it when the time is over, and can tell what was seen until then.
 */
export async function waitUntil(what: string | (() => string), isSo: () => Promise<boolean> | boolean, withinMs = 30_000): Promise<void> {
  const giveUpAtMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAtMs) throw new Error(`Waited ${withinMs / 1000} s in vain: ${typeof what === 'string' ? what : what()}`);
    await sleep(50);
  }
}

/**
 * Waits until somebody in this database waits for a lock that somebody else holds. It takes a pool: within a transaction PostgreSQL shows for ever what it
 * showed first.
 */
export async function untilLockIsWaitedFor(db: pg.Pool): Promise<void> {
  await waitUntil('somebody waits for a lock', async () => {
    const { rowCount } = await db.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
    return rowCount !== 0;
  });
}
