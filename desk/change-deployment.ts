import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { ChangeCommand } from '../domain/changes/change.ts';
import type { Refusal } from '../domain/chronology/decide.ts';
import { previewOf } from '../domain/chronology/preview.ts';
import type { Preview } from '../domain/chronology/preview.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import type { StoredChronology } from '../postgres/pinned/chronology.ts';
import type { Db } from '../postgres/database.ts';
import { keepCalendar } from '../postgres/pinned/pinned.ts';
import { findDeployment } from '../postgres/views/deployments.ts';
import { changeUpdate } from '../workflows/messages.ts';
import type { Counted } from '../workflows/messages.ts';
import { refusalIn } from './answer-step.ts';
import { engineKnowsNothing, missingFromRecord } from './engine-and-record.ts';
import type { PartedRefusal } from './engine-and-record.ts';
import { goingFirst } from './going-first.ts';

export type ChangeRefusal = Refusal | PartedRefusal | (Reason & { readonly kind: 'unknown-deployment' | 'over' });

/** What a change would bring about, worked out on what is stored; nothing is changed. */
export async function previewChange(
  db: Db,
  reference: string,
  command: ChangeCommand,
): Promise<Result<Preview & Pick<StoredChronology, 'chronology'>, ChangeRefusal>> {
  const stored = await readChronology(db, reference);
  if (stored === undefined) return refused(unknownDeployment(reference));
  const preview = previewOf(stored.chronology, command, stored.now);
  return preview.ok ? ok({ ...preview.value, chronology: stored.chronology }) : preview;
}

/**
 * Makes a change and says whether it counted. `onceAs` names it: the same change under the same name is made once, however
 * often a button is pressed.
 */
export async function changeDeployment(
  desk: { readonly db: Db; readonly client: Client },
  reference: string,
  command: ChangeCommand,
  onceAs: string = crypto.randomUUID(),
): Promise<Result<Counted, ChangeRefusal>> {
  // The record points to it as soon as the change is stored.
  if (command.kind === 'adopt-calendar') await keepCalendar(desk.db, command.calendar);
  try {
    const counted = await goingFirst(desk.client, reference, (deployment) =>
      deployment.executeUpdate(changeUpdate, { updateId: `change/${onceAs}`, args: [command] }),
    );
    const missing = await missingFromRecord(desk.db, reference, counted);
    return missing === null ? ok(counted) : refused(missing);
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal) return refused(refusal);
    if (error instanceof WorkflowNotFoundError) return refused(await whyNotFound(desk.db, reference));
    throw error;
  }
}

async function whyNotFound(db: Db, reference: string): Promise<ChangeRefusal> {
  const deployment = await findDeployment(db, reference);
  if (deployment === undefined) return unknownDeployment(reference);
  if (deployment.status === 'running') return engineKnowsNothing(reference);
  return {
    kind: 'over',
    message: `Deployment ${reference} is over (${deployment.status}), and the time in which it could be changed has passed.`,
    remedy: 'Start a new deployment instead.',
  };
}

function unknownDeployment(reference: string): ChangeRefusal {
  return { kind: 'unknown-deployment', message: `There is no deployment "${reference}".`, remedy: 'See the list of deployments.' };
}
