import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/%2f/evil.example',
  '%2f%2fevil.example',
  'https:evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/%0d%0aLocation:https://evil.example',
];
const PARAMETERS = ['next', 'return', 'returnTo', 'return_to', 'redirect', 'redirect_uri', 'url', 'continue', 'to', 'back', 'goto'];

describe('an attacker', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  let plain: FastifyInstance;
  let link: string;
  let revoked: string;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    const services = servicesOf(database.pool);
    app = await createApp(services, { trustProxy: 1 });
    plain = await createApp({ ...services, secure: false, publicUrl: 'http://127.0.0.1' }, { trustProxy: false });
    const linkOf = async (reference: string): Promise<string> => {
      await placeDeployment(database.pool, reference, { open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(1) }] });
      const token = services.links.tokenFor({ reference, step: 'confirm-participation', round: 1, person: 'head' }, 1);
      await database.pool.query(
        "INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, 'confirm-participation', 1, 'school', 'head')",
        [services.links.hashOf(token), reference],
      );
      return `/a/${token}`;
    };
    link = await linkOf('T0001');
    revoked = await linkOf('T0002');
    await database.pool.query("UPDATE answer_links SET revoked_at = now() WHERE reference = 'T0002'");
  });
  afterAll(async () => {
    await app.close();
    await plain.close();
    await database.end();
  });

  let place = 0;
  /** Each request comes from an address of its own, so that none meets a limit on requests by chance. */
  const from = () => `10.1.${Math.floor((place += 1) / 250)}.${(place % 250) + 1}`;
  const get = (url: string, cookies: Record<string, string> = {}) => app.inject({ url, cookies, remoteAddress: from() });
  const post = (url: string, form: Readonly<Record<string, string>>, cookies: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      cookies,
      remoteAddress: from(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
  const mustStayHere = (location: string | undefined, what: string): void => {
    if (location === undefined) return;
    assert.match(location, /^\/(?![/\\])[^\\\r\n]*$/, what);
    assert.equal(new URL(location, 'https://chaser.example').origin, 'https://chaser.example', what);
    assert.doesNotMatch(location, /evil/, what);
  };

  describe('cannot get round the limit on asking to sign in by naming another address', () => {
    const codesOf = async (service: FastifyInstance, peer: string, forwarded: (time: number) => string) => {
      await database.pool.query('TRUNCATE request_counts');
      const codes = [];
      for (let time = 1; time <= 6; time += 1) {
        const { statusCode } = await service.inject({
          method: 'POST',
          url: '/sign-in',
          remoteAddress: peer,
          headers: { 'x-forwarded-for': forwarded(time) },
          payload: { email: 'somebody-else@x.example' },
        });
        codes.push(statusCode);
      }
      return codes;
    };
    const LIMITED = [200, 200, 200, 200, 200, 429];
    const FREE = [200, 200, 200, 200, 200, 200];

    it('in front of the address that the only proxy adds; senders behind that proxy are still told apart', async () => {
      assert.deepEqual(await codesOf(app, '10.9.9.9', (time) => `203.0.113.${time}, 192.0.2.9`), LIMITED);
      assert.deepEqual(await codesOf(app, '10.9.9.9', (time) => `203.0.113.${time}`), FREE);
    });

    it('through proxies that are known by their network, or past them', async () => {
      const behind = await createApp(servicesOf(database.pool), { trustProxy: ['10.9.0.0/16'] });
      try {
        assert.deepEqual(await codesOf(behind, '10.9.9.9', (time) => `203.0.113.${time}, 192.0.2.9, 10.9.1.1`), LIMITED);
        assert.deepEqual(await codesOf(behind, '192.0.2.77', (time) => `203.0.113.${time}`), LIMITED);
        assert.deepEqual(await codesOf(behind, '10.9.9.9', (time) => `198.51.100.${time}`), FREE);
      } finally {
        await behind.close();
      }
    });

    it('where no proxy is trusted', async () => {
      assert.deepEqual(await codesOf(plain, '192.0.2.78', (time) => `203.0.113.${time}`), LIMITED);
    });
  });

  describe('cannot send anybody to another site', () => {
    it('with a parameter of any name, signed in or not', async () => {
      const { cookies } = await signedInAs(database.pool, 'coordinator');
      for (const where of ELSEWHERE) {
        const query = new URLSearchParams(PARAMETERS.map((name): [string, string] => [name, where])).toString();
        for (const url of ['/', '/sign-in', '/deployments', '/start', `${link}/answer`, `${link}/check`, link]) {
          for (const held of [{}, cookies]) {
            const { headers, body } = await get(`${url}?${query}`, held);
            mustStayHere(headers.location, `${url}?${query}`);
            // A search may repeat the words that were searched for, but not as a link.
            assert.doesNotMatch(body, /(?:href|action|formaction|src)="[^"]*evil/, `${url}?${query}`);
          }
        }
      }
    });

    it('with a parameter of a form, or with headers that name the host', async () => {
      const { cookies, csrf } = await signedInAs(database.pool, 'coordinator');
      for (const where of ELSEWHERE) {
        const extra = Object.fromEntries(PARAMETERS.map((name) => [name, where]));
        for (const [url, form] of [
          [`${link}/draft`, { answer: 'declines' }],
          ['/start', { csrf }],
          ['/calls/T0001/confirm-participation/1/call', { csrf, outcome: 'no-answer' }],
        ] as const) {
          const { headers } = await post(url, { ...form, ...extra }, cookies);
          mustStayHere(headers.location, `${url} with ${where}`);
        }
      }
      const { headers } = await app.inject({
        url: '/deployments',
        remoteAddress: from(),
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      });
      assert.equal(headers.location, '/sign-in');
    });

    it('with an address that begins like one of another host', async () => {
      for (const url of [
        '//evil.example',
        '//evil.example/%2e%2e',
        '/\\evil.example',
        '/sign-in//evil.example',
        '/assets/images//evil.example/..',
      ])
        mustStayHere((await get(url)).headers.location, url);
    });

    it('with the host of the link to sign in, which is always ours', async () => {
      await database.pool.query('TRUNCATE notes');
      await app.inject({
        method: 'POST',
        url: '/sign-in',
        remoteAddress: from(),
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
        payload: { email: 'cora@delivery.example' },
      });
      const { rows } = await database.pool.query<{ text: string }>('SELECT body_text AS text FROM notes');
      assert.match(rows[0]?.text ?? '', /https:\/\/chaser\.example\/sign-in\//);
      assert.doesNotMatch(rows[0]?.text ?? '', /evil/);
    });
  });

  describe('learns nothing', () => {
    it('of who may sign in: text, status and headers are the same', async () => {
      const answers = [];
      for (const email of ['cora@delivery.example', 'nobody@delivery.example', 'head@hillside.example', 'bea@busy-trust.example']) {
        const { statusCode, body, headers } = await post('/sign-in', { email });
        const { date: _, 'set-cookie': cookie, 'x-ratelimit-remaining': __, 'x-ratelimit-reset': ___, ...others } = headers;
        answers.push({ statusCode, body, others, cookie: String(cookie).replace(/=[\w-]{43};/, '=…;') });
      }
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
    });

    it('of which links exist: an unknown link, a mistyped one and an impossible one give the same page', async () => {
      const token = link.slice(3);
      const wrong = [
        'x',
        'A'.repeat(43),
        `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
        token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase(),
        `${token}A`,
        token.slice(1),
        `${token}%00`,
        `${token}%20`,
        '%F0%9F%92%A9',
        "'%20OR%201=1--",
        'A'.repeat(90),
      ];
      const nowhere = await get('/nowhere');
      for (const each of wrong) {
        for (const page of ['', '/mine', '/not-me', '/answer']) {
          const { statusCode, body } = await get(`/a/${each}${page}`);
          assert.deepEqual([statusCode, body === nowhere.body], [404, true], `/a/${each}${page}`);
        }
        const { statusCode, body } = await post(`/a/${each}/answer`, { answer: 'accepts' });
        assert.deepEqual([statusCode, body === nowhere.body], [404, true], `POST /a/${each}/answer`);
      }
    });

    it('from a revoked link: its pages name neither the people nor the step', async () => {
      for (const page of ['', '/mine', '/not-me']) {
        const { statusCode, body } = await get(`${revoked}${page}`);
        assert.equal(statusCode, 410, page);
        assert.doesNotMatch(body, /Hillside|Harry|Cora|Rosa|T0002|Confirm participation/i, page);
      }
      for (const page of ['/check', '/change', '/draft', '/answer', '/not-me']) {
        const { statusCode, body } = await post(`${revoked}${page}`, { answer: 'accepts' });
        assert.equal(statusCode, 410, page);
        assert.doesNotMatch(body, /Hillside|Harry|Cora|Rosa|T0002|Confirm participation/i, page);
      }
    });

    it('of deployments of other areas: they look like deployments that do not exist', async () => {
      const { cookies } = await signedInAs(database.pool, 'otto');
      const unknown = await get('/deployments/T9999', cookies);
      const another = await get('/deployments/T0001', cookies);
      assert.deepEqual([another.statusCode, another.body], [unknown.statusCode, unknown.body]);
    });
  });

  describe('gets no cookie and no page by an unsafe way', () => {
    it('over https: cookies are Secure, HttpOnly, SameSite and for this host alone, and browsers are told to use https only', async () => {
      const { headers, cookies } = await post('/sign-in', { email: 'cora@delivery.example' });
      assert.match(String(headers['strict-transport-security']), /max-age=\d{7,}/);
      for (const cookie of cookies) {
        assert.deepEqual(
          [cookie.secure, cookie.httpOnly, cookie.sameSite, cookie.path, cookie.domain],
          [true, true, 'Lax', '/', undefined],
          cookie.name,
        );
        assert.match(cookie.name, /^__Host-/);
      }
      assert.equal(cookies.length, 1);
    });

    it('without https, as on one’s own machine: everything but Secure and the order to use https', async () => {
      const { headers, cookies } = await plain.inject({ method: 'POST', url: '/sign-in', payload: { email: 'cora@delivery.example' } });
      assert.equal(headers['strict-transport-security'], undefined);
      const [cookie] = cookies;
      assert.deepEqual(
        [cookie?.name, cookie?.secure, cookie?.httpOnly, cookie?.sameSite, cookie?.domain],
        ['chaser-browser', undefined, true, 'Lax', undefined],
      );
    });

    it('every page, error pages too, forbids framing by others, guessing of types, and scripts', async () => {
      for (const url of ['/sign-in', '/nowhere', link, revoked, '/healthz']) {
        const { headers } = await get(url);
        assert.equal(headers['x-content-type-options'], 'nosniff', url);
        assert.match(String(headers['content-security-policy']), /default-src 'none'/, url);
        // The form behind a link shows its parts by a script of this service, which asks nobody for anything.
        const policy = String(headers['content-security-policy']);
        assert.doesNotMatch(url === link ? policy.replace(/;script-src 'self'$/, '') : policy, /unsafe|script-src|connect-src|\*/, url);
        assert.match(String(headers['content-security-policy']), /frame-ancestors 'self'/, url);
        assert.equal(headers['referrer-policy'], 'no-referrer', url);
        assert.equal(headers['x-powered-by'], undefined, url);
      }
    });
  });
});
