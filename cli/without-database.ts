import { Fault } from './output.ts';

/**
 * A command that needs no database goes on after these errors: nothing runs here, it does not answer, it has no tables
 * yet.
 */
const NONE: Readonly<Record<string, string>> = {
  'not-running': 'no database is at hand',
  'database-away': 'the database does not answer',
  '42P01': 'the database is not set up',
};

/** Why there is no database, in words, for a command that can do without one; anything else that went wrong is thrown again. */
export function whyWithoutDatabase(error: unknown): string {
  const code = error instanceof Fault ? error.kind : error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = NONE[code];
  if (why === undefined) throw error;
  return why;
}
