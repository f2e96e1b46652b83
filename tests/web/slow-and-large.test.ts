import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const FORM = 'application/x-www-form-urlencoded';

describe('whoever sends slowly, or too much', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  let slow: FastifyInstance;
  let port: number;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    await database.pool.query(
      "INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now()), ('pola', 'Pola', 'pola@department.example', now())",
    );
    await database.pool.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator'), ('pola', 'policy')");
    const services = servicesOf(database.pool);
    app = await createApp(services, { trustProxy: false });
    slow = await createApp(services, {
      trustProxy: false,
      patience: { headersMs: 300, requestMs: 700, connectionMs: 1_500, checkMs: 50 },
    });
    port = Number(new URL(await slow.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(async () => {
    await slow.close();
    await app.close();
    await database.end();
  });

  /** Sends the beginning of a request, then a byte now and then; answers what came back and after how long the connection ended. */
  async function dribble(beginning: string, byte: string): Promise<{ readonly said: string; readonly tookMs: number }> {
    const startedMs = performance.now();
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString()));
    socket.on('error', () => undefined);
    socket.write(beginning);
    const more = setInterval(() => byte !== '' && !socket.destroyed && socket.write(byte), 60);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(more);
    return { said, tookMs: performance.now() - startedMs };
  }

  it('is left when the headers never end', async () => {
    const { said, tookMs } = await dribble('GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Long: ', 'a');
    assert.match(said, /^HTTP\/1\.1 408 /);
    assert.ok(tookMs < 5_000, `${tookMs} ms`);
  });

  it('is left when the body never ends, also of a chunked one', async () => {
    const head = `POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM}\r\n`;
    const whole = await dribble(`${head}Content-Length: 4000\r\n\r\nemail=`, 'a');
    assert.match(whole.said, /^HTTP\/1\.1 408 /);
    const chunked = await dribble(`${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n');
    assert.match(chunked.said, /^HTTP\/1\.1 408 /);
    for (const { tookMs } of [whole, chunked]) assert.ok(tookMs < 5_000, `${tookMs} ms`);
  });

  it('is left when nothing comes at all, or nothing more', async () => {
    for (const beginning of ['', 'GET / HTTP/1.1\r\n']) {
      const { tookMs } = await dribble(beginning, '');
      assert.ok(tookMs < 6_000, `${tookMs} ms`);
    }
  });

  it('finds the service answering others meanwhile', async () => {
    const many = Array.from({ length: 50 }, () => dribble(`POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n`, 'a'));
    const startedMs = performance.now();
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    assert.ok(performance.now() - startedMs < 1_000);
    await Promise.all(many);
  });

  const post = (url: string, payload: string, cookies: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, cookies, headers: { 'content-type': FORM }, payload });

  it('is told in plain words that it is too much, on every kind of route', async () => {
    const { cookies, csrf } = await signedInAs(database.pool, 'alma');
    const link = `/a/${'A'.repeat(43)}`;
    for (const [url, bytes] of [
      ['/sign-in', 5_000],
      [`/sign-in/${'t'.repeat(43)}`, 5_000],
      ['/sign-out', 5_000],
      ['/start', 70_000],
      ['/calls/T0001/confirm-participation/1/call', 70_000],
      [`${link}/check`, 300_000],
      [`${link}/not-me`, 300_000],
      ['/deployments/T0001/change/stop', 300_000],
      ['/people/coordinator/work/move', 300_000],
      ['/calendars/adopt', 300_000],
    ] as const) {
      const { statusCode, body } = await post(url, `csrf=${csrf}&because=${'a'.repeat(bytes)}`, cookies);
      assert.equal(statusCode, 413, url);
      assert.match(body, /This is too much to send at once[^]*Nothing was changed[^]*shorten what you wrote/, url);
    }
    for (const [url, nothing] of [
      ['/calendars/check', /Nothing was imported/],
      ['/rehearse', /Nothing was checked or kept/],
      ['/programmes/publish', /Nothing was checked or kept/],
    ] as const) {
      const pasted = await post(url, `csrf=${csrf}&text=${'a'.repeat(4_100_000)}`, cookies);
      assert.equal(pasted.statusCode, 413, url);
      assert.match(pasted.body, /The file is too large/);
      assert.match(pasted.body, nothing);
    }
  });

  it('still may send what a form can hold', async () => {
    const { cookies, csrf } = await signedInAs(database.pool, 'alma');
    const { statusCode } = await post('/rehearse', new URLSearchParams({ csrf, text: `# ${'ü'.repeat(60_000)}` }).toString(), cookies);
    assert.equal(statusCode, 422);
    const words = await post('/start', new URLSearchParams({ csrf, because: '…'.repeat(5_000) }).toString(), cookies);
    assert.ok(words.statusCode < 413, String(words.statusCode));
  });

  describe('with a file', () => {
    const BOUNDARY = 'a-boundary';
    const fields = (count: number, bytes: number, csrf = '') =>
      [['csrf', csrf], ...Array.from({ length: count }, (_, at) => [`field-${at}`, 'a'.repeat(bytes)])]
        .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('') + `--${BOUNDARY}--\r\n`;
    const upload = (payload: string, cookies: Record<string, string>, url = '/calendars/check') =>
      app.inject({ method: 'POST', url, cookies, headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }, payload });

    it('is held to the size of the whole, not of each part', async () => {
      const { cookies, csrf } = await signedInAs(database.pool, 'alma');
      const { statusCode, body } = await upload(fields(10, 500_000, csrf), cookies);
      assert.equal(statusCode, 413);
      assert.match(body, /The file is too large/);
    });

    it('is refused before it is read, signed out or with a role that may not', async () => {
      assert.equal((await upload(fields(2, 500_000), {})).statusCode, 401);
      const { cookies } = await signedInAs(database.pool, 'pola');
      assert.equal((await upload(fields(2, 500_000), cookies)).statusCode, 403);
      // Nobody's session: it looks like one, and none is found.
      assert.equal((await upload(fields(2, 500_000), { '__Host-chaser-session': 's'.repeat(43) })).statusCode, 401);
    });

    it('must say how large it is', async () => {
      const { cookies } = await signedInAs(database.pool, 'alma');
      const head = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
      const { said } = await dribble(
        `POST /calendars/check HTTP/1.1\r\nHost: x\r\nCookie: ${head.join('; ')}\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
        '',
      );
      assert.match(said, /^HTTP\/1\.1 411 /);
    });
  });

  it('who is signed out is refused before their form is read', async () => {
    const { statusCode, body } = await post('/start', `because=${'a'.repeat(300_000)}`);
    assert.equal(statusCode, 401);
    assert.match(body, /You are not signed in/);
  });
});
