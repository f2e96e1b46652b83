import { checkRoleName } from './check-roles.ts';
import type { Path, Report } from './finding.ts';
import type { ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

/** Checks that the rules for stops, extensions and rematches name steps and roles that exist. */
export function checkChanges(document: ProgrammeDocument, entries: readonly StepEntry[], report: Report): void {
  const { extension, rematch } = document.changes ?? {};
  const steps = entries.map(({ id }) => id);
  const mustBeStep = (id: string | undefined, path: Path) => {
    if (id !== undefined && !steps.includes(id)) report(path, `There is no step "${id}"`, suggestion(id, steps));
  };
  if (extension !== undefined) mustBeStep(extension.approval, ['changes', 'extension', 'approval']);
  if (rematch !== undefined) {
    const path = ['changes', 'rematch'];
    mustBeStep(rematch.opens, [...path, 'opens']);
    mustBeStep(rematch.whenNamed, [...path, 'whenNamed']);
    mustBeStep(rematch.until, [...path, 'until']);
    checkReplaced(document, entries, rematch.role, [...path, 'role'], report);
  }
  for (const entry of entries) {
    checkDecision(entry, entry.id === extension?.approval, report);
    const { raised } = entry.document;
    if (raised !== undefined && raised !== 'anytime') mustBeStep(raised.after, [...entry.path, 'raised', 'after']);
    if (raised !== undefined && entry.document.automatic !== undefined) {
      report([...entry.path, 'raised'], `"${entry.id}" is automatic: nobody would decide on what is raised`, 'Remove one of the two.');
    }
  }
}

/** A replacement is found as the first holder was: by an answer that names them. */
function checkReplaced(document: ProgrammeDocument, entries: readonly StepEntry[], id: string, path: Path, report: Report): void {
  const role = checkRoleName(document, id, path, report);
  if (role === undefined) return;
  const fields = entries.flatMap(({ document: step }) => Object.values(step.answers).flatMap((answer) => Object.values(answer.fields)));
  if (!role.namedLater) {
    report(path, `"${id}" is not named later: finding another would look for nobody else`, `Give the role "${id}" namedLater: true.`);
  } else if (!fields.some(({ names }) => names === id)) {
    const remedy = `Let an answer name its holder: a required field of kind person with "names: ${id}".`;
    report(path, `No answer names "${id}": finding another would find nobody`, remedy);
  }
}

/** The step that decides on extensions must be able to agree and refuse, and no other step may do either. */
function checkDecision(entry: StepEntry, decides: boolean, report: Report): void {
  const made = Object.entries(entry.document.answers).flatMap(([id, { then }]) =>
    then !== 'done' && then.extension !== undefined ? [{ id, how: then.extension }] : [],
  );
  if (!decides) {
    for (const { id } of made) {
      report(
        [...entry.path, 'answers', id, 'then', 'extension'],
        `"${entry.id}" is not the step that decides on extensions`,
        `Name it in changes: { extension: { approval: ${entry.id} } }, or remove this.`,
      );
    }
    return;
  }
  for (const how of ['agrees', 'refuses'] as const) {
    if (made.some((each) => each.how === how)) continue;
    report(
      [...entry.path, 'answers'],
      `"${entry.id}" decides on extensions, and no answer of it ${how}`,
      `Give one of its answers: then: { extension: ${how} }.`,
      'key',
    );
  }
}
