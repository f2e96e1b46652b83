import type { ChangeEvent, Move, StopCategory, WithdrawnBy } from '../domain/chronology/events.ts';
import { wordsOf } from '../domain/chronology/opening.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import { ordinal } from '../domain/words.ts';
import { RUNG_NAMES, STOP_WORDS } from './kind-words.ts';
import { passedHere } from './passed-words.ts';
import type { Passed } from './passed-words.ts';
import { dateOr } from './teller.ts';
import type { EventRow, Teller } from './teller.ts';

/**
 * How each change of plan is told. Its reason is added automatically: after the first sentence in e-mails, at the end
 * in rehearsals.
 */
export const CHANGE_WORDS: { readonly [T in ChangeEvent['type']]: EventRow<Extract<ChangeEvent, { type: T }>> } = {
  'clock-stopped': {
    // The letter goes to several parties, so it does not name the category: "illness" and "safeguarding" are for staff.
    told: (event, teller) => [
      'The clock has been stopped',
      `${stoppedBy(event, teller)}.`,
      `${runsAgain(event)} Until then nobody is reminded or called. The days on which it stands still are given back.`,
      'You can still answer at any time.',
    ],
    happened: (event, teller) => [
      'The clock has been stopped',
      `${stoppedBy(event, teller)}: ${STOP_WORDS[event.category]}.`,
      `Why: ${event.because}`,
      runsAgain(event),
    ],
    plays: ({ scope, category, from, expectedEnd }, { step }) => [
      `The clock stops for ${scope === null ? 'the whole deployment' : step(scope)}: ${STOPS[category]}`,
      `From ${longDate(from)}, expected to end on ${longDate(expectedEnd)}.`,
    ],
  },
  'clock-stop-queried': {
    told: () => [
      'Is the clock still to stand?',
      'The day on which this clock was expected to run again has passed. While it stands, nobody is reminded, called or told that anything is late.',
      'Please resume it, or say how long it is still to stand, on the page of the deployment. Until you do, you are asked again.',
    ],
    happened: ({ to, time }, { recipients }) => [
      'Is the clock still to stand?',
      `${recipients(to)} ${to.length === 1 ? 'was' : 'were'} asked, for the ${ordinal(time)} time.`,
    ],
    plays: () => ['The expected end of the stop has passed: somebody is asked whether it still holds'],
  },
  'clock-resumed': {
    told: (event, { name }) => [
      'The clock runs again',
      `${name(event.by)} has resumed the clock from ${longDateWithWeekday(event.on)}.`,
      movedOrNot(event.moves),
    ],
    plays: ({ on }) => [`The clock runs again from ${longDate(on)}`],
  },
  'clock-stop-prolonged': {
    told: (event) => [
      'The clock stands still for longer',
      `It is now expected to run again on or before ${longDateWithWeekday(event.expectedEnd)}.`,
    ],
    plays: ({ expectedEnd }) => [`The clock stands longer: expected to end on ${longDate(expectedEnd)}`],
  },
  'rung-held': {
    happened: (event, { recipients, quotedRound }) => [
      `${RUNG_NAMES[event.kind]} held back${event.to.length === 0 ? '' : `: ${recipients(event.to)}`}`,
      `${quotedRound(event)}.`,
      event.because,
    ],
    plays: (event, { step }) => [`Held back while the clock stands: ${step(event)}`],
  },
  'due-date-moved': {
    happened: (event, { quotedRound }) => [`${quotedRound(event)} is now due on ${longDateWithWeekday(event.dueOn)}`],
    plays: (event, { step }) => [
      `Due date of ${step(event)} moves to ${longDate(event.dueOn)}`,
      ...event.explanation.map(({ text }) => text),
    ],
  },
  'extension-asked': {
    told: () => ['More time has been asked for'],
    happened: ({ asked, because, by }, { name, quotedRound }) => [
      `More time was asked for: ${quotedRound(asked)}`,
      `Until ${longDateWithWeekday(asked.dueOn)}.`,
      because,
      `Asked by ${name(by)}.`,
    ],
    plays: ({ asked }, { step }) => [`More time is asked for: ${step(asked)}, until ${longDate(asked.dueOn)}`],
  },
  'extension-agreed': {
    told: (event, { name, quoted }) => [
      'There is more time',
      `${quoted(event.step)} is now due on ${longDateWithWeekday(event.dueOn)}, as agreed with ${event.agreedWith === null ? 'the Department' : name(event.agreedWith)}.`,
    ],
    plays: (event, { step }) => [`More time is agreed: ${step(event)}, until ${longDate(event.dueOn)}`],
  },
  'extension-refused': {
    told: (event, { name, quoted }) => [
      'More time was not agreed',
      `${name(event.by)} did not agree that ${quoted(event.step)} should be due on ${longDateWithWeekday(event.dueOn)}. It is due as before.`,
    ],
    plays: (event, { step }) => [`More time is refused: ${step(event)}`],
  },
  'step-raised': {
    told: (event, { name, quoted }) => [
      `${quoted(event.step)} has been raised`,
      `${name(event.by)} has raised it. Whoever is to answer is asked in an e-mail of its own. Everything else goes on as before.`,
    ],
    plays: (event, { step }) => [`Raised: ${step(event)}`],
  },
  rematched: {
    told: (event, { name, names, role }) => [
      `There will be another ${role(event.role)}`,
      event.to === null
        ? `The ${role(event.role)} of this deployment changes. Somebody else is being looked for, and you are told who it is before anything is confirmed.`
        : `The ${role(event.role)} of this deployment changes from ${names(event.from)} to ${name(event.to)}, who is asked to confirm.`,
      `${names(event.from)}: thank you for what you have given. Nothing more is asked of you, and links in earlier e-mails have ended.`,
    ],
    plays: (event, { role }) => [`A new ${role(event.role)} is looked for`],
  },
  'party-changed': {
    told: (event, { name, role }) => [
      `${name(event.to)} is now ${role(event.role)}`,
      event.from === null
        ? `${name(event.to)} takes part in this deployment as ${role(event.role)} from now on.`
        : `${name(event.to)} has taken over from ${name(event.from)} as ${role(event.role)}. E-mails go to ${name(event.to)} from now on, and links that ${name(event.from)} was sent have ended.`,
    ],
    plays: (event, { person, role }) => [`${person(event.to)} is the ${role(event.role)} now`],
  },
  'deputy-named': {
    told: (event, { name }) => [
      `${name(event.deputy)} stands in for ${name(event.person)}`,
      `From ${longDateWithWeekday(event.from)} to ${longDateWithWeekday(event.to)} e-mails that would go to ${name(event.person)} go to ${name(event.deputy)}, who can answer for them.`,
    ],
    plays: (event, { person }) => [
      `${person(event.deputy)} stands in for ${person(event.person)}`,
      `From ${longDate(event.from)} to ${longDate(event.to)}.`,
    ],
  },
  'deputy-ended': {
    told: (event, { name }) => [`${name(event.person)} is back`, `E-mails go to ${name(event.person)} again.`],
    plays: (event, { person }) => [`${person(event.person)} is back`],
  },
  'deployment-withdrawn': {
    told: (event, { end }) => [
      'This deployment has been ended',
      `${end(event.end)}${event.withdrawnBy === null ? '' : `, ${WITHDRAWN_BY[event.withdrawnBy]}`}.`,
      'Nothing more is asked of you, and links in earlier e-mails have ended.',
    ],
    plays: (event, { end }) => [`The deployment is withdrawn: ${end(event.end)}`],
  },
  'deployment-reopened': {
    told: (event, { name }) => [
      'This deployment goes on',
      `${name(event.by)} has reopened it. What was open when it ended is asked for again.`,
    ],
    plays: () => ['The deployment is reopened'],
  },
  'fact-corrected': {
    told: (event) => [
      'A date has been corrected',
      `The date for “${wordsOf(event.fact)}” is ${dateOr(event.to)}, not ${dateOr(event.from)}.`,
      movedOrNot(event.moves),
    ],
    plays: ({ fact, from, to }) => [`Corrected: ${wordsOf(fact)}, from ${from} to ${to}`],
  },
  'answer-taken-back': {
    told: (event, { quoted }) => [
      'An answer has been taken back',
      `The answer to ${quoted(event.step)} was recorded by mistake and has been taken back. It is asked for again, with the time that was left.`,
    ],
    plays: (event, { step }) => [`The answer to ${step(event)} is taken back`],
  },
  'escalation-acknowledged': {
    told: ({ by, onBehalfOf, step, words, promisedOn }, { name, quoted }) => [
      `${name(onBehalfOf ?? by)} has taken on ${quoted(step)}`,
      `What will be done: ${words}`,
      `By ${longDateWithWeekday(promisedOn)}. If the step is still open after that day, the escalation comes back to ${name(onBehalfOf ?? by)}.`,
      onBehalfOf === null ? '' : `Recorded by ${name(by)}.`,
    ],
    plays: (event, { person, step }) => [
      `${person(event.onBehalfOf ?? event.by)} takes the escalation of ${step(event)}`,
      event.onBehalfOf === null ? '' : `By telephone, recorded by ${person(event.by)}.`,
      `Promised by ${longDate(event.promisedOn)}: ${event.words}`,
    ],
  },
  'escalation-passed': {
    happened: (event, { name, recipients, quotedRound }) => [
      `The escalation of ${quotedRound(event)} is with ${recipients(event.to) || 'nobody'}`,
      passedHere(event, name),
    ],
    plays: (event, { step }, again) => [`The escalation of ${step(event)} ${(again ? AGAIN : PASSED)[event.how]}`],
  },
  'escalation-closed': {
    told: (event, { quoted }) => [
      `The escalation of ${quoted(event.step)} is over`,
      `You were told that this was late. ${event.because}`,
      'You do not need to do anything more about it.',
    ],
    happened: (event, { quotedRound }) => [`The escalation of ${quotedRound(event)} is over`, event.because],
    plays: (event, { step }) => [`The escalation of ${step(event)} is closed`],
  },
  'pace-changed': {
    told: (event) => [
      event.pace === 'usual' ? 'This deployment is chased as usual again' : `This deployment is chased ${event.pace} closely`,
    ],
    plays: ({ pace }) => [`Chased ${pace === 'usual' ? 'as usual' : pace} from now on`],
  },
  'calendar-adopted': {
    told: (event) => [
      'The calendar has been corrected',
      'The term dates or bank holidays on which this deployment is counted have changed.',
      movedOrNot(event.moves),
    ],
    plays: () => ['Another calendar counts from now on'],
  },
};

/** A due date moved by a change, as a line of a timeline. */
export function movedLine(title: string, { from, to }: Pick<Move, 'from' | 'to'>): string {
  return `“${title}”: due on ${longDate(to)}, before on ${longDate(from)}.`;
}

function movedOrNot(moves: readonly Move[]): string {
  return moves.length === 0 ? 'No due date has moved.' : '';
}

type Stopped = Extract<ChangeEvent, { type: 'clock-stopped' }>;

const stoppedBy = ({ by, scope, from }: Stopped, { name, quoted }: Teller) =>
  `${name(by)} has stopped the clock of ${scope === null ? 'this deployment' : quoted(scope.step)} from ${longDateWithWeekday(from)}`;

const runsAgain = ({ expectedEnd }: Stopped) => `It is expected to run again on or before ${longDateWithWeekday(expectedEnd)}.`;

const WITHDRAWN_BY: Readonly<Record<WithdrawnBy, string>> = {
  school: 'by the school or trust',
  'system-leader': 'by the system leader',
  'trust-change': 'because the school changes its trust',
  department: 'by the Department',
};

/** Why a clock stops, at the end of a title. */
const STOPS: Readonly<Record<StopCategory, string>> = {
  ...STOP_WORDS,
  inspection: 'an inspection',
  'leadership-change': 'a change of leadership',
  'school-closed': 'the school is closed',
  other: 'for another reason',
};

const PASSED: Readonly<Record<Passed['how'], string>> = {
  'handed-over': 'is handed over',
  'sent-back': 'is sent back',
  raised: 'goes further up: nobody took it',
  'promise-passed': 'comes back: the promised day has passed',
  'asked-anew': 'is sent again',
};

/** The same when it reaches nobody new. */
const AGAIN: typeof PASSED = { ...PASSED, raised: 'is asked again: nobody took it, and nobody is further up' };
