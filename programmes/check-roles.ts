import type { Path, Report } from './finding.ts';
import { REGISTER_ROLES } from './schema.ts';
import type { ProgrammeDocument } from './schema.ts';
import { suggestion } from './suggestion.ts';

type RoleDocument = ProgrammeDocument['roles'][string];

/**
 * The roles that `findParties` looks for when a deployment begins. In every programme an answer names the system
 * leader.
 */
const SOUGHT: readonly string[] = REGISTER_ROLES.filter((role) => role !== 'system-leader');

/** Checks who is reached when a role is silent, and whether anybody can hold the role at all. */
export function checkRoles(document: ProgrammeDocument, report: Report): void {
  for (const [id, role] of Object.entries(document.roles)) {
    const path = ['roles', id];
    checkHolders(id, role, path, report);
    if (role.calledBy !== undefined) {
      const at = [...path, 'calledBy'];
      if (checkRoleName(document, role.calledBy, at, report)?.informedOnly) {
        report(at, `"${role.calledBy}" is informed only and cannot be asked to telephone`, 'Name another role.');
      }
    }
    if (role.escalatesTo !== undefined) {
      const at = [...path, 'escalatesTo'];
      if (checkRoleName(document, role.escalatesTo, at, report)?.informedOnly) {
        const remedy = 'Name another role, and tell this one with "escalationTells".';
        report(at, `"${role.escalatesTo}" is informed only and cannot take an escalation on`, remedy);
      }
      if (role.escalatesTo === id) {
        report(at, `"${id}" escalates to itself: nobody else would be told when it does not answer`, 'Name a role above it.');
      }
    }
    role.escalationTells.forEach((told, index) => checkRoleName(document, told, [...path, 'escalationTells', index], report));
  }
}

/** The role with this name. Reports a finding when there is none. */
export function checkRoleName(document: ProgrammeDocument, id: string, path: Path, report: Report): RoleDocument | undefined {
  const role = Object.entries(document.roles).find(([known]) => known === id)?.[1];
  if (role === undefined) report(path, `There is no role "${id}"`, suggestion(id, Object.keys(document.roles)));
  return role;
}

/** A rehearsal invents somebody for every role; a real start finds people only by the roles of the register. */
function checkHolders(id: string, { namedLater, heldBy }: RoleDocument, path: Path, report: Report): void {
  if (namedLater || SOUGHT.includes(heldBy ?? id)) return;
  const later = 'give it "namedLater: true" and let an answer name its holder';
  if (heldBy !== undefined) {
    const remedy = `Name another role of the register (${SOUGHT.join(', ')}), or ${later}.`;
    report([...path, 'heldBy'], `Nobody can hold "${id}": no start looks for a ${heldBy} in the register of people`, remedy);
    return;
  }
  const remedy = `Say which role of the register its holders have ("heldBy": ${SOUGHT.join(', ')}), or ${later}.`;
  report(path, `Nobody can hold "${id}": the register of people has no such role that a start looks for`, remedy, 'key');
}
