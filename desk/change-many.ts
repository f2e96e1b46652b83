import type { Client } from '@temporalio/client';
import type { ChangeCommand } from '../domain/changes/change.ts';
import type { Reason } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { changeDeployment } from './change-deployment.ts';

/** One of many changes: of which deployment, and under which name it is made once. */
export type OneOfMany = { readonly reference: string; readonly command: ChangeCommand; readonly onceAs: string };

/** What became of it: null when it counted. */
export type OneDone = { readonly reference: string; readonly refusal: Reason | null };

const AT_ONCE = 8;
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
  const done = new Map<OneOfMany, Reason | null>();
  const waiting = [...changes];
  let silent = 0;
  const workThrough = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { reference, command, onceAs } = next;
      let refusal: Reason | null = NO_WORD;
      if (silent < AWAY_AFTER) {
        try {
          const counted = await desk.client.withDeadline(Date.now() + DEADLINE_MS, () =>
            changeDeployment(desk, reference, command, onceAs),
          );
          refusal = counted.ok ? null : counted.reason;
        } catch {
          silent += 1;
        }
      }
      done.set(next, refusal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
  return changes.map((change) => ({ reference: change.reference, refusal: done.get(change) ?? null }));
}

const NO_WORD: Reason = {
  kind: 'no-engine',
  message: 'The part of Chaser that makes changes did not reply.',
  remedy: 'Try again in a few minutes. What has been done by then no longer shows there.',
};
