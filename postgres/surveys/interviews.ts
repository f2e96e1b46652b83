import type pg from 'pg';
import type { Interview, InterviewAnswer } from '../../domain/fieldwork/interviews.ts';
import type { Facts, Schedule } from '../../domain/fieldwork/schedule.ts';
import { orderedJson } from '../../domain/ordered-json.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';

export type NewInterview = {
  readonly schedule: Schedule;
  readonly heldOn: PlainDate;
  readonly facts: Facts;
  readonly by: string;
};

/** Makes an interview, and keeps its schedule. Null, and nothing made, when the same version of the schedule was kept with other content. */
export async function makeInterview(pool: pg.Pool, { schedule, heldOn, facts, by }: NewInterview): Promise<number | null> {
  return inTransaction(pool, async (db) => {
    await db.query('INSERT INTO interview_schedules (schedule, version, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      schedule.id,
      schedule.version,
      JSON.stringify(schedule),
    ]);
    const { rows: kept } = await db.query<{ document: Schedule }>(
      'SELECT document FROM interview_schedules WHERE schedule = $1 AND version = $2',
      [schedule.id, schedule.version],
    );
    if (orderedJson(kept[0]?.document ?? null) !== orderedJson(schedule)) return null;
    const { rows } = await db.query<{ id: number }>(
      'INSERT INTO interviews (schedule, version, held_on, facts, begun_by) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      [schedule.id, schedule.version, heldOn, JSON.stringify(facts), by],
    );
    return rows[0]?.id ?? null;
  });
}

const INTERVIEW = `SELECT i.id, kept.document AS schedule, i.held_on AS "heldOn", i.facts, i.finished_at IS NOT NULL AS finished,
    coalesce((SELECT jsonb_agg(jsonb_build_object('question', answer.question, 'options', answer.options, 'note', answer.note,
          'quote', answer.quote, 'consent', answer.consent) ORDER BY answer.question)
       FROM (SELECT DISTINCT ON (one.question) one.* FROM interview_answers one WHERE one.interview = i.id
             ORDER BY one.question, one.id DESC) answer), '[]') AS answers
  FROM interviews i JOIN interview_schedules kept ON kept.schedule = i.schedule AND kept.version = i.version`;

/** Every interview with what holds of its answers, the oldest first. */
export async function listInterviews(db: Db): Promise<readonly Interview[]> {
  const { rows } = await db.query<Interview>(`${INTERVIEW} ORDER BY i.id`);
  return rows;
}

/** Which finished interviews are meant. '' narrows nothing. `quotable`: only those in which somebody agreed to be quoted at some time. */
export type InterviewsWanted = {
  /** The id of a schedule, in every version. */
  readonly schedule: string;
  readonly fieldwork: string;
  readonly group: string;
  readonly quotable: boolean;
};

/** The finished interviews that are meant, with what holds of their answers, the oldest first. */
export async function listFinished(db: Db, { schedule, fieldwork, group, quotable }: InterviewsWanted): Promise<readonly Interview[]> {
  const { rows } = await db.query<Interview>(
    `${INTERVIEW}
     WHERE i.finished_at IS NOT NULL AND ($1 = '' OR i.schedule = $1) AND ($2 = '' OR kept.document ->> 'fieldwork' = $2)
       AND ($3 = '' OR kept.document ->> 'group' = $3)
       AND (NOT $4::boolean OR EXISTS (SELECT FROM interview_answers agreed WHERE agreed.interview = i.id AND agreed.consent))
     ORDER BY i.id`,
    [schedule, fieldwork, group, quotable],
  );
  return rows;
}

/** An interview by its number. Undefined where there is none. */
export async function findInterview(db: Db, id: number): Promise<Interview | undefined> {
  const { rows } = await db.query<Interview>(`${INTERVIEW} WHERE i.id = $1`, [id]);
  return rows[0];
}

/** Keeps answers of an interview in one statement, a new row each; those that say what holds already are left out. */
export async function keepInterviewAnswers(db: Db, interview: number, answers: readonly InterviewAnswer[], by: string): Promise<void> {
  await db.query(
    `INSERT INTO interview_answers (interview, question, options, note, quote, consent, kept_by)
     SELECT $1, given.question, ARRAY(SELECT jsonb_array_elements_text(given.options)), given.note, given.quote, given.consent, $3
     FROM jsonb_to_recordset($2::jsonb) AS given (question integer, options jsonb, note text, quote text, consent boolean)
     LEFT JOIN LATERAL (SELECT * FROM interview_answers one WHERE one.interview = $1 AND one.question = given.question
                        ORDER BY one.id DESC LIMIT 1) held ON true
     WHERE (coalesce(held.options, '{}'), coalesce(held.note, ''), coalesce(held.quote, ''), held.consent)
       IS DISTINCT FROM (ARRAY(SELECT jsonb_array_elements_text(given.options)), given.note, given.quote, given.consent)`,
    [interview, JSON.stringify(answers), by],
  );
}

/** Finishes an interview: from now on it counts. Finishing it twice changes nothing. */
export async function closeInterview(db: Db, interview: number, by: string): Promise<void> {
  await db.query('UPDATE interviews SET finished_by = $2, finished_at = clock_timestamp() WHERE id = $1 AND finished_at IS NULL', [
    interview,
    by,
  ]);
}
