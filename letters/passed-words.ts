import type { ChangeEvent } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';

/** An escalation that has a new holder. The words depend on who reads of it. */
export type Passed = Extract<ChangeEvent, { type: 'escalation-passed' }>;
type Name = (person: string) => string;

/** Why an escalation comes to somebody for the first time, or comes back: "… handed this escalation over to you: …" */
export function passedToYou(event: Passed, name: Name): string {
  return passedOn(event, name, ' to you');
}

/** The same for everybody who reads a timeline, beside a title that names the new holder. */
export function passedHere(event: Passed, name: Name): string {
  return passedOn(event, name, '');
}

function passedOn(event: Passed, name: Name, to: ' to you' | ''): string {
  if (event.how === 'asked-anew') return `This escalation is sent again. ${event.because}`;
  const came = { raised: 'up', 'promise-passed': 'back' } as const;
  return event.how === 'raised' || event.how === 'promise-passed'
    ? `This escalation has come ${came[event.how]}${to}. ${event.because}`
    : `On ${dayOf(event)} ${passedClause(event, name, 'this escalation', to)}`;
}

/** For somebody who had the escalation, or knows of it, and need do nothing any more. */
export function passedToOthers(event: Passed, name: Name): string {
  return `On ${dayOf(event)} ${passedClause(event, name, 'this escalation', toOthers(event, name))}`;
}

/** In the story of one escalation, without its day: "Ann Other handed it over to Jo Head: I am away." */
export function passedInItsStory(event: Passed, name: Name): string {
  return passedClause(event, name, 'it', toOthers(event, name));
}

/** The person who handed an escalation over or sent it back, whoever recorded it. */
export function whoPassed({ by, onBehalfOf = by ?? undefined }: Pick<Passed, 'by' | 'onBehalfOf'>, name: Name): string {
  return onBehalfOf === undefined ? 'Chaser' : name(onBehalfOf);
}

/** " (Recorded by Cora Coordinator.)", after what was said on the telephone. */
export function recordedBy({ by, onBehalfOf }: Pick<Passed, 'by' | 'onBehalfOf'>, name: Name): string {
  return by === null || onBehalfOf === undefined ? '' : ` (Recorded by ${name(by)}.)`;
}

function passedClause(event: Passed, name: Name, it: string, to: string): string {
  switch (event.how) {
    case 'handed-over':
      return `${whoPassed(event, name)} handed ${it} over${to}: ${event.because}${recordedBy(event, name)}`;
    case 'sent-back':
      return `${whoPassed(event, name)} sent ${it} back${to}: ${event.because}${recordedBy(event, name)}`;
    case 'raised':
      return `${it} went up${to}. ${event.because}`;
    case 'promise-passed':
      return `${it} came back${to}. ${event.because}`;
    case 'asked-anew':
      return `${it} was sent again${to}. ${event.because}`;
    default:
      return event.how satisfies never;
  }
}

function toOthers({ to }: Passed, name: Name): string {
  return ` to ${inWords(to.map(({ person }) => name(person))) || 'nobody'}`;
}

function dayOf({ at }: Passed): string {
  return longDate(londonDate(Date.parse(at)));
}
