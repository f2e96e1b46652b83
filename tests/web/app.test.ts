import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { servicesOf } from './staff-app.ts';

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

  it('serves its stylesheet without the typeface and the crest of GOV.UK', async () => {
    const { body, headers } = await app.inject('/assets/chaser.css');
    assert.match(String(headers['content-type']), /text\/css/);
    assert.match(body, /\.govuk-button/);
    assert.match(body, /\.moj-timeline/);
    assert.doesNotMatch(body, /GDS Transport|@font-face|govuk-crest/);
  });
});
