import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { WorkflowBundlePath } from '@temporalio/worker';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { londonDate } from '../domain/time/london.ts';
import { weekday } from '../domain/time/plain-date.ts';
import { PAYLOAD_CONVERTER } from '../temporal/payload-codec.ts';
import { workflowSource } from '../worker/workflow-source.ts';

const DAY_MS = 86_400_000;
/** Stands in bench/ahead-workflows.ts where the milliseconds go. */
const PLACE = 'the milliseconds by which this clock is ahead';

/** How far a measurement moves the clock of its deployments to reach a weekday: nothing from Monday to Friday, two days on a Saturday. */
export function msToWeekday(nowMs: number): number {
  let days = 0;
  while (weekday(londonDate(nowMs + days * DAY_MS)) > 5) days += 1;
  return days * DAY_MS;
}

/**
 * The workflows, bundled so that their clock is so many milliseconds ahead of the real one. Timers run for as long as ever, so a moment
 * of the moved clock comes at its real moment, and nothing is skipped. A letter's time follows from the clock of its deployment. The bundle
 * is written to `folder`.
 */
export async function bundleAhead(aheadMs: number, folder: string): Promise<WorkflowBundlePath> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./ahead-workflows.ts', import.meta.url)),
    ...workflowSource.bundlerOptions,
    payloadConverterPath: PAYLOAD_CONVERTER,
    logger: new DefaultLogger('ERROR'),
  });
  if (!code.includes(PLACE)) throw new Error('The bundle has no place for the milliseconds by which its clock is ahead.');
  const codePath = join(folder, 'workflows-ahead.js');
  writeFileSync(codePath, code.replaceAll(PLACE, String(aheadMs)));
  return { codePath };
}
