import { Client } from '@temporalio/client';
import type { DataConverter, WorkerDeploymentVersion } from '@temporalio/common';
import { Runtime, Worker } from '@temporalio/worker';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createDeploymentActivities } from '../activities/deployment.ts';
import { createDigestActivities } from '../activities/digest.ts';
import { createForecastActivities } from '../activities/forecasts.ts';
import { createMailroomActivities } from '../activities/mailroom.ts';
import { createWaveActivities } from '../activities/survey-wave.ts';
import { createWatchdogActivities } from '../activities/watchdog.ts';
import type { DigestPort, LedgerPort, LinkPort, MailPort, MailroomCall, RecordPort, WavePort } from '../activities/ports.ts';
import { createLedger } from '../postgres/ledger/ledger.ts';
import { createRecord } from '../postgres/record/record.ts';
import { createForecasts } from './forecasts/refresh.ts';
import { createWatchdog } from './watchdog/create-watchdog.ts';
import { WORKFLOW_TYPES } from '../workflows/ids.ts';
import { mailroomTold } from '../workflows/messages.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

export type EngineOptions = {
  readonly database: pg.Pool;
  /** Connections for the post alone, so that a mailroom does not wait behind a thousand wake-ups. By default those of `database`. */
  readonly postDatabase?: pg.Pool;
  readonly mail: MailPort;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly dataConverter: DataConverter;
  readonly maxCachedWorkflows: number;
  readonly mailrooms: number;
  /** How long reminders wait to be sent together, in milliseconds. */
  readonly gatheringMs: number;
  /** The first pause before an address that answered "try later" is tried again. */
  readonly retrySeconds: number;
  /** How long a killed worker's claim holds before another attempt takes its letters over. */
  readonly leaseSeconds: number;
  /** Makes the links that let people answer from a letter; null when there is no web service. */
  readonly links: LinkPort | null;
  /** How many e-mails are sent side by side. */
  readonly atATime: number;
  /** The workflows where they are bundled already. By default the engine bundles them itself, which takes two seconds. */
  readonly workflowBundle?: WorkflowBundleOption;
  /** The name under which Temporal knows the builds of this Chaser, and this build's own. Absent: workers are not versioned. */
  readonly version?: WorkerDeploymentVersion;
  /** The weekly summaries; absent when there is no web service, which sends them and which they lead to. */
  readonly digests?: DigestPort;
  /** The waves of surveys; absent when there is no web service, at which they are answered. */
  readonly waves?: WavePort;
  /** How many activities run at once; 100 unless told. */
  readonly activitiesAtOnce?: number;
  /** How many tasks of workflows it has in hand; 16 unless told. */
  readonly workflowTasksAtOnce?: number;
  /** Wraps the ports to count what passes through them. */
  readonly observe?: (ports: ObservedPorts) => ObservedPorts;
};

/**
 * How many tasks of workflows a worker has in hand; the SDK's own number is 40. One thread works on them in turn, so an answer waits behind all that
 * the worker took before it. Sixteen keep the processor nearly as busy (docs/decisions/0080), and what is not taken yet waits with the server,
 * which goes by priority.
 */
const TASKS_AT_ONCE = 16;

/** How many connections the post needs: each mailroom claims and marks at one time, and two are for what comes between. */
export function postConnections(mailrooms: number): number {
  return 2 * mailrooms + 2;
}

export type ObservedPorts = { readonly record: RecordPort; readonly ledger: LedgerPort; readonly mail: MailPort };

/**
 * Composes the engine: ports into activities, activities into a worker. Call `run()` to start it; it ends at
 * `shutdown()`.
 */
export async function createEngine(options: EngineOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, dataConverter } = options;
  const client = new Client({ connection, namespace, dataConverter });
  const plain = {
    record: createRecord(options.database, { mailrooms: options.mailrooms, gatheringMs: options.gatheringMs }),
    ledger: createLedger(options.postDatabase ?? options.database, {
      leaseSeconds: options.leaseSeconds,
      retrySeconds: options.retrySeconds,
      links: options.links,
    }),
    mail: options.mail,
  };
  const { record, ledger, mail } = options.observe?.(plain) ?? plain;

  /**
   * Starts the mailroom of this number with its first signal, or signals the one that runs. There is exactly one for
   * each number.
   */
  const tell = async ({ mailroom, urgency }: MailroomCall): Promise<void> => {
    const told = mailroomTold({ mailroom, urgency, gatheringMs: options.gatheringMs });
    await client.workflow.signalWithStart(WORKFLOW_TYPES.mailroom, { ...told, taskQueue });
  };

  return Worker.create({
    connection,
    namespace,
    taskQueue,
    dataConverter,
    workflowBundle: options.workflowBundle ?? (await bundleWorkflows(Runtime.instance().logger)).bundle,
    activities: {
      ...createDeploymentActivities({ record, tell }),
      ...(options.digests === undefined ? {} : createDigestActivities({ digests: options.digests })),
      ...(options.waves === undefined ? {} : createWaveActivities({ waves: options.waves })),
      ...createForecastActivities({ forecasts: createForecasts(options.database) }),
      ...createMailroomActivities({ ledger, mail, newClaim: randomUUID, atATime: options.atATime }),
      ...createWatchdogActivities({ watchdog: createWatchdog(options.database, client) }),
    },
    ...(options.version === undefined
      ? {}
      : { workerDeploymentOptions: { version: options.version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' as const } }),
    ...(options.activitiesAtOnce === undefined ? {} : { maxConcurrentActivityTaskExecutions: options.activitiesAtOnce }),
    maxConcurrentWorkflowTaskExecutions: options.workflowTasksAtOnce ?? TASKS_AT_ONCE,
    maxCachedWorkflows: options.maxCachedWorkflows,
    reuseV8Context: true,
    shutdownGraceTime: '15 seconds',
  });
}
