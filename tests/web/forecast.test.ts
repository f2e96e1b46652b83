import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, plainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../../postgres/database.ts';
import { deploymentsAhead, peopleInLetters } from '../../postgres/views/ahead.ts';
import { keepForecast } from '../../postgres/views/forecasts.ts';
import { answerTimesOf } from '../../postgres/views/timeliness.ts';
import { emailsAhead } from '../../rehearsal/ahead.ts';
import { wholeForecastOf } from '../../rehearsal/standing-forecast.ts';
import { createApp } from '../../web/app.ts';
import { registerForecastRoutes } from '../../web/deployment/forecast-routes.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { PROGRAMME, storeFiguresLives, TODAY } from './lives-of-figures.ts';
import type { FiguresLife } from './lives-of-figures.ts';
import { mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

describe('the forecast of a deployment', () => {
  let database: TestDatabase;
  let lives: readonly FiguresLife[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    lives = await storeFiguresLives(database);
  });
  afterAll(() => database.end());

  async function page(reference: string, user = ADMINISTRATOR) {
    const app = await staffApp(servicesOf(database.pool), user, registerForecastRoutes);
    const { statusCode, body } = await app.inject(`/deployments/${reference}/forecast`);
    await app.close();
    return { statusCode, body };
  }

  it('knows how long each request of its programme took, those without an answer too', async () => {
    const times = await answerTimesOf(database.pool, PROGRAMME.id, TODAY);
    const counts = (step: string) => times.get(step)?.reduce((sum, { count }) => sum + count, 0);
    const opened = (step: string) =>
      lives.flatMap(({ events }) => events).filter((event) => event.type === 'step-opened' && event.step === step).length;
    assert.equal(counts('confirm-participation'), opened('confirm-participation'));
    assert.ok(
      times.get('confirm-participation')?.some(({ ended }) => !ended),
      'somebody is silent',
    );
    assert.deepEqual(await answerTimesOf(database.pool, PROGRAMME.id, addDays(TODAY, -400)), new Map());
    assert.deepEqual(await answerTimesOf(database.pool, 'another', TODAY), new Map());
  });

  it('names the open step, says when all will be over, and takes the programme where too little is known', async () => {
    const { statusCode, body } = await page('F0002');
    assert.equal(statusCode, 200);
    assert.match(body, /Which answer would help most/);
    assert.match(body, /Over by \d+ \w+ \d{4}/);
    assert.match(body, /Fewer than 10 comparable requests/);
  });

  it('says how likely the end of term is missed, on the page and for all of them on the command line', async () => {
    const { body } = await page('F0002');
    const said = /came late in (\d+) of 20 \((\d+)%\)/.exec(body) ?? assert.fail(body);
    const chaser = (...words: readonly string[]) => chaserOf({ databaseUrl: database.url })('forecast', ...words);
    const { stdout } = await chaser('--all', '--json');
    const all = JSON.parse(stdout) as readonly {
      readonly reference: string;
      readonly endOfTerm: { readonly missed: number; readonly plays: number } | null;
    }[];
    const { rows } = await database.pool.query<{ reference: string }>("SELECT reference FROM deployments WHERE status = 'running'");
    assert.deepEqual(new Set(all.map(({ reference }) => reference)), new Set(rows.map(({ reference }) => reference)));
    assert.equal(all.find(({ reference }) => reference === 'F0002')?.endOfTerm?.missed, Number(said[1]), 'page and command agree');
    const shares = all.map(({ endOfTerm }) => (endOfTerm === null ? -1 : endOfTerm.missed / endOfTerm.plays));
    assert.deepEqual(
      shares,
      shares.toSorted((one, other) => other - one),
      'the likeliest first',
    );
    assert.match((await chaser('F0002')).stdout, new RegExp(`comes late in ${said[1]} of 20 plays`));
    const { status, stderr } = await chaser();
    assert.equal(status, 2);
    assert.match(stderr, /Give either a deployment, --all or --calls/);
  });

  it('is the one that a worker has kept, with the time of it, until something happens or its day passes', async () => {
    const { pool } = database;
    const [moment] = await deploymentsAhead(pool, { sql: "d.reference = 'F0002'", values: [] });
    assert.ok(moment);
    const { body: workedOut } = await page('F0002');
    assert.match(workedOut, /Worked out on \d+ \w+ \d{4} at /);
    const whole = wholeForecastOf(moment, await answerTimesOf(pool, PROGRAMME.id, londonDate(moment.nowMs)));
    const kept = { reference: 'F0002', sequence: moment.events.length, asOfMs: moment.nowMs, assumed: 0, calls: {} };
    await keepForecast(pool, { ...kept, whole });
    const withoutAge = (body: string) => body.replace(/Worked out on [^.]*\./, '');
    assert.equal(withoutAge((await page('F0002')).body), withoutAge(workedOut), 'the page that it would be without a worker');
    // Told apart from what the page would work out.
    await keepForecast(pool, { ...kept, whole: { ...whole, ends: { ...whole.ends, usual: plainDate('2051-02-03') } } });
    assert.match((await page('F0002')).body, /Over by 3 February 2051/);
    await keepForecast(pool, { ...kept, trouble: 'The calendar ends too soon.' });
    const failed = await page('F0002');
    assert.equal(failed.statusCode, 200);
    assert.match(failed.body, /We could not work this forecast out/);
    assert.doesNotMatch(failed.body, /has ended|The calendar ends too soon/);
    await pool.query("UPDATE forecasts SET sequence = sequence - 1 WHERE reference = 'F0002'");
    assert.equal(withoutAge((await page('F0002')).body), withoutAge(workedOut), 'something has happened since');
    await pool.query('DELETE FROM forecasts');
  });

  it('fits a telephone and breaks no rule of accessibility', async () => {
    const app = await createApp({ ...servicesOf(database.pool), secure: false }, { trustProxy: false });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const browser = await openBrowser();
    await insertStaff(database.pool);
    const context = await browser.newContext();
    const { cookies } = await signedInAs(database.pool, 'coordinator', { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    const shown = await context.newPage();
    await shown.goto(`${address}/deployments/F0002/forecast`);
    await shown.getByRole('heading', { name: 'The end of term' }).waitFor();
    for (const width of [320, 1280]) {
      await shown.setViewportSize({ width, height: 900 });
      await mustFit(shown);
      await mustBeAccessible(shown);
      await picture(shown, `forecast-${width}`);
    }
    await browser.close();
    await app.close();
  });

  it('takes the record where enough is known, of those that waited as long', async () => {
    // Twelve more deployments of this programme whose first step was answered after eighty days.
    await database.pool.query(
      `INSERT INTO deployments SELECT (jsonb_populate_record(d, jsonb_build_object('reference', 'G' || n))).* FROM deployments d, generate_series(1, 12) n WHERE reference = 'F0000'`,
    );
    await database.pool.query(
      `INSERT INTO steps SELECT (jsonb_populate_record(s, jsonb_build_object('reference', 'G' || n, 'closed_at', s.opened_at + interval '80 days'))).*
       FROM steps s, generate_series(1, 12) n WHERE reference = 'F0000' AND step = 'confirm-participation'`,
    );
    const { body } = await page('F0002');
    const [, row = ''] = /<th scope="row"[^>]*>Confirm[^<]*<\/th>(.*?)<\/tr>/s.exec(body) ?? [];
    assert.match(row, /100%/, 'nobody who waited so long answered within five days');
  });

  it('says of a deployment that has ended that there is nothing to forecast', async () => {
    await database.pool.query("UPDATE deployments SET status = 'withdrawn', ended_at = now() WHERE reference = 'F0001'");
    const { statusCode, body } = await page('F0001');
    assert.equal(statusCode, 200);
    assert.match(body, /has ended, so there is nothing to forecast/);
  });

  it('plays what goes out until a day for those alone that wake by then, and misses no e-mail', async () => {
    const { pool } = database;
    await pool.query("UPDATE messages SET state = 'accepted', accepted_at = written_at WHERE state = 'queued'");
    const everything = { sql: "d.reference LIKE 'F%'", values: [] };
    const people = await peopleInLetters(pool);
    const counts: Record<number, readonly [number, number]> = {};
    for (const days of [1, 7, 60]) {
      const [all, some] = [await deploymentsAhead(pool, everything), await deploymentsAhead(pool, everything, days)];
      const leaving = (deployments: typeof all) =>
        emailsAhead(deployments, { days, gatheringMs: 0, people, sentBefore: {} }).map(({ atMs, person, letters }) => [
          atMs,
          person,
          letters.map(({ key }) => key),
        ]);
      assert.deepEqual(leaving(some), leaving(all), `${days} days`);
      counts[days] = [some.length, all.length];
    }
    const [tomorrow = 0, running = 0] = counts[1] ?? [];
    assert.ok(tomorrow < running, 'somebody sleeps for longer than until tomorrow');
    assert.ok((counts[60]?.[0] ?? 0) > tomorrow, 'and wakes within sixty days');
    // Stored by a version that did not say when it wakes next: what was said before is no longer so.
    await pool.query('UPDATE deployments SET sequence = sequence + 1');
    assert.equal((await deploymentsAhead(pool, everything, 1)).length, running);
  });

  it('words an e-mail with those whom it may name as with everybody, and they are fewer', async () => {
    const { pool } = database;
    const deployments = await deploymentsAhead(pool, { sql: "d.reference LIKE 'F%'", values: [] }, 60);
    const holders = new Set(deployments.flatMap(({ chronology }) => Object.values(chronology.parties).flat()));
    await pool.query(
      `INSERT INTO people (id, name, email, imported_at) SELECT id, 'Name of ' || id, id || '@holders.example', now() FROM unnest($1::text[]) id
       ON CONFLICT (id) DO NOTHING`,
      [[...holders]],
    );
    const people = await peopleInLetters(pool);
    const emails = emailsAhead(deployments, { days: 60, gatheringMs: 0, people, sentBefore: {} });
    assert.ok(emails.length > 0, 'no e-mail leaves');
    for (const email of emails) {
      const some = await peopleInLetters(pool, email.mayName());
      assert.deepEqual(email.words(some), email.words(people));
      assert.notEqual(email.words(some).text, email.words(new Map()).text, 'an e-mail that names nobody tells nothing');
      assert.ok(some.size < people.size);
    }
    await pool.query("DELETE FROM people WHERE email LIKE '%@holders.example'");
  });

  it('sees what was added to a deployment since it was looked at', async () => {
    const { pool } = database;
    const one = { sql: "d.reference = 'F0002'", values: [] };
    const eventsSeen = async () => (await deploymentsAhead(pool, one))[0]?.events.length ?? 0;
    const before = await eventsSeen();
    assert.ok(before > 0);
    await pool.query(
      `WITH last AS (SELECT * FROM events WHERE reference = 'F0002' ORDER BY sequence DESC LIMIT 1)
       INSERT INTO events (reference, sequence, type, at, body) SELECT reference, sequence + 1, type, at, body FROM last`,
    );
    await pool.query(
      "UPDATE deployments SET sequence = (SELECT max(sequence) FROM events e WHERE e.reference = 'F0002') WHERE reference = 'F0002'",
    );
    assert.equal(await eventsSeen(), before + 1);
  });

  it('sees what a restore has put under the number of an event that was lost', async () => {
    const { pool } = database;
    const one = { sql: "d.reference = 'F0002'", values: [] };
    const lastSeen = async () => (await deploymentsAhead(pool, one))[0]?.events.at(-1)?.at;
    assert.notEqual(await lastSeen(), '2040-01-01T09:00:00.000Z');
    await inTransaction(pool, async (db) => {
      await db.query("SET LOCAL session_replication_role = 'replica'");
      await db.query(
        `UPDATE events e SET body = jsonb_set(body, '{at}', '"2040-01-01T09:00:00.000Z"'), recorded_at = clock_timestamp()
         WHERE e.reference = 'F0002' AND e.sequence = (SELECT max(sequence) FROM events WHERE reference = 'F0002')`,
      );
      await db.query("UPDATE deployments SET sequence = sequence WHERE reference = 'F0002'");
    });
    assert.equal(await lastSeen(), '2040-01-01T09:00:00.000Z');
  });

  it('is not found by whoever may not see the deployment, nor where there is none', async () => {
    assert.equal((await page('F0002', ofRegion('London'))).statusCode, 404);
    assert.equal((await page('F9999')).statusCode, 404);
    assert.equal((await page('F0002', ofRegion('North West'))).statusCode, 200);
  });
});
