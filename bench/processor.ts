/** Processor that PostgreSQL has used, as Linux counts it. */
import { existsSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/**
 * Milliseconds of processor that a server on this machine has used so far, in steps of ten: all its processes, also those that have ended, such as the
 * workers of a parallel query. NaN where nobody says.
 */
export async function serverMs(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const own = statOf(rows[0]?.pid ?? 0);
  if (own === null) return Number.NaN;
  const server = statOf(own.parent);
  const { rows: all } = await db.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
  const living = all.reduce((sum, { pid }) => sum + (statOf(pid)?.used ?? 0), 0);
  return (living + (server?.usedByEnded ?? 0)) * 10;
}

/** Of a process, in hundredths of a second; null where there is none such. */
function statOf(pid: number): { readonly parent: number; readonly used: number; readonly usedByEnded: number } | null {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return null;
  // The name of the process stands in brackets, and may hold spaces. The parent is the 4th field; user and system time are the 14th and 15th, and those of
  // children that have ended the two after them.
  const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const sum = (one: number) => Number(fields[one]) + Number(fields[one + 1]);
  return { parent: Number(fields[1]), used: sum(11), usedByEnded: sum(13) };
}
