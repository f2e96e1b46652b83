import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { planDeployment, startDeployment } from './start-deployment.ts';
import type { Plan, Started, StartRefusal, StartRequest } from './start-deployment.ts';

const AT_ONCE = 6;
const DEADLINE_MS = 5_000;
/** After this many without a reply the engine is taken to be down. */
const AWAY_AFTER = 3;

/** How each of several deployments would begin if it were started now, or why it cannot, in the order given. */
export async function planMany(
  desk: { readonly db: Db },
  requests: readonly StartRequest[],
): Promise<readonly Result<Plan, StartRefusal>[]> {
  return inParts(requests, (request) => planDeployment(desk, request));
}

/** What became of one of several starts: a refusal of the rules, or no word of the engine. */
export type StartOfMany = Result<Started, StartRefusal | (Reason & { readonly kind: 'no-engine' })>;

/**
 * Starts several deployments, some side by side, and reports on each in the order given. Sent again, it starts none a second time: what
 * runs already is refused.
 */
export async function startMany(
  desk: { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string },
  requests: readonly StartRequest[],
): Promise<readonly StartOfMany[]> {
  let silent = 0;
  return inParts(requests, async (request): Promise<StartOfMany> => {
    if (silent >= AWAY_AFTER) return { ok: false, reason: NO_WORD };
    try {
      return await desk.client.withDeadline(Date.now() + DEADLINE_MS, () => startDeployment(desk, request));
    } catch {
      silent += 1;
      return { ok: false, reason: NO_WORD };
    }
  });
}

const NO_WORD = {
  kind: 'no-engine',
  message: 'The engine did not answer.',
  remedy: 'Try again in a few minutes: however often you start it, it is started once.',
} as const;

async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  const waiting = [...all.entries()];
  const workThrough = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
  return done;
}
