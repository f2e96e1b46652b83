import type { Timing } from '../domain/chasing/timing.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { stepOf } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent, Parties, Recipient, StepRef } from '../domain/chronology/events.ts';
import type { PersonId, Programme } from '../domain/programme.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import { playerWith } from './cast.ts';
import { REFERENCE } from './play.ts';
import { sampleLetter } from './sample-letter.ts';
import type { Occasion } from './sample-letter.ts';
import type { SentLetter } from '../domain/chasing/sent-letters.ts';
import type { LetterWords } from './timeline.ts';

type OpenedBy = NonNullable<Occasion['facts']['openedBy']>;

/** Somebody whom letters name. */
export type NamedPerson = {
  readonly id: PersonId;
  readonly name: string;
  readonly email: string;
  readonly telephone: string | null;
  /** When they want what can wait; absent: at once. */
  readonly timing?: Timing;
};

/** What letters are written from: one deployment, everything that happens to it, and the people whom it names. */
export type LetterWorld = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly reference: string;
  /** The name of the school or trust. */
  readonly subject: string;
  readonly events: readonly ChronologyEvent[];
  /** The person who belongs to a contact id; undefined for anybody else. */
  readonly personWith: (id: PersonId) => NamedPerson | undefined;
};

/** The words of every letter of a play, with the dates, the people and the answers of the play. */
export function letterWords(programme: Programme, calendar: Calendar, subject: string, events: readonly ChronologyEvent[]): LetterWords {
  const occasion = occasionsIn({
    programme,
    calendar,
    reference: REFERENCE,
    subject,
    events,
    personWith: (id) => playerWith(programme, id),
  });
  return (letter) => sampleLetter(occasion(letter));
}

/** What each letter mentions: the dates, the people and the answers that there are when it is written. */
export function occasionsIn({
  programme,
  calendar,
  reference,
  subject,
  events,
  personWith,
}: LetterWorld): (letter: SentLetter) => Occasion {
  return (letter) => {
    const before = events.slice(
      0,
      events.findIndex((event) => event === letter.about || (letter.about === null && isItsRung(event, letter))),
    );
    const opened = before.findLast((earlier) => earlier.type === 'step-opened' && isAbout(earlier, letter));
    if (opened?.type !== 'step-opened') throw new Error(`A letter about "${letter.step}" was sent before it opened.`);
    const moved = before.findLast((earlier) => earlier.type === 'due-date-moved' && isAbout(earlier, letter));
    const due = moved?.type === 'due-date-moved' ? moved : opened;
    const recipient = partyOf(letter.to);
    return {
      programme,
      calendar,
      step: stepOf(programme, letter.step),
      reference,
      kind: letter.kind,
      id: letter.kind === 'escalation-notice' ? `${letter.rung}.notice` : letter.rung,
      rung: letter.rung,
      writtenAt: letter.at,
      facts: {
        recipient,
        parties: heldBy(before).map(partyOf),
        subject,
        round: letter.round,
        openedOn: opened.on,
        dueOn: due.dueOn,
        explanation: due.explanation,
        openedBy: openedByOf(before, opened.openedBy),
        earlier: earlierOf(before),
        sentBefore: sentBefore(before, letter),
        about: letter.about,
        names: namesIn([letter.about, opened.decides]),
        decides: opened.decides ?? null,
      },
    };
  };

  /** Names of the people whose contact ids stand in these. */
  function namesIn(said: readonly unknown[]): Readonly<Record<string, string>> {
    const ids = [...JSON.stringify(said).matchAll(/"([^"\\]+)"/g)].map(([, text = '']) => text);
    return Object.fromEntries(ids.flatMap((id) => personWith(id) ?? []).map(({ id, name }) => [id, name]));
  }

  function openedByOf(before: readonly ChronologyEvent[], openedBy: StepRef | null): OpenedBy | null {
    if (openedBy === null) return null;
    const answered = before.findLast((event) => event.type === 'step-answered' && isAbout(event, openedBy));
    return answered?.type === 'step-answered' ? saidBy(answered) : null;
  }

  /** The newest answer to each step so far. */
  function earlierOf(before: readonly ChronologyEvent[]): readonly OpenedBy[] {
    const newest = new Map(before.flatMap((event) => (event.type === 'step-answered' ? [[event.step, event] as const] : [])));
    return [...newest.values()].map((answered) => saidBy(answered));
  }

  function saidBy(answered: Extract<ChronologyEvent, { type: 'step-answered' }>): OpenedBy {
    const people = Object.values(answered.fields).flatMap((value) => personWith(value) ?? []);
    return {
      step: answered.step,
      answer: answered.answer,
      at: answered.at,
      by: personWith(answered.onBehalfOf ?? answered.by)?.name ?? null,
      fields: answered.fields,
      names: Object.fromEntries(people.map(({ id, name }) => [id, name])),
    };
  }

  function sentBefore(before: readonly ChronologyEvent[], about: StepRef): Occasion['facts']['sentBefore'] {
    return before.flatMap((event) =>
      event.type === 'rung-reached' && isAbout(event, about)
        ? event.to.map(({ person }) => ({
            kind: event.kind as LetterKind,
            writtenAt: event.at,
            name: personWith(person)?.name ?? person,
          }))
        : [],
    );
  }

  function partyOf({ role, person }: Recipient): Occasion['facts']['recipient'] {
    const known = personWith(person);
    return known === undefined ? { role, name: person, email: `${role}@${role}.example`, telephone: '' } : { ...known, role };
  }
}

function isItsRung(event: ChronologyEvent, { at, step, round, rung }: SentLetter): boolean {
  return event.type === 'rung-reached' && event.at === at && event.step === step && event.round === round && event.rung === rung;
}

function heldBy(before: readonly ChronologyEvent[]): readonly Recipient[] {
  let parties: Parties = {};
  for (const event of before) {
    if (event.type === 'deployment-began') parties = event.parties;
    if (event.type === 'party-named') parties = { ...parties, [event.role]: [event.person] };
    if (event.type === 'party-changed') parties = { ...parties, [event.role]: [event.to] };
    if (event.type === 'answer-taken-back') parties = { ...parties, ...event.parties };
    if (event.type === 'rematched') parties = { ...parties, [event.role]: event.to === null ? [] : [event.to] };
  }
  return Object.entries(parties).flatMap(([role, people]) => people.map((person) => ({ role, person })));
}

function isAbout(event: StepRef, ref: StepRef): boolean {
  return event.step === ref.step && event.round === ref.round;
}
