import type { Db } from '../database.ts';

/**
 * Programmes and calendars under the SHA-256 of their JSON text: what a Temporal history names by hash is here. Rows are never changed or
 * deleted; triggers and rights see to it. Where a pin is asked for and missing, that is kept too, for `listMissingPins`.
 */
export function createPinStore(db: Db) {
  return {
    async keep(hash: string, content: string): Promise<void> {
      const { rows } = await db.query<{ kept: boolean }>('SELECT EXISTS (SELECT FROM pins WHERE hash = $1) AS kept', [hash]);
      if (rows[0]?.kept === true) return;
      await db.query('INSERT INTO pins (hash, content) VALUES ($1, $2) ON CONFLICT DO NOTHING', [hash, content]);
    },

    async read(
      hash: string,
      { name, workflowId }: { readonly name: string; readonly workflowId: string | null },
    ): Promise<string | undefined> {
      const content = await findPin(db, hash);
      if (content !== undefined) return content;
      await db.query(
        `INSERT INTO missing_pins (hash, workflow, name) VALUES ($1, $2, $3)
         ON CONFLICT (hash, workflow) DO UPDATE SET told_at = clock_timestamp()`,
        [hash, workflowId ?? '', name],
      );
      return undefined;
    },
  };
}

/** The text with this hash, for whoever looks at it. No deployment needs it now, so nothing is noted where there is none. */
export async function findPin(db: Db, hash: string): Promise<string | undefined> {
  const { rows } = await db.query<{ content: string }>('SELECT content FROM pins WHERE hash = $1', [hash]);
  return rows[0]?.content;
}

/** A programme or calendar that running workflows need and the database lacks. */
export type MissingPinRow = {
  readonly hash: string;
  /** "programme" or "calendar". */
  readonly name: string;
  /** How many workflows told it within the last hour. Temporal tries each again at least every ten minutes. */
  readonly count: number;
  /** One of their ids; empty where none is known. */
  readonly example: string;
};

/** The pins that were needed within the last hour and are not there, the most needed first. */
export async function listMissingPins(db: Db): Promise<readonly MissingPinRow[]> {
  const { rows } = await db.query<MissingPinRow>(
    `SELECT m.hash, m.name, count(*)::int AS count, min(m.workflow) AS example FROM missing_pins m
     WHERE m.told_at > clock_timestamp() - interval '1 hour' AND NOT EXISTS (SELECT FROM pins p WHERE p.hash = m.hash)
     GROUP BY m.hash, m.name ORDER BY 3 DESC, 1`,
  );
  return rows;
}

/** Which of these hashes have no pin. */
export async function withoutPin(db: Db, hashes: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ hash: string }>(
    'SELECT asked.hash FROM unnest($1::text[]) AS asked (hash) WHERE NOT EXISTS (SELECT FROM pins p WHERE p.hash = asked.hash)',
    [hashes],
  );
  return rows.map(({ hash }) => hash);
}
