import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { keepCalendar } from '../../postgres/pinned/pinned.ts';
import { CALENDAR_2040 } from '../support/calendar.ts';
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
import { freshName } from '../support/servers.ts';

const CONFIRM_1 = { step: CONFIRM, round: 1 } as const;

/**
 * Each event changes the rows that it is about and no others. Two deployments are alike to the last row; in each, the step that
 * the events are about has another round, and another step has a first round, all with a call and an escalation.
 */
describe('an event that is stored changes only the rows that it is about:', () => {
  let world: RecordWorld;
  let reference: string;
  let other: string;

  beforeAll(async () => {
    world = await openRecordWorld();
    await keepCalendar(world.db, { ...CALENDAR_2040, version: 'imported-later' });
  });
  afterAll(() => world.end());
  beforeEach(async () => {
    [reference, other] = [freshName('T'), freshName('T')];
    const tasks = [CONFIRM_1, { step: CONFIRM, round: 2 }, { step: CONTACT, round: 1 }].flatMap((of) => [
      reached('call', ['coordinator'], { ...of, rung: 'call', role: 'rdp' }),
      reached('escalation', ['region'], { ...of, rung: 'escalation', role: 'regional-team' }),
    ]);
    for (const each of [reference, other]) {
      const open = [opened(CONFIRM), opened(CONFIRM, 2), opened(CONTACT)];
      await world.begin(each, ...open, ...tasks, stopped(1), stopped(2, CONFIRM_1), recorded('first'), recorded('second'));
    }
  });

  const recorded = (fact: string) => ({ type: 'fact-recorded', at: AT, fact, value: '2040-10-09' }) as const;
  const turn = { at: LATER, ...CONFIRM_1, rung: 'escalation', turn: 1 } as const;
  const moved = {
    type: 'due-date-moved',
    at: LATER,
    change: 1,
    ...CONFIRM_1,
    dayZero: plainDate('2040-10-09'),
    dueOn: plainDate('2040-10-19'),
    originalDueOn: null,
    explanation: [],
    calendarVersion: 'test-2040',
    rearms: [],
    inTime: false,
  } as const;
  const deputy = (number: number, person: string, who: string) =>
    ({
      ...change(number),
      type: 'deputy-named',
      person,
      deputy: who,
      from: plainDate('2040-10-10'),
      to: plainDate('2040-10-12'),
    }) as const;

  /** The rows of both deployments, by what identifies them. */
  async function rows(): Promise<ReadonlyMap<string, string>> {
    const all = new Map<string, string>();
    for (const [table, key] of [
      ['deployments', "''"],
      ['steps', 'step, round'],
      ['call_tasks', 'step, round'],
      ['escalations', 'step, round'],
      ['clock_stops', 'stop'],
      ['deputies', 'change'],
      ['deployment_parties', 'role, person'],
      ['deployment_facts', 'fact'],
      ['answer_links', 'role, person'],
    ] as const) {
      const stored = await world.db.query<{ reference: string; key: string; row: string }>(
        `SELECT reference, concat_ws(' ', ${key}) AS key, (to_jsonb(stored) - 'sequence')::text AS row FROM ${table} stored
         WHERE reference = ANY ($1)`,
        [[reference, other]],
      );
      for (const { reference: of, key: which, row } of stored.rows) {
        all.set(`${of === reference ? '' : 'of another deployment: '}${table} ${which}`.trim(), row);
      }
    }
    return all;
  }

  /** What an event changes, in alphabetical order. */
  async function changedBy(...events: readonly ChronologyEvent[]): Promise<readonly string[]> {
    const before = await rows();
    await world.happens(reference, ...events);
    const after = await rows();
    return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key)).toSorted();
  }

  const THE_STEP = `steps ${CONFIRM} 1`;
  const THE_CALL = `call_tasks ${CONFIRM} 1`;
  const THE_ESCALATION = `escalations ${CONFIRM} 1`;
  const events: readonly (readonly [event: ChronologyEvent, changes: readonly string[]])[] = [
    [answered(CONFIRM), [THE_CALL, THE_ESCALATION, THE_STEP]],
    [{ type: 'step-overtaken', at: LATER, ...CONFIRM_1, because: 'No longer needed.' }, [THE_CALL, THE_ESCALATION, THE_STEP]],
    [{ type: 'step-lapsed', at: LATER, ...CONFIRM_1 }, [THE_CALL, THE_ESCALATION, THE_STEP]],
    [
      { ...change(3), type: 'answer-taken-back', ...CONFIRM_1, answer: 'accepts', facts: { first: null }, parties: {} },
      ['deployment_facts first', THE_STEP],
    ],
    [{ ...change(3), type: 'extension-agreed', ...CONFIRM_1, dueOn: plainDate('2040-10-19'), agreedWith: null }, [THE_STEP]],
    [moved, [THE_STEP]],
    [{ ...moved, inTime: true }, [THE_CALL, THE_ESCALATION, THE_STEP]],
    [{ ...change(3), type: 'clock-stop-prolonged', stop: 1, expectedEnd: plainDate('2040-10-26') }, ['clock_stops 1']],
    [{ type: 'clock-stop-queried', at: LATER, stop: 1, time: 1, about: CONFIRM_1, to: [] }, ['clock_stops 1']],
    [resumed(1), ['clock_stops 1']],
    [
      {
        ...turn,
        type: 'escalation-acknowledged',
        change: 3,
        by: 'region',
        onBehalfOf: null,
        via: 'link',
        words: 'telephoning',
        promisedOn: plainDate('2040-10-19'),
        tells: [],
      },
      [THE_ESCALATION],
    ],
    [
      {
        ...turn,
        type: 'escalation-passed',
        turn: 2,
        how: 'raised',
        by: null,
        because: 'Nobody took it.',
        to: [{ role: 'regional-senior', person: 'senior' }],
        tells: [],
        unheld: [],
      },
      [THE_ESCALATION],
    ],
    [{ ...turn, type: 'escalation-closed', change: 3, because: 'Answered.', tells: [] }, [THE_ESCALATION]],
    [{ ...change(3), type: 'pace-changed', pace: 'more' }, ['deployments']],
    [{ ...change(3), type: 'calendar-adopted', from: 'test-2040', to: 'imported-later' }, ['deployments']],
    [{ ...change(3), type: 'deployment-withdrawn', end: 'withdrawn', withdrawnBy: 'school' }, ['deployments']],
    [{ ...change(3), type: 'fact-corrected', fact: 'first', from: '2040-10-09', to: '2040-10-08' }, ['deployment_facts first']],
    [
      { type: 'party-named', at: LATER, role: 'school', person: 'leader' },
      ['deployment_parties school head', 'deployment_parties school leader'],
    ],
    [{ ...change(3), type: 'rematched', role: 'school', from: ['head'], to: null }, ['deployment_parties school head']],
  ];
  for (const [event, changes] of events) {
    it(`${event.type}: ${changes.join(', ')}`, async () => {
      assert.deepEqual(await changedBy(event), changes);
    });
  }

  it('the end of a deployment, and its reopening', async () => {
    assert.deepEqual(await changedBy({ type: 'deployment-ended', at: LATER, end: 'declined', because: null }), ['deployments']);
    await world.happens(other, { type: 'deployment-ended', at: LATER, end: 'declined', because: null });
    assert.deepEqual(await changedBy({ ...change(4), type: 'deployment-reopened' }), ['deployments']);
  });

  it('the end of a deputy, who is somebody else’s deputy too and was this one’s before', async () => {
    for (const each of [reference, other]) {
      await world.happens(each, deputy(3, 'head', 'leader'), { ...change(4), type: 'deputy-ended', person: 'head' });
      await world.happens(each, deputy(5, 'head', 'leader'), deputy(6, 'region', 'leader'));
    }
    assert.deepEqual(await changedBy({ ...change(7, '2040-10-12T10:00:00.000Z'), type: 'deputy-ended', person: 'head' }), ['deputies 5']);
  });

  describe('somebody takes another’s place, and', () => {
    const newHead = { ...change(9), type: 'party-changed', role: 'school', from: 'head', to: 'leader-busy' } as const;

    it('gets that role, and the escalations that were the other’s in that role', async () => {
      const region = (round: number, role: string, person: string) =>
        world.db.query('UPDATE escalations SET role = $3, person = $4 WHERE reference = ANY ($1) AND step = $5 AND round = $2', [
          [reference, other],
          round,
          role,
          person,
          CONFIRM,
        ]);
      await region(1, 'school', 'head');
      await region(2, 'rdp', 'head');
      await world.db.query("UPDATE escalations SET role = 'school', person = 'diocese' WHERE reference = $1 AND step = $2", [
        reference,
        CONTACT,
      ]);
      assert.deepEqual(await changedBy(newHead), [
        'deployment_parties school head',
        'deployment_parties school leader-busy',
        THE_ESCALATION,
      ]);
    });

    it('leaves when others held the role, and the others who hold it', async () => {
      for (const each of [reference, other]) {
        await world.db.query(
          `INSERT INTO deployment_parties (reference, role, person, since, until)
           VALUES ($1, 'school', 'diocese', $2, NULL), ($1, 'rdp', 'head', $2, NULL)`,
          [each, AT],
        );
      }
      // Whoever held it before has the day on which they left it.
      await world.db.query("INSERT INTO deployment_parties (reference, role, person, since, until) VALUES ($1, 'school', 'head', $2, $3)", [
        reference,
        '2040-09-01T10:00:00.000Z',
        '2040-09-10T10:00:00.000Z',
      ]);
      await world.happens(reference, newHead);
      const held = await world.db.query<{ held: string }>(
        `SELECT concat_ws(' ', role, person, coalesce(to_char(until AT TIME ZONE 'UTC', 'DD Mon'), 'now')) AS held
         FROM deployment_parties WHERE reference = $1 AND (role = 'school' OR person = 'head') ORDER BY role, person, since`,
        [reference],
      );
      assert.deepEqual(
        held.rows.map((row) => row.held),
        ['rdp head now', 'school diocese now', 'school head 10 Sep', 'school head 11 Oct', 'school leader-busy now'],
      );
    });

    it('gets the calls that were the other’s, in this deployment', async () => {
      const coordinator = { ...newHead, role: 'rdp', from: 'coordinator' } as const;
      assert.deepEqual(await changedBy(coordinator), [
        THE_CALL,
        `call_tasks ${CONFIRM} 2`,
        `call_tasks ${CONTACT} 1`,
        'deployment_parties rdp coordinator',
        'deployment_parties rdp leader-busy',
      ]);
    });

    it('ends the links of the other and of the other’s deputies in that role, and leaves those of everybody else', async () => {
      const hold = (of: string, role: string, person: string, until: string | null = null) =>
        world.db.query('INSERT INTO deployment_parties (reference, role, person, since, until) VALUES ($1, $2, $3, $4, $5)', [
          of,
          role,
          person,
          '2040-09-01T10:00:00.000Z',
          until,
        ]);
      // In both deployments the head has two deputies, of whom the second holds the role as well.
      for (const each of [reference, other]) await world.happens(each, deputy(3, 'head', 'leader'), deputy(4, 'head', 'authority'));
      await hold(reference, 'school', 'authority');
      // The first has held it before, holds another now, and holds it elsewhere.
      await hold(reference, 'school', 'leader', AT);
      await hold(reference, 'system-leader', 'leader');
      await hold(other, 'school', 'leader');
      // Others are deputies of somebody else, or of the head in another deployment.
      await world.happens(reference, deputy(5, 'region', 'senior'));
      await world.happens(other, deputy(5, 'head', 'diocese'));
      const link = (of: string, role: string, person: string) =>
        world.db.query(
          `INSERT INTO answer_links (hash, reference, step, round, role, person)
           VALUES (decode(md5($1 || $3 || $4), 'hex'), $1, $2, 1, $3, $4)`,
          [of, role === 'rdp' ? CONTACT : CONFIRM, role, person],
        );
      for (const person of ['head', 'leader', 'authority', 'senior', 'diocese']) await link(reference, 'school', person);
      await link(reference, 'rdp', 'head');
      await link(other, 'school', 'head');
      const changed = await changedBy(newHead);
      assert.deepEqual(
        changed.filter((row) => row.includes('answer_links')),
        ['answer_links school head', 'answer_links school leader'],
      );
      // A link that was ended keeps the moment at which it was.
      assert.deepEqual(
        (await changedBy({ ...newHead, change: 10, at: '2040-10-12T10:00:00.000Z' })).filter((row) => row.includes('answer_links')),
        [],
      );
    });
  });
});
