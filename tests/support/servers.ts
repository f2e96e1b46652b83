import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFolder } from '../../embedded/folders.ts';
import { freePorts } from '../../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../../embedded/postgres-server.ts';
import { findTemporalExecutable } from '../../embedded/temporal-executable.ts';
import { startTemporal } from '../../embedded/temporal-server.ts';
import { letApplicationIn } from '../../postgres/application-role.ts';
import { migrate } from '../../postgres/migrate.ts';

/** How the tests reach the servers that run for them. */
export type TestServers = { readonly databaseUrl: string; readonly temporalAddress: string };

/** The template: each test's own database is a copy of it. */
export const TEMPLATE = 'chaser_template';

/** The role as which the worker, the pages and the commands connect in the tests. */
export const APPLICATION = { username: 'chaser_app', password: 'the application of the tests' };

/**
 * Starts the PostgreSQL and the Temporal server that all tests of a run share. Each test has a database and a namespace
 * of its own.
 */
export async function startServers(say: (text: string) => void): Promise<TestServers & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-test-'));
  // As root, PostgreSQL runs as another user, which must be able to enter the folder.
  chmodSync(folder, 0o755);
  const [postgresPort = 0, temporalPort = 0] = await freePorts(2);
  const executable = await findTemporalExecutable(say);
  const logs = ensureFolder(join(folder, 'logs'));
  say('Starting PostgreSQL and the Temporal server for the tests.');
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    port: postgresPort,
    logFile: join(logs, 'postgresql.log'),
    forTests: true,
  });
  const template = await ensureDatabase(postgres, TEMPLATE);
  await migrate(template);
  const admitted = await letApplicationIn(template, Object.assign(new URL(template), APPLICATION).href);
  if (!admitted.ok) throw new Error(admitted.reason.message);
  const temporal = await startTemporal({
    executable,
    folder: join(folder, 'temporal'),
    port: temporalPort,
    logFile: join(logs, 'temporal.log'),
  });
  return {
    databaseUrl: postgres.url('postgres'),
    temporalAddress: temporal.address,
    async stop() {
      await temporal.part.stop();
      await postgres.part.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A name that no other test uses. */
export function freshName(what: string): string {
  return `${what}_${randomUUID().slice(0, 8)}`;
}
