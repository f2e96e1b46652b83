import type { Difference } from '../domain/chronology/compare-stories.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { dateAndTime } from '../domain/time/time-words.ts';

/** What differs between the record and the engine about a deployment, for whoever runs Chaser. */
export function differenceInWords(difference: Exclude<Difference, { kind: 'same' }>): string {
  switch (difference.kind) {
    case 'record-behind':
      return `The record lacks ${counted(difference.missing)} that the engine has stored before.`;
    case 'record-unknown':
      return `It is in the engine only: the record has no such deployment, and lacks ${counted(difference.missing)}.`;
    case 'engine-behind':
      return `The engine lacks ${counted(difference.ahead)} that the record has.`;
    case 'engine-gone':
      return 'It is running in the record only: the engine does not know it, or has broken it off. Nothing of it is chased.';
    case 'too-old':
      return `The record lacks ${difference.lacks} ${difference.lacks === 1 ? 'event' : 'events'}, and the engine does not hold them any more.`;
    case 'parted':
      return `After ${difference.inCommon} events they went on in different ways: the record has ${counted(difference.ahead)}, and the engine ${counted(difference.instead)} instead.`;
    default:
      return difference satisfies never;
  }
}

/** "3 events of 8 October 2040, 8am to 9 October 2040, 10am, with the answer “accepts” to confirm-participation" */
function counted(events: readonly ChronologyEvent[]): string {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return 'nothing';
  const when = first.at === last.at ? ` of ${dateAndTime(first.at)}` : ` of ${dateAndTime(first.at)} to ${dateAndTime(last.at)}`;
  const given = events.flatMap((event) => (event.type === 'step-answered' && event.by !== 'chaser' ? [givenInWords(event)] : []));
  return `${events.length} ${events.length === 1 ? 'event' : 'events'}${when}${given.length === 0 ? '' : `, with ${given.join(' and ')}`}`;
}

function givenInWords({ answer, step, round }: Extract<ChronologyEvent, { type: 'step-answered' }>): string {
  return `the answer “${answer}” to ${step}${round === 1 ? '' : `, round ${round}`}`;
}

/** Answers that the engine was given and that the record never had: nobody was told that they counted. */
export function neverCounted(events: readonly ChronologyEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'step-answered' && event.by !== 'chaser'
      ? [`${givenInWords(event)} by ${event.by} never counted: give it again if it still holds`]
      : [],
  );
}
