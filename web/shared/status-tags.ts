import type { ContactProblem } from '../../postgres/desk/contact-tasks.ts';
import type { CallOutcome } from '../../postgres/desk/call-notes.ts';

/** A tag in the shape of GOV.UK's component. */
export type Tag = { readonly text: string; readonly classes: string };

/** The class of a tag with many words, which is set smaller on a telephone so that it stays on one line. */
export const WIDE = 'chaser-tag-wide';

export type StageState = 'done' | 'now' | 'to-come' | 'not-reached';

export const STAGE_TAGS: Readonly<Record<StageState, Tag>> = {
  done: { text: 'Done', classes: 'govuk-tag--green' },
  now: { text: 'Now', classes: 'govuk-tag--blue' },
  'to-come': { text: 'To\u00A0come', classes: 'govuk-tag--grey' },
  'not-reached': { text: 'Not\u00A0reached', classes: 'govuk-tag--grey' },
};

export const DEPLOYMENT_TAGS: Readonly<Record<'running' | 'completed' | 'declined' | 'withdrawn', Tag>> = {
  running: { text: 'Running', classes: 'govuk-tag--blue' },
  completed: { text: 'Completed', classes: 'govuk-tag--green' },
  declined: { text: 'Declined', classes: 'govuk-tag--orange' },
  withdrawn: { text: 'Withdrawn', classes: 'govuk-tag--grey' },
};

export type DueState = 'late' | 'today' | 'ahead' | 'optional' | 'stopped';

export const DUE_TAGS: Readonly<Record<DueState, Tag>> = {
  late: { text: 'Late', classes: 'govuk-tag--red' },
  today: { text: 'Due today', classes: 'govuk-tag--orange' },
  ahead: { text: 'In time', classes: 'govuk-tag--blue' },
  optional: { text: 'Optional', classes: 'govuk-tag--grey' },
  stopped: { text: 'Paused', classes: 'govuk-tag--purple' },
};

const MESSAGE_TAGS = {
  queued: { text: 'Waiting', classes: 'govuk-tag--blue' },
  claimed: { text: 'Being sent', classes: 'govuk-tag--blue' },
  accepted: { text: 'Sent', classes: 'govuk-tag--green' },
  delivered: { text: 'Delivered', classes: 'govuk-tag--green' },
  posted: { text: 'Posted', classes: 'govuk-tag--green' },
  'perhaps-sent': { text: 'Perhaps sent', classes: 'govuk-tag--yellow' },
  bounced: { text: 'Came back', classes: 'govuk-tag--red' },
  failed: { text: 'Failed', classes: 'govuk-tag--red' },
  suppressed: { text: 'Not sent', classes: 'govuk-tag--grey' },
} as const satisfies Readonly<Record<string, Tag>>;

/** The tag for a message's state. */
export function messageTag(state: string): Tag {
  return MESSAGE_TAGS[state as keyof typeof MESSAGE_TAGS] ?? { text: state, classes: 'govuk-tag--grey' };
}

export const CALL_OUTCOMES: Readonly<Record<CallOutcome, string>> = {
  'no-answer': 'No answer',
  'left-message': 'Left a message',
  'call-again': 'Call again',
  'wrong-person': 'Wrong person',
};

export const CONTACT_PROBLEMS: Readonly<Record<ContactProblem, string>> = {
  'address-refused': 'E-mail address refused',
  'letter-refused': 'E-mail refused',
  'unknown-contact': 'Nobody is known under this contact',
  'nobody-holds-the-role': 'Nobody holds the role',
  'not-the-right-person': 'Not the right person',
  'no-text-number': 'No number for text messages',
};
