import type { CallStanding } from '../../domain/chasing/call-order.ts';
import { stepOf } from '../../domain/chronology/chronology.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
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
import { conditionOf } from '../access/scope.ts';
import { clockStands } from './clock-stands.ts';
import { parameters } from './deployment-source.ts';
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

/** A call that is still to be made, as far as its place among the others goes. */
export type OpenCall = Lateness &
  StepRef & {
    readonly reference: string;
    readonly rung: string;
    /** The person who is to telephone; null when nobody is named. */
    readonly callerId: string | null;
    readonly standing: CallStanding;
  };

/** A call with all that whoever telephones has to know. */
export type Call = Omit<OpenCall, 'step' | 'callerId'> & {
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

type RawCall = Omit<RawStep, 'subject' | 'stopped'> & {
  readonly rung: string;
  readonly caller: string | null;
  readonly times: number;
  readonly silent_before: number;
  readonly promised_on: PlainDate | null;
  readonly call_again_on: PlainDate | null;
  readonly tried_today: boolean;
};

type CallDetails = Pick<Call, 'subject' | 'caller' | 'owners' | 'lastSentAt' | 'lastNote' | 'begun' | 'promised'> & {
  readonly programme: string;
  readonly version: number;
};

/** The columns that each list shows of a step: the step is `s`, its deployment `d`. */
const STEP_COLUMNS = `
  d.reference, s.step, s.round, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, s.calendar_version AS calendar,
  s.due_on, ${ITS_NOW} AS its_now, ${clockStands('s')} AS stopped`;

/** The last note of a call `c`, as `note`. */
const LAST_NOTE = `LEFT JOIN LATERAL (
    SELECT n.* FROM call_notes n
    WHERE n.reference = c.reference AND n.step = c.step AND n.round = c.round AND n.rung = c.rung ORDER BY n.id DESC LIMIT 1) note ON true`;

/** The last promise to answer the step of a call `c`, as `said`. */
const LAST_PROMISE = `LEFT JOIN LATERAL (
    SELECT p.promised_on, p.person FROM promises p
    WHERE p.reference = c.reference AND p.step = c.step AND p.round = c.round ORDER BY p.change DESC LIMIT 1) said ON true`;

/** The e-mails that went about the step of a call `c`, as `sent`. */
const SENT = `LEFT JOIN LATERAL (
    SELECT count(DISTINCT m.rung)::int AS times, max(m.written_at) AS last_at FROM messages m
    WHERE m.reference = c.reference AND m.step = c.step AND m.round = c.round AND m.state IN ('accepted', 'delivered')
      AND m.kind IN ('request', 'reminder', 'overdue')) sent ON true`;

/**
 * Every call that is still to be made, including those put off to a later day, in no order
 * (domain/chasing/call-order.ts has the order), of one deployment or of all. Nobody is called about a step whose clock is stopped. The
 * scope's values begin at $2. `callsInFull` says more of those that are shown.
 */
export async function openCalls(db: Db, inScope: InScope, only: string | null = null): Promise<readonly OpenCall[]> {
  const { rows } = await db.query<RawCall>(
    // What is counted of each comes after the place: the calls of a place are few of all.
    `WITH found AS MATERIALIZED (
       SELECT c.reference, c.step, c.round, c.rung, c.person, c.opened_at, s.owner, s.due_on, s.calendar_version, d.urn, d.trust, d.programme,
              d.programme_version, ${ITS_NOW} AS its_now
       FROM call_tasks c JOIN deployments d ON d.reference = c.reference
       JOIN steps s ON s.reference = c.reference AND s.step = c.step AND s.round = c.round ${PLACE}
       WHERE c.closed_at IS NULL AND ($1::text IS NULL OR c.reference = $1) AND NOT ${clockStands('s')} AND ${inScope.sql})
     SELECT c.reference, c.step, c.round, c.programme, c.programme_version AS version, c.calendar_version AS calendar, c.due_on, c.its_now, c.rung,
            c.person AS caller, coalesce(sent.times, 0) AS times,
            (SELECT count(DISTINCT (o.reference, o.step, o.round))::int
             FROM call_tasks o JOIN deployments od ON od.reference = o.reference
             JOIN steps os ON os.reference = o.reference AND os.step = o.step AND os.round = o.round
             WHERE (od.urn = c.urn OR od.trust = c.trust) AND os.owner = c.owner AND o.opened_at < c.opened_at
               AND (o.reference, o.step, o.round) <> (c.reference, c.step, c.round)) AS silent_before,
            said.promised_on, note.call_again_on,
            coalesce((note.at AT TIME ZONE 'Europe/London')::date = (${NOW_SQL} AT TIME ZONE 'Europe/London')::date, false) AS tried_today
     FROM found c ${SENT} ${LAST_NOTE} ${LAST_PROMISE}`,
    [only, ...inScope.values],
  );
  return Promise.all(
    rows.map(async ({ reference, step, round, rung, caller: callerId, ...row }) => {
      const { lateness, calendar } = await pinnedOf(db, { ...row, step });
      const standing: CallStanding = {
        key: rungKey({ reference, step, round, rung }),
        daysLate: lateness.daysLate,
        chasesUnanswered: row.times,
        schoolDaysLeft: schoolDaysLeft(calendar, lateness.today),
        silentBefore: row.silent_before,
        promisedOn: row.promised_on,
        callAgainOn: row.call_again_on,
        triedToday: row.tried_today,
      };
      return { ...lateness, reference, step, round, rung, callerId, standing };
    }),
  );
}

/** These calls, in their order, with all that whoever telephones has to know. */
export async function callsInFull(db: Db, calls: readonly OpenCall[]): Promise<readonly Call[]> {
  if (calls.length === 0) return [];
  const { rows } = await db.query<CallDetails & { readonly place: number }>(
    `SELECT asked.place::int AS place, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, ${BEGUN} AS begun,
            (SELECT jsonb_build_object('person', p.id, 'name', p.name) FROM people p WHERE p.id = c.person) AS caller,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('person', p.id, 'role', held.role, 'name', p.name, 'email', p.email, 'telephone', p.telephone)
                                       ORDER BY held.role <> s.owner, p.name), '[]')
             FROM deployment_parties held JOIN people p ON p.id = held.person
             WHERE held.reference = d.reference AND held.until IS NULL AND (held.role = s.owner OR held.role = ANY (s.joint_owners))) AS owners,
            sent.last_at AS "lastSentAt",
            CASE WHEN note.id IS NOT NULL THEN jsonb_build_object('outcome', note.outcome, 'at', note.at, 'note', note.note,
              'by', coalesce((SELECT name FROM people WHERE id = note.by_person), note.by_person)) END AS "lastNote",
            CASE WHEN said.person IS NOT NULL THEN jsonb_build_object('on', said.promised_on,
              'by', coalesce((SELECT name FROM people WHERE id = said.person), said.person)) END AS promised
     FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) WITH ORDINALITY AS asked (reference, step, round, rung, place)
     JOIN call_tasks c ON c.reference = asked.reference AND c.step = asked.step AND c.round = asked.round AND c.rung = asked.rung
     JOIN deployments d ON d.reference = c.reference
     JOIN steps s ON s.reference = c.reference AND s.step = c.step AND s.round = c.round
     ${PLACE} ${SENT} ${LAST_NOTE} ${LAST_PROMISE} ORDER BY asked.place`,
    [
      calls.map(({ reference }) => reference),
      calls.map(({ step }) => step),
      calls.map(({ round }) => round),
      calls.map(({ rung }) => rung),
    ],
  );
  return Promise.all(
    rows.flatMap(({ place, programme: id, version, ...details }) => {
      const call = calls[place - 1];
      if (call === undefined) return [];
      const { callerId: _, step, ...standing } = call;
      return [readProgramme(db, id, version).then((programme) => ({ ...standing, ...details, programme, step: stepOf(programme, step) }))];
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

/** Open steps of which somebody is an owner, the earliest due date first. Few people of the staff own any, and the second question is for them alone. */
export async function stepsWaitingFor(db: Db, person: string): Promise<readonly WaitingStep[]> {
  const { rows: owned } = await db.query<{ reference: string }>(
    `SELECT DISTINCT s.reference FROM deployment_parties held JOIN steps s ON s.reference = held.reference
     WHERE held.person = $1 AND held.until IS NULL AND s.state = 'open' AND (held.role = s.owner OR held.role = ANY (s.joint_owners))`,
    [person],
  );
  if (owned.length === 0) return [];
  const { rows } = await db.query<RawStep>(
    `SELECT ${STEP_COLUMNS} FROM steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
     WHERE s.state = 'open' AND s.reference = ANY ($2::text[]) AND EXISTS (
       SELECT FROM deployment_parties held WHERE held.reference = s.reference AND held.person = $1 AND held.until IS NULL
         AND (held.role = s.owner OR held.role = ANY (s.joint_owners)))
     ORDER BY s.optional, s.due_on, s.reference, s.step`,
    [person, owned.map(({ reference }) => reference)],
  );
  return Promise.all(rows.map((row) => waitingStep(db, row)));
}

export type OpenEscalation = WaitingStep &
  EscalationStanding & { readonly rung: string; readonly openedAt: string; readonly to: string | null; readonly calendar: Calendar };

/**
 * Some of the open escalations that are addressed to somebody, that come from one of their regions, or of a deployment that they
 * coordinate, with how many there are in all: those with a promise, or those without. Passed promises come first, then those that nobody
 * has taken on, the oldest first, then those with a promise.
 */
export async function openEscalations(
  db: Db,
  to: { readonly person: string; readonly regions: readonly string[]; readonly coordinates: ((firstParameter: number) => InScope) | null },
  { promised, limit, offset }: { readonly promised: boolean; readonly limit: number; readonly offset: number },
): Promise<{ readonly all: number; readonly lines: readonly OpenEscalation[] }> {
  const ofRegions = to.regions.length === 0 ? null : conditionOf({ all: false, regions: to.regions, areas: [] }, 2);
  const coordinated = to.coordinates === null ? null : to.coordinates(2 + (ofRegions?.values.length ?? 0));
  const given = parameters([to.person, ...(ofRegions?.values ?? []), ...(coordinated?.values ?? [])]);
  const { rows: found } = await db.query<EscalationKey & { readonly all: number }>(
    // Each of the three is found by an index of its own, as one condition with OR would not be.
    `SELECT e.reference, e.step, e.round, e.rung, count(*) OVER ()::int AS "all"
     FROM (SELECT one.*, ${OF_RUNNING} AND one.person = $1
           UNION SELECT one.*, ${OF_RUNNING} AND ${ofRegions === null ? 'false' : ofRegions.sql}
           UNION SELECT one.*, ${OF_RUNNING} AND ${coordinated === null ? 'false' : coordinated.sql}) e
     CROSS JOIN LATERAL (SELECT e.reference, e.sequence) d
     WHERE e.closed_at IS NULL AND e.promised_on IS ${promised ? 'NOT NULL' : 'NULL'}
     ORDER BY ${IN_TURN} LIMIT ${given.place(limit)} OFFSET ${given.place(offset)}`,
    [...given.all],
  );
  // Beyond the last page nothing comes, and so no count either.
  const all = found[0]?.all ?? (offset === 0 ? 0 : (await openEscalations(db, to, { promised, limit: 1, offset: 0 })).all);
  return { all, lines: await escalationsInFull(db, found) };
}

/** The rest of a part that finds escalations `one`, with how far the events of their running deployments go. */
const OF_RUNNING = `d.sequence FROM escalations one JOIN deployments d ON d.reference = one.reference ${PLACE} WHERE d.status = 'running'`;

type EscalationKey = StepRef & { readonly reference: string; readonly rung: string };

/** These escalations, in their order. */
async function escalationsInFull(db: Db, found: readonly EscalationKey[]): Promise<readonly OpenEscalation[]> {
  if (found.length === 0) return [];
  const { rows } = await db.query<
    RawStep & EscalationStanding & { readonly rung: string; readonly opened_at: string; readonly to: string | null }
  >(
    `SELECT ${STEP_COLUMNS}, e.rung, e.opened_at, ${STANDING}, coalesce((SELECT name FROM people WHERE id = e.person), e.person) AS to
     FROM escalations e JOIN deployments d ON d.reference = e.reference
     JOIN steps s ON s.reference = e.reference AND s.step = e.step AND s.round = e.round ${PLACE}
     WHERE e.reference = ANY ($1::text[])`,
    [[...new Set(found.map(({ reference }) => reference))]],
  );
  const known = new Map(rows.map((row) => [rungKey(row), row]));
  const inOrder = found.flatMap((key) => known.get(rungKey(key)) ?? []);
  return Promise.all(
    inOrder.map(async (row) => {
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

/** A text that tells a call or an escalation from every other: "D00001/contact-school/1/call+3". */
export const rungKey = ({ reference, step, round, rung }: RungOfStep): string => [reference, step, round, rung].join('/');

type RungOfStep = { readonly reference: string; readonly step: string; readonly round: number | string; readonly rung: string };

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

/** So many openings of steps were answered on a day, whose deployments are counted on one calendar and are at one day. */
type AnsweredOn = { readonly calendar: string; readonly today: PlainDate; readonly closedOn: PlainDate; readonly answered: number };

/** Openings of steps that somebody answered lately, on the day `CLOSED_ON`. What Chaser answered itself is left out. */
const ANSWERED_LATELY = `steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
     WHERE s.state = 'answered' AND s.answered_by <> 'chaser' AND s.closed_at > ${STATEMENT_NOW_SQL} - interval '${LONGEST_REST_DAYS} days'`;
const CLOSED_ON = `(s.closed_at AT TIME ZONE 'Europe/London')::date`;

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
    `SELECT s.calendar_version AS calendar, ${ITS_TODAY} AS today, ${CLOSED_ON} AS "closedOn", count(*)::int AS answered
     FROM ${ANSWERED_LATELY} AND ${inScope.sql} GROUP BY 1, 2, 3`,
    [...inScope.values],
  );
  const sinces = new Map<string, { readonly calendar: string; readonly today: PlainDate; readonly since: PlainDate }>();
  let all = 0;
  for (const { calendar, today, closedOn, answered } of rows) {
    const key = `${calendar} ${today}`;
    const { since } = sinces.get(key) ?? { since: workingDayBefore(await readCalendar(db, calendar), today) };
    sinces.set(key, { calendar, today, since });
    if (closedOn >= since) all += answered;
  }
  const there = Math.min(page, Math.max(1, Math.ceil(all / perPage)));
  const some = { limit: perPage, offset: (there - 1) * perPage };
  return { all, page: there, steps: all === 0 ? [] : await answersSince(db, inScope, [...sinces.values()], some) };
}

/** Some of what was answered since a day that each calendar and day has of its own, the newest first. */
async function answersSince(
  db: Db,
  inScope: InScope,
  sinces: readonly { readonly calendar: string; readonly today: PlainDate; readonly since: PlainDate }[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly AnsweredStep[]> {
  const given = parameters(inScope.values);
  const [calendars, todays, days] = [
    sinces.map(({ calendar }) => calendar),
    sinces.map(({ today }) => today),
    sinces.map(({ since }) => since),
  ];
  // One day for all, by which an index is searched.
  const earliest = days.reduce((one, other) => (one < other ? one : other));
  const { rows } = await db.query<AnsweredStep & { readonly programme: string; readonly version: number }>(
    `WITH found AS MATERIALIZED (
       SELECT s.reference, s.step, s.round, s.closed_at FROM ${ANSWERED_LATELY} AND ${inScope.sql}
         AND s.closed_at >= ${given.place(earliest)}::date::timestamp AT TIME ZONE 'Europe/London' AND EXISTS (
         SELECT FROM unnest(${given.place(calendars)}::text[], ${given.place(todays)}::date[], ${given.place(days)}::date[]) AS last (calendar, today, since)
         WHERE last.calendar = s.calendar_version AND last.today = ${ITS_TODAY} AND last.since <= ${CLOSED_ON})
       ORDER BY s.closed_at DESC, s.reference, s.step LIMIT ${given.place(limit)} OFFSET ${given.place(offset)})
     SELECT d.reference, s.step, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, s.answer, s.closed_at AS at,
            coalesce((SELECT name FROM people WHERE id = coalesce(s.on_behalf_of, s.answered_by)), s.on_behalf_of, s.answered_by) AS by
     FROM found JOIN steps s ON s.reference = found.reference AND s.step = found.step AND s.round = found.round
     JOIN deployments d ON d.reference = s.reference ${PLACE} ORDER BY found.closed_at DESC, found.reference, found.step`,
    [...given.all],
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
  row: Pick<RawStep, 'programme' | 'version' | 'step' | 'calendar' | 'due_on' | 'its_now'>,
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
