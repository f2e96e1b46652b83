/** Events as the table logged_lives has them: what reports ask of the events of a deployment, as text. Migration 0046 writes it. */
import type { EventsAskedFor } from '../../domain/measures/asked-events.ts';
import type { MeasuredEvent } from '../../domain/measures/known-life.ts';
import type { Parties } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';

/** Between the parts of an event, and between the events of a deployment: characters that no id holds, and that JSON never has unescaped. */
const PART = '\u001F';
const EVENT = '\u001E';

/** Which events are read out of a log. */
export type AskedEvents = {
  /** Finds the beginning of each: the end of the event before it, its kind, and its step where that is asked for. */
  readonly beginning: RegExp;
  readonly withParties: boolean;
};

/** How these events are found. Who held a role from the beginning is read where the kinds hold `party-named`. */
export function askedEvents({ kinds, ofSteps }: EventsAskedFor): AskedEvents {
  const oneOf = (words: readonly string[]) => `(?:${words.map((word) => word.replaceAll(/[^a-zA-Z0-9]/g, '\\$&')).join('|')})${PART}`;
  const ways = [
    ...(kinds.length === 0 ? [] : [oneOf(kinds)]),
    ...ofSteps.flatMap((of) => (of.kinds.length === 0 || of.steps.length === 0 ? [] : [oneOf(of.kinds) + oneOf(of.steps)])),
  ];
  // What is asked for nothing finds nothing.
  const either = ways.join('|') || '(?!)';
  return { beginning: new RegExp(`(?:^|${EVENT})(?:${either})`, 'g'), withParties: kinds.includes('party-named') };
}

/**
 * Those of the events of a log that are asked for, in its order. Throws where one of them cannot be read. A log has dozens of events of which a
 * measure asks for a few: the others are passed over by one expression, which is several times as fast as looking at each.
 */
export function eventsIn(log: string, { beginning, withParties }: AskedEvents): readonly MeasuredEvent[] {
  const found: MeasuredEvent[] = [];
  beginning.lastIndex = 0;
  for (let at = beginning.exec(log); at !== null; at = beginning.exec(log)) {
    const next = log.indexOf(EVENT, beginning.lastIndex);
    const until = next === -1 ? log.length : next;
    found.push(eventIn(log.slice(log.startsWith(EVENT, at.index) ? at.index + 1 : at.index, until), withParties));
    beginning.lastIndex = until;
  }
  return found;
}

/** An event as PostgreSQL writes it. Throws where it is written otherwise. */
function eventIn(text: string, withParties: boolean): MeasuredEvent {
  const parts = text.split(PART);
  const [type, step = '', at = '', fourth = '', fifth = '', sixth = '', seventh = '', eighth = ''] = parts;
  if (parts.length === 3 && at.startsWith('{')) return JSON.parse(at) as MeasuredEvent;
  if (type === 'step-opened' && parts.length === 7) {
    const opened = { type, at, step, round: Number(fourth), on: fifth as PlainDate, dueOn: sixth as PlainDate } as const;
    return seventh === '' ? opened : { ...opened, originalDueOn: seventh as PlainDate };
  }
  if (type === 'step-answered' && parts.length === 8) {
    const onBehalfOf = seventh === '' ? null : seventh;
    return { type, at, step, round: Number(fourth), answer: fifth, by: sixth, onBehalfOf, fields: texts(eighth) };
  }
  if ((type === 'step-overtaken' || type === 'step-lapsed') && parts.length === 4) return { type, at, step, round: Number(fourth) };
  if (type === 'due-date-moved' && parts.length === 6) {
    const originalDueOn = sixth === '' ? null : (sixth as PlainDate);
    return { type, at, step, round: Number(fourth), dueOn: fifth as PlainDate, originalDueOn };
  }
  if (type === 'party-named' && parts.length === 5) return { type, at, role: fourth, person: fifth };
  if (type === 'deployment-began' && parts.length === 11) {
    const [calendarVersion = '', parties = '{}', facts = '{}'] = parts.slice(8);
    return {
      type,
      at,
      reference: fourth,
      subject: fifth === 'trust' ? { kind: fifth, trust: sixth } : { kind: 'school', urn: sixth },
      programme: { id: seventh, version: Number(eighth) },
      calendarVersion,
      parties: withParties ? (JSON.parse(parties) as Parties) : {},
      facts: texts(facts),
    };
  }
  throw new Error(`PostgreSQL gave an event that cannot be read: ${text.slice(0, 80)}`);
}

const NOTHING: Readonly<Record<string, string>> = {};
const texts = (json: string): Readonly<Record<string, string>> =>
  json === '{}' ? NOTHING : (JSON.parse(json) as Readonly<Record<string, string>>);
