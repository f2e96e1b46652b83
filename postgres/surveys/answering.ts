import type pg from 'pg';
import type { KnownAudience } from '../../domain/surveys/population.ts';
import type { Given } from '../../domain/surveys/routing.ts';
import type { Submission } from '../../domain/surveys/submission.ts';
import type { Survey } from '../../domain/surveys/survey.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import type { WaveState } from './waves.ts';

export type InvitationState = 'queued' | 'sent' | 'bounced' | 'opened' | 'started' | 'submitted' | 'opted-out' | 'lapsed';

/** What is behind the link of a survey. */
export type Invited = {
  readonly wave: number;
  readonly person: string;
  readonly name: string;
  /** The address that they have now. A link that was sent to another opens nothing. */
  readonly email: string;
  readonly audiences: readonly KnownAudience[];
  readonly state: InvitationState;
  readonly waveState: WaveState;
  readonly closesOn: PlainDate;
  readonly survey: Survey;
  /** Whether answers are still taken: the wave is open, and its last day has not passed by its own clock. */
  readonly open: boolean;
  readonly optedOut: boolean;
};

/** The day in London by the clock of a wave: where it stood when the wave last woke, and what has passed since on the wall. */
const ITS_DAY = `((w.as_of + (clock_timestamp() - w.woken_at)) AT TIME ZONE 'Europe/London')::date`;

/** What is behind a link. Undefined where none was ever sent like it. */
export async function findInvited(db: Db, linkHash: Buffer): Promise<Invited | undefined> {
  const { rows } = await db.query<Invited>(
    `SELECT i.wave, i.person, coalesce(p.name, '') AS name, coalesce(p.email, '') AS email, m.audiences, i.state, w.state AS "waveState",
            coalesce(m.closes_on, w.closes_on) AS "closesOn", kept.document AS survey, w.state = 'open' AND ${ITS_DAY} <= coalesce(m.closes_on, w.closes_on) AS open,
            EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = i.person) AS "optedOut"
     FROM survey_invitations i JOIN survey_members m ON m.wave = i.wave AND m.person = i.person
     JOIN survey_waves w ON w.id = i.wave JOIN survey_versions kept ON kept.survey = w.survey AND kept.version = w.version
     JOIN people p ON p.id = i.person AND p.merged_into IS NULL
     WHERE i.link_hash = $1`,
    [linkHash],
  );
  return rows[0];
}

type Whose = { readonly wave: number; readonly person: string };

/** What they have filled in so far; empty where they have not begun. */
export async function readSurveyDraft(db: Db, { wave, person }: Whose): Promise<Given> {
  const { rows } = await db.query<{ body: Given }>('SELECT body FROM survey_drafts WHERE wave = $1 AND person = $2', [wave, person]);
  return rows[0]?.body ?? {};
}

/** A state in which somebody may still answer: one whose invitation came back may, when it reached them all the same. */
const MAY_ANSWER = "state IN ('queued', 'sent', 'bounced', 'opened', 'started')";

/** Notes that somebody began. Changes nothing once they have filled something in. */
export async function openSurvey(db: Db, { wave, person }: Whose): Promise<void> {
  await db.query(
    "UPDATE survey_invitations SET state = 'opened' WHERE wave = $1 AND person = $2 AND state IN ('queued', 'sent', 'bounced')",
    [wave, person],
  );
}

/** Keeps what somebody has filled in. False when they may not answer any more. */
export async function keepSurveyDraft(pool: pg.Pool, { wave, person }: Whose, body: Given): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE survey_invitations SET state = 'started' WHERE wave = $1 AND person = $2 AND ${MAY_ANSWER}`,
      [wave, person],
    );
    if (rowCount !== 1) return false;
    await db.query(
      'INSERT INTO survey_drafts (wave, person, body) VALUES ($1, $2, $3) ON CONFLICT (wave, person) DO UPDATE SET body = excluded.body',
      [wave, person, JSON.stringify(body)],
    );
    return true;
  });
}

/** The first half of the lock that lets one response at a time join those of a wave. */
const SUBMITTING = 7_301_392;

/**
 * Takes a response. False, and nothing kept, when this invitation has answered, was opted out or has ended.
 *
 * The response and its invitation part here. The invitation keeps that it is submitted; its draft, its planned letters and those that wait
 * are deleted. All responses of the wave are written anew in a random order with the new one among them, and so are all invitations
 * that are submitted. So neither the order of rows nor the transaction that wrote them, which PostgreSQL keeps with each, says which
 * belong together (docs/decisions/0049).
 */
export async function submitSurvey(pool: pg.Pool, { wave, person }: Whose, { audiences, answers, contact }: Submission): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    await db.query('SELECT pg_advisory_xact_lock($1, $2)', [SUBMITTING, wave]);
    const { rows } = await db.query<{ open: boolean }>(
      `SELECT w.state = 'open' AND ${ITS_DAY} <= coalesce(m.closes_on, w.closes_on) AS open
       FROM survey_invitations i JOIN survey_waves w ON w.id = i.wave
       JOIN survey_members m ON m.wave = i.wave AND m.person = i.person WHERE i.wave = $1 AND i.person = $2 AND i.${MAY_ANSWER} FOR UPDATE OF i`,
      [wave, person],
    );
    if (rows[0]?.open !== true) return false;
    await db.query('DELETE FROM survey_drafts WHERE wave = $1 AND person = $2', [wave, person]);
    await forgetLetters(db, { wave, person });
    await db.query(
      `WITH before AS (DELETE FROM survey_responses WHERE wave = $1 RETURNING id, wave, audiences, strata, submitted_on, excluded_because, answers),
       now AS (
         SELECT * FROM before UNION ALL
         SELECT gen_random_uuid(), $1, $3::text[], m.strata, CASE WHEN w.kind = 'wave' THEN ${ITS_DAY} END, CASE WHEN ${ITS_DAY} > w.cut_off_on THEN 'after-cut-off' END, $4::jsonb
         FROM survey_members m JOIN survey_waves w ON w.id = m.wave WHERE m.wave = $1 AND m.person = $2)
       INSERT INTO survey_responses (id, wave, audiences, strata, submitted_on, excluded_because, answers) SELECT * FROM now ORDER BY random()`,
      [wave, person, audiences, JSON.stringify(answers)],
    );
    await db.query(
      `WITH before AS (DELETE FROM survey_contacts WHERE wave = $1 RETURNING id, wave, contact),
       now AS (SELECT * FROM before UNION ALL SELECT gen_random_uuid(), $1, $2::text WHERE $2::text IS NOT NULL)
       INSERT INTO survey_contacts (id, wave, contact) SELECT * FROM now ORDER BY random()`,
      [wave, contact],
    );
    await db.query(
      `WITH before AS (DELETE FROM survey_invitations WHERE wave = $1 AND (state = 'submitted' OR person = $2) RETURNING wave, person, link_hash)
       INSERT INTO survey_invitations (wave, person, link_hash, state) SELECT wave, person, link_hash, 'submitted' FROM before ORDER BY random()`,
      [wave, person],
    );
    return true;
  });
}

/** Forgets what was planned for somebody, and what waits to be sent to them. What is on its way at this moment goes. */
async function forgetLetters(db: Db, { wave, person }: Whose): Promise<void> {
  await db.query(
    `WITH gone AS (
       DELETE FROM survey_letters WHERE wave = $1 AND person = $2
         AND (note IS NULL OR kind <> 'invitation' OR EXISTS (SELECT FROM notes n WHERE n.id = note AND n.sent_at IS NULL)) RETURNING note)
     DELETE FROM notes USING gone WHERE notes.id = gone.note AND notes.claim IS NULL`,
    [wave, person],
  );
}

/** Lets somebody out of this wave and of every survey to come. Nothing is kept of what they began. Once submitted, an answer stays. */
export async function optOut(pool: pg.Pool, { wave, person }: Whose): Promise<void> {
  await inTransaction(pool, async (db) => {
    await db.query('INSERT INTO survey_opt_outs (person) VALUES ($1) ON CONFLICT DO NOTHING', [person]);
    await leave(db, { wave, person });
  });
}

/** Ends an invitation that reached somebody for whom it is not. Nobody else is asked in their place. */
export async function notForMe(pool: pg.Pool, whose: Whose): Promise<void> {
  await inTransaction(pool, (db) => leave(db, whose));
}

async function leave(db: Db, { wave, person }: Whose): Promise<void> {
  await db.query(`UPDATE survey_invitations SET state = 'opted-out' WHERE wave = $1 AND person = $2 AND ${MAY_ANSWER}`, [wave, person]);
  await db.query('DELETE FROM survey_drafts WHERE wave = $1 AND person = $2', [wave, person]);
  await forgetLetters(db, { wave, person });
}
