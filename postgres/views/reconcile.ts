import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { RecordStory } from '../../domain/chronology/compare-stories.ts';
import type { Db } from '../database.ts';
import { IS_HELD } from './post-holds.ts';

/** How many events of a deployment are in the record; 0 when there is none. */
export async function readSequence(db: Db, reference: string): Promise<number> {
  const { rows } = await db.query<{ sequence: number }>('SELECT sequence FROM deployments WHERE reference = $1', [reference]);
  return rows[0]?.sequence ?? 0;
}

/** A deployment as the record has it: everything that happened, and whether it runs. Undefined when it has none. */
export async function readRecordStory(db: Db, reference: string): Promise<RecordStory | undefined> {
  const { rows } = await db.query<{ running: boolean; before: number; events: readonly ChronologyEvent[] }>(
    `SELECT d.status = 'running' AS running, 0 AS before,
            coalesce((SELECT jsonb_agg(e.body ORDER BY e.sequence) FROM events e WHERE e.reference = d.reference), '[]') AS events
     FROM deployments d WHERE d.reference = $1`,
    [reference],
  );
  return rows[0];
}

/** Days for which a deployment that has ended is compared as well: as long as any programme lets one be reopened, and more. */
const ENDED_DAYS = 90;

/** The deployments that the engine should know, or may: those that run, and those that ended within the last 90 days. The newest events first. */
export async function listComparable(db: Db): Promise<readonly { readonly reference: string; readonly running: boolean }[]> {
  const { rows } = await db.query<{ reference: string; running: boolean }>(
    `SELECT reference, status = 'running' AS running FROM deployments d
     WHERE status = 'running' OR ended_at > clock_timestamp() - make_interval(days => $1)
     ORDER BY (SELECT e.recorded_at FROM events e WHERE e.reference = d.reference AND e.sequence = d.sequence) DESC NULLS LAST, reference`,
    [ENDED_DAYS],
  );
  return rows;
}

/** Those of these references that the record has. */
export async function knowsDeployments(db: Db, references: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ reference: string }>('SELECT reference FROM deployments WHERE reference = ANY ($1::text[])', [
    references,
  ]);
  return new Set(rows.map(({ reference }) => reference));
}

/** Whether the register has the school or trust that a deployment supports. */
export async function knowsSubject(db: Db, subject: { readonly kind: 'school' | 'trust'; readonly id: string }): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `SELECT CASE WHEN $1 = 'school' THEN EXISTS (SELECT FROM schools WHERE urn = $2)
                 ELSE EXISTS (SELECT FROM trusts WHERE id = $2) END AS known`,
    [subject.kind, subject.id],
  );
  return rows[0]?.known ?? false;
}

/** Takes numbers for references until the next one is greater than this, so that none is given out twice. */
export async function passNumber(db: Db, number: number): Promise<void> {
  await db.query(
    `SELECT nextval('deployment_numbers') FROM generate_series(1, $1::bigint - (SELECT last_value FROM deployment_numbers)) LIMIT 1000000`,
    [number],
  );
}

/** The mailrooms that have letters to send. */
export async function mailroomsWithLetters(db: Db): Promise<readonly number[]> {
  const { rows } = await db.query<{ mailroom: number }>(
    "SELECT DISTINCT mailroom FROM messages WHERE state IN ('queued', 'claimed') ORDER BY 1",
  );
  return rows.map(({ mailroom }) => mailroom);
}

/**
 * The letters that a mailroom must have sent by its own account, though the record has them as waiting: they waited already, or were
 * claimed, when it began a round after which, it said, nothing was left. Ask it while no worker runs.
 */
export async function listGoneLetters(db: Db, mailroom: number, roundBeganAt: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT m.key FROM messages m
     WHERE m.mailroom = $1 AND m.queued_at < $2 AND (m.state = 'claimed' OR m.state = 'queued' AND coalesce(m.send_after <= $2, true))
       AND NOT ${IS_HELD}
       AND NOT EXISTS (SELECT FROM post_holds released WHERE released.released_at > $2)
     ORDER BY m.key`,
    [mailroom, roundBeganAt],
  );
  return rows.map(({ key }) => key);
}

/** Keeps letters as perhaps sent, so that no mailroom sends them again. Answers how many there were. */
export async function keepAsPerhapsSent(db: Db, keys: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE messages SET state = 'perhaps-sent', closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL,
            reason = 'The record was restored to a moment before this letter left. It has probably been sent, and was not sent again.'
     WHERE key = ANY ($1::text[]) AND state IN ('queued', 'claimed')`,
    [keys],
  );
  return rowCount ?? 0;
}

/** What was mended, for good. */
export type Reconciliation = {
  readonly reference: string;
  readonly found: string;
  readonly did: string;
  readonly because: string;
  /** A contact id. */
  readonly by: string;
};

/** Notes what was mended, by whom and why. It is never changed. */
export async function noteReconciliation(db: Db, { reference, found, did, because, by }: Reconciliation): Promise<void> {
  await db.query('INSERT INTO reconciliations (reference, found, did, because, by_person) VALUES ($1, $2, $3, $4, $5)', [
    reference,
    found,
    did,
    because,
    by,
  ]);
}
