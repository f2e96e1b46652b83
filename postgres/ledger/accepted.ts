import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TROUBLE_ENDS } from './trouble.ts';

/** A letter that the mail server took under a claim, with what it answered. */
type Accepted = { readonly key: string; readonly claim: string; readonly response: string; readonly notification: string | null };

/**
 * Marks letters as accepted, each as soon as the server has answered. Those that are answered while others are being marked are marked together
 * next, so that a busy mailroom does not wait for a commit a letter. Resolves when these are marked.
 */
export function createAcceptance(pool: pg.Pool): (letters: readonly Accepted[]) => Promise<void> {
  return together((letters) => againAfterDeadlock(() => markAccepted(pool, letters.flat())));
}

const MOST_DEADLOCKS = 5;
const AFTER_DEADLOCK_MS = 100;

/**
 * Does again what PostgreSQL undid because of a deadlock. A letter that the mail server took and that nobody marked would be sent once more.
 * Throws what it met when that happens again and again.
 */
async function againAfterDeadlock(work: () => Promise<void>): Promise<void> {
  for (let deadlocks = 1; ; deadlocks++) {
    try {
      return await work();
    } catch (error) {
      if (deadlocks === MOST_DEADLOCKS || !isDeadlock(error)) throw error;
      // The other gets through meanwhile.
      await sleep(AFTER_DEADLOCK_MS);
    }
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: deadlock_detected */
const isDeadlock = (error: unknown) => error instanceof pg.DatabaseError && error.code === '40P01';

async function markAccepted(pool: pg.Pool, letters: readonly Accepted[]): Promise<void> {
  await pool.query(
    `WITH marked AS (
       UPDATE messages m SET state = 'accepted', accepted_at = clock_timestamp(), closed_at = clock_timestamp(), claim = NULL,
              claimed_until = NULL, perhaps_sent_at = NULL, reason = said.response, notification = said.notification
       FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[]) AS said (key, claim, response, notification)
       WHERE m.key = said.key AND m.claim = said.claim AND m.state = 'claimed' RETURNING m.reference, m.person),
     at_ease AS (${TROUBLE_ENDS})
     UPDATE contact_tasks task SET closed_at = clock_timestamp(), outcome = 'a later letter was accepted' FROM marked
     WHERE task.reference = marked.reference AND task.person = marked.person AND task.problem = 'letter-refused' AND task.closed_at IS NULL`,
    [
      letters.map(({ key }) => key),
      letters.map(({ claim }) => claim),
      letters.map(({ response }) => response),
      letters.map(({ notification }) => notification),
    ],
  );
}

/** Work that is done for one caller at once, and for those who come while it is under way together when it is over. */
function together<T>(work: (all: readonly T[]) => Promise<void>): (one: T) => Promise<void> {
  let waiting: T[] = [];
  let next: Promise<void> | null = null;
  let underWay: Promise<void> = Promise.resolve();
  return (one) => {
    waiting.push(one);
    next ??= underWay.then(() => {
      const all = waiting;
      waiting = [];
      next = null;
      const done = work(all);
      underWay = done.catch(() => undefined);
      return done;
    });
    return next;
  };
}
