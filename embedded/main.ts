import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATA, ensureFolder, PROJECT } from './folders.ts';
import { lastLines } from './part.ts';
import type { Part } from './part.ts';
import { forgetStack, runningStack, startStack, stopParts } from './stack.ts';
import type { Recipe, Stack, StartedStack } from './stack.ts';

/** `npm start`: runs the whole of Chaser on this machine until Ctrl-C. */
const MOST_RESTARTS = 5;
const RESTARTS_WITHIN_MS = 60_000;

const startedMs = Date.now();
const say = (text: string): void => void process.stdout.write(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);

const running = runningStack();
if (running !== undefined) {
  process.stderr.write(`Chaser runs in this folder already (process ${running.pid}). Its mailbox is at ${running.mailboxPage}.\n`);
  process.exit(1);
}

let ending = false;
let parts: Part[] = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));

ensureFolder(DATA);
const { stack, recipes } = await startOrTell();
parts = recipes.map(({ part }) => part);
recipes.forEach(({ recipe, part }, index) => void keepRunning(recipe, part, index));
await loadSample();
if (!ending) tellWhereToLook(stack);

async function startOrTell(): Promise<StartedStack> {
  try {
    return await startStack(say);
  } catch (error) {
    process.stderr.write(`Chaser could not start. ${error instanceof Error ? error.message : String(error)}\nLogs are in ${DATA}/logs.\n`);
    process.exit(1);
  }
}

/** A part that crashes is reported and started again at the same place. One that keeps crashing ends everything. */
async function keepRunning(recipe: Recipe, part: Part, index: number): Promise<void> {
  const crashes: number[] = [];
  for (let current = part; ;) {
    const { code, signal } = await current.exited;
    if (ending) return;
    crashes.push(Date.now());
    const lately = crashes.filter((atMs) => Date.now() - atMs < RESTARTS_WITHIN_MS).length;
    say(`${recipe.name} ended unexpectedly (${signal ?? `exit code ${code}`}).`);
    if (lately > MOST_RESTARTS) return giveUp(`${recipe.name} crashed ${lately} times within a minute.`);
    await sleep(Math.min(200 * 2 ** (lately - 1), 5_000));
    try {
      current = await recipe.start();
    } catch (error) {
      return giveUp(error instanceof Error ? error.message : String(error));
    }
    parts[index] = current;
    if (ending) return current.stop();
    say(`${recipe.name} is running again.`);
  }
}

async function giveUp(why: string): Promise<void> {
  process.stderr.write(`Chaser stops: ${why}\nLogs are in ${DATA}/logs.\n`);
  await end(1);
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  say('Stopping.');
  await stopParts(parts);
  forgetStack();
  say('Everything has stopped. What was going on goes on at the next npm start.');
  process.exit(code);
}

/** The sample is imported through the command line, as anybody's data would be. */
async function loadSample(): Promise<void> {
  const sample = spawn(process.execPath, [fileURLToPath(new URL('../cli/main.ts', import.meta.url)), 'sample'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [sample.stdout, sample.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => sample.once('close', resolve));
  if (ending) return;
  if (code !== 0) await giveUp(`the sample could not be loaded.\n${said}\n${await lastLines(`${DATA}/logs/worker.log`)}`);
  else for (const line of said.trimEnd().split('\n')) say(line);
}

function tellWhereToLook({ webUrl, mailboxPage, temporalPage, temporalAddress, healthUrl }: Stack): void {
  say('Chaser is running. Ctrl-C stops it.');
  process.stdout.write(`
  Chaser          ${webUrl}
  Mailbox         ${mailboxPage}
  Temporal        ${temporalPage ?? `${temporalAddress} (this server has no page)`}
  Health          ${healthUrl}/readyz

  Sign in as c.mills@delivery.example (a coordinator) or ada.admin@delivery.example (an administrator): the link comes to
  the mailbox. Then move time on, and take the tour: ${webUrl}/sandbox
  A school's or a system leader's own link stands in each e-mail that asks them something.

  Try next, in a second terminal:
    npm run chaser -- list
    npm run chaser -- status D00001
    npm run chaser -- messages D00001 --text
    npm run chaser -- start --urn 990012

`);
}
