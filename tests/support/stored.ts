import type { Db } from '../../postgres/database.ts';

const TABLES = [
  'deployments',
  'events',
  'deployment_parties',
  'deployment_facts',
  'steps',
  'messages',
  'call_tasks',
  'escalations',
  'contact_tasks',
] as const;

export type Stored = Readonly<Record<(typeof TABLES)[number], readonly unknown[]>>;

/** Everything that PostgreSQL holds about one deployment, to compare before and after. */
export async function storedOf(db: Db, reference: string): Promise<Stored> {
  const stored: Partial<Record<(typeof TABLES)[number], readonly unknown[]>> = {};
  for (const table of TABLES) {
    const { rows } = await db.query<{ row: unknown }>(
      `SELECT to_jsonb(t) AS row FROM ${table} t WHERE reference = $1 ORDER BY to_jsonb(t)::text`,
      [reference],
    );
    stored[table] = rows.map(({ row }) => row);
  }
  return stored as Stored;
}
