import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';
import { beginWaves } from '../../desk/survey-waves.ts';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { deploymentWorkflowId, mailroomWorkflowId, waveWorkflowId } from '../../workflows/ids.ts';
import { withdrawUpdate } from '../../workflows/messages.ts';
import { makeWave } from '../../postgres/surveys/waves.ts';
import { loadSurvey } from '../../surveys/load-surveys.ts';
import { advanceTo } from '../../temporal/time-skipping.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { historiesOf } from '../support/runs.ts';
import { startServers } from '../support/servers.ts';
import { liveWholeLife } from '../support/whole-life.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/**
 * Records the histories that tests/replay/replay.test.ts replays, under the version of package.json or the one that is
 * given. Run by hand, once a release: node tests/replay/record.ts [version]
 */
const packaged = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const version = process.argv[2] ?? packaged.version;
const folder = join(PROJECT, 'tests', 'replay', version);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** About three wake-ups. */
const LONG_HISTORY = 40;

const servers = await startServers(say);
process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
mkdirSync(folder, { recursive: true });
try {
  const world = await openWorld();
  const completed = await liveWholeLife(world);
  await world.postIsDone();
  // Kept first, while the mailroom has seen the letters of this one life only.
  await keep(world, 'mailroom', mailroomWorkflowId(0));
  await keep(world, 'completed', deploymentWorkflowId(completed));
  await keep(world, 'declined', deploymentWorkflowId(await liveDeclined(world)));
  await keep(world, 'silent', deploymentWorkflowId(await liveSilent(world)));
  await keep(world, 'continued', deploymentWorkflowId(await liveContinued(world)));
  await keep(world, 'taken-in', deploymentWorkflowId(await liveTakenIn(world)));
  await keep(world, 'changed', deploymentWorkflowId(await liveChanged(world)));
  const wave = await liveWave(world);
  await keep(world, 'wave', waveWorkflowId(wave));
  await keepPins(world);
  await world.end();
} finally {
  await servers.stop();
}

/** The school declines at once. */
async function liveDeclined(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30');
  await world.answer(reference, 'contact-school', 'contacted');
  await world.answer(reference, 'confirm-participation', 'declines', { fields: { reason: 'We have found help already.' } });
  return reference;
}

/** The school never answers, up to the escalation and beyond; the regional team gives up. */
async function liveSilent(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30');
  await world.answer(reference, 'contact-school', 'contacted');
  await world.forwardTo(reference, '2040-11-12 11:00');
  const withdrawal = { end: 'withdrawn', because: 'The school did not answer.', by: 'region' };
  await world.client.workflow.getHandle(deploymentWorkflowId(reference)).executeUpdate(withdrawUpdate, { args: [withdrawal] });
  return reference;
}

/** Another silent school. It declines at last, after the deployment has continued as new. */
async function liveContinued(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30', { longHistory: LONG_HISTORY });
  await world.answer(reference, 'contact-school', 'contacted');
  await world.forwardTo(reference, '2040-10-30 11:00');
  await world.answer(reference, 'confirm-participation', 'declines', { by: 'coordinator', onBehalfOf: 'head' });
  return reference;
}

/** Under way since September, paused and extended elsewhere, late when it is taken in, and chased from there until the school declines. */
async function liveTakenIn(world: World): Promise<string> {
  const pause = {
    category: 'other',
    because: 'So it was.',
    from: plainDate('2040-10-03'),
    until: plainDate('2040-10-05'),
    expectedEnd: null,
  } as const;
  const reference = await world.begin('2040-11-12 09:30', {
    past: {
      by: 'coordinator',
      began: plainDate('2040-09-10'),
      answers: [{ step: 'contact-school', on: plainDate('2040-09-20'), answer: null, fields: {} }],
      pauses: [pause],
      extension: { step: 'confirm-participation', dueOn: plainDate('2040-10-19') },
      decideBy: plainDate('2040-11-20'),
    },
  });
  await world.forwardTo(reference, '2040-11-28 11:00');
  await world.answer(reference, 'confirm-participation', 'declines', { by: 'coordinator', onBehalfOf: 'head' });
  return reference;
}

/**
 * Stopped, resumed, extended, rematched, withdrawn and reopened, on another calendar when it continues as new, and
 * withdrawn for good. Its workflow waits until nobody can reopen it.
 */
async function liveChanged(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30', {
    programme: tsiProgrammeFrom('confirm-participation'),
    parties: { ...PARTIES, 'system-leader': ['leader-busy'] },
    longHistory: LONG_HISTORY,
  });
  const why = { by: 'coordinator', because: 'So it is.' };
  const confirm = { step: 'confirm-participation', round: 1 };
  const change = async (command: ChangeCommand) => {
    const counted = await changeDeployment({ db: world.db, client: world.client }, reference, command);
    if (!counted.ok) throw new Error(`${command.kind}: ${counted.reason.message}`);
  };
  await world.forwardTo(reference, '2040-10-09 11:00');
  await change({ kind: 'stop-clock', ...why, scope: null, category: 'inspection', from: '2040-10-09', expectedEnd: '2040-10-09' });
  await world.forwardTo(reference, '2040-10-11 11:00');
  await change({ kind: 'resume-clock', ...why, stop: null, on: '2040-10-11' });
  await change({ kind: 'extend', ...why, ...confirm, dueOn: '2040-12-10', agreedWith: null });
  await world.answer(reference, 'approve-extension', 'refuses', { fields: { reasons: 'too-long', reason: 'Too long.' } });
  await change({ kind: 'extend', ...why, ...confirm, dueOn: '2040-10-19', agreedWith: 'region' });
  await change({ kind: 'change-person', ...why, role: 'school', from: 'head', to: 'diocese' });
  await change({ kind: 'adopt-calendar', ...why, calendar: { ...CALENDAR_2040, version: 'test-2040-again' } });
  await change({ kind: 'set-pace', ...why, pace: 'more' });
  await world.forwardTo(reference, '2040-11-02 11:00');
  await change({
    kind: 'acknowledge',
    ...confirm,
    by: 'region',
    onBehalfOf: null,
    via: 'link',
    because: 'I telephone.',
    promisedOn: '2040-11-05',
  });
  await world.forwardTo(reference, '2040-11-09 11:00');
  await change({ kind: 'rematch', ...why, to: 'leader' });
  await change({ kind: 'withdraw', ...why, end: 'withdrawn', withdrawnBy: 'school' });
  await change({ kind: 'reopen', ...why });
  await change({ kind: 'withdraw', ...why, end: 'withdrawn', withdrawnBy: 'department' });
  await world.forwardTo(reference, '2040-12-10 11:00');
  return reference;
}

/** A wave of a survey with an invitation and a reminder, until it closes. */
async function liveWave(world: World): Promise<number> {
  const loaded = loadSurvey('tsi-2021-22-feedback');
  if (!loaded.ok) throw new Error(loaded.reason.message);
  const [opensOn, closesOn] = [plainDate('2040-10-08'), plainDate('2040-10-12')];
  const letters = [
    { kind: 'invitation', on: opensOn, dueAt: '2040-10-08T07:10:00.000Z' },
    { kind: 'last-reminder', on: plainDate('2040-10-11'), dueAt: '2040-10-11T07:10:00.000Z' },
  ] as const;
  const member = {
    person: 'head',
    audiences: ['school-leader'],
    leftOut: null,
    strata: {},
    openDays: [opensOn, closesOn],
    letters,
  } as const;
  const of = { survey: loaded.value, programmes: ['tsi-2022-23'], opensOn, closesOn, cutOffOn: closesOn, madeBy: 'coordinator' };
  const wave = await makeWave(world.db, async () => ({ ...of, letters, members: [member] }));
  if (typeof wave !== 'number') throw new Error('The wave was not made.');
  await beginWaves({ db: world.db, client: world.client, taskQueue: world.temporal.taskQueue });
  await advanceTo(world.client, waveWorkflowId(wave), Date.parse('2040-10-13T09:00:00.000Z'));
  return wave;
}

/** Writes the history of each run, from the first to the last. */
async function keep(world: World, shape: string, workflowId: string): Promise<void> {
  const histories = await historiesOf(world.client, workflowId);
  for (const [index, history] of histories.entries()) {
    const name = histories.length === 1 ? `${shape}.json` : `${shape}-${index + 1}.json`;
    const text = JSON.stringify(withoutMachine(JSON.parse(historyToJSON(history))));
    writeFileSync(join(folder, name), `${text}\n`);
    say(`${name}: ${history.events?.length ?? 0} events, ${Math.round(text.length / 1024)} KB`);
  }
}

/** Writes the programmes and calendars that the histories name. */
async function keepPins({ db }: World): Promise<void> {
  const { rows } = await db.query<{ hash: string; content: string }>('SELECT hash, content FROM pins ORDER BY hash');
  writeFileSync(join(folder, 'pins.json'), `${JSON.stringify(Object.fromEntries(rows.map(({ hash, content }) => [hash, content])))}\n`);
}

/**
 * Replaces the names of processes and of the machine: `identity`, and the worker's own queue, which is named after it.
 */
function withoutMachine(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^\d+@\S+$/, 'worker');
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMachine(inner)]));
}
