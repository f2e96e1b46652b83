import type pg from 'pg';
import type { Subject } from '../domain/events.ts';
import { inTransaction } from './database.ts';

/** Lets only one at a time start a deployment of a school or trust: who presses a button twice starts one. */
export async function oneStartAtATime<T>(pool: pg.Pool, subject: Subject, programme: string, start: () => Promise<T>): Promise<T> {
  return inTransaction(pool, async (db) => {
    const id = subject.kind === 'school' ? subject.urn : subject.trust;
    await db.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`start/${subject.kind}/${id}/${programme}`]);
    return start();
  });
}
