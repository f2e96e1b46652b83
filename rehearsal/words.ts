import type { Programme, RoleId, StepId } from '../domain/programme.ts';
import { playerWith } from './cast.ts';

/** "Confirm participation", or "Check in on the support (round 2)" */
export function stepWords(programme: Programme, { step, round }: { readonly step: StepId; readonly round: number }): string {
  const title = programme.steps[step]?.title ?? step;
  return round === 1 ? title : `${title} (round ${round})`;
}

/** "Jo Head (school or trust)"; the contact id itself for somebody who is not of the cast. */
export function personWords(programme: Programme, person: string): string {
  const player = playerWith(programme, person);
  return player === undefined ? person : `${player.name} (${titleOf(programme, player.role)})`;
}

/** A text of the core, which knows people by their contact ids only, with their names. */
export function withNames(programme: Programme, text: string): string {
  return text.replaceAll(/[a-z][a-z0-9-]*-\d+/g, (id) => playerWith(programme, id)?.name ?? id);
}

/** What a role is called: "RDP coordinator". */
export function titleOf(programme: Programme, role: RoleId): string {
  return programme.roles[role]?.title ?? role;
}

/** `matchedOn` → "matched on" */
export function spaced(fact: string): string {
  return fact.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** "1 message", "2 messages" */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
