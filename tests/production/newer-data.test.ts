import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';
import { freePort } from '../../embedded/free-port.ts';
import { whyTooNew } from '../../postgres/newer-data.ts';
import { BARE_ENVIRONMENT } from '../support/bare-environment.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';

type Ended = { readonly code: number | null; readonly said: string };

describe('what worker, web service and commands see before they begin', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.end());

  const environment = (over: Readonly<Record<string, string>>) => ({
    ...BARE_ENVIRONMENT,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
    TEMPORAL_NAMESPACE: 'no-such-namespace',
    HEALTH_HOST: '127.0.0.1',
    HEALTH_PORT: '0',
    WEB_PORT: '0',
    WEB_URL: 'http://127.0.0.1:1',
    LINK_SECRET: 'a secret of this test that is long enough',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Chaser <chaser@post.example>',
    ...over,
  });
  const endOf = (file: string, args: readonly string[] = [], over: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [join(PROJECT, file), ...args], { env: environment(over) }, (_, out, error) =>
        resolve({ code: child.exitCode, said: out + error }),
      );
    });

  it('refuses the data of a newer version: its tables and its kinds of events, in worker, pages and commands', async () => {
    assert.equal(await whyTooNew(database.application), null);
    await database.pool.query("INSERT INTO migrations (name, run_on) VALUES ('9001_of_tomorrow', now())");
    await database.pool.query("INSERT INTO event_kinds (type) VALUES ('zeppelin-landed')");
    try {
      for (const { code, said } of await Promise.all([
        endOf('web/main.ts'),
        endOf('cli/main.ts', ['list']),
        endOf('worker/main.ts', [], { TEMPORAL_NAMESPACE: 'temporal-system' }),
      ])) {
        assert.equal(code, 2, said);
        assert.match(said, /used by a newer version of Chaser.*9001_of_tomorrow; and kinds of events .*: zeppelin-landed\./);
        assert.match(said, /Start that version again/);
        assert.doesNotMatch(said, /^ {4}at /m);
      }
    } finally {
      await database.pool.query("DELETE FROM migrations WHERE name = '9001_of_tomorrow'");
      await database.pool.query("DELETE FROM event_kinds WHERE type = 'zeppelin-landed'");
    }
  });

  it('ends with exit code 2 and plain words where a namespace is missing or a port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as AddressInfo).port);
    try {
      const ended = await Promise.all([
        endOf('worker/main.ts'),
        endOf('worker/main.ts', [], { HEALTH_PORT: port }),
        endOf('worker/main.ts', [], { SDK_METRICS_PORT: port }),
        endOf('web/main.ts', [], { WEB_PORT: port }),
      ]);
      const says = [
        /Temporal at .* has no namespace "no-such-namespace"\..*\n.*TEMPORAL_NAMESPACE/,
        /listening there already\.\n.*HEALTH_PORT/,
        /listening there already\.\n.*SDK_METRICS_PORT/,
        /listening there already\.\n.*WEB_PORT/,
      ];
      for (const [index, { code, said }] of ended.entries()) {
        assert.equal(code, 2, said);
        assert.match(said, says[index] ?? /never/);
        assert.doesNotMatch(said, /^ {4}at /m);
      }
    } finally {
      taken.close();
    }
  });

  it('serves health while Temporal is away: the worker lives and is not ready', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(PROJECT, 'worker/main.ts')], {
      env: environment({ TEMPORAL_ADDRESS: '127.0.0.1:1', HEALTH_PORT: String(port) }),
      stdio: 'ignore',
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
      await waitUntil('health is served', async () => (await ask('/healthz'))?.status === 200);
      const ready = await ask('/readyz');
      assert.deepEqual(
        [ready?.status, await ready?.json()],
        [503, { status: 'not ready', postgresql: true, temporal: false, worker: false }],
      );
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });
});
