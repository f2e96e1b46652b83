import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { addDays } from '../../domain/time/plain-date.ts';
import { answerTimesOf } from '../../postgres/views/timeliness.ts';
import { registerForecastRoutes } from '../../web/deployment/forecast-routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { PROGRAMME, storeFiguresLives, TODAY } from './lives-of-figures.ts';
import type { FiguresLife } from './lives-of-figures.ts';
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

  it('is not found by whoever may not see the deployment, nor where there is none', async () => {
    assert.equal((await page('F0002', ofRegion('London'))).statusCode, 404);
    assert.equal((await page('F9999')).statusCode, 404);
    assert.equal((await page('F0002', ofRegion('North West'))).statusCode, 200);
  });
});
