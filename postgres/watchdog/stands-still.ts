import type { Instant } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import { IS_HELD } from '../views/post-holds.ts';

/** A mailroom that has letters to send now and has not moved one. */
export type StandingMailroom = { readonly mailroom: number; readonly letters: number; readonly since: Instant };

/**
 * The mailrooms whose letters could have left for so many minutes, and which have ended none of their letters meanwhile: sent, refused,
 * dropped. Letters on hold and letters that wait for their hour are not counted.
 */
export async function listStandingMailrooms(db: Db, minutes: number): Promise<readonly StandingMailroom[]> {
  const { rows } = await db.query<StandingMailroom>(
    `WITH due AS (
       SELECT m.mailroom, count(*)::int AS letters, min(greatest(m.queued_at, m.send_after)) AS since FROM messages m
       WHERE m.state IN ('queued', 'claimed') AND greatest(m.queued_at, m.send_after) < clock_timestamp() - make_interval(mins => $1)
         AND (m.claimed_until IS NULL OR m.claimed_until < clock_timestamp()) AND NOT ${IS_HELD}
       GROUP BY m.mailroom)
     SELECT mailroom, letters, since FROM due
     WHERE NOT EXISTS (SELECT FROM messages moved WHERE moved.mailroom = due.mailroom
       AND greatest(moved.accepted_at, moved.closed_at) > clock_timestamp() - make_interval(mins => $1)) ORDER BY mailroom`,
    [minutes],
  );
  return rows;
}

/** An open escalation that reaches nobody. */
export type UnownedEscalation = {
  readonly reference: string;
  readonly step: string;
  readonly round: number;
  readonly rung: string;
  readonly role: string;
  /** A contact id; null when nobody holds the role. */
  readonly person: string | null;
  /** `nobody`: nobody holds the role; `unknown`: that contact id is nobody's; `refused`: their address takes no e-mail. */
  readonly why: 'nobody' | 'unknown' | 'refused';
};

/** The open escalations that nobody has: nobody holds the role, the contact is unknown, or they have not taken it on and no e-mail reaches them. */
export async function listUnownedEscalations(db: Db): Promise<readonly UnownedEscalation[]> {
  const { rows } = await db.query<UnownedEscalation>(
    `SELECT e.reference, e.step, e.round, e.rung, e.role, e.person,
            CASE WHEN e.person IS NULL THEN 'nobody' WHEN p.id IS NULL THEN 'unknown' ELSE 'refused' END AS why
     FROM escalations e JOIN deployments d ON d.reference = e.reference LEFT JOIN people p ON p.id = e.person
     WHERE e.closed_at IS NULL AND d.status = 'running'
       AND (p.id IS NULL OR p.address_refused_at IS NOT NULL AND e.acknowledged_at IS NULL)
     ORDER BY e.reference, e.step, e.round, e.rung`,
  );
  return rows;
}

/** What time it is by PostgreSQL's clock, in epoch milliseconds. */
export async function readDatabaseClock(db: Db): Promise<number> {
  const { rows } = await db.query<{ ms: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms');
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL does not say what time it is.');
  return row.ms;
}
