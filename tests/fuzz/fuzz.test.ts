import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { createApp } from '../../web/app.ts';
import { LINKS } from '../support/world.ts';
import { servicesOf } from '../web/staff-app.ts';
import { openFuzzWorld, readGround } from './fuzz-world.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import { fuzz, inWords } from './fuzz.ts';

/** The short form of `npm run fuzz`: the same bodies, fewer of them, and no clock. */
const SEED = 20_261_128;
const COUNT = 150;

describe('hostile bodies', () => {
  let fuzzWorld: FuzzWorld;
  let app: FastifyInstance;
  let origin: string;
  beforeAll(async () => {
    fuzzWorld = await openFuzzWorld();
    const { world } = fuzzWorld;
    const services = servicesOf(world.application, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, secure: false, links: LINKS }, { trustProxy: 1 });
    await app.listen({ host: '127.0.0.1', port: 0 });
    origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await app.close();
    await fuzzWorld.end();
  });

  it('break no route that takes a form, whoever sends them', async () => {
    const ground = await readGround(fuzzWorld, origin);
    assert.ok(ground.routes.length >= 20, `${ground.routes.length} routes`);
    assert.ok(ground.forms.length >= 15, `${ground.forms.length} forms were found on the pages`);
    for (const [name, known] of Object.entries(ground.parts)) assert.ok(known.length > 0, `nothing is known for :${name}`);
    const unknown = ground.routes
      .flatMap((route) => [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name))
      .filter((name) => !(name in ground.parts));
    assert.deepEqual([...new Set(unknown)], [], 'a parameter of a route that the fuzz has nothing for');

    const report = await fuzz(origin, ground, fuzzWorld, { seed: SEED, count: COUNT, atOnce: 4, withinMs: 300_000 });
    assert.equal(report.sent, COUNT);
    assert.deepEqual(report.broken.map(inWords), []);
    // They come past the door: some are refused as forms, not only as strangers.
    assert.ok(
      (report.byStatus['400'] ?? 0) + (report.byStatus['422'] ?? 0) + (report.byStatus['409'] ?? 0) > 10,
      JSON.stringify(report.byStatus),
    );
  });
});
