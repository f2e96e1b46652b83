import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { reopenableUntilMs } from '../domain/changes/ends.ts';
import { compareStories } from '../domain/chronology/compare-stories.ts';
import type { Difference, EngineStory } from '../domain/chronology/compare-stories.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { tellAgain } from '../postgres/restored/tell-again.ts';
import { aheadMs, nowMs } from '../postgres/sandbox/clock.ts';
import {
  keepAsPerhapsSent,
  knowsSubject,
  listComparable,
  listGoneLetters,
  mailroomsWithLetters,
  noteReconciliation,
  passNumber,
  readRecordStory,
} from '../postgres/views/reconcile.ts';
import { listWorkflows, readWorkflowStory } from '../temporal/workflow-history.ts';
import { deploymentReference, deploymentWorkflowId, mailroomWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
import { bringToNow } from './bring-to-now.ts';
import { differenceInWords, neverCounted } from './reconcile-words.ts';
import { tellMailroomAtOnce } from './tell-mailroom.ts';

export type ReconcileDesk = { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string };

/** What the engine tells the record at each wake-up: the events that follow so many. */
type WakeUp = { readonly sequence: number; readonly events: readonly ChronologyEvent[] };

/** A deployment about which the record and the engine differ. */
export type Parted = {
  readonly reference: string;
  readonly difference: Exclude<Difference, { kind: 'same' }>;
  /** What differs. */
  readonly says: string;
  /** What mending it does; null when it cannot be mended. */
  readonly plan: string | null;
  /** What to do by hand; null when mending is enough. */
  readonly byHand: string | null;
};

/** What the engine remembers of a deployment, with the documents that it is pinned to. */
type Remembered = { readonly story: EngineStory; readonly start: DeploymentStart; readonly calendars: readonly Calendar[] };

const TELL_RECORD = 'The record is told them again from the engine. Their letters are kept as perhaps sent: none is sent a second time.';
const START_ENGINE = 'The engine is started again under the same reference, from what the record has. Nothing is sent a second time.';

/**
 * Every deployment about which the record and the engine differ, in the order of the references: those that run in either, and those
 * that have ended of late. With `references`, only those. Changes nothing. A difference is told when it stands in two looks at the
 * record, before and after the engine was asked: a wake-up that is being stored is none.
 */
export async function findParted(
  desk: ReconcileDesk,
  options: {
    readonly references?: readonly string[];
    readonly recordWins?: boolean;
    readonly onLook?: (looked: number, of: number) => void;
  } = {},
): Promise<readonly Parted[]> {
  const references = options.references ?? (await everyReference(desk));
  const found: Parted[] = [];
  let looked = 0;
  await sideBySide(references, async (reference) => {
    const parted = await findDifference(desk, reference, options.recordWins === true);
    if (parted !== null) found.push(parted);
    looked += 1;
    options.onLook?.(looked, references.length);
  });
  return found.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
}

async function everyReference({ db, client }: ReconcileDesk): Promise<readonly string[]> {
  const inRecord = await listComparable(db);
  const inEngine = await listWorkflows(client, WORKFLOW_TYPES.deployment, 'all');
  const known = new Set(inRecord.map(({ reference }) => reference));
  const running = new Set(await listWorkflows(client, WORKFLOW_TYPES.deployment, 'running'));
  for (const id of inEngine) {
    const reference = deploymentReference(id);
    // One that has ended in the engine, and long ago in the record, needs no look.
    if (reference !== null && (running.has(id) || !known.has(reference))) known.add(reference);
  }
  return [...known].toSorted();
}

async function findDifference({ db, client }: ReconcileDesk, reference: string, recordWins: boolean): Promise<Parted | null> {
  const before = (await readRecordStory(db, reference)) ?? null;
  const remembered = await remember(client, reference);
  const first = await differenceNow(db, reference, before, remembered);
  if (first.kind === 'same') return null;
  const difference = await differenceNow(db, reference, (await readRecordStory(db, reference)) ?? null, remembered);
  if (difference.kind === 'same' || difference.kind !== first.kind) return null;
  return {
    reference,
    difference,
    says: differenceInWords(difference),
    ...(await planFor(db, reference, difference, remembered, recordWins)),
  };
}

/** One that has ended and could be reopened should still be known to the engine. */
async function differenceNow(
  db: pg.Pool,
  reference: string,
  record: Awaited<ReturnType<typeof readRecordStory>> | null,
  remembered: Remembered | null,
): Promise<Difference> {
  const difference = compareStories(record ?? null, remembered?.story ?? null);
  if (difference.kind !== 'same' || remembered?.story.state === 'running' || record == null || record.running) return difference;
  const stored = await readChronology(db, reference);
  const untilMs = stored === undefined ? null : reopenableUntilMs(stored.chronology);
  return untilMs !== null && untilMs > nowMs() ? { kind: 'engine-gone' } : difference;
}

async function planFor(
  db: pg.Pool,
  reference: string,
  difference: Parted['difference'],
  remembered: Remembered | null,
  recordWins: boolean,
): Promise<Pick<Parted, 'plan' | 'byHand'>> {
  switch (difference.kind) {
    case 'record-unknown': {
      const { subject } = remembered?.start.beginning ?? {};
      if (subject === undefined)
        return { plan: null, byHand: 'The engine does not say for whom it was started. End it there, and start it anew.' };
      const id = subject.kind === 'school' ? subject.urn : subject.trust;
      if (await knowsSubject(db, { kind: subject.kind, id })) return { plan: TELL_RECORD, byHand: null };
      return {
        plan: null,
        byHand: `The register has no ${subject.kind} ${id}. Import it (chaser import schools FILE) and the people, and run this again.`,
      };
    }
    case 'record-behind':
      return { plan: TELL_RECORD, byHand: null };
    case 'engine-behind':
    case 'engine-gone':
      return { plan: START_ENGINE, byHand: null };
    case 'too-old':
      return {
        plan: null,
        byHand: `Bring PostgreSQL forward from its write-ahead log, or restore a newer backup of it. If there is none, what the record has is taken with: chaser reconcile ${reference} --record-wins`,
        ...(recordWins ? { plan: START_ENGINE } : {}),
      };
    case 'parted':
      // What the engine has not stored was told to nobody as counted, so the record is right.
      if (difference.counted === 0 || recordWins) {
        const lost = neverCounted(difference.instead);
        return { plan: START_ENGINE, byHand: lost.length === 0 ? null : `${lost.join('. ')}.` };
      }
      return {
        plan: null,
        byHand: `Both have told people that it counted. Read both (chaser status ${reference}, and its page in Temporal) and decide. What the record has is taken with: chaser reconcile ${reference} --record-wins`,
      };
    default:
      return difference satisfies never;
  }
}

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
  await client.workflow.start(WORKFLOW_TYPES.deployment, {
    workflowId: deploymentWorkflowId(reference),
    taskQueue,
    args: [start],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    ...(delayMs > SAME_TIME_MS ? { startDelay: delayMs } : {}),
  });
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

async function remember(client: Client, reference: string): Promise<Remembered | null> {
  const told = await readWorkflowStory(client, deploymentWorkflowId(reference));
  if (told === null) return null;
  const start = told.input as DeploymentStart;
  const before = start.carried?.sequence ?? 0;
  const wakeUps = told.activities.filter(({ type }) => type === 'storeWakeUp');
  const events: ChronologyEvent[] = [];
  let stored = 0;
  for (const { input, done } of wakeUps) {
    const wakeUp = input as WakeUp;
    // The place of each is given, so one that was asked for again takes the place of the first.
    events.splice(wakeUp.sequence - before, wakeUp.events.length, ...wakeUp.events);
    if (done !== null) stored = Math.max(stored, wakeUp.sequence - before + wakeUp.events.length);
  }
  return {
    story: { state: told.state, before, events, unstored: events.length - stored },
    start,
    // Where pins are kept by their content, this is where they are read by it.
    calendars: [start.calendar, ...told.updates.flatMap(({ input }) => adoptedIn(input))],
  };
}

function adoptedIn(change: unknown): readonly Calendar[] {
  return typeof change === 'object' && change !== null && 'kind' in change && change.kind === 'adopt-calendar' && 'calendar' in change
    ? [change.calendar as Calendar]
    : [];
}

const AT_ONCE = 8;

async function sideBySide<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of left) await work(one);
    }),
  );
}
