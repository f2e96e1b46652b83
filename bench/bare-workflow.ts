import { proxyActivities, sleep } from '@temporalio/workflow';

const { insert } = proxyActivities<{ insert(id: number): Promise<void> }>({ startToCloseTimeout: '10 seconds' });

/** The least that an engine can do: one timer, one insert. */
export async function bare(id: number, atMs: number): Promise<void> {
  await sleep(Math.max(1, atMs - Date.now()));
  await insert(id);
}
