import type { Programme } from '../domain/programme.ts';
import { titleOf } from '../letters/teller.ts';
import type { Wording } from '../letters/teller.ts';
import { playerWith } from './cast.ts';

/** What is needed to tell a rehearsal in words: the invented people, each with their role if there is room for it. */
export function rehearsedWording(programme: Programme, subject: string): Wording {
  return {
    programme,
    subject,
    nameOf: (person) => playerWith(programme, person)?.name ?? person,
    personOf: (person) => personWords(programme, person),
  };
}

/** "Jo Head (school or trust)"; the contact id itself for somebody who is not of the cast. */
export function personWords(programme: Programme, person: string): string {
  const player = playerWith(programme, person);
  return player === undefined ? person : `${player.name} (${titleOf(programme, player.role)})`;
}

/** A text of the core with names in place of contact ids. */
export function withNames(programme: Programme, text: string): string {
  return text.replaceAll(/[a-z][a-z0-9-]*-\d+/g, (id) => playerWith(programme, id)?.name ?? id);
}

/** "1 message", "2 messages" */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
