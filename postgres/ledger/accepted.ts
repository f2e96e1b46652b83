import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { databaseTroubleOf } from '../database-trouble.ts';
import { TROUBLE_ENDS } from './trouble.ts';

/** A letter that the mail server took under a claim, with what it answered. */
type Accepted = { readonly key: string; readonly claim: string; readonly response: string; readonly notification: string | null };

/**
 * Marks letters as accepted, each as soon as the server has answered. Those that are answered while others are being marked are marked together
 * next, so that a busy mailroom does not wait for a commit a letter. Resolves when these are marked.
 *
 * A letter that the mail server took and that nobody marked would be sent once more. So while PostgreSQL is away or busy they are marked again, for as
 * long as a claim holds: `leaseSeconds`. Rejects with what it met then.
 */
export function createAcceptance(pool: pg.Pool, leaseSeconds: number): (letters: readonly Accepted[]) => Promise<void> {
  return together((letters) => throughTrouble(leaseSeconds * 1_000, () => markAccepted(pool, letters.flat())));
}

const PAUSE_MS = 100;

/** Does the work again while it meets a trouble of PostgreSQL's that passes by itself, for so many milliseconds at most. */
async function throughTrouble(mostMs: number, work: () => Promise<void>): Promise<void> {
  const giveUpMs = performance.now() + mostMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (databaseTroubleOf(error) === null || performance.now() > giveUpMs) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

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
