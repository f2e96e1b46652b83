import { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerStep } from '../desk/answer-step.ts';
import { calendarToStartWith } from '../desk/calendar-book.ts';
import { askToMove, workTimeMove } from '../desk/move-time.ts';
import { momentWords } from '../desk/moved-time-words.ts';
import { startDeployment } from '../desk/start-deployment.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { findDeployment, listDeployments, listMessages, nextReference } from '../postgres/views/deployments.ts';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { readSandbox } from '../postgres/sandbox/sandbox.ts';
import { readMove } from '../postgres/sandbox/time-moves.ts';
import { findParties } from '../register/find-parties.ts';
import { importSample } from '../register/import-sample.ts';
import { mustLoadProgramme } from './load.ts';
import type { Desk, Opened } from './open.ts';
import { Fault, print } from './output.ts';
import { sampleBegins, sampleStory } from './sample-days.ts';
import type { SampleMoment } from './sample-days.ts';
import { SAMPLES } from './sample-lives.ts';

const PROGRAMME = 'tsi-2022-23';
/** However slow the machine is: the worker beside it may still be starting. */
const PATIENCE_MS = 5 * 60_000;

/** `chaser sample`: what `npm start` begins with. Does nothing when there are deployments already. */
export function sampleCommand(opened: Opened): Command {
  return new Command('sample')
    .description('Load the sample of invented schools and people, and start a few deployments at different points of their chronology.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Only in a training copy, as that of npm start is. Time is moved on there, to a few weeks without a school holiday, so that
there is something to see. Does nothing when there are deployments already.

Example:
  chaser sample`,
    )
    .action(async (options: { json?: true }) => {
      const begun = await opened.withDesk(async (desk) => {
        await importSample(desk.db);
        if ((await listDeployments(desk.db, { lateOnly: false, region: null, status: null, limit: 1 })).length > 0) return [];
        await untilTrainingCopy(desk);
        return liveSamples(desk);
      });
      print(options.json === true, { begun }, () =>
        begun.length === 0
          ? 'The sample was loaded before; everything is as it was left.'
          : `Loaded the sample of invented schools and people, and started ${begun.join(', ')}. Time was moved on: it is ${momentWords(nowMs())} in this training copy.`,
      );
    });
}

/** A worker that has just been started makes it one. */
async function untilTrainingCopy({ db }: Desk): Promise<void> {
  for (const giveUpAtMs = Date.now() + PATIENCE_MS; (await readSandbox(db)) === null; await sleep(200)) {
    if (Date.now() < giveUpAtMs) continue;
    throw new Fault({
      kind: 'no-training-copy',
      message: 'This is not a training copy, and the sample needs one: it moves time on.',
      remedy: 'Start worker and web service with SANDBOX=yes; docs/operations.md, “A training copy”.',
    });
  }
}

/** Lives all sample deployments on the one clock of the training copy. Answers their references. */
async function liveSamples(desk: Desk): Promise<readonly string[]> {
  const monday = sampleBegins(nowMs(), await calendarsOf(desk));
  if (monday === null) {
    throw new Fault({
      kind: 'no-calendar',
      message: 'The term dates and bank holidays that are known end too soon for the sample.',
      remedy: 'Import the next dates: chaser calendar import FILE',
    });
  }
  const references = new Map<string, string>();
  for (const { urn } of SAMPLES) references.set(urn, await nextReference(desk.db));
  for (const moment of sampleStory(SAMPLES, monday)) await live(desk, moment, references);
  return [...references.values()];
}

async function calendarsOf({ db }: Desk): Promise<readonly Calendar[]> {
  const programme = mustLoadProgramme(PROGRAMME);
  return Promise.all(
    SAMPLES.map(async ({ urn }) => {
      const subject = { kind: 'school', urn } as const;
      const { authority } = await findParties(db, subject, programme);
      const calendar = await calendarToStartWith(db, subject, authority, programme);
      if (!calendar.ok) throw new Fault(calendar.reason);
      return calendar.value;
    }),
  );
}

async function live(desk: Desk, { on, minute, acts }: SampleMoment, references: ReadonlyMap<string, string>): Promise<void> {
  const id = randomUUID();
  const asked = await askToMove(desk, { id, by: null, wish: { kind: 'to', date: on, minute } });
  if (!asked.ok) throw new Fault(asked.reason);
  await untilMoved(desk, id);
  for (const { urn, does } of acts) {
    const reference = references.get(urn) ?? '';
    if (does === 'start') {
      const started = await startDeployment(desk, { subject: { kind: 'school', urn }, programme: mustLoadProgramme(PROGRAMME), reference });
      if (!started.ok) throw new Fault(started.reason);
      await until(async () => (await findDeployment(desk.db, reference)) !== undefined, `Deployment ${reference} was not stored`);
    } else {
      await untilAsked(desk, reference, does.step);
      const counted = await answerStep(desk, { reference, via: 'command-line', fields: {}, ...does });
      if (!counted.ok) throw new Fault(counted.reason);
    }
  }
}

async function untilMoved(desk: Desk, id: string): Promise<void> {
  for (const giveUpAtMs = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    await workTimeMove(desk, { forMs: 10_000 });
    const move = await readMove(desk.db, id);
    if (move === null || move.settledAt !== null) return;
    if (Date.now() < giveUpAtMs) continue;
    throw new Fault({
      kind: 'not-moved',
      message: move.waitsFor ?? 'Time was not moved on within five minutes.',
      remedy: 'Is a worker running? Ask: chaser doctor',
    });
  }
}

/** Nobody answers before the request has come: waits until a step is open and its request has left. */
function untilAsked(desk: Desk, reference: string, step: string): Promise<void> {
  return until(async () => {
    const asked = (await listMessages(desk.db, reference)).filter((message) => message.step === step && message.kind === 'request');
    return asked.length > 0 && asked.every(({ state }) => state !== 'queued' && state !== 'claimed');
  }, `The request of step ${step} of ${reference} did not leave`);
}

async function until(is: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (const giveUpAtMs = Date.now() + PATIENCE_MS; !(await is()); await sleep(50)) {
    if (Date.now() < giveUpAtMs) continue;
    throw new Fault({ kind: 'not-asked', message: `${otherwise} within five minutes.`, remedy: 'Is a worker running? Ask: chaser doctor' });
  }
}
