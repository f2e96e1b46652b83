import type { Db } from '../database.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { PLACE } from './place.ts';
import type { InScope } from './place.ts';

/** What a hold of the post is for: everything, or one region, programme or deployment. */
export const HOLD_SCOPES = ['service', 'region', 'programme', 'deployment'] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** A hold of the post, as it was made and as it ended. Instants are ISO 8601. */
export type PostHold = {
  readonly id: number;
  readonly scope: HoldScope;
  /** The region, the id of the programme or the reference of the deployment; '' for the service. */
  readonly place: string;
  readonly because: string;
  /** A contact id. */
  readonly heldBy: string;
  readonly heldByName: string;
  readonly heldAt: string;
  /** When it ends by itself; null: when somebody releases it. */
  readonly untilAt: string | null;
  readonly releasedByName: string | null;
  readonly releasedAt: string | null;
  readonly releasedBecause: string | null;
  readonly stands: boolean;
  /** Letters that wait because of it. */
  readonly waiting: number;
};

/*
 * Parts of queries. `hold` is a row of post_holds, `d` a deployment joined with `PLACE`, and `m` a letter.
 */

/** The hold has neither been released nor reached its day, by the clock of the service. */
export const HOLD_STANDS = `hold.released_at IS NULL AND coalesce(hold.until_at > ${NOW_SQL}, true)`;

/** It is a hold of the post of the deployment `d`. */
export const HOLD_COVERS = `(hold.scope = 'service' OR hold.scope = 'programme' AND hold.place = d.programme
  OR hold.scope = 'deployment' AND hold.place = d.reference OR hold.scope = 'region' AND hold.place = school.region)`;

/** The pause of a programme stands: it is confirmed, and nobody is ending it. */
export const PAUSE_STANDS = `job.confirmed_at IS NOT NULL AND job.cancelled_at IS NULL
  AND (undo.id IS NULL OR undo.confirmed_at IS NULL AND undo.cancelled_at IS NOT NULL)`;
export const PAUSES = `programme_pauses pause JOIN many_jobs job ON job.id = pause.job LEFT JOIN many_jobs undo ON undo.id = pause.undo_job`;

/** The programme of `d` is paused, and the pause has not reached this deployment yet, which has only just started. */
const NOT_YET_PAUSED = `(d.status = 'running' AND m.kind <> 'news' AND EXISTS (
  SELECT FROM ${PAUSES} WHERE ${PAUSE_STANDS} AND pause.programme = d.programme
    AND NOT EXISTS (SELECT FROM many_lines line WHERE line.job = pause.job AND line.target = d.reference
                      AND line.state NOT IN ('to-check', 'possible', 'waiting'))))`;

/** The letter itself, and those with which it is to leave in one e-mail that was tried before: an e-mail goes whole or not at all. */
const WITH_M = `messages part JOIN deployments d ON d.reference = part.reference ${PLACE}
  WHERE (part.key = m.key OR part.envelope = m.envelope AND part.state IN ('queued', 'claimed'))`;

/** Read once for a query: on most days nothing is held, and no letter need be looked at. */
const SOMETHING_IS_HELD = `(EXISTS (SELECT FROM post_holds hold WHERE ${HOLD_STANDS}) OR EXISTS (SELECT FROM ${PAUSES} WHERE ${PAUSE_STANDS}))`;

/** The letter `m` may not leave now, because its post is held. */
export const IS_HELD = `(${SOMETHING_IS_HELD} AND EXISTS (SELECT FROM ${WITH_M}
  AND (${NOT_YET_PAUSED} OR EXISTS (SELECT FROM post_holds hold WHERE ${HOLD_STANDS} AND ${HOLD_COVERS}))))`;

/**
 * When to look again at the letter `m`, null when it is not held: when its holds end by themselves, and after ten minutes at the latest,
 * so that a release of which a mailroom was not told is not lost. A pause that is being made is looked at sooner.
 */
export const LOOK_AGAIN = `CASE WHEN ${IS_HELD} THEN clock_timestamp() + coalesce(
  (SELECT least(max(coalesce(hold.until_at, 'infinity')), ${NOW_SQL} + interval '10 minutes') FROM post_holds hold
   WHERE ${HOLD_STANDS} AND EXISTS (SELECT FROM ${WITH_M} AND ${HOLD_COVERS})) - ${NOW_SQL}, interval '20 seconds') END`;

/** The letter `m` has waited under a hold, which may have ended since. */
export const WAS_HELD = `EXISTS (SELECT FROM post_holds hold
  WHERE least(hold.released_at, hold.until_at, 'infinity') > m.queued_at
    AND EXISTS (SELECT FROM deployments d ${PLACE} WHERE d.reference = m.reference AND ${HOLD_COVERS}))`;

const HOLD = `SELECT hold.id::int, hold.scope, hold.place, hold.because, hold.held_by AS "heldBy", coalesce(holder.name, hold.held_by) AS "heldByName",
    hold.held_at AS "heldAt", hold.until_at AS "untilAt", coalesce(releaser.name, hold.released_by) AS "releasedByName",
    hold.released_at AS "releasedAt", hold.released_because AS "releasedBecause", ${HOLD_STANDS} AS stands,
    (CASE WHEN ${HOLD_STANDS} THEN (
      SELECT count(*) FROM messages m JOIN deployments d ON d.reference = m.reference ${PLACE}
      WHERE m.state = 'queued' AND ${HOLD_COVERS}) ELSE 0 END)::int AS waiting
  FROM post_holds hold LEFT JOIN people holder ON holder.id = hold.held_by LEFT JOIN people releaser ON releaser.id = hold.released_by`;

/** The holds that stand, the oldest first. */
export async function standingHolds(db: Db): Promise<readonly PostHold[]> {
  const { rows } = await db.query<PostHold>(`${HOLD} WHERE ${HOLD_STANDS} ORDER BY hold.id`);
  return rows;
}

/** The holds that have ended, the newest first. */
export async function endedHolds(db: Db, limit: number): Promise<readonly PostHold[]> {
  const { rows } = await db.query<PostHold>(`${HOLD} WHERE NOT (${HOLD_STANDS}) ORDER BY hold.id DESC LIMIT $1`, [limit]);
  return rows;
}

/** A hold by its number, whether it stands or not. Undefined when there is none. */
export async function findHold(db: Db, id: number): Promise<PostHold | undefined> {
  const { rows } = await db.query<PostHold>(`${HOLD} WHERE hold.id = $1`, [id]);
  return rows[0];
}

/** What a page says of a hold. */
export type HoldNotice = Pick<PostHold, 'id' | 'scope' | 'place' | 'because' | 'untilAt'>;

/**
 * The holds that stand and that somebody is to know of. On a page of a deployment, those of its e-mails; on any other page, with
 * `reference` null, those of the service, of programmes, and of the regions in which they work: all, these, or those of these areas.
 */
export async function holdsToTell(
  db: Db,
  place: {
    readonly reference: string | null;
    readonly all: boolean;
    readonly regions: readonly string[];
    readonly areas: readonly string[];
  },
): Promise<readonly HoldNotice[]> {
  const { rows } = await db.query<HoldNotice>(
    `SELECT hold.id::int, hold.scope, hold.place, hold.because, hold.until_at AS "untilAt" FROM post_holds hold
     WHERE ${HOLD_STANDS} AND CASE WHEN $1::text IS NULL
       THEN hold.scope IN ('service', 'programme')
            OR hold.scope = 'region' AND ($2 OR hold.place = ANY ($3::text[])
                                          OR hold.place IN (SELECT region FROM areas WHERE id = ANY ($4::text[])))
       ELSE EXISTS (SELECT FROM deployments d ${PLACE} WHERE d.reference = $1 AND ${HOLD_COVERS}) END
     ORDER BY hold.id`,
    [place.reference, place.all, place.regions, place.areas],
  );
  return rows;
}

/** The letters that wait because of a hold, by their keys, in the order in which they were written. */
export async function lettersUnderHold(db: Db, id: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT m.key FROM post_holds hold, messages m JOIN deployments d ON d.reference = m.reference ${PLACE}
     WHERE hold.id = $1 AND m.state = 'queued' AND ${HOLD_COVERS} ORDER BY m.written_at, m.key`,
    [id],
  );
  return rows.map(({ key }) => key);
}

/** Those of these letters that another hold keeps back besides this one. */
export async function underOtherHolds(db: Db, id: number, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT DISTINCT m.key FROM post_holds hold, messages m JOIN deployments d ON d.reference = m.reference ${PLACE}
     WHERE hold.id <> $1 AND ${HOLD_STANDS} AND m.key = ANY ($2) AND ${HOLD_COVERS}`,
    [id, keys],
  );
  return rows.map(({ key }) => key);
}

/** Whether a deployment is within somebody's reach. The condition's first parameter is $2. */
export async function isWithin(db: Db, reference: string, scope: InScope): Promise<boolean> {
  const { rowCount } = await db.query(`SELECT FROM deployments d ${PLACE} WHERE d.reference = $1 AND ${scope.sql}`, [
    reference,
    ...scope.values,
  ]);
  return rowCount === 1;
}
