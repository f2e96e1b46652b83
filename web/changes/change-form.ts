import { openSteps, stopOf } from '../../domain/chronology/chronology.ts';
import type { Chronology, StepRecord } from '../../domain/chronology/state.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Refusal } from '../../domain/chronology/refusal.ts';

/** The changes that have a form; escalations and calendars have pages of their own. */
export type ChangeKind = Exclude<ChangeCommand['kind'], 'acknowledge' | 'hand-over' | 'send-back' | 'adopt-calendar' | 'ask-anew'>;

export type ChangeOption = { readonly value: string; readonly text: string; readonly hint?: string };

/** Something that a change must be told. */
export type ChangeField = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** What is said when it is missing: "Enter …", "Select …". */
  readonly missing: string;
  readonly optional?: true;
} & (
  | { readonly kind: 'choice'; readonly options: readonly ChangeOption[] }
  | { readonly kind: 'date'; readonly initially?: PlainDate }
  | { readonly kind: 'person' }
  | { readonly kind: 'words' }
);

/** A deployment as it stands, for the forms that offer parts of it. */
export type Standing = {
  readonly chronology: Chronology;
  readonly now: Instant;
  readonly today: PlainDate;
  /** The name that belongs to a contact id. */
  readonly nameOf: (person: string) => string;
};

/** What a form said, by the ids of its fields: dates as YYYY-MM-DD, people by contact id; '' for what was left empty. */
export type Values = (field: string) => string;

/** One kind of change as a form. */
export type ChangeForm = {
  readonly kind: ChangeKind;
  /** What the page and the link to it are called. */
  readonly title: string;
  /** What it does, in plain English, a paragraph each. */
  readonly lead: (standing: Standing) => readonly string[];
  /** What it must be told, with what of the deployment there is to choose from; null when it is not possible now. */
  readonly fieldsOf: (standing: Standing) => readonly ChangeField[] | null;
  readonly commandFrom: (said: Values, by: string) => ChangeCommand;
  /** The field that is to be mended when it is refused. */
  readonly faultAt: (refusal: Refusal) => string;
  /** What the button on the last page says. */
  readonly button: string;
  /** What is told when it has been done. */
  readonly done: string;
};

export function standingOf(chronology: Chronology, now: Instant, nameOf: Standing['nameOf']): Standing {
  return { chronology, now, today: londonDate(Date.parse(now)), nameOf };
}

/** Why it is done; every change but one asks for it. */
export function because(label = 'Why?'): ChangeField {
  return {
    kind: 'words',
    id: 'because',
    label,
    hint: 'A sentence or two. It stands in the record and in the e-mails to those whom it concerns.',
    missing: 'Enter the reason',
  };
}

/** Most changes are of a deployment that runs. */
export function isRunning({ chronology }: Standing): boolean {
  return chronology.status.kind === 'running';
}

/** The open steps, those whose clock runs only where asked. */
export function openStepsOf({ chronology }: Standing, which: { readonly running: boolean }): readonly StepRecord[] {
  return openSteps(chronology).filter((record) => !which.running || stopOf(chronology, record) === undefined);
}

/** `confirm-participation/2`, as it stands in a form. */
export function refText({ step, round }: StepRef): string {
  return `${step}/${round}`;
}

/** The step that a form names; one that there cannot be for anything else. */
export function readRef(text: string): StepRef {
  const [step = '', round = ''] = text.split('/');
  return { step, round: /^\d{1,6}$/.test(round) ? Number(round) : 0 };
}
