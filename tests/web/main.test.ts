import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';
import { freePort } from '../../embedded/free-port.ts';
import { queueNote } from '../../postgres/desk/notes.ts';
import { BARE_ENVIRONMENT } from '../support/bare-environment.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { openSink } from '../support/smtp-sink.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('the process of the web service', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.end());

  const start = async (over: Readonly<Record<string, string>>) => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(PROJECT, 'web/main.ts')], {
      env: {
        ...BARE_ENVIRONMENT,
        DATABASE_URL: database.url,
        // Nobody answers there, and the pages must come up all the same.
        TEMPORAL_ADDRESS: '127.0.0.1:1',
        WEB_PORT: String(port),
        WEB_URL: `http://127.0.0.1:${port}`,
        LINK_SECRET: 'a secret of this test that is long enough',
        SMTP_URL: 'smtp://127.0.0.1:1',
        MAIL_FROM: 'Chaser <chaser@post.example>',
        ...over,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.error += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, said, exited, address: `http://127.0.0.1:${port}` };
  };

  it('serves its pages on a fresh database while Temporal and the mail server are down, and ends when it is told to', async () => {
    const { child, said, exited, address } = await start({});
    try {
      await waitUntil('it listens', () => said.out.includes(`The web service listens on ${address}`));
      assert.deepEqual(await (await fetch(`${address}/healthz`)).json(), { status: 'alive' });
      const page = await fetch(`${address}/`);
      assert.deepEqual([page.status, page.url], [200, `${address}/sign-in`]);
    } finally {
      child.kill('SIGTERM');
    }
    assert.equal(await exited, 0, said.error);
  });

  it('sends each note once though two run, and one that dies before it marks a note leaves one repeat of the same e-mail', async () => {
    const sink = await openSink();
    await database.pool.query("INSERT INTO people (id, name, email, imported_at) VALUES ('cora', 'Cora', 'cora@delivery.example', now())");
    for (let number = 1; number <= 20; number += 1) {
      await queueNote(database.pool, { kind: 'answer-copy', person: 'cora', subject: `Note ${number}`, text: 'Yes.', html: '<p>Yes.</p>' });
    }
    sink.slowMs = 150;
    const [one, other] = await Promise.all([start({ SMTP_URL: sink.url }), start({ SMTP_URL: sink.url })]);
    try {
      await waitUntil('some have arrived', () => sink.arrived.length >= 6);
      // Its note is with the server, which has not answered yet.
      one.child.kill('SIGKILL');
      await one.exited;
      await waitUntil('all but its note are sent', async () => (await unsent()) <= 1);
      await database.pool.query('UPDATE notes SET claimed_until = clock_timestamp() WHERE sent_at IS NULL');
      await waitUntil('all are sent', async () => (await unsent()) === 0);
    } finally {
      other.child.kill('SIGTERM');
      one.child.kill('SIGKILL');
    }
    assert.equal(await other.exited, 0, other.said.error);
    const ids = Map.groupBy(sink.arrived, ({ subject }) => subject);
    assert.equal(ids.size, 20);
    const repeated = [...ids.values()].filter((same) => same.length > 1);
    assert.ok(repeated.length <= 1 && sink.arrived.length <= 21, `${sink.arrived.length} arrived`);
    for (const same of repeated) assert.equal(new Set(same.map(({ messageId }) => messageId)).size, 1);
    await sink.goAway();

    async function unsent(): Promise<number> {
      const { rows } = await database.pool.query<{ count: number }>('SELECT count(*)::int FROM notes WHERE sent_at IS NULL');
      return rows[0]?.count ?? 0;
    }
  });

  it('serves health at an address of its own when it is given one, and not among the pages', async () => {
    const healthPort = await freePort();
    const { child, said, exited, address } = await start({ WEB_HEALTH_PORT: String(healthPort) });
    try {
      await waitUntil('it listens', () => said.out.includes(`The web service listens on ${address}`));
      const health = `http://127.0.0.1:${healthPort}`;
      assert.deepEqual(await (await fetch(`${health}/healthz`)).json(), { status: 'alive' });
      assert.deepEqual(await (await fetch(`${health}/readyz`)).json(), { status: 'ready', postgresql: true });
      for (const path of ['/sign-in', '/', '/metrics']) assert.equal((await fetch(`${health}${path}`)).status, 404, path);
      for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await fetch(`${address}${path}`)).status, 404, path);
    } finally {
      child.kill('SIGTERM');
    }
    assert.equal(await exited, 0, said.error);
  });

  it('does not start with a wrong setting, and says which one and how to correct it', async () => {
    const { said, exited } = await start({ LINK_SECRET: 'short', WEB_PORT: 'eighty' });
    assert.equal(await exited, 2);
    assert.match(said.error, /WEB_PORT must be a whole number from 0 to 65535/);
    assert.match(said.error, /LINK_SECRET must have at least 32 characters/);
    assert.match(said.error, /docs\/operations\.md/);
    assert.doesNotMatch(said.error, /short|eighty|^ {4}at /m);
  });
});
