import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../embedded/free-port.ts';
import { openDatabase } from '../../postgres/database.ts';
import { createApp } from '../../web/app.ts';
import { createSharedCounts } from '../../web/shared/shared-counts.ts';
import type { SharedCounts } from '../../web/shared/shared-counts.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import { servicesOf } from './staff-app.ts';

describe('the limits of every page', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.end());

  const counterOf = ({ Store }: SharedCounts) => {
    const store = new Store({});
    return (key: string, windowMs = 60_000): { current: number; ttl: number } => {
      let counted = { current: 0, ttl: 0 };
      store.incr(key, (_, result) => void (counted = result ?? counted), windowMs, 300);
      return counted;
    };
  };

  it('count what every web service was asked, and each asker by itself', async () => {
    const [one, other] = [createSharedCounts(), createSharedCounts()];
    const [askOne, askOther] = [counterOf(one), counterOf(other)];
    for (let times = 1; times <= 7; times += 1) askOne('192.0.2.1');
    await one.share(database.pool);
    assert.equal(askOther('192.0.2.1').current, 1, 'it has not heard yet');
    await other.share(database.pool);
    assert.equal(askOther('192.0.2.1').current, 9);
    assert.equal(askOther('192.0.2.2').current, 1);
    await one.share(database.pool);
    assert.equal(askOne('192.0.2.1').current, 8, 'what nobody asked again is not looked up');
    await one.share(database.pool);
    assert.equal(askOne('192.0.2.1').current, 10);
  });

  it('begin anew for all of them when the window of whoever counted first has passed', async () => {
    let nowMs = Date.now();
    const late = createSharedCounts(() => nowMs);
    const ask = counterOf(late);
    await counterOfAfter(createSharedCounts(), '192.0.2.3', 5);
    await new Promise((resolve) => setTimeout(resolve, 500));
    ask('192.0.2.3', 2_000);
    await late.share(database.pool);
    const { current, ttl } = ask('192.0.2.3', 2_000);
    assert.equal(current, 7);
    assert.ok(ttl <= 1_600, `${ttl} ms are left of the other's window`);
    nowMs += 2_000;
    assert.equal(ask('192.0.2.3', 2_000).current, 1);
  });

  it('go on, each service for itself, while the database is away, and lose no count', async () => {
    const counts = createSharedCounts();
    const ask = counterOf(counts);
    const away = openDatabase(`postgres://chaser@127.0.0.1:${await freePort()}/chaser`);
    for (let times = 1; times <= 3; times += 1) ask('192.0.2.4');
    await assert.rejects(counts.share(away));
    assert.equal(ask('192.0.2.4').current, 4);
    await counts.share(database.pool);
    assert.equal(ask('192.0.2.4').current, 5);
    await away.end();
  });

  it('hold for two processes together, for the same page whatever the last 64 bits of an address are', async () => {
    const apps: FastifyInstance[] = [];
    for (const _ of ['one', 'another']) apps.push(await createApp(servicesOf(database.pool), { trustProxy: false }));
    const [one, another] = apps;
    assert.ok(one && another);
    try {
      for (let times = 1; times <= 299; times += 1) await one.inject({ url: '/healthz', remoteAddress: `2001:db8:9:9::${times}` });
      const answered = async () => (await another.inject({ url: '/healthz', remoteAddress: '2001:db8:9:9::ffff' })).statusCode;
      await waitUntil('the other service refuses it', async () => (await answered()) === 429);
      assert.equal((await another.inject({ url: '/healthz', remoteAddress: '2001:db8:9:8::1' })).statusCode, 200);
    } finally {
      for (const app of apps) await app.close();
    }
  });

  /** So many requests, shared with the others, in a window of two seconds. */
  async function counterOfAfter(counts: SharedCounts, key: string, times: number): Promise<void> {
    const ask = counterOf(counts);
    for (let time = 1; time <= times; time += 1) ask(key, 2_000);
    await counts.share(database.pool);
  }
});
