import type { Client } from '@temporalio/client';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { workOfPerson } from '../postgres/views/person-work.ts';
import type { InScope } from '../postgres/views/place.ts';
import { changeMany } from './change-many.ts';
import type { OneDone } from './change-many.ts';

/** Both are contact ids. `inScope` says which deployments whoever asks may change; its values begin at $2. */
export type MoveWork = {
  readonly person: string;
  readonly to: string;
  /** Move only this role; by default every role that the person holds. */
  readonly role?: string;
  readonly by: string;
  readonly because: string;
  readonly inScope: InScope;
};

export type NameDeputyEverywhere = Omit<MoveWork, 'role'> & {
  /** The first and the last day, both inclusive, YYYY-MM-DD. */
  readonly from: string;
  readonly until: string;
};

/**
 * Moves all of one person's work to another: in every running deployment, every role. Done again, only what is left is moved.
 * Refused when the person has nothing.
 */
export async function moveWork(
  desk: Desk,
  { person, to, role, by, because, inScope }: MoveWork,
): Promise<Result<readonly OneDone[], Reason>> {
  const work = (await workOfPerson(desk.db, person, inScope)).filter((held) => role === undefined || held.role === role);
  if (work.length === 0) return refused(nothing(person));
  return ok(
    await changeMany(
      desk,
      work.map((held) => ({
        reference: held.reference,
        command: { kind: 'change-person', role: held.role, from: person, to, by, because },
        onceAs: `person-${held.role}-${person}-${to}-${crypto.randomUUID()}`,
      })),
    ),
  );
}

/** Names a deputy in every running deployment in which a person takes part. */
export async function nameDeputyEverywhere(
  desk: Desk,
  { person, to, from, until, by, because, inScope }: NameDeputyEverywhere,
): Promise<Result<readonly OneDone[], Reason>> {
  const references = [...new Set((await workOfPerson(desk.db, person, inScope)).map(({ reference }) => reference))];
  if (references.length === 0) return refused(nothing(person));
  return ok(
    await changeMany(
      desk,
      references.map((reference) => ({
        reference,
        command: { kind: 'name-deputy', person, deputy: to, from, to: until, by, because },
        onceAs: `deputy-${person}-${to}-${from}-${until}-${crypto.randomUUID()}`,
      })),
    ),
  );
}

type Desk = { readonly db: Db; readonly client: Client };

function nothing(person: string): Reason {
  return {
    kind: 'nothing-changes',
    message: `${person} takes part in no running deployment.`,
    remedy: 'Nothing was changed.',
  };
}
