import type pg from 'pg';
import { placeInDay } from '../../domain/chasing/daily-cap.ts';
import { londonDate } from '../../domain/time/london.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { IS_HELD } from '../views/post-holds.ts';
import { REAL_TODAY } from '../views/place.ts';
import type { LetterRow } from '../ledger/letters.ts';

/** How many e-mails a person may get in a day; null: as many as there are. */
export async function mostInADay(db: Db): Promise<number | null> {
  const { rows } = await db.query<{ most: number | null }>('SELECT most FROM post_caps ORDER BY id DESC LIMIT 1');
  return rows[0]?.most ?? null;
}

/** The day on the clock of its deployment on which a letter left. */
const LEFT_ON = (at: string) => `((m.written_at + (${at} - m.queued_at)) AT TIME ZONE 'Europe/London')::date`;

/**
 * Which e-mails somebody has had on a day, or has a place for and is about to get: their letters by their envelopes, the summary of the week and what surveys send. No clock of a
 * deployment is slower than the clock on the wall, so what left on the same day has left within two days.
 */
const HAS_HAD = `
  SELECT m.envelope FROM messages m
  WHERE m.person = $1 AND m.state IN ('accepted', 'delivered') AND m.accepted_at > clock_timestamp() - interval '2 days' AND ${LEFT_ON('m.accepted_at')} = $2::date
  UNION SELECT m.envelope FROM messages m
  WHERE m.person = $1 AND m.state = 'perhaps-sent' AND m.envelope IS NOT NULL AND ${LEFT_ON('m.closed_at')} = $2::date
  UNION SELECT m.envelope FROM messages m
  WHERE m.person = $1 AND m.state IN ('queued', 'claimed') AND m.envelope IS NOT NULL AND m.place_on = $2::date
    AND (m.state = 'claimed' OR m.perhaps_sent_at IS NOT NULL)
  UNION SELECT 'note/' || n.id FROM notes n
  WHERE n.person = $1 AND n.kind IN ('digest', 'survey') AND CASE WHEN n.sent_at IS NOT NULL
    THEN (n.sent_at AT TIME ZONE 'Europe/London')::date = $2::date ELSE n.place_on = $2::date AND n.claim IS NOT NULL END`;

/** An arbitrary number: the first half of the lock that guards the places of one person. */
const PLACES_LOCK = 7_301_041;

async function hasHad(db: Db, person: string, day: string): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ envelope: string }>(HAS_HAD, [person, day]);
  return new Set(rows.map(({ envelope }) => envelope));
}

/**
 * Those of these claimed letters for which their recipients have no place left in the day, by their keys. The others have a place from now on. Of those
 * that leave together the one that gives way last decides. Whoever judges letters or the summary of one person waits for whoever does so now, so that no place is given twice.
 */
export async function withoutPlace(pool: pg.Pool, claim: string, rows: readonly LetterRow[], most: number): Promise<readonly LetterRow[]> {
  const over: LetterRow[] = [];
  await inTransaction(pool, async (db) => {
    const people = [...Map.groupBy(rows, ({ person }) => person)].toSorted(([one], [other]) => (one < other ? -1 : 1));
    for (const [person, theirs] of people) {
      await db.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [PLACES_LOCK, person]);
      const had = new Map<string, Set<string>>();
      for (const [envelope, together] of [...Map.groupBy(theirs, (row) => row.envelope)].toSorted(byPlace)) {
        const day = londonDate(Math.max(...together.map(({ writtenAt, waitedMs }) => Date.parse(writtenAt) + waitedMs)));
        const taken = had.get(day) ?? new Set(await hasHad(db, person, day));
        had.set(day, taken);
        if (!taken.has(envelope) && taken.size >= most) {
          over.push(...together);
          continue;
        }
        taken.add(envelope);
        await db.query('UPDATE messages SET place_on = $3 WHERE key = ANY ($1) AND claim = $2', [
          together.map(({ key }) => key),
          claim,
          day,
        ]);
      }
    }
  });
  return over;
}

type Together = readonly [string, readonly LetterRow[]];

/** The order in which e-mails get their places: by the letter that gives way last, and of equals the oldest first. */
function byPlace([, one]: Together, [, other]: Together): number {
  return placeOf(one) - placeOf(other) || firstWritten(one) - firstWritten(other);
}

function placeOf(together: readonly LetterRow[]): number {
  return Math.min(...together.map(({ kind, step }) => placeInDay({ kind, optional: step.optional })));
}

function firstWritten(together: readonly LetterRow[]): number {
  return Math.min(...together.map(({ writtenAt }) => Date.parse(writtenAt)));
}

/**
 * Whether somebody may get the summary of the week, or a letter of a survey, today: always without a cap. Both give way before every letter, so
 * they wait while a letter to them may leave.
 * It has its place from now on where the answer is yes.
 */
export async function mayGetNote(
  pool: pg.Pool,
  note: { readonly id: string; readonly claim: string; readonly person: string },
): Promise<boolean> {
  const most = await mostInADay(pool);
  if (most === null) return true;
  return inTransaction(pool, async (db) => {
    await db.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [PLACES_LOCK, note.person]);
    const { rows } = await db.query<{ today: string; waiting: number }>(
      `SELECT ${REAL_TODAY}::text AS today, (SELECT count(*)::int FROM messages m WHERE m.person = $1 AND m.state = 'queued'
         AND coalesce(m.send_after <= clock_timestamp(), true) AND NOT ${IS_HELD}) AS waiting`,
      [note.person],
    );
    const { today = '', waiting = 0 } = rows[0] ?? {};
    if (waiting > 0 || (await hasHad(db, note.person, today)).size >= most) return false;
    await db.query('UPDATE notes SET place_on = $3 WHERE id = $1 AND claim = $2', [note.id, note.claim, today]);
    return true;
  });
}
