import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { daysBetween } from '../../domain/time/plain-date.ts';
import { deploymentsAhead } from '../../postgres/views/ahead.ts';
import { LIST_SORTS, listDeployments } from '../../postgres/views/deployments.ts';
import type { ListDirection, ListedDeployment, ListSort } from '../../postgres/views/deployments.ts';
import { listToForecast, readCallHelp, readForecast } from '../../postgres/views/forecasts.ts';
import { listDeploymentsFound, NO_FILTERS, searchDeployments } from '../../postgres/views/search-deployments.ts';
import type { DeploymentFilters, DeploymentOrder } from '../../postgres/views/search-deployments.ts';
import { answerTimesOf, answerTimesWithoutCall } from '../../postgres/views/timeliness.ts';
import { openCalls } from '../../postgres/views/worklist.ts';
import { standingForecastOf, wholeForecastOf } from '../../rehearsal/standing-forecast.ts';
import { createApp } from '../../web/app.ts';
import { createForecasts, refreshForecasts } from '../../worker/forecasts/refresh.ts';
import type { Forecasting } from '../../worker/forecasts/with-forecasting.ts';
import { click, mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertStaff } from '../web/desk-world.ts';
import { signedInAs } from '../web/guarded-app.ts';
import { PROGRAMME, storeFiguresLives, TODAY } from '../web/lives-of-figures.ts';
import { servicesOf } from '../web/staff-app.ts';

const CHASER = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const EVERYTHING = { sql: 'true', values: [] };
const always = () => true;
const here: Forecasting = (moment, record) => Promise.resolve(standingForecastOf(moment, record));

describe('forecasts that are kept', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await storeFiguresLives(database);
  });
  afterAll(() => database.end());

  const stored = async () => {
    const { rows } = await database.pool.query<{ reference: string; sequence: number; trouble: string | null; missed: number | null }>(
      'SELECT reference, sequence, trouble, missed FROM forecasts ORDER BY reference',
    );
    return rows;
  };
  const running = async () => {
    const { rows } = await database.pool.query<{ reference: string }>(
      "SELECT reference FROM deployments WHERE status = 'running' ORDER BY reference",
    );
    return rows.map(({ reference }) => reference);
  };

  it('hold one that fails up nobody, and keep its reason until something happens in it', async () => {
    const failing: Forecasting = (moment, record) =>
      moment.events.some((event) => event.type === 'deployment-began' && event.reference === 'F0001')
        ? Promise.reject(new Error('The calendar ends too soon.'))
        : here(moment, record);
    const { pool } = database;
    assert.equal(await refreshForecasts(pool, failing, always), (await running()).length);
    const [failed] = (await stored()).filter(({ trouble }) => trouble !== null);
    assert.deepEqual(failed && [failed.reference, failed.trouble, failed.missed], ['F0001', 'The calendar ends too soon.', null]);
    assert.deepEqual(await listToForecast(pool, 10), [], 'it is not tried again at once');
    await pool.query("DELETE FROM forecasts WHERE reference = 'F0001'");
  });

  it('are worked out for whatever has none, has moved on or is of an earlier day, in this order, and for nothing else', async () => {
    const { pool } = database;
    await refreshForecasts(pool, here, always);
    assert.deepEqual(
      (await stored()).map(({ reference }) => reference),
      await running(),
    );
    assert.equal(await refreshForecasts(pool, here, always), 0, 'all are up to date');
    await pool.query("DELETE FROM forecasts WHERE reference = 'F0004'");
    await pool.query("UPDATE forecasts SET sequence = sequence - 1 WHERE reference = 'F0003'");
    await pool.query("UPDATE forecasts SET as_of = as_of - interval '1 day' WHERE reference IN ('F0001', 'F0002')");
    await pool.query("UPDATE forecasts SET as_of = as_of - interval '1 day' WHERE reference = 'F0002'");
    const order = ['F0004', 'F0003', 'F0002', 'F0001'];
    assert.deepEqual(
      (await listToForecast(pool, 10)).map(({ reference }) => reference),
      order.filter((reference) => reference !== 'F0000'),
    );
    let left = 3;
    assert.equal(await refreshForecasts(pool, here, () => (left -= 1) > 0), 1, 'a round ends when it must, and has kept what it had');
    assert.deepEqual(
      (await listToForecast(pool, 10)).map(({ reference }) => reference),
      order.slice(1),
    );
    assert.equal(await createForecasts(pool).refresh('all', always), 3, 'in a process of its own');
    assert.deepEqual(await listToForecast(pool, 10), []);
  });

  it('say of a deployment what its own page says', async () => {
    const { pool } = database;
    const [moment] = await deploymentsAhead(pool, { sql: "d.reference = 'F0002'", values: [] });
    assert.ok(moment);
    const record = {
      all: await answerTimesOf(pool, PROGRAMME.id, TODAY),
      withoutCall: await answerTimesWithoutCall(pool, PROGRAMME.id, TODAY),
    };
    const { whole, calls, assumed } = standingForecastOf(moment, record);
    const { ends, term, steps } = whole;
    const [listed] = (
      await searchDeployments(pool, EVERYTHING, { ...NO_FILTERS, text: 'F0002' }, { order: 'term', limit: 5, offset: 0 })
    ).map(({ forecast }) => forecast);
    assert.deepEqual(
      [listed?.usualOn, listed?.term, listed?.movedOn, listed?.steps, listed?.assumed],
      [ends.usual, term === null ? null : { plays: term.plays, missed: term.missed }, false, steps.length, assumed],
    );
    const open = (await openCalls(pool, EVERYTHING)).filter(({ reference }) => reference === 'F0002');
    assert.ok(open.length > 0, 'somebody is to be called');
    const helpOf = await readCallHelp(pool, open);
    for (const call of open) {
      const { step, round } = call;
      const { asOf: _, movedOn, ...known } = helpOf(call) ?? assert.fail(step);
      assert.deepEqual([known, movedOn], [calls[`${step}/${round}`], false]);
    }
  });

  it('tell on the page of a deployment all that it would work out itself, and no longer once something happened or on another day', async () => {
    const { pool } = database;
    const kept = await readForecast(pool, 'F0002');
    const [moment] = await deploymentsAhead(pool, { sql: "d.reference = 'F0002'", values: [] });
    assert.ok(moment !== undefined && kept !== null && 'whole' in kept);
    assert.deepEqual(kept.whole, wholeForecastOf(moment, await answerTimesOf(pool, PROGRAMME.id, TODAY)));
    for (const outdated of ['sequence = sequence - 1', "as_of = as_of - interval '1 day'", `whole = jsonb_set(whole, '{shape}', '0')`]) {
      await pool.query(`UPDATE forecasts SET ${outdated} WHERE reference = 'F0003'`);
      assert.equal(await readForecast(pool, 'F0003'), null, outdated);
      await pool.query("DELETE FROM forecasts WHERE reference = 'F0003'");
      await refreshForecasts(pool, here, always);
      assert.ok((await readForecast(pool, 'F0003')) !== null);
    }
  });

  it('are listed for a file with the same deployments in the same order as on the page, each with the same of it', async () => {
    const { pool } = database;
    await pool.query("UPDATE forecasts SET trouble = 'The calendar ends too soon.' WHERE reference = 'F0001'");
    const orders: readonly DeploymentOrder[] = ['due', 'name', 'late', 'changed', 'finish', 'term'];
    const searches: readonly DeploymentFilters[] = [
      NO_FILTERS,
      { ...NO_FILTERS, lateness: 'late' },
      { ...NO_FILTERS, lateness: 'paused' },
      { ...NO_FILTERS, term: 'likely' },
      { ...NO_FILTERS, status: 'completed' },
    ];
    let most = 0;
    for (const filters of searches) {
      for (const order of orders) {
        const found = await searchDeployments(pool, EVERYTHING, filters, { order, limit: 100, offset: 0 });
        const listed = await listDeploymentsFound(pool, EVERYTHING, filters, { order, limit: 100 });
        const told = found.map(({ forecast, ...line }) => ({
          ...line,
          forecast: forecast === null ? null : { ...forecast, asOf: new Date(forecast.asOf).toISOString() },
        }));
        const withTimes = listed.map((line, at) => ({ ...line, changedAt: found[at]?.changedAt }));
        assert.deepEqual(withTimes, told, `${order}, ${JSON.stringify(filters)}`);
        most = Math.max(most, listed.filter(({ forecast, late, court }) => forecast !== null && late !== null && court !== null).length);
      }
    }
    assert.ok(most > 1, 'nothing that is late and has a forecast was listed');
    assert.equal((await listDeploymentsFound(pool, EVERYTHING, NO_FILTERS, { order: 'due', limit: 2 })).length, 2);
    await pool.query("UPDATE forecasts SET trouble = NULL WHERE reference = 'F0001'");
  });

  it('rest on how long requests took, which is counted again after something has happened in any deployment of the programme', async () => {
    const { pool } = database;
    const before = await answerTimesOf(pool, PROGRAMME.id, TODAY);
    assert.equal(await answerTimesOf(pool, PROGRAMME.id, TODAY), before, 'it was counted twice');
    await pool.query("UPDATE deployments SET sequence = sequence + 1 WHERE reference = 'F0003'");
    const after = await answerTimesOf(pool, PROGRAMME.id, TODAY);
    assert.notEqual(after, before, 'what happened is not counted');
    assert.deepEqual(after, before);
    await pool.query("UPDATE deployments SET sequence = sequence - 1 WHERE reference = 'F0003'");
  });

  it('count what a call brought about as silence: an answer by telephone, and one that came after a call', async () => {
    const { pool } = database;
    const ended = async (times: typeof answerTimesOf) =>
      [...(await times(pool, PROGRAMME.id, TODAY)).values()].flat().reduce((sum, { ended: is, count }) => sum + (is ? count : 0), 0);
    const before = await ended(answerTimesWithoutCall);
    assert.equal(before, await ended(answerTimesOf), 'nobody was called');
    const { rows } = await pool.query<{ reference: string; step: string; round: number }>(
      "UPDATE steps SET answered_via = 'telephone' WHERE (reference, step, round) = (SELECT reference, step, round FROM steps WHERE state = 'answered' AND answered_by <> 'chaser' AND NOT optional ORDER BY 1, 2, 3 LIMIT 1) RETURNING reference, step, round",
    );
    assert.equal(rows.length, 1);
    assert.equal(await ended(answerTimesWithoutCall), before - 1);
    await pool.query("UPDATE steps SET answered_via = 'link' WHERE answered_via = 'telephone'");
    // A call that came to nothing, and an answer after it.
    const [called] = (
      await pool.query<{ reference: string; step: string; round: number }>(
        `INSERT INTO call_tasks (reference, step, round, rung, person, opened_at, closed_at)
         SELECT reference, step, round, 'call+1', NULL, opened_at, closed_at FROM steps
         WHERE state = 'answered' AND answered_by <> 'chaser' AND NOT optional ORDER BY reference, step, round LIMIT 1 RETURNING reference, step, round`,
      )
    ).rows;
    assert.ok(called);
    await pool.query(
      `INSERT INTO call_notes (reference, step, round, rung, by_person, outcome, at)
       SELECT s.reference, s.step, s.round, 'call+1', 'coordinator', 'no-answer', s.opened_at + interval '1 minute' FROM steps s
       WHERE (s.reference, s.step, s.round) = ($1, $2, $3)`,
      [called.reference, called.step, called.round],
    );
    assert.equal(await ended(answerTimesWithoutCall), before - 1);
    assert.equal(await ended(answerTimesOf), before);
  });

  it('sort the list both ways, as all else does that it can be sorted by, and what has none of it comes last', async () => {
    const all = { lateOnly: false, region: null, status: null, limit: 1_000 };
    const keys: Readonly<Record<ListSort, (line: ListedDeployment) => string | number | null>> = {
      due: ({ court }) => court?.dueOn ?? null,
      started: ({ startedOn }) => startedOn,
      finish: ({ forecast }) => forecast?.usualOn ?? null,
      term: ({ forecast }) => (forecast?.term ? forecast.term.missed / forecast.term.plays : null),
      late: ({ late, today }) => (late === null ? null : daysBetween(late.dueOn, today)),
      reference: ({ reference }) => reference,
      school: ({ subject }) => subject.toLowerCase(),
    };
    const client = await database.pool.connect();
    try {
      await client.query(
        `BEGIN;
         INSERT INTO forecasts (reference, sequence, as_of, usual_on, plays, missed, calls, steps, assumed)
         SELECT reference, sequence, now(), date '2041-01-01' + (place * 7 % 5)::int, CASE WHEN place > 1 THEN 20 END, CASE WHEN place > 1 THEN place % 3 * 5 END, '{}', 1, 0
         FROM (SELECT *, row_number() OVER (ORDER BY reference) AS place FROM deployments WHERE status = 'running') d
         ON CONFLICT (reference) DO UPDATE SET usual_on = excluded.usual_on, plays = excluded.plays, missed = excluded.missed`,
      );
      const listed = (sort: ListSort, direction: ListDirection) => listDeployments(client, all, { sort, direction });
      for (const sort of LIST_SORTS) {
        for (const direction of ['ascending', 'descending'] as const) {
          const found = (await listed(sort, direction)).map(keys[sort]);
          const known = found.filter((key) => key !== null).toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
          const inOrder = direction === 'ascending' ? known : known.toReversed();
          assert.deepEqual(found, [...inOrder, ...found.filter((key) => key === null)], `${sort}, ${direction}`);
        }
      }
      const missed = (await listed('term', 'descending')).map(keys.term);
      assert.ok(new Set(missed).size > 2 && missed.includes(null), 'nothing to sort');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('are told on the command line, with how old they are', async () => {
    const { pool } = database;
    await pool.query("UPDATE forecasts SET sequence = sequence - 1 WHERE reference = 'F0002'");
    const chaser = async (...words: readonly string[]) =>
      (await promisify(execFile)(process.execPath, [CHASER, ...words], { env: { ...process.env, DATABASE_URL: database.url } })).stdout;
    const listed = JSON.parse(await chaser('list', '--json')) as readonly { reference: string; forecast: { movedOn: boolean } | null }[];
    const moved = new Map(listed.map(({ reference, forecast }) => [reference, forecast?.movedOn]));
    assert.deepEqual([moved.get('F0002'), moved.get('F0003')], [true, false]);
    assert.match(await chaser('list'), /F0002 .* \*$/mu);
    const calls = await chaser('forecast', '--calls');
    assert.match(calls, /F0002 .*Confirm/u);
    assert.match(calls, /Worked out on \d+ \w+ \d{4} at .*\. Something has happened since, so we are working it out again\./u);
    await refreshForecasts(pool, here, always);
  });

  it('are in the list and on the calls of Today, which fit a telephone and break no rule of accessibility', async () => {
    const app = await createApp({ ...servicesOf(database.pool), secure: false }, { trustProxy: false });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const browser = await openBrowser();
    await insertStaff(database.pool);
    await database.pool.query(
      "INSERT INTO person_roles (person, role, region, area) VALUES ('coordinator', 'rdp', 'North West', 'elsewhere')",
    );
    const context = await browser.newContext();
    const { cookies } = await signedInAs(database.pool, 'coordinator', { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    const shown = await context.newPage();
    await shown.goto(`${address}/deployments?sort=term`);
    await shown
      .getByText(/^Expected to finish by \d+ \w+ \d{4}/u)
      .first()
      .waitFor();
    await shown
      .getByText(/^Worked out on \d+ \w+ \d{4} at .*Too few answers are known for .* steps, so the programme’s own times are used\.$/u)
      .first()
      .waitFor();
    for (const width of [320, 1280]) {
      await shown.setViewportSize({ width, height: 900 });
      await mustFit(shown);
      await mustBeAccessible(shown);
      await picture(shown, `list-with-forecasts-${width}`);
    }
    await shown.goto(address);
    const calls = shown.getByRole('region', { name: /^Calls worth making/u });
    await calls.getByText('Why it helps').first().waitFor();
    const subjects = async () => calls.getByRole('heading', { level: 3 }).allTextContents();
    const byHelp = await subjects();
    await click(calls.getByRole('link', { name: 'Put the latest first' }));
    await calls.getByText('What is latest comes first.').waitFor();
    assert.deepEqual((await subjects()).toSorted(), byHelp.toSorted(), 'the same calls in another order');
    for (const width of [320, 1280]) {
      await shown.setViewportSize({ width, height: 900 });
      await mustFit(shown);
      await mustBeAccessible(shown);
      await picture(shown, `today-with-help-${width}`);
    }
    await browser.close();
    await app.close();
  });

  it('are forgotten once a deployment has ended', async () => {
    const { pool } = database;
    await pool.query("UPDATE deployments SET status = 'withdrawn', ended_at = now() WHERE reference = 'F0001'");
    await refreshForecasts(pool, here, always);
    assert.ok(!(await stored()).some(({ reference }) => reference === 'F0001'));
  });
});
