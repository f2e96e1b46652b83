import type { PersonId } from '../../domain/programme.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { DigestFacts } from '../../letters/digest-words.ts';
import { titleOf } from '../../letters/teller.ts';
import { conditionOf, scopeOfRoles } from '../access/scope.ts';
import type { StaffRole } from '../access/staff-roles.ts';
import type { Db } from '../database.ts';
import { readProgramme } from '../pinned/pinned.ts';
import { STATEMENT_NOW_SQL } from '../sandbox/clock.ts';
import { COURT_STEP } from './court.ts';
import { parameters } from './deployment-source.ts';
import { countsToday } from './held-roles.ts';
import { lateStepIn } from './late-step.ts';
import { dueThisWeek } from './overview.ts';
import { ITS_NOW, PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/** The roles whose holders get a summary of their week: they are the ones who see Today. */
export const DIGEST_ROLES = ['rdp', 'rdp-lead', 'regional-team', 'regional-senior'] as const satisfies readonly StaffRole[];
/** Each part names so many and counts the rest: the summary is to stay short. */
const NAMED = 5;

type Line = { readonly reference: string; readonly subject: string; readonly programme: string; readonly version: number };
type StepLine = Line & { readonly step: string; readonly owner: string; readonly dueOn: PlainDate };

/** What the summary of somebody's week would tell now: of the deployments that their roles let them see. Undefined when they get none. */
export async function readDigest(db: Db, person: PersonId): Promise<DigestFacts | undefined> {
  const { rows } = await db.query<{ name: string; role: (typeof DIGEST_ROLES)[number]; region: string; area: string }>(
    `SELECT p.name, held.role, held.region, held.area FROM person_roles held JOIN people p ON p.id = held.person
     WHERE held.person = $1 AND held.role = ANY ($2) AND ${countsToday('held')}`,
    [person, DIGEST_ROLES],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const within = (parameter: number) => conditionOf(scopeOfRoles(rows), parameter);
  // One after the other: a transaction has one connection.
  const late = await lateIn(db, within(1));
  const due = await dueThisWeek(db, within(1), { limit: NAMED, offset: 0 });
  const answered = await answeredIn(db, within(1));
  const watched = await watchedBy(db, person, within(2));
  return {
    name: first.name,
    late: { all: late.all, first: await eachOf(late.lines, (line) => stepOf(db, line)) },
    due: { all: due.all, first: await eachOf(due.steps, (line) => stepOf(db, line)) },
    answered: { all: answered.all, first: await eachOf(answered.lines, (line) => answerOf(db, line)) },
    watched: {
      all: watched.all,
      first: await eachOf(watched.lines, async ({ court, ...line }) => ({
        reference: line.reference,
        subject: line.subject,
        ended: line.ended,
        court: court === null ? null : await stepOf(db, { ...line, ...court }),
      })),
    },
  };
}

async function eachOf<T, Made>(lines: readonly T[], make: (line: T) => Promise<Made>): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (const line of lines) made.push(await make(line));
  return made;
}

async function answerOf(db: Db, { reference, subject, programme: id, version, step, answer, by, at }: AnsweredLine) {
  const known = (await readProgramme(db, id, version)).steps[step];
  const label = known?.answers.find((one) => one.id === answer)?.label ?? answer;
  return { reference, subject, title: known?.title ?? step, answer: label, by, on: londonDate(Date.parse(at)) };
}

async function stepOf(db: Db, { reference, subject, programme: id, version, step, owner, dueOn }: StepLine) {
  const programme = await readProgramme(db, id, version);
  return { reference, subject, title: programme.steps[step]?.title ?? step, waitsFor: titleOf(programme, owner), dueOn };
}

const LINE = `d.reference, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, count(*) OVER ()::int AS "all"`;

async function lateIn(db: Db, inScope: InScope): Promise<{ readonly all: number; readonly lines: readonly StepLine[] }> {
  const given = parameters(inScope.values);
  const { rows } = await db.query<StepLine & { readonly all: number }>(
    `SELECT ${LINE}, late.step, late.owner, late.due_on AS "dueOn" FROM deployments d ${PLACE} ${lateStepIn(inScope)}
     WHERE d.status = 'running' AND late.step IS NOT NULL AND ${inScope.sql} ORDER BY late.due_on, d.reference LIMIT ${given.place(NAMED)}`,
    [...given.all],
  );
  return { all: rows[0]?.all ?? 0, lines: rows };
}

type AnsweredLine = Line & { readonly step: string; readonly answer: string; readonly by: string; readonly at: string };

async function answeredIn(db: Db, inScope: InScope): Promise<{ readonly all: number; readonly lines: readonly AnsweredLine[] }> {
  const given = parameters(inScope.values);
  const { rows } = await db.query<AnsweredLine & { readonly all: number }>(
    `SELECT ${LINE}, s.step, s.answer, s.closed_at AS at,
            coalesce((SELECT name FROM people WHERE id = coalesce(s.on_behalf_of, s.answered_by)), s.on_behalf_of, s.answered_by) AS by
     FROM steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
     -- No clock of a deployment is behind that of the service, by which the index can be searched.
     WHERE s.state = 'answered' AND s.answered_by <> 'chaser' AND s.closed_at > ${STATEMENT_NOW_SQL} - interval '7 days'
       AND s.closed_at > ${ITS_NOW} - interval '7 days' AND ${inScope.sql}
     ORDER BY s.closed_at DESC, s.reference, s.step LIMIT ${given.place(NAMED)}`,
    [...given.all],
  );
  return { all: rows[0]?.all ?? 0, lines: rows };
}

type WatchedLine = Line & { readonly ended: boolean; readonly court: Pick<StepLine, 'step' | 'owner' | 'dueOn'> | null };

/** The running deployments that somebody watches, and those that ended within the week. The scope's values begin at $2. */
async function watchedBy(
  db: Db,
  person: PersonId,
  inScope: InScope,
): Promise<{ readonly all: number; readonly lines: readonly WatchedLine[] }> {
  const given = parameters([person, ...inScope.values]);
  const { rows } = await db.query<WatchedLine & { readonly all: number }>(
    `SELECT ${LINE}, d.status <> 'running' AS ended,
            CASE WHEN court.step IS NOT NULL THEN jsonb_build_object('step', court.step, 'owner', court.owner, 'dueOn', court.due_on) END AS court
     FROM watches w JOIN deployments d ON d.reference = w.reference ${PLACE} ${COURT_STEP}
     WHERE w.person = $1 AND (d.status = 'running' OR d.ended_at > ${ITS_NOW} - interval '7 days') AND ${inScope.sql}
     ORDER BY d.reference LIMIT ${given.place(NAMED)}`,
    [...given.all],
  );
  return { all: rows[0]?.all ?? 0, lines: rows };
}
