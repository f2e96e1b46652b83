export { findPerson, peopleMeant } from '../../desk/find-person.ts';
export type { FoundPerson } from '../../desk/find-person.ts';
