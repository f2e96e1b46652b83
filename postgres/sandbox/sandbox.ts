import pg from 'pg';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import type { Db } from '../database.ts';

/** A training copy: since when it is one, and the time in it. */
export type Sandbox = { readonly since: string; readonly movedByMs: number; readonly now: string };

/** What a database is as a training copy; null when it is none, or has not been migrated. */
export async function readSandbox(db: Db): Promise<Sandbox | null> {
  try {
    const { rows } = await db.query<Sandbox>(
      `SELECT since, (extract(epoch FROM moved_by) * 1000)::float8 AS "movedByMs", clock_timestamp() + moved_by AS now FROM sandbox`,
    );
    return rows[0] ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return null;
    throw error;
  }
}

const UNDEFINED_TABLE = '42P01';

export type SandboxRefusal = Reason & { readonly kind: 'is-training-copy' | 'wrote-to-people' };

/**
 * Whether a process with this setting may work on a database. With SANDBOX=yes the database becomes a training copy for good, unless it has
 * ever written to an address outside the reserved domains. Without, a training copy is refused: its time is not the real one.
 */
export async function enterSandbox(db: Db, setting: boolean, reservedDomains: readonly string[]): Promise<Result<null, SandboxRefusal>> {
  const isOne = (await readSandbox(db)) !== null;
  if (isOne === setting) return ok(null);
  if (isOne) {
    return refused({
      kind: 'is-training-copy',
      message: 'This database is a training copy: time is moved in it. A real service cannot use it.',
      remedy: 'Give DATABASE_URL another database, or set SANDBOX=yes for worker and web service.',
    });
  }
  const { rows: letters } = await db.query<{ wrote: boolean }>(
    `SELECT EXISTS (SELECT FROM messages WHERE accepted_at IS NOT NULL AND lower(address) !~ ('@([^@]+[.])?(' || $1::text || ')$')) AS wrote`,
    [reservedDomains.map((name) => name.replaceAll('.', '[.]')).join('|')],
  );
  if (letters[0]?.wrote === true) {
    return refused({
      kind: 'wrote-to-people',
      message: 'SANDBOX is yes, but this database has written to real people. It cannot become a training copy.',
      remedy: 'Take SANDBOX away, or give DATABASE_URL a database of its own for the training copy.',
    });
  }
  await db.query('INSERT INTO sandbox (singleton) VALUES (true) ON CONFLICT DO NOTHING');
  return ok(null);
}
