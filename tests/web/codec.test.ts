import type { Payload } from '@temporalio/common';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findPin } from '../../postgres/pinned/pins.ts';
import { plainPayloads } from '../../temporal/plain-payloads.ts';
import { codecRoutes } from '../../web/codec/routes.ts';
import { createSecurityLog } from '../../web/shared/security-log.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { openBrowser } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { guardedApp, signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const ORIGIN = 'https://temporal.example';
const KEYS = [{ id: 'autumn', secret: randomBytes(32) }] as const;
const PATH = '/codec/decode';

/** Payloads as Temporal's page sends them. */
const asSent = (payloads: readonly Payload[]) =>
  payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
    data: Buffer.from(data ?? []).toString('base64'),
  }));
const textOf = ({ data = '' }: { readonly data?: string }) => Buffer.from(data, 'base64').toString();

describe('what Temporal’s own page is shown', () => {
  let world: World;
  let app: FastifyInstance;
  let cookies: Record<string, string>;
  const told: Record<string, unknown>[] = [];
  const appFor = (origin: string) =>
    guardedApp(
      {
        ...servicesOf(world.application),
        secure: false,
        security: createSecurityLog({ secret: 'x', write: (line) => void told.push(JSON.parse(line) as Record<string, unknown>) }),
      },
      codecRoutes({
        origin,
        namespace: world.temporal.namespace,
        plain: (payloads) => plainPayloads(KEYS, (hash) => findPin(world.application, hash), payloads),
      }),
    );
  beforeAll(async () => {
    world = await openWorld({ payloadKeys: KEYS });
    await world.db.query(`INSERT INTO people (id, name, email, imported_at) VALUES ('admin', 'Alma Admin', 'alma@service.example', now())`);
    await world.db.query(
      `INSERT INTO person_roles (person, role, region, area) VALUES ('admin', 'administrator', '', ''), ('region', 'regional-team', 'North West', '')`,
    );
    app = await appFor(ORIGIN);
    ({ cookies } = await signedInAs(world.db, 'admin', { secure: false }));
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  const ask = (over: { headers?: Record<string, string | undefined>; cookies?: Record<string, string>; payload?: string | object } = {}) =>
    app.inject({
      method: 'POST',
      url: PATH,
      cookies: over.cookies ?? cookies,
      payload: over.payload ?? { payloads: [] },
      headers: given(over.headers),
    });

  /** What Temporal's page sends, with other headers in place of its own; undefined: without that one. */
  const given = (over: Readonly<Record<string, string | undefined>> = {}) =>
    Object.fromEntries(
      Object.entries({ origin: ORIGIN, 'x-namespace': world.temporal.namespace, 'content-type': 'application/json', ...over }).flatMap(
        ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
      ),
    );

  it('is the history of a real deployment in plain words, with the programme by its name, and the log says who read it', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    const { events } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory();
    const kept = (events ?? []).flatMap(({ workflowExecutionStartedEventAttributes: began, userMetadata }) => [
      ...(began?.input?.payloads ?? []),
      ...(userMetadata?.summary ? [userMetadata.summary] : []),
    ]);
    const payloads = asSent(kept);
    assert.ok(payloads.length > 2 && !payloads.some((payload) => textOf(payload).includes(reference)));
    told.length = 0;
    const { statusCode, headers, body } = await ask({ payload: { payloads } });
    assert.equal(statusCode, 200, body);
    assert.deepEqual(
      [headers['access-control-allow-origin'], headers['access-control-allow-credentials'], headers['vary']],
      [ORIGIN, 'true', 'Origin'],
    );
    const read = (JSON.parse(body) as { payloads: { data?: string }[] }).payloads.map(textOf);
    assert.equal(read.length, payloads.length);
    assert.match(read[0] ?? '', new RegExp(`"reference":"${reference}".*"programme":\\{"id":"tsi-2022-23","title":"[^"]+","version":`));
    assert.ok(read.includes('"Stores: the deployment began"'), read.join('\n'));
    assert.deepEqual(
      told.map(({ event, payloads: count, unreadable, roles }) => [event, count, unreadable, roles]),
      [['payloads-read', payloads.length, 0, ['administrator']]],
    );
  });

  it('is refused in plain words to other pages, other people and other namespaces, and for what it cannot read', async () => {
    const regional = await signedInAs(world.db, 'region', { secure: false });
    for (const [sent, status, words] of [
      [{ headers: { origin: 'https://temporal.example.evil.example' } }, 403, /page of Temporal that Chaser knows/],
      [{ headers: { origin: 'https://temporal.example:8443' } }, 403, /page of Temporal that Chaser knows/],
      [{ headers: { origin: undefined } }, 403, /page of Temporal that Chaser knows/],
      [{ cookies: {} }, 401, /not signed in to Chaser/],
      [{ cookies: { 'chaser-session': 'x'.repeat(43) } }, 401, /not signed in to Chaser/],
      [{ cookies: regional.cookies }, 403, /Only administrators/],
      [{ headers: { 'x-namespace': 'another' } }, 400, /reads the namespace \S+ alone/],
      [{ payload: '{' }, 400, /was sent no payloads/],
      [{ payload: { payloads: [{ data: 'no base64!' }] } }, 400, /was sent no payloads/],
      [{ payload: 'x', headers: { 'content-type': 'image/png' } }, 415, /was sent no payloads/],
      [{ payload: { payloads: [{ data: 'A'.repeat(9 * 1024 * 1024) }] } }, 413, /8MB at once at most/],
    ] as const) {
      const { statusCode, body, headers } = await ask(sent);
      assert.equal(statusCode, status, `${JSON.stringify(sent).slice(0, 100)}: ${body}`);
      assert.match((JSON.parse(body) as { message: string }).message, words);
      const foreign = 'headers' in sent && 'origin' in sent.headers;
      assert.equal(headers['access-control-allow-origin'], foreign ? undefined : ORIGIN);
    }
  });

  it('passes on what is not encrypted by Chaser as it was, whatever else it holds', async () => {
    const theirs = { metadata: { encoding: 'YmluYXJ5L3psaWI=' }, data: 'AQI=', externalPayloads: [{ sizeBytes: '3' }] };
    const { body } = await ask({ payload: { payloads: [theirs] } });
    assert.deepEqual(JSON.parse(body), { payloads: [theirs] });
  });

  it('may be asked for by the one origin that is configured', async () => {
    const asked = { origin: ORIGIN, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-namespace' };
    const { statusCode, headers } = await app.inject({ method: 'OPTIONS', url: PATH, headers: asked });
    assert.deepEqual([statusCode, headers['access-control-allow-origin']], [204, ORIGIN]);
    const other = await app.inject({ method: 'OPTIONS', url: PATH, headers: { ...asked, origin: 'https://other.example' } });
    assert.deepEqual([other.statusCode, other.headers['access-control-allow-origin']], [403, undefined]);
  });

  it('is sent the session by a real browser from another origin of the same site, and from no other site, even one that is configured', async () => {
    const temporal = createServer((_, response) => void response.setHeader('content-type', 'text/html').end('<title>Temporal</title>'));
    await new Promise<void>((resolve) => void temporal.listen(0, '127.0.0.1', resolve));
    const { port } = temporal.address() as AddressInfo;
    const browser = await openBrowser();
    try {
      const context = await browser.newContext();
      for (const [site, status] of [
        ['desk', 200],
        ['elsewhere', 401],
      ] as const) {
        // Browsers take each name before `localhost` for a site of its own.
        const origin = `http://temporal.${site}.localhost:${port}`;
        const service = await appFor(origin);
        const address = new URL(await service.listen({ host: '127.0.0.1', port: 0 }));
        const cookiesThere = Object.entries(cookies).map(([name, value]) => ({ name, value, domain: 'chaser.desk.localhost' }));
        await context.addCookies(cookiesThere.map((cookie) => ({ ...cookie, path: '/', httpOnly: true, sameSite: 'Lax' as const })));
        const page = await context.newPage();
        await page.goto(origin);
        const answer = await page.evaluate(
          async ([url, namespace]) => {
            const headers = { 'content-type': 'application/json', 'x-namespace': namespace };
            const response = await fetch(url, { method: 'POST', credentials: 'include', headers, body: '{"payloads":[]}' });
            return [response.status, await response.text()] as const;
          },
          [`http://chaser.desk.localhost:${address.port}${PATH}`, world.temporal.namespace] as const,
        );
        assert.equal(answer[0], status, `${site}: ${answer[1]}`);
        await service.close();
      }
    } finally {
      await browser.close();
      temporal.close();
    }
  });
});
