import type { ChangeEvent, Recipient } from '../../domain/chronology/events.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { newsOf, passedWords } from '../../letters/news-words.ts';
import { names, RUNGS, stepWords } from './event-parts.ts';
import type { EventWords, Wording } from './event-parts.ts';

/** A change of plan as a line of a timeline: the words of the e-mail that told of it, and who asked for it. */
export function changeInWords(event: ChangeEvent, wording: Wording): EventWords {
  const { nameOf, programme } = wording;
  const known = Object.fromEntries(peopleInChange(event).map((person) => [person, nameOf(person)]));
  switch (event.type) {
    case 'rung-held':
      return {
        title: `${RUNGS[event.kind]} held back${event.to.length === 0 ? '' : `: ${names(event.to, wording)}`}`,
        lines: [`${stepWords(wording, event)}.`, event.because],
      };
    case 'due-date-moved':
      return { title: `${stepWords(wording, event)} is now due on ${longDateWithWeekday(event.dueOn)}`, lines: [] };
    case 'clock-stop-queried':
      return {
        title: 'Is the clock still to stand?',
        lines: [`${names(event.to, wording)} ${event.to.length === 1 ? 'was' : 'were'} asked, for the ${ordinal(event.time)} time.`],
      };
    case 'extension-asked':
      return {
        title: `More time was asked for: ${stepWords(wording, event.asked)}`,
        lines: [`Until ${longDateWithWeekday(event.asked.dueOn)}.`, event.because, `Asked by ${nameOf(event.by)}.`],
      };
    case 'escalation-passed':
      return {
        title: `The escalation of ${stepWords(wording, event)} is with ${names(event.to, wording) || 'nobody'}`,
        lines: [passedWords(event, known).replace(/ to you\b/u, '')],
      };
    case 'escalation-closed':
      return { title: `The escalation of ${stepWords(wording, event)} is over`, lines: [event.because] };
    default: {
      const { headline, paragraphs, moves } = newsOf(event, { programme, names: known });
      return {
        title: headline,
        lines: [
          ...paragraphs.filter((paragraph) => paragraph !== ''),
          ...moves.map(({ title, from, to }) => `“${title}”: due on ${longDate(to)}, before on ${longDate(from)}.`),
          `${'onBehalfOf' in event && event.onBehalfOf !== null ? 'Recorded' : 'Done'} by ${nameOf(event.by)}.`,
        ],
      };
    }
  }
}

/** Every contact id that a change speaks of. */
export function peopleInChange(event: ChangeEvent): readonly string[] {
  const ids: string[] = [];
  const note = (...found: readonly (string | null | undefined)[]) => ids.push(...found.filter((id) => typeof id === 'string'));
  const people = (recipients: readonly Recipient[]) => note(...recipients.map(({ person }) => person));
  if ('by' in event) note(event.by);
  if ('tells' in event) people(event.tells);
  switch (event.type) {
    case 'rung-held':
    case 'clock-stop-queried':
      people(event.to);
      break;
    case 'escalation-passed':
      people(event.to);
      note(event.onBehalfOf);
      break;
    case 'extension-agreed':
      note(event.agreedWith);
      break;
    case 'extension-asked':
      note(event.asked.by, event.asked.agreedWith);
      break;
    case 'rematched':
      note(...event.from, event.to);
      break;
    case 'party-changed':
      note(event.from, event.to);
      break;
    case 'deputy-named':
      note(event.person, event.deputy);
      break;
    case 'deputy-ended':
      note(event.person);
      break;
    case 'escalation-acknowledged':
      note(event.onBehalfOf);
      break;
    default:
      break;
  }
  return ids;
}

function ordinal(n: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth'][n - 1] ?? `${n}th`;
}
