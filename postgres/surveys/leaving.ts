import { mayGoMs } from '../../domain/surveys/wave-times.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type pg from 'pg';
import { mayGetNote } from '../desk/daily-cap.ts';
import { IS_PERSON_HELD } from './held.ts';

/** Whether a letter of a survey may leave now. */
export type SurveyLeaving = 'may-leave' | 'waits' | 'not-wanted';

/**
 * Asked once more immediately before a letter of a survey is sent: by the clock of its wave, on one of its person's own days, in sending
 * hours, with no hold on their post and a place left in their day after every letter that is waiting for them. Nobody wants it who has
 * answered meanwhile, opted out of this survey or, by the link of another, of all, been written a newer one, or whose wave has ended.
 */
export async function maySurveyLeave(
  pool: pg.Pool,
  note: { readonly id: string; readonly claim: string; readonly person: string },
): Promise<SurveyLeaving> {
  const { rows } = await pool.query<{ openDays: readonly PlainDate[]; nowMs: number; held: boolean }>(
    `SELECT m.open_days::text[] AS "openDays", ${IS_PERSON_HELD('m.person')} AS held,
            (extract(epoch FROM letter.written_at + (clock_timestamp() - n.queued_at)) * 1000)::float8 AS "nowMs"
     FROM survey_letters letter JOIN notes n ON n.id = letter.note
     JOIN survey_waves w ON w.id = letter.wave AND w.state = 'open'
     JOIN survey_members m ON m.wave = letter.wave AND m.person = letter.person
     JOIN survey_invitations i ON i.wave = letter.wave AND i.person = letter.person AND i.state IN ('queued', 'sent', 'opened', 'started')
     WHERE letter.note = $1 AND NOT EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = letter.person)
       AND NOT EXISTS (SELECT FROM survey_letters newer
       WHERE newer.wave = letter.wave AND newer.person = letter.person AND newer.written_at > letter.written_at)`,
    [note.id],
  );
  const [row] = rows;
  if (row === undefined) return 'not-wanted';
  const mayMs = mayGoMs(row.openDays, note.person, row.nowMs);
  if (mayMs === null) return 'not-wanted';
  return !row.held && mayMs <= row.nowMs && (await mayGetNote(pool, note)) ? 'may-leave' : 'waits';
}

/** Drops a letter of a survey that nobody wants any more. */
export async function dropSurveyNote(pool: pg.Pool, { id, claim }: { readonly id: string; readonly claim: string }): Promise<void> {
  await pool.query(
    `WITH gone AS (DELETE FROM notes WHERE id = $1 AND claim = $2 AND kind = 'survey' RETURNING id)
     DELETE FROM survey_letters USING gone WHERE survey_letters.note = gone.id`,
    [id, claim],
  );
}
