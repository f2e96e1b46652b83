import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, weekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { registerCallRoutes } from '../../web/today/call-routes.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { section } from './desk-world.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

const ALL = 53;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('Today with more than fits on a page', () => {
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof staffApp>>;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    for (let number = 1; number <= ALL; number += 1) {
      await placeDeployment(database.pool, `T${String(number).padStart(4, '0')}`, {
        open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(8) }],
        called: { step: 'confirm-participation', to: 'rdp', daysAgo: 3 },
      });
    }
    app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerTodayRoutes, registerCallRoutes);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  const callsOf = (body: string) =>
    [...section(body, 'calls').matchAll(/href="\/deployments\/(T\d{4})"/g)].map(([, reference]) => reference);

  it('says how many of how many are shown, and leads to the others', async () => {
    const { body } = await app.inject('/');
    const calls = section(body, 'calls');
    assert.match(calls, /Calls worth making \(53\)/);
    assert.match(calls, /20 of 53 shown: 1 to 20\./);
    assert.match(calls, /href="\/\?calls=2#calls"/);
    assert.equal(callsOf(body).length, 20);
  });

  it('shows each call once, on one page or the other', async () => {
    const pages: string[] = [];
    for (const page of [1, 2, 3, 99]) pages.push((await app.inject(`/?calls=${page}`)).body);
    const [, , last = '', beyond = ''] = pages;
    assert.match(section(last, 'calls'), /13 of 53 shown: 41 to 53\./);
    assert.deepEqual(callsOf(beyond), callsOf(last), 'beyond the last there is the last');
    assert.equal(pages.slice(0, 3).flatMap(callsOf).length, ALL);
    assert.equal(new Set(pages.flatMap(callsOf)).size, ALL);
  });

  it('shows the first page when the page number is invalid', async () => {
    for (const asked of ['0', '-1', 'x', '1e3', '2&calls=2', '99999999999']) {
      assert.match(section((await app.inject(`/?calls=${asked}`)).body, 'calls'), /20 of 53 shown/, asked);
    }
  });

  it('comes back with the page of the call whose form has a mistake', async () => {
    const [last = ''] = callsOf((await app.inject('/?calls=3')).body).slice(-1);
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: `/calls/${last}/confirm-participation/1/call+3`.replace('+', '%2B'),
      headers: FORM,
      payload: 'outcome=call-again',
    });
    assert.equal(statusCode, 400, body);
    assert.match(body, /41 to 53/);
    assert.match(body, /href="#call-53-again-day"/);
    assert.match(body, /id="call-53-again-day"/);
  });

  it('counts what is late by who is waited for, and leads to those deployments', async () => {
    const late = section((await app.inject('/')).body, 'late');
    assert.match(late, /Late, by who we are waiting for \(53\)/);
    assert.match(late, /School or trust<\/dt>.*?href="\/deployments\?late=yes&amp;sort=late&amp;court=school">53 late/s);
  });

  it('lists what is due to Friday, the earliest first, and nothing that is due later, late, paused or optional', async () => {
    const today = londonDate(Date.now());
    const friday = addDays(today, (12 - weekday(today)) % 7);
    const due: readonly (readonly [string, PlainDate])[] = [
      ['W0001', friday],
      ['W0002', today],
      ['W0003', addDays(friday, 1)],
      ['W0004', addDays(today, -1)],
      ['W0005', friday],
      ['W0006', friday],
    ];
    for (const [reference, dueOn] of due) await placeDeployment(database.pool, reference, { open: [{ step: 'approve-match', dueOn }] });
    await database.pool.query("UPDATE steps SET optional = true WHERE reference = 'W0005'");
    await database.pool.query(
      `INSERT INTO clock_stops (reference, stop, category, because, by_person, stopped_at, from_on, expected_end)
       VALUES ('W0006', 1, 'illness', 'Ill.', 'coordinator', now(), '2026-01-05', '2099-01-01')`,
    );
    const part = section((await app.inject('/')).body, 'due');
    assert.match(part, /Due this week \(2\)/);
    assert.deepEqual(
      [...part.matchAll(/href="\/deployments\/(W\d{4})"/g)].map(([, reference]) => reference),
      ['W0002', 'W0001'].toSorted((one, other) => (today === friday ? one.localeCompare(other) : 0)),
    );
    assert.match(section((await app.inject('/?due=9')).body, 'due'), /Due this week \(2\)/);
  });
});
