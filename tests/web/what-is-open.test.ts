import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Db } from '../../postgres/database.ts';
import { listOpenClosedDays } from '../../postgres/desk/closed-days.ts';
import { openContactTasks } from '../../postgres/desk/contact-tasks.ts';
import { openPrints } from '../../postgres/desk/print-letters.ts';
import { openProblems } from '../../postgres/desk/problems.ts';
import { openPassOns, openPromises, openTimeRequests } from '../../postgres/views/asked-for.ts';
import { countStanding, overdueStops } from '../../postgres/views/clock-stops.ts';
import { readWhatIsOpen } from '../../postgres/views/what-is-open.ts';
import type { WhatIsOpen } from '../../postgres/views/what-is-open.ts';
import { openEscalations } from '../../postgres/views/worklist.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';

const STEP = 'confirm-participation';
const EVERYWHERE = { sql: 'true', values: [] };
const SOME = { limit: 10, offset: 0 };

/** How many lines of Today come from what is open of a kind. */
const LISTED: Readonly<Record<keyof WhatIsOpen, (db: Db) => Promise<number>>> = {
  problems: async (db) => (await openProblems(db, EVERYWHERE)).length,
  promises: async (db) => (await openPromises(db, EVERYWHERE)).length,
  promisedEscalations: async (db) =>
    (await openEscalations(db, { person: 'region', regions: [], coordinates: null }, { promised: true, ...SOME })).all,
  timeRequests: async (db) => (await openTimeRequests(db, EVERYWHERE)).length,
  passOns: async (db) => (await openPassOns(db, EVERYWHERE)).length,
  prints: async (db) => (await openPrints(db, EVERYWHERE)).length,
  stops: async (db) => Math.max((await overdueStops(db, EVERYWHERE)).length, await countStanding(db, EVERYWHERE)),
  contacts: async (db) => (await openContactTasks(db, EVERYWHERE)).length,
  closedDays: async (db) => (await listOpenClosedDays(db, EVERYWHERE)).length,
};

const PROMISE = `INSERT INTO promises (reference, change, step, round, person, by_person, via, promised_on, words, made_at) VALUES
  ('O0001', 1, '${STEP}', 1, 'head', 'head', 'link', `;
const TIME = `INSERT INTO time_requests (reference, change, step, round, person, due_on, due_before, because, asked_at)
  SELECT reference, 1, step, round, 'head', due_on + 7, due_on, 'A governor is away.', `;
const STOP = `INSERT INTO clock_stops (reference, stop, step, round, category, because, by_person, stopped_at, from_on, expected_end, queried_times, queried_at)
  VALUES ('O0001', 1, `;
const CONTACT = `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at) VALUES ('O0001', 'school', `;
const CLOSED_DAYS = `INSERT INTO closed_days (reference, urn, days, name, person) VALUES ('O0001', '990901', ARRAY[`;

/** Each opens something of a kind, once in the deployment O0001, in every shape in which it can stand in a list. */
const OPENED: readonly (readonly [kind: keyof WhatIsOpen, shape: string, sql: string])[] = [
  [
    'problems',
    'told of an open step',
    `INSERT INTO problems (once_as, reference, step, round, role, person, words, at)
     VALUES (gen_random_uuid(), 'O0001', '${STEP}', 1, 'school', 'head', 'The roof is off.', now())`,
  ],
  [
    'problems',
    'told long ago, of a step that has closed',
    `INSERT INTO problems (once_as, reference, step, round, role, person, words, at)
     VALUES (gen_random_uuid(), 'O0001', 'matching', 9, 'school', 'gone', 'The roof is off.', '2020-01-01')`,
  ],
  ['promises', 'of a day to come', `${PROMISE}'2099-01-01', 'Soon.', now())`],
  ['promises', 'of a day that has passed', `${PROMISE}'2020-01-01', '', '2019-12-01')`],
  [
    'promisedEscalations',
    'of a day to come',
    "UPDATE escalations SET acknowledged_at = now(), acknowledged_by = 'region', words = 'I call.', promised_on = '2099-01-01'",
  ],
  ['promisedEscalations', 'of a day that has passed, never taken on', "UPDATE escalations SET promised_on = '2020-01-01'"],
  ['timeRequests', 'of today', `${TIME}now() FROM steps WHERE reference = 'O0001' AND step = '${STEP}'`],
  ['timeRequests', 'of long ago', `${TIME}'2020-01-01' FROM steps WHERE reference = 'O0001' AND step = '${STEP}'`],
  [
    'passOns',
    'of an open step',
    `INSERT INTO pass_ons (reference, step, round, role, person, name, email, job, asked_at)
     VALUES ('O0001', '${STEP}', 1, 'school', 'head', 'Nora Newcome', 'nora@school.example', 'Deputy head', now())`,
  ],
  [
    'prints',
    'of a letter that waits',
    "INSERT INTO voices (letter, voice) SELECT key, 'print' FROM messages WHERE kind = 'request' LIMIT 1",
  ],
  [
    'prints',
    'of a letter that somebody had in hand',
    `INSERT INTO voices (letter, voice, attempts, claim, claimed_until)
     SELECT key, 'print', 3, gen_random_uuid(), now() FROM messages WHERE kind = 'request' LIMIT 1`,
  ],
  [
    'stops',
    'of the deployment, with a day to come',
    `${STOP}NULL, NULL, 'illness', 'Ill.', 'coordinator', now(), current_date, '2099-01-01', 0, NULL)`,
  ],
  [
    'stops',
    'of the deployment, that should have ended',
    `${STOP}NULL, NULL, 'other', 'Ill.', 'coordinator', now(), '2020-01-01', '2020-02-01', 2, now())`,
  ],
  [
    'stops',
    'of a step, with a day to come',
    `${STOP}'${STEP}', 1, 'inspection', 'Ofsted.', 'coordinator', now(), current_date, '2099-01-01', 0, NULL)`,
  ],
  [
    'stops',
    'of a step, that should have ended',
    `${STOP}'${STEP}', 1, 'inspection', 'Ofsted.', 'coordinator', now(), '2020-01-01', '2020-02-01', 1, now())`,
  ],
  ['contacts', 'of somebody', `${CONTACT}'head', 'address-refused', '550 No such mailbox here', now())`],
  ['contacts', 'of nobody', `${CONTACT}NULL, 'nobody-holds-the-role', '', '2020-01-01')`],
  ['closedDays', 'to come', `${CLOSED_DAYS}current_date + 40, current_date + 41], 'INSET day', 'head')`],
  ['closedDays', 'that have passed', `${CLOSED_DAYS}current_date - 40], 'INSET day', 'head')`],
];

const NOTHING = Object.fromEntries(Object.keys(LISTED).map((kind) => [kind, false]));

describe('what Today asks first', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await placeDeployment(database.pool, 'O0001', {
      open: [{ step: STEP, dueOn: workingDaysAgo(10) }],
      escalated: { step: STEP, to: 'regional-team', daysAgo: 3 },
    });
    await database.pool.query(
      `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, state, written_at)
       VALUES ('O0001/${STEP}/1/request/head', 'O0001', '${STEP}', 1, 'request', 'request', 'school', 'head', 0, 'accepted', now())`,
    );
  });
  afterAll(() => database.end());

  it('is told of each kind for whatever its list shows, and of nothing else', async () => {
    const { pool } = database;
    assert.deepEqual(await readWhatIsOpen(pool), NOTHING);
    for (const [kind, shape, sql] of OPENED) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rowCount } = await client.query(sql);
        assert.equal(rowCount, 1, `${kind}, ${shape}`);
        assert.equal(await LISTED[kind](client), 1, `the list of ${kind} does not show one ${shape}`);
        assert.deepEqual(await readWhatIsOpen(client), { ...NOTHING, [kind]: true }, `${kind}, ${shape}`);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    }
    assert.deepEqual([...new Set(OPENED.map(([kind]) => kind))].toSorted(), Object.keys(NOTHING).toSorted());
  });

  it('is no longer told once somebody has dealt with it', async () => {
    const { pool } = database;
    const ENDED: Partial<Record<keyof WhatIsOpen, string>> = {
      problems: "INSERT INTO problem_endings (problem, by_person, words, at) SELECT id, 'coordinator', 'Dealt with.', now() FROM problems",
      promisedEscalations: "UPDATE escalations SET closed_at = now(), outcome = 'answered'",
      timeRequests: "UPDATE time_requests SET decided_at = now(), decided_by = 'coordinator', outcome = 'refused'",
      passOns: "UPDATE pass_ons SET decided_at = now(), decided_by = 'coordinator', outcome = 'refused'",
      prints: "UPDATE voices SET state = 'posted', closed_at = now(), closed_by = 'coordinator'",
      stops: 'UPDATE clock_stops SET resumed_on = current_date, resumed_at = now()',
      contacts: "UPDATE contact_tasks SET closed_at = now(), outcome = 'mended'",
      closedDays: "UPDATE closed_days SET decision = 'refused', decided_at = now(), decided_by = 'coordinator'",
    };
    for (const [kind, shape, sql] of OPENED) {
      const ended = ENDED[kind];
      if (ended === undefined) continue;
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query(sql);
        await client.query(ended);
        assert.equal(await LISTED[kind](client), 0, `${kind}, ${shape}`);
        assert.deepEqual(await readWhatIsOpen(client), NOTHING, `${kind}, ${shape}`);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    }
  });
});
