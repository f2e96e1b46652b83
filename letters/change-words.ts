import type { ChangeEvent, Move, Pace, StopCategory, WithdrawnBy } from '../domain/chronology/events.ts';
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
      `${paused(event, teller)} has been paused`,
      `${pausedBy(event, teller)}.`,
      `${shouldEnd(event)} Until then we will not remind or call anybody, and the days of the pause are added to the due dates.`,
      'You can still answer at any time.',
    ],
    happened: (event, teller) => [
      `${paused(event, teller)} was paused`,
      `${pausedBy(event, teller)}: ${STOP_WORDS[event.category]}.`,
      `Why: ${event.because}`,
      shouldEnd(event),
    ],
    plays: ({ scope, category, from, expectedEnd }, { step }) => [
      `Paused: ${scope === null ? 'the whole deployment' : step(scope)}, ${STOPS[category]}`,
      `From ${longDate(from)}, expected to end on ${longDate(expectedEnd)}.`,
    ],
  },
  'clock-stop-queried': {
    told: () => [
      'Should this still be paused?',
      'This pause should have ended by now. While it lasts, nobody is reminded, called or told that anything is late.',
      'Please end the pause, or give a new date for its end, on the page of the deployment. We will ask you again until you do.',
    ],
    happened: ({ to, time }, { recipients }) => [
      'Should this still be paused?',
      `${recipients(to)} ${to.length === 1 ? 'was' : 'were'} asked, for the ${ordinal(time)} time.`,
    ],
    plays: () => ['The pause should have ended: somebody is asked whether it should go on'],
  },
  'clock-resumed': {
    told: (event, { name }) => [
      'The pause has ended',
      `${name(event.by)} has ended the pause. Days count again from ${longDateWithWeekday(event.on)}.`,
      movedOrNot(event.moves),
    ],
    plays: ({ on }) => [`The pause ends: days count again from ${longDate(on)}`],
  },
  'clock-stop-prolonged': {
    told: (event) => ['The pause will last longer', `It should now end on or before ${longDateWithWeekday(event.expectedEnd)}.`],
    plays: ({ expectedEnd }) => [`The pause lasts longer: it should end on ${longDate(expectedEnd)}`],
  },
  'rung-held': {
    happened: (event, { recipients, quotedRound }) => [
      `${RUNG_NAMES[event.kind]} held back${event.to.length === 0 ? '' : `: ${recipients(event.to)}`}`,
      `${quotedRound(event)}.`,
      event.because,
    ],
    plays: (event, { step }) => [`Held back during the pause: ${step(event)}`],
  },
  'due-date-moved': {
    happened: (event, { quotedRound }) => [`${quotedRound(event)} is now due on ${longDateWithWeekday(event.dueOn)}`],
    plays: (event, { step }) => [
      `Due date of ${step(event)} moves to ${longDate(event.dueOn)}`,
      ...event.explanation.map(({ text }) => text),
    ],
  },
  'extension-asked': {
    told: ({ asked, by }, { name, quoted }) => [
      'More time has been asked for',
      `${name(by)} has passed the request on: whether ${quoted(asked.step)} may be due on ${longDateWithWeekday(asked.dueOn)} is for the Department to decide. Until then it is due as before.`,
    ],
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
      'More time has been agreed',
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
  'answer-promised': {
    happened: ({ by, onBehalfOf, step, round, promisedOn, because }, { name, quotedRound }) => [
      `${name(onBehalfOf ?? by)} will answer by ${longDateWithWeekday(promisedOn)}`,
      `${quotedRound({ step, round })}. No reminder goes before that day is over. The due date stays as it was.`,
      because,
      onBehalfOf === null ? '' : `Recorded by ${name(by)}.`,
    ],
    plays: ({ by, onBehalfOf, promisedOn, ...ref }, { person, step }) => [
      `${person(onBehalfOf ?? by)} says that they will answer by ${longDate(promisedOn)}: ${step(ref)}`,
    ],
  },
  'time-asked': {
    told: ({ by, onBehalfOf, step, dueOn, dueBefore }, { name, quoted }) => [
      `${name(onBehalfOf ?? by)} asks for more time`,
      `${name(onBehalfOf ?? by)} asks for ${quoted(step)} to be due on ${longDateWithWeekday(dueOn)}, not on ${longDateWithWeekday(dueBefore)}.`,
      'Please give the time or refuse it on the page of the deployment. Until then the due date stands and reminders go on.',
    ],
    happened: ({ by, onBehalfOf, step, round, dueOn, dueBefore, because }, { name, quotedRound }) => [
      `${name(onBehalfOf ?? by)} asked for more time: ${quotedRound({ step, round })}`,
      `Until ${longDateWithWeekday(dueOn)}. It is due on ${longDateWithWeekday(dueBefore)}.`,
      `Why: ${because}`,
      onBehalfOf === null ? '' : `Recorded by ${name(by)}.`,
    ],
    plays: ({ by, onBehalfOf, dueOn, ...ref }, { person, step }) => [
      `${person(onBehalfOf ?? by)} asks for more time: ${step(ref)}, until ${longDate(dueOn)}`,
    ],
  },
  'time-refused': {
    told: (event, { name, quoted }) => [
      'More time was not given',
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
        ? `The ${role(event.role)} of this deployment is changing. We are looking for somebody else, and will tell you who it is before anything is confirmed.`
        : `The ${role(event.role)} of this deployment is changing from ${names(event.from)} to ${name(event.to)}. We have asked ${name(event.to)} to confirm.`,
      `${names(event.from)}: thank you for your work. You do not need to do anything more, and links in earlier e-mails no longer work.`,
    ],
    plays: (event, { role }) => [`Looking for a new ${role(event.role)}`],
  },
  'party-changed': {
    told: (event, { name, role }) => [
      `${name(event.to)} is now the ${role(event.role)}`,
      event.from === null
        ? `${name(event.to)} takes part in this deployment as the ${role(event.role)} from now on.`
        : `${name(event.to)} has taken over from ${name(event.from)} as the ${role(event.role)}. E-mails go to ${name(event.to)} from now on, and links that were sent to ${name(event.from)} no longer work.`,
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
  'person-merged': {
    told: (event, { name }) => [
      `${name(event.from)} and ${name(event.to)} are the same person`,
      `Chaser knew this person twice. E-mails go to one address from now on, and links that were sent to the other no longer work.`,
    ],
    plays: (event, { person }) => [`${person(event.from)} and ${person(event.to)} are the same person`],
  },
  'deployment-withdrawn': {
    told: (event, { end }) => [
      'This deployment has been ended',
      `${end(event.end)}${event.withdrawnBy === null ? '' : `, ${WITHDRAWN_BY[event.withdrawnBy]}`}.`,
      'You do not need to do anything more. Links in earlier e-mails no longer work.',
    ],
    plays: (event, { end }) => [`The deployment is withdrawn: ${end(event.end)}`],
  },
  'deployment-reopened': {
    told: (event, { name }) => [
      'This deployment has been reopened',
      `${name(event.by)} has reopened it. We will ask again for everything that was open when it ended.`,
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
      `The answer to ${quoted(event.step)} was recorded by mistake and has been taken back. We will ask for it again, with the time that was left.`,
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
      `The escalation of ${quoted(event.step)} has ended`,
      `You were told that this was late. ${event.because}`,
      'You do not need to do anything more about it.',
    ],
    happened: (event, { quotedRound }) => [`The escalation of ${quotedRound(event)} has ended`, event.because],
    plays: (event, { step }) => [`The escalation of ${step(event)} is closed`],
  },
  'pace-changed': {
    told: (event) => [PACES[event.pace]],
    plays: ({ pace }) => [PACES[pace]],
  },
  'calendar-adopted': {
    told: (event) => [
      'The calendar has been corrected',
      'The term dates or bank holidays behind the due dates of this deployment have changed.',
      movedOrNot(event.moves),
    ],
    plays: () => ['Due dates are worked out with another calendar from now on'],
  },
};

/** A due date moved by a change, as a line of a timeline. */
export function movedLine(title: string, { from, to }: Pick<Move, 'from' | 'to'>): string {
  return `“${title}”: now due on ${longDate(to)}, not ${longDate(from)}.`;
}

function movedOrNot(moves: readonly Move[]): string {
  return moves.length === 0 ? 'No due date has moved.' : '';
}

type Stopped = Extract<ChangeEvent, { type: 'clock-stopped' }>;

const paused = ({ scope }: Stopped, { quoted }: Teller) => (scope === null ? 'This deployment' : quoted(scope.step));

const pausedBy = ({ by, scope, from }: Stopped, { name, quoted }: Teller) =>
  `${name(by)} has paused ${scope === null ? 'it' : quoted(scope.step)} from ${longDateWithWeekday(from)}`;

const shouldEnd = ({ expectedEnd }: Stopped) => `The pause should end on or before ${longDateWithWeekday(expectedEnd)}.`;

const PACES: Readonly<Record<Pace, string>> = {
  less: 'Fewer reminders go out about this deployment from now on',
  usual: 'The usual reminders go out about this deployment again',
  more: 'More reminders go out about this deployment from now on',
};

const WITHDRAWN_BY: Readonly<Record<WithdrawnBy, string>> = {
  school: 'by the school or trust',
  'system-leader': 'by the system leader',
  'trust-change': 'because the school is moving to another trust',
  department: 'by the Department',
};

/** Why something is paused, at the end of a title. */
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
const AGAIN: typeof PASSED = { ...PASSED, raised: 'is sent again: nobody took it, and there is nobody above to send it to' };
