import type pg from 'pg';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { tsiProgramme } from '../support/programme.ts';

/** A deployment of a school of its own, for what surveys ask of it: who leads the school, who supports it, and how it stands. */
export type PlacedPart = {
  readonly head: string;
  readonly leader?: string;
  readonly status?: 'running' | 'completed' | 'declined' | 'withdrawn';
  readonly ill?: boolean;
};

/** People by their ids, each at an address of their own. */
export async function insertRespondents(db: pg.Pool, ids: readonly string[]): Promise<void> {
  await db.query(
    `INSERT INTO people (id, name, email, imported_at) SELECT id, 'Person ' || id, id || '@mail.example', now() FROM unnest($1::text[]) AS id
     ON CONFLICT DO NOTHING`,
    [ids],
  );
}

/** Writes deployments straight into the read model, each with a school of its own in the North West. */
export async function placeParts(db: pg.Pool, parts: readonly PlacedPart[]): Promise<void> {
  const programme = tsiProgramme();
  await keepProgramme(db, programme);
  await keepCalendar(db, CALENDAR_2040);
  await db.query("INSERT INTO local_authorities (code, name, region) VALUES ('990', 'Testshire', 'North West') ON CONFLICT DO NOTHING");
  const { rows } = await db.query<{ count: number }>('SELECT count(*)::int AS count FROM deployments');
  for (const [at, { head, leader, status = 'running', ill = false }] of parts.entries()) {
    const number = (rows[0]?.count ?? 0) + at;
    const [reference, urn] = [`W${number}`, String(980_000 + number)];
    await db.query(
      "INSERT INTO schools (urn, name, authority, status, region, phase, type_group, imported_at) VALUES ($1, $2, '990', 'Open', 'North West', 'Primary', 'Local authority maintained schools', now())",
      [urn, `School ${urn}`],
    );
    await db.query(
      `INSERT INTO deployments (reference, subject_kind, urn, programme, programme_version, calendar_version, status, began_at, sequence)
       VALUES ($1, 'school', $2, $3, $4, $5, $6, '2040-09-10T09:00:00Z', 1)`,
      [reference, urn, programme.id, programme.version, CALENDAR_2040.version, status],
    );
    for (const [role, person] of [['school', head], ...(leader === undefined ? [] : [['system-leader', leader]])]) {
      await db.query("INSERT INTO deployment_parties (reference, role, person, since) VALUES ($1, $2, $3, '2040-09-10T09:00:00Z')", [
        reference,
        role,
        person,
      ]);
    }
    if (ill) {
      await db.query(
        `INSERT INTO clock_stops (reference, stop, category, because, by_person, stopped_at, from_on, expected_end)
         VALUES ($1, 1, 'illness', 'x', 'coordinator', '2041-03-20T09:00:00Z', '2041-03-20', '2041-09-01')`,
        [reference],
      );
    }
  }
}

const REGIONS = ['London', 'North West'];

/**
 * Responses of leaders of schools in a wave, and as many members who did not answer, written straight into its tables: what its figures and
 * the coding of its open answers are made from. Each wrote a benefit of their own: "Benefit 1 …" and on, and a reason for not joining a trust. Half of them are of each of two
 * regions, and of each of two kinds of school.
 */
export async function placeResponses(db: pg.Pool, wave: number, count: number): Promise<void> {
  await db.query(
    `INSERT INTO survey_members (wave, person, audiences, strata, open_days)
     SELECT $1, 'answers-' || at, '{school-leader}', jsonb_build_object('region', ($3::text[])[1 + at % 2]), '{}' FROM generate_series(1, 2 * $2::int) AS at`,
    [wave, count, REGIONS],
  );
  await db.query(
    `INSERT INTO survey_invitations (wave, person, link_hash, state)
     SELECT $1, 'answers-' || at, sha256(convert_to('link ' || $1::int || ' ' || at, 'UTF8')), CASE WHEN at <= $2::int THEN 'submitted' ELSE 'lapsed' END FROM generate_series(1, 2 * $2::int) AS at`,
    [wave, count],
  );
  const rows = Array.from({ length: count }, (_, at) => {
    const row = { audience: 'school-leader', item: null, option: null, text: null };
    const answers = [
      { ...row, question: 'R2', option: at % 2 === 0 ? 'sat' : 'la-maintained' },
      { ...row, question: 'S', item: 'S5', option: at % 3 === 0 ? 'very-satisfied' : 'satisfied' },
      { ...row, question: 'S', item: 'S6', option: at % 4 === 0 ? 'neither' : 'satisfied' },
      { ...row, question: 'P6', text: `Reason ${at + 1}: we are content as a ${at % 2 === 0 ? 'trust of one' : 'maintained'} school.` },
      { ...row, question: 'O1', text: `Benefit ${at + 1}: time to think about the plan with somebody who had done it before.` },
    ];
    return { region: REGIONS[at % 2], answers };
  });
  await db.query(
    `INSERT INTO survey_responses (wave, audiences, strata, submitted_on, answers)
     SELECT $1, '{school-leader}', jsonb_build_object('region', response -> 'region'), '2041-04-10', response -> 'answers'
     FROM jsonb_array_elements($2::jsonb) AS response`,
    [wave, JSON.stringify(rows)],
  );
}

/** Two who may code, and one who works with respondents besides. */
export async function insertCoders(db: pg.Pool): Promise<void> {
  await insertRespondents(db, ['codes-one', 'codes-two', 'codes-not']);
  await db.query(
    `INSERT INTO person_roles (person, role, region, area)
     VALUES ('codes-one', 'policy', '', ''), ('codes-two', 'policy', '', ''), ('codes-not', 'policy', '', ''), ('codes-not', 'rdp-lead', 'London', '')`,
  );
}

/** Codes every answer of a coding from the code frame of benefits, for both of its coders alike, and finishes it: 12 plans, 8 others of its theme, 4 ready. */
export async function codeByFrame(db: pg.Pool, coding: number, coders: readonly string[]): Promise<void> {
  await db.query(
    `INSERT INTO survey_codes (coding, place, coder, codes)
     SELECT coding, place, coder, CASE WHEN place <= 12 THEN '{plans}'::text[] WHEN place <= 20 THEN '{middle-leaders}' ELSE '{inspection-ready}' END
     FROM survey_open_answers, unnest($2::text[]) AS coder WHERE coding = $1`,
    [coding, coders],
  );
  await db.query('UPDATE survey_coders SET finished_at = clock_timestamp() WHERE coding = $1', [coding]);
}

/** Codes every answer of a coding for one coder, the same way each time: by whether its number divides. */
export async function codeEverything(db: pg.Pool, coding: number, coder: string, every: number): Promise<void> {
  await db.query(
    `INSERT INTO survey_codes (coding, place, coder, codes)
     SELECT coding, place, $2, CASE WHEN place % $3::int = 0 THEN '{time}'::text[] ELSE '{people}'::text[] END
     FROM survey_open_answers WHERE coding = $1 ON CONFLICT (coding, place, coder) DO UPDATE SET codes = excluded.codes`,
    [coding, coder, every],
  );
}
