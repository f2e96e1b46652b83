import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';
import type { Stack } from '../../embedded/stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'chaser-start-'));
const env = { ...process.env, CHASER_DATA: join(folder, 'data') };

type Started = { readonly child: ChildProcess; readonly said: () => string; readonly ended: Promise<number | NodeJS.Signals | null> };

/** Starts the same program as `npm start`, with a data folder of its own. */
function start(): Started {
  const child = spawn(process.execPath, ['embedded/bootstrap.mjs', 'embedded/main.ts'], {
    cwd: PROJECT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  return { child, said: () => text, ended };
}

const stack = (): Stack => JSON.parse(readFileSync(join(env.CHASER_DATA, 'stack.json'), 'utf8')) as Stack;
/** However slow the machine and its disk are: only a start that hangs is given up, and one that ended is not waited for. */
async function isRunning({ said, ended }: Started): Promise<void> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  await waitUntil(
    () => `Chaser runs; it said:\n${said()}`,
    () => hasEnded || said().includes('Chaser is running.'),
    400_000,
  );
  assert.ok(!hasEnded, `Chaser ended; it said:\n${said()}`);
}
const chaser = async (...args: string[]) =>
  JSON.parse((await run(process.execPath, ['cli/main.ts', ...args, '--json'], { cwd: PROJECT, env })).stdout) as unknown;
const emails = async () => (await (await fetch(`${stack().mailboxPage}/api/email`)).json()) as { readonly subject: string }[];
const isReady = () =>
  fetch(`${stack().healthUrl}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );

/** The processes that name this test's data folder in their command line, or that listen on one of its ports. */
async function processes(pattern: string): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(pattern) && !line.includes('embedded/main.ts'))
    .map((line) => Number.parseInt(line, 10));
}

describe('npm start', () => {
  let started: Started;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    started = start();
    await isRunning(started);
  });
  afterAll(async () => {
    started.child.kill('SIGTERM');
    await started.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('loads the sample, starts deployments at different points of their chronology, and puts letters in the mailbox', async () => {
    const deployments = (await chaser('list')) as readonly { readonly status: string; readonly court: { readonly step: string } | null }[];
    assert.equal(deployments.length, 6);
    assert.deepEqual(
      new Set(deployments.map(({ status, court }) => court?.step ?? status)),
      new Set(['contact-school', 'confirm-participation', 'engage-system-leader', 'confirm-ability', 'arrange-first-meeting', 'declined']),
    );
    await waitUntil('an escalation is in the mailbox', async () =>
      (await emails()).some(({ subject }) => subject.startsWith('For your decision')),
    );
  });

  it('passes its own health check', async () => {
    const { findings } = (await chaser('doctor')) as { readonly findings: readonly { readonly part: string; readonly state: string }[] };
    assert.deepEqual(
      findings.filter(({ state }) => state === 'fault'),
      [],
    );
    assert.ok(findings.some(({ part }) => part === 'Workers'));
  });

  it('opens the page behind the link in an e-mail', async () => {
    const mails = (await (await fetch(`${stack().mailboxPage}/api/email`)).json()) as { readonly subject: string; readonly text: string }[];
    const [link = ''] = /http\S+\/a\/\S+/.exec(mails.find(({ subject }) => subject.startsWith('Please confirm'))?.text ?? '') ?? [];
    const page = await fetch(link);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Your answer/);
  });

  it('says where Chaser already runs when it is started a second time', async () => {
    const second = start();
    assert.equal(await second.ended, 1);
    assert.match(second.said(), /Chaser runs in this folder already .* mailbox is at http/);
  });

  it('restarts each part that is killed, and says so', async () => {
    for (const [name, pattern] of [
      ['the worker', 'worker/main.ts'],
      ['the web service', 'web/main.ts'],
      ['PostgreSQL', join(env.CHASER_DATA, 'postgres')],
      ['Temporal', join(env.CHASER_DATA, 'temporal')],
      ['the mailbox', join(env.CHASER_DATA, 'mail')],
    ] as const) {
      const [pid] = pattern.endsWith('main.ts') ? await childrenOf(stack().pid, pattern) : await processes(pattern);
      assert.ok(pid, `${name} does not run`);
      process.kill(pid, 'SIGKILL');
      await waitUntil(
        () => `${name} runs again; it said:\n${started.said()}`,
        () => started.said().includes(`${name} is running again.`),
        60_000,
      );
    }
    await waitUntil('everything is ready again', isReady, 60_000);
    await chaser('answer', 'D00001', 'contact-school', 'contacted');
    await waitUntil(
      'the next request has left',
      async () => {
        const messages = (await chaser('messages', 'D00001')) as readonly { readonly step: string; readonly state: string }[];
        return messages.some(({ step, state }) => step === 'confirm-participation' && state === 'accepted');
      },
      60_000,
    );
  });

  it('ends every process that it started, and finds everything again at the next start', async () => {
    const before = await deployments();
    const ports = temporalPorts();
    started.child.kill('SIGINT');
    assert.equal(await started.ended, 0);
    assert.deepEqual(await processes(env.CHASER_DATA), []);

    started = start();
    await isRunning(started);
    assert.match(started.said(), /everything is as it was left/);
    assert.deepEqual(await deployments(), before);
    assert.equal(temporalPorts(), ports, 'Temporal looks for its services where they were, for most of a minute');
    assert.ok((await emails()).length > 0, 'the mailbox was emptied');
  });

  it('clears up after a Chaser that was killed, and avoids a port that is taken', async () => {
    process.kill(stack().pid, 'SIGKILL');
    started.child.kill('SIGKILL');
    await started.ended;
    const { port, close } = await occupy(Number(new URL(stack().mailboxPage).port));
    started = start();
    await isRunning(started);
    assert.notEqual(new URL(stack().mailboxPage).port, String(port));
    assert.equal((await processes(join(env.CHASER_DATA, 'temporal'))).length, 1);
    assert.equal(((await chaser('list')) as readonly unknown[]).length, 6);
    close();
  });
});

/** The deployments without their forecasts, which a worker works out when it comes to it. */
async function deployments(): Promise<readonly unknown[]> {
  const listed = (await chaser('list')) as readonly Record<string, unknown>[];
  return listed.map((one) => ({ ...one, forecast: undefined }));
}

/** Where the services of the Temporal server listen; null where Temporal's command line runs it in one piece. */
const temporalPorts = (): string | null => {
  const file = join(env.CHASER_DATA, 'temporal', 'ports');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

async function childrenOf(parent: number, pattern: string): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === parent && match?.[3]?.includes(pattern))
    .map((match) => Number(match?.[1]));
}

/** Listens on a port, as another program on this machine might. */
async function occupy(port: number): Promise<{ readonly port: number; close(): void }> {
  for (;;) {
    const server = createServer();
    const listens = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (listens) return { port, close: () => void server.close() };
    // The mailbox that was left running may still hold the port. It is taken either way.
    return { port, close: () => undefined };
  }
}
