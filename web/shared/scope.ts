import { conditionOf, scopeOfRoles } from '../../postgres/access/scope.ts';
import type { Scope } from '../../postgres/access/scope.ts';
import type { InScope } from '../../postgres/views/place.ts';
import { roleMay } from './roles.ts';
import type { Action, User } from './roles.ts';

/**
 * The places in which somebody may do something: those of the roles that allow it, and of no other role. A coordinator
 * who may also read everything can still record answers in their own area only.
 */
export function scopeOf(user: User, action: Action = 'see-deployments'): Scope {
  return scopeOfRoles(user.roles.filter((held) => roleMay(held.role, action)));
}

/**
 * The deployments in which somebody may do something, by default see them, as a condition of a query. Its values use
 * the parameters from `$firstParameter` on.
 */
export function scopeCondition(user: User, firstParameter: number, action: Action = 'see-deployments'): InScope {
  return conditionOf(scopeOf(user, action), firstParameter);
}
