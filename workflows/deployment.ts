import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  log,
  makeContinueAsNewFunc,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeploymentActivities } from '../activities/deployment.ts';
import type { WakeUp } from '../activities/ports.ts';
import { readyFor } from '../domain/changes/change.ts';
import type { ChangeCommand } from '../domain/changes/change.ts';
import { reopenableUntilMs } from '../domain/changes/ends.ts';
import type { Withdraw } from '../domain/changes/ends.ts';
import { blankChronology, carriedChronology, evolve } from '../domain/chronology/chronology.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import { admit } from '../domain/chronology/admit.ts';
import { begin, decide } from '../domain/chronology/decide.ts';
import type { AnswerCommand, Command } from '../domain/chronology/decide.ts';
import { takeIn } from '../domain/chronology/under-way.ts';
import type { Reason, Result } from '../domain/result.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { endedWords, storedWords, waitWords } from '../domain/chasing/wait-words.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { ANSWER_PRIORITY } from './ids.ts';
import { answerUpdate, changeUpdate, chronologyQuery, moveOnSignal, REFUSED, storedUpdate, withdrawUpdate } from './messages.ts';
import type { Counted, DeploymentOutcome, DeploymentStart } from './messages.ts';

// Retried without limit: PostgreSQL may be down for a whole night, and the deployment must not lose events because of
// it.
const { storeWakeUp } = proxyActivities<DeploymentActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * The same within the workflow's own task, which saves the engine an activity and a second task. Tried once and for less than such a task may
 * take: a PostgreSQL that does not answer by then is waited for by the activity above.
 */
const { storeInTask } = proxyLocalActivities<DeploymentActivities>({ scheduleToCloseTimeout: '4 seconds', retry: { maximumAttempts: 1 } });

/** What time alone brings about is stored in the workflow's own task: docs/decisions/0066. */
const IN_TASK = 'stored-in-its-own-task';

/**
 * A long history is slow to replay. The workflow continues as new at the next stage boundary once it has grown this
 * long.
 */
const LONG_HISTORY_EVENTS = 4_000;

/**
 * The next run begins on the build that is wanted then. A run of versioned workers is pinned to its build, so this is where it moves to another;
 * elsewhere it changes nothing.
 */
const continueAsNew = makeContinueAsNewFunc<typeof deployment>({ initialVersioningBehavior: 'AUTO_UPGRADE' });

/** When the calendar ends before the deployment does, the workflow cannot go on by itself. It checks again each day. */
const STUCK_MS = 86_400_000;

/**
 * The life of one deployment: carry out what is due, store it, then wait for an answer or for the next moment at which
 * anything can change. All rules are in domain/. This loop only keeps time and keeps the record.
 */
export async function deployment(start: DeploymentStart): Promise<DeploymentOutcome> {
  const diary = openDiary(start);

  setHandler(chronologyQuery, diary.carryOver);
  setHandler(answerUpdate, (answer) => diary.take({ kind: 'answer', ...answer }), {
    validator: (answer: Omit<AnswerCommand, 'kind'>) => diary.mustAllow({ kind: 'answer', ...answer }),
  });
  setHandler(withdrawUpdate, (withdrawal) => diary.take({ kind: 'withdraw', ...withdrawal }), {
    validator: (withdrawal: Omit<Withdraw, 'kind'>) => diary.mustAllow({ kind: 'withdraw', ...withdrawal }),
  });
  setHandler(storedUpdate, diary.untilStored);
  setHandler(changeUpdate, diary.take, { validator: (change: ChangeCommand) => diary.mustAllow(change) });
  setHandler(moveOnSignal, diary.wake);
  const begunAnew = () => continueAsNew({ ...start, calendar: diary.calendar(), carried: diary.carryOver() });

  while (diary.isRunning() || (await diary.waitForReopening(begunAnew))) {
    diary.carryOutWhatIsDue();
    if (diary.hasUnstored()) {
      await diary.store();
    } else if (isHistoryLong(start.longHistory) && allHandlersFinished()) {
      await begunAnew();
    } else if (isAnotherBuildWanted()) {
      // Whoever has answered is told so first. Then it looks again whether something is to be stored.
      if (allHandlersFinished()) await begunAnew();
      else await condition(allHandlersFinished);
    } else {
      await diary.waitForAnswerOrNextWake();
    }
  }
  await condition(allHandlersFinished);
  return diary.outcome();
}

function isHistoryLong(longHistory = LONG_HISTORY_EVENTS): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > longHistory;
}

/** Whether somebody waits to be told that their answer or change counted, or that the deployment is there. */
function somebodyWaits(): boolean {
  return !allHandlersFinished();
}

/** Whether this run is pinned to a build of which it is to move away. Never where workers are not versioned. */
function isAnotherBuildWanted(): boolean {
  return workflowInfo().targetWorkerDeploymentVersionChanged;
}

/** The chronology as this workflow holds it, with the events that are not stored yet. */
function openDiary(start: DeploymentStart) {
  const { programme, calendar, beginning, past, carried } = start;
  let chronology: Chronology = carried ? carriedChronology(carried.chronology, programme, calendar) : blankChronology(programme, calendar);
  let stored = carried?.sequence ?? 0;
  /** The chronology as it is in the record. */
  let recorded = chronology;
  let unstored: readonly ChronologyEvent[] = [];
  /** What people have asked for since, in order. */
  let asked: readonly Asked[] = [];
  let stuckUntilMs: number | null = null;
  let plannedMs: number | null = null;
  let woken = false;

  const note = (events: readonly ChronologyEvent[]): void => {
    chronology = events.reduce(evolve, chronology);
    unstored = [...unstored, ...events];
  };
  /** Waits until everything that has happened so far is stored. Answers how many events are. */
  const untilStored = async (): Promise<number> => {
    const sequence = stored + unstored.length;
    await condition(() => stored >= sequence || unstored.length === 0);
    return stored;
  };
  /** Decides what somebody asked for, on the chronology as it stands. */
  const decideOn = (one: Asked): Reason | null => {
    const decision = decide(chronology, one.command, now());
    if (!decision.ok) return (one.refused = decision.reason);
    chronology = readyFor(chronology, one.command);
    note(decision.value);
    one.events = decision.value;
    one.sequence = stored + unstored.length;
    return null;
  };
  const stillUnstored = () => asked.filter(({ sequence, refused }) => refused === null && sequence > stored);
  /**
   * A worker that stored what time brought about and was lost before it could say so: the record has it, and whoever does its work again may
   * see it otherwise, because it is later or because somebody has answered meanwhile. What is in the record was first, and holds. What people
   * asked for is decided again after it.
   */
  const goOnFrom = (events: readonly ChronologyEvent[]): void => {
    chronology = events.reduce(evolve, recorded);
    recorded = chronology;
    stored += events.length;
    unstored = [];
    for (const one of asked) decideOn(one);
  };
  if (!carried) {
    note(allowed(past ? takeIn(programme, beginning, past, calendar, now()) : begin(programme, beginning, calendar, now())));
  }

  return {
    isRunning: () => chronology.status.kind === 'running' || unstored.length > 0,
    hasUnstored: () => unstored.length > 0,

    carryOutWhatIsDue(): void {
      if (stuckUntilMs !== null && Date.now() < stuckUntilMs) return;
      const decision = decide(chronology, { kind: 'carry-out-due' }, now());
      stuckUntilMs = decision.ok ? null : Date.now() + STUCK_MS;
      if (decision.ok) note(decision.value);
      else log.error('A deployment cannot go on by itself.', { reason: decision.reason.kind });
    },

    async store(): Promise<void> {
      const events = unstored;
      const plannedAt = plannedMs === null ? null : isoOf(plannedMs);
      const wakeMs = nextWakeMs(chronology, Date.parse(events.at(-1)?.at ?? now()));
      const nextWakeAt = wakeMs === null ? null : isoOf(wakeMs);
      const wakeUp = { reference: chronology.reference, sequence: stored, events, asOf: now(), plannedAt, nextWakeAt };
      const told = chronology;
      asked = stillUnstored();
      const instead = await tellRecord(wakeUp, storedWords(told, events), asked.length === 0);
      if (instead === null) {
        recorded = told;
        stored += events.length;
        unstored = unstored.slice(events.length);
      } else goOnFrom(instead);
      asked = stillUnstored();
    },

    async waitForAnswerOrNextWake(): Promise<void> {
      const wakeMs = stuckUntilMs ?? nextWakeMs(chronology, Date.now());
      const answered = () => unstored.length > 0 || woken;
      const summary = waitWords(chronology, wakeMs, Date.now());
      setCurrentDetails(summary);
      plannedMs = null;
      woken = false;
      if (wakeMs === null) await condition(answered);
      else if (!(await condition(answered, Math.max(wakeMs - Date.now(), 1), { summary }))) plannedMs = wakeMs;
    },

    /** Ends the wait for an answer or the next wake-up, and nothing else. */
    wake(): void {
      woken = true;
    },

    /** Waits after the end: answers whether the deployment was reopened within the time the programme allows. */
    async waitForReopening(begunAnew: () => Promise<never>): Promise<boolean> {
      const reopened = () => chronology.status.kind === 'running';
      for (;;) {
        const untilMs = reopenableUntilMs(chronology);
        woken = false;
        if (untilMs === null || untilMs <= Date.now()) return false;
        const summary = endedWords(chronology, untilMs);
        setCurrentDetails(summary);
        if (!(await condition(() => reopened() || woken, untilMs - Date.now(), { summary }))) return false;
        if (reopened()) return true;
        if (isAnotherBuildWanted() && allHandlersFinished()) await begunAnew();
      }
    },

    mustAllow(command: Command): void {
      allowed(admit(chronology, command, now()));
    },

    async take(command: Command): Promise<Counted> {
      const one: Asked = { command, events: [], sequence: 0, refused: null };
      const refusedAtOnce = decideOn(one);
      if (refusedAtOnce !== null) throw refusal(refusedAtOnce);
      // A longer calendar may have been imported since.
      if (command.kind === 'adopt-calendar') stuckUntilMs = null;
      asked = [...asked, one];
      await condition(() => one.refused !== null || stored >= one.sequence);
      if (one.refused !== null) throw refusal(one.refused);
      return countedFrom(one.events, one.sequence);
    },

    untilStored,

    calendar: () => chronology.calendar,

    carryOver: () => {
      const { programme: _, calendar: __, ...rest } = chronology;
      return { chronology: rest, sequence: stored };
    },

    outcome(): DeploymentOutcome {
      if (chronology.status.kind !== 'ended') throw new Error('The deployment has not ended.');
      return { reference: chronology.reference, end: chronology.status.end, events: stored };
    },
  };
}

/** What somebody asked for, while it is not in the record: what follows from it, and the number of the last event of that. */
type Asked = { readonly command: Command; events: readonly ChronologyEvent[]; sequence: number; refused: Reason | null };

/**
 * Tells the record of a wake-up. Answers null once it is stored as it was told, or what the record had instead. What nobody but time brought
 * about is told within the workflow's own task, and by an activity when that fails. What somebody asked for is told by an activity
 * alone: the engine must have it for good before the record does.
 */
async function tellRecord(wakeUp: WakeUp, summary: string, byTimeAlone: boolean): Promise<readonly ChronologyEvent[] | null> {
  if (byTimeAlone && patched(IN_TASK)) {
    try {
      const { events, instead } = await storeInTask.executeWithOptions({ summary }, [wakeUp]);
      return instead ? events : null;
    } catch (error) {
      // The failure of a local activity is that of its code, or that its time ran out. No other error may be taken for one.
      if (!(error instanceof TemporalFailure)) throw error;
    }
  }
  const told = await storeWakeUp.executeWithOptions(somebodyWaits() ? { summary, priority: ANSWER_PRIORITY } : { summary }, [wakeUp]);
  return told?.instead ?? null;
}

function now(): string {
  return isoOf(Date.now());
}

function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function allowed(decision: Result<readonly ChronologyEvent[], Reason>): readonly ChronologyEvent[] {
  if (decision.ok) return decision.value;
  throw refusal(decision.reason);
}

function refusal(reason: Reason): ApplicationFailure {
  return ApplicationFailure.create({
    type: REFUSED,
    nonRetryable: true,
    // Its words are a detail, which is encrypted where there are keys. A message would stand in Temporal as it is.
    message: `Refused: ${reason.kind}`,
    details: [reason],
  });
}

function countedFrom(events: readonly ChronologyEvent[], sequence: number): Counted {
  const ended = events.find((event) => event.type === 'deployment-ended');
  return {
    sequence,
    opened: events.flatMap((event) => (event.type === 'step-opened' ? [{ step: event.step, round: event.round }] : [])),
    ended: ended?.end ?? null,
  };
}
