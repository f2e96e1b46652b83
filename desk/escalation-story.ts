import { mayTake } from '../domain/changes/escalation.ts';
import { findStep, stepOf, stopOf } from '../domain/chronology/chronology.ts';
import type { Chronology, Escalation, StepRecord, Stop } from '../domain/chronology/state.ts';
import type { ChronologyEvent, Instant, Recipient, StepRef } from '../domain/chronology/events.ts';
import type { PersonId, Step } from '../domain/programme.ts';
import { sameStep } from '../domain/chronology/step-refs.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { listContacts } from '../postgres/views/contacts.ts';
import type { Contact } from '../postgres/views/contacts.ts';
import type { Db } from '../postgres/database.ts';
import { listEvents } from '../postgres/views/deployment-page.ts';

type Event<Type extends ChronologyEvent['type']> = Extract<ChronologyEvent, { type: Type }>;

export type EscalationEvent =
  Event<'rung-reached'> | Event<'escalation-passed'> | Event<'escalation-acknowledged'> | Event<'escalation-closed'>;

/** The newest escalation of one opening of a step, from the letter that began it to how things stand now. */
export type EscalationStory = StepRef & {
  readonly reference: string;
  readonly chronology: Chronology;
  /** An instant on the clock of the deployment. */
  readonly now: Instant;
  readonly words: Step;
  readonly record: StepRecord;
  /** Everything that happened to it, in order; the first is the rung that began it. */
  readonly events: readonly EscalationEvent[];
  /** Null when it is over. */
  readonly open: Escalation | null;
  /** Who may acknowledge it, hand it over or send it back now; empty when it is over. */
  readonly takers: readonly Recipient[];
  /** Who has taken it on; null while nobody has, and again when it has come to somebody else. */
  readonly acknowledged: Event<'escalation-acknowledged'> | null;
  /** How it came to its current holder; null when it is with those who were asked first. */
  readonly passed: Event<'escalation-passed'> | null;
  /** Everybody who was ever asked to take it, the first first. */
  readonly asked: readonly PersonId[];
  /** The running stop that applies to its step; null while its clock runs. */
  readonly stop: Stop | null;
  readonly people: ReadonlyMap<PersonId, Contact>;
};

/** Reads an escalation out of what is stored; undefined when this opening of a step was never escalated. */
export async function readEscalation(db: Db, key: StepRef & { readonly reference: string }): Promise<EscalationStory | undefined> {
  const stored = await readChronology(db, key.reference);
  const record = stored && findStep(stored.chronology, key);
  if (stored === undefined || record === undefined) return undefined;
  const { chronology, now } = stored;
  const all = (await listEvents(db, key.reference)).toReversed().filter((event) => concerns(event, key));
  const began = all.findLastIndex(({ type }) => type === 'rung-reached');
  if (began < 0) return undefined;
  const events = all.slice(began);

  const running = record.state.kind === 'open' && chronology.status.kind === 'running';
  const open = running ? (chronology.escalations.findLast((each) => sameStep(each, key)) ?? null) : null;
  const passed = events.findLast((event) => event.type === 'escalation-passed') ?? null;
  const acknowledged = events.findLast((event) => event.type === 'escalation-acknowledged') ?? null;
  const takers = open === null ? [] : mayTake(chronology, open, now);
  return {
    reference: key.reference,
    step: key.step,
    round: key.round,
    chronology,
    now,
    words: stepOf(chronology.programme, key.step),
    record,
    events,
    open,
    takers,
    acknowledged:
      acknowledged !== null && events.indexOf(acknowledged) > (passed === null ? 0 : events.indexOf(passed)) ? acknowledged : null,
    passed,
    asked: [...new Set(events.flatMap((event) => ('to' in event ? event.to : [])).map(({ person }) => person))],
    stop: (open !== null && stopOf(chronology, record)) || null,
    people: await readPeople(db, chronology, events, takers),
  };
}

function concerns(event: ChronologyEvent, ref: StepRef): event is EscalationEvent {
  switch (event.type) {
    case 'rung-reached':
      return event.kind === 'escalation' && sameStep(event, ref);
    case 'escalation-passed':
    case 'escalation-acknowledged':
    case 'escalation-closed':
      return sameStep(event, ref);
    default:
      return false;
  }
}

/** Everybody whom a page about the escalation may mention. */
async function readPeople(
  db: Db,
  { parties }: Chronology,
  events: readonly EscalationEvent[],
  takers: readonly Recipient[],
): Promise<EscalationStory['people']> {
  const ids = [
    ...Object.values(parties).flat(),
    ...takers.map(({ person }) => person),
    ...events.flatMap((event) => [
      ...('to' in event ? event.to : []).map(({ person }) => person),
      ...event.tells.map(({ person }) => person),
      ...('by' in event && event.by !== null ? [event.by] : []),
      ...('onBehalfOf' in event && event.onBehalfOf !== null ? [event.onBehalfOf] : []),
    ]),
  ];
  return new Map((await listContacts(db, [...new Set(ids)])).map((contact) => [contact.id, contact]));
}
