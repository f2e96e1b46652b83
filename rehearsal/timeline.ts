import type { ComposedEmail } from '../activities/ports.ts';
import { stepOf } from '../domain/chronology/chronology.ts';
import type { ChangeEvent, ChronologyEvent } from '../domain/chronology/events.ts';
import { saidIn } from '../domain/forms/form-said.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate, longDateWithWeekday, parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ownersOf } from '../domain/programme.ts';
import type { Programme, RoleId, StepId } from '../domain/programme.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import { playerWith } from './cast.ts';
import { changeInWords } from './change-words.ts';
import type { Play } from './play.ts';
import { lettersOf } from './sent-letters.ts';
import type { SentLetter } from './sent-letters.ts';
import { personWords, spaced, stepWords, titleOf, withNames } from './words.ts';

/** One line of a rehearsal: on which day, what happens, to whom. */
export type Entry = {
  readonly at: string;
  readonly on: PlainDate;
  readonly kind:
    'opens' | 'letter' | 'call' | 'escalation' | 'left-out' | 'answer' | 'fact' | 'closed' | 'change' | 'refused' | 'begins' | 'ends';
  readonly step: StepId | null;
  readonly round: number | null;
  readonly title: string;
  /** More about it, a sentence each: how a date came about, what was said. */
  readonly lines: readonly string[];
  /** Set when a step opens. */
  readonly dueOn: PlainDate | null;
  /** Set for everything that is sent: to whom. */
  readonly letter: RehearsedLetter | null;
};

export type RehearsedLetter = {
  readonly kind: LetterKind;
  readonly rung: string;
  readonly role: RoleId;
  readonly person: string;
  readonly name: string;
  /** The words, when they were asked for. */
  readonly email: ComposedEmail | null;
};

/** Composes what is sent. */
export type LetterWords = (letter: SentLetter) => ComposedEmail;
type RungReached = Extract<ChronologyEvent, { type: 'rung-reached' }>;

const LETTERS: Readonly<Record<LetterKind, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'Call task',
  escalation: 'Escalation',
  'escalation-notice': 'Word of the escalation',
  news: 'Word of the change',
};

/** Everything that happens in a play, in order, in plain English. */
export function timelineOf(programme: Programme, subject: string, { events, refusals }: Play, words: LetterWords | null): readonly Entry[] {
  const again = askedAgain(events);
  const happened = events.flatMap((event) => entriesOf(programme, subject, event, words, again));
  const refused = refusals.map(({ at, step, reason }): Entry => ({
    ...blank(at, 'refused', `Refused: ${withNames(programme, reason.message)}`),
    step: step?.step ?? null,
    round: step?.round ?? null,
    lines: [reason.remedy],
  }));
  return [...happened, ...refused].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Escalations that go to whoever had them before: there is nobody further up. */
function askedAgain(events: readonly ChronologyEvent[]): ReadonlySet<ChronologyEvent> {
  const latest = new Map<string, string>();
  const again = new Set<ChronologyEvent>();
  for (const event of events) {
    if (event.type !== 'escalation-passed' && !(event.type === 'rung-reached' && event.kind === 'escalation')) continue;
    const key = `${event.step}/${event.round}`;
    const people = event.to.map(({ person }) => person).join(' ');
    if (people !== '' && latest.get(key) === people) again.add(event);
    latest.set(key, people);
  }
  return again;
}

function entriesOf(
  programme: Programme,
  subject: string,
  event: ChronologyEvent,
  words: LetterWords | null,
  again: ReadonlySet<ChronologyEvent>,
): readonly Entry[] {
  switch (event.type) {
    case 'deployment-began':
      return [
        { ...blank(event.at, 'begins', 'The deployment begins'), lines: [`${subject}: ${programme.title}, version ${programme.version}.`] },
      ];
    case 'step-opened': {
      const step = stepOf(programme, event.step);
      const owners = ownersOf(step).map((role) => titleOf(programme, role));
      return [
        {
          ...of(event, 'opens', `Opens: ${stepWords(programme, event)}. Due on ${longDateWithWeekday(event.dueOn)}`),
          lines: [`Owner: ${owners.join(', with ')}.`, ...event.explanation.map(({ text }) => text)],
          dueOn: event.dueOn,
        },
      ];
    }
    case 'rung-reached':
      return reached(programme, event, words);
    case 'rung-skipped':
      return [
        {
          ...of(event, 'left-out', `Left out: ${lowerFirst(LETTERS[event.kind])} about ${stepWords(programme, event)}`),
          lines: [event.because],
        },
      ];
    case 'step-answered': {
      const step = stepOf(programme, event.step);
      const answer = step.answers.find(({ id }) => id === event.answer);
      const who = event.by === 'chaser' ? 'Chaser' : personWords(programme, event.onBehalfOf ?? event.by);
      return [
        {
          ...of(event, 'answer', `${who} answers ${stepWords(programme, event)}: ${answer?.label ?? event.answer}`),
          lines: [
            ...(event.onBehalfOf === null ? [] : [`By telephone, recorded by ${personWords(programme, event.by)}.`]),
            ...saidIn(answer?.fields ?? [], event.fields, {
              nameOf: (person) => playerWith(programme, person)?.name ?? person,
              answeredAt: event.at,
            }).map(({ label, value }) => `${label}: ${value}`),
          ],
        },
      ];
    }
    case 'step-overtaken':
      return [{ ...of(event, 'closed', `Closes without an answer: ${stepWords(programme, event)}`), lines: [event.because] }];
    case 'step-lapsed':
      return [{ ...of(event, 'closed', `Lapses: ${stepWords(programme, event)}`), lines: ['It was optional.'] }];
    case 'party-named':
      return [blank(event.at, 'fact', `${personWords(programme, event.person)} is the ${titleOf(programme, event.role)} now`)];
    case 'fact-recorded': {
      const date = parsePlainDate(event.value);
      return [blank(event.at, 'fact', `Recorded: ${spaced(event.fact)} ${date === undefined ? event.value : longDate(date)}`)];
    }
    case 'deployment-ended':
      return [
        {
          ...blank(event.at, 'ends', `The deployment ends: ${programme.ends[event.end]?.title ?? event.end}`),
          lines: event.because === null ? [] : [event.because],
        },
      ];
    default:
      return changed(programme, event, words, again.has(event));
  }
}

/** A change of plan, and the letters that tell of it. */
function changed(programme: Programme, event: ChangeEvent, words: LetterWords | null, again: boolean): readonly Entry[] {
  const line: Entry = { ...blank(event.at, 'change', ''), ...changeInWords(programme, event, again) };
  const placed = 'step' in event ? { ...line, step: event.step, round: event.round } : line;
  const told = lettersOf(event).map((letter) => sent(programme, letter, words));
  return [event.type === 'due-date-moved' ? { ...placed, dueOn: event.dueOn } : placed, ...told];
}

function reached(programme: Programme, event: RungReached, words: LetterWords | null): readonly Entry[] {
  const nobody = event.unheld.map((role) => ({
    ...of(event, 'left-out', `${LETTERS[event.kind]} about ${stepWords(programme, event)} reaches nobody`),
    lines: [`Nobody holds the role ${titleOf(programme, role)}: the coordinator gets a task to find somebody.`],
  }));
  return [...lettersOf(event).map((letter) => sent(programme, letter, words)), ...nobody];
}

function sent(programme: Programme, letter: SentLetter, words: LetterWords | null): Entry {
  const { kind, rung, to } = letter;
  return {
    ...of(
      letter,
      kind === 'call' ? 'call' : kind === 'escalation' ? 'escalation' : 'letter',
      `${LETTERS[kind]} to ${personWords(programme, to.person)}: ${stepWords(programme, letter)}`,
    ),
    letter: {
      kind,
      rung,
      role: to.role,
      person: to.person,
      name: playerWith(programme, to.person)?.name ?? to.person,
      email: words === null ? null : words(letter),
    },
  };
}

function of(event: { readonly at: string; readonly step: StepId; readonly round: number }, kind: Entry['kind'], title: string): Entry {
  return { ...blank(event.at, kind, title), step: event.step, round: event.round };
}

function blank(at: string, kind: Entry['kind'], title: string): Entry {
  return { at, on: londonDate(Date.parse(at)), kind, step: null, round: null, title, lines: [], dueOn: null, letter: null };
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
