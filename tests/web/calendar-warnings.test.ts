import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, onTestFinished, vi } from 'vitest';
import { calendarWarnings } from '../../web/today/calendar-warnings.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
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

  const on = (day: string, user = ADMINISTRATOR) => calendarWarnings(database.pool, user, Date.parse(`${day}T10:00:00Z`));

  it('warns a year before the dates of a running deployment end, and not earlier', async () => {
    const { rows } = await database.pool.query<{ ends: string }>("SELECT document #>> '{terms,terms,-1,endsOn}' AS ends FROM calendars");
    assert.equal(rows[0]?.ends, '2028-07-21');
    assert.deepEqual(await on('2027-07-22'), []);
    assert.deepEqual(await on('2027-07-23'), [
      'The dates of Cumbria end on 21 July 2028, and 1 running deployment is counted on them. Ask an administrator to import the next ones.',
    ]);
    assert.match((await on('2028-07-22'))[0] ?? '', /ended on 21 July 2028/);
  });

  it('warns those who look after the deployment, and nobody else', async () => {
    assert.equal((await on('2028-01-01', ofRegion('North West'))).length, 1);
    assert.equal((await on('2028-01-01', ofRegion('London'))).length, 0);
  });

  it('shows the warning on the page of the deployment', async () => {
    const pages = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerTodayRoutes);
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2028-01-01T10:00:00Z') });
    assert.match((await pages.inject('/')).body, /govuk-warning-text[\s\S]*The dates of Cumbria end on 21 July 2028/);
  });

  it('does not warn about a deployment that has ended', async () => {
    await database.pool.query("UPDATE deployments SET status = 'completed'");
    assert.deepEqual(await on('2028-01-01'), []);
  });
});
