import type { Parties, Subject } from '../domain/chronology/events.ts';
import type { PersonId, Programme, RoleId } from '../domain/programme.ts';

/** An invented person who plays a role. */
export type Player = {
  readonly id: PersonId;
  readonly role: RoleId;
  readonly name: string;
  readonly email: string;
  readonly telephone: string;
};

const NAMES = ['Priya Shah', 'Rafael Ward', 'Chris Mills', 'Nkechi Obi', 'Jo Head', 'Alex Byrne', 'Dina Moor', 'Sam Okafor', 'Mina Costa'];

/** People who are named only in the course of a rehearsal. */
const NEWCOMERS = ['Ola Fenn', 'Ravi Moss', 'Tess Lund', 'Ivo Hart', 'Mei Carr', 'Sol Beck', 'Una Frost', 'Kit Dray'];

export const SCHOOL = 'Hillcrest Primary School';
const TRUST = 'Ashdale Learning Trust';

/** The invented school or trust of a rehearsal. */
export function rehearsedSubject(kind: Subject['kind']): { readonly subject: Subject; readonly name: string } {
  return kind === 'school' ? { subject: { kind, urn: '990000' }, name: SCHOOL } : { subject: { kind, trust: 'TR99000' }, name: TRUST };
}

/** One invented person for each role, in the order of the roles. */
export function castOf(programme: Programme): readonly Player[] {
  return Object.keys(programme.roles).map((role) => nthOf(programme, role, 1));
}

/** Who holds which role when a deployment begins: everybody of the cast except those who are named later. */
export function partiesOf(programme: Programme): Parties {
  return Object.fromEntries(
    castOf(programme).flatMap(({ id, role }) => (programme.roles[role]?.namedLater === true ? [] : [[role, [id]]])),
  );
}

/** The nth person to be named for a role. Each is a different person, so that a rematch changes somebody. */
export function nthOf(programme: Programme, role: RoleId, nth: number): Player {
  const at = Math.max(0, Object.keys(programme.roles).indexOf(role));
  const name = nth === 1 ? NAMES[at % NAMES.length] : NEWCOMERS[(at + nth) % NEWCOMERS.length];
  return playerOf(role, nth, name ?? role, at + nth - 1);
}

/** The invented person who belongs to a contact id of a rehearsal; undefined for anybody else. */
export function playerWith(programme: Programme, id: PersonId): Player | undefined {
  const [, role, nth] = /^(.+)-(\d+)$/.exec(id) ?? [];
  return role !== undefined && programme.roles[role] !== undefined ? nthOf(programme, role, Number(nth)) : undefined;
}

function playerOf(role: RoleId, nth: number, name: string, at: number): Player {
  return {
    id: `${role}-${nth}`,
    role,
    name,
    email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@${role}.example`,
    telephone: `01632 9600${String(10 + (at % 90)).padStart(2, '0')}`,
  };
}
