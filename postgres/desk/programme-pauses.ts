import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { makeJob } from './many.ts';
import { PAUSE_STANDS, PAUSES } from '../views/post-holds.ts';
import { PLACE, SUBJECT } from '../views/place.ts';

/** The pause of a whole programme: a job that pauses its deployments, and perhaps the one that ends it. */
export type ProgrammePause = {
  readonly job: string;
  readonly programme: string;
  readonly because: string;
  readonly byName: string;
  readonly madeAt: string;
  readonly confirmedAt: string | null;
  readonly stands: boolean;
  readonly undoJob: string | null;
  /** How many deployments it has paused, and how many are still to be. */
  readonly paused: number;
  readonly toDo: number;
};

/** Keeps a job with its lines as the pause of a whole programme. */
export async function makePause(
  pool: pg.Pool,
  programme: string,
  job: Parameters<typeof makeJob>[1],
  lines: Parameters<typeof makeJob>[2],
): Promise<void> {
  await inTransaction(pool, async (db) => {
    await makeJob(db, job, lines);
    await db.query('INSERT INTO programme_pauses (job, programme) VALUES ($1::uuid, $2) ON CONFLICT DO NOTHING', [job.id, programme]);
  });
}

/** The pauses of programmes, the newest first. */
export async function listPauses(db: Db): Promise<readonly ProgrammePause[]> {
  const { rows } = await db.query<ProgrammePause>(
    `SELECT pause.job, pause.programme, job.said ->> 'because' AS because, coalesce(person.name, job.by_person) AS "byName", job.made_at AS "madeAt",
            job.confirmed_at AS "confirmedAt", ${PAUSE_STANDS} AS stands, pause.undo_job AS "undoJob",
            (SELECT count(*) FROM many_lines line WHERE line.job = pause.job AND line.state = 'done')::int AS paused,
            (SELECT count(*) FROM many_lines line WHERE line.job = pause.job AND line.state IN ('to-check', 'waiting'))::int AS "toDo"
     FROM ${PAUSES} LEFT JOIN people person ON person.id = job.by_person
     WHERE job.cancelled_at IS NULL OR job.confirmed_at IS NOT NULL ORDER BY job.made_at DESC, pause.job`,
  );
  return rows;
}

/** Whether a standing pause may have deployments to reach that have started since, or that are yet to be paused. */
export async function programmeIsPaused(db: Db, programme: string): Promise<boolean> {
  const { rowCount } = await db.query(`SELECT FROM ${PAUSES} WHERE ${PAUSE_STANDS} AND pause.programme = $1 LIMIT 1`, [programme]);
  return (rowCount ?? 0) > 0;
}

/**
 * Adds a line to each standing pause for every deployment of its programme that has started since. Until such a line is carried out, the
 * ledger keeps the e-mails of the deployment back.
 */
export async function reachStarted(db: Db): Promise<void> {
  await db.query(
    `INSERT INTO many_lines (job, number, target, name, given, state)
     SELECT pause.job, (SELECT coalesce(max(number), 0) FROM many_lines line WHERE line.job = pause.job)
                       + row_number() OVER (PARTITION BY pause.job ORDER BY d.reference), d.reference, ${SUBJECT}, '{}', 'to-check'
     FROM ${PAUSES} JOIN deployments d ON d.programme = pause.programme ${PLACE}
     WHERE ${PAUSE_STANDS} AND d.status = 'running'
       AND NOT EXISTS (SELECT FROM many_lines line WHERE line.job = pause.job AND line.target = d.reference)
     ON CONFLICT DO NOTHING`,
  );
}

/** Keeps the job that ends a pause, with its lines. False, and nothing is kept, when another one does already. */
export async function endPause(
  pool: pg.Pool,
  pause: string,
  job: Parameters<typeof makeJob>[1],
  lines: Parameters<typeof makeJob>[2],
): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ job: string }>(
      `SELECT job FROM programme_pauses WHERE job = $1::uuid AND (undo_job IS NULL OR EXISTS (
         SELECT FROM many_jobs undo WHERE undo.id = undo_job AND undo.confirmed_at IS NULL AND undo.cancelled_at IS NOT NULL)) FOR UPDATE`,
      [pause],
    );
    if (rows.length === 0) return false;
    await makeJob(db, job, lines);
    await db.query('UPDATE programme_pauses SET undo_job = $2::uuid WHERE job = $1::uuid', [pause, job.id]);
    return true;
  });
}

/** What a pause did to a deployment, as it was kept in its line; undefined where it did nothing. */
export async function commandsOfPause(db: Db, job: string, reference: string): Promise<unknown> {
  const { rows } = await db.query<{ commands: unknown }>(
    "SELECT commands FROM many_lines WHERE job = $1::uuid AND target = $2 AND state = 'done'",
    [job, reference],
  );
  return rows[0]?.commands;
}

/** The running deployments of a programme. */
export async function runningOf(db: Db, programme: string): Promise<readonly { readonly reference: string; readonly subject: string }[]> {
  const { rows } = await db.query<{ reference: string; subject: string }>(
    `SELECT d.reference, ${SUBJECT} AS subject FROM deployments d ${PLACE} WHERE d.status = 'running' AND d.programme = $1 ORDER BY d.reference`,
    [programme],
  );
  return rows;
}
