import type { Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { sideBySide } from './side-by-side.ts';
import { planDeployment } from './start-deployment.ts';
import type { Plan, StartRefusal, StartRequest } from './start-deployment.ts';

const AT_ONCE = 6;

/** How each of several deployments would begin if it were started now, or why it cannot, in the order given. */
export async function planMany(
  desk: { readonly db: Db },
  requests: readonly StartRequest[],
): Promise<readonly Result<Plan, StartRefusal>[]> {
  return sideBySide(requests, (request) => planDeployment(desk, request), AT_ONCE);
}
