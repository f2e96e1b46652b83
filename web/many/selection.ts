import type { Db } from '../../postgres/database.ts';
import { listLines, readJob } from '../../postgres/desk/many.ts';
import { deploymentsNamed } from '../../postgres/views/deployments-named.ts';
import { referencesFound } from '../../postgres/views/search-deployments.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { partsOf, readDeploymentsQuery } from '../deployments/deployments-query.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import { UUID } from '../shared/once.ts';

/** As many deployments as are changed in one go. */
export const MOST_DEPLOYMENTS = 2_000;

/** Deployments that somebody chose: the inputs that choose them once more, and the deployments themselves. */
export type Selection = {
  readonly inputs: readonly (readonly [string, string])[];
  readonly chosen: readonly { readonly reference: string; readonly subject: string }[];
};

/**
 * The deployments that a form names, as far as its sender may change them: those that were ticked (`of=ticked`), all that a filtered list
 * holds (`of=all`, with the filters of its address), or those that another job of theirs has changed (`of=job`). Whatever is out of
 * reach, or is none, is left out without a word, so that nobody learns that it is there.
 */
export async function readSelection(db: Db, user: User, body: FormBody): Promise<Selection> {
  const named = (references: readonly string[]) => deploymentsNamed(db, references, scopeCondition(user, 2, 'change-deployments'));
  switch (typed(body, 'of')) {
    case 'all': {
      const query = readDeploymentsQuery(body);
      const filters = { ...query.filters, watchedBy: query.watched ? user.person : '' };
      const references = await referencesFound(db, scopeCondition(user, 1, 'change-deployments'), filters);
      return { inputs: [['of', 'all'], ...Object.entries(partsOf(query))], chosen: await named(references) };
    }
    case 'job': {
      const id = typed(body, 'job');
      const job = UUID.test(id) ? await readJob(db, id) : undefined;
      const lines = job?.by === user.person ? await listLines(db, job.id) : [];
      const references = lines.flatMap(({ state, reference }) => (state === 'done' && reference !== null ? [reference] : []));
      return {
        inputs: [
          ['of', 'job'],
          ['job', id],
        ],
        chosen: await named(references),
      };
    }
    default: {
      const references = ticked(body, 'deployment');
      return { inputs: [['of', 'ticked'], ...references.map((one) => ['deployment', one] as const)], chosen: await named(references) };
    }
  }
}
