import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { openDatabase } from '../../postgres/database.ts';
import { createApp } from '../../web/app.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

type Form = Readonly<Record<string, string | readonly string[]>>;

/** A way to PostgreSQL that can be cut and mended, as when the server is stopped and started. */
async function openWay(to: string): Promise<{ readonly url: string; stop(): Promise<void>; start(): Promise<void> }> {
  const { hostname, port } = new URL(to);
  const open = new Set<Socket>();
  let server: Server;
  let ours = 0;
  const start = async () => {
    server = createServer((socket) => {
      const beyond = connect(Number(port), hostname);
      for (const end of [socket, beyond]) {
        open.add(end);
        end.on('error', () => undefined);
        end.once('close', () => open.delete(end));
      }
      socket.pipe(beyond).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(ours, '127.0.0.1', resolve));
    const address = server.address();
    ours = typeof address === 'object' && address !== null ? address.port : 0;
  };
  await start();
  return {
    url: Object.assign(new URL(to), { host: `127.0.0.1:${ours}` }).href,
    start,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

describe('the page of a service that is unavailable', () => {
  let database: TestDatabase;
  let way: Awaited<ReturnType<typeof openWay>>;
  let app: FastifyInstance;
  let cora: Awaited<ReturnType<typeof signedInAs>>;
  let alma: typeof cora;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    await database.pool.query(
      "INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())",
    );
    await database.pool.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator')");
    await placeDeployment(database.pool, 'T0001', {
      open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }],
      called: { step: 'confirm-participation', to: 'rdp', daysAgo: 1 },
    });
    way = await openWay(database.url);
    const db = openDatabase(way.url, { max: 4, patience: { statementMs: 2_000, lockMs: 500 } });
    app = await createApp(servicesOf(db), { trustProxy: false });
    app.addHook('onClose', () => db.end());
  });
  beforeEach(async () => {
    cora = await signedInAs(database.pool, 'coordinator');
    alma = await signedInAs(database.pool, 'alma');
  });
  afterAll(async () => {
    await app.close();
    await way.stop();
    await database.end();
  });

  const post = (url: string, form: Form, cookies: Record<string, string> = {}) => {
    const fields = Object.entries(form).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return app.inject({ method: 'POST', url, cookies, headers, payload: new URLSearchParams(fields).toString() });
  };
  const unescaped = (text: string) =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  /** The form of the page, as its button sends it. */
  function sentAgain(html: string): { readonly url: string; readonly form: Record<string, string[]> } {
    const form = new Map<string, string[]>();
    for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g))
      form.set(unescaped(name), [...(form.get(unescaped(name)) ?? []), unescaped(value)]);
    return { url: unescaped(/<form method="post" action="([^"]+)" novalidate>/.exec(html)?.[1] ?? ''), form: Object.fromEntries(form) };
  }
  const asLists = (form: Form) => Object.fromEntries(Object.entries(form).map(([name, value]) => [name, [value].flat()]));
  async function whileStopped<T>(work: () => Promise<T>): Promise<T> {
    await way.stop();
    try {
      return await work();
    } finally {
      await way.start();
    }
  }
  async function whileReadOnly<T>(work: () => Promise<T>): Promise<T> {
    const name = new URL(database.url).pathname.slice(1);
    await database.pool.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    try {
      return await work();
    } finally {
      await database.pool.query(`SET TRANSACTION READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only`);
      await database.pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    }
  }

  const CALL = '/calls/T0001/confirm-participation/1/call%2B3';
  const NOTE = 'She said: "by Monday" & <no later>.\nIt\'s agreed.';

  for (const [name, meanwhile] of [
    ['stopped', whileStopped],
    ['read-only', whileReadOnly],
  ] as const) {
    it(`keeps what a signed-in person wrote while the server is ${name}, and its button records it once`, async () => {
      // They are append-only, so that the triggers have to look away.
      await database.pool.query('SET session_replication_role = replica; DELETE FROM call_notes; RESET session_replication_role');
      const form = { csrf: cora.csrf, outcome: 'left-message', note: NOTE };
      const page = await meanwhile(() => post(CALL, form, cora.cookies));
      assert.equal(page.statusCode, 503, page.body);
      assert.equal(page.headers['retry-after'], '60');
      assert.match(page.body, /What you wrote[^]*She said: &quot;by Monday&quot; &amp; &lt;no later&gt;\.[^]*Send again/);
      assert.doesNotMatch(page.body, /<no later>/);
      const again = sentAgain(page.body);
      assert.deepEqual(again, { url: CALL, form: asLists(form) });
      const saved = await post(again.url, again.form, cora.cookies);
      assert.ok(saved.statusCode < 400, `${saved.statusCode} ${saved.body}`);
      const { rows } = await database.pool.query<{ note: string }>('SELECT note FROM call_notes');
      assert.equal(rows.length, 1);
      assert.match(rows[0]?.note ?? '', /She said: "by Monday" & <no later>\.\s+It's agreed\./);
    });
  }

  it('keeps every value of what may be chosen several times, empty ones, and the end of the address', async () => {
    const form = {
      csrf: cora.csrf,
      stage: '',
      deployment: ['T0001|rdp', 'T0002|rdp'],
      because: 'A new area',
      constructor: 'x',
      'a"b': '1',
    };
    const url = '/people/coordinator/work/move?from=today&x=%3C';
    const page = await whileStopped(() => post(url, form, cora.cookies));
    assert.equal(page.statusCode, 503);
    assert.deepEqual(sentAgain(page.body), { url, form: asLists(form) });
  });

  it('keeps a whole programme and a whole file of dates that were pasted', async () => {
    const text = Array.from({ length: 3_000 }, (_, at) => `  line-${at}: "it’s <${at}> & more"`).join('\r\n');
    for (const [url, form] of [
      ['/rehearse', { csrf: alma.csrf, text, start: '2022-10-10' }],
      ['/calendars/check', { csrf: alma.csrf, what: 'file', name: 'dates.yaml', authority: '909', text }],
    ] as const) {
      const page = await whileStopped(() => post(url, form, alma.cookies));
      assert.equal(page.statusCode, 503, url);
      assert.deepEqual(sentAgain(page.body), { url, form: asLists(form) });
    }
  });

  it('asks for a file again, since no page can hold it, and promises nothing else', async () => {
    const boundary = 'a-boundary';
    const part = (head: string, value: string) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
    const payload = `${part('name="csrf"', alma.csrf)}${part('name="what"', 'file')}${part('name="file"; filename="dates.ics"', 'BEGIN:VCALENDAR secret')}--${boundary}--\r\n`;
    const upload = () =>
      app.inject({
        method: 'POST',
        url: '/calendars/check',
        cookies: alma.cookies,
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        payload,
      });
    for (const meanwhile of [whileStopped, whileReadOnly]) {
      const page = await meanwhile(upload);
      assert.equal(page.statusCode, 503, page.body);
      assert.match(page.body, /It was not saved\. Go back in a few minutes, choose the file again/);
      assert.doesNotMatch(page.body, /kept in this page|Send again|VCALENDAR/);
    }
    assert.equal((await upload()).statusCode, 400, 'afterwards it is read: it is no calendar');
  });

  it('is shown to whoever asks to sign in, with their address; nothing is counted against them', async () => {
    const email = 'cora@delivery.example';
    const page = await whileStopped(() => post('/sign-in', { email }));
    assert.equal(page.statusCode, 503);
    assert.deepEqual(sentAgain(page.body), { url: '/sign-in', form: { email: [email] } });
    for (let times = 1; times <= 5; times += 1) assert.equal((await post('/sign-in', { email })).statusCode, 200, `${times}`);
  });

  it('signs nobody out: the page that was asked for is there as soon as the server is', async () => {
    const read = await whileStopped(() => app.inject({ url: '/deployments/T0001', cookies: cora.cookies }));
    assert.equal(read.statusCode, 503);
    assert.match(read.body, /Try again in a few minutes/);
    assert.doesNotMatch(read.body, /Send again/);
    assert.deepEqual(read.cookies, []);
    assert.equal((await app.inject({ url: '/deployments/T0001', cookies: cora.cookies })).statusCode, 200);
  });
});
