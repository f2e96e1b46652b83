import type { ChangeForm, ChangeKind, Standing } from './change-form.ts';
import { CHASE_NOW, SET_PACE, SKIP_RUNG } from './chase-forms.ts';
import { PROLONG_STOP, RESUME_CLOCK, STOP_CLOCK } from './clock-forms.ts';
import { CORRECT_FACT, EXTEND, TAKE_BACK_ANSWER } from './date-forms.ts';
import { PROMISE } from './promise-form.ts';
import { REOPEN, WITHDRAW } from './end-forms.ts';
import { CHANGE_PERSON, END_DEPUTY, NAME_DEPUTY, REMATCH } from './people-forms.ts';
import { RAISE } from './raise-form.ts';

/** Every change that has a form, in the order in which a deployment's page lists them. */
const CHANGE_FORMS: Readonly<Record<ChangeKind, ChangeForm>> = {
  'resume-clock': RESUME_CLOCK,
  'prolong-stop': PROLONG_STOP,
  'stop-clock': STOP_CLOCK,
  raise: RAISE,
  extend: EXTEND,
  'chase-now': CHASE_NOW,
  promise: PROMISE,
  'skip-rung': SKIP_RUNG,
  'set-pace': SET_PACE,
  'change-person': CHANGE_PERSON,
  'name-deputy': NAME_DEPUTY,
  'end-deputy': END_DEPUTY,
  rematch: REMATCH,
  'correct-fact': CORRECT_FACT,
  'take-back-answer': TAKE_BACK_ANSWER,
  withdraw: WITHDRAW,
  reopen: REOPEN,
};

/** The form of a kind of change. Undefined when no kind has that name. */
export function changeForm(kind: string): ChangeForm | undefined {
  return Object.hasOwn(CHANGE_FORMS, kind) ? CHANGE_FORMS[kind as ChangeKind] : undefined;
}

/** The changes that are possible now. */
export function possibleChanges(standing: Standing): readonly ChangeForm[] {
  return Object.values(CHANGE_FORMS).filter((form) => form.fieldsOf(standing) !== null);
}
