import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { KnownAudience, LeftOut, Strata } from '../../domain/surveys/population.ts';
import { AUDIENCES } from '../../domain/surveys/population.ts';
import { FIRST_SPLIT } from '../../domain/surveys/splits.ts';
import { isSameSurvey } from '../../domain/surveys/survey.ts';
import type { Survey } from '../../domain/surveys/survey.ts';
import type { WaveLetterKind } from '../../domain/surveys/wave-times.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';

export type WaveState = 'planned' | 'open' | 'closed' | 'called-off';

/** Put to a population on a day, or to whoever had a part in a deployment once it has ended. */
export type WaveKind = 'wave' | 'at-end';

/** A wave as pages and commands tell of it. */
export type Wave = {
  readonly id: number;
  readonly kind: WaveKind;
  readonly survey: string;
  readonly version: number;
  readonly title: string;
  readonly programmes: readonly string[];
  readonly opensOn: PlainDate;
  readonly closesOn: PlainDate;
  readonly cutOffOn: PlainDate;
  readonly state: WaveState;
  readonly madeBy: string;
  readonly calledOffBecause: string | null;
  /** What its figures are split by first: see `splitsOf`. */
  readonly firstSplit: string;
};

/** A member of a new wave, with everything that is planned for them. */
export type NewMember = {
  readonly person: string;
  readonly audiences: readonly KnownAudience[];
  readonly leftOut: LeftOut | null;
  readonly strata: Strata;
  readonly openDays: readonly PlainDate[];
  /** The day for which their invitation is planned, and their last; left out: those of the wave. */
  readonly askedOn?: PlainDate;
  readonly closesOn?: PlainDate;
  readonly letters: readonly { readonly kind: WaveLetterKind; readonly dueAt: string }[];
};

export type NewWave = Pick<Wave, 'programmes' | 'opensOn' | 'closesOn' | 'cutOffOn' | 'madeBy'> & {
  /** Left out: on a day. */
  readonly kind?: WaveKind;
  /** Left out: by region. */
  readonly firstSplit?: string;
  readonly survey: Survey;
  readonly members: readonly NewMember[];
  /** On which days which letters are planned. */
  readonly letters: readonly { readonly kind: WaveLetterKind; readonly on: PlainDate }[];
};

/** One at a time: two waves that are made side by side would ask the same people twice. */
export const MAKING_WAVES = 7_301_391;

/**
 * Makes a wave: its survey, its frozen population and every letter that is planned, in one transaction. Undefined, and nothing made, when
 * the same version of the survey was kept with other content before. `plan` is asked once nobody else can make a wave; null: it has none.
 */
export async function makeWave(pool: pg.Pool, plan: (db: Db) => Promise<NewWave | null>): Promise<number | 'other-content' | null> {
  return inTransaction(pool, async (db) => {
    await db.query('SELECT pg_advisory_xact_lock($1)', [MAKING_WAVES]);
    const wave = await plan(db);
    if (wave === null) return null;
    if (!(await keepSurvey(db, wave.survey))) return 'other-content';
    const { rows } = await db.query<{ id: number }>(
      `INSERT INTO survey_waves (survey, version, programmes, opens_on, closes_on, cut_off_on, made_by, letter_kinds, letter_days, kind, first_split)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
      [
        wave.survey.id,
        wave.survey.version,
        wave.programmes,
        wave.opensOn,
        wave.closesOn,
        wave.cutOffOn,
        wave.madeBy,
        wave.letters.map(({ kind }) => kind),
        wave.letters.map(({ on }) => on),
        wave.kind ?? 'wave',
        wave.firstSplit ?? FIRST_SPLIT,
      ],
    );
    const id = rows[0]?.id ?? 0;
    await keepMembers(db, id, wave.members);
    return id;
  });
}

/** Puts people on the list of a wave, with an invitation for whoever is asked and every letter that is planned for them. */
export async function keepMembers(db: Db, wave: number, members: readonly NewMember[]): Promise<void> {
  await db.query(
    `INSERT INTO survey_members (wave, person, audiences, left_out, strata, open_days, asked_on, closes_on)
     SELECT $1, member.person, ARRAY(SELECT jsonb_array_elements_text(member.audiences)), member."leftOut", member.strata,
            ARRAY(SELECT jsonb_array_elements_text(member."openDays")::date), member."askedOn", member."closesOn"
     FROM jsonb_to_recordset($2::jsonb)
       AS member (person text, audiences jsonb, "leftOut" text, strata jsonb, "openDays" jsonb, "askedOn" date, "closesOn" date)`,
    [
      wave,
      JSON.stringify(
        members.map(({ person, audiences, leftOut, strata, openDays, askedOn, closesOn }) => ({
          person,
          audiences,
          leftOut,
          strata,
          openDays,
          askedOn,
          closesOn,
        })),
      ),
    ],
  );
  await db.query(
    `INSERT INTO survey_invitations (wave, person)
     SELECT $1, person FROM unnest($2::text[]) AS person ORDER BY person`,
    [wave, members.flatMap(({ person, leftOut }) => (leftOut === null ? [person] : []))],
  );
  await db.query(
    `INSERT INTO survey_letters (wave, person, kind, due_at)
     SELECT $1, letter.person, letter.kind, letter."dueAt"
     FROM jsonb_to_recordset($2::jsonb) AS letter (person text, kind text, "dueAt" timestamptz)`,
    [wave, JSON.stringify(members.flatMap(({ person, letters }) => letters.map((letter) => ({ person, ...letter }))))],
  );
}

/** Keeps a survey. False when this version of it is kept with other content. */
async function keepSurvey(db: Db, survey: Survey): Promise<boolean> {
  const document = JSON.stringify(survey);
  await db.query('INSERT INTO survey_versions (survey, version, document, hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
    survey.id,
    survey.version,
    document,
    createHash('sha256').update(document).digest('hex'),
  ]);
  return isSameSurvey(await readKeptSurvey(db, survey.id, survey.version), survey);
}

/** A survey as it was kept. Throws where it never was. */
export async function readKeptSurvey(db: Db, survey: string, version: number): Promise<Survey> {
  const { rows } = await db.query<{ document: Survey }>('SELECT document FROM survey_versions WHERE survey = $1 AND version = $2', [
    survey,
    version,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error(`Version ${version} of the survey ${survey} was never kept.`);
  return row.document;
}

const WAVE = `SELECT w.id, w.kind, w.survey, w.version, kept.document ->> 'title' AS title, w.programmes, w.opens_on AS "opensOn",
    w.closes_on AS "closesOn", w.cut_off_on AS "cutOffOn", w.state, w.made_by AS "madeBy", w.called_off_because AS "calledOffBecause",
    w.first_split AS "firstSplit"
  FROM survey_waves w JOIN survey_versions kept ON kept.survey = w.survey AND kept.version = w.version`;

/** Every wave, the newest first. */
export async function listWaves(db: Db): Promise<readonly Wave[]> {
  const { rows } = await db.query<Wave>(`${WAVE} ORDER BY w.id DESC`);
  return rows;
}

/** A wave by its number. Undefined where there is none. */
export async function findWave(db: Db, id: number): Promise<Wave | undefined> {
  const { rows } = await db.query<Wave>(`${WAVE} WHERE w.id = $1`, [id]);
  return rows[0];
}

/** Waves whose workflow was not started yet. */
export async function wavesToBegin(db: Db): Promise<readonly number[]> {
  const { rows } = await db.query<{ id: number }>("SELECT id FROM survey_waves WHERE begun_at IS NULL AND state = 'planned' ORDER BY id");
  return rows.map(({ id }) => id);
}

/** Notes that the workflow of a wave was started. */
export async function markBegun(db: Db, id: number): Promise<void> {
  await db.query('UPDATE survey_waves SET begun_at = clock_timestamp() WHERE id = $1 AND begun_at IS NULL', [id]);
}

/** How many a wave asks of an audience, and how far they have come. Somebody of two audiences counts in both. */
export type AudienceProgress = {
  readonly audience: KnownAudience;
  readonly asked: number;
  /** Whose invitation has left, and did not come back. */
  readonly reached: number;
  readonly bounced: number;
  /** Null: fewer than ten have answered, or fewer than ten have not. */
  readonly submitted: number | null;
};

/** Below this many nobody is told how many answered, or how many did not: the rest would know of each. */
export const TOLD_FROM = 10;

/**
 * How far a wave has come, by audience: counts only, and no small ones of who answered. At the end of deployments few are asked at a time, so
 * that a number that grew would tell who it was: there is none until it has ended.
 */
export async function readProgress(db: Db, wave: number): Promise<readonly AudienceProgress[]> {
  const { rows } = await db.query<AudienceProgress & { submitted: number; told: boolean }>(
    `SELECT audience, count(*)::int AS asked, count(*) FILTER (WHERE i.state = 'bounced')::int AS bounced,
            count(*) FILTER (WHERE i.link_hash IS NOT NULL AND i.state NOT IN ('queued', 'bounced'))::int AS reached,
            count(*) FILTER (WHERE i.state = 'submitted')::int AS submitted,
            (SELECT w.kind = 'wave' OR w.state IN ('closed', 'called-off') FROM survey_waves w WHERE w.id = $1) AS told
     FROM survey_members m CROSS JOIN unnest(m.audiences) AS audience JOIN survey_invitations i ON i.wave = m.wave AND i.person = m.person
     WHERE m.wave = $1 AND m.left_out IS NULL GROUP BY audience`,
    [wave],
  );
  return rows
    .map(({ submitted, told, ...row }) => ({
      ...row,
      submitted: told && submitted >= TOLD_FROM && row.asked - submitted >= TOLD_FROM ? submitted : null,
    }))
    .toSorted((one, other) => AUDIENCES.indexOf(one.audience) - AUDIENCES.indexOf(other.audience));
}

/** How many people a wave leaves out, by the reason. */
export async function countLeftOut(db: Db, wave: number): Promise<Readonly<Partial<Record<LeftOut, number>>>> {
  const { rows } = await db.query<{ reason: LeftOut; count: number }>(
    'SELECT left_out AS reason, count(*)::int AS count FROM survey_members WHERE wave = $1 AND left_out IS NOT NULL GROUP BY left_out',
    [wave],
  );
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

/**
 * On which days letters of a wave are still to go, by kind; the days on the clock of the wave. As they were planned for everybody who is
 * asked: that fewer are left would tell who has answered.
 */
export async function plannedDays(db: Db, wave: number): Promise<readonly { readonly kind: WaveLetterKind; readonly on: PlainDate }[]> {
  const { rows } = await db.query<{ kind: WaveLetterKind; on: PlainDate }>(
    `SELECT day.kind, day.on_day AS "on" FROM survey_waves w CROSS JOIN unnest(w.letter_kinds, w.letter_days) AS day (kind, on_day)
     WHERE w.id = $1 AND w.state IN ('planned', 'open')
       AND day.on_day > coalesce(((w.as_of + (clock_timestamp() - w.woken_at)) AT TIME ZONE 'Europe/London')::date, '-infinity'::date)
     ORDER BY day.on_day, day.kind`,
    [wave],
  );
  return rows;
}
