import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { horizonsOf, horizonWarning } from '../../calendars/horizon.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { endInWords, readFootings } from '../../desk/calendar-footings.ts';
import { findParted } from '../../desk/find-parted.ts';
import { sideBySide } from '../../desk/side-by-side.ts';
import { nextWakeMs } from '../../domain/chasing/due-actions.ts';
import { stepsWithoutWake } from '../../domain/chasing/without-wake.ts';
import type { Chronology } from '../../domain/chronology/state.ts';
import { decide } from '../../domain/chronology/decide.ts';
import { londonDate } from '../../domain/time/london.ts';
import { dateAndTime } from '../../domain/time/time-words.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { forgetEndedFindings, keepChecked, listFoundReferences } from '../../postgres/watchdog/findings.ts';
import type { Checked, Finding, FindingKind } from '../../postgres/watchdog/findings.ts';
import { keepRound, planRound } from '../../postgres/watchdog/rounds.ts';
import { listStandingMailrooms, listUnownedEscalations, readDatabaseClock } from '../../postgres/watchdog/stands-still.ts';
import { knowsDeployments } from '../../postgres/views/reconcile.ts';
import { listForecastsInTrouble } from '../../postgres/views/forecasts.ts';
import { readMailTrouble } from '../../postgres/views/mail-trouble.ts';
import { listWorkflows } from '../../temporal/workflow-history.ts';
import { deploymentReference, WORKFLOW_TYPES } from '../../workflows/ids.ts';

/** What the watchdog looks at: the record, and the engine. */
export type Watched = { readonly db: pg.Pool; readonly client: Client };

/** What two clocks showed at one moment, in epoch milliseconds. Null: that of Temporal could not be read. */
export type ClockReading = { readonly workerMs: number; readonly temporalMs: number | null };

/** Work that is due may wait so long for a worker before anybody is told of it. */
const GRACE_MINUTES = 15;
/** Nothing of ours counts in less than minutes; links and sessions are judged by one clock alone. */
const CLOCK_TOLERANCE_MS = 10_000;
/** The deployments of the newest events that a round looks at, and the least that its sweep moves on by. */
const AT_A_ROUND = 200;
/** How many of the workflows that were started last are looked for in the record in each round; all of them when a sweep begins. */
const NEWEST_WORKFLOWS = 1_000;

/**
 * One round: makes every check, and keeps what each found. A check that cannot be made leaves its findings as they stand, and is a finding
 * itself. Answers how many findings there are in this round.
 *
 * Deployments are looked at in pages: those with events since the last round, the newest first and 200 at the most, those about which
 * something stands, and the next ones of a sweep that comes round to everyone within a day.
 */
export async function lookRound(watched: Watched, clocks: ClockReading, heartbeat: () => void = () => undefined): Promise<number> {
  const { db, client } = watched;
  const roundMs = await readDatabaseClock(db);
  const plan = await planRound(db, AT_A_ROUND);
  const withFindings = async (kind: FindingKind) => [...new Set([...(await listFoundReferences(db, kind)), ...plan.references])];
  // A check of another kind is a line here, and a word in desk/watchdog-words.ts.
  const checks: Readonly<Record<Exclude<FindingKind, 'check'>, () => Promise<Omit<Checked, 'kind'>>>> = {
    clock: () => checkClocks(db, clocks),
    mailroom: () => checkMailrooms(db),
    escalation: () => checkEscalations(db),
    dates: () => checkDates(db),
    forecast: () => checkForecasts(db),
    'no-wake-up': async () => checkWakeUps(db, await withFindings('no-wake-up'), heartbeat),
    parted: async () =>
      checkParted(watched, [...(await withFindings('parted')), ...(await unrecorded(db, client, plan.sweepBegins))], heartbeat),
  };
  const failed: Finding[] = [];
  let standing = 0;
  for (const kind of Object.keys(checks) as (keyof typeof checks)[]) {
    heartbeat();
    try {
      const checked = await checks[kind]();
      await keepChecked(db, { kind, ...checked });
      standing += checked.found.length;
    } catch (error) {
      failed.push(couldNotCheck(kind, error));
    }
  }
  await keepChecked(db, { kind: 'check', found: failed, lookedAt: null });
  await keepRound(db, roundMs, plan);
  await forgetEndedFindings(db);
  return standing + failed.length;
}

function couldNotCheck(kind: FindingKind, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  return {
    kind: 'check',
    about: kind,
    reference: null,
    says: `The check “${kind}” could not be made: ${why}`,
    remedy: 'What it found before stands until it can be made again. Ask: chaser doctor',
  };
}

/** PostgreSQL is asked between two readings of the worker's clock, so the time that the question takes is no difference. */
async function checkClocks(db: pg.Pool, { workerMs, temporalMs }: ClockReading): Promise<Omit<Checked, 'kind'>> {
  const beforeMs = Date.now();
  const databaseMs = await readDatabaseClock(db);
  const afterMs = Date.now();
  const ahead = databaseMs > afterMs ? databaseMs - afterMs : Math.min(databaseMs - beforeMs, 0);
  return {
    found: [...differs('PostgreSQL', ahead), ...(temporalMs === null ? [] : differs('Temporal', temporalMs - workerMs))],
    lookedAt: null,
  };
}

function differs(whose: string, aheadMs: number): readonly Finding[] {
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return [];
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return [
    {
      kind: 'clock',
      about: whose.toLowerCase(),
      reference: null,
      says: `The time of ${whose} is ${seconds} seconds ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the worker.`,
      remedy: 'Set the machines by one time server (NTP). Letters and due dates come at the time of Temporal.',
    },
  ];
}

async function checkMailrooms(db: pg.Pool): Promise<Omit<Checked, 'kind'>> {
  const [stand, trouble] = [await listStandingMailrooms(db, GRACE_MINUTES), await readMailTrouble(db)];
  const remedy =
    trouble === null
      ? 'Look at its workflow in Temporal, and at the log of the workers: its letters are sent as soon as it goes on.'
      : 'The mail server has refused us, or cannot be reached: chaser doctor says what it said.';
  return {
    found: stand.map(({ mailroom, letters, since }): Finding => ({
      kind: 'mailroom',
      about: String(mailroom),
      reference: null,
      says: `Mailroom ${mailroom} has ${letters} ${letters === 1 ? 'letter' : 'letters'} to send since ${dateAndTime(since)}, and has sent none for ${GRACE_MINUTES} minutes.`,
      remedy,
    })),
    lookedAt: null,
  };
}

/** The scheduled rounds keep why one could not be worked out, and try again when something happens in its deployment and on the next day. */
async function checkForecasts(db: pg.Pool): Promise<Omit<Checked, 'kind'>> {
  return {
    found: (await listForecastsInTrouble(db)).map(({ reference, trouble, asOf }): Finding => ({
      kind: 'forecast',
      about: reference,
      reference,
      says: `The forecast of ${reference} could not be worked out on ${dateAndTime(asOf)}: ${trouble}`,
      remedy: `Its dates and letters are not affected. Ask for the same forecast by hand: chaser forecast ${reference}. If it fails too, report it with this text.`,
    })),
    lookedAt: null,
  };
}

const UNOWNED = {
  nobody: 'nobody holds the role',
  unknown: 'nobody is known by that contact id',
  refused: 'their address takes no e-mail',
} as const;

async function checkEscalations(db: pg.Pool): Promise<Omit<Checked, 'kind'>> {
  return {
    found: (await listUnownedEscalations(db)).map(({ reference, step, round, rung, role, person, why }): Finding => {
      const to = person === null ? `the role ${role}` : `${person} (${role})`;
      return {
        kind: 'escalation',
        about: `${reference}/${step}/${round}/${rung}`,
        reference,
        says: `The escalation of ${step} is with ${to}, and ${UNOWNED[why]}.`,
        remedy: 'Name somebody for the role, or correct the contact details: the deployment’s page has both.',
      };
    }),
    lookedAt: null,
  };
}

const NEXT_DATES = 'Import the next dates: chaser calendar import FILE';

async function checkDates(db: pg.Pool): Promise<Omit<Checked, 'kind'>> {
  const today = londonDate(nowMs());
  const { ended, ending } = await readFootings(db, { sql: 'true', values: [] }, today);
  const dates = (about: string, says: string, remedy: string): Finding => ({ kind: 'dates', about, reference: null, says, remedy });
  const adopt = `${NEXT_DATES}, then count the deployments on them: chaser calendar adopt --all`;
  return {
    found: [
      ...horizonsOf(await readCalendarBook(db), today).flatMap((horizon) => {
        const says = horizonWarning(horizon);
        return says === null ? [] : [dates(`book/${horizon.laCode ?? 'bank-holidays'}`, says, NEXT_DATES)];
      }),
      ...ended.map((one) => dates(`deployments/${one.whose}/${one.knownTo}`, endInWords(one, 'ended'), adopt)),
      ...ending.map((one) => dates(`deployments/${one.whose}/${one.knownTo}`, endInWords(one, 'end'), adopt)),
    ],
    lookedAt: null,
  };
}

/** Each running deployment of these whose time brings nothing more, or has not brought what was due. */
async function checkWakeUps(db: pg.Pool, references: readonly string[], heartbeat: () => void): Promise<Omit<Checked, 'kind'>> {
  const found: Finding[] = [];
  await sideBySide(references, async (reference) => {
    heartbeat();
    found.push(...(await withoutWakeUp(db, reference)));
  });
  return { found, lookedAt: references };
}

async function withoutWakeUp(db: pg.Pool, reference: string): Promise<readonly Finding[]> {
  const stored = await readChronology(db, reference);
  if (stored === undefined || stored.chronology.status.kind !== 'running') return [];
  const { chronology } = stored;
  const atMs = Date.parse(stored.now);
  const finding = (about: string, says: string, remedy: string): Finding => ({ kind: 'no-wake-up', about, reference, says, remedy });

  const goesOn = decide(chronology, CARRY_OUT_DUE, stored.now);
  if (!goesOn.ok) return [finding(reference, `It cannot go on by itself: ${goesOn.reason.message}`, goesOn.reason.remedy)];
  const dueMs = nextWakeMs(chronology, Date.parse(stored.lastAt));
  if (dueMs !== null && dueMs < atMs - GRACE_MINUTES * 60_000 && isDueAt(chronology, dueMs)) {
    const says = `Something was due on ${dateAndTime(new Date(dueMs).toISOString())} and has not been carried out: its workflow has not woken.`;
    return [finding(reference, says, `See what the engine has of it: chaser reconcile ${reference}`)];
  }
  return stepsWithoutWake(chronology, atMs).map(({ step, round }) =>
    finding(
      `${reference}/${step}/${round}`,
      `“${step}” is open${round === 1 ? '' : `, in round ${round}`}, and nobody will be reminded of it any more.`,
      'Ask its owner by telephone, or count the deployment on longer dates: chaser calendar adopt --all',
    ),
  );
}

const CARRY_OUT_DUE = { kind: 'carry-out-due' } as const;

function isDueAt(chronology: Chronology, atMs: number): boolean {
  const due = decide(chronology, CARRY_OUT_DUE, new Date(atMs).toISOString());
  return due.ok && due.value.length > 0;
}

async function checkParted(watched: Watched, references: readonly string[], heartbeat: () => void): Promise<Omit<Checked, 'kind'>> {
  const parted = await findParted(watched, { references, onLook: heartbeat });
  return {
    found: parted.map(({ reference, says }): Finding => ({
      kind: 'parted',
      about: reference,
      reference,
      says,
      remedy: `See what can be done with: chaser reconcile ${reference}`,
    })),
    lookedAt: references,
  };
}

/** Deployments that only the engine has: of the workflows that were started last, or of all. */
async function unrecorded(db: pg.Pool, client: Client, all: boolean): Promise<readonly string[]> {
  const ids = await listWorkflows(client, WORKFLOW_TYPES.deployment, all ? {} : { most: NEWEST_WORKFLOWS });
  const references = ids.flatMap((id) => deploymentReference(id) ?? []);
  const known = await knowsDeployments(db, references);
  return references.filter((reference) => !known.has(reference)).slice(0, AT_A_ROUND);
}
