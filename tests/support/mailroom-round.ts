import { MockActivityEnvironment } from '@temporalio/testing';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createMailroomActivities } from '../../activities/mailroom.ts';
import type { LinkPort, MailPort } from '../../activities/ports.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';

/** One round of a mailroom without its workflow; answers why it is to be tried again, or null. */
export async function mailroomRound(db: pg.Pool, mail: MailPort, links: LinkPort | null = null): Promise<string | null> {
  const ledger = createLedger(db, { leaseSeconds: 60, retrySeconds: 60, links });
  const { deliverPost } = createMailroomActivities({ ledger, mail, newClaim: randomUUID, atATime: 5 });
  try {
    await new MockActivityEnvironment({}, { logger: SILENT }).run(deliverPost, { mailroom: 0 });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The failures that tests bring about are told to nobody. */
const SILENT = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
