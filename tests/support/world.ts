import type { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { answerStep } from '../../desk/answer-step.ts';
import type { AnswerRequest } from '../../desk/answer-step.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { Parties, Subject } from '../../domain/chronology/events.ts';
import { londonInstant } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Past } from '../../domain/chronology/under-way.ts';
import type { Programme } from '../../domain/programme.ts';
import { createAnswerLinks } from '../../mail/answer-links.ts';
import { writeWaveLetter } from '../../mail/survey-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createWaves } from '../../postgres/surveys/wake.ts';
import { createPinStore } from '../../postgres/pinned/pins.ts';
import { createDataConverter } from '../../temporal/payload-codec.ts';
import type { PayloadKeys } from '../../temporal/payload-codec.ts';
import { fastForward } from '../../temporal/time-skipping.ts';
import { createEngine } from '../../worker/engine.ts';
import type { EngineOptions } from '../../worker/engine.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { answerUpdate } from '../../workflows/messages.ts';
import type { Counted, DeploymentStart } from '../../workflows/messages.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { databaseAt, freshDatabase } from './database.ts';
import { freshNamespace } from './namespace.ts';
import { insertPeople, PARTIES, URN } from './people.ts';
import { tsiProgramme } from './programme.ts';
import { openSink } from './smtp-sink.ts';
import type { SmtpSink } from './smtp-sink.ts';
import './quiet-runtime.ts';
import { waitUntil } from './wait-until.ts';
import { workflowBundle } from './workflow-bundle.ts';

const TASK_QUEUE = 'chaser';

/** What signs the links in the letters of every world. */
export const LINK_SECRET = 'a secret of the tests, long enough to be one';
/** Makes the links in the letters of every world. */
export const LINKS = createAnswerLinks({ secret: LINK_SECRET, publicUrl: 'https://chaser.example' });

export type World = {
  /** As the owner of the database, who may look at and arrange anything. */
  readonly db: pg.Pool;
  /** As the application, as which the engine of the world connects. */
  readonly application: pg.Pool;
  readonly databaseUrl: string;
  readonly client: Client;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly taskQueue: string };
  readonly sink: SmtpSink;
  /**
   * Begins a deployment at a London time in the 2040s ("2040-10-08 09:30"), on its own clock. Returns its reference.
   */
  begin(at: string, options?: BeginOptions): Promise<string>;
  /** Moves a deployment's clock to a London time, and lets everything on the way happen. */
  forwardTo(reference: string, at: string): Promise<void>;
  answer(
    reference: string,
    step: string,
    answer: string,
    options?: Partial<Pick<AnswerRequest, 'by' | 'onBehalfOf' | 'fields'>>,
  ): Promise<void>;
  /** Sends the update behind an answer directly, for when there is no database to look anything up in. */
  updateAnswer(reference: string, step: string, answer: string, by: string): Promise<Counted>;
  /** Waits until the ledger holds nothing that is to be sent now or in a few seconds. */
  postIsDone(): Promise<void>;
  /** Does the work while no worker runs, and starts one again. */
  withoutWorker<T>(work: () => Promise<T>): Promise<T>;
  /** Starts another worker beside the one of this world. */
  startWorker(engine?: Partial<EngineOptions>): Promise<{ stop(): Promise<void> }>;
  end(): Promise<void>;
};

export type BeginOptions = {
  readonly programme?: Programme;
  readonly calendar?: Calendar;
  readonly parties?: Parties;
  /** The subject of the deployment; by default the one school of the world. */
  readonly subject?: Subject;
  /** The answers to what the programme asks at the start. */
  readonly facts?: Readonly<Record<string, string>>;
  /** What has happened elsewhere before. */
  readonly past?: Past;
  /** Continues as new after this many events of Temporal's history. */
  readonly longHistory?: number;
};

/** Long enough for a first wake-up, however busy the machine is. The time is skipped, not waited for. */
const FIRST_WAKE_MS = 60_000;

/**
 * A whole Chaser for one test: database, namespace and mail server of its own and, by default, a worker in this
 * process.
 */
export async function openWorld(
  options: {
    readonly worker?: false;
    readonly engine?: Partial<EngineOptions>;
    readonly databaseUrl?: string;
    /** By default nothing is encrypted. */
    readonly payloadKeys?: PayloadKeys;
  } = {},
): Promise<World> {
  const opened = options.databaseUrl === undefined ? freshDatabase() : Promise.resolve(databaseAt(options.databaseUrl));
  const converter = opened.then(({ application }) => createDataConverter(options.payloadKeys ?? null, createPinStore(application)));
  const [database, dataConverter, { address, namespace, client, connection }, sink] = await Promise.all([
    opened,
    converter,
    converter.then(freshNamespace),
    openSink(),
    // Whoever needs it finds it made, instead of waiting first for the namespace and then for the bundle.
    options.worker === false ? null : workflowBundle(),
  ]);
  await insertPeople(database.pool);
  let worker = options.worker === false ? undefined : await startWorker(options.engine);
  /** How far each deployment's clock is ahead of the real time, in milliseconds. */
  const ahead = new Map<string, number>();

  return {
    db: database.pool,
    application: database.application,
    databaseUrl: database.url,
    client,
    temporal: { address, namespace, taskQueue: TASK_QUEUE },
    sink,

    async begin(at, options = {}) {
      const { programme = tsiProgramme(), calendar = CALENDAR_2040, parties = PARTIES, facts = {}, past, longHistory } = options;
      const subject = options.subject ?? { kind: 'school', urn: URN };
      const reference = `T${randomUUID().slice(0, 8)}`;
      await keepProgramme(database.pool, programme);
      await keepCalendar(database.pool, calendar);
      const start: DeploymentStart = {
        programme,
        calendar,
        beginning: { reference, subject, parties, facts },
        ...(past === undefined ? {} : { past }),
        carried: null,
        ...(longHistory === undefined ? {} : { longHistory }),
      };
      const delayMs = instantOf(at) - Date.now();
      await client.workflow.start(WORKFLOW_TYPES.deployment, {
        workflowId: deploymentWorkflowId(reference),
        taskQueue: TASK_QUEUE,
        args: [start],
        startDelay: delayMs,
      });
      // Longer than the delay, so that the first wake-up is over before the clock runs as usual again. When an activity
      // ends just after the moment to which a clock is moved, Temporal 1.32 skips to the next timer, weeks beyond it.
      await fastForward(client, deploymentWorkflowId(reference), (delayMs + FIRST_WAKE_MS) / 1000);
      ahead.set(reference, delayMs + FIRST_WAKE_MS);
      await waitUntil('the deployment is stored', async () => {
        const { rowCount } = await database.pool.query('SELECT FROM deployments WHERE reference = $1', [reference]);
        return rowCount === 1;
      });
      return reference;
    },

    async forwardTo(reference, at) {
      const seconds = (instantOf(at) - Date.now() - (ahead.get(reference) ?? 0)) / 1000;
      if (seconds <= 0) throw new Error(`${at} lies behind the clock of ${reference}.`);
      await fastForward(client, deploymentWorkflowId(reference), seconds);
      ahead.set(reference, (ahead.get(reference) ?? 0) + seconds * 1000);
    },

    async answer(reference, step, answer, { fields = {}, ...given } = {}) {
      const counted = await answerStep({ db: database.pool, client }, { reference, step, answer, fields, via: 'command-line', ...given });
      if (!counted.ok) throw new Error(`${step} ${answer}: ${counted.reason.message}`);
    },

    updateAnswer: (reference, step, answer, by) =>
      client.workflow.getHandle(deploymentWorkflowId(reference)).executeUpdate(answerUpdate, {
        args: [{ step, round: 1, answer, by, onBehalfOf: null, via: 'link', fields: {} }],
      }),

    postIsDone: () =>
      waitUntil('all post is done', async () => {
        const { rows } = await database.pool.query<{ left: number }>(
          `SELECT count(*)::int AS left FROM messages
           WHERE state = 'claimed' OR state = 'queued' AND coalesce(send_after <= clock_timestamp() + interval '10 seconds', true)`,
        );
        return rows[0]?.left === 0;
      }),

    async withoutWorker(work) {
      await worker?.stop();
      try {
        return await work();
      } finally {
        worker = await startWorker(options.engine);
      }
    },

    startWorker,

    async end() {
      await worker?.stop();
      await sink.goAway();
      await connection.close();
      await database.end();
    },
  };

  async function startWorker(over: Partial<EngineOptions> = {}): Promise<{ stop(): Promise<void> }> {
    const native = await NativeConnection.connect({ address });
    const mail = createSmtpMail({
      url: sink.url,
      from: { name: 'Chaser', address: 'chaser@post.example' },
      messageIdDomain: 'post.example',
      maxConnections: 4,
      ratePerSecond: null,
      allowedDomains: ['example'],
    });
    const engine: Worker = await createEngine({
      database: database.application,
      mail,
      connection: native,
      namespace,
      taskQueue: TASK_QUEUE,
      dataConverter,
      maxCachedWorkflows: 100,
      mailrooms: 1,
      gatheringMs: 200,
      retrySeconds: 1,
      leaseSeconds: 10,
      atATime: 5,
      links: LINKS,
      waves: createWaves(database.application, writeWaveLetter(LINKS)),
      workflowBundle: await workflowBundle(),
      ...over,
    });
    const running = engine.run();
    return {
      async stop() {
        engine.shutdown();
        await running;
        mail.close();
        await native.close();
      },
    };
  }
}

/** "2040-10-08 09:30" in London, as an instant. */
function instantOf(at: string): number {
  const [, date = '', hour = '', minute = ''] = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2})$/.exec(at) ?? [];
  return londonInstant(plainDate(date), Number(hour) * 60 + Number(minute));
}
