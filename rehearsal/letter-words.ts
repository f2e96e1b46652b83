import type { Calendar } from '../domain/time/calendar.ts';
import { stepOf } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent, Parties, Recipient, StepRef } from '../domain/chronology/events.ts';
import type { Programme } from '../domain/programme.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import { playerWith } from './cast.ts';
import type { Player } from './cast.ts';
import { REFERENCE } from './play.ts';
import { sampleLetter } from './sample-letter.ts';
import type { Occasion } from './sample-letter.ts';
import type { SentLetter } from './sent-letters.ts';
import type { LetterWords } from './timeline.ts';

type OpenedBy = NonNullable<Occasion['facts']['openedBy']>;

/** The words of every letter of a play, with the dates, the people and the answers of the play. */
export function letterWords(programme: Programme, calendar: Calendar, subject: string, events: readonly ChronologyEvent[]): LetterWords {
  return (letter) => {
    const before = events.slice(
      0,
      events.findIndex((event) => event === letter.about || (letter.about === null && isItsRung(event, letter))),
    );
    const opened = before.findLast((earlier) => earlier.type === 'step-opened' && isAbout(earlier, letter));
    if (opened?.type !== 'step-opened') throw new Error(`A letter about "${letter.step}" was sent before it opened.`);
    const moved = before.findLast((earlier) => earlier.type === 'due-date-moved' && isAbout(earlier, letter));
    const due = moved?.type === 'due-date-moved' ? moved : opened;
    const recipient = partyOf(programme, letter.to);
    return sampleLetter({
      programme,
      calendar,
      step: stepOf(programme, letter.step),
      reference: REFERENCE,
      kind: letter.kind,
      id: letter.kind === 'escalation-notice' ? `${letter.rung}.notice` : letter.rung,
      rung: letter.rung,
      writtenAt: letter.at,
      facts: {
        recipient,
        parties: heldBy(before).map((held) => partyOf(programme, held)),
        subject,
        round: letter.round,
        openedOn: opened.on,
        dueOn: due.dueOn,
        explanation: due.explanation,
        openedBy: openedByOf(programme, before, opened.openedBy),
        earlier: earlierOf(programme, before),
        sentBefore: sentBefore(programme, before, letter),
        about: letter.about,
        names: namesIn([letter.about, opened.decides]),
        decides: opened.decides ?? null,
      },
    });
  };

  /** Names of the people whose contact ids stand in these. */
  function namesIn(said: readonly unknown[]): Readonly<Record<string, string>> {
    const ids = JSON.stringify(said).match(/[a-z][a-z0-9-]*-\d+/g) ?? [];
    return Object.fromEntries(ids.flatMap((id) => playerWith(programme, id) ?? []).map(({ id, name }) => [id, name]));
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

function openedByOf(programme: Programme, before: readonly ChronologyEvent[], openedBy: StepRef | null): OpenedBy | null {
  if (openedBy === null) return null;
  const answered = before.findLast((event) => event.type === 'step-answered' && isAbout(event, openedBy));
  return answered?.type === 'step-answered' ? saidBy(programme, answered) : null;
}

/** The newest answer to each step so far. */
function earlierOf(programme: Programme, before: readonly ChronologyEvent[]): readonly OpenedBy[] {
  const newest = new Map(before.flatMap((event) => (event.type === 'step-answered' ? [[event.step, event] as const] : [])));
  return [...newest.values()].map((answered) => saidBy(programme, answered));
}

function saidBy(programme: Programme, answered: Extract<ChronologyEvent, { type: 'step-answered' }>): OpenedBy {
  const people = Object.values(answered.fields).flatMap((value) => playerWith(programme, value) ?? []);
  return {
    step: answered.step,
    answer: answered.answer,
    at: answered.at,
    by: playerWith(programme, answered.onBehalfOf ?? answered.by)?.name ?? null,
    fields: answered.fields,
    names: Object.fromEntries(people.map(({ id, name }) => [id, name])),
  };
}

function sentBefore(programme: Programme, before: readonly ChronologyEvent[], about: StepRef): Occasion['facts']['sentBefore'] {
  return before.flatMap((event) =>
    event.type === 'rung-reached' && isAbout(event, about)
      ? event.to.map(({ person }) => ({
          kind: event.kind as LetterKind,
          writtenAt: event.at,
          name: playerWith(programme, person)?.name ?? person,
        }))
      : [],
  );
}

function partyOf(programme: Programme, { role, person }: Recipient): Pick<Player, 'role' | 'name' | 'email' | 'telephone'> {
  const player = playerWith(programme, person);
  return player === undefined ? { role, name: person, email: `${role}@${role}.example`, telephone: '' } : { ...player, role };
}

function isAbout(event: StepRef, ref: StepRef): boolean {
  return event.step === ref.step && event.round === ref.round;
}
