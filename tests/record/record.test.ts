import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { plainDate } from '../../domain/time/plain-date.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { freshName } from '../support/servers.ts';
import {
  answered,
  AT,
  change,
  CONFIRM,
  CONTACT,
  LATER,
  opened,
  openRecordWorld,
  reached,
  resumed,
  stopped,
} from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { untilLockIsWaitedFor } from '../support/wait-until.ts';

/**
 * The side conditions of the record's statements: what an event must leave as it is. Each deployment here has
 * neighbours that the event is not about: another round, another step, another person, another deployment, and tasks
 * that are over already.
 */
describe('the record', () => {
  let world: RecordWorld;
  let reference: string;
  /** A neighbour that must stay as it is. */
  let other: string;

  beforeAll(async () => {
    world = await openRecordWorld();
  });
  afterAll(() => world.end());
  beforeEach(async () => {
    [reference, other] = [freshName('T'), freshName('T')];
    await world.db.query('DELETE FROM mailroom_bells');
    for (const each of [reference, other]) await world.begin(each, opened(CONFIRM), opened(CONTACT));
  });

  /** Rows of a table, each as some of its columns joined by blanks. */
  async function rowsOf(table: string, columns: string, of = reference): Promise<readonly string[]> {
    const { rows } = await world.db.query<{ row: string }>(
      `SELECT concat_ws(' ', ${columns}) AS row FROM ${table} WHERE reference = $1 ORDER BY 1`,
      [of],
    );
    return rows.map(({ row }) => row);
  }
  const OPEN_OR = "coalesce(outcome, 'open')";
  const calls = (of = reference) => rowsOf('call_tasks', `step, round, rung, person, ${OPEN_OR}`, of);
  const escalations = (of = reference) => rowsOf('escalations', `step, round, rung, person, ${OPEN_OR}`, of);
  const contacts = (of = reference) => rowsOf('contact_tasks', `role, person, problem, ${OPEN_OR}`, of);
  const parties = (of = reference) =>
    rowsOf('deployment_parties', "role, person, CASE WHEN until IS NULL THEN 'now' ELSE to_char(until AT TIME ZONE 'UTC', 'DD') END", of);

  const called = (rung: string, more: { readonly step?: string; readonly round?: number } = {}) =>
    reached('call', ['coordinator'], { rung, role: 'rdp', ...more });
  const escalated = (rung: string, more: { readonly step?: string; readonly round?: number } = {}) =>
    reached('escalation', ['region'], { rung, role: 'regional-team', ...more });
  /** Opens a call and an escalation of the step, and ends both before anything else happens. */
  const overBefore = async () => {
    await world.happens(reference, called('call+2'), escalated('escalation+3'));
    for (const table of ['call_tasks', 'escalations']) {
      await world.db.query(`UPDATE ${table} SET closed_at = $2, outcome = 'over before' WHERE reference = $1`, [reference, AT]);
    }
  };

  it('takes over what time brought about after a moment, and nothing of it once a person had a part in it', async () => {
    const stored = [reached('reminder', ['head']), called('call+2')];
    await world.happens(reference, ...stored);
    assert.deepEqual(await world.record.broughtByTimeAfter(reference, 3), stored);
    assert.deepEqual(await world.record.broughtByTimeAfter(reference, 5), []);
    await world.happens(reference, answered(CONFIRM));
    assert.deepEqual(await world.record.broughtByTimeAfter(reference, 3), []);
  });

  describe('when a step closes', () => {
    it('closes its open calls and escalations, and keeps the outcomes of those that are over', async () => {
      await overBefore();
      await world.happens(reference, called('call+2~2'), escalated('escalation+3~2'));
      await world.happens(reference, answered(CONFIRM));
      assert.deepEqual(await calls(), [
        `${CONFIRM} 1 call+2 coordinator over before`,
        `${CONFIRM} 1 call+2~2 coordinator the step was answered`,
      ]);
      assert.deepEqual(await escalations(), [
        `${CONFIRM} 1 escalation+3 region over before`,
        `${CONFIRM} 1 escalation+3~2 region the step was answered`,
      ]);
    });

    it('leaves open those of other steps, of its other rounds and of other deployments', async () => {
      await world.happens(reference, opened(CONFIRM, 2));
      await world.happens(reference, called('call+2', { round: 2 }), escalated('escalation+3', { round: 2 }));
      await world.happens(reference, called('call+2', { step: CONTACT }), escalated('escalation+3', { step: CONTACT }));
      await world.happens(other, called('call+2'), escalated('escalation+3'));
      await world.happens(reference, answered(CONFIRM));
      assert.deepEqual(await calls(), [`${CONFIRM} 2 call+2 coordinator open`, `${CONTACT} 1 call+2 coordinator open`]);
      assert.deepEqual(await escalations(), [`${CONFIRM} 2 escalation+3 region open`, `${CONTACT} 1 escalation+3 region open`]);
      assert.deepEqual(await calls(other), [`${CONFIRM} 1 call+2 coordinator open`]);
      assert.deepEqual(await escalations(other), [`${CONFIRM} 1 escalation+3 region open`]);
    });
  });

  it('a due date moved so that its step is no longer late closes its open call and escalation, and keeps the outcomes of those that are over', async () => {
    await overBefore();
    await world.happens(reference, called('call+2~2'), escalated('escalation+3~2'), called('call+2', { step: CONTACT }));
    await world.happens(reference, {
      type: 'due-date-moved',
      at: LATER,
      change: 1,
      step: CONFIRM,
      round: 1,
      dayZero: plainDate('2040-10-08'),
      dueOn: plainDate('2040-10-19'),
      originalDueOn: null,
      explanation: [],
      calendarVersion: 'test-2040',
      rearms: [],
      inTime: true,
    });
    assert.deepEqual(await calls(), [
      `${CONFIRM} 1 call+2 coordinator over before`,
      `${CONFIRM} 1 call+2~2 coordinator the due date moved`,
      `${CONTACT} 1 call+2 coordinator open`,
    ]);
    assert.deepEqual(await escalations(), [
      `${CONFIRM} 1 escalation+3 region over before`,
      `${CONFIRM} 1 escalation+3~2 region the due date moved`,
    ]);
  });

  describe('when a clock runs again', () => {
    const states = (of = reference) => rowsOf('messages', 'rung, state, coalesce(held_by_stop, 0)', of);
    /** Adds to each deployment a letter held by each of its two stops. */
    const held = async () => {
      for (const each of [reference, other]) {
        await world.happens(
          each,
          reached('reminder', ['head'], { rung: 'held-by-1' }),
          reached('reminder', ['head'], { rung: 'held-by-2' }),
        );
        await world.happens(each, stopped(1), stopped(2, { step: CONFIRM, round: 1 }));
      }
      await world.db.query(
        `UPDATE messages SET state = 'suppressed', closed_at = now(), held_by_stop = right(rung, 1)::int WHERE reference = ANY ($1)`,
        [[reference, other]],
      );
    };

    it('releases the letters that this stop held, and no others', async () => {
      await held();
      await world.happens(reference, resumed(1));
      assert.deepEqual(await states(), ['held-by-1 queued 0', 'held-by-2 suppressed 2']);
      assert.deepEqual(await states(other), ['held-by-1 suppressed 1', 'held-by-2 suppressed 2']);
    });

    it('ends this stop, and no other', async () => {
      await held();
      await world.happens(reference, resumed(1));
      const stops = (of: string) => rowsOf('clock_stops', "stop, coalesce(resumed_on::text, 'stands')", of);
      assert.deepEqual(await stops(reference), ['1 2040-10-11', '2 stands']);
      assert.deepEqual(await stops(other), ['1 stands', '2 stands']);
    });

    it('tells the mailroom about the letters that it released', async () => {
      await held();
      await world.db.query('DELETE FROM mailroom_bells');
      assert.deepEqual(await world.happens(reference, resumed(1)), [{ mailroom: 0, urgency: 'gather' }]);
    });
  });

  describe('an event of an escalation', () => {
    const turn = { at: LATER, step: CONFIRM, round: 1, rung: 'escalation+3', turn: 1 } as const;
    const told = () =>
      rowsOf('escalations', "rung, turn, person, coalesce(acknowledged_by, '-'), coalesce(words, '-'), coalesce(outcome, 'open')");
    const overAndOpen = async () => {
      await overBefore();
      await world.happens(reference, escalated('escalation+3~2'));
    };

    it('that acknowledges it leaves one that is over', async () => {
      await overAndOpen();
      await world.happens(reference, {
        ...turn,
        type: 'escalation-acknowledged',
        change: 1,
        by: 'region',
        onBehalfOf: null,
        via: 'link',
        words: 'telephoning',
        promisedOn: plainDate('2040-10-19'),
        tells: [],
      });
      assert.deepEqual(await told(), ['escalation+3 1 region - - over before', 'escalation+3~2 1 region region telephoning open']);
    });

    it('that passes it on leaves one that is over', async () => {
      await overAndOpen();
      await world.happens(reference, {
        ...turn,
        type: 'escalation-passed',
        turn: 2,
        how: 'handed-over',
        by: 'region',
        because: 'Theirs.',
        to: [{ role: 'regional-senior', person: 'senior' }],
        tells: [],
        unheld: [],
      });
      assert.deepEqual(await told(), ['escalation+3 1 region - - over before', 'escalation+3~2 2 senior - - open']);
    });

    it('that closes it keeps the outcome of one that is over', async () => {
      await overAndOpen();
      await world.happens(reference, { ...turn, type: 'escalation-closed', change: 1, because: 'Answered.', tells: [] });
      assert.deepEqual(await told(), ['escalation+3 1 region - - over before', 'escalation+3~2 1 region - - Answered.']);
    });
  });

  describe('when somebody takes another’s place', () => {
    const replaced = (role: string, from: string, to: string) => ({ ...change(1), type: 'party-changed', role, from, to }) as const;

    it('gives the newcomer the open calls and escalations, and leaves those that are over', async () => {
      await overBefore();
      await world.happens(reference, called('call+2~2'), escalated('escalation+3~2'));
      await world.happens(reference, replaced('rdp', 'coordinator', 'leader'));
      await world.happens(reference, { ...replaced('regional-team', 'region', 'senior'), change: 2 });
      assert.deepEqual(await calls(), [`${CONFIRM} 1 call+2 coordinator over before`, `${CONFIRM} 1 call+2~2 leader open`]);
      assert.deepEqual(await escalations(), [`${CONFIRM} 1 escalation+3 region over before`, `${CONFIRM} 1 escalation+3~2 senior open`]);
    });

    it('leaves everybody else’s calls with them', async () => {
      await world.happens(reference, called('call+2'));
      await world.happens(reference, replaced('school', 'head', 'leader'));
      assert.deepEqual(await calls(), [`${CONFIRM} 1 call+2 coordinator open`]);
    });

    it('leaves the person who is replaced their other roles', async () => {
      await world.happens(reference, { type: 'party-named', at: AT, role: 'system-leader', person: 'head' });
      await world.happens(reference, replaced('school', 'head', 'leader'));
      assert.deepEqual(await parties(), [
        'diocese diocese now',
        'local-authority authority now',
        'rdp coordinator now',
        'regional-senior senior now',
        'regional-team region now',
        'school head 11',
        'school leader now',
        'system-leader head now',
      ]);
    });
  });

  it('naming somebody for a role ends whoever held it, and nobody who left it before', async () => {
    await world.happens(reference, { type: 'party-named', at: AT, role: 'system-leader', person: 'leader' });
    await world.happens(reference, { type: 'party-named', at: '2040-10-10T10:00:00.000Z', role: 'system-leader', person: 'leader-busy' });
    await world.happens(reference, { type: 'party-named', at: LATER, role: 'system-leader', person: 'senior' });
    assert.deepEqual(await parties(), [
      'diocese diocese now',
      'local-authority authority now',
      'rdp coordinator now',
      'regional-senior senior now',
      'regional-team region now',
      'school head now',
      'system-leader leader 10',
      'system-leader leader-busy 11',
      'system-leader senior now',
    ]);
    assert.equal((await parties(other)).length, 6);
  });

  it('naming somebody for a role closes the open contact tasks of that role, and no others', async () => {
    const missing = (role: string, rung: string) => reached('notice', [], { rung, unheld: [role] });
    await world.happens(reference, missing('system-leader', 'notice-1'));
    await world.db.query("UPDATE contact_tasks SET closed_at = $2, outcome = 'over before' WHERE reference = $1", [reference, AT]);
    await world.happens(reference, missing('system-leader', 'notice-2'), missing('diocese', 'notice-3'));
    await world.happens(other, missing('system-leader', 'notice-1'));
    await world.happens(reference, { type: 'party-named', at: LATER, role: 'system-leader', person: 'leader' });
    assert.deepEqual(await contacts(), [
      'diocese nobody-holds-the-role open',
      'system-leader nobody-holds-the-role over before',
      'system-leader nobody-holds-the-role somebody was named',
    ]);
    assert.deepEqual(await contacts(other), ['system-leader nobody-holds-the-role open']);
  });

  it('the end of a deputy’s days ends them for that person only', async () => {
    const named = (number: number, person: string) =>
      ({
        ...change(number),
        type: 'deputy-named',
        person,
        deputy: 'leader',
        from: plainDate('2040-10-10'),
        to: plainDate('2040-10-12'),
      }) as const;
    await world.happens(reference, named(1, 'head'), named(2, 'region'));
    await world.happens(reference, { ...change(3), type: 'deputy-ended', person: 'head' });
    assert.deepEqual(await rowsOf('deputies', "person, CASE WHEN ended_at IS NULL THEN 'stands in' ELSE 'ended' END"), [
      'head ended',
      'region stands in',
    ]);
  });

  describe('a mailroom’s bell', () => {
    const letter = (rung: string) => reached('request', ['head'], { rung });
    const AT_ONCE = [{ mailroom: 0, urgency: 'at-once' }];

    it('rings once until it is heeded', async () => {
      assert.deepEqual(await world.happens(reference, letter('one')), AT_ONCE);
      assert.deepEqual(await world.happens(reference, letter('two')), []);
      await world.db.query('DELETE FROM mailroom_bells');
      assert.deepEqual(await world.happens(reference, letter('three')), AT_ONCE);
    });

    it('rings again when it has rung for minutes and nobody came', async () => {
      await world.happens(reference, letter('one'));
      await world.db.query("UPDATE mailroom_bells SET rung_at = clock_timestamp() - interval '4 minutes'");
      assert.deepEqual(await world.happens(reference, letter('two')), AT_ONCE);
      assert.deepEqual(await world.happens(reference, letter('three')), []);
    });

    it('is not waited for by a wake-up that finds it ringing, however long another is busy with it', async () => {
      await world.happens(reference, letter('one'));
      const other = await world.db.connect();
      try {
        await other.query('BEGIN');
        await other.query('SELECT FROM mailroom_bells FOR UPDATE');
        assert.deepEqual(await Promise.race([world.happens(reference, letter('two')), sleep(5_000, 'it waited')]), []);
      } finally {
        await other.query('ROLLBACK');
        other.release();
      }
    });

    it('is told of once when two wake-ups ring it at one moment', async () => {
      const other = await world.db.connect();
      try {
        await other.query('BEGIN');
        await other.query("INSERT INTO mailroom_bells (mailroom, urgency) VALUES (0, 'at-once')");
        const told = world.happens(reference, letter('one'));
        await untilLockIsWaitedFor(world.db);
        await other.query('COMMIT');
        assert.deepEqual(await told, []);
      } finally {
        other.release();
      }
    });

    it('is held by nobody who waits for that of a mailroom before it, so that two wake-ups cannot deadlock', async () => {
      const twoMailrooms = createRecord(world.db, { mailrooms: 2, gatheringMs: 0 });
      const { rows } = await world.db.query<{ sequence: number }>('SELECT sequence FROM deployments WHERE reference = $1', [reference]);
      const wakeUp = {
        reference,
        sequence: rows[0]?.sequence ?? 0,
        events: [reached('request', ['leader'], { role: 'system-leader' }), reached('request', ['head'], { rung: 'second' })],
        asOf: AT,
        plannedAt: null,
      };
      const first = await world.db.connect();
      const last = await world.db.connect();
      try {
        await first.query('BEGIN');
        await first.query("INSERT INTO mailroom_bells (mailroom, urgency) VALUES (0, 'at-once')");
        const told = twoMailrooms.storeWakeUp(wakeUp);
        await untilLockIsWaitedFor(world.db);
        await last.query("SET statement_timeout = '5s'");
        await last.query('BEGIN');
        await last.query("INSERT INTO mailroom_bells (mailroom, urgency) VALUES (1, 'at-once')");
        await last.query('ROLLBACK');
        await first.query('ROLLBACK');
        assert.deepEqual(await told, [
          { mailroom: 0, urgency: 'at-once' },
          { mailroom: 1, urgency: 'at-once' },
        ]);
      } finally {
        first.release(true);
        last.release(true);
      }
    });

    it('rings again when it was heeded before the letter could be seen', async () => {
      await world.happens(reference, letter('one'));
      const heeded = createRecord(
        beforeCommit(world.db, () => world.db.query('DELETE FROM mailroom_bells')),
        { mailrooms: 1, gatheringMs: 0 },
      );
      const { rows } = await world.db.query<{ sequence: number }>('SELECT sequence FROM deployments WHERE reference = $1', [reference]);
      const wakeUp = { reference, sequence: rows[0]?.sequence ?? 0, events: [letter('two')], asOf: AT, plannedAt: null };
      assert.deepEqual(await heeded.storeWakeUp(wakeUp), AT_ONCE);
    });

    it('rings for an urgent letter although a reminder’s bell rings', async () => {
      assert.deepEqual(await world.happens(reference, reached('reminder', ['head'])), [{ mailroom: 0, urgency: 'gather' }]);
      assert.deepEqual(await world.happens(reference, letter('one')), AT_ONCE);
    });
  });

  it('a second letter with the same key is refused together with its whole wake-up', async () => {
    await world.happens(reference, reached('request', ['head']));
    await assert.rejects(world.happens(reference, reached('request', ['head'])), /duplicate key value/);
    assert.deepEqual(await rowsOf('messages', 'key'), [`${reference}/${CONFIRM}/1/request/head`]);
  });
});

/** A pool in whose transactions something else happens just before they are committed. */
function beforeCommit(pool: pg.Pool, happens: () => Promise<unknown>): pg.Pool {
  const connect = async () => {
    const client = await pool.connect();
    return new Proxy(client, {
      get(of, name) {
        const value: unknown = Reflect.get(of, name);
        if (typeof value !== 'function') return value;
        if (name !== 'query') return value.bind(of) as unknown;
        return async (...given: readonly unknown[]): Promise<unknown> => {
          if (given[0] === 'COMMIT') await happens();
          return (value as (...to: readonly unknown[]) => unknown).apply(of, [...given]);
        };
      },
    });
  };
  return { connect, query: pool.query.bind(pool) } as unknown as pg.Pool;
}
