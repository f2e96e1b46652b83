import type { Letter, News } from '../activities/ports.ts';
import type { ChangeEvent, ChronologyEvent, ExtensionAsked, Move, WithdrawnBy } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { STOP_WORDS, wordsOf } from '../domain/chronology/opening.ts';
import { longDate, longDateWithWeekday, parsePlainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';

/** What the words of a change are made with: the programme, and the names of the people whose contact ids it holds. */
type Told = { readonly programme: Programme; readonly names: Readonly<Record<string, string>> };

/** A change in the words of the e-mail that tells of it. */
export function newsOf(event: ChronologyEvent, told: Told): News {
  const { headline, paragraphs } = wordsFor(event, told);
  return { headline, paragraphs, moves: 'moves' in event ? event.moves.map((move) => movedWords(move, told.programme)) : [] };
}

/** Why an escalation comes to somebody who did not have it, or comes back. */
export function passedWords(event: Extract<ChangeEvent, { type: 'escalation-passed' }>, names: Readonly<Record<string, string>>): string {
  const on = longDate(londonDate(Date.parse(event.at)));
  const name = (person: string) => names[person] ?? person;
  switch (event.how) {
    case 'handed-over':
      return `On ${on} ${whoPassed(event, name)} handed this escalation over to you: ${event.because}${recordedBy(event, name)}`;
    case 'sent-back':
      return `On ${on} ${whoPassed(event, name)} sent this escalation back to you: ${event.because}${recordedBy(event, name)}`;
    case 'raised':
      return `This escalation has come up to you. ${event.because}`;
    case 'promise-passed':
      return `This escalation has come back to you. ${event.because}`;
    default:
      return event.how satisfies never;
  }
}

/** The same to somebody who had the escalation, or knows of it, and need do nothing any more. */
export function passedOnWords(event: Extract<ChangeEvent, { type: 'escalation-passed' }>, names: Readonly<Record<string, string>>): string {
  const on = longDate(londonDate(Date.parse(event.at)));
  const name = (person: string) => names[person] ?? person;
  const to = event.to.map(({ person }) => name(person)).join(' and ') || 'nobody';
  switch (event.how) {
    case 'handed-over':
      return `On ${on} ${whoPassed(event, name)} handed this escalation over to ${to}: ${event.because}${recordedBy(event, name)}`;
    case 'sent-back':
      return `On ${on} ${whoPassed(event, name)} sent this escalation back to ${to}: ${event.because}${recordedBy(event, name)}`;
    case 'raised':
      return `On ${on} this escalation went up to ${to}. ${event.because}`;
    case 'promise-passed':
      return `On ${on} this escalation came back to ${to}. ${event.because}`;
    default:
      return event.how satisfies never;
  }
}

type Passed = Pick<Extract<ChangeEvent, { type: 'escalation-passed' }>, 'by' | 'onBehalfOf'>;

/** Who handed an escalation over or sent it back, whoever recorded it. */
export function whoPassed({ by, onBehalfOf = by ?? undefined }: Passed, nameOf: (person: string) => string): string {
  return onBehalfOf === undefined ? 'Chaser' : nameOf(onBehalfOf);
}

/** " (Recorded by Cora Coordinator.)", after what was said on the telephone. */
export function recordedBy({ by, onBehalfOf }: Passed, nameOf: (person: string) => string): string {
  return by === null || onBehalfOf === undefined ? '' : ` (Recorded by ${nameOf(by)}.)`;
}

/** The extension that somebody is asked to decide on. */
export function extensionAskedFor(
  programme: Programme,
  asked: ExtensionAsked,
  names: Readonly<Record<string, string>>,
): NonNullable<Letter['because']> {
  const title = titleOf(programme, asked.step);
  return {
    text: `${names[asked.by] ?? asked.by} asks for “${title}” to be due on ${longDateWithWeekday(asked.dueOn)}.`,
    details: [{ label: 'Why', value: asked.because }],
  };
}

type Words = Omit<News, 'moves'>;

function wordsFor(event: ChronologyEvent, { programme, names }: Told): Words {
  const name = (id: string) => names[id] ?? id;
  const role = (id: string) => programme.roles[id]?.title ?? id;
  const why = 'because' in event && event.because !== null ? `Why: ${event.because}` : '';
  switch (event.type) {
    case 'clock-stopped':
      return {
        headline: 'The clock has been stopped',
        paragraphs: [
          `${name(event.by)} has stopped the clock of ${scopeOf(event.scope, programme)} from ${longDateWithWeekday(event.from)}: ${STOP_WORDS[event.category]}.`,
          why,
          `It is expected to run again on or before ${longDateWithWeekday(event.expectedEnd)}. Until then nobody is reminded or called. The days on which it stands still are given back.`,
          'You can still answer at any time.',
        ],
      };
    case 'clock-stop-queried':
      return {
        headline: 'Is the clock still to stand?',
        paragraphs: [
          'The day on which this clock was expected to run again has passed. While it stands, nobody is reminded, called or told that anything is late.',
          'Please resume it, or say how long it is still to stand, on the page of the deployment. Until you do, you are asked again.',
        ],
      };
    case 'clock-resumed':
      return {
        headline: 'The clock runs again',
        paragraphs: [`${name(event.by)} has resumed the clock from ${longDateWithWeekday(event.on)}.`, why, movedOrNot(event.moves)],
      };
    case 'clock-stop-prolonged':
      return {
        headline: 'The clock stands still for longer',
        paragraphs: [`It is now expected to run again on or before ${longDateWithWeekday(event.expectedEnd)}.`, why],
      };
    case 'extension-agreed':
      return {
        headline: 'There is more time',
        paragraphs: [
          `“${titleOf(programme, event.step)}” is now due on ${longDateWithWeekday(event.dueOn)}, as agreed with ${event.agreedWith === null ? 'the Department' : name(event.agreedWith)}.`,
          why,
        ],
      };
    case 'extension-asked':
      return { headline: 'More time has been asked for', paragraphs: [why] };
    case 'extension-refused':
      return {
        headline: 'More time was not agreed',
        paragraphs: [
          `${name(event.by)} did not agree that “${titleOf(programme, event.step)}” should be due on ${longDateWithWeekday(event.dueOn)}. It is due as before.`,
          why,
        ],
      };
    case 'rematched':
      return {
        headline: `There will be another ${role(event.role)}`,
        paragraphs: [
          event.to === null
            ? `The ${role(event.role)} of this deployment changes. Somebody else is being looked for, and you are told who it is before anything is confirmed.`
            : `The ${role(event.role)} of this deployment changes from ${event.from.map(name).join(' and ')} to ${name(event.to)}, who is asked to confirm.`,
          why,
          `${event.from.map(name).join(' and ')}: thank you for what you have given. Nothing more is asked of you, and links in earlier e-mails have ended.`,
        ],
      };
    case 'party-changed':
      return {
        headline: `${name(event.to)} is now ${role(event.role)}`,
        paragraphs: [
          event.from === null
            ? `${name(event.to)} takes part in this deployment as ${role(event.role)} from now on.`
            : `${name(event.to)} has taken over from ${name(event.from)} as ${role(event.role)}. E-mails go to ${name(event.to)} from now on, and links that ${name(event.from)} was sent have ended.`,
          why,
        ],
      };
    case 'deputy-named':
      return {
        headline: `${name(event.deputy)} stands in for ${name(event.person)}`,
        paragraphs: [
          `From ${longDateWithWeekday(event.from)} to ${longDateWithWeekday(event.to)} e-mails that would go to ${name(event.person)} go to ${name(event.deputy)}, who can answer for them.`,
          why,
        ],
      };
    case 'deputy-ended':
      return { headline: `${name(event.person)} is back`, paragraphs: [`E-mails go to ${name(event.person)} again.`, why] };
    case 'deployment-withdrawn':
      return {
        headline: 'This deployment has been ended',
        paragraphs: [
          `${programme.ends[event.end]?.title ?? event.end}${event.withdrawnBy === null ? '' : `, ${WITHDRAWN_BY[event.withdrawnBy]}`}.`,
          why,
          'Nothing more is asked of you, and links in earlier e-mails have ended.',
        ],
      };
    case 'deployment-reopened':
      return {
        headline: 'This deployment goes on',
        paragraphs: [`${name(event.by)} has reopened it. What was open when it ended is asked for again.`, why],
      };
    case 'fact-corrected':
      return {
        headline: 'A date has been corrected',
        paragraphs: [
          `The date for “${wordsOf(event.fact)}” is ${dateOr(event.to)}, not ${dateOr(event.from)}.`,
          why,
          movedOrNot(event.moves),
        ],
      };
    case 'answer-taken-back':
      return {
        headline: 'An answer has been taken back',
        paragraphs: [
          `The answer to “${titleOf(programme, event.step)}” was recorded by mistake and has been taken back. It is asked for again, with the time that was left.`,
          why,
        ],
      };
    case 'escalation-acknowledged':
      return {
        headline: `${name(event.onBehalfOf ?? event.by)} has taken on “${titleOf(programme, event.step)}”`,
        paragraphs: [
          `What will be done: ${event.words}`,
          `By ${longDateWithWeekday(event.promisedOn)}. If the step is still open after that day, the escalation comes back to ${name(event.onBehalfOf ?? event.by)}.`,
          event.onBehalfOf === null ? '' : `Recorded by ${name(event.by)}.`,
        ],
      };
    case 'escalation-closed':
      return {
        headline: `The escalation of “${titleOf(programme, event.step)}” is over`,
        paragraphs: [`You were told that this was late. ${event.because}`, 'You do not need to do anything more about it.'],
      };
    case 'pace-changed':
      return {
        headline: event.pace === 'usual' ? 'This deployment is chased as usual again' : `This deployment is chased ${event.pace} closely`,
        paragraphs: [why],
      };
    case 'calendar-adopted':
      return {
        headline: 'The calendar has been corrected',
        paragraphs: ['The term dates or bank holidays on which this deployment is counted have changed.', why, movedOrNot(event.moves)],
      };
    default:
      return { headline: 'For your information', paragraphs: [why] };
  }
}

const WITHDRAWN_BY: Readonly<Record<WithdrawnBy, string>> = {
  school: 'by the school or trust',
  'system-leader': 'by the system leader',
  'trust-change': 'because the school changes its trust',
  department: 'by the Department',
};

function movedWords({ step, from, to }: Move, programme: Programme): News['moves'][number] {
  return { title: titleOf(programme, step), from, to };
}

function movedOrNot(moves: readonly Move[]): string {
  return moves.length === 0 ? 'No due date has moved.' : '';
}

function scopeOf(scope: { readonly step: string } | null, programme: Programme): string {
  return scope === null ? 'this deployment' : `“${titleOf(programme, scope.step)}”`;
}

function titleOf({ steps }: Programme, step: string): string {
  return steps[step]?.title ?? step;
}

function dateOr(text: string): string {
  const date = parsePlainDate(text);
  return date === undefined ? text : longDate(date);
}
