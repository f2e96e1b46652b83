import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { createSecurityLog } from '../../web/shared/security-log.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PEOPLE } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

type Line = Readonly<Record<string, unknown>> & { readonly event: string };

const PLACE = '198.51.100.77';
const FIELDS = [
  ...['time', 'log', 'event', 'method', 'route', 'place', 'person', 'session', 'roles'],
  ...['address', 'why', 'where', 'limit'],
];

describe('the security log', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  const written: string[] = [];
  /** Everything that was sent and shown, none of which may be in the log. */
  const secrets = new Set<string>([PLACE]);

  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    const security = createSecurityLog({ secret: 'a secret of this test', write: (line) => written.push(line) });
    app = await createApp({ ...servicesOf(database.pool), security }, { trustProxy: false });
    for (const [id, { name, email, telephone }] of Object.entries(PEOPLE))
      for (const secret of [id === 'region' || id === 'head' ? email : id, email, telephone ?? email, ...name.split(' ')])
        secrets.add(secret);
    for (const secret of ['otto', 'Otto', 'rita', 'Rita', 'someone-typed@nowhere.example']) secrets.add(secret);
  });
  beforeEach(() => written.splice(0));
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  const lines = (): readonly Line[] => written.map((line) => JSON.parse(line) as Line);
  const events = () => lines().map(({ event, why, where, address, limit }) => [event, why ?? where ?? address ?? limit].join(' ').trim());
  const ask = async (email: string, cookies: Record<string, string> = {}) => {
    secrets.add(email);
    const answer = await app.inject({ method: 'POST', url: '/sign-in', remoteAddress: PLACE, payload: { email }, cookies });
    for (const { value } of answer.cookies) if (value !== '') secrets.add(value);
    return answer;
  };
  const tokenInNote = async () => {
    const { rows } = await database.pool.query<{ text: string }>(
      "SELECT body_text AS text FROM notes WHERE kind = 'sign-in' ORDER BY id DESC LIMIT 1",
    );
    const token = /\/sign-in\/([\w-]+)/.exec(rows[0]?.text ?? '')?.[1] ?? '';
    secrets.add(token);
    return token;
  };
  const cookiesOf = (answer: { readonly cookies: readonly { readonly name: string; readonly value: string }[] }) =>
    Object.fromEntries(answer.cookies.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]));

  it('tells a sign-in from the asking to the signing out, of one person, session and place', async () => {
    const asked = await ask('cora@delivery.example');
    const token = await tokenInNote();
    const press = () => app.inject({ method: 'POST', url: `/sign-in/${token}`, remoteAddress: PLACE, cookies: cookiesOf(asked) });
    const signedIn = await press();
    for (const { value } of signedIn.cookies) secrets.add(value);
    await press();
    const { rows } = await database.pool.query<{ csrf: string }>("SELECT csrf FROM sessions WHERE person = 'coordinator'");
    const csrf = rows[0]?.csrf ?? '';
    secrets.add(csrf);
    await app.inject({ method: 'POST', url: '/sign-out', remoteAddress: PLACE, cookies: cookiesOf(signedIn), payload: { csrf } });
    assert.deepEqual(events(), ['link-asked-for known', 'signed-in', 'sign-in-failed used', 'signed-out this-browser']);
    const [askedFor, began, failed, ended] = lines();
    assert.ok(askedFor && began && failed && ended);
    assert.equal(new Set([askedFor['place'], began['place'], failed['place'], ended['place']]).size, 1);
    assert.equal(new Set([askedFor['person'], began['person'], ended['person']]).size, 1);
    assert.equal(began['session'], ended['session']);
    assert.deepEqual([ended['roles'], ended['route'], failed['route']], [['rdp'], '/sign-out', '/sign-in/:token']);
    for (const one of [askedFor['person'], began['session'], began['place']]) assert.match(String(one), /^[\w-]{16}$/);
  });

  it('tells failures: an address that nobody has, and links that do not sign in', async () => {
    await ask('someone-typed@nowhere.example');
    const { cookies } = await ask('cora@delivery.example');
    const token = await tokenInNote();
    await app.inject({ method: 'POST', url: `/sign-in/${token}`, remoteAddress: PLACE });
    await database.pool.query('UPDATE sign_in_links SET expires_at = clock_timestamp() WHERE used_at IS NULL');
    await app.inject({ method: 'POST', url: `/sign-in/${token}`, remoteAddress: PLACE, cookies: cookiesOf({ cookies }) });
    await app.inject({ method: 'POST', url: `/sign-in/${'z'.repeat(43)}`, remoteAddress: PLACE });
    assert.deepEqual(events(), [
      'link-asked-for unknown',
      'link-asked-for known',
      'sign-in-failed other-browser',
      'sign-in-failed expired',
      'sign-in-failed unknown',
    ]);
  });

  it('tells refusals, with the role and the pattern of the address', async () => {
    const { cookies, csrf } = await signedInAs(database.pool, 'otto');
    secrets.add(csrf);
    const at = { remoteAddress: PLACE, cookies };
    await app.inject({ url: '/service', ...at });
    await app.inject({ method: 'POST', url: '/people/coordinator/work/move', ...at, payload: { csrf: 'forged', to: 'Harry Head' } });
    await app.inject({ method: 'POST', url: '/start', remoteAddress: PLACE, payload: { because: 'Harry Head said so' } });
    await app.inject({ method: 'POST', url: '/sign-out-everywhere', ...at, payload: { csrf } });
    assert.deepEqual(events(), ['refused role', 'refused not-from-our-page', 'refused not-signed-in', 'signed-out everywhere']);
    const [role, forged, stranger] = lines();
    assert.deepEqual([role?.['roles'], role?.['route'], role?.['method']], [['rdp'], '/service', 'GET']);
    assert.equal(forged?.['route'], '/people/:id/work/:kind');
    assert.deepEqual([stranger?.['person'], stranger?.['session'], stranger?.['roles']], [undefined, undefined, undefined]);
  });

  it('says nothing of a page that somebody asked for before they signed in', async () => {
    await app.inject({ url: '/deployments', remoteAddress: PLACE });
    assert.deepEqual(events(), []);
  });

  it('tells limits, that of all requests once a minute for one place', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ask('nobody@busy.example')));
    assert.ok(events().includes('limit-passed place-and-address'));
    written.splice(0);
    await app.inject({ method: 'POST', url: '/sign-in', remoteAddress: PLACE, payload: { email: `${'x'.repeat(5_000)}@busy.example` } });
    assert.deepEqual(events(), ['limit-passed size']);
    written.splice(0);
    for (let times = 0; times < 330; times += 1) await app.inject({ url: '/healthz', remoteAddress: '2001:db8:5:5::1' });
    await app.inject({ url: '/healthz', remoteAddress: '2001:db8:5:5::2' });
    assert.deepEqual(events(), ['limit-passed requests']);
  });

  it('holds no name, no address, no telephone number, no token and nothing that was typed, whatever was done', async () => {
    const all: string[] = [];
    const security = createSecurityLog({ secret: 'a secret of this test', write: (line) => all.push(line) });
    const watched = await createApp({ ...servicesOf(database.pool), security }, { trustProxy: false });
    const hostile = 'Harry Head <head@hillside.example> 01632 960004 QQ123456C';
    const { cookies, csrf } = await signedInAs(database.pool, 'otto');
    try {
      for (const held of [{}, cookies]) {
        for (const url of [
          '/',
          '/service',
          `/people/${encodeURIComponent(hostile)}/work`,
          `/a/${encodeURIComponent(hostile)}`,
          `/sign-in/x`,
        ]) {
          await watched.inject({ url: `${url}?q=${encodeURIComponent(hostile)}`, remoteAddress: PLACE, cookies: held });
          for (const payload of [{ csrf, email: hostile, because: hostile }, { email: 'head@hillside.example' }, 'x'.repeat(300_000)]) {
            const headers = { 'user-agent': hostile, referer: `https://x.example/${encodeURIComponent(hostile)}` };
            await watched.inject({ method: 'POST', url, remoteAddress: PLACE, cookies: held, headers, payload });
          }
        }
        await watched.inject({
          method: 'POST',
          url: '/sign-in',
          remoteAddress: PLACE,
          cookies: held,
          payload: { email: 'cora@delivery.example' },
        });
      }
    } finally {
      await watched.close();
    }
    assert.ok(all.length > 5, `${all.length} lines`);
    for (const secret of [...Object.values(cookies), csrf, 'QQ123456C', '01632']) secrets.add(secret);
    for (const line of all) {
      assert.match(line, /^\{.*\}\n$/);
      const told = JSON.parse(line) as Record<string, unknown>;
      assert.deepEqual(
        Object.keys(told).filter((field) => !FIELDS.includes(field)),
        [],
      );
      assert.equal(told['log'], 'security');
      assert.doesNotMatch(line, /@|%40/);
      for (const secret of [...secrets].filter((one) => one !== '')) assert.ok(!line.includes(secret), `“${secret}” stands in ${line}`);
    }
  });

  it('hashes under a key of its own: another secret tells nothing of the same person', () => {
    const about = (secret: string) => {
      let told = '';
      createSecurityLog({ secret, write: (line) => (told = line) }).tell(
        { ip: PLACE, method: 'POST', routeOptions: { url: '/sign-in' }, user: null },
        { event: 'signed-in' },
        { person: 'c-mills', session: 'c-mills' },
      );
      return JSON.parse(told) as { readonly person: string; readonly session: string };
    };
    assert.deepEqual(about('one secret').person, about('one secret').person);
    assert.notEqual(about('one secret').person, about('another secret').person);
    assert.notEqual(about('one secret').person, about('one secret').session);
  });
});
