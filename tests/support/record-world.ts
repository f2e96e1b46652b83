import type { Pool } from 'pg';
import type { MailroomCall, RecordPort } from '../../activities/ports.ts';
import type { Change, ChronologyEvent, Recipient } from '../../domain/chronology/events.ts';
import type { RungKind } from '../../domain/programme.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from './database.ts';
import { insertPeople, PARTIES, URN } from './people.ts';
import { tsiProgramme } from './programme.ts';

/** Tuesday 9 October 2040, 11:00 in London: in sending hours, on a school day. */
export const AT = '2040-10-09T10:00:00.000Z';
/** Two days later. */
export const LATER = '2040-10-11T10:00:00.000Z';

/**
 * A database with the record on top. It stores events as a workflow would, without asking whether the rules allow them.
 */
export type RecordWorld = {
  /** As the application, as the engine itself connects. */
  readonly db: Pool;
  readonly owner: Pool;
  readonly record: RecordPort;
  /** A deployment that has begun, with these steps open. */
  begin(reference: string, ...open: readonly ChronologyEvent[]): Promise<readonly MailroomCall[]>;
  /** Stores the events that happen next to a deployment, in one wake-up. */
  happens(reference: string, ...events: readonly ChronologyEvent[]): Promise<readonly MailroomCall[]>;
  end(): Promise<void>;
};

export async function openRecordWorld({ gatheringMs = 0 }: { readonly gatheringMs?: number } = {}): Promise<RecordWorld> {
  const database = await freshDatabase();
  return { ...(await recordWorldIn(database.application, { gatheringMs, owner: database.pool })), end: () => database.end() };
}

/** The same on a migrated, empty database of the caller's, whose owner is the application itself unless told. */
export async function recordWorldIn(
  db: Pool,
  { gatheringMs = 0, owner = db }: { readonly gatheringMs?: number; readonly owner?: Pool } = {},
): Promise<Omit<RecordWorld, 'end'>> {
  const programme = tsiProgramme();
  await insertPeople(db);
  await keepProgramme(db, programme);
  await keepCalendar(db, CALENDAR_2040);
  const record = createRecord(db, { mailrooms: 1, gatheringMs });
  const sequences = new Map<string, number>();

  const happens = async (reference: string, ...events: readonly ChronologyEvent[]) => {
    const sequence = sequences.get(reference) ?? 0;
    sequences.set(reference, sequence + events.length);
    return record.storeWakeUp({ reference, sequence, events, asOf: AT, plannedAt: null });
  };

  return {
    db,
    owner,
    record,
    begin: (reference, ...open) =>
      happens(
        reference,
        {
          type: 'deployment-began',
          at: AT,
          reference,
          subject: { kind: 'school', urn: URN },
          programme: { id: programme.id, version: programme.version },
          calendarVersion: CALENDAR_2040.version,
          parties: PARTIES,
        },
        ...open,
      ),
    happens,
  };
}

export const CONFIRM = 'confirm-participation';
export const CONTACT = 'contact-school';

/** A step opens; due on Monday 15 October 2040. */
export function opened(step: string, round = 1): ChronologyEvent {
  return {
    type: 'step-opened',
    at: AT,
    step,
    round,
    on: plainDate('2040-10-08'),
    dayZero: plainDate('2040-10-08'),
    dueOn: plainDate('2040-10-15'),
    explanation: [],
    calendarVersion: CALENDAR_2040.version,
    openedBy: null,
  };
}

/** A rung is reached, for the people who are named: by default "head" in the role of the school. */
export function reached(
  kind: RungKind,
  people: readonly string[],
  {
    step = CONFIRM,
    round = 1,
    at = AT,
    rung = kind,
    role = 'school',
    unheld = [],
  }: {
    readonly step?: string;
    readonly round?: number;
    readonly at?: string;
    readonly rung?: string;
    readonly role?: string;
    readonly unheld?: readonly string[];
  } = {},
): ChronologyEvent {
  const to: readonly Recipient[] = people.map((person) => ({ role, person }));
  return { type: 'rung-reached', at, step, round, rung, kind, to, tells: [], unheld };
}

export function answered(step: string, round = 1, at = LATER): ChronologyEvent {
  return { type: 'step-answered', at, step, round, answer: 'accepts', by: 'head', onBehalfOf: null, via: 'link', fields: {} };
}

/** The fields that every change has, of a change that nobody is told about. */
export function change(number: number, at = LATER): Change {
  return { at, change: number, by: 'coordinator', because: 'Illness.', about: { step: CONFIRM, round: 1 }, tells: [], moves: [] };
}

export function stopped(stop: number, scope: { readonly step: string; readonly round: number } | null = null): ChronologyEvent {
  return {
    ...change(stop, AT),
    type: 'clock-stopped',
    stop,
    scope,
    category: 'illness',
    from: plainDate('2040-10-09'),
    expectedEnd: plainDate('2040-10-19'),
  };
}

export function resumed(stop: number, number = stop + 100): ChronologyEvent {
  return { ...change(number), type: 'clock-resumed', stop, on: plainDate('2040-10-11') };
}
