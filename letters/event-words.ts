import type { News } from '../activities/ports.ts';
import { stepOf } from '../domain/chronology/chronology.ts';
import type { AskedAnewBecause, ChronologyEvent, Recipient } from '../domain/chronology/events.ts';
import { saidIn } from '../domain/forms/form-said.ts';
import { wordsOf } from '../domain/chronology/opening.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { ownersOf } from '../domain/programme.ts';
import type { Programme } from '../domain/programme.ts';
import { lowerFirst } from '../domain/words.ts';
import { CHANGE_WORDS, movedLine } from './change-words.ts';
import { LETTER_NAMES, RUNG_NAMES } from './kind-words.ts';
import { dateOr, tellerOf } from './teller.ts';
import type { EventRow, Said, Teller, Wording } from './teller.ts';

/** An event as a line of a timeline. */
export type EventWords = { readonly title: string; readonly lines: readonly string[] };

type EventOf<T extends ChronologyEvent['type']> = Extract<ChronologyEvent, { type: T }>;

/** How each kind of event is told: in e-mails, on the pages of deployments, in rehearsals. */
const EVENT_WORDS: { readonly [T in ChronologyEvent['type']]: EventRow<EventOf<T>> } = {
  'deployment-began': {
    happened: (_, { subject, programme }) => ['The deployment began', `${subject}: ${programme.title}.`],
    plays: (_, { subject, programme }) => ['The deployment begins', `${subject}: ${programme.title}, version ${programme.version}.`],
  },
  'step-opened': {
    happened: (event, { quotedRound }) => [`${quotedRound(event)} opened`, `Due on ${longDateWithWeekday(event.dueOn)}.`],
    plays: (event, { programme, role, step }) => [
      `Opens: ${step(event)}. Due on ${longDateWithWeekday(event.dueOn)}`,
      `Owner: ${ownersOf(stepOf(programme, event.step)).map(role).join(', with ')}.`,
      ...event.explanation.map(({ text }) => text),
    ],
  },
  'rung-reached': {
    happened: reached,
    plays: (event, { role, step }) => [
      `${LETTER_NAMES[event.kind]} about ${step(event)} reaches nobody`,
      ...event.unheld.map((unheld) => `Nobody holds the role ${role(unheld)}: the coordinator gets a task to find somebody.`),
    ],
  },
  'rung-skipped': {
    happened: (event, { name, recipients, quotedRound }) => [
      `${RUNG_NAMES[event.kind]} left out${event.to.length === 0 ? '' : `: ${recipients(event.to)}`}`,
      `${quotedRound(event)}.`,
      event.because,
      event.by === undefined ? '' : `Left out by ${name(event.by)}.`,
    ],
    plays: (event, { step }) => [`Left out: ${lowerFirst(LETTER_NAMES[event.kind])} about ${step(event)}`],
  },
  'step-answered': {
    happened: (event, teller) =>
      event.by === 'chaser'
        ? [`${teller.quotedRound(event)} was answered`, 'Chaser did this by itself.']
        : [
            `${teller.quotedRound(event)} was answered`,
            `“${answerLabel(event, teller)}”: ${whoAnswered(event, teller)}.`,
            ...formLines(event, teller),
          ],
    plays: (event, teller) => [
      `${event.by === 'chaser' ? 'Chaser' : teller.person(event.onBehalfOf ?? event.by)} answers ${teller.step(event)}: ${answerLabel(event, teller)}`,
      event.onBehalfOf === null ? '' : `By ${event.via === 'e-mail' ? 'e-mail' : 'telephone'}, recorded by ${teller.person(event.by)}.`,
      ...formLines(event, teller),
    ],
  },
  'step-overtaken': {
    happened: (event, { quotedRound }) => [`${quotedRound(event)} was closed without an answer`, event.because],
    plays: (event, { step }) => [`Closes without an answer: ${step(event)}`],
  },
  'step-lapsed': {
    happened: (event, { quotedRound }) => [`${quotedRound(event)} was left undone`, 'It was optional.'],
    plays: (event, { step }) => [`Left undone: ${step(event)}`, 'It was optional.'],
  },
  'party-named': {
    happened: (event, { name, role }) => [`${name(event.person)} is the ${role(event.role)} now`],
    plays: (event, { person, role }) => [`${person(event.person)} is the ${role(event.role)} now`],
  },
  'fact-recorded': {
    happened: ({ fact, value }, { programme }) => [`Recorded: ${factTitle(programme, fact)}`, dateOr(value)],
    plays: ({ fact, value }) => [`Recorded: ${wordsOf(fact)} ${dateOr(value)}`],
  },
  'deployment-ended': {
    happened: ({ end: id, because }, { end }) => ['The deployment ended', `${end(id)}.`, because ?? ''],
    plays: (event, { end }) => [`The deployment ends: ${end(event.end)}`],
  },
  'deployment-taken-in': {
    happened: ({ by }, { name }) => [
      'The deployment was imported into Chaser',
      `It was under way before. What had happened until then was recorded by ${name(by)}, and Chaser sent nothing for it.`,
    ],
    plays: ({ by }, { person }) => [`The deployment is imported by ${person(by)}`],
  },
  ...CHANGE_WORDS,
};

/** The text of the e-mail that tells of a change. */
export function newsOf(event: ChronologyEvent, wording: Wording): News {
  const teller = tellerOf(wording);
  const { told } = rowOf(event);
  const [headline, first = '', ...rest] = told === undefined ? ['For your information'] : told(event, teller);
  // What somebody decided has a reason.
  const why = 'moves' in event ? `Why: ${event.because}` : '';
  return { headline, paragraphs: [first, why, ...rest].filter((line) => line !== ''), moves: movesOf(event, teller) };
}

/**
 * What happened, as a line of a deployment's timeline: in the past tense, or in the words of the e-mail that told of
 * it.
 */
export function eventInWords(event: ChronologyEvent, wording: Wording): EventWords {
  const { happened } = rowOf(event);
  if (happened !== undefined) return inLines(happened(event, tellerOf(wording)));
  const { headline, paragraphs, moves } = newsOf(event, wording);
  return { title: headline, lines: [...paragraphs, ...moves.map((move) => movedLine(move.title, move)), ...doneBy(event, wording)] };
}

/** What happens, as a line of a rehearsal's timeline. `again`: an escalation goes to its former holder. */
export function playedInWords(event: ChronologyEvent, wording: Wording, again: boolean): EventWords {
  const because = 'because' in event ? event.because : null;
  return inLines([...rowOf(event).plays(event, tellerOf(wording), again), because ?? '']);
}

/** What events say of people. */
type Speaking = {
  readonly at: string;
  readonly by?: string | null;
  readonly onBehalfOf?: string | null;
  readonly broughtForwardBy?: string;
  readonly person?: string;
  readonly deputy?: string;
  readonly agreedWith?: string | null;
  readonly asked?: { readonly by: string; readonly agreedWith: string | null };
  readonly from?: string | null | readonly string[];
  readonly to?: string | null | readonly Recipient[];
  readonly tells?: readonly Recipient[];
  readonly fields?: Readonly<Record<string, string>>;
};

/**
 * Every contact id that an event mentions. It includes the values of all fields of an answer, because some are people.
 */
export function peopleIn(event: ChronologyEvent): readonly string[] {
  const { by, onBehalfOf, broughtForwardBy, person, deputy, agreedWith, asked, from, to, tells = [], fields = {} }: Speaking = event;
  // When no role changes hands, these are dates or calendars.
  const changed = 'role' in event || event.type === 'person-merged' ? [from, to].flat() : [];
  const written = [...(Array.isArray(to) ? (to as readonly Recipient[]) : []), ...tells].map((recipient) => recipient.person);
  return [
    by,
    onBehalfOf,
    broughtForwardBy,
    person,
    deputy,
    agreedWith,
    asked?.by,
    asked?.agreedWith,
    ...changed,
    ...written,
    ...Object.values(fields),
  ].filter((id) => typeof id === 'string');
}

/** The label of the field that records it, or the name of the fact as words: "matchedOn" is "matched on". */
export function factTitle({ steps }: Programme, fact: string): string {
  const fields = Object.values(steps).flatMap(({ answers }) => answers.flatMap((answer) => answer.fields));
  return fields.find(({ records }) => records === fact)?.label ?? wordsOf(fact);
}

// Each row handles only the events of its own kind, under which it is listed.
function rowOf(event: ChronologyEvent): EventRow<ChronologyEvent> {
  return EVENT_WORDS[event.type] as EventRow<ChronologyEvent>;
}

function inLines([title, ...lines]: Said): EventWords {
  return { title, lines: lines.filter((line) => line !== '') };
}

function movesOf(event: ChronologyEvent, { programme }: Teller): News['moves'] {
  return 'moves' in event ? event.moves.map(({ step, from, to }) => ({ title: programme.steps[step]?.title ?? step, from, to })) : [];
}

function doneBy(event: ChronologyEvent, { nameOf }: Wording): readonly string[] {
  if (!('by' in event) || event.by == null) return [];
  return [
    `${'onBehalfOf' in event && event.onBehalfOf != null ? 'Recorded' : 'Done'} by ${event.by === 'chaser' ? 'Chaser' : nameOf(event.by)}.`,
  ];
}

function reached(event: EventOf<'rung-reached'>, { name, recipients, role, quotedRound }: Teller): Said {
  const { kind, to, tells, unheld, broughtForwardBy, anewBecause, leftToDecide } = event;
  const title =
    to.length === 0
      ? `${RUNG_NAMES[kind]}: nobody to write to`
      : kind === 'call'
        ? `Call to make: ${recipients(to)}`
        : `${RUNG_NAMES[kind]} to ${recipients(to)}`;
  return [
    title,
    `${quotedRound(event)}.`,
    broughtForwardBy === undefined || to.length === 0 ? '' : `${name(broughtForwardBy)} had it sent now.`,
    leftToDecide === true
      ? 'It was due before the deployment was imported, so nothing was sent. The coordinator decides what happens.'
      : '',
    anewBecause === undefined ? '' : ANEW[anewBecause],
    ...unheld.map((id) => `Nobody holds the role ${role(id)}.`),
    tells.length === 0 ? '' : `${recipients(tells)} ${tells.length === 1 ? 'is' : 'are'} told of it.`,
  ];
}

/** Why somebody is asked for the same again. */
const ANEW: Readonly<Record<AskedAnewBecause, string>> = {
  'address-changed': 'Sent again because the e-mail address has changed. The links that were sent before no longer work.',
  'person-changed': 'Sent again because somebody else is asked now. The links that were sent before no longer work.',
};

type Answered = EventOf<'step-answered'>;

function answerLabel({ step, answer }: Answered, { programme }: Teller): string {
  return programme.steps[step]?.answers.find(({ id }) => id === answer)?.label ?? answer;
}

function whoAnswered({ by, onBehalfOf, via }: Answered, { name }: Teller): string {
  if (onBehalfOf === null) return name(by);
  const how = via === 'telephone' || via === 'e-mail' ? `by ${via}; ` : via === 'import' ? 'before it was imported; ' : '';
  return `${name(onBehalfOf)}, ${how}recorded by ${name(by)}`;
}

function formLines({ step, answer, fields, at }: Answered, { programme, name }: Teller): readonly string[] {
  const asked = programme.steps[step]?.answers.find(({ id }) => id === answer)?.fields ?? [];
  return saidIn(asked, fields, { nameOf: name, answeredAt: at }).map(({ label, value }) => `${label}: ${value}`);
}
