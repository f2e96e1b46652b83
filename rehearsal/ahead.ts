import { entryOf } from '../domain/entry-of.ts';
import { emailsToLeave } from '../domain/chasing/leaving.ts';
import type { LetterToLeave } from '../domain/chasing/leaving.ts';
import { mayBeStopped } from '../domain/chasing/quieter.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { daysToLeave } from '../domain/chasing/letter-hours.ts';
import { letterKey, lettersOf } from '../domain/chasing/sent-letters.ts';
import type { SentLetter } from '../domain/chasing/sent-letters.ts';
import { eventsAhead } from '../domain/chronology/ahead.ts';
import type { RunningDeployment } from '../domain/chronology/ahead.ts';
import { knownFacts, stepFor } from '../domain/chronology/applies.ts';
import { findStep, holdersOf, stepOf, stopOf } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import { ownersOf } from '../domain/programme.ts';
import type { PersonId } from '../domain/programme.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import { wordsOf as emailWords } from '../mail/compose.ts';
import { occasionsIn } from './letter-words.ts';
import type { NamedPerson } from './letter-words.ts';
import { letterOn } from './sample-letter.ts';

/** How long nothing may happen before a deployment counts as come to rest, and how long a play lasts at most. */
const LONGEST_DAYS = 400;

/** A letter that will leave unless somebody answers first. */
export type LetterAhead = LetterToLeave & { readonly deployment: RunningDeployment; readonly rung: string; readonly sent: SentLetter };

/** An e-mail that will leave unless somebody answers first, by the clock of its deployments. */
export type EmailAhead = {
  readonly atMs: number;
  readonly person: PersonId;
  readonly letters: readonly LetterAhead[];
  /**
   * Its subject and text as it would be sent, with all of its letters unless told which; its links lead nowhere. It names those whom `people` holds, and
   * whoever it may name is among the texts of `mayName` of the same letters.
   */
  words(people: ReadonlyMap<PersonId, NamedPerson>, only?: readonly LetterAhead[]): { readonly subject: string; readonly text: string };
  mayName(only?: readonly LetterAhead[]): ReadonlySet<string>;
};

/** What happens to a deployment by itself from now on until a moment, with the letters that it brings. */
type Play = {
  readonly reference: string;
  readonly fromMs: number | null;
  readonly untilMs: number;
  readonly ahead: readonly ChronologyEvent[];
  readonly letters: readonly LetterOfPlay[];
  /** A letter that was written before. */
  readonly letter: (sent: SentLetter) => LetterOfPlay;
};

/** All of a letter that follows from its deployment’s events alone: whoever has it may not want it, and its deployment may be on hold. */
type LetterOfPlay = Omit<LetterAhead, 'deployment' | 'fromMs' | 'quietUntilMs' | 'timing'>;

/**
 * Plays a deployment. Its next wake-up is the one that its workflow planned when something last happened to it: a letter that is planned for
 * 8:38am is not due at 8:25am because somebody looks.
 */
function playAhead({ reference, chronology, events, nowMs }: RunningDeployment, untilMs: number): Play {
  const kept = playsOf.get(chronology);
  const plannedMs =
    kept === undefined ? nextWakeMs(chronology, Date.parse(events.at(-1)?.at ?? new Date(nowMs).toISOString())) : kept.plannedMs;
  const fromMs = plannedMs === null ? null : Math.max(plannedMs, nowMs);
  const before = kept?.plays.find((play) => play.reference === reference && play.untilMs === untilMs && isAsFrom(play, fromMs));
  if (before !== undefined) return before;
  const ahead = eventsAhead(chronology, fromMs, untilMs);
  const letter = lettersOfPlay(reference, chronology, ahead);
  const play = { reference, fromMs, untilMs, ahead, letters: ahead.flatMap((event) => lettersOf(event).map(letter)), letter };
  playsOf.set(chronology, { plannedMs, plays: [play, ...(kept?.plays ?? [])].slice(0, MOST_PLAYS) });
  return play;
}

/**
 * Whether a play is the one that begins at `fromMs`: it began then, or it began before and nothing happens in it. A deployment that was to wake and to which
 * nothing more happens is looked at from now on each time.
 */
function isAsFrom({ fromMs: began, ahead }: Play, fromMs: number | null): boolean {
  return began === fromMs || (ahead.length === 0 && began !== null && fromMs !== null && began < fromMs);
}

/**
 * The last plays of each chronology that is still kept somewhere: a chronology never changes, and the same play of it ends alike. People look at
 * tomorrow and at the next seven days by turns.
 */
const playsOf = new WeakMap<Chronology, { readonly plannedMs: number | null; readonly plays: readonly Play[] }>();
const MOST_PLAYS = 2;

/** So many deployments are played before anything else comes. */
const PLAYED_AT_ONCE = 50;

/**
 * Plays what `emailsAhead` will ask about, and stops after each few deployments, so that whoever goes through it can do something else in between: a look at
 * what thousands of deployments send would keep everybody waiting. `emailsAhead` then finds what was played.
 */
export function* playInTurns(deployments: readonly RunningDeployment[], days: number | null): Generator<void> {
  for (const [place, deployment] of deployments.entries()) {
    playAhead(deployment, endOf(deployment.nowMs, days));
    if (place % PLAYED_AT_ONCE === PLAYED_AT_ONCE - 1) yield;
  }
}

/**
 * The e-mails that leave from now on when nobody answers: what waits, and what the rules of each deployment bring, gathered and capped as
 * the mailroom does it. `days` says until the end of which day: 1 is tomorrow; null goes on until the last letter, for over a year at most.
 * Nothing is worked out anew: the letters are those that `decide` brings about.
 */
export function emailsAhead(
  deployments: readonly RunningDeployment[],
  {
    days,
    gatheringMs,
    people,
    unreachable = new Set(),
    sentBefore,
    most = null,
    hadBefore = {},
  }: {
    readonly days: number | null;
    readonly gatheringMs: number;
    /** When people want what can wait; at once where somebody is not among them. */
    readonly people: ReadonlyMap<PersonId, Pick<NamedPerson, 'timing'>>;
    /** People to whom nothing is sent: the mail system has refused their address. */
    readonly unreachable?: ReadonlySet<PersonId>;
    /** See `emailsToLeave`. */
    readonly sentBefore: Readonly<Record<string, number>>;
    readonly most?: number | null;
    readonly hadBefore?: Readonly<Record<string, number>>;
  },
): readonly EmailAhead[] {
  const played = new Map<string, Play>();
  const letters: LetterAhead[] = [];
  for (const deployment of deployments) {
    const play = playAhead(deployment, endOf(deployment.nowMs, days));
    played.set(deployment.reference, play);
    for (const { letter, fromMs } of leavingOf(deployment, play)) {
      if (unreachable.has(letter.person)) continue;
      const timing = people.get(letter.person)?.timing ?? 'at-once';
      letters.push({ ...letter, deployment, fromMs, timing, ...quietFor(deployment, letter.sent) });
    }
  }
  const untilMs = deployments.reduce((latest, { nowMs }) => Math.max(latest, endOf(nowMs, days)), 0);
  return emailsToLeave(letters, { gatheringMs, sentBefore, most, hadBefore, untilMs })
    .filter(({ atMs, letters: [first] }) => first !== undefined && atMs <= endOf(first.deployment.nowMs, days))
    .map((email) => ({
      ...email,
      words: (named, only = email.letters) => wordsOf(only, email.atMs, played, named),
      mayName: (only = email.letters) => mayBeNamed(only, played),
    }));
}

/**
 * Whoever may get something of these deployments from now on until the end of the day so many days after today. What else they get may travel in the same
 * e-mails, and uses up the e-mails of a day that they may get.
 */
export function recipientsAhead(deployments: readonly RunningDeployment[], days: number | null): ReadonlySet<PersonId> {
  const recipients = new Set<PersonId>();
  for (const deployment of deployments) {
    const play = playAhead(deployment, endOf(deployment.nowMs, days));
    for (const { letter } of leavingOf(deployment, play)) recipients.add(letter.person);
  }
  return recipients;
}

/** The letters of a deployment that wait, and those that it brings, each with the moment from which it may be looked at. */
function leavingOf(deployment: RunningDeployment, play: Play): readonly { readonly letter: LetterOfPlay; readonly fromMs: number }[] {
  const { reference, chronology, waiting, events, nowMs } = deployment;
  const fromMs = new Map(waiting.map((letter) => [letter.key, Math.max(letter.fromMs, nowMs)]));
  const written = fromMs.size === 0 ? [] : events.flatMap((event) => lettersOf(event));
  const waits = written.flatMap((sent) => {
    const from = fromMs.get(letterKey(reference, sent));
    if (from === undefined || (sent.kind !== 'news' && isPaused(chronology, sent))) return [];
    return [{ letter: play.letter(sent), fromMs: from }];
  });
  return [...waits, ...play.letters.map((letter) => ({ letter, fromMs: letter.writtenMs }))];
}

/** The texts that would be looked up among contact ids to write these letters. */
function mayBeNamed(letters: readonly LetterAhead[], played: ReadonlyMap<string, Play>): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const letter of letters) {
    const play = playOf(letter, played);
    const kept = entryOf(namesKept, play, () => new Map<string, ReadonlySet<string>>());
    for (const text of entryOf(kept, letter.key, () => namedIn(letter, play))) texts.add(text);
  }
  return texts;
}

function namedIn(letter: LetterAhead, play: Play): ReadonlySet<string> {
  const texts = new Set<string>();
  occasionOf(letter, play, (text) => {
    texts.add(text);
    return undefined;
  });
  return texts;
}

/** Whom a letter may name follows from the play that brings it, and from nothing else: by play, and by the key of the letter. */
const namesKept = new WeakMap<Play, Map<string, ReadonlySet<string>>>();

function playOf({ reference }: LetterAhead, played: ReadonlyMap<string, Play>): Play {
  const play = played.get(reference);
  if (play === undefined) throw new Error(`${reference} was not played.`);
  return play;
}

/** A letter that was written before a pause began is kept until it ends. */
function isPaused(chronology: Chronology, letter: SentLetter): boolean {
  const record = findStep(chronology, letter);
  return record !== undefined && stopOf(chronology, record) !== undefined;
}

/** The last moment of the day so many days after today, in London. */
function endOf(nowMs: number, days: number | null): number {
  return londonInstant(addDays(londonDate(nowMs), (days ?? LONGEST_DAYS) + 1), 0) - 1;
}

/** A letter of a deployment, when nobody answers before. */
function lettersOfPlay(
  reference: string,
  { programme, calendar, steps }: Chronology,
  ahead: readonly ChronologyEvent[],
): (sent: SentLetter) => LetterOfPlay {
  const closed = steps.filter(({ state }) => state.kind !== 'open');
  const closes = new Map<string, number>(closed.map(({ step, round }) => [`${step}/${round}`, 0]));
  for (const event of ahead) {
    if (event.type !== 'step-answered' && event.type !== 'step-overtaken' && event.type !== 'step-lapsed') continue;
    closes.set(`${event.step}/${event.round}`, Date.parse(event.at));
  }
  return (sent) => {
    const step = stepOf(programme, sent.step);
    return {
      key: letterKey(reference, sent),
      reference,
      step: sent.step,
      round: sent.round,
      kind: sent.kind,
      rung: sent.rung,
      role: sent.to.role,
      person: sent.to.person,
      days: daysToLeave(programme, step, { ...sent, role: sent.to.role }),
      writtenMs: Date.parse(sent.at),
      closesMs: closes.get(`${sent.step}/${sent.round}`) ?? null,
      optional: step.optional,
      programme,
      calendar,
      sent,
    };
  };
}

/** Until when a letter is not wanted by whoever it is for. Who is asked something is taken as it is now. */
function quietFor({ chronology, quiet }: RunningDeployment, { kind, step, to }: SentLetter): { quietUntilMs?: number } {
  const until = quiet.find(({ person }) => person === to.person)?.until;
  if (until === undefined) return {};
  const standsInFor = chronology.deputies.filter(({ deputy }) => deputy === to.person).map(({ person }) => person);
  const asksThem = chronology.steps.some(
    (record) =>
      record.state.kind === 'open' &&
      holdersOf(chronology, ownersOf(stepOf(chronology.programme, record.step))).some(
        ({ person }) => person === to.person || standsInFor.includes(person),
      ),
  );
  const { optional } = stepOf(chronology.programme, step);
  return mayBeStopped({ kind, optional, asksThem, running: true }) ? { quietUntilMs: londonInstant(addDays(until, 1), 0) } : {};
}

type Words = { readonly subject: string; readonly text: string };

/**
 * The words of an e-mail, kept by all that they follow from: the plays of its deployments, its letters with the moment at which each counts as written, the
 * name and the region of each deployment, and what is known of each whom they could name.
 */
function wordsOf(
  letters: readonly LetterAhead[],
  atMs: number,
  played: ReadonlyMap<string, Play>,
  people: ReadonlyMap<PersonId, NamedPerson>,
): Words {
  const written = letters.map((letter) => ({
    letter,
    play: playOf(letter, played),
    // A letter says what is true on the day it leaves.
    writtenAt: londonDate(atMs) === londonDate(Date.parse(letter.sent.at)) ? letter.sent.at : new Date(atMs).toISOString(),
  }));
  const [first] = written;
  if (first === undefined) throw new Error('An e-mail without a letter was to leave.');
  const of = JSON.stringify([
    written.map(({ letter: { key, deployment }, writtenAt }) => [key, writtenAt, deployment.subject, deployment.region]),
    [...mayBeNamed(letters, played)].map((id) => people.get(id) ?? null),
  ]);
  const kept = wordsKept.get(first.play) ?? [];
  const before = kept.find((one) => one.of === of && written.every(({ play }, place) => play === one.plays[place]));
  if (before !== undefined) return before.words;
  const words = wordsAnew(written, (id) => people.get(id));
  wordsKept.set(first.play, [{ of, plays: written.map(({ play }) => play), words }, ...kept].slice(0, MOST_WORDS));
  return words;
}

/** The last words of e-mails, by the play of the first deployment in each, while that is kept itself. */
const wordsKept = new WeakMap<Play, readonly { readonly of: string; readonly plays: readonly Play[]; readonly words: Words }[]>();
/** More than a page shows of one deployment. */
const MOST_WORDS = 30;

function wordsAnew(
  written: readonly { readonly letter: LetterAhead; readonly play: Play; readonly writtenAt: string }[],
  personWith: (id: PersonId) => NamedPerson | undefined,
): Words {
  const [first, ...more] = written.map(({ letter, play, writtenAt }) => {
    const { chronology, region } = letter.deployment;
    const occasion = occasionOf(letter, play, personWith);
    return letterOn({ ...occasion, step: stepFor(occasion.step, knownFacts(chronology)), writtenAt }, region);
  });
  if (first === undefined) throw new Error('An e-mail without a letter was to leave.');
  return emailWords([first, ...more]);
}

/** What a letter mentions, when nobody answers before. */
function occasionOf({ deployment, sent }: LetterAhead, { ahead }: Play, personWith: (id: PersonId) => NamedPerson | undefined) {
  const { reference, subject, chronology } = deployment;
  const { programme, calendar } = chronology;
  return occasionsIn({ programme, calendar, reference, subject, events: [...deployment.events, ...ahead], personWith })(sent);
}
