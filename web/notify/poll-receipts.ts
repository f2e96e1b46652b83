import type pg from 'pg';
import type { Receipt } from '../../postgres/desk/receipts.ts';
import { readOldestUnsettled } from '../../postgres/desk/receipts.ts';
import { isFinal } from '../../mail/notify-client.ts';
import type { NotifyMail } from '../../mail/notify.ts';

/** Pages of 250 that are read in one round; the next round goes on where it ended. */
const MOST_PAGES = 20;
/** Clocks differ a little, and what was accepted was created before. */
const SLACK_MS = 3_600_000;

/**
 * Asks GOV.UK Notify what became of what it took, for services that it cannot call back and for callbacks that were lost. Reads from
 * the newest down to the oldest letter that waits for its receipt. Asks nothing while none waits.
 */
export function createReceiptPoll(desk: {
  readonly db: pg.Pool;
  readonly notify: Pick<NotifyMail, 'taken'>;
  readonly book: (receipt: Receipt) => Promise<boolean>;
}): () => Promise<void> {
  let olderThan: string | null = null;
  return async () => {
    const since = await readOldestUnsettled(desk.db);
    if (since === null) {
      olderThan = null;
      return;
    }
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const taken = await desk.notify.taken(olderThan);
      for (const { id, status } of taken) if (isFinal(status)) await desk.book({ notification: id, status });
      const last = taken.at(-1);
      const done = last === undefined || Date.parse(last.createdAt) < Date.parse(since) - SLACK_MS;
      olderThan = done ? null : last.id;
      if (done) return;
    }
  };
}
