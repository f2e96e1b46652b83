import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programmePath } from '../../programmes/load-programmes.ts';
import { registerCompareRoutes } from '../../web/rehearse/compare-routes.ts';
import { createRehearsals } from '../../web/rehearse/rehearsal-work.ts';
import { registerRehearseRoutes } from '../../web/rehearse/routes.ts';
import type { Services } from '../../web/shared/services.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { guardedApp, signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

describe('rehearsals of many people at once', () => {
  const PEOPLE = Array.from({ length: 14 }, (_, at) => `policy-${at}`);
  let database: TestDatabase;
  let services: Services;
  let app: FastifyInstance;
  beforeAll(async () => {
    database = await freshDatabase();
    await database.pool.query(
      `INSERT INTO people (id, name, email, imported_at) SELECT id, id, id || '@department.example', now() FROM unnest($1::text[]) AS id`,
      [PEOPLE],
    );
    await database.pool.query("INSERT INTO person_roles (person, role) SELECT id, 'policy' FROM unnest($1::text[]) AS id", [PEOPLE]);
    services = { ...servicesOf(database.pool), rehearsals: createRehearsals() };
    app = await guardedApp(services, registerRehearseRoutes, registerCompareRoutes, (one) => void one.get('/healthz', () => 'alive'));
  });
  afterAll(async () => {
    await app.close();
    services.rehearsals.end();
    await database.end();
  });

  const rehearse = async (person: string, start: string) => {
    const { cookies } = await signedInAs(database.pool, person);
    return app.inject({ url: `/programmes/tsi-2022-23/rehearse?start=${start}&authority=lancashire&letters=yes`, cookies });
  };
  const paste = async (person: string, text: string) => {
    const { cookies, csrf } = await signedInAs(database.pool, person);
    return app.inject({
      method: 'POST',
      url: '/rehearse',
      cookies,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ csrf, text, start: '2022-10-10', authority: 'lancashire' }).toString(),
    });
  };

  it('leave the service free for everybody else, one after the other, and say plainly when too many wait', async () => {
    await rehearse('policy-0', '2022-09-01');
    const delay = monitorEventLoopDelay({ resolution: 10 });
    let busy = true;
    let slowestMs = 0;
    const looking = (async () => {
      while (busy) {
        const startedMs = performance.now();
        assert.equal((await app.inject({ url: '/healthz' })).statusCode, 200);
        slowestMs = Math.max(slowestMs, performance.now() - startedMs);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    delay.enable();
    const answers = await Promise.all(PEOPLE.map((person, at) => rehearse(person, `2022-10-${at + 10}`)));
    delay.disable();
    busy = false;
    await looking;
    const codes = answers.map(({ statusCode }) => statusCode).toSorted((one, other) => one - other);
    assert.deepEqual(codes, [...Array<number>(11).fill(200), ...Array<number>(3).fill(503)]);
    for (const { statusCode, body, headers } of answers) {
      if (statusCode === 200) {
        assert.match(body, /Lasts until/);
      } else {
        assert.equal(headers['retry-after'], '60');
        assert.match(body, /There is a problem[^]*Many people are rehearsing programmes just now[^]*Try again in a minute\./);
        assert.match(body, /<form method="get"/);
      }
    }
    // One alone takes a second and more of a processor. What is left here is to hand it over and to send the page.
    assert.ok(delay.max / 1e6 < 800, `the longest turn took ${Math.round(delay.max / 1e6)} ms`);
    assert.ok(slowestMs < 800, `/healthz took ${Math.round(slowestMs)} ms`);
  });

  it('of one person are one at a time; what was pasted is still there', async () => {
    const text = readFileSync(programmePath('si-2019-20'), 'utf8');
    const [first, second] = await Promise.all([paste('policy-1', text), paste('policy-1', `${text}\n# and a word\n`)]);
    const [done, refused] = first.statusCode === 200 ? [first, second] : [second, first];
    assert.deepEqual([done.statusCode, refused.statusCode], [200, 429]);
    assert.match(refused.body, /still being worked out/);
    assert.match(refused.body, /<textarea[^>]*>[^<]*programme: si-2019-20/);
    assert.equal((await paste('policy-1', text)).statusCode, 200, 'the next may be asked for');
  });

  it('that were asked for before are there at once, for whoever asks', async () => {
    await rehearse('policy-3', '2023-01-09');
    const startedMs = performance.now();
    assert.equal((await rehearse('policy-4', '2023-01-09')).statusCode, 200);
    assert.ok(performance.now() - startedMs < 800, `${performance.now() - startedMs} ms`);
  });
});
