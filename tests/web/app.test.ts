import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the whole web service', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  beforeAll(async () => {
    database = await freshDatabase();
    app = await createApp(servicesOf(database.pool), { trustProxy: false });
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  it('sends whoever is not signed in to the sign-in page', async () => {
    for (const url of ['/', '/deployments', '/region', '/programmes', '/service', '/start']) {
      const { statusCode, headers } = await app.inject(url);
      assert.deepEqual([url, statusCode, headers.location], [url, 303, '/sign-in']);
    }
    assert.equal((await app.inject('/sign-in')).statusCode, 200);
  });

  it('tells browsers to run no script, to send no referrer and to store nothing', async () => {
    const { headers } = await app.inject('/sign-in');
    assert.match(String(headers['content-security-policy']), /^default-src 'none'/);
    assert.doesNotMatch(String(headers['content-security-policy']), /script-src|unsafe/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('shows a page for what cannot be found or read, and never repeats the address', async () => {
    for (const url of ['/nowhere', '/a/unknown-token-secret', '/a/%zzsecret']) {
      const { statusCode, body } = await app.inject(url);
      assert.equal(statusCode, 404, url);
      assert.match(body, /Page not found/);
      assert.doesNotMatch(body, /secret/);
    }
  });

  it('keeps the links at the top of what cannot be found or done, for whoever is signed in', async () => {
    await database.pool.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma', 'alma@service.example', now())");
    await database.pool.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator')");
    const { cookies, csrf } = await signedInAs(database.pool, 'alma');
    const post = (url: string, bytes: number) =>
      ({ method: 'POST', url, payload: new URLSearchParams({ csrf, text: 'a'.repeat(bytes) }).toString(), headers: FORM }) as const;
    const badUpload = {
      method: 'POST',
      url: '/calendars/check',
      payload: 'x',
      headers: { 'content-type': 'multipart/form-data' },
    } as const;
    for (const [request, status, title] of [
      ['/nowhere', 404, 'Page not found'],
      ['/deployments/T9999', 404, 'Page not found'],
      ['/a/unknown-token', 404, 'Page not found'],
      [post('/start', 70_000), 413, 'This is too much to send at once'],
      [post('/rehearse', 4_100_000), 413, 'The file is too large'],
      [badUpload, 400, 'This cannot be done'],
    ] as const) {
      const [said, nobody] = [
        await app.inject(typeof request === 'string' ? { url: request, cookies } : { ...request, cookies }),
        await app.inject(request),
      ];
      assert.equal(said.statusCode, status, said.body);
      assert.match(said.body, new RegExp(`<h1[^>]*>${title}`));
      for (const link of ['href="/programmes"', 'href="/people"', 'action="/sign-out"'])
        assert.ok(said.body.includes(link), `${title}: ${link}`);
      assert.doesNotMatch(nobody.body, /href="\/people"|sign-out/);
    }
  });

  it('counts what cannot be found against the limit of requests, as any page', async () => {
    const ask = async () => (await app.inject({ url: '/nowhere', remoteAddress: '203.0.113.9' })).statusCode;
    for (let asked = 0; asked < 300; asked += 1) assert.equal(await ask(), 404);
    assert.equal(await ask(), 429);
  });

  it('still says that a page does not exist when nobody can be looked up', async () => {
    const away = new pg.Pool({ host: '127.0.0.1', port: 1, max: 1 });
    const blind = await createApp(servicesOf(away), { trustProxy: false });
    const { statusCode, body } = await blind.inject({ url: '/nowhere', cookies: { '__Host-chaser-session': 's'.repeat(43) } });
    assert.equal(statusCode, 404);
    assert.match(body, /Page not found/);
    await blind.close();
    await away.end();
  });

  it('serves its stylesheet without the typeface and the crest of GOV.UK', async () => {
    const { body, headers } = await app.inject('/assets/chaser.css');
    assert.match(String(headers['content-type']), /text\/css/);
    assert.match(body, /\.govuk-button/);
    assert.match(body, /\.moj-timeline/);
    assert.doesNotMatch(body, /GDS Transport|@font-face|govuk-crest/);
  });
});
