import { SUBJECT_FACT } from '../../domain/programme.ts';
import type { Field, Programme } from '../../domain/programme.ts';
import { startForm } from '../../domain/chronology/decide.ts';
import type { Parties, Subject } from '../../domain/chronology/events.ts';
import { holds } from '../../domain/chronology/applies.ts';
import { completeAnswer } from './forms.ts';
import type { Values } from '../../domain/forms/form-values.ts';

/** One kind of deployment that a programme tells apart: for a school or a trust, with what was said at its start. */
export type Kind = { readonly subject: Subject; readonly facts: Values; readonly parties: Parties };

/**
 * Every kind: for a school and for a trust, with every combination of the choices at the start, and with and without
 * each optional one.
 */
export function everyKindOf(programme: Programme): readonly Kind[] {
  const subjects: readonly Subject[] = [
    { kind: 'school', urn: '990000' },
    { kind: 'trust', trust: 'TR99000' },
  ];
  return subjects.flatMap((subject) =>
    everyForm(startForm(programme, subject).fields).map((fields) => {
      const facts = completeAnswer(fields, [1, 0, 2]);
      return { subject, facts, parties: partiesFor(programme, { ...facts, [SUBJECT_FACT]: subject.kind }) };
    }),
  );
}

/** The form once for each combination of choices. Each copy holds only the fields that are filled in. */
function everyForm(fields: readonly Field[]): readonly (readonly Field[])[] {
  return fields.reduce<readonly (readonly Field[])[]>(
    (forms, field) => forms.flatMap((form) => waysToSay(field).map((said) => [...form, ...said])),
    [[]],
  );
}

function waysToSay(field: Field): readonly (readonly Field[])[] {
  const options = field.kind === 'yes-no' ? ['yes', 'no'].map((id) => ({ id, label: id })) : field.options;
  const said =
    options === undefined || field.kind === 'choices'
      ? [[field]]
      : options.map((option): readonly Field[] => [{ ...field, kind: 'choice', options: [option] }]);
  return field.required ? said : [[], ...said];
}

/**
 * Holders for the roles that are needed from the start, and for no others. A role that owns no step that applies is
 * left out, unless somebody writes to it.
 */
function partiesFor(programme: Programme, facts: Values): Parties {
  const steps = Object.values(programme.steps).filter(({ when }) => holds(when, facts));
  const roles = Object.values(programme.roles);
  const needed = new Set([
    ...steps.flatMap((step) => [step.owner, ...step.with, ...step.ladder.flatMap(({ to }) => to ?? [])]),
    ...roles.flatMap(({ calledBy, escalatesTo, escalationTells }) => [calledBy ?? [], escalatesTo ?? [], escalationTells]).flat(2),
  ]);
  return Object.fromEntries(
    Object.entries(programme.roles).flatMap(([id, role]) => (role.namedLater === true || !needed.has(id) ? [] : [[id, [`p-${id}`]]])),
  );
}
