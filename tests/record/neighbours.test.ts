import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { keepCalendar } from '../../postgres/pinned/pinned.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
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

  const TABLES = [
    ['deployments', "''"],
    ['steps', 'step, round'],
    ['call_tasks', 'step, round'],
    ['escalations', 'step, round'],
    ['clock_stops', 'stop'],
    ['deputies', 'change'],
    ['deployment_parties', 'role, person'],
    ['deployment_facts', 'fact'],
    ['answer_links', 'role, person'],
  ] as const;

  /** The rows of both deployments, by what identifies them. */
  async function rows(tables: readonly (readonly [table: string, key: string])[]): Promise<ReadonlyMap<string, string>> {
    const all = new Map<string, string>();
    for (const [table, key] of tables) {
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
  async function changedBy(event: ChronologyEvent, tables: Parameters<typeof rows>[0] = TABLES): Promise<readonly string[]> {
    const before = await rows(tables);
    await world.happens(reference, event);
    const after = await rows(tables);
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

  describe('two entries are one person, and the one that stays', () => {
    const EARLIER = '2040-09-01T10:00:00.000Z';
    const BEFORE = '2040-09-10T10:00:00.000Z';
    const merged = { ...change(20), type: 'person-merged', from: 'head', to: 'leader' } as const;
    const put = async (text: string, ...lists: readonly (readonly (string | number | null)[])[]) => {
      for (const values of lists) await world.db.query(text, [...values]);
    };

    it('gets the roles of the other, and none twice', async () => {
      const hold = 'INSERT INTO deployment_parties (reference, role, person, since, until) VALUES ($1, $2, $3, $4, $5)';
      await put(
        hold,
        // Both hold one of the roles; of the other's, somebody else holds one, and whoever stays did so before and does elsewhere.
        ...(['head', 'leader'] as const).map((person) => [reference, 'diocese', person, AT, null]),
        [reference, 'rdp', 'leader', AT, null],
        [reference, 'school', 'diocese', AT, null],
        [reference, 'school', 'leader', EARLIER, BEFORE],
        [reference, 'rdp', 'head', EARLIER, BEFORE],
        [other, 'school', 'leader', AT, null],
      );
      const stored = [['deployment_parties', "role, person, to_char(since, 'MM')"]] as const;
      assert.deepEqual(
        await changedBy(merged, stored),
        ['diocese head 10', 'school head 10', 'school leader 10'].map((row) => `deployment_parties ${row}`),
      );
    });

    it('gets their open calls and escalations; links end, and so does what was to be fixed', async () => {
      for (const each of [reference, other]) {
        for (const table of ['call_tasks', 'escalations'] as const) {
          await put(`UPDATE ${table} SET person = 'head' WHERE reference = $1 AND step = $2`, [each, CONFIRM]);
          await put(`UPDATE ${table} SET closed_at = $2, outcome = 'done' WHERE reference = $1 AND step = '${CONFIRM}' AND round = 2`, [
            each,
            AT,
          ]);
        }
        await put(
          `INSERT INTO answer_links (hash, reference, step, round, role, person, revoked_at)
           VALUES (decode(md5($1 || $4 || $3), 'hex'), $1, $2, $3::int, 'school', $4, $5)`,
          [each, CONFIRM, '1', 'head', null],
          [each, CONFIRM, '2', 'head', AT],
          [each, CONFIRM, '1', 'diocese', null],
        );
        await put(
          `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at, closed_at)
           VALUES ($1, 'school', $2, $3, '', '${AT}', $4)`,
          [each, 'head', 'address-refused', null],
          [each, 'head', 'letter-refused', AT],
          [each, 'diocese', 'address-refused', null],
        );
      }
      const tables = [
        ['answer_links', 'person, round'],
        ['call_tasks', 'step, round'],
        ['contact_tasks', 'person, problem'],
        ['escalations', 'step, round'],
      ] as const;
      assert.deepEqual(await changedBy(merged, tables), [
        'answer_links head 1',
        THE_CALL,
        'contact_tasks head address-refused',
        THE_ESCALATION,
      ]);
    });

    it('has their deputies and is deputy for whom they were, but not for themselves', async () => {
      for (const each of [reference, other]) {
        await world.happens(each, deputy(3, 'head', 'senior'), { ...change(4), type: 'deputy-ended', person: 'head' });
        const named = [
          deputy(5, 'head', 'authority'),
          deputy(6, 'region', 'head'),
          deputy(7, 'head', 'leader'),
          deputy(8, 'leader', 'head'),
        ];
        await world.happens(each, ...named, deputy(9, 'region', 'leader'), deputy(10, 'leader', 'senior'));
      }
      assert.deepEqual(
        await changedBy(merged, [['deputies', 'change']]),
        ['5', '6', '7', '8'].map((number) => `deputies ${number}`),
      );
      const { rows: named } = await world.db.query<{ line: string }>(
        `SELECT concat_ws(' ', change, person, deputy, CASE WHEN ended_at IS NULL THEN 'stands in' ELSE 'ended' END) AS line
         FROM deputies WHERE reference = $1 AND change BETWEEN 5 AND 8 ORDER BY change`,
        [reference],
      );
      assert.deepEqual(
        named.map(({ line }) => line),
        ['5 leader authority stands in', '6 region leader stands in', '7 leader leader ended', '8 leader leader ended'],
      );
    });

    it('goes on with what they had begun to write, unless the same is begun already', async () => {
      await put(
        `INSERT INTO answer_drafts (reference, step, round, person, fields, begun_at) VALUES ($1, $2, $3, $4, '{}', now())`,
        [reference, CONFIRM, 1, 'head'],
        [reference, CONFIRM, 1, 'diocese'],
        [reference, CONFIRM, 2, 'head'],
        [reference, CONFIRM, 2, 'leader'],
        [reference, CONTACT, 1, 'leader'],
        [other, CONFIRM, 1, 'leader'],
        [other, CONTACT, 2, 'head'],
      );
      assert.deepEqual(await changedBy(merged, [['answer_drafts', 'step, round, person']]), [
        `answer_drafts ${CONFIRM} 1 head`,
        `answer_drafts ${CONFIRM} 1 leader`,
        // What is left to somebody who is asked for nothing any more is deleted.
        `answer_drafts ${CONFIRM} 2 head`,
      ]);
    });

    it('gets a letter once that waits for both', async () => {
      const letter = (of: string, step: string, round: number, rung: string, person: string, state = 'queued') => [
        of,
        step,
        round,
        rung,
        person,
        state,
      ];
      await put(
        `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, state, written_at)
         VALUES (concat_ws('/', $1::text, $2::text, $3::int, $4::text, $5::text), $1, $2, $3, $4, 'reminder', 'school', $5, 0, $6, '${AT}')`,
        ...['head', 'leader', 'diocese'].map((person) => letter(reference, CONFIRM, 1, 'both', person)),
        letter(other, CONFIRM, 1, 'both', 'head'),
        letter(reference, CONFIRM, 1, 'gone', 'head', 'accepted'),
        letter(reference, CONFIRM, 1, 'gone', 'leader'),
        letter(reference, CONFIRM, 1, 'elsewhere', 'head'),
        letter(other, CONFIRM, 1, 'elsewhere', 'leader'),
        letter(reference, CONTACT, 1, 'this step', 'head'),
        letter(reference, CONFIRM, 1, 'this step', 'leader'),
        letter(reference, CONFIRM, 1, 'this round', 'head'),
        letter(reference, CONFIRM, 2, 'this round', 'leader'),
        letter(reference, CONFIRM, 1, 'of another', 'head'),
        letter(reference, CONFIRM, 1, 'of another', 'diocese'),
        letter(reference, CONFIRM, 1, 'left out', 'head'),
        letter(reference, CONFIRM, 1, 'left out', 'leader', 'suppressed'),
      );
      assert.deepEqual(await changedBy(merged, [['messages', 'step, round, rung, person']]), [`messages ${CONFIRM} 1 both head`]);
    });
  });
});
