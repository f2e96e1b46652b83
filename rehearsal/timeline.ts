import type { ComposedEmail } from '../activities/ports.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Programme, RoleId, StepId } from '../domain/programme.ts';
import { playedInWords } from '../letters/event-words.ts';
import { LETTER_NAMES } from '../letters/kind-words.ts';
import { stepWords } from '../letters/teller.ts';
import type { Wording } from '../letters/teller.ts';
import { playerWith } from './cast.ts';
import type { Play } from './play.ts';
import { lettersOf } from '../domain/chasing/sent-letters.ts';
import type { SentLetter } from '../domain/chasing/sent-letters.ts';
import { personWords, rehearsedWording, withNames } from './words.ts';

/** One line of a rehearsal: on which day, what happens, to whom. */
export type Entry = {
  readonly at: string;
  readonly on: PlainDate;
  readonly kind:
    'opens' | 'letter' | 'call' | 'escalation' | 'left-out' | 'answer' | 'fact' | 'closed' | 'change' | 'refused' | 'begins' | 'ends';
  readonly step: StepId | null;
  readonly round: number | null;
  readonly title: string;
  /** Details, a sentence each: how a date came about, what was said. */
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

/** Everything that happens in a play, in order, in plain English. */
export function timelineOf(programme: Programme, subject: string, { events, refusals }: Play, words: LetterWords | null): readonly Entry[] {
  const again = askedAgain(events);
  const wording = rehearsedWording(programme, subject);
  const happened = events.flatMap((event) => entriesOf(event, wording, words, again.has(event)));
  const refused = refusals.map(({ at, step, reason }): Entry => ({
    ...blank(at, 'refused', `Refused: ${withNames(programme, reason.message)}`),
    step: step?.step ?? null,
    round: step?.round ?? null,
    lines: [reason.remedy],
  }));
  return [...happened, ...refused].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Escalations that go to their former holder, because nobody is further up. */
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

/** What each event is on the timeline; the others are changes of plan. */
const KINDS: Readonly<Partial<Record<ChronologyEvent['type'], Entry['kind']>>> = {
  'deployment-began': 'begins',
  'step-opened': 'opens',
  'rung-reached': 'left-out',
  'rung-skipped': 'left-out',
  'step-answered': 'answer',
  'step-overtaken': 'closed',
  'step-lapsed': 'closed',
  'party-named': 'fact',
  'fact-recorded': 'fact',
  'deployment-ended': 'ends',
};

/**
 * What happens, and the letters that it sends. A rung is shown as its letters, with a line for each role that nobody
 * holds.
 */
function entriesOf(event: ChronologyEvent, wording: Wording, words: LetterWords | null, again: boolean): readonly Entry[] {
  const letters = lettersOf(event).map((letter) => sent(wording.programme, letter, words));
  if (event.type === 'rung-reached')
    return [...letters, ...event.unheld.map((role) => entryOf({ ...event, unheld: [role] }, wording, again))];
  return [entryOf(event, wording, again), ...letters];
}

function entryOf(event: ChronologyEvent, wording: Wording, again: boolean): Entry {
  return {
    ...blank(event.at, KINDS[event.type] ?? 'change', ''),
    ...('step' in event ? { step: event.step, round: event.round } : {}),
    ...playedInWords(event, wording, again),
    dueOn: event.type === 'step-opened' || event.type === 'due-date-moved' ? event.dueOn : null,
  };
}

function sent(programme: Programme, letter: SentLetter, words: LetterWords | null): Entry {
  const { at, step, round, kind, rung, to } = letter;
  const title = `${LETTER_NAMES[kind]} to ${personWords(programme, to.person)}: ${stepWords(programme, letter)}`;
  return {
    ...blank(at, kind === 'call' || kind === 'escalation' ? kind : 'letter', title),
    step,
    round,
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

function blank(at: string, kind: Entry['kind'], title: string): Entry {
  return { at, on: londonDate(Date.parse(at)), kind, step: null, round: null, title, lines: [], dueOn: null, letter: null };
}
