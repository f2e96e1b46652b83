import type { Calendar } from '../../domain/time/calendar.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/**
 * The documents that deployments are pinned to. A programme's version and a calendar's version never change once kept,
 * so each is read once, also by a page that asks for it a thousand times at the same moment.
 */
const programmes = new Map<string, Promise<Programme>>();
const calendars = new Map<string, Promise<Calendar>>();

/** Keeps a programme under its id and version. Returns false when another document is already kept there. */
export async function keepProgramme(db: Db, programme: Programme): Promise<boolean> {
  const document = JSON.stringify(programme);
  await db.query('INSERT INTO programmes (id, version, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    programme.id,
    programme.version,
    document,
  ]);
  const { rows } = await db.query<{ same: boolean }>(
    'SELECT document::jsonb = $3::jsonb AS same FROM programmes WHERE id = $1 AND version = $2',
    [programme.id, programme.version, document],
  );
  return rows[0]?.same ?? false;
}

/** Keeps a calendar under its version, which is a hash of its content. */
export async function keepCalendar(db: Db, calendar: Calendar): Promise<void> {
  await db.query('INSERT INTO calendars (version, name, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    calendar.version,
    calendar.terms.name,
    JSON.stringify(calendar),
  ]);
}

/** The programme a deployment is pinned to. */
export async function readPinnedProgramme(db: Db, reference: string): Promise<Programme> {
  const { rows } = await db.query<{ id: string; version: number }>(
    'SELECT programme AS id, programme_version AS version FROM deployments WHERE reference = $1',
    [reference],
  );
  if (!rows[0]) throw new Error(`There is no deployment ${reference}.`);
  return readProgramme(db, rows[0].id, rows[0].version);
}

/** A kept programme. */
export async function readProgramme(db: Db, id: string, version: number): Promise<Programme> {
  return remembered(programmes, `${id}/${version}`, async () => {
    const { rows } = await db.query<{ document: Programme }>('SELECT document FROM programmes WHERE id = $1 AND version = $2', [
      id,
      version,
    ]);
    if (!rows[0]) throw new Error(`Programme ${id} version ${version} was never kept.`);
    return rows[0].document;
  });
}

/** A kept calendar. */
export async function readCalendar(db: Db, version: string): Promise<Calendar> {
  return remembered(calendars, version, async () => {
    const { rows } = await db.query<{ document: Calendar }>('SELECT document FROM calendars WHERE version = $1', [version]);
    if (!rows[0]) throw new Error(`Calendar ${version} was never kept.`);
    return rows[0].document;
  });
}

/** What was read before, or is being read. A read that fails is forgotten, and tried again the next time. */
function remembered<T>(memory: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const value = read();
  memory.set(key, value);
  value.catch(() => memory.delete(key));
  return value;
}
