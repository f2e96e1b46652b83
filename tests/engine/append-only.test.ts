import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { RecordPort, WakeUp } from '../../activities/ports.ts';
import { blankChronology, evolve } from '../../domain/chronology/chronology.ts';
import type { Chronology } from '../../domain/chronology/state.ts';
import { begin, decide } from '../../domain/chronology/decide.ts';
import type { Command, Decision } from '../../domain/chronology/decide.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createRecord, OutOfOrder } from '../../postgres/record/record.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PARTIES, URN } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';
import { freshName } from '../support/servers.ts';
import { storedOf } from '../support/stored.ts';

const PROGRAMME = tsiProgramme();
const MORNING = '2040-10-08T08:30:00.000Z';
const LATER = '2040-10-08T10:00:00.000Z';
const AT_ONCE = [{ mailroom: 0, urgency: 'at-once' }];

describe('the record', () => {
  let database: TestDatabase;
  let record: RecordPort;
  let reference: string;
  /** The first wake-up, which is stored: the deployment began, its step opened, its letters were written. */
  let first: WakeUp;
  /** The second wake-up, which is not stored: the step was answered. */
  let second: WakeUp;

  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await keepProgramme(database.pool, PROGRAMME);
    await keepCalendar(database.pool, CALENDAR_2040);
    record = createRecord(database.application, { mailrooms: 1, gatheringMs: 1_000 });
  });
  afterAll(() => database.end());

  beforeEach(async () => {
    reference = freshName('T');
    const beginning = { reference, subject: { kind: 'school', urn: URN }, parties: PARTIES } as const;
    const began = eventsOf(begin(PROGRAMME, beginning, CALENDAR_2040, MORNING));
    const asked = eventsOf(decide(stateAfter(began), { kind: 'carry-out-due' }, MORNING));
    first = wakeUp(0, [...began, ...asked]);
    second = wakeUp(first.events.length, answered('contacted', LATER));
    await database.pool.query('DELETE FROM mailroom_bells');
    await record.storeWakeUp(first);
    await database.pool.query('DELETE FROM mailroom_bells');
  });

  const wakeUp = (sequence: number, events: readonly ChronologyEvent[]): WakeUp => ({
    reference,
    sequence,
    events,
    asOf: MORNING,
    plannedAt: null,
  });
  const answered = (answer: string, at: string, fields: Readonly<Record<string, string>> = {}): readonly ChronologyEvent[] => {
    const command: Command = {
      kind: 'answer',
      step: 'contact-school',
      round: 1,
      answer,
      by: 'region',
      onBehalfOf: null,
      via: 'link',
      fields,
    };
    return eventsOf(decide(stateAfter(first.events), command, at));
  };
  /** Asserts that storing the wake-up fails and leaves nothing behind. */
  const leavesNothing = async (stored: WakeUp, error: Parameters<typeof assert.rejects>[1]): Promise<void> => {
    const before = await storedOf(database.pool, reference);
    await assert.rejects(() => record.storeWakeUp(stored), error);
    assert.deepEqual(await storedOf(database.pool, reference), before);
    const { rowCount } = await database.pool.query('SELECT FROM mailroom_bells');
    assert.equal(rowCount, 0, 'a mailroom was rung for');
  };

  describe('the events of a deployment', () => {
    for (const [what, statement] of [
      ['be changed', "UPDATE events SET body = '{}' WHERE reference = $1"],
      ['be written again as they are', 'UPDATE events SET at = at WHERE reference = $1 AND sequence = 1'],
      ['be deleted', 'DELETE FROM events WHERE reference = $1'],
    ] as const) {
      it(`cannot ${what}`, async () => {
        const before = await storedOf(database.pool, reference);
        await assert.rejects(database.pool.query(statement, [reference]), /events are append-only: a correction is a new event/);
        assert.deepEqual(await storedOf(database.pool, reference), before);
      });
    }

    it('cannot be emptied with TRUNCATE', async () => {
      await assert.rejects(database.pool.query('TRUNCATE events'), /events are append-only/);
      await assert.rejects(database.pool.query('TRUNCATE deployments, events CASCADE'), /events are append-only/);
      assert.equal((await storedOf(database.pool, reference)).events.length, first.events.length);
    });
  });

  describe('a wake-up that is stored again', () => {
    it('changes nothing, and names the same mailrooms to ring', async () => {
      const before = await storedOf(database.pool, reference);
      assert.deepEqual(await record.storeWakeUp(first), AT_ONCE);
      assert.deepEqual(await record.storeWakeUp(first), AT_ONCE);
      assert.deepEqual(await storedOf(database.pool, reference), before);
    });

    it('changes nothing when a later one was stored meanwhile', async () => {
      await record.storeWakeUp(second);
      const before = await storedOf(database.pool, reference);
      assert.deepEqual(await record.storeWakeUp(first), AT_ONCE);
      assert.deepEqual(await record.storeWakeUp(second), []);
      assert.deepEqual(await storedOf(database.pool, reference), before);
    });

    it('is stored once when several calls store it at the same moment', async () => {
      await Promise.all([record.storeWakeUp(second), record.storeWakeUp(second), record.storeWakeUp(second)]);
      const { events, deployments } = await storedOf(database.pool, reference);
      assert.equal(events.length, first.events.length + second.events.length);
      assert.equal((deployments[0] as { sequence: number }).sequence, events.length);
    });
  });

  describe('a wake-up that does not follow what is stored', () => {
    it('is refused when its sequence number is ahead', () => leavesNothing({ ...second, sequence: second.sequence + 1 }, OutOfOrder));

    it('is refused when its deployment never began', () => leavesNothing({ ...second, reference: freshName('T') }, OutOfOrder));

    it('is refused when a different wake-up has its place', async () => {
      await record.storeWakeUp(second);
      await leavesNothing(
        wakeUp(second.sequence, answered('no-longer-eligible', LATER, { because: 'closed', reason: 'It has closed.' })),
        OutOfOrder,
      );
    });

    it('is refused when it differs from the stored one only in a date', async () => {
      await record.storeWakeUp(second);
      await leavesNothing(wakeUp(second.sequence, answered('contacted', '2040-10-09T10:00:00.000Z')), OutOfOrder);
    });

    it('is refused when it begins the same deployment with other people', async () => {
      const [began, ...rest] = first.events;
      assert.equal(began?.type, 'deployment-began');
      await leavesNothing(wakeUp(0, [{ ...began, parties: { ...PARTIES, school: ['leader'] } }, ...rest]), OutOfOrder);
    });
  });

  describe('a wake-up that cannot be stored whole', () => {
    it('leaves no event and no letter behind when one of its steps is not in the programme', async () => {
      const [, opened] = second.events;
      assert.equal(opened?.type, 'step-opened');
      await leavesNothing(wakeUp(second.sequence, [...second.events, { ...opened, step: 'tea-break' }]), /has no step "tea-break"/);
    });

    it('leaves no event and no letter behind when one of its letters exists already', async () => {
      const again = first.events.filter(({ type }) => type === 'rung-reached');
      assert.ok(again.length > 0);
      await leavesNothing(wakeUp(second.sequence, [...second.events, ...again]), /duplicate key value/);
    });

    it('does not block the correct one', async () => {
      await assert.rejects(
        record.storeWakeUp(wakeUp(second.sequence, [...second.events, ...first.events.filter(({ type }) => type === 'rung-reached')])),
      );
      await record.storeWakeUp(second);
      const { events } = await storedOf(database.pool, reference);
      assert.equal(events.length, first.events.length + second.events.length);
    });
  });
});

function stateAfter(events: readonly ChronologyEvent[]): Chronology {
  return events.reduce(evolve, blankChronology(PROGRAMME, CALENDAR_2040));
}

function eventsOf(decision: Decision): readonly ChronologyEvent[] {
  if (!decision.ok) throw new Error(decision.reason.message);
  return decision.value;
}
