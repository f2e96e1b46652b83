import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import type { PersonId, RoleId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { readProgramme } from '../pinned/pinned.ts';
import { ITS_NOW, PLACE, SUBJECT } from '../views/place.ts';
import type { InScope } from '../views/place.ts';

/** What somebody who is asked told the coordinator, in their own words. */
export type ProblemTold = StepRef & {
  readonly reference: string;
  readonly role: RoleId;
  readonly person: PersonId;
  readonly words: string;
  /** A UUID that names it: the same problem sent twice is kept once. */
  readonly onceAs: string;
};

/** Keeps a problem, dated by the clock of its deployment. Returns false when this very one was kept before. */
export async function keepProblem(db: Db, { reference, step, round, role, person, words, onceAs }: ProblemTold): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO problems (once_as, reference, step, round, role, person, words, at)
     SELECT $2::uuid, d.reference, $3, $4, $5, $6, $7, ${ITS_NOW} FROM deployments d WHERE d.reference = $1
     ON CONFLICT (once_as) DO NOTHING`,
    [reference, onceAs, step, round, role, person, words],
  );
  return rowCount === 1;
}

/** A problem as the staff reads it. */
export type Problem = StepRef & {
  readonly id: string;
  readonly reference: string;
  readonly subject: string;
  /** The titles of the step, and of the role of whoever told it. */
  readonly title: string;
  readonly role: string;
  readonly by: { readonly person: PersonId; readonly name: string; readonly email: string | null; readonly telephone: string | null };
  readonly words: string;
  readonly at: Instant;
  /** Who dealt with it, when and how; null while it is open. */
  readonly ended: { readonly by: string; readonly words: string; readonly at: Instant } | null;
};

type RawProblem = Omit<Problem, 'title'> & { readonly programme: string; readonly version: number };

const PROBLEMS = `
  SELECT b.id::text, b.reference, b.step, b.round, b.role, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, b.words, b.at,
         jsonb_build_object('person', b.person, 'name', coalesce(p.name, b.person), 'email', p.email, 'telephone', p.telephone) AS by,
         CASE WHEN e.problem IS NOT NULL
              THEN jsonb_build_object('by', coalesce(q.name, e.by_person), 'words', e.words, 'at', e.at) END AS ended
  FROM problems b JOIN deployments d ON d.reference = b.reference ${PLACE}
  LEFT JOIN problem_endings e ON e.problem = b.id
  LEFT JOIN people p ON p.id = b.person LEFT JOIN people q ON q.id = e.by_person`;

/** The problems that nobody has dealt with yet, the oldest first. */
export async function openProblems(db: Db, inScope: InScope): Promise<readonly Problem[]> {
  const { rows } = await db.query<RawProblem>(`${PROBLEMS} WHERE e.problem IS NULL AND ${inScope.sql} ORDER BY b.id`, [...inScope.values]);
  return Promise.all(rows.map((row) => inWords(db, row)));
}

/** One problem among those that somebody may see, open or not. The scope’s parameters begin at $2. */
export async function findProblem(db: Db, id: string, inScope: InScope): Promise<Problem | undefined> {
  const { rows } = await db.query<RawProblem>(`${PROBLEMS} WHERE b.id::text = $1 AND ${inScope.sql}`, [id, ...inScope.values]);
  return rows[0] === undefined ? undefined : inWords(db, rows[0]);
}

/** All problems of a deployment, open or not, the newest first. */
export async function listProblems(db: Db, reference: string): Promise<readonly Problem[]> {
  const { rows } = await db.query<RawProblem>(`${PROBLEMS} WHERE b.reference = $1 ORDER BY b.id DESC`, [reference]);
  return Promise.all(rows.map((row) => inWords(db, row)));
}

/** Records how a problem was dealt with. Returns false, and changes nothing, when somebody has done so before. */
export async function endProblem(
  db: Db,
  { id, by, words }: { readonly id: string; readonly by: PersonId; readonly words: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO problem_endings (problem, by_person, words, at)
     SELECT b.id, $2, $3, ${ITS_NOW} FROM problems b JOIN deployments d ON d.reference = b.reference WHERE b.id::text = $1
     ON CONFLICT (problem) DO NOTHING`,
    [id, by, words],
  );
  return rowCount === 1;
}

async function inWords(db: Db, { programme, version, ...row }: RawProblem): Promise<Problem> {
  const { steps, roles } = await readProgramme(db, programme, version);
  return { ...row, title: steps[row.step]?.title ?? row.step, role: roles[row.role]?.title ?? row.role };
}
