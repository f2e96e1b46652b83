import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { saidIn } from '../../domain/forms/form-said.ts';
import { longDate, longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Programme, RoleId } from '../../domain/programme.ts';
import { changeInWords, peopleInChange } from './change-words.ts';
import { names, RUNGS, stepWords } from './event-parts.ts';
import type { EventWords, Wording } from './event-parts.ts';

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
        lines: [`${stepWords(wording, event)}.`, event.because, ...(event.by === undefined ? [] : [`Left out by ${nameOf(event.by)}.`])],
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
      return { title: `Recorded: ${factTitle(programme, event.fact)}`, lines: [date === undefined ? event.value : longDate(date)] };
    }
    case 'deployment-ended':
      return {
        title: 'The deployment ended',
        lines: [`${programme.ends[event.end]?.title ?? event.end}.`, ...(event.because === null ? [] : [event.because])],
      };
    default:
      return changeInWords(event, wording);
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
      return peopleInChange(event);
  }
}

function reached(event: Extract<ChronologyEvent, { type: 'rung-reached' }>, wording: Wording): EventWords {
  const { programme } = wording;
  const about = `${stepWords(wording, event)}.`;
  const unheld = event.unheld.map((role) => `Nobody holds the role ${roleWords(programme, role)}.`);
  const told = event.tells.length === 0 ? [] : [`${names(event.tells, wording)} ${event.tells.length === 1 ? 'is' : 'are'} told of it.`];
  if (event.to.length === 0) return { title: `${RUNGS[event.kind]}: nobody to write to`, lines: [about, ...unheld, ...told] };
  const title = event.kind === 'call' ? `Call to make: ${names(event.to, wording)}` : `${RUNGS[event.kind]} to ${names(event.to, wording)}`;
  const early = event.broughtForwardBy === undefined ? [] : [`${wording.nameOf(event.broughtForwardBy)} had it sent now.`];
  return { title, lines: [about, ...early, ...unheld, ...told] };
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
      ...saidIn(answer?.fields ?? [], event.fields, { nameOf, answeredAt: event.at }).map(({ label, value }) => `${label}: ${value}`),
    ],
  };
}

const HOW_RECORDED = {
  link: 'recorded by',
  'command-line': 'recorded by',
  web: 'recorded by',
  chaser: 'recorded by',
  telephone: 'by telephone; recorded by',
} as const;

function roleWords({ roles }: Programme, role: RoleId): string {
  return roles[role]?.title ?? role;
}

/** The label of the field that records it, or the name of the fact as words: "matchedOn" is "matched on". */
export function factTitle({ steps }: Programme, fact: string): string {
  const field = Object.values(steps)
    .flatMap(({ answers }) => answers)
    .flatMap(({ fields }) => fields)
    .find(({ records }) => records === fact);
  return field?.label ?? fact.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
