import type { ChronologyEvent, Recipient, StepRef } from '../domain/events.ts';
import { longDate, longDateWithWeekday, parsePlainDate } from '../domain/plain-date.ts';
import type { Field, Programme, RoleId, RungKind } from '../domain/programme.ts';

/** An event as a line of a timeline. */
export type EventWords = { readonly title: string; readonly lines: readonly string[] };

export type Wording = {
  readonly programme: Programme;
  /** The name of the school or trust. */
  readonly subject: string;
  /** The name that belongs to a contact id; the id itself for somebody unknown. */
  readonly nameOf: (person: string) => string;
};

/** What happened, in plain English. Names stand for contact ids, titles for the ids of the programme. */
export function eventInWords(event: ChronologyEvent, wording: Wording): EventWords {
  const { programme, nameOf } = wording;
  switch (event.type) {
    case 'deployment-began':
      return { title: 'The deployment began', lines: [`${wording.subject}: ${programme.title}.`] };
    case 'step-opened':
      return { title: `${stepWords(wording, event)} opened`, lines: [`Due on ${longDateWithWeekday(event.dueOn)}.`] };
    case 'rung-reached':
      return reached(event, wording);
    case 'rung-skipped':
      return {
        title: `${RUNGS[event.kind]} left out${event.to.length === 0 ? '' : `: ${names(event.to, wording)}`}`,
        lines: [`${stepWords(wording, event)}.`, event.because],
      };
    case 'step-answered':
      return answered(event, wording);
    case 'step-overtaken':
      return { title: `${stepWords(wording, event)} was closed without an answer`, lines: [event.because] };
    case 'step-lapsed':
      return { title: `${stepWords(wording, event)} was left undone`, lines: ['It was optional.'] };
    case 'party-named':
      return { title: `${nameOf(event.person)} is the ${roleWords(programme, event.role)} now`, lines: [] };
    case 'fact-recorded': {
      const date = parsePlainDate(event.value);
      return { title: `Recorded: ${factWords(programme, event.fact)}`, lines: [date === undefined ? event.value : longDate(date)] };
    }
    case 'deployment-ended':
      return {
        title: 'The deployment ended',
        lines: [`${programme.ends[event.end]?.title ?? event.end}.`, ...(event.because === null ? [] : [event.because])],
      };
    default:
      return event satisfies never;
  }
}

/** Every contact id that an event speaks of; those in person fields of an answer too. */
export function peopleIn(event: ChronologyEvent): readonly string[] {
  switch (event.type) {
    case 'rung-reached':
      return [...event.to, ...event.tells].map(({ person }) => person);
    case 'rung-skipped':
      return event.to.map(({ person }) => person);
    case 'step-answered':
      return [event.by, ...(event.onBehalfOf === null ? [] : [event.onBehalfOf]), ...Object.values(event.fields)];
    case 'party-named':
      return [event.person];
    case 'deployment-began':
    case 'step-opened':
    case 'step-overtaken':
    case 'step-lapsed':
    case 'fact-recorded':
    case 'deployment-ended':
      return [];
    default:
      return event satisfies never;
  }
}

const RUNGS: Readonly<Record<RungKind, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'Call',
  escalation: 'Escalation',
};

function reached(event: Extract<ChronologyEvent, { type: 'rung-reached' }>, wording: Wording): EventWords {
  const { programme } = wording;
  const about = `${stepWords(wording, event)}.`;
  const unheld = event.unheld.map((role) => `Nobody holds the role ${roleWords(programme, role)}.`);
  const told = event.tells.length === 0 ? [] : [`${names(event.tells, wording)} ${event.tells.length === 1 ? 'is' : 'are'} told of it.`];
  if (event.to.length === 0) return { title: `${RUNGS[event.kind]}: nobody to write to`, lines: [about, ...unheld, ...told] };
  const title = event.kind === 'call' ? `Call to make: ${names(event.to, wording)}` : `${RUNGS[event.kind]} to ${names(event.to, wording)}`;
  return { title, lines: [about, ...unheld, ...told] };
}

function answered(event: Extract<ChronologyEvent, { type: 'step-answered' }>, wording: Wording): EventWords {
  const { programme, nameOf } = wording;
  const title = `${stepWords(wording, event)} was answered`;
  if (event.by === 'chaser') return { title, lines: ['Chaser did this by itself.'] };
  const answer = programme.steps[event.step]?.answers.find(({ id }) => id === event.answer);
  const who = event.onBehalfOf === null ? nameOf(event.by) : `${nameOf(event.onBehalfOf)}, ${HOW_RECORDED[event.via]} ${nameOf(event.by)}`;
  return {
    title,
    lines: [
      `“${answer?.label ?? event.answer}”: ${who}.`,
      ...(answer?.fields ?? []).flatMap((field) => fieldWords(field, event.fields[field.id], wording)),
    ],
  };
}

const HOW_RECORDED = {
  link: 'recorded by',
  'command-line': 'recorded by',
  chaser: 'recorded by',
  telephone: 'by telephone; recorded by',
} as const;

function fieldWords(field: Field, value: string | undefined, { nameOf }: Wording): readonly string[] {
  if (value === undefined || value === '') return [];
  const date = field.kind === 'date' ? parsePlainDate(value) : undefined;
  const said = field.kind === 'person' ? nameOf(value) : field.kind === 'yes-no' ? (value === 'yes' ? 'Yes' : 'No') : value;
  return [`${field.label}: ${date === undefined ? said : longDate(date)}`];
}

/** “Confirm participation”, and from the second time on the round. */
function stepWords({ programme }: Wording, { step, round }: StepRef): string {
  return `“${programme.steps[step]?.title ?? step}”${round > 1 ? ` (round ${round})` : ''}`;
}

function names(recipients: readonly Recipient[], { nameOf }: Wording): string {
  const all = recipients.map(({ person }) => nameOf(person));
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function roleWords({ roles }: Programme, role: RoleId): string {
  return roles[role]?.title ?? role;
}

/** The label of the field that records it, or the name of the fact as words: "matchedOn" is "matched on". */
function factWords({ steps }: Programme, fact: string): string {
  const field = Object.values(steps)
    .flatMap(({ answers }) => answers)
    .flatMap(({ fields }) => fields)
    .find(({ records }) => records === fact);
  return field?.label ?? fact.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
