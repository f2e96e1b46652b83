import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { WorkflowBundlePath } from '@temporalio/worker';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAYLOAD_CONVERTER } from '../../temporal/payload-codec.ts';
import { workflowSource } from '../../worker/workflow-source.ts';

let bundled: Promise<WorkflowBundlePath> | undefined;

/** The workflows in a file, bundled once for all workers that the tests of this process start. A bundle takes two seconds of a core. */
export function workflowBundle(): Promise<WorkflowBundlePath> {
  return (bundled ??= bundle());
}

async function bundle(): Promise<WorkflowBundlePath> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowSource.workflowsPath,
    ...workflowSource.bundlerOptions,
    payloadConverterPath: PAYLOAD_CONVERTER,
    logger: new DefaultLogger('ERROR'),
  });
  const folder = mkdtempSync(join(tmpdir(), 'chaser-workflows-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const codePath = join(folder, 'workflows.js');
  writeFileSync(codePath, code);
  return { codePath };
}
