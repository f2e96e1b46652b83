import type { Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { planDeployment } from './start-deployment.ts';
import type { Plan, StartRefusal, StartRequest } from './start-deployment.ts';

const AT_ONCE = 6;

/** How each of several deployments would begin if it were started now, or why it cannot, in the order given. */
export async function planMany(
  desk: { readonly db: Db },
  requests: readonly StartRequest[],
): Promise<readonly Result<Plan, StartRefusal>[]> {
  return inParts(requests, (request) => planDeployment(desk, request));
}

async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  const waiting = [...all.entries()];
  const workThrough = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
  return done;
}
