import type { Parties, Subject } from '../../domain/chronology/events.ts';
import type { Past } from '../../domain/chronology/under-way.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** A change that is made in many deployments, or the start of many. */
export type ManyKind =
  | 'stop-clock'
  | 'resume-clock'
  | 'extend'
  | 'end-extension'
  | 'chase-now'
  | 'change-person'
  /** Everything that one person has, handed to another. */
  | 'move-work'
  | 'name-deputy'
  | 'end-deputy'
  | 'withdraw'
  | 'reopen'
  | 'adopt-calendar'
  | 'start'
  /** Deployments that have been under way elsewhere. */
  | 'take-in';

/** Whether a job begins deployments, so that its lines name schools and trusts. */
export function beginsDeployments(kind: ManyKind): kind is 'start' | 'take-in' {
  return kind === 'start' || kind === 'take-in';
}

/**
 * How far a line is. `to-check`: nobody has looked yet whether it is possible. `possible` and `not-possible`: looked at, and not yet
 * confirmed. `left-out`: not ticked when the rest was confirmed. `waiting`: confirmed. The others are its end.
 */
export type LineState = 'to-check' | 'possible' | 'not-possible' | 'left-out' | 'waiting' | 'done' | 'refused' | 'cancelled';

export type ManyJob = {
  readonly id: string;
  readonly kind: ManyKind;
  readonly by: PersonId;
  /** The values of the form, by field. */
  readonly said: Readonly<Record<string, string>>;
  /** The form in words. */
  readonly words: readonly { readonly label: string; readonly value: string }[];
  readonly programme: string | null;
  readonly programmeVersion: number | null;
  readonly madeAt: string;
  readonly confirmedAt: string | null;
  readonly cancelledAt: string | null;
};

/** What is known of a school or trust when its start is asked for. */
export type GivenLine = {
  /** A school, unless it says otherwise. */
  readonly kind?: Subject['kind'];
  readonly facts?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  /** What has happened elsewhere, with the line of the file that said so, and who was named for roles that the register fills otherwise. */
  readonly underWay?: { readonly line: number; readonly past: Past; readonly people: Parties };
  /** The version of the programme that counts in its region, where that is another than the job’s. */
  readonly version?: number;
};

export type ManyLine = {
  readonly job: string;
  readonly number: number;
  readonly target: string;
  readonly name: string;
  readonly given: GivenLine;
  readonly state: LineState;
  /** As JSON of the desk: see desk/plan-many.ts. */
  readonly commands: unknown;
  readonly preview: readonly string[];
  readonly outcome: string | null;
  readonly reference: string | null;
  /** How often a service has begun to carry it out. */
  readonly attempts: number;
};

/** A line as it is when the job is made. */
export type NewLine = Pick<ManyLine, 'target' | 'name' | 'given'> & {
  readonly state: 'to-check' | 'not-possible';
  readonly outcome: string | null;
};

/**
 * Keeps a job with its lines, in one statement. A job of the same id is kept as it is, so that a form that is sent twice makes one.
 */
export async function makeJob(
  db: Db,
  job: Omit<ManyJob, 'madeAt' | 'confirmedAt' | 'cancelledAt'>,
  lines: readonly NewLine[],
): Promise<void> {
  await db.query(
    `WITH made AS (
       INSERT INTO many_jobs (id, kind, by_person, said, words, programme, programme_version) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO NOTHING RETURNING id)
     INSERT INTO many_lines (job, number, target, name, given, state, outcome)
     SELECT made.id, line.number, line.one ->> 'target', line.one ->> 'name', line.one -> 'given', line.one ->> 'state', line.one ->> 'outcome'
     FROM made, jsonb_array_elements($8::jsonb) WITH ORDINALITY AS line (one, number)`,
    [
      job.id,
      job.kind,
      job.by,
      JSON.stringify(job.said),
      JSON.stringify(job.words),
      job.programme,
      job.programmeVersion,
      JSON.stringify(lines),
    ],
  );
}

const JOB = `SELECT id, kind, by_person AS by, said, words, programme, programme_version AS "programmeVersion", made_at AS "madeAt",
  confirmed_at AS "confirmedAt", cancelled_at AS "cancelledAt" FROM many_jobs`;

/** A job, whoever asked for it. Undefined when there is none. The id is a UUID. */
export async function readJob(db: Db, id: string): Promise<ManyJob | undefined> {
  const { rows } = await db.query<ManyJob>(`${JOB} WHERE id = $1::uuid`, [id]);
  return rows[0];
}

/** A job with how many lines it has and how many are settled. */
export type JobInList = ManyJob & { readonly lines: number; readonly done: number; readonly open: number };

/** The newest jobs that somebody asked for. */
export async function listJobs(db: Db, person: PersonId, limit: number): Promise<readonly JobInList[]> {
  const { rows } = await db.query<JobInList>(
    `SELECT job.*, count(*)::int AS lines, count(*) FILTER (WHERE line.state = 'done')::int AS done,
            count(*) FILTER (WHERE line.state IN ('to-check', 'waiting'))::int AS open
     FROM (${JOB} WHERE by_person = $1 ORDER BY made_at DESC, id LIMIT $2) job JOIN many_lines line ON line.job = job.id
     GROUP BY job.id, job.kind, job.by, job.said, job.words, job.programme, job."programmeVersion", job."madeAt", job."confirmedAt", job."cancelledAt"
     ORDER BY job."madeAt" DESC, job.id`,
    [person, limit],
  );
  return rows;
}

const LINE = `job, number, target, name, given, state, commands, preview, outcome, reference, attempts`;

/** The lines of a job, in order. The id is a UUID. */
export async function listLines(db: Db, job: string): Promise<readonly ManyLine[]> {
  const { rows } = await db.query<ManyLine>(`SELECT ${LINE} FROM many_lines WHERE job = $1::uuid ORDER BY number`, [job]);
  return rows;
}

/** A line that one service holds until its lease runs out. */
export type ClaimedLine = ManyLine & { readonly claim: string };

/**
 * Claims lines that are to be looked at or carried out, for this many seconds. Those of a cancelled job are not claimed. With `job`,
 * only its own; with `carriesOut` false, only those that are to be looked at. This is one statement: nothing stays locked afterwards, and a
 * line whose holder has died is claimed again when the lease has run out.
 */
export async function claimLines(
  db: Db,
  {
    most,
    leaseSeconds,
    job,
    carriesOut,
  }: { readonly most: number; readonly leaseSeconds: number; readonly job: string | null; readonly carriesOut: boolean },
): Promise<readonly ClaimedLine[]> {
  const { rows } = await db.query<ClaimedLine>(
    `UPDATE many_lines line SET attempts = attempts + CASE WHEN line.state = 'waiting' THEN 1 ELSE 0 END, claim = gen_random_uuid(), claimed_until = clock_timestamp() + make_interval(secs => $2)
     FROM (SELECT l.job, l.number FROM many_lines l JOIN many_jobs j ON j.id = l.job
           WHERE (l.state = 'to-check' OR $4 AND l.state = 'waiting') AND j.cancelled_at IS NULL
             AND ($3::uuid IS NULL OR l.job = $3::uuid)
             AND l.try_after <= clock_timestamp() AND (l.claimed_until IS NULL OR l.claimed_until <= clock_timestamp())
           ORDER BY l.try_after, j.made_at, l.job, l.number LIMIT $1 FOR UPDATE OF l SKIP LOCKED) next
     WHERE line.job = next.job AND line.number = next.number
     RETURNING line.job, line.number, line.target, line.name, line.given, line.state, line.commands, line.preview, line.outcome,
               line.reference, line.attempts, line.claim`,
    [most, leaseSeconds, job, carriesOut],
  );
  return rows;
}

/** Whether confirmed lines are still to be carried out: of one job, or of any. */
export async function linesWait(db: Db, job: string | null): Promise<boolean> {
  const { rows } = await db.query<{ wait: boolean }>(
    `SELECT EXISTS (SELECT FROM many_lines l JOIN many_jobs j ON j.id = l.job
                    WHERE l.state = 'waiting' AND j.cancelled_at IS NULL AND ($1::uuid IS NULL OR l.job = $1::uuid)) AS wait`,
    [job],
  );
  return rows[0]?.wait === true;
}

type Claim = Pick<ClaimedLine, 'job' | 'number' | 'claim'>;

/**
 * Records what was found when a line was looked at. A line that the pause of a programme gained after it was confirmed is carried out next.
 * A service that has lost its lease records nothing.
 */
export async function recordChecked(
  db: Db,
  { job, number, claim }: Claim,
  found: {
    readonly possible: boolean;
    readonly commands: unknown;
    readonly preview: readonly string[];
    readonly outcome: string | null;
    readonly name: string;
  },
): Promise<void> {
  await db.query(
    `UPDATE many_lines SET state = CASE WHEN NOT $4 THEN 'not-possible'
                                        WHEN EXISTS (SELECT FROM many_jobs WHERE id = $1::uuid AND confirmed_at IS NOT NULL) THEN 'waiting'
                                        ELSE 'possible' END, commands = $5::jsonb, preview = $6::jsonb, outcome = $7,
            name = $8, claim = NULL, claimed_until = NULL, try_after = clock_timestamp()
     WHERE job = $1::uuid AND number = $2 AND claim = $3::uuid AND state = 'to-check'`,
    [job, number, claim, found.possible, JSON.stringify(found.commands ?? null), JSON.stringify(found.preview), found.outcome, found.name],
  );
}

/** Records the end of a line that was carried out. A service that has lost its lease records nothing. */
export async function recordSettled(
  db: Db,
  { job, number, claim }: Claim,
  { done, outcome, reference }: { readonly done: boolean; readonly outcome: string | null; readonly reference: string | null },
): Promise<void> {
  await db.query(
    `UPDATE many_lines SET state = CASE WHEN $4 THEN 'done' ELSE 'refused' END, outcome = $5, reference = $6, claim = NULL, claimed_until = NULL,
            settled_at = clock_timestamp()
     WHERE job = $1::uuid AND number = $2 AND claim = $3::uuid AND state = 'waiting'`,
    [job, number, claim, done, outcome, reference],
  );
}

/** Gives a line back that had no answer, to be tried again after this many seconds. */
export async function putOffLine(db: Db, { job, number, claim }: Claim, seconds: number): Promise<void> {
  await db.query(
    `UPDATE many_lines SET try_after = clock_timestamp() + make_interval(secs => $4), claim = NULL, claimed_until = NULL
     WHERE job = $1::uuid AND number = $2 AND claim = $3::uuid`,
    [job, number, claim, seconds],
  );
}

/**
 * Confirms a job: of the lines that are possible, those with these numbers are carried out, the others left out. Answers whether it
 * was this call that confirmed it; a job that is confirmed or cancelled already stays as it is.
 */
export async function confirmJob(db: Db, id: string, numbers: readonly number[]): Promise<boolean> {
  const { rows } = await db.query<{ confirmed: number }>(
    `WITH job AS (
       UPDATE many_jobs SET confirmed_at = clock_timestamp()
       WHERE id = $1::uuid AND confirmed_at IS NULL AND cancelled_at IS NULL
         AND NOT EXISTS (SELECT FROM many_lines WHERE job = $1::uuid AND state = 'to-check')
       RETURNING id),
     line AS (
       UPDATE many_lines SET state = CASE WHEN number = ANY ($2::int[]) THEN 'waiting' ELSE 'left-out' END, try_after = clock_timestamp()
       FROM job WHERE many_lines.job = job.id AND state = 'possible')
     SELECT count(*)::int AS confirmed FROM job`,
    [id, numbers],
  );
  return rows[0]?.confirmed === 1;
}

/**
 * Cancels a job: lines that wait are not carried out. One that a service holds at this moment still ends as it ends, and says so.
 * Answers how many lines were cancelled.
 */
export async function cancelJob(db: Db, id: string): Promise<number> {
  const { rows } = await db.query<{ cancelled: number }>(
    `WITH job AS (UPDATE many_jobs SET cancelled_at = clock_timestamp() WHERE id = $1::uuid AND cancelled_at IS NULL RETURNING id),
     line AS (
       UPDATE many_lines SET state = 'cancelled', settled_at = clock_timestamp(),
              outcome = CASE WHEN attempts > 0 THEN 'It was tried, and no answer came: it may have been done all the same. Look at the deployment.' END
       FROM job WHERE many_lines.job = job.id AND state IN ('to-check', 'possible', 'waiting')
         AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
       RETURNING 1)
     SELECT count(*)::int AS cancelled FROM line`,
    [id],
  );
  return rows[0]?.cancelled ?? 0;
}
