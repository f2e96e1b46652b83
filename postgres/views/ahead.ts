import type { RunningDeployment } from '../../domain/chronology/ahead.ts';
import { LRUCache } from 'lru-cache';
import { blankChronology, evolve } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { Chronology } from '../../domain/chronology/state.ts';
import type { Timing } from '../../domain/chasing/timing.ts';
import { STAFF_ROLES } from '../access/staff-roles.ts';
import type { Db } from '../database.ts';
import { readCalendar, readProgramme } from '../pinned/pinned.ts';
import { isStaffToday } from './held-roles.ts';
import { HOLD_COVERS, HOLD_STANDS } from './post-holds.ts';
import { readPostCap } from '../desk/post-cap.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { QUIET_IN_D } from './quieter.ts';
import { parameters } from './deployment-source.ts';
import { CLOCK_MOVED_ON, ITS_NOW, ITS_TODAY, PLACE, REAL_TODAY, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

type Row = Omit<RunningDeployment, 'chronology' | 'events' | 'waiting' | 'quiet'> & {
  /** Null is none, which is nearly always so: a list would be taken apart for each of thousands. */
  readonly waiting: RunningDeployment['waiting'] | null;
  readonly quiet: RunningDeployment['quiet'] | null;
  readonly programme: string;
  readonly version: number;
  readonly calendar: string;
  readonly sequence: number;
  /** Another text for every change of what is stored of it. See `VERSION_OF_D`. */
  readonly rowVersion: string;
};

type Told = { readonly events: readonly ChronologyEvent[]; readonly chronology: Chronology };

/**
 * What the events of deployments tell, up to the last of them. Events are only ever added, so what the same events told before is not read again:
 * reading and folding them is most of what a look ahead costs. A restore may put another event under the number of one that was lost, so the
 * version of the deployment's row is part of the key. As many events are kept as take some 100 MB.
 */
const told = new WeakMap<Db, LRUCache<string, Told>>();
const MOST_EVENTS_KEPT = 120_000;
const READ_AT_ONCE = 300;

async function tell(db: Db, rows: readonly Row[]): Promise<ReadonlyMap<string, Told>> {
  const kept =
    told.get(db) ?? new LRUCache<string, Told>({ maxSize: MOST_EVENTS_KEPT, sizeCalculation: ({ events }) => events.length + 1 });
  told.set(db, kept);
  // Its programme and its calendar are in the same row.
  const keyOf = ({ reference, sequence, rowVersion }: Row) => `${reference} ${sequence} ${rowVersion}`;
  const all = new Map<string, Told>();
  const unread: Row[] = [];
  for (const row of rows) {
    const before = kept.get(keyOf(row));
    if (before === undefined) unread.push(row);
    else all.set(row.reference, before);
  }
  // A few hundred at a time: reading and folding them takes this process a while, and others are to be served in between.
  for (let from = 0; from < unread.length; from += READ_AT_ONCE) {
    const some = unread.slice(from, from + READ_AT_ONCE);
    // Up to where the rows were read: what was added since is told the next time.
    const { rows: read } = await db.query<{ reference: string; events: readonly ChronologyEvent[] | null }>(
      `SELECT asked.reference, (SELECT json_agg(e.body ORDER BY e.sequence) FROM events e
                                WHERE e.reference = asked.reference AND e.sequence <= asked.sequence) AS events
       FROM unnest($1::text[], $2::int[]) AS asked (reference, sequence)`,
      [some.map(({ reference }) => reference), some.map(({ sequence }) => sequence)],
    );
    const eventsOf = new Map(read.map(({ reference, events }) => [reference, events]));
    for (const row of some) {
      const events = eventsOf.get(row.reference) ?? [];
      const blank = blankChronology(await readProgramme(db, row.programme, row.version), await readCalendar(db, row.calendar));
      const one = { events, chronology: events.reduce(evolve, blank) };
      kept.set(keyOf(row), one);
      all.set(row.reference, one);
    }
  }
  return all;
}

/** Letters that have not left, by deployment. Read once for a query: there are few, and no index finds those of one deployment. */
const WAITING = `waiting AS MATERIALIZED (
  SELECT m.reference, jsonb_agg(jsonb_build_object('key', m.key, 'fromMs',
           extract(epoch FROM m.written_at + (greatest(coalesce(m.send_after, m.queued_at), clock_timestamp()) - m.queued_at))::float8 * 1000)) AS letters
  FROM messages m WHERE m.state IN ('queued', 'claimed') GROUP BY m.reference)`;

/**
 * Which version of the row of `d` it is: the transaction that wrote it, and the PostgreSQL in which that had its number. Its events are stored by the
 * transaction that writes how far they go, and numbers of transactions come again only in a PostgreSQL that was started from an older copy. Looking
 * the last event up for each deployment took a third of the query.
 */
const VERSION_OF_D = `d.xmin::text || '/' || (SELECT extract(epoch FROM pg_postmaster_start_time())::text)`;

/** The time on the clock of `d`. That of the service is read once, for all whose own clock was not moved on. */
const NOW_OF_D = `CASE WHEN ${CLOCK_MOVED_ON} THEN ${ITS_NOW} ELSE (SELECT ${NOW_SQL}) END`;

/** Whether the post of `d` is held, and who wants fewer e-mails there: looked for where there is any such thing, which on most days there is not. */
const HELD_IN_D = `CASE WHEN EXISTS (SELECT FROM post_holds hold WHERE ${HOLD_STANDS})
  THEN EXISTS (SELECT FROM post_holds hold WHERE ${HOLD_STANDS} AND ${HOLD_COVERS}) ELSE false END`;
const QUIET_WHERE_ANY = `CASE WHEN d.reference IN (SELECT reference FROM quieter) THEN ${QUIET_IN_D} END`;

/** The instant at which the day so many days after a day ends in London. */
const endOfDay = (day: string, days: string) => `((${day} + ${days}::int + 1)::timestamp AT TIME ZONE 'Europe/London')`;

/**
 * A running deployment `d` that may send something by the end of the day so many days after today, by its own clock: it wakes by then, or has a
 * letter waiting. When it wakes next is stored with its last event; where that is not known, it may. See domain/chronology/ahead.ts: before it
 * wakes, nothing happens to it. The day of the service is worked out once, since no clock of a deployment is behind it.
 */
const maySendWithin = (days: string) => `(${days}::int IS NULL OR d.wakes_after IS DISTINCT FROM d.sequence
  OR d.wakes_at < (SELECT ${endOfDay(REAL_TODAY, days)}) OR ${CLOCK_MOVED_ON} AND d.wakes_at < ${endOfDay(ITS_TODAY, days)}
  OR d.reference IN (SELECT reference FROM waiting))`;

/**
 * Every running deployment that somebody may see, as its events tell it. `days` leaves out those that surely send nothing by the end of the day so
 * many days after today: 1 is tomorrow.
 */
export async function deploymentsAhead(db: Db, inScope: InScope, days: number | null = null): Promise<readonly RunningDeployment[]> {
  const given = parameters(inScope.values);
  const within = given.place(days);
  const { rows } = await db.query<Row>(
    `WITH ${WAITING}
     SELECT d.reference, ${SUBJECT} AS subject, coalesce(school.region, '') AS region, d.programme, d.programme_version AS version,
            d.calendar_version AS calendar, extract(epoch FROM ${NOW_OF_D})::float8 * 1000 AS "nowMs",
            d.sequence::int, ${VERSION_OF_D} AS "rowVersion", waiting.letters AS waiting, ${HELD_IN_D} AS held,
            ${QUIET_WHERE_ANY} AS quiet
     FROM deployments d ${PLACE} LEFT JOIN waiting ON waiting.reference = d.reference
     WHERE d.status = 'running' AND ${maySendWithin(within)} AND ${inScope.sql} ORDER BY d.reference`,
    [...given.all],
  );
  const events = await tell(db, rows);
  return rows.flatMap((row) => {
    const { reference, subject, region, nowMs, waiting, held, quiet } = row;
    const itsEvents = events.get(reference);
    if (itsEvents === undefined) return [];
    return [{ reference, subject, region, nowMs: Math.round(nowMs), waiting: waiting ?? [], held, quiet: quiet ?? [], ...itsEvents }];
  });
}

/**
 * The other running deployments, wherever they are, that may send something to one of these people: whoever holds a role in them, deputises for somebody, or has
 * an escalation or a letter that waits. `days` is that of `deploymentsAhead`.
 */
export async function othersAheadOf(
  db: Db,
  deployments: readonly RunningDeployment[],
  recipients: ReadonlySet<string>,
  days: number | null,
): Promise<readonly RunningDeployment[]> {
  const concerns = `d.reference <> ALL ($1::text[]) AND d.reference IN (
    SELECT reference FROM deployment_parties WHERE person = ANY ($2::text[]) AND until IS NULL
    UNION SELECT reference FROM deputies WHERE deputy = ANY ($2::text[]) AND ended_at IS NULL
    UNION SELECT reference FROM escalations WHERE person = ANY ($2::text[]) AND closed_at IS NULL
    UNION SELECT reference FROM messages WHERE person = ANY ($2::text[]) AND state IN ('queued', 'claimed'))`;
  return deploymentsAhead(db, { sql: concerns, values: [deployments.map(({ reference }) => reference), [...recipients]] }, days);
}

/** Somebody as letters name them, and whether the mail system has refused their address for good. */
export type PersonInLetters = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly telephone: string | null;
  readonly refused: boolean;
  /** When they want what can wait; at once for whoever is no member of the staff. */
  readonly timing: Timing;
};

const TIMINGS_WISHED = `(SELECT DISTINCT ON (person) person, timing FROM staff_preferences ORDER BY person, id DESC) wish
  ON wish.person = p.id AND ${isStaffToday('p.id', '$1')}`;

/** Everybody whom Chaser knows, by contact id; or those whose contact id is among these texts. */
export async function peopleInLetters(db: Db, among: Iterable<string> | null = null): Promise<ReadonlyMap<string, PersonInLetters>> {
  const { rows } = await db.query<PersonInLetters>(
    `SELECT p.id, p.name, p.email, p.telephone, p.address_refused_at IS NOT NULL AS refused, coalesce(wish.timing, 'at-once') AS timing
     FROM people p LEFT JOIN ${TIMINGS_WISHED} ${among === null ? '' : 'WHERE p.id = ANY ($2::text[])'}`,
    among === null ? [STAFF_ROLES] : [STAFF_ROLES, [...among]],
  );
  return new Map(rows.map((person) => [person.id, person]));
}

/** The few to whom nothing can be sent, or who want something else than everything at once: by contact id. */
export async function unlikeOthersInPost(db: Db): Promise<ReadonlyMap<string, Pick<PersonInLetters, 'id' | 'refused' | 'timing'>>> {
  const { rows } = await db.query<Pick<PersonInLetters, 'id' | 'refused' | 'timing'>>(
    `SELECT p.id, p.address_refused_at IS NOT NULL AS refused, coalesce(wish.timing, 'at-once') AS timing
     FROM people p LEFT JOIN ${TIMINGS_WISHED} WHERE p.address_refused_at IS NOT NULL OR wish.timing <> 'at-once'`,
    [STAFF_ROLES],
  );
  return new Map(rows.map((person) => [person.id, person]));
}

/** How many e-mails with reminders people have had of each of the last days: by "PERSON YYYY-MM-DD". */
export async function remindersSent(db: Db): Promise<Readonly<Record<string, number>>> {
  const { rows } = await db.query<{ day: string; emails: number }>(
    `SELECT m.person || ' ' || (m.written_at AT TIME ZONE 'Europe/London')::date AS day, count(DISTINCT m.envelope)::int AS emails FROM messages m
     WHERE m.state IN ('accepted', 'delivered', 'perhaps-sent') AND m.kind IN ('reminder', 'overdue')
       AND m.written_at > (SELECT clock_timestamp() - interval '3 days')
     GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ day, emails }) => [day, emails]));
}

/** How many e-mails a person may get in a day, and how many people have had of the last days: by "PERSON YYYY-MM-DD". */
export async function dailyCap(db: Db): Promise<{ readonly most: number | null; readonly hadBefore: Readonly<Record<string, number>> }> {
  const most = (await readPostCap(db))?.most ?? null;
  if (most === null) return { most, hadBefore: {} };
  const { rows } = await db.query<{ day: string; emails: number }>(
    `WITH had AS (
       SELECT m.person, ((m.written_at + (coalesce(m.accepted_at, m.closed_at) - m.queued_at)) AT TIME ZONE 'Europe/London')::date AS day, m.envelope
       FROM messages m WHERE m.state IN ('accepted', 'delivered', 'perhaps-sent') AND coalesce(m.accepted_at, m.closed_at) > clock_timestamp() - interval '3 days'
       UNION SELECT n.person, (n.sent_at AT TIME ZONE 'Europe/London')::date, 'note/' || n.id FROM notes n
       WHERE n.kind IN ('digest', 'survey') AND n.sent_at > clock_timestamp() - interval '3 days')
     SELECT person || ' ' || day AS day, count(DISTINCT envelope)::int AS emails FROM had GROUP BY 1`,
  );
  return { most, hadBefore: Object.fromEntries(rows.map(({ day, emails }) => [day, emails])) };
}
