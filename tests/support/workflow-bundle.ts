import type { WorkflowBundlePath } from '@temporalio/worker';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepWorkflowBundle } from '../../worker/workflow-bundle.ts';

let bundled: Promise<WorkflowBundlePath> | undefined;

/** The workflows in a file, bundled once for all workers that the tests of this process start. A bundle takes two seconds of a core. */
export function workflowBundle(): Promise<WorkflowBundlePath> {
  return (bundled ??= bundle());
}

async function bundle(): Promise<WorkflowBundlePath> {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-workflows-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return { codePath: await keepWorkflowBundle(folder) };
}
