import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { reopenableUntilMs } from '../domain/changes/ends.ts';
import { compareStories } from '../domain/chronology/compare-stories.ts';
import type { Difference, EngineStory } from '../domain/chronology/compare-stories.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { knowsSubject, listComparable, readRecordStory } from '../postgres/views/reconcile.ts';
import { listWorkflows, readWorkflowStory } from '../temporal/workflow-history.ts';
import type { AskedActivity } from '../temporal/workflow-history.ts';
import { deploymentReference, deploymentWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
import { differenceInWords, neverCounted } from './reconcile-words.ts';
import { sideBySide } from './side-by-side.ts';

export type BothStores = { readonly db: pg.Pool; readonly client: Client };

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
  desk: BothStores,
  options: {
    readonly references?: readonly string[];
    readonly recordWins?: boolean;
    /** Called after each, for whoever shows that it goes on. */
    readonly onLook?: () => void;
  } = {},
): Promise<readonly Parted[]> {
  const references = options.references ?? (await everyReference(desk));
  const found: Parted[] = [];
  await sideBySide(references, async (reference) => {
    const parted = await findDifference(desk, reference, options.recordWins === true);
    if (parted !== null) found.push(parted);
    options.onLook?.();
  });
  return found.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
}

/** The same of so many at most: those first that only the engine has, then those of the newest events. Tells how many of how many. */
export async function findPartedOfNewest(
  stores: BothStores,
  most: number,
): Promise<{ readonly parted: readonly Parted[]; readonly looked: number; readonly of: number }> {
  const all = await everyReference(stores);
  const references = all.slice(0, most);
  return { parted: await findParted(stores, { references }), looked: references.length, of: all.length };
}

/** Those that only the engine has come first, then those of the record, the newest events first. */
async function everyReference({ db, client }: BothStores): Promise<readonly string[]> {
  const inRecord = await listComparable(db);
  const inEngine = await listWorkflows(client, WORKFLOW_TYPES.deployment);
  const known = new Set(inRecord.map(({ reference }) => reference));
  const unrecorded = inEngine.flatMap((id) => {
    const reference = deploymentReference(id);
    return reference === null || known.has(reference) ? [] : [reference];
  });
  return [...unrecorded, ...known];
}

/** How the record and the engine differ about one deployment; null when they tell the same. Changes nothing. */
export async function findDifference({ db, client }: BothStores, reference: string, recordWins: boolean): Promise<Parted | null> {
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

/** What the engine remembers of a deployment; null when it does not know it. */
export async function remember(client: Client, reference: string): Promise<Remembered | null> {
  const told = await readWorkflowStory(client, deploymentWorkflowId(reference));
  if (told === null) return null;
  const start = told.input as DeploymentStart;
  const before = start.carried?.sequence ?? 0;
  const events: ChronologyEvent[] = [];
  let stored = 0;
  for (const activity of told.activities) {
    const wakeUp = wakeUpOf(activity);
    if (wakeUp === null) continue;
    const { done } = activity;
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

/** What the record was told by an activity, or what it had instead; null for an activity that tells it nothing. */
function wakeUpOf({ type, input, done }: AskedActivity): WakeUp | null {
  if (type === 'storeInTask') return done === null ? null : (done.result as WakeUp);
  if (type !== 'storeWakeUp') return null;
  const wakeUp = input as WakeUp;
  const stored = done?.result as Partial<{ instead: WakeUp['events'] }> | null | undefined;
  return { sequence: wakeUp.sequence, events: stored?.instead ?? wakeUp.events };
}

function adoptedIn(change: unknown): readonly Calendar[] {
  return typeof change === 'object' && change !== null && 'kind' in change && change.kind === 'adopt-calendar' && 'calendar' in change
    ? [change.calendar as Calendar]
    : [];
}
