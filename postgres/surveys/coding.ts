import type pg from 'pg';
import type { CodeFrame } from '../../domain/surveys/code-frame.ts';
import { listsOf } from '../../domain/surveys/coding.ts';
import type { Code, JudgedAnswer, ListCount, OpenAnswer } from '../../domain/surveys/coding.ts';
import { orderedJson } from '../../domain/ordered-json.ts';
import { LEAST_BASE } from '../../domain/surveys/suppress.ts';
import type { StaffRole } from '../access/staff-roles.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { isStaffToday } from '../views/held-roles.ts';

/** Who may code: whoever runs surveys. */
const CODES: readonly StaffRole[] = ['administrator', 'policy'];
/** Whoever works with respondents may not see their words, whatever else they are: the survey says so to those who answer it. */
export const WORKS_WITH_RESPONDENTS: readonly StaffRole[] = ['rdp', 'rdp-lead', 'regional-team', 'regional-senior'];

/** A coding as pages and commands tell of it. */
export type Coding = {
  readonly id: number;
  readonly wave: number;
  readonly survey: string;
  readonly question: string;
  /** The code frame that its codes come from, as it was then, and the hash of what it says; null: somebody typed them. */
  readonly frame: CodeFrame | null;
  readonly sha256: string | null;
  /** The version of that frame, or of the codes that were typed for this question. */
  readonly version: number;
  readonly codes: readonly Code[];
  readonly answers: number;
  readonly coders: readonly { readonly person: string; readonly name: string; readonly coded: number; readonly finished: boolean }[];
};

export type NewCoding = {
  readonly wave: number;
  readonly survey: string;
  readonly question: string;
  readonly codes: readonly Code[];
  /** The code frame that they come from, with its hash; null: somebody typed them. */
  readonly from: { readonly frame: CodeFrame; readonly sha256: string } | null;
  readonly coders: readonly [string, string];
  readonly by: string;
  /** The roles that are told with an answer. */
  readonly told: readonly string[];
  /** The closed question by whose answers quotations are listed, with what these are called; null: none. */
  readonly listedBy: { readonly question: string; readonly options: readonly { readonly id: string; readonly label: string }[] } | null;
};

/** The first half of the lock that lets one version of the codes of a survey be made at a time. */
const FRAMING = 7_301_393;

/**
 * Begins a coding: keeps its codes, as the version that has them or the next one, and copies the valid answers to the question from the
 * responses of the wave in a random order, the role with them where it is told. Nothing is made with fewer than ten answers, and where the same version
 * of the code frame was kept with other content.
 */
export async function makeCoding(
  pool: pg.Pool,
  { wave, survey, question, codes, from, coders, by, told, listedBy }: NewCoding,
): Promise<number | 'too-few' | 'other-frame'> {
  return inTransaction(pool, async (db) => {
    await db.query('SELECT pg_advisory_xact_lock($1)', [FRAMING]);
    const { rows: found } = await db.query<{ count: number }>(`SELECT count(*)::int AS count ${OPEN_ANSWERS}`, [wave, question]);
    if ((found[0]?.count ?? 0) < LEAST_BASE) return 'too-few';
    if (from !== null && !(await keepCodeFrame(db, from))) return 'other-frame';
    const frame = await keepFrame(db, { survey, question, codes, by });
    const { rows } = await db.query<{ id: number }>(
      'INSERT INTO survey_codings (wave, survey, question, frame, begun_by, from_frame, from_version) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id',
      [wave, survey, question, frame, by, from?.frame.id ?? null, from?.frame.version ?? null],
    );
    const id = rows[0]?.id ?? 0;
    await db.query('INSERT INTO survey_coders (coding, person) SELECT $1, unnest($2::text[])', [id, coders]);
    const closed = listedBy?.question ?? '';
    const { rows: counts } = await db.query<ListCount>(`SELECT ${LISTED_BY} AS option, count(*)::int AS count ${OPEN_ANSWERS} GROUP BY 1`, [
      wave,
      question,
      closed,
      told,
    ]);
    const lists = listsOf(counts);
    const listed = (listedBy?.options ?? []).filter((option) => lists.has(option.id));
    await db.query(
      `INSERT INTO survey_open_answers (coding, place, audience, words, listed_by)
       SELECT $5, row_number() OVER (ORDER BY random()), CASE WHEN answer.audience = ANY ($4::text[]) THEN answer.audience END, answer.text,
              (SELECT list.label FROM unnest($6::text[], $7::text[]) AS list (option, label) WHERE list.option = ${LISTED_BY})
       ${OPEN_ANSWERS} ORDER BY 2`,
      [wave, question, closed, told, id, listed.map((option) => option.id), listed.map(({ label }) => label)],
    );
    return id;
  });
}

/** Valid answers in somebody's own words: $1 the wave, $2 the question. */
const OPEN_ANSWERS = `FROM survey_responses response
  CROSS JOIN jsonb_to_recordset(response.answers) AS answer (audience text, question text, option text, text text)
  WHERE response.wave = $1 AND response.excluded_because IS NULL AND answer.question = $2 AND answer.option IS NULL AND answer.text IS NOT NULL`;

/** What the same respondent answered to the closed question $3, in the same role, where that role is told: $4 the roles that are. */
const LISTED_BY = `CASE WHEN answer.audience = ANY ($4::text[]) THEN (
    SELECT closed.option FROM jsonb_to_recordset(response.answers) AS closed (audience text, question text, option text)
    WHERE closed.question = $3 AND closed.audience = answer.audience AND closed.option IS NOT NULL LIMIT 1) END`;

/** Keeps a code frame. False when the same version was kept with other content. */
async function keepCodeFrame(db: Db, { frame, sha256 }: NonNullable<NewCoding['from']>): Promise<boolean> {
  await db.query('INSERT INTO code_frames (frame, version, document, sha256) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
    frame.id,
    frame.version,
    JSON.stringify(frame),
    sha256,
  ]);
  const { rows } = await db.query<{ document: CodeFrame }>('SELECT document FROM code_frames WHERE frame = $1 AND version = $2', [
    frame.id,
    frame.version,
  ]);
  return orderedJson(rows[0]?.document ?? null) === orderedJson(frame);
}

async function keepFrame(
  db: Db,
  { survey, question, codes, by }: Pick<NewCoding, 'survey' | 'question' | 'codes' | 'by'>,
): Promise<number> {
  const frames = await listFrames(db, survey, question);
  const known = frames.find((frame) => orderedJson(frame.codes) === orderedJson(codes));
  if (known !== undefined) return known.version;
  const version = (frames.at(-1)?.version ?? 0) + 1;
  await db.query('INSERT INTO survey_code_frames (survey, question, version, codes, made_by) VALUES ($1, $2, $3, $4, $5)', [
    survey,
    question,
    version,
    JSON.stringify(codes),
    by,
  ]);
  return version;
}

/** The versions of the codes of a question, the oldest first. */
async function listFrames(
  db: Db,
  survey: string,
  question: string,
): Promise<readonly { readonly version: number; readonly codes: readonly Code[] }[]> {
  const { rows } = await db.query<{ version: number; codes: readonly Code[] }>(
    'SELECT version, codes FROM survey_code_frames WHERE survey = $1 AND question = $2 ORDER BY version',
    [survey, question],
  );
  return rows;
}

const CODING = `SELECT c.id, c.wave, c.survey, c.question, kept.document AS frame, kept.sha256, coalesce(c.from_version, c.frame) AS version, frame.codes,
    (SELECT count(*)::int FROM survey_open_answers answer WHERE answer.coding = c.id) AS answers,
    (SELECT jsonb_agg(jsonb_build_object('person', coder.person, 'name', coalesce(p.name, coder.person), 'finished', coder.finished_at IS NOT NULL,
        'coded', (SELECT count(*) FROM survey_codes given WHERE given.coding = c.id AND given.coder = coder.person)) ORDER BY coder.person)
     FROM survey_coders coder LEFT JOIN people p ON p.id = coder.person WHERE coder.coding = c.id) AS coders
  FROM survey_codings c
  JOIN survey_code_frames frame ON frame.survey = c.survey AND frame.question = c.question AND frame.version = c.frame
  LEFT JOIN code_frames kept ON kept.frame = c.from_frame AND kept.version = c.from_version`;

/** The codings of a wave, the oldest first. */
export async function listCodings(db: Db, wave: number): Promise<readonly Coding[]> {
  const { rows } = await db.query<Coding>(`${CODING} WHERE c.wave = $1 ORDER BY c.id`, [wave]);
  return rows;
}

/** A coding by its number. Undefined where there is none. */
export async function findCoding(db: Db, id: number): Promise<Coding | undefined> {
  const { rows } = await db.query<Coding>(`${CODING} WHERE c.id = $1`, [id]);
  return rows[0];
}

/**
 * Who may code the answers of a wave: whoever runs surveys, works with no respondent and was not asked in it. By name.
 */
export async function listPossibleCoders(db: Db, wave: number): Promise<readonly { readonly person: string; readonly name: string }[]> {
  const { rows } = await db.query<{ person: string; name: string }>(
    `SELECT p.id AS person, p.name FROM people p
     WHERE p.id IN (SELECT held.person FROM person_roles held WHERE held.role = ANY ($1)) AND p.merged_into IS NULL
       AND ${isStaffToday('p.id', '$1')} AND NOT ${isStaffToday('p.id', '$2')}
       AND NOT EXISTS (SELECT FROM survey_members m WHERE m.wave = $3 AND m.person = p.id AND m.left_out IS NULL)
     ORDER BY p.name, p.id`,
    [CODES, WORKS_WITH_RESPONDENTS, wave],
  );
  return rows;
}

/** An answer with the codes that one coder gave it, and nobody else's; null: none yet. */
export type OwnAnswer = OpenAnswer & { readonly codes: readonly string[] | null };

/** The answers as one coder sees them, in their order. Undefined for whoever does not code them. */
export async function readOwnAnswers(db: Db, coding: number, coder: string): Promise<readonly OwnAnswer[] | undefined> {
  const { rows } = await db.query<OwnAnswer>(
    `SELECT answer.place, answer.audience, answer.words, given.codes
     FROM survey_coders coder JOIN survey_open_answers answer ON answer.coding = coder.coding
     LEFT JOIN survey_codes given ON given.coding = coder.coding AND given.place = answer.place AND given.coder = coder.person
     WHERE coder.coding = $1 AND coder.person = $2 ORDER BY answer.place`,
    [coding, coder],
  );
  return rows.length === 0 ? undefined : rows;
}

type Judged = { readonly coding: number; readonly place: number; readonly codes: readonly string[]; readonly by: string };

/** Keeps the codes that somebody gives an answer. False when they do not code it, or have finished. */
export async function keepCodes(db: Db, { coding, place, codes, by }: Judged): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH mine AS (SELECT coding, person FROM survey_coders WHERE coding = $1 AND person = $4 AND finished_at IS NULL FOR UPDATE)
     INSERT INTO survey_codes (coding, place, coder, codes)
     SELECT answer.coding, answer.place, mine.person, $3 FROM mine JOIN survey_open_answers answer ON answer.coding = mine.coding
     WHERE answer.place = $2 ON CONFLICT (coding, place, coder) DO UPDATE SET codes = excluded.codes`,
    [coding, place, codes, by],
  );
  return rowCount === 1;
}

/** Finishes somebody's coding; after it they change nothing. False when an answer has no codes of theirs, or they had finished before. */
export async function finishCoding(db: Db, coding: number, coder: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE survey_coders mine SET finished_at = clock_timestamp() WHERE mine.coding = $1 AND mine.person = $2 AND mine.finished_at IS NULL
       AND NOT EXISTS (SELECT FROM survey_open_answers answer WHERE answer.coding = mine.coding AND NOT EXISTS (
         SELECT FROM survey_codes given WHERE given.coding = mine.coding AND given.place = answer.place AND given.coder = mine.person))`,
    [coding, coder],
  );
  return rowCount === 1;
}

/** A condition: both coders of the coding `c` have finished. Before that nobody sees what either gave. */
const BOTH_FINISHED = 'NOT EXISTS (SELECT FROM survey_coders coder WHERE coder.coding = c.id AND coder.finished_at IS NULL)';

/** The answers of a coding with what both coders gave them. Undefined until both have finished. */
export async function readJudged(db: Db, coding: number): Promise<readonly JudgedAnswer[] | undefined> {
  const { rows } = await db.query<JudgedAnswer>(
    `SELECT answer.place, answer.audience, answer.words, first.codes AS one, second.codes AS other, decision.codes AS decided,
            quote.cleared, quote.place IS NOT NULL AS looked, answer.listed_by AS "listedBy"
     FROM survey_codings c
     JOIN LATERAL (SELECT min(person) AS one, max(person) AS other FROM survey_coders WHERE coding = c.id) pair ON true
     JOIN survey_open_answers answer ON answer.coding = c.id
     JOIN survey_codes first ON first.coding = c.id AND first.place = answer.place AND first.coder = pair.one
     JOIN survey_codes second ON second.coding = c.id AND second.place = answer.place AND second.coder = pair.other
     LEFT JOIN survey_code_decisions decision ON decision.coding = c.id AND decision.place = answer.place
     LEFT JOIN survey_quotes quote ON quote.coding = c.id AND quote.place = answer.place
     WHERE c.id = $1 AND ${BOTH_FINISHED} ORDER BY answer.place`,
    [coding],
  );
  return rows.length === 0 ? undefined : rows;
}

/** Keeps what is decided on an answer on which the coders differ. False before both have finished, and where there is no such answer. */
export async function keepDecision(db: Db, { coding, place, codes, by }: Judged): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO survey_code_decisions (coding, place, codes, decided_by)
     SELECT answer.coding, answer.place, $3, $4 FROM survey_codings c JOIN survey_open_answers answer ON answer.coding = c.id
     WHERE c.id = $1 AND answer.place = $2 AND ${BOTH_FINISHED}
     ON CONFLICT (coding, place) DO UPDATE SET codes = excluded.codes, decided_by = excluded.decided_by`,
    [coding, place, codes, by],
  );
  return rowCount === 1;
}

/** Keeps what may be quoted of an answer; null: nothing. False before both have finished, and where there is no such answer. */
export async function keepQuote(
  db: Db,
  { coding, place, cleared, by }: { readonly coding: number; readonly place: number; readonly cleared: string | null; readonly by: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO survey_quotes (coding, place, cleared, cleared_by)
     SELECT answer.coding, answer.place, $3, $4 FROM survey_codings c JOIN survey_open_answers answer ON answer.coding = c.id
     WHERE c.id = $1 AND answer.place = $2 AND ${BOTH_FINISHED}
     ON CONFLICT (coding, place) DO UPDATE SET cleared = excluded.cleared, cleared_by = excluded.cleared_by, cleared_at = excluded.cleared_at`,
    [coding, place, cleared, by],
  );
  return rowCount === 1;
}

/** A text without capitals, and without the marks of its letters: “Siân” is “sian”. */
const PLAIN_LETTERS = (text: string) => `regexp_replace(normalize(lower(${text}), NFD), '[\\u0300-\\u036f]', '', 'g')`;

/** The names that stand in some words, whether or not the marks of their letters were written: of people whom the wave of a coding had on its list, of their schools and of their trusts. */
export async function namesIn(db: Db, coding: number, words: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `WITH member AS (SELECT m.person FROM survey_codings c JOIN survey_members m ON m.wave = c.wave WHERE c.id = $1),
     named AS (
       SELECT p.name FROM member JOIN people p ON p.id = member.person
       UNION SELECT s.name FROM member JOIN deployment_parties party ON party.person = member.person
         JOIN deployments d ON d.reference = party.reference JOIN schools s ON s.urn = d.urn
       UNION SELECT t.name FROM member JOIN deployment_parties party ON party.person = member.person
         JOIN deployments d ON d.reference = party.reference JOIN trusts t ON t.id = d.trust)
     SELECT name FROM named WHERE length(name) > 3 AND position(${PLAIN_LETTERS('name')} IN ${PLAIN_LETTERS('$2::text')}) > 0 ORDER BY name`,
    [coding, words],
  );
  return rows.map(({ name }) => name);
}
