import type { Client } from '@temporalio/client';
import type { ChangeCommand } from '../domain/changes/change.ts';
import type { Reason } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { changeDeployment } from './change-deployment.ts';
import { sideBySide } from './side-by-side.ts';

/** One of many changes: of which deployment, and under which name it is made once. */
export type OneOfMany = { readonly reference: string; readonly command: ChangeCommand; readonly onceAs: string };

/** What became of it: null when it counted. */
export type OneDone = { readonly reference: string; readonly refusal: Reason | null };

const DEADLINE_MS = 10_000;
/** After this many without a reply the engine is taken to be down. */
const AWAY_AFTER = 3;

/**
 * Makes the same kind of change in many deployments, some side by side, and reports the result for each in the order
 * given. When it is repeated, changes that counted before do not count again.
 */
export async function changeMany(
  desk: { readonly db: Db; readonly client: Client },
  changes: readonly OneOfMany[],
): Promise<readonly OneDone[]> {
  let silent = 0;
  return sideBySide(changes, async ({ reference, command, onceAs }) => {
    if (silent >= AWAY_AFTER) return { reference, refusal: NO_WORD };
    try {
      const counted = await desk.client.withDeadline(Date.now() + DEADLINE_MS, () => changeDeployment(desk, reference, command, onceAs));
      return { reference, refusal: counted.ok ? null : counted.reason };
    } catch {
      silent += 1;
      return { reference, refusal: NO_WORD };
    }
  });
}

const NO_WORD: Reason = {
  kind: 'no-engine',
  message: 'The part of Chaser that makes changes did not reply.',
  remedy: 'Try again in a few minutes. What has been done by then no longer shows there.',
};
