import type pg from 'pg';
import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { clockStands } from '../views/clock-stands.ts';
import { ITS_NOW, ITS_TODAY, PLACE, SUBJECT } from '../views/place.ts';
import { lockPeopleAsTheyAre } from './end-access.ts';
import { hashOf, newToken } from './sessions.ts';

/** Whether an address of a calendar answers, and for whom. */
export type Feed = { readonly person: PersonId; readonly ended: boolean };

/** What is behind the secret of an address; undefined when no such address was ever made. */
export async function findFeed(db: Db, token: string): Promise<Feed | undefined> {
  const { rows } = await db.query<Feed>('SELECT person, ended_at IS NOT NULL AS ended FROM calendar_feeds WHERE hash = $1', [
    hashOf(token),
  ]);
  return rows[0];
}

/** Since when somebody's calendar can read their dates; null when they have no address that answers. */
export async function feedSince(db: Db, person: PersonId): Promise<Instant | null> {
  const { rows } = await db.query<{ at: Instant }>('SELECT made_at AS at FROM calendar_feeds WHERE person = $1 AND ended_at IS NULL', [
    person,
  ]);
  return rows[0]?.at ?? null;
}

export type NewFeed = {
  readonly person: PersonId;
  /** Where the person asked for it. */
  readonly from: 'letter' | 'session';
  /** The address that they have ends, and this one takes its place. Without it, nothing is made where they have one. */
  readonly renews: boolean;
};

/** Makes an address and answers its secret, which is stored nowhere. Null when the person has one and does not renew it. */
export async function makeFeed(pool: pg.Pool, { person, from, renews }: NewFeed): Promise<string | null> {
  return inTransaction(pool, async (db) => {
    await lockPeopleAsTheyAre(db);
    if (renews) await endFeed(db, { person, by: person, because: 'A new address took its place.' });
    const token = newToken();
    const { rowCount } = await db.query(
      `INSERT INTO calendar_feeds (hash, person, made_at, made_from) VALUES ($1, $2, ${NOW_SQL}, $3)
       ON CONFLICT (person) WHERE ended_at IS NULL DO NOTHING`,
      [hashOf(token), person, from],
    );
    return rowCount === 1 ? token : null;
  });
}

/** Ends the address of somebody's calendar. False when there was none. */
export async function endFeed(
  db: Db,
  { person, by, because }: { readonly person: PersonId; readonly by: PersonId; readonly because: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE calendar_feeds SET ended_at = ${NOW_SQL}, ended_by = $2, ended_because = $3 WHERE person = $1 AND ended_at IS NULL`,
    [person, by, because],
  );
  return rowCount === 1;
}

/** How long a calendar is told that a date is over, in days. An assumption of ours: most calendars read an address every day. */
export const TOLD_OVER_DAYS = 30;

/** A due date of somebody, as it stands by the clock of its deployment. */
export type FeedEntry = StepRef & {
  readonly reference: string;
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly dueOn: PlainDate;
  /** They are asked for it now, and its clock runs. */
  readonly stands: boolean;
  /** When it was opened, and each time at which anything changed that decides whether and when it is due. In order. */
  readonly changedAt: readonly Instant[];
};

/** What opens, moves, closes or stops a step: `e` is an event and `s` the step. It may be about the step or about the whole deployment. */
const CONCERNS_STEP = `(
  e.type IN ('step-opened', 'step-answered', 'step-overtaken', 'step-lapsed', 'due-date-moved', 'answer-taken-back')
    AND e.body->>'step' = s.step AND (e.body->>'round')::int = s.round
  OR e.type IN ('party-named', 'rematched', 'party-changed', 'person-merged', 'deputy-named', 'deputy-ended',
                'deployment-ended', 'deployment-withdrawn', 'deployment-reopened')
  OR e.type IN ('clock-stopped', 'clock-resumed')
    AND EXISTS (SELECT FROM clock_stops stopped WHERE stopped.reference = e.reference AND stopped.stop = (e.body->>'stop')::int
                  AND (stopped.step IS NULL OR stopped.step = s.step AND stopped.round = s.round)))`;

/**
 * Everything that somebody is asked for now, in all their deployments, and what they were asked for and are not any more, for 30 days. They
 * are asked who hold a role of the step or deputise for somebody who does. The earliest due date first.
 */
export async function listFeedEntries(db: Db, person: PersonId): Promise<readonly FeedEntry[]> {
  const { rows } = await db.query<FeedEntry>(
    `WITH theirs AS (
       SELECT held.reference, held.role, held.since, held.until FROM deployment_parties held WHERE held.person = $1
       UNION ALL
       SELECT held.reference, held.role, greatest(held.since, standing.from_on::timestamp AT TIME ZONE 'Europe/London'),
              least(held.until, standing.ended_at)
       FROM deputies standing JOIN deployment_parties held ON held.reference = standing.reference AND held.person = standing.person
       WHERE standing.deputy = $1
     ), asked AS (
       SELECT s.*, bool_or(theirs.until IS NULL) AS now
       FROM theirs JOIN deployments d ON d.reference = theirs.reference
       JOIN steps s ON s.reference = theirs.reference AND theirs.role = ANY (s.owner || s.joint_owners)
       ${PLACE}
       WHERE theirs.since <= coalesce(s.closed_at, ${ITS_NOW}) AND coalesce(theirs.until > s.opened_at, true)
       GROUP BY s.reference, s.step, s.round
     ), entries AS (
       SELECT s.reference, s.step, s.round, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, s.due_on AS "dueOn",
              s.now AND s.state = 'open' AND d.status = 'running' AND NOT ${clockStands('s')} AS stands, ${ITS_TODAY} AS today,
              (SELECT coalesce(jsonb_agg(e.at ORDER BY e.sequence), '[]') FROM events e
               WHERE e.reference = s.reference AND e.at >= s.opened_at AND ${CONCERNS_STEP}) AS "changedAt"
       FROM asked s JOIN deployments d ON d.reference = s.reference ${PLACE}
     )
     SELECT reference, step, round, subject, programme, version, "dueOn", stands, "changedAt" FROM entries
     WHERE stands OR ("changedAt"->>-1)::timestamptz > today - $2::int
     ORDER BY "dueOn", reference, step, round`,
    [person, TOLD_OVER_DAYS],
  );
  return rows;
}
