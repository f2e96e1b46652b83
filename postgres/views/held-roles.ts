import { REAL_TODAY } from './place.ts';

/**
 * A condition that is true where a role of `person_roles` counts on a day: from its first day to its last, both inclusive, and without end
 * where it has none. Everything that asks who holds a role asks this. `day` is SQL: a parameter, or a day that a query works out.
 *
 * A role from 1 January 2027 until 31 March 2027 counts on 1 January and on 31 March, and on 1 April no more.
 */
export function countsOn(role: string, day: string): string {
  return `(coalesce(${role}.from_on <= ${day}, true) AND coalesce(${role}.until_on >= ${day}, true))`;
}

/** The same for today in London, by the real clock: who may sign in, who is suggested, who belongs to a school. */
export function countsToday(role: string): string {
  return countsOn(role, REAL_TODAY);
}

/** Whether somebody holds a role of the staff today, as a part of a query: the person as a part of it too, the roles as a parameter. */
export function isStaffToday(person: string, roles: string): string {
  return `EXISTS (SELECT FROM person_roles staff WHERE staff.person = ${person} AND staff.role = ANY (${roles}) AND ${countsToday('staff')})`;
}
