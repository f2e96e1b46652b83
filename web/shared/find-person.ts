export { findPerson, peopleMeant } from '../../desk/find-person.ts';
