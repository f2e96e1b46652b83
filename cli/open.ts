import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { databaseTroubleOf } from '../postgres/database-trouble.ts';
import { openDatabase } from '../postgres/database.ts';
import { whyTooNew } from '../postgres/newer-data.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import type { TemporalTarget } from '../config/temporal-target.ts';
import { findStack } from './find-stack.ts';
import { EXIT, Fault } from './output.ts';

/** What the commands need of a running Chaser: opened only when used, and closed again. */
export type Opened = {
  withDatabase<T>(work: (db: pg.Pool) => Promise<T>): Promise<T>;
  withDesk<T>(work: (desk: Desk) => Promise<T>): Promise<T>;
};

export type Desk = { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string };

/** Opens the Chaser that the environment names, or else the one that `npm start` runs in this folder. */
export function opened(env: NodeJS.ProcessEnv): Opened {
  const stack = { ...findStack(), ...pick(env) };

  async function withDatabase<T>(work: (db: pg.Pool) => Promise<T>): Promise<T> {
    const db = openDatabase(needed(stack.databaseUrl, 'DATABASE_URL'), { max: 4, movedTime: true });
    try {
      const tooNew = await whyTooNew(db);
      if (tooNew !== null) throw new Fault(tooNew, EXIT.usage);
      return await work(db);
    } catch (error) {
      throw toldOfDatabase(error);
    } finally {
      await db.end();
    }
  }

  return {
    withDatabase,
    withDesk: (work) =>
      withDatabase(async (db) => {
        const target = await temporalOf(env);
        // Temporal's client takes a quarter of a second to load, and most commands speak to the database alone.
        const [{ Client }, { connectClient }, { createDataConverter, readPayloadKeys }] = await Promise.all([
          import('@temporalio/client'),
          import('../temporal/connect.ts'),
          import('../temporal/payload-codec.ts'),
        ]);
        const connection = await connectClient(target).catch(() => {
          throw unreachable('Temporal', 'TEMPORAL_ADDRESS');
        });
        const keys = readPayloadKeys(env['CHASER_PAYLOAD_KEYS']);
        try {
          return await work({
            db,
            client: new Client({ connection, namespace: target.namespace, dataConverter: createDataConverter(keys, createPinStore(db)) }),
            taskQueue: stack.taskQueue ?? 'chaser',
          });
        } finally {
          await connection.close();
        }
      }),
  };
}

function pick(env: NodeJS.ProcessEnv) {
  return {
    ...(env['DATABASE_URL'] ? { databaseUrl: env['DATABASE_URL'] } : {}),
    ...(env['TEMPORAL_TASK_QUEUE'] ? { taskQueue: env['TEMPORAL_TASK_QUEUE'] } : {}),
  };
}

/** The Temporal that the environment names; where it names none, that of `npm start`, which takes connections without TLS. */
async function temporalOf(env: NodeJS.ProcessEnv): Promise<Pick<TemporalTarget, 'connection' | 'namespace'>> {
  if (!env['TEMPORAL_ADDRESS'] && !env['TEMPORAL_CONFIG_FILE'] && !env['TEMPORAL_PROFILE']) {
    const { temporalAddress, namespace } = findStack();
    const address = needed(temporalAddress, 'TEMPORAL_ADDRESS');
    return { connection: { address }, namespace: env['TEMPORAL_NAMESPACE'] || namespace || 'default' };
  }
  const { readTemporalTarget } = await import('../config/temporal-target.ts');
  const target = readTemporalTarget(env);
  if (target.ok) return target.value;
  throw new Fault(target.reason, EXIT.usage);
}

function needed(value: string | undefined, variable: string): string {
  if (value !== undefined) return value;
  throw new Fault(
    {
      kind: 'not-running',
      message: 'No Chaser is running in this folder.',
      remedy: `Start one with npm start, or name yours in ${variable}.`,
    },
    EXIT.failed,
  );
}

function unreachable(what: string, variable: string): Fault {
  return new Fault(
    {
      kind: 'unreachable',
      message: `${what} does not answer.`,
      remedy: `Is npm start running? Else see ${variable}, or ask: chaser doctor`,
    },
    EXIT.failed,
  );
}

/** What is thrown for an error of the database: in plain words where it is away, busy or read-only, else the error itself. */
export function toldOfDatabase(error: unknown): unknown {
  const trouble = databaseTroubleOf(error);
  return trouble === null ? error : new Fault(trouble, EXIT.failed);
}
