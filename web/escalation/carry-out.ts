import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeRefusal } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { Services } from '../shared/services.ts';

/** Nobody waits longer than this for a page. */
const DEADLINE_MS = 8_000;

export type Outcome =
  | { readonly kind: 'counted' }
  | { readonly kind: 'refused'; readonly because: ChangeRefusal }
  /** The engine did not answer in time, so it is not known whether the change counted. */
  | { readonly kind: 'away' };

/** Has a change made, or says why it was not. The same change under the same name counts once. */
export async function carryOut({ db, temporal }: Services, reference: string, command: ChangeCommand, once: string): Promise<Outcome> {
  try {
    const counted = await temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
      changeDeployment({ db, client: temporal }, reference, command, once),
    );
    return counted.ok ? { kind: 'counted' } : { kind: 'refused', because: counted.reason };
  } catch (error) {
    process.stderr.write(`${command.kind} of ${reference} could not be made: ${error instanceof Error ? error.message : String(error)}\n`);
    return { kind: 'away' };
  }
}
