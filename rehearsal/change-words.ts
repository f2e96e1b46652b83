import type { ChangeEvent, StopCategory } from '../domain/chronology/events.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { personWords, spaced, stepWords, titleOf } from './words.ts';

/** A change of plan, in a sentence and what is to be said besides. `again`: an escalation goes to whoever had it before. */
export function changeInWords(
  programme: Programme,
  event: ChangeEvent,
  again: boolean,
): { readonly title: string; readonly lines: readonly string[] } {
  const because = 'because' in event ? [event.because] : [];
  switch (event.type) {
    case 'clock-stopped':
      return {
        title: `The clock stops for ${event.scope === null ? 'the whole deployment' : stepWords(programme, event.scope)}: ${STOPS[event.category]}`,
        lines: [`From ${longDate(event.from)}, expected to end on ${longDate(event.expectedEnd)}.`, ...because],
      };
    case 'clock-stop-prolonged':
      return { title: `The clock stands longer: expected to end on ${longDate(event.expectedEnd)}`, lines: because };
    case 'clock-resumed':
      return { title: `The clock runs again from ${longDate(event.on)}`, lines: because };
    case 'clock-stop-queried':
      return { title: 'The expected end of the stop has passed: somebody is asked whether it still holds', lines: [] };
    case 'rung-held':
      return { title: `Held back while the clock stands: ${stepWords(programme, event)}`, lines: because };
    case 'due-date-moved':
      return {
        title: `Due date of ${stepWords(programme, event)} moves to ${longDate(event.dueOn)}`,
        lines: event.explanation.map(({ text }) => text),
      };
    case 'extension-asked':
      return {
        title: `More time is asked for: ${stepWords(programme, event.asked)}, until ${longDate(event.asked.dueOn)}`,
        lines: because,
      };
    case 'extension-agreed':
      return { title: `More time is agreed: ${stepWords(programme, event)}, until ${longDate(event.dueOn)}`, lines: because };
    case 'extension-refused':
      return { title: `More time is refused: ${stepWords(programme, event)}`, lines: because };
    case 'rematched':
      return { title: `A new ${titleOf(programme, event.role)} is looked for`, lines: because };
    case 'party-changed':
      return { title: `${personWords(programme, event.to)} is the ${titleOf(programme, event.role)} now`, lines: because };
    case 'deputy-named':
      return {
        title: `${personWords(programme, event.deputy)} stands in for ${personWords(programme, event.person)}`,
        lines: [`From ${longDate(event.from)} to ${longDate(event.to)}.`, ...because],
      };
    case 'deputy-ended':
      return { title: `${personWords(programme, event.person)} is back`, lines: because };
    case 'deployment-withdrawn':
      return { title: `The deployment is withdrawn: ${programme.ends[event.end]?.title ?? event.end}`, lines: because };
    case 'deployment-reopened':
      return { title: 'The deployment is reopened', lines: because };
    case 'fact-corrected':
      return { title: `Corrected: ${spaced(event.fact)}, from ${event.from} to ${event.to}`, lines: because };
    case 'answer-taken-back':
      return { title: `The answer to ${stepWords(programme, event)} is taken back`, lines: because };
    case 'escalation-acknowledged':
      return {
        title: `${personWords(programme, event.onBehalfOf ?? event.by)} takes the escalation of ${stepWords(programme, event)}`,
        lines: [
          ...(event.onBehalfOf === null ? [] : [`By telephone, recorded by ${personWords(programme, event.by)}.`]),
          `Promised by ${longDate(event.promisedOn)}: ${event.words}`,
        ],
      };
    case 'escalation-passed':
      return { title: `The escalation of ${stepWords(programme, event)} ${again ? AGAIN[event.how] : PASSED[event.how]}`, lines: because };
    case 'escalation-closed':
      return { title: `The escalation of ${stepWords(programme, event)} is closed`, lines: because };
    case 'pace-changed':
      return { title: `Chased ${event.pace === 'usual' ? 'as usual' : event.pace} from now on`, lines: because };
    case 'calendar-adopted':
      return { title: 'Another calendar counts from now on', lines: because };
    default:
      return event satisfies never;
  }
}

const STOPS: Readonly<Record<StopCategory, string>> = {
  illness: 'illness',
  inspection: 'an inspection',
  'leadership-change': 'a change of leadership',
  safeguarding: 'safeguarding',
  'school-closed': 'the school is closed',
  'waiting-for-department': 'waiting for the Department',
  other: 'for another reason',
};

type How = Extract<ChangeEvent, { type: 'escalation-passed' }>['how'];

const PASSED: Readonly<Record<How, string>> = {
  'handed-over': 'is handed over',
  'sent-back': 'is sent back',
  raised: 'goes further up: nobody took it',
  'promise-passed': 'comes back: the promised day has passed',
};

/** The same where it reaches nobody new. */
const AGAIN: Readonly<Record<How, string>> = { ...PASSED, raised: 'is asked again: nobody took it, and nobody is further up' };
