import type { CallStanding } from '../../domain/chasing/call-order.ts';
import { stepOf } from '../../domain/chronology/chronology.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { countDays, lastSchoolDay, nthDay, termOf } from '../../domain/time/days.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, daysBetween } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { daysOf } from '../../domain/programme.ts';
import type { Programme, Step } from '../../domain/programme.ts';
import type { DayKind } from '../../domain/time/time-allowed.ts';
import { BEGUN } from '../desk/answer-drafts.ts';
import type { BegunBy } from '../desk/answer-drafts.ts';
import type { CallOutcome } from '../desk/call-notes.ts';
import { clockStands } from './clock-stands.ts';
import type { Db } from '../database.ts';
import { IN_TURN, STANDING } from './escalations.ts';
import type { EscalationStanding } from './escalations.ts';
import { readCalendar, readProgramme } from '../pinned/pinned.ts';
import { NOW_SQL, STATEMENT_NOW_SQL } from '../sandbox/clock.ts';
import { ITS_NOW, ITS_TODAY, PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/** Somebody who can be reached. */
export type Owner = {
  readonly person: string;
  readonly role: string;
  readonly name: string;
  readonly email: string;
  readonly telephone: string | null;
};

/** How late an open step is, on the day of its deployment's clock. */
export type Lateness = { readonly today: PlainDate; readonly dueOn: PlainDate; readonly daysLate: number; readonly days: DayKind };

export type Call = Lateness & {
  readonly reference: string;
  readonly round: number;
  readonly rung: string;
  readonly subject: string;
  readonly step: Step;
  readonly programme: Programme;
  /** The person who is to telephone; null when nobody is named. */
  readonly caller: { readonly person: string; readonly name: string } | null;
  readonly owners: readonly Owner[];
  /** When the last e-mail about the step was written; null when there was none. */
  readonly lastSentAt: string | null;
  readonly lastNote: { readonly outcome: CallOutcome; readonly at: string; readonly by: string; readonly note: string | null } | null;
  /** The owners who have begun to answer and have not sent it. */
  readonly begun: readonly BegunBy[];
  /** By when somebody who is asked last said that they would answer; null when nobody did. */
  readonly promised: { readonly on: PlainDate; readonly by: string } | null;
  readonly standing: CallStanding;
};

type RawStep = {
  readonly reference: string;
  readonly step: string;
  readonly round: number;
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly calendar: string;
  readonly due_on: PlainDate;
  readonly its_now: string;
  readonly stopped: boolean;
};

type RawCall = RawStep & {
  readonly rung: string;
  readonly caller: Call['caller'];
  readonly owners: readonly Owner[];
  readonly times: number;
  readonly last_sent_at: string | null;
  readonly silent_before: number;
  readonly note: (NonNullable<Call['lastNote']> & { readonly callAgainOn: PlainDate | null }) | null;
  readonly tried_today: boolean;
  readonly begun: readonly BegunBy[];
  readonly promised: { readonly on: PlainDate; readonly by: string } | null;
};

/** The columns that each list shows of a step: the step is `s`, its deployment `d`. */
const STEP_COLUMNS = `
  d.reference, s.step, s.round, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, s.calendar_version AS calendar,
  s.due_on, ${ITS_NOW} AS its_now, ${clockStands('s')} AS stopped`;

const CALLS = `
  SELECT ${STEP_COLUMNS}, c.rung, ${BEGUN} AS begun,
         (SELECT jsonb_build_object('person', p.id, 'name', p.name) FROM people p WHERE p.id = c.person) AS caller,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('person', p.id, 'role', held.role, 'name', p.name, 'email', p.email, 'telephone', p.telephone)
                                    ORDER BY held.role <> s.owner, p.name), '[]')
          FROM deployment_parties held JOIN people p ON p.id = held.person
          WHERE held.reference = d.reference AND held.until IS NULL AND (held.role = s.owner OR held.role = ANY (s.joint_owners))) AS owners,
         coalesce(sent.times, 0) AS times, sent.last_at AS last_sent_at,
         (SELECT count(DISTINCT (o.reference, o.step, o.round))::int
          FROM call_tasks o JOIN deployments od ON od.reference = o.reference
          JOIN steps os ON os.reference = o.reference AND os.step = o.step AND os.round = o.round
          WHERE (od.urn = d.urn OR od.trust = d.trust) AND os.owner = s.owner AND o.opened_at < c.opened_at
            AND (o.reference, o.step, o.round) <> (c.reference, c.step, c.round)) AS silent_before,
         CASE WHEN note.id IS NOT NULL THEN jsonb_build_object('outcome', note.outcome, 'at', note.at, 'note', note.note,
           'by', coalesce((SELECT name FROM people WHERE id = note.by_person), note.by_person), 'callAgainOn', note.call_again_on) END AS note,
         coalesce((note.at AT TIME ZONE 'Europe/London')::date = (${NOW_SQL} AT TIME ZONE 'Europe/London')::date, false) AS tried_today,
         (SELECT jsonb_build_object('on', said.promised_on, 'by', coalesce(sp.name, said.person))
          FROM promises said LEFT JOIN people sp ON sp.id = said.person
          WHERE said.reference = c.reference AND said.step = c.step AND said.round = c.round ORDER BY said.change DESC LIMIT 1) AS promised
  FROM call_tasks c
  JOIN deployments d ON d.reference = c.reference
  JOIN steps s ON s.reference = c.reference AND s.step = c.step AND s.round = c.round
  ${PLACE}
  LEFT JOIN LATERAL (
    SELECT count(DISTINCT m.rung)::int AS times, max(m.written_at) AS last_at FROM messages m
    WHERE m.reference = c.reference AND m.step = c.step AND m.round = c.round AND m.state IN ('accepted', 'delivered')
      AND m.kind IN ('request', 'reminder', 'overdue')) sent ON true
  LEFT JOIN LATERAL (
    SELECT n.* FROM call_notes n
    WHERE n.reference = c.reference AND n.step = c.step AND n.round = c.round AND n.rung = c.rung ORDER BY n.id DESC LIMIT 1) note ON true
  WHERE c.closed_at IS NULL`;

/**
 * Every call that is still to be made, including those put off to a later day, in no order
 * (domain/chasing/call-order.ts has the order), of one deployment or of all. Nobody is called about a step whose clock is stopped. The
 * scope's values begin at $2.
 */
export async function openCalls(db: Db, inScope: InScope, only: string | null = null): Promise<readonly Call[]> {
  const { rows } = await db.query<RawCall>(
    `${CALLS} AND ($1::text IS NULL OR c.reference = $1) AND NOT ${clockStands('s')} AND ${inScope.sql}`,
    [only, ...inScope.values],
  );
  return Promise.all(
    rows.map(async (row) => {
      const { lateness, programme, step, calendar } = await pinnedOf(db, row);
      return {
        ...lateness,
        reference: row.reference,
        round: row.round,
        rung: row.rung,
        subject: row.subject,
        step,
        programme,
        caller: row.caller,
        owners: row.owners,
        lastSentAt: row.last_sent_at,
        lastNote: row.note,
        begun: row.begun,
        promised: row.promised,
        standing: {
          key: [row.reference, row.step, row.round, row.rung].join('/'),
          daysLate: lateness.daysLate,
          chasesUnanswered: row.times,
          schoolDaysLeft: schoolDaysLeft(calendar, lateness.today),
          silentBefore: row.silent_before,
          promisedOn: row.promised?.on ?? null,
          callAgainOn: row.note?.callAgainOn ?? null,
          triedToday: row.tried_today,
        },
      };
    }),
  );
}

export type WaitingStep = Lateness & {
  readonly reference: string;
  readonly subject: string;
  readonly round: number;
  readonly step: Step;
  /** Whether its clock is stopped. */
  readonly stopped: boolean;
};

/** Open steps of which somebody is an owner, the earliest due date first. */
export async function stepsWaitingFor(db: Db, person: string): Promise<readonly WaitingStep[]> {
  const { rows } = await db.query<RawStep>(
    `SELECT ${STEP_COLUMNS} FROM steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
     WHERE s.state = 'open' AND EXISTS (
       SELECT FROM deployment_parties held WHERE held.reference = s.reference AND held.person = $1 AND held.until IS NULL
         AND (held.role = s.owner OR held.role = ANY (s.joint_owners)))
     ORDER BY s.optional, s.due_on, s.reference, s.step`,
    [person],
  );
  return Promise.all(rows.map((row) => waitingStep(db, row)));
}

export type OpenEscalation = WaitingStep &
  EscalationStanding & { readonly rung: string; readonly openedAt: string; readonly to: string | null; readonly calendar: Calendar };

/**
 * Open escalations that are addressed to somebody, that come from one of their regions, or of a deployment that they
 * coordinate. Passed promises come first, then those that nobody has taken on, the oldest first, then those with a promise.
 */
export async function openEscalations(
  db: Db,
  to: { readonly person: string; readonly regions: readonly string[]; readonly coordinates: InScope | null },
): Promise<readonly OpenEscalation[]> {
  const { rows } = await db.query<
    RawStep & EscalationStanding & { readonly rung: string; readonly opened_at: string; readonly to: string | null }
  >(
    `SELECT ${STEP_COLUMNS}, e.rung, e.opened_at, ${STANDING}, coalesce((SELECT name FROM people WHERE id = e.person), e.person) AS to
     FROM escalations e JOIN deployments d ON d.reference = e.reference
     JOIN steps s ON s.reference = e.reference AND s.step = e.step AND s.round = e.round ${PLACE}
     WHERE e.closed_at IS NULL AND d.status = 'running'
       AND (e.person = $1 OR school.region = ANY ($2::text[])${to.coordinates === null ? '' : ` OR ${to.coordinates.sql}`})
     ORDER BY ${IN_TURN}`,
    [to.person, to.regions, ...(to.coordinates?.values ?? [])],
  );
  return Promise.all(
    rows.map(async (row) => {
      const { since, turn, acknowledgedAt, acknowledgedBy, words, promisedOn, promisePassed, standsSince } = row;
      return {
        ...(await waitingStep(db, row)),
        ...{ since, turn, acknowledgedAt, acknowledgedBy, words, promisedOn, promisePassed, standsSince },
        rung: row.rung,
        openedAt: row.opened_at,
        to: row.to,
        calendar: await readCalendar(db, row.calendar),
      };
    }),
  );
}

export type AnsweredStep = {
  readonly reference: string;
  readonly subject: string;
  readonly step: string;
  readonly answer: string;
  readonly by: string;
  readonly at: string;
};

/** The working day before a day; beyond the end of the calendar, the day before it. */
function workingDayBefore(calendar: Calendar, today: PlainDate): PlainDate {
  const before = nthDay(calendar, 'working', today, -1);
  return before.ok ? before.value : addDays(today, -1);
}

/** Longer than any run of days without work: Christmas with its weekends. */
const LONGEST_REST_DAYS = 12;

type AnsweredOn = {
  readonly reference: string;
  readonly step: string;
  readonly round: number;
  readonly calendar: string;
  readonly today: PlainDate;
  readonly closedOn: PlainDate;
};

/**
 * One page of what was answered on the last working day before today, or since, the newest first, with how many there are in all.
 * Beyond the last page comes the last. Automatic steps are left out.
 */
export async function answeredSinceYesterday(
  db: Db,
  inScope: InScope,
  { page, perPage }: { readonly page: number; readonly perPage: number },
): Promise<{ readonly all: number; readonly page: number; readonly steps: readonly AnsweredStep[] }> {
  const { rows } = await db.query<AnsweredOn>(
    `SELECT d.reference, s.step, s.round, s.calendar_version AS calendar, ${ITS_TODAY} AS today, (s.closed_at AT TIME ZONE 'Europe/London')::date AS "closedOn"
     FROM steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
     WHERE s.state = 'answered' AND s.answered_by <> 'chaser' AND s.closed_at > ${STATEMENT_NOW_SQL} - interval '${LONGEST_REST_DAYS} days'
       AND ${inScope.sql}
     ORDER BY s.closed_at DESC, s.reference, s.step`,
    [...inScope.values],
  );
  const yesterdays = new Map<string, PlainDate>();
  for (const { calendar, today } of rows) {
    const key = `${calendar} ${today}`;
    if (!yesterdays.has(key)) yesterdays.set(key, workingDayBefore(await readCalendar(db, calendar), today));
  }
  const since = rows.filter(({ calendar, today, closedOn }) => closedOn >= (yesterdays.get(`${calendar} ${today}`) ?? today));
  const there = Math.min(page, Math.max(1, Math.ceil(since.length / perPage)));
  return { all: since.length, page: there, steps: await answersOf(db, since.slice((there - 1) * perPage, there * perPage)) };
}

/** What was answered in these openings of steps, in their order. */
async function answersOf(db: Db, openings: readonly Pick<AnsweredOn, 'reference' | 'step' | 'round'>[]): Promise<readonly AnsweredStep[]> {
  const { rows } = await db.query<AnsweredStep & { readonly programme: string; readonly version: number }>(
    `SELECT d.reference, s.step, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, s.answer, s.closed_at AS at,
            coalesce((SELECT name FROM people WHERE id = coalesce(s.on_behalf_of, s.answered_by)), s.on_behalf_of, s.answered_by) AS by
     FROM unnest($1::text[], $2::text[], $3::int[]) WITH ORDINALITY AS asked (reference, step, round, place)
     JOIN steps s ON s.reference = asked.reference AND s.step = asked.step AND s.round = asked.round
     JOIN deployments d ON d.reference = s.reference ${PLACE} ORDER BY asked.place`,
    [openings.map(({ reference }) => reference), openings.map(({ step }) => step), openings.map(({ round }) => round)],
  );
  return Promise.all(
    rows.map(async ({ programme: id, version, ...line }) => {
      const programme = await readProgramme(db, id, version);
      const answer = programme.steps[line.step]?.answers.find((known) => known.id === line.answer)?.label ?? line.answer;
      return { ...line, step: stepOf(programme, line.step).title, answer };
    }),
  );
}

async function waitingStep(db: Db, row: RawStep): Promise<WaitingStep> {
  const { step, lateness } = await pinnedOf(db, row);
  return { ...lateness, reference: row.reference, subject: row.subject, round: row.round, step, stopped: row.stopped };
}

async function pinnedOf(
  db: Db,
  row: RawStep,
): Promise<{ readonly programme: Programme; readonly calendar: Calendar; readonly step: Step; readonly lateness: Lateness }> {
  const programme = await readProgramme(db, row.programme, row.version);
  const step = stepOf(programme, row.step);
  const calendar = await readCalendar(db, row.calendar);
  return { programme, calendar, step, lateness: latenessOf(programme, calendar, step, row.due_on, row.its_now) };
}

/**
 * How late a step is at an instant, in its own kind of days. Beyond the end of the calendar, calendar days are counted.
 */
function latenessOf(programme: Programme, calendar: Calendar, step: Step, dueOn: PlainDate, now: string): Lateness {
  const today = londonDate(Date.parse(now));
  const days = daysOf(programme, step);
  const late = countDays(calendar, days, dueOn, today);
  return { today, dueOn, days, daysLate: Math.max(0, late.ok ? late.value : daysBetween(dueOn, today)) };
}

function schoolDaysLeft(calendar: Calendar, today: PlainDate): number | null {
  const term = termOf(calendar, today);
  if (!term.ok) return null;
  const left = countDays(calendar, 'school', today, lastSchoolDay(calendar, term.value));
  return left.ok ? left.value : null;
}
