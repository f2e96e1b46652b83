import { proxyActivities, sleep } from '@temporalio/workflow';

const { insert } = proxyActivities<{ insert(id: number | string): Promise<void> }>({ startToCloseTimeout: '10 seconds' });

/** The least that an engine can do: one timer, one insert. */
export async function bare(id: number, atMs: number): Promise<void> {
  await sleep(Math.max(1, atMs - Date.now()));
  await insert(id);
}

/** A workflow that has stored one row and sleeps: the least that a deployment can be between two wake-ups. */
export async function sleeper(id: string, untilMs: number): Promise<void> {
  await insert(id);
  await sleep(Math.max(1, untilMs - Date.now()));
}
