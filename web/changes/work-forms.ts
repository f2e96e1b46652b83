import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { exampleDay } from '../shared/example-day.ts';
import { because } from './change-form.ts';
import type { ChangeField, Values } from './change-form.ts';
import { PERSON_HINT } from './people-forms.ts';

/** A change of everything that one person has, made alike in each deployment. */
export type WorkForm = {
  readonly kind: 'move' | 'deputy';
  readonly title: (name: string) => string;
  readonly lead: string;
  readonly fieldsOf: (today: PlainDate) => readonly ChangeField[];
  /** The changes of one deployment, in which the person holds these roles. */
  readonly commandsFrom: (said: Values, person: string, roles: readonly string[], by: string) => readonly ChangeCommand[];
  readonly button: string;
};

const MOVE: WorkForm = {
  kind: 'move',
  title: (name) => `Move all of ${name}’s work to somebody else`,
  lead: 'E-mails go to the new person from now on, links of the one before end, and what is open is asked anew.',
  fieldsOf: () => [
    { kind: 'person', id: 'to', label: 'Who is taking over?', hint: PERSON_HINT, missing: 'Enter who is taking over' },
    because(),
  ],
  commandsFrom: (said, person, roles, by) =>
    roles.map((role) => ({ kind: 'change-person', role, from: person, to: said('to'), by, because: said('because') })),
  button: 'Move all of it',
};

const DEPUTY: WorkForm = {
  kind: 'deputy',
  title: (name) => `Name a deputy for ${name}`,
  lead: 'On these days e-mails go to the deputy, who may answer. Afterwards all is as before.',
  fieldsOf: (today) => [
    { kind: 'person', id: 'deputy', label: 'Who stands in?', hint: PERSON_HINT, missing: 'Enter who stands in' },
    {
      kind: 'date',
      id: 'from',
      label: 'First day',
      hint: `For example, ${exampleDay(today)}`,
      missing: 'Enter the first day',
      initially: today,
    },
    { kind: 'date', id: 'to', label: 'Last day', hint: `For example, ${exampleDay(today, 14)}`, missing: 'Enter the last day' },
    because(),
  ],
  commandsFrom: (said, person, _, by) => [
    { kind: 'name-deputy', person, deputy: said('deputy'), from: said('from'), to: said('to'), by, because: said('because') },
  ],
  button: 'Name the deputy in all of them',
};

/** The form of a kind of change of everything that somebody has. Undefined when no kind has that name. */
export function workForm(kind: string): WorkForm | undefined {
  return WORK_FORMS.find((form) => form.kind === kind);
}

export const WORK_FORMS: readonly WorkForm[] = [MOVE, DEPUTY];
