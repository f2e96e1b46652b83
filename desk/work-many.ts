import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { startForm } from '../domain/chronology/decide.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { Reason } from '../domain/result.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { beginsDeployments, claimLines, linesWait, putOffLine, readJob, recordChecked, recordSettled } from '../postgres/desk/many.ts';
import type { ClaimedLine, ManyJob } from '../postgres/desk/many.ts';
import { reachStarted } from '../postgres/desk/programme-pauses.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import { changeDeployment } from './change-deployment.ts';
import { commandFrom, inWords, planChangeOfMany } from './plan-many.ts';
import type { KeptCommand } from './plan-many.ts';
import { planDeployment, startDeployment } from './start-deployment.ts';
import type { StartRequest } from './start-deployment.ts';
import { underWayPreview, underWayRefusal } from './under-way.ts';

export type ManyDesk = {
  readonly db: pg.Pool;
  readonly client: Client;
  readonly taskQueue: string;
  /** Whether the engine is up and has a worker. While it has not, lines are looked at and none is carried out. */
  readonly engineThere: () => Promise<boolean>;
};

const AT_ONCE = 6;
/** How long the engine is waited for. */
const DEADLINE_MS = 10_000;
/** The engine's deadline for each command of a line, and time to spare for the database. */
const LEASE_SECONDS = 60;
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 60;
/** After so many lines of a round without an answer, the engine is taken to be away. */
const AWAY_AFTER = 3;

/**
 * Works through the lines of jobs of many: looks at those that nobody has looked at, and carries out those that are confirmed. Ends when
 * nothing is left that can be done now, when the engine does not answer, or after `forMs`. Several services may do this side by side; each
 * line is held under a lease. The name of each change is made of the job, the line and its place, so a line that is tried again after a
 * crash is done once. With `job`, only the lines of that job.
 */
export async function workMany(
  desk: ManyDesk,
  { job = null, forMs }: { readonly job?: string | null; readonly forMs: number },
): Promise<void> {
  const until = Date.now() + forMs;
  if (job === null) await reachStarted(desk.db);
  const jobs = new Map<string, ManyJob>();
  // Asking the engine costs something, and mostly nothing waits.
  let carriesOut = (await linesWait(desk.db, job)) && (await desk.engineThere());
  let silent = 0;
  while (Date.now() < until) {
    const lines = await claimLines(desk.db, { most: AT_ONCE, leaseSeconds: LEASE_SECONDS, job, carriesOut });
    if (lines.length === 0) return;
    await Promise.all(
      lines.map(async (line) => {
        const known = jobs.get(line.job) ?? (await readJob(desk.db, line.job));
        if (known === undefined) throw new Error(`Line ${line.number} has no job ${line.job}.`);
        jobs.set(line.job, known);
        if (line.state === 'to-check') return look(desk, known, line);
        if (!(await carryOut(desk, known, line))) silent += 1;
      }),
    );
    if (silent >= AWAY_AFTER) carriesOut = false;
  }
}

/** Looks at a line and records whether it is possible and what would follow. */
async function look(desk: ManyDesk, job: ManyJob, line: ClaimedLine): Promise<void> {
  if (job.kind === 'start') return lookAtStart(desk, job, line);
  if (job.kind === 'take-in') return lookAtUnderWay(desk, job, line);
  const planned = await planChangeOfMany(desk.db, job, line.target);
  await recordChecked(desk.db, line, {
    possible: planned.ok,
    commands: planned.ok ? planned.value.commands : null,
    preview: planned.ok ? planned.value.preview : [],
    outcome: planned.ok ? null : whyNot(planned.reason),
    name: line.name,
  });
}

async function lookAtStart({ db }: ManyDesk, job: ManyJob, line: ClaimedLine): Promise<void> {
  const request = await requestOf(db, job, line);
  const plan = await planDeployment({ db }, request);
  const warnings = line.given.warnings ?? [];
  await recordChecked(db, line, {
    possible: plan.ok,
    commands: null,
    preview: plan.ok
      ? [
          ...warnings,
          ...plan.value.opened.map(
            ({ step, dueOn }) => `“${request.programme.steps[step]?.title ?? step}” opens, due on ${longDateWithWeekday(dueOn)}.`,
          ),
          ...plan.value.notes,
        ]
      : [],
    outcome: plan.ok ? null : whyNot(plan.reason),
    name: line.name,
  });
}

async function lookAtUnderWay({ db }: ManyDesk, job: ManyJob, line: ClaimedLine): Promise<void> {
  const request = await requestOf(db, job, line);
  const plan = await planDeployment({ db }, request);
  const told = plan.ok ? await underWayPreview(db, plan.value) : { sentences: [], letters: [] };
  await recordChecked(db, line, {
    possible: plan.ok,
    commands: told.letters,
    preview: told.sentences,
    outcome: plan.ok ? null : underWayRefusal(request.programme, line.given.underWay, plan.reason),
    name: line.name,
  });
}

async function requestOf(db: pg.Pool, { programme, programmeVersion, said }: ManyJob, line: ClaimedLine): Promise<StartRequest> {
  if (programme === null || programmeVersion === null) throw new Error(`The job ${line.job} names no programme.`);
  const subject: Subject = line.given.kind === 'trust' ? { kind: 'trust', trust: line.target } : { kind: 'school', urn: line.target };
  const begun = await readProgramme(db, programme, line.given.version ?? programmeVersion);
  // A row of a file says everything itself: what the job says is how the file was read.
  const { underWay } = line.given;
  if (underWay !== undefined) return { subject, programme: begun, facts: line.given.facts ?? {}, underWay };
  // What was said of all of them may be asked by one version only.
  const asked = new Set(startForm(begun, subject).fields.map(({ id }) => id));
  const saidHere = Object.fromEntries(Object.entries(said).filter(([id]) => asked.has(id)));
  return { subject, programme: begun, facts: { ...saidHere, ...line.given.facts } };
}

/** Carries out a line and records its end. False when the engine did not answer: the line is tried again later. */
async function carryOut(desk: ManyDesk, job: ManyJob, line: ClaimedLine): Promise<boolean> {
  try {
    await (beginsDeployments(job.kind) ? start(desk, job, line) : change(desk, line));
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Line ${line.number} of job ${line.job} could not be carried out, and is tried again: ${why}\n`);
    await putOffLine(desk.db, line, Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(line.attempts, 10), LONGEST_PAUSE_SECONDS));
    return false;
  }
}

async function change({ db, client }: ManyDesk, line: ClaimedLine): Promise<void> {
  // As desk/plan-many.ts kept them.
  const commands = line.commands as readonly KeptCommand[];
  for (const [place, kept] of commands.entries()) {
    const command = await commandFrom(db, kept);
    const counted = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      changeDeployment({ db, client }, line.target, command, `many/${line.job}/${line.number}/${place}`),
    );
    if (!counted.ok) {
      const stored = await readChronology(db, line.target);
      const reason = stored === undefined ? counted.reason : await inWords(db, stored.chronology, counted.reason);
      const before = place === 0 ? '' : `${place} of ${commands.length} parts of it are done. `;
      await recordSettled(db, line, { done: false, outcome: `${before}${whyNot(reason)}`, reference: line.target });
      return;
    }
  }
  await recordSettled(db, line, { done: true, outcome: null, reference: line.target });
}

async function start(desk: ManyDesk, job: ManyJob, line: ClaimedLine): Promise<void> {
  const request = await requestOf(desk.db, job, line);
  const started = await desk.client.withDeadline(Date.now() + DEADLINE_MS, () => startDeployment(desk, request));
  if (started.ok) return recordSettled(desk.db, line, { done: true, outcome: null, reference: started.value.reference });
  const { reason } = started;
  const runs = reason.kind === 'already-running' || reason.kind === 'being-started' ? reason.reference : null;
  // Nothing ran when the line was looked at. An earlier try without an answer has started it.
  const byEarlierTry = runs !== null && line.attempts > 1;
  return recordSettled(desk.db, line, {
    done: byEarlierTry,
    outcome: byEarlierTry ? 'An earlier try had started it.' : underWayRefusal(request.programme, line.given.underWay, reason),
    reference: runs,
  });
}

function whyNot({ message, remedy }: Reason): string {
  return remedy === '' ? message : `${message} ${remedy}`;
}
