import { deploymentReference } from '../workflows/ids.ts';
import type { Desk } from './open.ts';
import { EXIT, Fault, print } from './output.ts';
import { progressBar } from './progress-bar.ts';

type Told = { readonly workflow: string; readonly runId: string; readonly events: number; readonly why: string };

/**
 * `chaser doctor --replay`: whether this build can go on with every history that is open. It stops at the first with which it cannot, unless
 * all are asked for. Those that are pinned to another build go on there, so they are only told.
 */
export async function replayHistories({ client, taskQueue }: Desk, options: { readonly all?: true; readonly json?: true }): Promise<void> {
  // The SDK's worker is large, and nothing else on the command line needs it.
  const [{ replayOpen }, { bundleWorkflows, findWorkflowBundle }] = await Promise.all([
    import('../worker/replay-open.ts'),
    import('../worker/workflow-bundle.ts'),
  ]);
  const kept = findWorkflowBundle();
  if (!kept.ok) throw new Fault(kept.reason, EXIT.usage);
  const { bundle } = kept.value ?? (await bundleWorkflows());
  const { count, runs } = await replayOpen(client, taskQueue, bundle);
  const bar = progressBar('Replaying', options.json === true);
  const misfits: Told[] = [];
  const pinned: Told[] = [];
  let looked = 0;
  bar.show(looked, count);
  try {
    for await (const { workflowId, runId, events, why, pinnedTo } of runs) {
      looked += 1;
      bar.show(looked, count);
      if (why === null) continue;
      const workflow = deploymentReference(workflowId) ?? workflowId;
      (pinnedTo === null ? misfits : pinned).push({ workflow, runId, events, why });
      if (misfits.length > 0 && options.all !== true) break;
    }
  } finally {
    bar.clear();
  }
  const left = Math.max(count - looked, 0);
  print(options.json === true, { taskQueue, open: count, looked, fit: looked - misfits.length - pinned.length, misfits, pinned }, () =>
    inWords({ taskQueue, looked, left, misfits, pinned }),
  );
  if (misfits.length > 0) process.exitCode = EXIT.failed;
}

const MOST_TOLD = 20;

function inWords(found: {
  readonly taskQueue: string;
  readonly looked: number;
  readonly left: number;
  readonly misfits: readonly Told[];
  readonly pinned: readonly Told[];
}): string {
  const { looked, left, misfits, pinned } = found;
  const more = misfits.length - MOST_TOLD;
  return [
    ...misfits
      .slice(0, MOST_TOLD)
      .map(({ workflow, runId, events, why }) => `${workflow} does not fit this build (run ${runId}, ${events} events):\n  ${why}`),
    ...(more > 0 ? [`${more} more do not fit. They are all told with --json.`] : []),
    ...(pinned.length > 0
      ? [
          `${histories(pinned.length)} would not fit, and are pinned to the build that they are on. They go on there until they continue as new.`,
        ]
      : []),
    ...(misfits.length === 0
      ? [
          looked === 0
            ? `Nothing is open on the task queue ${found.taskQueue}.`
            : `${histories(looked)} replayed. This build can go on with all that it is given.`,
        ]
      : [
          `${histories(looked)} replayed${left > 0 ? `, ${left} not looked at (--all looks at them too)` : ''}.`,
          'Do not start this build: docs/releases.md says how a rule is changed so that what runs can go on.',
        ]),
  ].join('\n');
}

function histories(n: number): string {
  return n === 1 ? '1 open history' : `${n} open histories`;
}
