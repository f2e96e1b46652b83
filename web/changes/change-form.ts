import { openSteps, stopOf } from '../../domain/chronology/chronology.ts';
import type { Chronology, StepRecord } from '../../domain/chronology/state.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Refusal } from '../../domain/chronology/refusal.ts';

/** The changes that have a form; escalations, requests for more time and calendars have pages of their own. */
export type ChangeKind = Exclude<
  ChangeCommand['kind'],
  'acknowledge' | 'hand-over' | 'send-back' | 'adopt-calendar' | 'ask-anew' | 'merge-person' | 'ask-for-time' | 'grant-time' | 'refuse-time'
>;

export type ChangeOption = { readonly value: string; readonly text: string; readonly hint?: string };

/** A value that a change needs. */
export type ChangeField = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** The message when it is missing: "Enter …", "Select …". */
  readonly missing: string;
  readonly optional?: true;
} & (
  | { readonly kind: 'choice'; readonly options: readonly ChangeOption[] }
  | { readonly kind: 'date'; readonly initially?: PlainDate }
  | { readonly kind: 'person' }
  | { readonly kind: 'words' }
  /** A person whom Chaser does not know yet, in a part of its own: see `NEWCOMER`. */
  | { readonly kind: 'newcomer'; readonly part: 'name' | 'email' | 'telephone' }
);

/** The state of a deployment, for forms that offer choices from it. */
export type Standing = {
  readonly chronology: Chronology;
  readonly now: Instant;
  readonly today: PlainDate;
  /** The name that belongs to a contact id. */
  readonly nameOf: (person: string) => string;
};

/** The values of a form, by the ids of its fields: dates as YYYY-MM-DD, people by contact id, '' for an empty field. */
export type Values = (field: string) => string;

/** One kind of change as a form. */
export type ChangeForm = {
  readonly kind: ChangeKind;
  /** The title of the page and of the link to it. */
  readonly title: string;
  /** What the change does, in plain English. One item for each paragraph. */
  readonly lead: (standing: Standing) => readonly string[];
  /** The fields of the form, with choices from the deployment. Null when the change is not possible now. */
  readonly fieldsOf: (standing: Standing) => readonly ChangeField[] | null;
  readonly commandFrom: (said: Values, by: string) => ChangeCommand;
  /** The field to correct when the change is refused. */
  readonly faultAt: (refusal: Refusal) => string;
  /** The text of the button on the last page. */
  readonly button: string;
  /** The message when the change has been made. */
  readonly done: string;
};

export function standingOf(chronology: Chronology, now: Instant, nameOf: Standing['nameOf']): Standing {
  return { chronology, now, today: londonDate(Date.parse(now)), nameOf };
}

/** What nobody is told by e-mail: asked for wherever a reason is, because a reason is told. */
const NOTE: ChangeField = {
  kind: 'words',
  id: 'note',
  label: 'Private note (optional)',
  hint: 'Only staff see this, on the page of this deployment. It is not in any e-mail.',
  missing: '',
  optional: true,
};

/** What is asked of a person whom Chaser does not know, beneath the question who it is. */
const NEWCOMER: readonly ChangeField[] = [
  {
    kind: 'newcomer',
    part: 'name',
    id: 'newName',
    label: 'New person: full name (optional)',
    hint: 'Only for somebody whom Chaser does not know yet: they are added with this change',
    missing: 'Enter the full name of the new person',
    optional: true,
  },
  {
    kind: 'newcomer',
    part: 'email',
    id: 'newEmail',
    label: 'New person: e-mail address (optional)',
    missing: 'Enter the e-mail address of the new person',
    optional: true,
  },
  {
    kind: 'newcomer',
    part: 'telephone',
    id: 'newTelephone',
    label: 'New person: telephone number (optional)',
    missing: '',
    optional: true,
  },
];

/**
 * The fields of a form: where it asks for a person, somebody new can be added; where it asks for a reason, there is room for a
 * private note. Null when the change is not possible now.
 */
export function fieldsOf(form: ChangeForm, standing: Standing): readonly ChangeField[] | null {
  const fields = form.fieldsOf(standing);
  if (fields === null) return null;
  return fields.flatMap((field) => {
    if (field.kind === 'person')
      return [{ ...field, hint: `${field.hint ?? ''}. Leave it empty for somebody new, and add them below` }, ...NEWCOMER];
    return field.id === 'because' ? [field, NOTE] : [field];
  });
}

/** The change that a form asks for, with its private note and whom it adds to the people Chaser knows. */
export function commandOf(form: ChangeForm, said: Values, by: string, adds: string | null): ChangeCommand {
  const plain = form.commandFrom(said, by);
  const command = adds === null ? plain : ({ ...plain, adds } as ChangeCommand);
  return said(NOTE.id) === '' ? command : ({ ...command, note: said(NOTE.id) } as ChangeCommand);
}

/** The reason for the change. Every change but one asks for it. */
export function because(label = 'Why?'): ChangeField {
  return {
    kind: 'words',
    id: 'because',
    label,
    hint: 'A sentence or two. The school and others read it in an e-mail. Write nothing about anybody’s health or private life.',
    missing: 'Enter the reason',
  };
}

/** Whether the deployment runs: most changes need that. */
export function isRunning({ chronology }: Standing): boolean {
  return chronology.status.kind === 'running';
}

/** The open steps. With `running`, only those whose clock runs. */
export function openStepsOf({ chronology }: Standing, which: { readonly running: boolean }): readonly StepRecord[] {
  return openSteps(chronology).filter((record) => !which.running || stopOf(chronology, record) === undefined);
}

/** `confirm-participation/2`, as it stands in a form. */
export function refText({ step, round }: StepRef): string {
  return `${step}/${round}`;
}

/** The step that a form names. Anything else gives a step that cannot exist. */
export function readRef(text: string): StepRef {
  const [step = '', round = ''] = text.split('/');
  return { step, round: /^\d{1,6}$/.test(round) ? Number(round) : 0 };
}
