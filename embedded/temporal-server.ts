import { Connection } from '@temporalio/client';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ensureFolder } from './folders.ts';
import { freePort } from './free-port.ts';
import { startPart } from './part.ts';
import type { Part } from './part.ts';
import { untilReady } from './until-ready.ts';
import type { TemporalExecutable } from './temporal-executable.ts';

export type TemporalServer = { readonly part: Part; readonly address: string; readonly page: string | null };

/**
 * How many timers, tasks for workers and lines of its lists the server works on at once; 512 of each unless told. SQLite does one thing at a time. When
 * thousands of deployments wake at one moment, each of 512 timers would wait behind the reads of the others for longer than the three seconds that
 * it has, and would begin again: docs/decisions/0081.
 */
const FEW_AT_ONCE = {
  'history.timerProcessorSchedulerWorkerCount': 64,
  'history.transferProcessorSchedulerWorkerCount': 64,
  'history.visibilityProcessorSchedulerWorkerCount': 16,
} as const;

/**
 * Settings of the server: time skipping for tests and the sandbox; timers to the millisecond, so that skipped ones cost
 * 70 ms and not a second each; and namespaces known a second after they were made. A workflow that continues as new goes
 * on at once: skipped time would jump over the pause that the server makes else, and over every timer of the new run.
 */
const DYNAMIC = {
  'frontend.WorkflowTimeSkippingEnabled': true,
  'history.timerProcessorMaxTimeShift': '1ms',
  'system.namespaceCacheRefreshInterval': '1s',
  'history.workflowIdReuseMinimalInterval': '0s',
  ...FEW_AT_ONCE,
} as const;

/**
 * How many parts the server makes of each queue; it makes four unless told. On one machine a task is only passed on between them, and each part goes
 * by priority for itself.
 */
const ONE_PART = { 'matching.numTaskqueueWritePartitions': 1, 'matching.numTaskqueueReadPartitions': 1 } as const;

/** Starts a Temporal server on a folder of its own (one SQLite file). Resolves when clients can connect. */
export async function startTemporal(options: {
  readonly executable: TemporalExecutable;
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  readonly say?: (text: string) => void;
}): Promise<TemporalServer> {
  ensureFolder(options.folder);
  const { executable, folder, port, logFile } = options;
  const address = `127.0.0.1:${port}`;
  const pagePort = executable.kind === 'cli' ? await freePort(8233) : null;
  const settings = { ...DYNAMIC, ...(isInOnePart(folder) ? ONE_PART : {}) };
  const args = pagePort === null ? await argsOfServer(folder, port, settings) : argsOfCli(folder, port, pagePort, settings);
  const part = await startPart({
    name: 'Temporal',
    command: executable.path,
    args,
    logFile,
    stopSignal: 'SIGTERM',
    pidFile: join(folder, 'server.pid'),
  });
  await untilReady({ part, logFile, say: options.say }, () => tryConnection(address));
  return { part, address, page: pagePort === null ? null : `http://127.0.0.1:${pagePort}` };
}

type Settings = Readonly<Record<string, boolean | number | string>>;

/**
 * Whether the queues of this folder have one part: from its first start on. Tasks of a folder that was begun with four may wait in any of them, and
 * nobody would look there any more.
 */
function isInOnePart(folder: string): boolean {
  const file = join(folder, 'one-part');
  if (!existsSync(join(folder, DATABASE))) writeFileSync(file, '');
  return existsSync(file);
}

const DATABASE = 'temporal.db';

function argsOfCli(folder: string, port: number, pagePort: number, settings: Settings): readonly string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(pagePort)],
    ...['--db-filename', join(folder, DATABASE), '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'],
    ...['--log-level', 'warn'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${JSON.stringify(value)}`]),
  ];
}

async function argsOfServer(folder: string, port: number, settings: Settings): Promise<readonly string[]> {
  const configFile = join(folder, 'server.yaml');
  const dynamicFile = join(folder, 'dynamic.yaml');
  writeFileSync(dynamicFile, stringify(Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [{ value }]]))));
  writeFileSync(configFile, stringify(await serverConfig(folder, port, dynamicFile)));
  return ['--config-file', configFile, '--allow-no-auth', 'start'];
}

/**
 * The ports of the server's own services: those that it had before, where nothing else listens on them. It keeps in its database where its
 * services were. With other ports it looks for the old ones first, and moves no deployment for 40 to 50 seconds after a restart.
 */
async function portsOf(folder: string): Promise<readonly number[]> {
  const file = join(folder, 'ports');
  const before = existsSync(file) ? readFileSync(file, 'utf8').split(' ').map(Number) : [];
  const ports: number[] = [];
  while (ports.length < OWN_PORTS) {
    const [wanted] = before.splice(0, 1);
    const port = await freePort(wanted !== undefined && wanted > 0 && wanted < 65_536 ? wanted : 0);
    if (!ports.includes(port)) ports.push(port);
  }
  writeFileSync(file, ports.join(' '));
  return ports;
}

/** Membership and calls of four services, one of which takes calls where clients do. */
const OWN_PORTS = 7;

/** The plain server's configuration: its four services on local ports, everything in one SQLite file with a write-ahead log. */
async function serverConfig(folder: string, port: number, dynamicFile: string): Promise<unknown> {
  const [frontend, matching, matchingRpc, history, historyRpc, worker, workerRpc] = await portsOf(folder);
  const rpc = (grpcPort: number | undefined, membershipPort: number | undefined) => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'sqlite',
      visibilityStore: 'sqlite',
      numHistoryShards: 1,
      datastores: {
        sqlite: {
          sql: {
            pluginName: 'sqlite',
            databaseName: join(folder, DATABASE),
            connectAddr: 'localhost',
            connectProtocol: 'tcp',
            connectAttributes: { cache: 'private', setup: true, journal_mode: 'wal', synchronous: 1 },
            maxConns: 1,
            maxIdleConns: 1,
            maxConnLifetime: '1h',
          },
        },
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: rpc(port, frontend),
      matching: rpc(matchingRpc, matching),
      history: rpc(historyRpc, history),
      worker: rpc(workerRpc, worker),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${port}` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `127.0.0.1:${port}` },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '60s' },
  };
}

async function tryConnection(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '2 seconds' });
  await connection.close();
}
