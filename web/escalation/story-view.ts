import type { EscalationEvent, EscalationStory } from '../../desk/escalation-story.ts';
import { roleAbove, takeOnFrom } from '../../domain/chasing/escalation-times.ts';
import { holdersOf } from '../../domain/chronology/chronology.ts';
import type { Recipient } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { changeRulesOf, coordinatorRole, ownersOf } from '../../domain/programme.ts';
import type { PersonId } from '../../domain/programme.ts';
import { inWords } from '../../domain/words.ts';
import { STOP_WORDS } from '../../letters/kind-words.ts';
import { paragraphsOf } from '../../mail/clean-text.ts';
import type { CallNoteLine } from '../../postgres/desk/call-notes.ts';
import type { MessageLine } from '../../postgres/views/deployments.ts';
import { chaseLines } from '../../letters/chase-lines.ts';
import { whyThen } from '../../letters/due-date-words.ts';
import { filledIn } from '../../letters/letter-words.ts';
import type { Party } from '../../letters/letter-words.ts';
import { passedInItsStory } from '../../letters/passed-words.ts';
import { titleOf } from '../../letters/teller.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import { telLink } from '../today/today-view.ts';

/**
 * What is late and since when, what was sent and tried, who owns the step, who has the escalation, and what happens
 * next.
 */
export function storyView(
  story: EscalationStory,
  facts: {
    readonly subject: string;
    readonly explanation: Parameters<typeof whyThen>[0];
    readonly messages: readonly MessageLine[];
    readonly notes: readonly CallNoteLine[];
    readonly parties: readonly Party[];
  },
) {
  const { chronology, record, words, open, stop } = story;
  const { programme, calendar } = chronology;
  const today = londonDate(Date.parse(story.now));
  const { nameOf } = wordingOf(story);
  // While the clock stands no day counts: it is as late as it was when it was stopped.
  const lateOn = stop === null || stop.from > today ? today : addDays(stop.from, -1);
  const lateness = lateOn <= record.dueOn ? 'not late' : latenessOf(programme, calendar, story.step, record.dueOn, lateOn).words;
  return {
    reference: story.reference,
    subject: facts.subject,
    stepTitle: words.title,
    round: story.round,
    dueOn: record.dueOn,
    lateness,
    /** “It was 5 school days late when its clock was stopped”; null while the clock runs. */
    latenessThen: stop === null ? null : `It was ${lateness} when it was paused`,
    why: whyThen(facts.explanation),
    ask: paragraphsOf(filledIn(words.ask, programme, facts)),
    owners: ownersOf(words).flatMap((role) => holdersOf(chronology, [role]).map((held) => personOf(story, held))),
    sent: chasesOf(story, facts.messages, facts.notes),
    turns: story.events.map((event) => turnWords(event, story)),
    holders: (open?.holders ?? []).map((held) => personOf(story, held)),
    since: open?.since ?? null,
    promise: promiseOf(story),
    back: story.passed?.how === 'promise-passed' && story.acknowledged === null && open !== null ? story.passed.because : null,
    stopped:
      stop === null
        ? null
        : {
            from: stop.from,
            why: STOP_WORDS[stop.category],
            because: stop.because,
            expectedEnd: stop.expectedEnd,
          },
    next: nextWords(story),
    told: inWords(toldOf(story).map((person) => nameOf(person))),
  };
}

export type StoryView = ReturnType<typeof storyView>;

/** What was promised, and by whom. Null while nobody has taken the escalation on. */
function promiseOf(story: EscalationStory) {
  const { acknowledged, open } = story;
  if (acknowledged === null || open === null) return null;
  const { nameOf } = wordingOf(story);
  return {
    by: acknowledged.onBehalfOf ?? acknowledged.by,
    name: nameOf(acknowledged.onBehalfOf ?? acknowledged.by),
    recordedBy: acknowledged.onBehalfOf === null ? null : nameOf(acknowledged.by),
    on: londonDate(Date.parse(acknowledged.at)),
    words: acknowledged.words,
    promisedOn: acknowledged.promisedOn,
    told: inWords(acknowledged.tells.map(({ person }) => nameOf(person))),
  };
}

/** Everybody who was told of it and never asked to take it on. */
function toldOf({ events, asked }: EscalationStory): readonly PersonId[] {
  const told = events.flatMap(({ tells }) => tells).map(({ person }) => person);
  return [...new Set(told)].filter((person) => !asked.includes(person));
}

/** What happens next by itself, in full sentences. */
function nextWords(story: EscalationStory): readonly string[] {
  const { open, chronology } = story;
  const { acknowledgeWithin } = changeRulesOf(chronology.programme);
  if (open === null) return [];
  const { nameOf } = wordingOf(story);
  const role = roleAbove(chronology, open);
  const above = role === null ? [] : holdersOf(chronology, [role], londonDate(Date.parse(story.now)));
  const who =
    role === null
      ? null
      : `the ${titleOf(chronology.programme, role)}${above.length === 0 ? '' : `, ${inWords(above.map(({ person }) => nameOf(person)))}`}`;
  const closes = 'As soon as the step is answered the escalation ends, and everybody who was told of it hears so.';
  if (acknowledgeWithin === null) return [closes];
  const within = `${acknowledgeWithin} working ${acknowledgeWithin === 1 ? 'day' : 'days'}`;
  const up = who === null ? 'Chaser asks again' : `it goes up to ${who}`;
  const stands = story.stop !== null;
  const stopped = stands ? ['During the pause nothing happens by itself.'] : [];
  if (open.promisedOn === null) {
    const from = stands ? 'the day on which the pause ends' : longDateWithWeekday(takeOnFrom(chronology, open));
    return [...stopped, `If nobody takes it on within ${within} of ${from}, ${up}.`, closes];
  }
  const after = `${longDateWithWeekday(open.promisedOn)}${stands ? ', or after the day on which the pause ends if that is later' : ''}`;
  return [
    ...stopped,
    `If the step is still open after ${after}, the escalation comes back to ${inWords(open.holders.map(({ person }) => nameOf(person)))}. If nobody takes it on again within ${within}, ${up}.`,
    closes,
  ];
}

/** One turn of it, as a line: "1 November 2040: …". */
function turnWords(event: EscalationEvent, story: EscalationStory): string {
  const { nameOf, names } = wordingOf(story);
  const on = longDate(londonDate(Date.parse(event.at)));
  switch (event.type) {
    case 'rung-reached':
      return event.to.length === 0
        ? `${on}: nobody holds the role to which it goes.`
        : `${on}: ${names(event.to)} ${event.to.length === 1 ? 'was' : 'were'} asked to take it on.${event.tells.length === 0 ? '' : ` ${names(event.tells)} ${event.tells.length === 1 ? 'was' : 'were'} told.`}`;
    case 'escalation-acknowledged':
      return `${on}: ${nameOf(event.onBehalfOf ?? event.by)} took it on${event.onBehalfOf === null ? '' : `, recorded by ${nameOf(event.by)}`}. By ${longDate(event.promisedOn)}: ${event.words}`;
    case 'escalation-passed':
      return `${on}: ${passedInItsStory(event, nameOf)}`;
    case 'escalation-closed':
      return `${on}: the escalation was over. ${event.because}`;
    default:
      return event satisfies never;
  }
}

/** Letters about the step that left and calls about it, as the letter of the escalation lists them. */
function chasesOf({ step, round }: EscalationStory, messages: readonly MessageLine[], notes: readonly CallNoteLine[]): readonly string[] {
  const ofIt = <T extends { readonly step: string; readonly round: number }>(lines: readonly T[]) =>
    lines.filter((line) => line.step === step && line.round === round);
  const sent = ofIt(messages).filter(
    ({ kind, state }) => (state === 'accepted' || state === 'delivered') && kind !== 'escalation-notice' && kind !== 'news',
  );
  return chaseLines(
    sent.map(({ kind, writtenAt, name, person }) => ({ kind, writtenAt, name: name ?? person })),
    ofIt(notes),
  ).map(({ on, what, toWhom }) => `${longDate(on)}: ${what}, ${toWhom}`);
}

function personOf(story: EscalationStory, { role, person }: Recipient) {
  const contact = story.people.get(person);
  const telephone = contact?.telephone ?? null;
  return {
    person,
    name: contact?.name ?? person,
    role: titleOf(story.chronology.programme, role),
    email: contact?.email ?? null,
    telephone,
    tel: telLink(telephone),
  };
}

/** The person whom a page names as the one to ask. Null while nobody coordinates. */
export function coordinatorOf(story: EscalationStory) {
  const role = coordinatorRole(story.chronology.programme);
  const [held] = role === null ? [] : holdersOf(story.chronology, [role], londonDate(Date.parse(story.now)));
  return held === undefined ? null : personOf(story, held);
}

function wordingOf({ people }: EscalationStory) {
  const nameOf = (person: PersonId) => people.get(person)?.name ?? person;
  return { nameOf, names: (recipients: readonly Recipient[]) => inWords(recipients.map(({ person }) => nameOf(person))) };
}
