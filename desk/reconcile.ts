import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { deploymentWords } from '../domain/chasing/wait-words.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { tellAgain } from '../postgres/restored/tell-again.ts';
import { aheadMs } from '../postgres/sandbox/clock.ts';
import { regionOfSubject } from '../postgres/views/search-subjects.ts';
import {
  keepAsPerhapsSent,
  listGoneLetters,
  mailroomsWithLetters,
  noteReconciliation,
  passNumber,
  readRecordStory,
} from '../postgres/views/reconcile.ts';
import { readWorkflowStory } from '../temporal/workflow-history.ts';
import { deploymentWorkflowId, mailroomWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
import { bringToNow } from './bring-to-now.ts';
import { findDifference, remember } from './find-parted.ts';
import { attributesOf, startWithAttributes } from './search-attributes.ts';
import type { Parted } from './find-parted.ts';
import { tellMailroomAtOnce } from './tell-mailroom.ts';

export type ReconcileDesk = { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string };

/**
 * Mends one difference, and notes what was found, what was done, why and by whom. Answers what was done. Nothing is sent twice: what is
 * told again is kept as perhaps sent, and what the engine is started from has its rows in the ledger. Looks again first; null when
 * nothing is to be mended any more. Rejects when the stores moved meanwhile: look again then.
 */
export async function mend(
  desk: ReconcileDesk,
  { reference, plan }: Parted,
  why: { readonly because: string; readonly by: string; readonly recordWins: boolean },
): Promise<string | null> {
  const now = await findDifference(desk, reference, why.recordWins);
  if (now === null || plan === null || now.plan === null) return null;
  const { difference } = now;
  if (difference.kind === 'record-behind' || difference.kind === 'record-unknown') await mendRecord(desk, reference, difference.missing);
  else await startEngineAgain(desk, reference);
  await noteReconciliation(desk.db, { reference, found: now.says, did: now.plan, because: why.because, by: why.by });
  return now.plan;
}

async function mendRecord(desk: ReconcileDesk, reference: string, missing: readonly ChronologyEvent[]): Promise<void> {
  const { db, client, taskQueue } = desk;
  const remembered = await remember(client, reference);
  if (remembered === null) throw new Error(`The engine does not know ${reference} any more.`);
  const { start, calendars } = remembered;
  if (!(await keepProgramme(db, start.programme)))
    throw new Error(`Programme ${start.programme.id} version ${start.programme.version} was kept with other content.`);
  for (const calendar of calendars) await keepCalendar(db, calendar);
  const stored = (await readRecordStory(db, reference))?.events.length ?? 0;
  const calls = await tellAgain(db, reference, stored, missing);
  for (const { mailroom } of calls) await tellMailroomAtOnce(client, taskQueue, mailroom);
  const number = /^D(\d{1,9})$/.exec(reference)?.[1];
  if (number !== undefined) await passNumber(db, Number(number));
}

/** What it begins with is what it would carry over if it continued as new at this moment (workflows/deployment.ts). */
async function startEngineAgain({ db, client, taskQueue }: ReconcileDesk, reference: string): Promise<void> {
  const stored = await readChronology(db, reference);
  const [began] = (await readRecordStory(db, reference))?.events ?? [];
  if (stored === undefined || began?.type !== 'deployment-began') throw new Error(`The record does not say how ${reference} began.`);
  const { programme, calendar, ...rest } = stored.chronology;
  const { subject, parties, facts = {} } = began;
  const start: DeploymentStart = {
    programme,
    calendar,
    beginning: { reference, subject, parties, facts },
    carried: { chronology: rest, sequence: stored.sequence },
  };
  // Its clock never shows less than the record: that of a training copy was moved on.
  const delayMs = Math.max(aheadMs(), Date.parse(stored.now) - Date.now());
  await startWithAttributes(client, attributesOf(programme.id, subject, await regionOfSubject(db, subject)), (attributes) =>
    client.workflow.start(WORKFLOW_TYPES.deployment, {
      workflowId: deploymentWorkflowId(reference),
      taskQueue,
      args: [start],
      staticSummary: deploymentWords(programme, subject),
      staticDetails: 'Started again from the record, since the engine had lost it or parted from it.',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      ...(delayMs > SAME_TIME_MS ? { startDelay: delayMs } : {}),
      ...attributes,
    }),
  );
  if (aheadMs() > 0) await bringToNow(client, reference);
}

/** PostgreSQL's clock may be a little ahead of ours. */
const SAME_TIME_MS = 60_000;

export type GoneLetters = { readonly mailroom: number; readonly keys: readonly string[] };

/**
 * Letters that the record has as queued though they have left: their mailroom ended a round, later than they waited, with nothing left to
 * send. That is so only where the record was restored to an older moment, so ask it only then. Changes nothing.
 */
export async function findGoneLetters({ db, client }: ReconcileDesk): Promise<readonly GoneLetters[]> {
  const found: GoneLetters[] = [];
  for (const mailroom of await mailroomsWithLetters(db)) {
    const story = await readWorkflowStory(client, mailroomWorkflowId(mailroom));
    const round = story?.activities.findLast(({ done }) => isLeftEmpty(done?.result));
    if (round === undefined) continue;
    const keys = await listGoneLetters(db, mailroom, new Date(round.askedAtMs).toISOString());
    if (keys.length > 0) found.push({ mailroom, keys });
  }
  return found;
}

function isLeftEmpty(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'more' in result && result.more === false;
}

/** Keeps such letters as perhaps sent, and notes it. */
export async function keepGoneLetters(
  { db }: ReconcileDesk,
  gone: readonly GoneLetters[],
  why: { readonly because: string; readonly by: string },
): Promise<void> {
  for (const { mailroom, keys } of gone) {
    const kept = await keepAsPerhapsSent(db, keys);
    const found = `${kept} letters waited in the record that mailroom ${mailroom} had sent before: ${keys.join(', ')}`;
    await noteReconciliation(db, { reference: '', found, did: 'They are kept as perhaps sent, and are not sent again.', ...why });
  }
}

/** Tells every mailroom that has letters: one that was restored has not heard of those that were queued since. */
export async function tellMailrooms({ db, client, taskQueue }: ReconcileDesk): Promise<void> {
  for (const mailroom of await mailroomsWithLetters(db)) await tellMailroomAtOnce(client, taskQueue, mailroom);
}
