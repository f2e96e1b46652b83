import { clockStands } from './clock-stands.ts';
import type { Db } from '../database.ts';
import { ITS_TODAY } from './place.ts';

export type Waiting = {
  /** Letters that are queued or being sent. */
  readonly letters: number;
  /** How long the oldest of them has waited, in seconds; 0 when there is none. */
  readonly oldestSeconds: number;
  /** Open steps that must be done, whose due date has passed and whose clock runs. */
  readonly lateSteps: number;
  /** Calls to make. Nobody is called about a step whose clock is stopped. */
  readonly calls: number;
  readonly escalations: number;
  readonly contacts: number;
};

/** The work that waits for somebody, in numbers. */
export async function readWaiting(db: Db): Promise<Waiting> {
  const { rows } = await db.query<Waiting>(
    `SELECT (SELECT count(*)::int FROM messages WHERE state IN ('queued', 'claimed')) AS letters,
            (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)::float8
             FROM messages WHERE state IN ('queued', 'claimed')) AS "oldestSeconds",
            (SELECT count(*)::int FROM steps s JOIN deployments d ON d.reference = s.reference
             WHERE s.state = 'open' AND NOT s.optional AND s.due_on < ${ITS_TODAY} AND NOT ${clockStands('s')}) AS "lateSteps",
            (SELECT count(*)::int FROM call_tasks c WHERE c.closed_at IS NULL AND NOT ${clockStands('c')}) AS calls,
            (SELECT count(*)::int FROM escalations WHERE closed_at IS NULL) AS escalations,
            (SELECT count(*)::int FROM contact_tasks WHERE closed_at IS NULL) AS contacts`,
  );
  const [waiting] = rows;
  if (waiting === undefined) throw new Error('PostgreSQL counted nothing.');
  return waiting;
}
