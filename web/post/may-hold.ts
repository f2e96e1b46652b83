import type { Db } from '../../postgres/database.ts';
import type { HoldScope } from '../../postgres/views/post-holds.ts';
import { isWithin } from '../../postgres/views/post-holds.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition, scopeOf } from '../shared/scope.ts';

/**
 * Whether somebody may hold and release these e-mails: administrators those of the service and of programmes, leads those of their
 * regions, and coordinators those of the deployments that they look after.
 */
export async function mayHold(
  db: Db,
  user: User,
  { scope, place }: { readonly scope: HoldScope; readonly place: string },
): Promise<boolean> {
  switch (scope) {
    case 'service':
    case 'programme':
      return may(user, 'hold-all-post');
    case 'region': {
      const { all, regions } = scopeOf(user, 'hold-region-post');
      return all || regions.includes(place);
    }
    case 'deployment':
      return may(user, 'hold-post') && isWithin(db, place, scopeCondition(user, 2, 'hold-post'));
    default:
      return scope satisfies never;
  }
}
