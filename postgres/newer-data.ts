import { unknownKinds } from '../domain/chronology/event-kinds.ts';
import type { Reason } from '../domain/result.ts';
import type { Db } from './database.ts';
import { unknownMigrations } from './migrate.ts';

/**
 * Why this version must not work on a database: a newer version has changed its tables, or has written kinds of events that this one
 * does not know. Null when it may. It asks before anything is done, for what this version does not know it would pass over, and the
 * deployments that hold it would stand still.
 */
export async function whyTooNew(db: Db): Promise<(Reason & { readonly kind: 'newer-data' }) | null> {
  const migrations = await unknownMigrations(db);
  const { rows } = await db.query<{ known: boolean }>("SELECT to_regclass('event_kinds') IS NOT NULL AS known");
  const events = rows[0]?.known === true ? unknownKinds(await writtenKinds(db)) : [];
  if (migrations.length === 0 && events.length === 0) return null;
  const has = [
    ...(migrations.length === 0 ? [] : [`changes to its tables that this version does not know: ${migrations.join(', ')}`]),
    ...(events.length === 0 ? [] : [`kinds of events that this version does not know: ${events.join(', ')}`]),
  ];
  return {
    kind: 'newer-data',
    message: `This database was used by a newer version of Chaser. It has ${has.join('; and ')}.`,
    remedy:
      'Start that version again, or restore a backup of both stores from before it: docs/operations.md, “Going back to an older version”.',
  };
}

async function writtenKinds(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ type: string }>('SELECT type FROM event_kinds');
  return rows.map(({ type }) => type);
}
