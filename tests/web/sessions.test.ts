import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { forgetEndedSessions, keepSignInLink, newToken } from '../../postgres/access/sessions.ts';
import { registerSessionsRoutes } from '../../web/sessions/routes.ts';
import type { Services } from '../../web/shared/services.ts';
import { registerSignInRoutes } from '../../web/sign-in/routes.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { deskOf } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

let database: TestDatabase;
let app: FastifyInstance;

beforeAll(async () => {
  database = await freshDatabase();
  await database.pool.query(
    `INSERT INTO people (id, name, email, imported_at)
     VALUES ('cora', 'Cora Coordinator', 'cora@delivery.example', now()), ('alma', 'Alma <i>Admin</i>', 'alma@service.example', now())`,
  );
  await database.pool.query("INSERT INTO person_roles (person, role) VALUES ('cora', 'rdp'), ('alma', 'administrator')");
  app = await openApp();
});
beforeEach(async () => {
  // The lines about endings stay: nobody can take one away.
  await database.pool.query('TRUNCATE notes, sign_in_links, sessions');
});
afterAll(async () => {
  await app.close();
  await database.end();
});

const openApp = (over: Partial<Services> = {}) =>
  guardedApp({ ...servicesOf(database.pool), ...over }, registerSignInRoutes, registerSessionsRoutes);
const desk = (person: string) => deskOf(database.pool, app, person);
const works = async ({ get }: Desk) => (await get('/sessions')).status === 200;
const idOf = async (one: Desk) => {
  const { rows } = await database.pool.query<{ id: string }>("SELECT id FROM sessions WHERE hash = sha256(convert_to($1, 'UTF8'))", [
    one.cookies['__Host-chaser-session'],
  ]);
  return rows[0]?.id ?? '';
};
const endings = async () =>
  (
    await database.pool.query<Record<string, unknown>>(
      'SELECT person, by_person, because, sessions, sign_in_links FROM session_endings ORDER BY id',
    )
  ).rows;

describe('one’s own sessions', () => {
  it('are listed with their browser in words, this one first and marked', async () => {
    const token = newToken();
    const browser = newToken();
    await keepSignInLink(database.pool, { token, browser, person: 'cora' });
    const signedIn = await app.inject({
      method: 'POST',
      url: `/sign-in/${token}`,
      cookies: { '__Host-chaser-browser': browser },
      headers: { 'user-agent': `${FIREFOX} <script>alert(1)</script>` },
    });
    await desk('cora');
    const session = signedIn.cookies.find(({ name }) => name === '__Host-chaser-session')?.value ?? '';
    const { body } = await app.inject({ url: '/sessions', cookies: { '__Host-chaser-session': session } });
    const [here = '', there = ''] = body.split('<h2').slice(1);
    assert.match(here, /Firefox on Windows[^]*This browser/u);
    assert.match(there, /A browser we do not know[^]*Sign out there/u);
    assert.match(here, /Signed in on[^]*Last used on/u);
    assert.doesNotMatch(body, /alert|Mozilla|Everybody who is signed in/u);
    const { rows } = await database.pool.query("SELECT FROM sessions WHERE browser LIKE '%Mozilla%' OR length(browser) > 40");
    assert.deepEqual(rows, []);
  });

  it('end one by one, and never those of somebody else', async () => {
    const [here, there, alma] = [await desk('cora'), await desk('cora'), await desk('alma')];
    const { location } = await here.post(`/sessions/${await idOf(there)}/end`, {});
    assert.equal(location, '/sessions?ended=one');
    assert.match((await here.get(location)).text, /That browser is signed out\./);
    assert.deepEqual([await works(here), await works(there)], [true, false]);
    for (const id of [await idOf(alma), await idOf(there), 'x', '%00', newToken()]) {
      assert.equal((await here.post(`/sessions/${id}/end`, {})).location, '/sessions?ended=gone', id);
    }
    assert.equal(await works(alma), true);
  });

  it('all end but this one, with the links that were not used', async () => {
    const [here, ...others] = [await desk('cora'), await desk('cora'), await desk('cora')];
    await keepSignInLink(database.pool, { token: newToken(), browser: newToken(), person: 'cora' });
    const { location } = await here.post('/sessions/end-others', {});
    assert.match((await here.get(location)).text, /Every other browser is signed out/);
    assert.deepEqual([await works(here), ...(await Promise.all(others.map(works)))], [true, false, false]);
    assert.equal((await database.pool.query('SELECT FROM sign_in_links WHERE used_at IS NULL')).rowCount, 0);
    assert.deepEqual(await endings(), [], 'nobody but an administrator is written down');
  });

  it('are not listed once they have ended', async () => {
    const [here] = [await desk('cora'), await desk('cora'), await desk('cora')];
    await database.pool.query('UPDATE sessions SET expires_at = clock_timestamp() WHERE id::text <> $1', [await idOf(here)]);
    assert.equal((await here.get('/sessions')).text.split('<h2').length - 1, 1);
  });
});

describe('an administrator', () => {
  it('ends the sessions of somebody with a reason, and it is written down who, when and why', async () => {
    const [alma, cora] = [await desk('alma'), await desk('cora')];
    await keepSignInLink(database.pool, { token: newToken(), browser: newToken(), person: 'cora' });
    assert.match((await alma.get('/sessions')).text, /href="\/people\/cora\/sessions">Cora Coordinator<\/a>: 1 browser/);
    assert.match((await alma.get('/people/cora/sessions')).text, /A browser we do not know/);

    for (const [because, fault] of [
      ['', /Enter why you are ending these sessions/],
      [' \n ', /Enter why you are ending these sessions/],
      ['x'.repeat(501), /The reason must be 500 characters or fewer/],
    ] as const) {
      const refused = await alma.post('/people/cora/sessions/end', { because });
      assert.equal(refused.status, 400);
      assert.match(refused.text, fault);
      assert.match(refused.text, /href="#because"/);
    }
    assert.equal(await works(cora), true);

    const { status, location } = await alma.post('/people/cora/sessions/end', { because: 'A <b>lost</b> laptop.' });
    assert.deepEqual([status, location], [303, '/people/cora/sessions?ended=all']);
    assert.equal(await works(cora), false);
    assert.deepEqual(await endings(), [
      { person: 'cora', by_person: 'alma', because: 'A <b>lost</b> laptop.', sessions: 1, sign_in_links: 1 },
    ]);
    const { text } = await alma.get(location);
    assert.match(text, /Cora Coordinator is signed out in every browser/);
    assert.match(
      text,
      /by Alma &lt;i&gt;Admin&lt;\/i&gt;: 1 session and 1 unused link to sign in\.<br>Why: A &lt;b&gt;lost&lt;\/b&gt; laptop\./,
    );
  });

  it('is told when there is nothing to end, and nothing is written down', async () => {
    const before = await endings();
    const alma = await desk('alma');
    const { location } = await alma.post('/people/cora/sessions/end', { because: 'To be sure.' });
    assert.match((await alma.get(location)).text, /Cora Coordinator was not signed in anywhere, so nothing was ended\./);
    assert.deepEqual(await endings(), before);
  });

  it('can end their own, and is signed out by it', async () => {
    const alma = await desk('alma');
    assert.equal((await alma.post('/people/alma/sessions/end', { because: 'A lost telephone.' })).location, '/sign-in');
    assert.equal(await works(alma), false);
  });

  it('finds nobody who is not known', async () => {
    const alma = await desk('alma');
    for (const id of ['nobody', '%00']) {
      assert.equal((await alma.get(`/people/${id}/sessions`)).status, 404, id);
      assert.equal((await alma.post(`/people/${id}/sessions/end`, { because: 'Why.' })).status, 404, id);
    }
  });

  it('is the only one who may; others are refused in words', async () => {
    const [cora, alma] = [await desk('cora'), await desk('alma')];
    for (const { status, text } of [
      await cora.get('/people/alma/sessions'),
      await cora.post('/people/alma/sessions/end', { because: 'Why.' }),
    ]) {
      assert.equal(status, 403);
      assert.match(text, /Your role does not include it, and nothing was changed/);
    }
    assert.equal(await works(alma), true);
  });

  it('cannot change or take away a line about it', async () => {
    for (const statement of ["UPDATE session_endings SET because = 'x'", 'DELETE FROM session_endings', 'TRUNCATE session_endings']) {
      await assert.rejects(database.pool.query(statement), /append-only/, statement);
    }
  });
});

describe('how long a session lasts', () => {
  it('is as it is set, also for one that began before it was made shorter', async () => {
    const short = await openApp({ sessionLengths: { idleHours: 2, longestDays: 3 } });
    try {
      for (const [what, lasts] of [
        ["seen_at = clock_timestamp() - interval '119 minutes'", true],
        ["seen_at = clock_timestamp() - interval '121 minutes'", false],
        ["made_at = clock_timestamp() - interval '71 hours'", true],
        ["made_at = clock_timestamp() - interval '73 hours'", false],
      ] as const) {
        await database.pool.query('TRUNCATE sessions');
        const cora = await deskOf(database.pool, short, 'cora');
        await database.pool.query(`UPDATE sessions SET ${what}`);
        await forgetEndedSessions(database.pool, { idleHours: 2, longestDays: 3 });
        assert.equal((await database.pool.query('SELECT FROM sessions')).rowCount, lasts ? 1 : 0, `forgotten: ${what}`);
        assert.equal(await works(cora), lasts, what);
      }
      const cora = await deskOf(database.pool, short, 'cora');
      await database.pool.query('DELETE FROM sessions');
      const token = newToken();
      const browser = newToken();
      await keepSignInLink(database.pool, { token, browser, person: 'cora' });
      const { body } = await short.inject({ url: `/sign-in/${token}`, cookies: { '__Host-chaser-browser': browser } });
      assert.match(body, /signed in for 2 hours after the last page you open, and for 3 days at most\./);
      assert.match((await cora.post('/sessions/end-others', {})).text, /after 2 hours without a page, and 3 days after signing in/);
    } finally {
      await short.close();
    }
  });
});

describe('chaser sessions', () => {
  const run = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await chaserOf({ databaseUrl: database.url })('sessions', ...args);
    return { code: status, out: stdout, error: stderr };
  };

  it('lists who is signed in, and ends somebody’s sessions with who and why', async () => {
    const cora = await desk('cora');
    assert.match((await run('list')).out, /cora +Cora Coordinator +1/);
    const ended = await run('end', 'cora@delivery.example', '--because', 'Lost a laptop.', '--by', 'alma');
    assert.deepEqual([ended.code, ended.out.trim()], [0, 'Ended: 1 session and 0 unused links to sign in of cora.']);
    assert.equal(await works(cora), false);
    assert.deepEqual((await endings()).at(-1), {
      person: 'cora',
      by_person: 'alma',
      because: 'Lost a laptop.',
      sessions: 1,
      sign_in_links: 0,
    });
    assert.match((await run('list')).out, /Nobody is signed in/);
  });

  it('refuses an empty reason and somebody whom nobody knows', async () => {
    const cora = await desk('cora');
    for (const [args, said] of [
      [['cora', '--because', ' ', '--by', 'alma'], /The reason is empty/],
      [['nobody', '--because', 'Why.', '--by', 'alma'], /Nobody is known as "nobody"/],
      [['cora', '--because', 'Why.', '--by', 'nobody'], /Nobody is known as "nobody"/],
    ] as const) {
      const { code, error } = await run('end', ...args);
      assert.equal(code, 1, error);
      assert.match(error, said);
    }
    assert.equal(await works(cora), true);
  });
});
