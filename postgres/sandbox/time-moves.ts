import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { PLACE, SUBJECT } from '../views/place.ts';

/** A move of time in a training copy, as somebody asked for it and as far as it is. */
export type TimeMove = {
  readonly id: string;
  readonly kind: 'to' | 'until-something';
  /** Whose name to show; null when it was asked from the command line. */
  readonly by: string | null;
  /** By the clock on the wall. */
  readonly askedAt: string;
  /** These three by the moved clock. */
  readonly fromAt: string;
  readonly toAt: string | null;
  readonly reachedAt: string;
  readonly wakeUps: number;
  /** Why it does not go on at the moment. */
  readonly waitsFor: string | null;
  readonly stopAsked: boolean;
  /** By the clock on the wall; null while it goes on. */
  readonly settledAt: string | null;
  readonly outcome: string | null;
};

const MOVE = `
  m.id, m.kind, coalesce(p.name, m.by_person) AS by, m.asked_at AS "askedAt", m.from_at AS "fromAt", m.to_at AS "toAt", m.reached_at AS "reachedAt",
  m.wake_ups AS "wakeUps", m.waits_for AS "waitsFor", m.stop_asked AS "stopAsked", m.settled_at AS "settledAt", m.outcome
  FROM time_moves m LEFT JOIN people p ON p.id = m.by_person`;

/** Asks for a move. False when another is going on, or when this one was asked for before. */
export async function askForMove(
  db: Db,
  move: { readonly id: string; readonly kind: TimeMove['kind']; readonly by: string | null; readonly toMs: number | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO time_moves (id, kind, by_person, from_at, to_at, reached_at)
     SELECT $1, $2, $3, at, to_timestamp($4::float8 / 1000), at FROM (SELECT clock_timestamp() + moved_by AS at FROM sandbox) moved
     ON CONFLICT DO NOTHING`,
    [move.id, move.kind, move.by, move.toMs],
  );
  return rowCount === 1;
}

/** The move that is going on; null when none is. */
export async function readOpenMove(db: Db): Promise<TimeMove | null> {
  const { rows } = await db.query<TimeMove>(`SELECT ${MOVE} WHERE m.settled_at IS NULL`);
  return rows[0] ?? null;
}

/** One move. */
export async function readMove(db: Db, id: string): Promise<TimeMove | null> {
  const { rows } = await db.query<TimeMove>(`SELECT ${MOVE} WHERE m.id::text = $1`, [id]);
  return rows[0] ?? null;
}

/** The newest moves, the newest first. */
export async function listMoves(db: Db, most: number): Promise<readonly TimeMove[]> {
  const { rows } = await db.query<TimeMove>(`SELECT ${MOVE} ORDER BY m.asked_at DESC, m.id LIMIT $1`, [most]);
  return rows;
}

/** Asks that the move that is going on stop at the next moment at which it can. */
export async function askToStop(db: Db, id: string): Promise<void> {
  await db.query('UPDATE time_moves SET stop_asked = true WHERE id::text = $1 AND settled_at IS NULL', [id]);
}

/** A move that one process carries out until its lease runs out. */
export type ClaimedMove = TimeMove & { readonly claim: string };

/** Claims the move that is going on. Undefined when there is none, or somebody else carries it out. */
export async function claimMove(db: Db, leaseSeconds: number): Promise<ClaimedMove | undefined> {
  const { rows } = await db.query<ClaimedMove>(
    `WITH claimed AS (
       UPDATE time_moves SET claim = gen_random_uuid(), claimed_until = clock_timestamp() + make_interval(secs => $1)
       WHERE settled_at IS NULL AND (claimed_until IS NULL OR claimed_until <= clock_timestamp()) RETURNING id, claim)
     SELECT m.id, m.kind, m.by_person AS by, m.asked_at AS "askedAt", m.from_at AS "fromAt", m.to_at AS "toAt", m.reached_at AS "reachedAt",
            m.wake_ups AS "wakeUps", m.waits_for AS "waitsFor", m.stop_asked AS "stopAsked", m.settled_at AS "settledAt", m.outcome, claimed.claim
     FROM claimed JOIN time_moves m ON m.id = claimed.id`,
    [leaseSeconds],
  );
  return rows[0];
}

type Held = Pick<ClaimedMove, 'id' | 'claim'>;

/** Keeps a claim for longer, and says how many wake-ups there were since. Undefined when it was lost; else whether to stop. */
export async function renewMove(
  db: Db,
  { id, claim }: Held,
  wakeUps: number,
  leaseSeconds: number,
): Promise<{ readonly stop: boolean } | undefined> {
  const { rows } = await db.query<{ stop: boolean }>(
    `UPDATE time_moves SET claimed_until = clock_timestamp() + make_interval(secs => $4), wake_ups = wake_ups + $3, waits_for = NULL
     WHERE id = $1 AND claim = $2 AND settled_at IS NULL RETURNING stop_asked AS stop`,
    [id, claim, wakeUps, leaseSeconds],
  );
  return rows[0];
}

/** Gives a claim back, to be taken up again, with the reason why it does not go on if there is one. */
export async function releaseMove(db: Db, { id, claim }: Held, waitsFor: string | null): Promise<void> {
  await db.query('UPDATE time_moves SET claim = NULL, claimed_until = NULL, waits_for = $3 WHERE id = $1 AND claim = $2', [
    id,
    claim,
    waitsFor,
  ]);
}

/** Records the end of a move. */
export async function settleMove(db: Db, { id, claim }: Held, outcome: string): Promise<void> {
  await db.query(
    `UPDATE time_moves SET settled_at = clock_timestamp(), outcome = $3, claim = NULL, claimed_until = NULL, waits_for = NULL
     WHERE id = $1 AND claim = $2 AND settled_at IS NULL`,
    [id, claim, outcome],
  );
}

/**
 * Lets the time of a training copy be this instant (epoch milliseconds), for whoever holds the move. Letters that wait have waited for as
 * much longer: one that waits for sending hours is then due. Answers the time there is then; an earlier instant changes nothing.
 */
export function moveTimeTo(pool: pg.Pool, { id, claim }: Held, toMs: number): Promise<number> {
  return inTransaction(pool, async (db) => {
    const { rows: held } = await db.query('SELECT FROM time_moves WHERE id = $1 AND claim = $2 AND settled_at IS NULL FOR UPDATE', [
      id,
      claim,
    ]);
    if (held.length === 0) throw new Error('Another process carries out this move of time.');
    const { rows } = await db.query<{ atMs: number }>(
      `SELECT (extract(epoch FROM clock_timestamp() + moved_by) * 1000)::float8 AS "atMs" FROM sandbox FOR UPDATE`,
    );
    const atMs = rows[0]?.atMs ?? toMs;
    const byMs = Math.max(0, toMs - atMs);
    if (byMs > 0) {
      await db.query('UPDATE sandbox SET moved_by = moved_by + make_interval(secs => $1::float8 / 1000)', [byMs]);
      await db.query(
        `UPDATE messages SET queued_at = queued_at - make_interval(secs => $1::float8 / 1000), send_after = send_after - make_interval(secs => $1::float8 / 1000)
         WHERE state = 'queued'`,
        [byMs],
      );
    }
    await db.query('UPDATE time_moves SET reached_at = to_timestamp($2::float8 / 1000) WHERE id = $1', [id, atMs + byMs]);
    return atMs + byMs;
  });
}

/** A deployment of a training copy whose clock can be moved. One that has ended may be reopened for a while; one may not be stored yet. */
export async function listMovable(db: Db): Promise<readonly { readonly reference: string; readonly running: boolean }[]> {
  const { rows } = await db.query<{ reference: string; running: boolean }>(
    `SELECT reference, status = 'running' AS running FROM deployments
     UNION ALL SELECT reference, false FROM starting WHERE NOT EXISTS (SELECT FROM deployments d WHERE d.reference = starting.reference) ORDER BY 1`,
  );
  return rows;
}

/** The moment, by the moved clock, at which the first letter that waits for its time may leave; null when none waits. */
export async function nextLetterMs(db: Db): Promise<number | null> {
  const { rows } = await db.query<{ atMs: number | null }>(
    `SELECT (extract(epoch FROM min(m.send_after) + (SELECT moved_by FROM sandbox)) * 1000)::float8 AS "atMs" FROM messages m WHERE m.state = 'queued'`,
  );
  return rows[0]?.atMs ?? null;
}

/** Lets reminders that are gathered leave at once. Answers which mailrooms have letters to send. */
export async function letGatheredLeave(db: Db): Promise<readonly number[]> {
  await db.query(
    "UPDATE messages SET send_after = NULL WHERE state = 'queued' AND attempts = 0 AND reason IS NULL AND send_after IS NOT NULL",
  );
  const { rows } = await db.query<{ mailroom: number }>(
    `SELECT DISTINCT mailroom FROM messages
     WHERE state = 'claimed' OR state = 'queued' AND coalesce(send_after <= clock_timestamp(), true) ORDER BY mailroom`,
  );
  return rows.map(({ mailroom }) => mailroom);
}

/** How many letters could leave now and have not left. */
export async function countLeaving(db: Db): Promise<number> {
  const { rows } = await db.query<{ letters: number }>(
    `SELECT count(*)::int AS letters FROM messages
     WHERE state = 'claimed' OR state = 'queued' AND coalesce(send_after <= clock_timestamp(), true)`,
  );
  return rows[0]?.letters ?? 0;
}

/** The calendar that most running deployments count on; null when none runs. */
export async function mostUsedCalendar(db: Db): Promise<string | null> {
  const { rows } = await db.query<{ version: string }>(
    `SELECT calendar_version AS version FROM deployments WHERE status = 'running'
     GROUP BY calendar_version ORDER BY count(*) DESC, calendar_version LIMIT 1`,
  );
  return rows[0]?.version ?? null;
}

/** A letter that left during a move. */
export type LetterOfMove = {
  readonly reference: string;
  readonly subjectName: string;
  /** When it left, by the moved clock. */
  readonly at: string;
  readonly to: string;
  readonly subject: string | null;
};

/** The letters that left during a move, the last first, and how many there were. */
export async function lettersOfMove(
  db: Db,
  { askedAt, settledAt }: Pick<TimeMove, 'askedAt' | 'settledAt'>,
  most: number,
): Promise<{ readonly count: number; readonly letters: readonly LetterOfMove[] }> {
  const { rows } = await db.query<LetterOfMove & { count: number }>(
    `SELECT l.reference, ${SUBJECT} AS "subjectName", l.written_at + (l.accepted_at - l.queued_at) AS at, coalesce(p.name, l.person) AS to, l.subject,
            (count(*) OVER ())::int AS count
     FROM messages l JOIN deployments d ON d.reference = l.reference ${PLACE} LEFT JOIN people p ON p.id = l.person
     WHERE l.accepted_at BETWEEN $1 AND coalesce($2::timestamptz, clock_timestamp())
     ORDER BY l.accepted_at DESC, l.written_at DESC, l.key LIMIT $3`,
    [askedAt, settledAt, most],
  );
  return { count: rows[0]?.count ?? 0, letters: rows };
}

/** The deployments in which something was recorded during a move, and how much. */
export async function deploymentsOfMove(
  db: Db,
  { askedAt, settledAt }: Pick<TimeMove, 'askedAt' | 'settledAt'>,
): Promise<readonly { readonly reference: string; readonly subjectName: string; readonly events: number; readonly lastAt: string }[]> {
  const { rows } = await db.query<{ reference: string; subjectName: string; events: number; lastAt: string }>(
    `SELECT d.reference, ${SUBJECT} AS "subjectName", happened.events, happened.last_at AS "lastAt"
     FROM (SELECT reference, count(*)::int AS events, max(at) AS last_at FROM events
           WHERE recorded_at BETWEEN $1 AND coalesce($2::timestamptz, clock_timestamp()) GROUP BY reference) happened
     JOIN deployments d ON d.reference = happened.reference ${PLACE} ORDER BY d.reference`,
    [askedAt, settledAt],
  );
  return rows;
}
