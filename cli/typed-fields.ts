import type { FieldProblem } from '../domain/forms/form.ts';
import { Fault, usage } from './output.ts';

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** "name=value", several of one name as the lines of one value. */
export function typedFields(given: readonly string[]): Readonly<Record<string, string>> {
  const typed = new Map<string, string>();
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at <= 0) {
      throw usage(`"${pair}" has no value.`, 'Write it as name=value.');
    }
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const before = typed.get(name);
    typed.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return Object.fromEntries(typed);
}

/** Everything that is wrong with a form, told at once; does nothing when nothing is. */
export function mustBeMended(problems: readonly FieldProblem[]): void {
  const [first, ...more] = problems;
  if (first === undefined) return;
  if (more.length === 0) throw new Fault({ ...first, message: `${first.message}.` });
  throw new Fault({
    kind: first.kind,
    message: `The form has ${problems.length} problems. Nothing was changed.\n${problems.map(told).join('\n')}`,
    remedy: 'Give the fields again, all of them.',
  });
}

function told({ message, remedy }: FieldProblem): string {
  return `  ${message}. ${remedy}`;
}
