import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, onTestFinished, vi } from 'vitest';
import { calendarWarnings } from '../../web/today/calendar-warnings.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import { readFootings } from '../../desk/calendar-footings.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { beginAt, calendarWorld } from '../calendars/calendar-world.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

describe('Today', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await calendarWorld();
    await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
  });
  afterAll(() => database.end());

  const warnings = (day: string, user = ADMINISTRATOR) => calendarWarnings(database.pool, user, Date.parse(`${day}T10:00:00Z`));
  const on = async (day: string, user = ADMINISTRATOR) => {
    const { now, soon } = await warnings(day, user);
    return [...now, ...soon];
  };

  const STANDS_IN =
    '1 running deployment of Cumbria is counted on the dates of Sheffield City Council, which stand in for its authority’s own. ' +
    'Ask an administrator to import its own, and to count these deployments on them.';

  it('warns a year before the dates of a running deployment end, and not earlier', async () => {
    const { rows } = await database.pool.query<{ ends: string }>("SELECT document #>> '{terms,terms,-1,endsOn}' AS ends FROM calendars");
    assert.equal(rows[0]?.ends, '2028-07-21');
    assert.deepEqual(await on('2027-07-22'), [STANDS_IN]);
    assert.deepEqual(await on('2027-07-23'), [
      'The dates of Cumbria end on 21 July 2028, and 1 running deployment is counted on them. ' +
        'Ask an administrator to import the next ones, and to count these deployments on them.',
      STANDS_IN,
    ]);
    assert.match((await on('2028-07-22'))[0] ?? '', /The dates of Cumbria ended on 21 July 2028, and 1 running deployment is counted/);
    assert.equal((await on('2028-07-22')).length, 1, 'dates that have ended rest on nobody’s');
  });

  it('warns above the calls only of dates that have ended; the others come after them', async () => {
    assert.deepEqual((await warnings('2027-07-23')).now, []);
    const ended = await warnings('2028-07-22');
    assert.deepEqual([ended.now.length, ended.soon.length], [1, 0]);
  });

  it('says nothing of a deployment that rests on the dates of its own authority', async () => {
    await database.pool.query(
      "INSERT INTO local_authorities (code, name, region) VALUES ('373', 'Sheffield City Council', 'Yorkshire and the Humber') ON CONFLICT DO NOTHING",
    );
    await database.pool.query("UPDATE schools SET authority = '373' WHERE urn = '990001'");
    await beginAt(database.pool, 'D2', '990001', '2026-11-24T10:00:00.000Z');
    assert.deepEqual(await on('2026-11-25'), [STANDS_IN]);
    const { onCalendar } = await readFootings(database.pool, { sql: 'true', values: [] }, plainDate('2026-11-25'));
    assert.deepEqual([...onCalendar], [['sheffield', { own: 1, standingIn: 1 }]]);
    await database.pool.query("UPDATE deployments SET status = 'completed' WHERE reference = 'D2'");
  });

  it('counts those of one authority together, and names the dates of each', async () => {
    await beginAt(database.pool, 'D3', '990002', '2026-11-24T10:00:00.000Z');
    await beginAt(database.pool, 'D4', '990003', '2026-11-24T11:00:00.000Z');
    const said = await on('2026-11-25');
    assert.match(said[1] ?? '', /^2 running deployments of Lancashire are counted on the dates of Sheffield City Council, which stand in/);
    assert.equal(said.length, 2);
    await database.pool.query("UPDATE deployments SET status = 'completed' WHERE reference IN ('D3', 'D4')");
  });

  it('names the dates that stand in for later terms once something is due then, and not before', async () => {
    await beginAt(database.pool, 'D6', '990001', '2026-11-24T10:00:00.000Z');
    await database.pool.query(
      `INSERT INTO calendars (version, name, document)
       SELECT 'own-then-elsewhere', c.name, jsonb_set(jsonb_set(jsonb_set(c.document::jsonb, '{terms,terms,-1,assumed}', '"Elsewhere"'),
         '{terms,name}', '"Sheffield City Council; then Elsewhere"'), '{terms,id}', '"sheffield+elsewhere"')
       FROM calendars c JOIN deployments d ON d.calendar_version = c.version WHERE d.reference = 'D6'`,
    );
    await database.pool.query("UPDATE deployments SET calendar_version = 'own-then-elsewhere' WHERE reference = 'D6'");
    assert.deepEqual(await on('2026-11-25'), [STANDS_IN]);
    await database.pool.query("UPDATE steps SET due_on = '2028-07-20' WHERE reference = 'D6' AND state = 'open'");
    const said = await on('2026-11-25');
    assert.equal(said.length, 2);
    assert.match(said[1] ?? '', /^1 running deployment of Sheffield is counted on the dates of Elsewhere, which stand in/);
    await database.pool.query("UPDATE deployments SET status = 'completed' WHERE reference = 'D6'");
  });

  it('looks at the day that a clock shows which was moved on', async () => {
    await beginAt(database.pool, 'D5', '990007', '2026-11-24T12:00:00.000Z');
    await database.pool.query(
      `INSERT INTO events (reference, sequence, type, at, body)
       SELECT reference, sequence + 1, type, '2028-08-01T10:00:00Z', body FROM events e
       WHERE reference = 'D5' AND sequence = (SELECT sequence FROM deployments d WHERE d.reference = e.reference)`,
    );
    await database.pool.query("UPDATE deployments SET sequence = sequence + 1 WHERE reference = 'D5'");
    const said = await on('2026-11-25');
    assert.match(said[0] ?? '', /^The dates of Cumbria ended on 21 July 2028, and 1 running deployment is counted/);
    assert.deepEqual(said.slice(1), [STANDS_IN]);
    await database.pool.query("UPDATE deployments SET status = 'completed' WHERE reference = 'D5'");
  });

  it('warns those who look after the deployment, and nobody else', async () => {
    assert.equal((await on('2028-01-01', ofRegion('North West'))).length, 2);
    assert.equal((await on('2028-01-01', ofRegion('London'))).length, 0);
  });

  it('stands on Today, after the calls', async () => {
    const pages = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerTodayRoutes);
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2028-01-01T10:00:00Z') });
    assert.match(
      (await pages.inject('/')).body,
      /Answered since yesterday[\s\S]*Term dates to check[\s\S]*The dates of Cumbria end on 21 July 2028/,
    );
  });

  it('does not warn about a deployment that has ended', async () => {
    await database.pool.query("UPDATE deployments SET status = 'completed'");
    assert.deepEqual(await on('2028-01-01'), []);
  });
});
