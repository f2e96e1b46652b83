import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePorts } from '../../embedded/free-port.ts';
import { openDatabase } from '../../postgres/database.ts';
import { createApp } from '../../web/app.ts';
import { importSample } from '../../register/import-sample.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { servicesOf } from './staff-app.ts';

const PATIENCE = { statementMs: 1_500, lockMs: 400 };

describe('a database in trouble', () => {
  let world: World;
  let token: string;
  beforeAll(async () => {
    world = await openWorld();
    const reference = await world.begin('2040-10-08 09:30', { programme: tsiProgrammeFrom('confirm-participation') });
    await world.postIsDone();
    token = LINKS.tokenFor({ reference, step: 'confirm-participation', round: 1, person: 'head' }, 1);
  });
  afterAll(() => world.end());

  /** The pages on a pool of their own, opened as the web service opens it. */
  async function withPages<T>(url: string, work: (app: FastifyInstance) => Promise<T>): Promise<T> {
    const db = openDatabase(url, { max: 4, patience: PATIENCE });
    const app = await createApp({ ...servicesOf(db), links: LINKS }, { trustProxy: false });
    try {
      return await work(app);
    } finally {
      await app.close();
      await db.end();
    }
  }
  const post = (app: FastifyInstance, url: string, form: Readonly<Record<string, string>>) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
  async function chaser(url: string, ...words: string[]): Promise<{ readonly code: number; readonly said: string }> {
    const { status, stdout, stderr } = await chaserOf({ databaseUrl: url, temporal: world.temporal })(...words);
    return { code: status, said: stdout + stderr };
  }
  async function whileReadOnly<T>(work: () => Promise<T>, { databaseUrl, db } = world as Pick<World, 'databaseUrl' | 'db'>): Promise<T> {
    const name = new URL(databaseUrl).pathname.slice(1);
    await db.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    try {
      return await work();
    } finally {
      await db.query(`SET TRANSACTION READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only`);
    }
  }
  /** Sends the page's form again, as its button does. */
  function sentAgain(html: string): { readonly url: string; readonly form: Record<string, string> } {
    const url = /<form method="post" action="([^"]+)" novalidate>/.exec(html)?.[1] ?? '';
    const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    return { url, form: Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&#39;', "'")])) };
  }

  it('that is read-only loses no typed answer: the page keeps it, and its button saves it once the database is well', async () => {
    const form = { answer: 'accepts', 'accepts-note': "They're away until Monday." };
    const page = await whileReadOnly(() => withPages(world.databaseUrl, (app) => post(app, `/a/${token}/draft`, form)));
    assert.equal(page.statusCode, 503, page.body);
    assert.equal(page.headers['retry-after'], '60');
    assert.match(page.body, /cannot save anything[^]*What you wrote[^]*They&#39;re away until Monday\.[^]*Send again/);
    const again = sentAgain(page.body);
    assert.deepEqual(again, { url: `/a/${token}/draft`, form });
    const saved = await withPages(world.databaseUrl, (app) => post(app, again.url, again.form));
    assert.ok(saved.statusCode < 400, `${saved.statusCode} ${saved.body}`);
  });

  it('that is read-only leaves the process alive, but not ready for work', async () => {
    await whileReadOnly(() =>
      withPages(world.databaseUrl, async (app) => {
        assert.equal((await app.inject('/healthz')).statusCode, 200);
        const ready = await app.inject('/readyz');
        assert.deepEqual([ready.statusCode, ready.json()], [503, { status: 'not ready', postgresql: false }]);
      }),
    );
    await withPages(world.databaseUrl, async (app) => assert.equal((await app.inject('/readyz')).statusCode, 200));
  });

  it('that is read-only is a fault to the doctor, and chaser start reports it without a stack trace', async () => {
    const { pool: db, url: databaseUrl, end } = await freshDatabase();
    await importSample(db);
    await whileReadOnly(
      async () => {
        const doctor = await chaser(databaseUrl, 'doctor');
        assert.equal(doctor.code, 3);
        assert.match(doctor.said, /^FAULT {4}PostgreSQL: PostgreSQL is read-only: it can be read from, but nothing can be stored\.$/m);
        const start = await chaser(databaseUrl, 'start', '--urn', '990012');
        assert.deepEqual(
          [start.code, start.said.split('\n')[0]],
          [3, 'PostgreSQL is read-only: it can be read from, but nothing can be stored.'],
        );
        assert.doesNotMatch(start.said, /^ {4}at /m);
      },
      { databaseUrl, db },
    );
    await end();
  });

  it('that holds a lock makes a page wait no longer than its limit, and loses nothing that was typed', async () => {
    const holder = await world.db.connect();
    await holder.query('BEGIN; LOCK TABLE deployments IN ACCESS EXCLUSIVE MODE');
    try {
      await withPages(world.databaseUrl, async (app) => {
        const began = performance.now();
        const page = await post(app, `/a/${token}/check`, { answer: 'accepts' });
        assert.equal(page.statusCode, 503, page.body);
        assert.match(page.body, /very busy/);
        assert.deepEqual(sentAgain(page.body).form, { answer: 'accepts' });
        assert.ok(performance.now() - began < 3_000, `it took ${performance.now() - began} ms`);
      });
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  });

  it('that is stopped gives the same page for reading and for sending', async () => {
    const [port = 0] = await freePorts(1);
    const nowhere = `postgres://chaser@127.0.0.1:${port}/chaser`;
    await withPages(nowhere, async (app) => {
      const read = await app.inject(`/a/${token}`);
      assert.equal(read.statusCode, 503);
      assert.doesNotMatch(read.body, /Send again/);
      const asked = await post(app, '/sign-in', { email: 'cora@delivery.example' });
      assert.equal(asked.statusCode, 503);
      assert.deepEqual(sentAgain(asked.body), { url: '/sign-in', form: { email: 'cora@delivery.example' } });
      assert.equal((await app.inject('/healthz')).statusCode, 200);
    });
    const list = await chaser(nowhere, 'list');
    assert.deepEqual([list.code, list.said.split('\n')[0]], [3, 'PostgreSQL does not answer.']);
  });
});
