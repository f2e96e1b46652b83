import type { Instant } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';

/** Which check of the watchdog found something. A check that could not be made is a finding of its own. */
export type FindingKind = 'no-wake-up' | 'parted' | 'mailroom' | 'escalation' | 'dates' | 'clock' | 'forecast' | 'check';

/** Something that is wrong now. */
export type Finding = {
  readonly kind: FindingKind;
  /** What is wrong: a deployment, a step of it, a mailroom, an authority. Of each kind it is found once. */
  readonly about: string;
  /** The deployment; null when it is about none. */
  readonly reference: string | null;
  /** Whole sentences. They hold references and contact ids, and no names of people. */
  readonly says: string;
  readonly remedy: string;
};

/** What one check found in a round. */
export type Checked = {
  readonly kind: FindingKind;
  readonly found: readonly Finding[];
  /** The deployments that it looked at; null when it looked at everything. A finding about another one stands as it did. */
  readonly lookedAt: readonly string[] | null;
};

/** Days for which findings are kept after they have ended. */
const KEPT_DAYS = 90;

/** Keeps what a check found: what is new begins, what stands is seen again, and what it looked at and did not find again ends. */
export async function keepChecked(db: Db, { kind, found, lookedAt }: Checked): Promise<void> {
  await db.query(
    `INSERT INTO watchdog_findings (kind, about, reference, says, remedy)
     SELECT DISTINCT ON (about) $1, about, reference, says, remedy
     FROM jsonb_to_recordset($2) AS found (about text, reference text, says text, remedy text) ORDER BY about
     ON CONFLICT (kind, about) WHERE ended_at IS NULL
     DO UPDATE SET seen_at = clock_timestamp(), says = excluded.says, remedy = excluded.remedy`,
    [kind, JSON.stringify(found)],
  );
  await db.query(
    `UPDATE watchdog_findings SET ended_at = clock_timestamp()
     WHERE kind = $1 AND ended_at IS NULL AND NOT about = ANY ($2::text[]) AND ($3::text[] IS NULL OR reference = ANY ($3))`,
    [kind, found.map(({ about }) => about), lookedAt],
  );
}

/** Forgets what has ended long ago. */
export async function forgetEndedFindings(db: Db): Promise<void> {
  await db.query('DELETE FROM watchdog_findings WHERE ended_at < clock_timestamp() - make_interval(days => $1)', [KEPT_DAYS]);
}

export type StandingFinding = Finding & { readonly since: Instant };

/** What is wrong, the oldest first. */
export async function listStandingFindings(db: Db, most: number): Promise<readonly StandingFinding[]> {
  const { rows } = await db.query<StandingFinding>(
    `SELECT kind, about, reference, says, remedy, began_at AS since FROM watchdog_findings
     WHERE ended_at IS NULL ORDER BY began_at, id LIMIT $1`,
    [most],
  );
  return rows;
}

/** The deployments about which something of this kind stands. */
export async function listFoundReferences(db: Db, kind: FindingKind): Promise<readonly string[]> {
  const { rows } = await db.query<{ reference: string }>(
    'SELECT DISTINCT reference FROM watchdog_findings WHERE kind = $1 AND ended_at IS NULL AND reference IS NOT NULL ORDER BY reference',
    [kind],
  );
  return rows.map(({ reference }) => reference);
}

/** How the watchdog itself stands. */
export type WatchdogState = {
  /** How many findings stand, by kind. */
  readonly standing: Readonly<Partial<Record<FindingKind, number>>>;
  /** When its last round began, and how many seconds ago; null when it has made none. */
  readonly roundAt: Instant | null;
  readonly roundSecondsAgo: number | null;
  /** When it had last looked at every deployment; null when it has not yet. */
  readonly sweptAt: Instant | null;
};

/** How the watchdog stands: its last round, its last whole sweep, and what is wrong, in numbers. */
export async function readWatchdog(db: Db): Promise<WatchdogState> {
  const { rows } = await db.query<WatchdogState>(
    `SELECT coalesce((SELECT jsonb_object_agg(kind, found) FROM
              (SELECT kind, count(*)::int AS found FROM watchdog_findings WHERE ended_at IS NULL GROUP BY kind) counted), '{}') AS standing,
            (SELECT round_at FROM watchdog_rounds) AS "roundAt",
            (SELECT extract(epoch FROM clock_timestamp() - round_at)::float8 FROM watchdog_rounds) AS "roundSecondsAgo",
            (SELECT swept_at FROM watchdog_rounds) AS "sweptAt"`,
  );
  const [state] = rows;
  if (state === undefined) throw new Error('PostgreSQL counted nothing.');
  return state;
}
