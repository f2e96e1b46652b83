import type { WorkflowBundlePath } from '@temporalio/worker';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from './workflow-bundle.ts';
import type { World } from './world.ts';

/** Each gap of its work in which a worker can be killed, in the order in which it reaches them. */
export const CRASH_POINTS = [
  'before-store',
  'after-store',
  'before-claim',
  'after-claim',
  'after-hand-over',
  'before-send',
  'before-mark',
  'after-mark',
] as const;
/**
 * Between the commit of what time brought about and the end of the workflow's task in which it was stored; and the same by a worker that saw
 * it a day before whoever does the task again.
 */
export const WAKE_UP_POINTS = ['after-wake-up', 'after-wake-up-the-day-before'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number] | (typeof WAKE_UP_POINTS)[number];

export type WorkerOrders = {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly databaseUrl: string;
  readonly smtpUrl: string;
  readonly atATime: number;
  readonly crashAt: CrashPoint | null;
  readonly workflowBundle: WorkflowBundlePath;
};

export type WorkerProcess = {
  readonly exited: Promise<NodeJS.Signals | null>;
  /** Has it ask for work: until then it has none. */
  begin(): void;
  stop(): Promise<void>;
};

/**
 * A worker in a process of its own that kills itself at the given point. It is loaded and connected when this resolves, which takes many
 * seconds where many start at once: no limit of a test counts that time.
 */
export async function startWorkerProcess(
  world: World,
  options: { readonly crashAt?: CrashPoint; readonly atATime?: number } = {},
): Promise<WorkerProcess> {
  const orders: WorkerOrders = {
    ...world.temporal,
    databaseUrl: world.databaseUrl,
    smtpUrl: world.sink.url,
    atATime: options.atATime ?? 2,
    crashAt: options.crashAt ?? null,
    workflowBundle: await workflowBundle(),
  };
  const child = fork(fileURLToPath(new URL('./crashing-worker.ts', import.meta.url)), [JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    exited.then((signal) => Promise.reject(new Error(`The worker ended before it could begin: ${signal}`))),
  ]);
  return {
    exited,
    begin: () => void child.send('begin'),
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
