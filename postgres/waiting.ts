import type { Db } from './database.ts';

export type Waiting = {
  /** Letters that are queued or being sent. */
  readonly letters: number;
  /** How long the oldest of them has waited, in seconds; 0 when there is none. */
  readonly oldestSeconds: number;
  /** Open steps that must be done and whose due date has passed, in London. */
  readonly lateSteps: number;
  readonly calls: number;
  readonly escalations: number;
  readonly contacts: number;
};

/** What waits for somebody, counted. */
export async function readWaiting(db: Db): Promise<Waiting> {
  const { rows } = await db.query<Waiting>(
    `SELECT (SELECT count(*)::int FROM messages WHERE state IN ('queued', 'claimed')) AS letters,
            (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)::float8
             FROM messages WHERE state IN ('queued', 'claimed')) AS "oldestSeconds",
            (SELECT count(*)::int FROM steps
             WHERE state = 'open' AND NOT optional AND due_on < (now() AT TIME ZONE 'Europe/London')::date) AS "lateSteps",
            (SELECT count(*)::int FROM call_tasks WHERE closed_at IS NULL) AS calls,
            (SELECT count(*)::int FROM escalations WHERE closed_at IS NULL) AS escalations,
            (SELECT count(*)::int FROM contact_tasks WHERE closed_at IS NULL) AS contacts`,
  );
  const [waiting] = rows;
  if (waiting === undefined) throw new Error('PostgreSQL counted nothing.');
  return waiting;
}
