import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { missingPinsWords } from '../desk/missing-pins-words.ts';
import { listMissingPins, withoutPin } from '../postgres/pinned/pins.ts';
import { pinsInUse } from '../temporal/pins-in-use.ts';
import { WORKFLOW_TYPES } from '../workflows/ids.ts';

/** As many as are looked at within a few seconds. Where the database is older than Temporal, the newest lack theirs. */
const NEWEST = 500;

/**
 * Whether the programmes and calendars that running deployments name by hash are in the database: those that a worker missed within the
 * last hour, and those with which the newest deployments began, for one that sleeps has missed nothing yet.
 */
export async function findMissingPins(
  db: pg.Pool,
  client: Client,
): Promise<{ readonly part: string; readonly state: 'well' | 'fault'; readonly says: string; readonly remedy?: string }> {
  const part = 'Programmes in use';
  const { looked, pins } = await pinsInUse(client, WORKFLOW_TYPES.deployment, NEWEST);
  const told = await listMissingPins(db);
  const absent = await withoutPin(
    db,
    pins.map(({ hash }) => hash),
  );
  const begun = pins
    .filter(({ hash }) => absent.includes(hash) && !told.some((one) => one.hash === hash))
    .map(({ name, workflowId, count }) => ({ name, count, example: workflowId }));
  const missing = [...told, ...begun];
  if (missing.length > 0) {
    const { says, remedy } = missingPinsWords(missing);
    return { part, state: 'fault', says: `${says}.`, remedy };
  }
  const newest = looked === 1 ? 'the newest running deployment was' : `the ${looked} newest running deployments were`;
  return { part, state: 'well', says: looked === 0 ? 'no deployment is running.' : `${newest} looked at; nothing of theirs is missing.` };
}
