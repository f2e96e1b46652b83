import type { EligibilityLine } from '../../desk/list-eligible.ts';
import { startForm } from '../../domain/chronology/decide.ts';
import type { Answer, FactId, Field, Programme } from '../../domain/programme.ts';

/** A school or trust that is to be started, with what its verdict says of it. */
type Known = Pick<EligibilityLine, 'subject' | 'facts'>;

/** What a verdict says of what the programme asks at the start. */
export function factsOf(programme: Programme, { subject, facts }: Known): Readonly<Record<FactId, string>> {
  const asked = new Set(startForm(programme, subject).fields.map(({ id }) => id));
  return Object.fromEntries(Object.entries(facts).filter(([id]) => asked.has(id)));
}

/** One that is to be started, with the version of the programme that counts in its region. */
type KnownOf = Known & { readonly programme: Programme };

/** The form of what no verdict answers: asked once, and said of all that are started. */
export function askedOfAll(programme: Programme, lines: readonly KnownOf[]): Answer {
  const forms = lines.map((line) => ({ form: startForm(line.programme, line.subject), known: factsOf(line.programme, line) }));
  const open = new Set(forms.flatMap(({ form, known }) => form.fields.filter((field) => isOpen(field, known)).map(({ id }) => id)));
  const fields = new Map(forms.flatMap(({ form }) => form.fields.map((field) => [field.id, field] as const)));
  return { ...startForm(programme, { kind: 'school' }), fields: [...fields.values()].filter(({ id }) => open.has(id)) };
}

/** Whether a field is still to be asked: no verdict answers it, nor rules out that it is asked. */
function isOpen({ id, when = {} }: Field, known: Readonly<Record<FactId, string>>): boolean {
  return !(id in known) && Object.entries(when).every(([asked, values]) => known[asked] === undefined || values.includes(known[asked]));
}

/** What is said of a start with another version than most: “Begins with version 2, which is a pilot in London.” */
export function pilotWords({ version }: Programme, region: string): string {
  return `Begins with version ${version}, which counts in ${region === '' ? 'regions that are not known' : region}.`;
}

/** What a line of a job keeps of the version with which it begins: nothing where it is that of the job. */
export function versionGiven(ofJob: Programme, begun: Programme | null): { readonly version?: number } {
  return begun === null || begun.version === ofJob.version ? {} : { version: begun.version };
}
