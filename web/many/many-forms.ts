import type { WithdrawnBy } from '../../domain/chronology/events.ts';
import type { Programme } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { pauseFields } from '../changes/clock-forms.ts';
import type { ManyKind } from '../../postgres/desk/many.ts';
import { because } from '../changes/change-form.ts';
import type { ChangeField } from '../changes/change-form.ts';
import { ON_WHOSE_ACCOUNT } from '../changes/end-forms.ts';
import { PERSON_HINT } from '../changes/people-forms.ts';
import { exampleDay } from '../shared/example-day.ts';

/** What a form of many is asked with: the day, and the programmes of the chosen deployments. */
export type Asked = { readonly today: PlainDate; readonly programmes: readonly Programme[] };

/** A change that can be made in many deployments at once, as a form. */
export type ManyForm = {
  readonly kind: Exclude<ManyKind, 'start' | 'take-in'>;
  /** In the list of what can be done. */
  readonly choice: string;
  /** Whether the list of deployments offers it; the others follow on something that was done to many. */
  readonly listed: boolean;
  readonly title: string;
  readonly lead: readonly string[];
  readonly fieldsOf: (asked: Asked) => readonly ChangeField[];
  /** The text of the button that does it. */
  readonly button: string;
  /** What is done to a deployment, after "3 deployments are". */
  readonly done: string;
  /** How it is undone: by another change of many with these values, or only in words. */
  readonly undo: {
    readonly words: string;
    readonly by: { readonly kind: ManyForm['kind']; readonly given: Readonly<Record<string, string>>; readonly text: string } | null;
  };
};

const NOT_SENT_BACK = 'E-mails that have been sent cannot be called back.';

export const MANY_KINDS: readonly ManyForm[] = [
  {
    kind: 'chase-now',
    choice: 'Send a reminder now',
    listed: true,
    title: 'Send a reminder now',
    lead: [
      'A reminder goes now about the step that each deployment waits for, or an overdue notice once it is late. It counts as the next of its kind. At most one letter a day goes about a step.',
    ],
    fieldsOf: () => [],
    button: 'Send the reminders',
    done: 'reminded',
    undo: { words: 'A reminder that has been sent cannot be called back.', by: null },
  },
  {
    kind: 'stop-clock',
    choice: 'Pause',
    listed: true,
    title: 'Pause deployments',
    lead: [
      'While a deployment is paused nobody is reminded, called or told that anything is late. Everybody can still answer.',
      'When the pause ends, its days are added to the due dates.',
    ],
    fieldsOf: ({ today }) => [...pauseFields(today), because()],
    button: 'Pause the deployments',
    done: 'paused',
    undo: {
      words: `Ending a pause from its first day makes it as if it had never been. ${NOT_SENT_BACK}`,
      by: { kind: 'resume-clock', given: { from: 'undo' }, text: 'Undo the pause of these deployments' },
    },
  },
  {
    kind: 'resume-clock',
    choice: 'End the pause',
    listed: true,
    title: 'End the pause of deployments',
    lead: ['The days of the pause are added to the due dates. Every pause of a chosen deployment ends.'],
    fieldsOf: ({ today }) => [
      {
        kind: 'choice',
        id: 'from',
        label: 'From when do the days count again?',
        missing: 'Select from when the days count again',
        options: [
          { value: 'day', text: 'From a day that I enter' },
          { value: 'undo', text: 'From the first day of the pause', hint: 'As if it had never been paused.' },
        ],
      },
      {
        kind: 'date',
        id: 'on',
        label: 'First day that counts again',
        hint: `Today or earlier. It is not used if you undo the pause. For example, ${exampleDay(today)}.`,
        missing: 'Enter the first day that counts again',
        initially: today,
      },
      because(),
    ],
    button: 'End the pauses',
    done: 'no longer paused',
    undo: {
      words: 'Pause them again from the day on which the pause ended.',
      by: { kind: 'stop-clock', given: {}, text: 'Pause these deployments again' },
    },
  },
  {
    kind: 'extend',
    choice: 'Give more time',
    listed: true,
    title: 'Give more time',
    lead: [
      'For later dates that have been agreed with the Department. The step that each deployment waits for gets more time. The original date stays in the record and in the reports.',
      'Where a programme limits how much more time can be given, the regional team is asked to decide.',
    ],
    fieldsOf: () => [
      {
        kind: 'choice',
        id: 'weeks',
        label: 'How much more time?',
        hint: 'Counted from the due date or, where it has passed, from today. A day that does not count becomes the next one that does.',
        missing: 'Select how much more time they get',
        options: [1, 2, 3, 4, 6, 8].map((weeks) => ({ value: `${weeks}`, text: `${weeks} ${weeks === 1 ? 'week' : 'weeks'}` })),
      },
      {
        kind: 'person',
        id: 'agreedWith',
        label: 'Who at the Department agreed to it? (optional)',
        hint: PERSON_HINT,
        missing: '',
        optional: true,
      },
      because(),
    ],
    button: 'Give more time',
    done: 'given more time',
    undo: {
      words: `Taking it back sets the date that each step would have without it. ${NOT_SENT_BACK}`,
      by: { kind: 'end-extension', given: {}, text: 'Take back the extra time of these deployments' },
    },
  },
  {
    kind: 'end-extension',
    choice: 'Take back more time',
    listed: true,
    title: 'Take back more time',
    lead: ['Every open step that was given more time gets the date again that it would have without it.'],
    fieldsOf: () => [because()],
    button: 'Take it back',
    done: 'back on the dates without more time',
    undo: { words: 'Give more time once more.', by: { kind: 'extend', given: {}, text: 'Give these deployments more time' } },
  },
  {
    kind: 'change-person',
    choice: 'Hand to another coordinator',
    listed: true,
    title: 'Hand to another coordinator',
    lead: [
      'E-mails of the coordinator go to the new one from now on, links that were sent to the one before stop working, and what is open is asked again.',
    ],
    fieldsOf: () => [
      {
        kind: 'person',
        id: 'to',
        label: 'Who coordinates them from now on?',
        hint: PERSON_HINT,
        missing: 'Enter who coordinates them from now on',
      },
      because(),
    ],
    button: 'Hand them over',
    done: 'handed over',
    undo: {
      words: 'Hand them back to whoever had them. Where they came from several coordinators, that is one hand-over for each.',
      by: { kind: 'change-person', given: {}, text: 'Hand these deployments to somebody else' },
    },
  },
  {
    kind: 'withdraw',
    choice: 'End',
    listed: true,
    title: 'End deployments',
    lead: ['Every open step closes, and everybody who has been asked for anything is told. Nothing more is sent after that.'],
    fieldsOf: ({ programmes }) => [
      {
        kind: 'choice',
        id: 'end',
        label: 'How do they end?',
        hint: 'A deployment whose programme has no such end is left out.',
        missing: 'Select how they end',
        options: [
          ...new Map(
            programmes.flatMap(({ ends }) =>
              Object.entries(ends).flatMap(([value, { title, outcome }]) =>
                outcome === 'completed' ? [] : [[value, { value, text: title }] as const],
              ),
            ),
          ).values(),
        ],
      },
      {
        kind: 'choice',
        id: 'withdrawnBy',
        label: 'Who or what brought this about?',
        missing: 'Select who or what brought this about',
        options: Object.entries<string>(ON_WHOSE_ACCOUNT satisfies Readonly<Record<WithdrawnBy, string>>).map(([value, text]) => ({
          value,
          text,
        })),
      },
      because(),
    ],
    button: 'End the deployments',
    done: 'ended',
    undo: {
      words: 'For some days after its end a deployment can be reopened: what was open opens again in a new round, with new dates.',
      by: { kind: 'reopen', given: {}, text: 'Reopen these deployments' },
    },
  },
  {
    kind: 'reopen',
    choice: 'Reopen',
    listed: true,
    title: 'Reopen deployments',
    lead: ['They go on: what was open when they ended opens again in a new round, with new due dates, and is asked for again.'],
    fieldsOf: () => [because()],
    button: 'Reopen the deployments',
    done: 'reopened',
    undo: { words: 'End them once more.', by: { kind: 'withdraw', given: {}, text: 'End these deployments' } },
  },
  {
    kind: 'adopt-calendar',
    choice: 'Move to the newest dates',
    listed: true,
    title: 'Move to the newest dates',
    lead: ['They are counted on the newest bank holidays and term dates from now on. Due dates that follow from them move.'],
    fieldsOf: () => [because()],
    button: 'Move them',
    done: 'counted on the newest dates',
    undo: { words: 'This cannot be undone. Import the dates that should apply, and move the deployments to those.', by: null },
  },
];

/** A change of everything that one person has in running deployments: with their id in the values, and a place below their page. */
export type WorkForm = ManyForm & { readonly place: string; readonly titleFor: (name: string) => string };

/** The changes that are made from the page of somebody's work. */
export const WORK_KINDS: readonly WorkForm[] = [
  {
    kind: 'move-work',
    place: 'move',
    choice: 'Hand over a person’s work',
    listed: false,
    title: 'Hand over a person’s work',
    titleFor: (name) => `Hand over ${name}’s work`,
    lead: [
      'Everything that they have in these deployments goes to one other person. E-mails go to the new person from now on, links that were sent to the one before stop working, and what is open is asked again.',
      'No due date moves. In each deployment the people concerned are told by e-mail.',
    ],
    fieldsOf: () => [
      { kind: 'person', id: 'to', label: 'Who is taking over?', hint: PERSON_HINT, missing: 'Enter who is taking over' },
      because(),
    ],
    button: 'Hand over the work',
    done: 'handed over',
    undo: {
      words: `Handing it back moves the same roles in the same deployments. ${NOT_SENT_BACK}`,
      by: { kind: 'move-work', given: {}, text: 'Hand this work back' },
    },
  },
  {
    kind: 'name-deputy',
    place: 'deputy',
    choice: 'Name a deputy',
    listed: false,
    title: 'Name a deputy for somebody',
    titleFor: (name) => `Name a deputy for ${name}`,
    lead: ['On these days e-mails go to the deputy, who may answer. Afterwards all is as before.', 'No due date moves.'],
    fieldsOf: ({ today }) => [
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
    button: 'Name the deputy in these deployments',
    done: 'given a deputy',
    undo: {
      words: `Ending it early sends e-mails to the person themselves again. ${NOT_SENT_BACK}`,
      by: { kind: 'end-deputy', given: {}, text: 'End this deputy early' },
    },
  },
  {
    kind: 'end-deputy',
    place: 'end-deputy',
    choice: 'End a deputy early',
    listed: false,
    title: 'End a deputy early',
    titleFor: (name) => `End the deputy of ${name} early`,
    lead: ['Nobody stands in for them any more. E-mails go to them again.'],
    fieldsOf: () => [because()],
    button: 'End the deputy in these deployments',
    done: 'without the deputy again',
    undo: { words: 'Name the deputy once more.', by: { kind: 'name-deputy', given: {}, text: 'Name a deputy again' } },
  },
];

/** The form of a kind that the list of deployments, or what was done to many, leads to. Undefined when no such kind has that name. */
export function listForm(kind: string): ManyForm | undefined {
  return MANY_KINDS.find((form) => form.kind === kind);
}

/** The form at a place below the page of somebody's work. Undefined when none is there. */
export function workForm(place: string): WorkForm | undefined {
  return WORK_KINDS.find((form) => form.place === place);
}

/** The form of a kind, whoever it is made from. Undefined when no kind has that name. */
export function manyForm(kind: string): ManyForm | undefined {
  return [...MANY_KINDS, ...WORK_KINDS].find((form) => form.kind === kind);
}
