import { SUBJECT_FACT } from '../domain/programme.ts';
import type { Path, Report } from './finding.ts';
import type { FieldDocument, ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { listOf, stepEntries } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

type Written = Readonly<Record<string, string | readonly string[]>>;

/** The facts on which steps and answers may depend, each with the values that it can have. */
export function conditionFacts(document: ProgrammeDocument): Readonly<Record<string, readonly string[]>> {
  const asked = Object.entries(document.starts).flatMap(([id, field]): readonly (readonly [string, readonly string[]])[] => {
    if (field.kind === 'choice') return [[id, Object.keys(field.options ?? {})]];
    return field.kind === 'yes-no' ? [[id, ['yes', 'no']]] : [];
  });
  return { ...subjectFact(), ...Object.fromEntries(asked) };
}

/** The facts that answers record on the way, on which later steps may depend, each with the values that it can have. */
function recordedFacts(document: ProgrammeDocument): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    recordingFields(document).flatMap(({ records = '', kind, options }): readonly (readonly [string, readonly string[]])[] => {
      if (kind === 'yes-no') return [[records, ['yes', 'no']]];
      return kind === 'choice' ? [[records, Object.keys(options ?? {})]] : [];
    }),
  );
}

/** The facts that numbers in answers are kept as. */
export function numberFacts(document: ProgrammeDocument): readonly string[] {
  return recordingFields(document).flatMap(({ kind, records = '' }) => (kind === 'number' ? [records] : []));
}

function recordingFields(document: ProgrammeDocument): readonly FieldDocument[] {
  const answers = stepEntries(document).flatMap(({ document: step }) => Object.values(step.answers));
  return answers.flatMap(({ fields }) => Object.values(fields).filter(({ records }) => records !== undefined));
}

/** The only fact that is known before anything is asked. */
export function subjectFact(): Readonly<Record<string, readonly string[]>> {
  return { [SUBJECT_FACT]: ['school', 'trust'] };
}

/** Checks that conditions of steps and answers name facts that are asked at the start or recorded, with values that these can have. */
export function checkFacts(document: ProgrammeDocument, entries: readonly StepEntry[], report: Report): void {
  const facts = { ...recordedFacts(document), ...conditionFacts(document) };
  if (document.starts[SUBJECT_FACT] !== undefined) {
    report(['starts', SUBJECT_FACT], `"${SUBJECT_FACT}" is known without being asked`, 'Give the field another name.', 'key');
  }
  for (const [id, { kind }] of Object.entries(document.starts)) {
    if (kind !== 'person' && kind !== 'group') continue;
    report(['starts', id, 'kind'], `A ${kind} cannot be asked for when a deployment starts`, 'Ask for it in an answer of the first step.');
  }
  const check = (when: Written | undefined, path: Path) => {
    for (const [fact, values] of Object.entries(when ?? {})) {
      const known = facts[fact];
      if (known === undefined) {
        report(
          [...path, fact],
          `"${fact}" is not known when a deployment starts, and no answer records it`,
          `${suggestion(fact, Object.keys(facts))} A choice or yes-no field under "starts", or with "records", makes a fact.`,
          'key',
        );
        continue;
      }
      for (const value of listOf(values)) {
        if (!known.includes(value)) report([...path, fact], `"${fact}" is never "${value}"`, suggestion(value, known));
      }
    }
  };
  for (const entry of entries) {
    check(entry.document.when, [...entry.path, 'when']);
    for (const [id, answer] of Object.entries(entry.document.answers)) check(answer.when, [...entry.path, 'answers', id, 'when']);
  }
}
