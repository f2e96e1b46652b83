import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { createMailroomActivities } from '../../activities/mailroom.ts';
import type { PostRound } from '../../activities/mailroom.ts';
import { MailServerDown } from '../../activities/ports.ts';
import type { ComposedEmail, Envelope, LedgerPort, MailPort, Sent } from '../../activities/ports.ts';
import { mailroomWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { tellMailroom } from '../../workflows/messages.ts';
import type { MailroomStart, Urgency } from '../../workflows/messages.ts';
import { envelopeOf, letterOfKind } from '../kit/letters.ts';
import { freshNamespace } from '../support/namespace.ts';
import type { TestNamespace } from '../support/namespace.ts';
import { freshName } from '../support/servers.ts';
import { waitUntil } from '../support/wait-until.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

/**
 * What the mailroom promises: its workflow on a real Temporal server, with a post whose outcome the test decides, and one round of
 * its activity. Tested elsewhere:
 *
 * | promise | test |
 * |---|---|
 * | what a round claims, marks and gives back | tests/post/ledger.test.ts |
 * | it rests when nothing waits; the whole way of a letter that is put off | tests/post/rest.test.ts, tests/post/mail-server.test.ts |
 * | reminders travel together, a first request never waits | tests/post/travelling-together.test.ts |
 * | a worker that is killed at any point | tests/crash/kill-worker.test.ts |
 * | one person’s letters always come to the same mailroom; a bell that was not heard is rung again | tests/record/record.test.ts |
 * | its recorded histories go on under today’s code | tests/replay/replay.test.ts |
 */
// Tests log errors only.
const logger = new DefaultLogger('ERROR');

const NOTHING_LEFT: PostRound = { more: false, tryAgainInMs: null };
/** Longer than any test waits: a mailroom that gathers this long does not come within the test. */
const FOR_EVER_MS = 3_600_000;
/** Long enough for a workflow that has nothing to wait for, however busy the machine is. */
const SOON_MS = 20_000;
/** Long enough to see that nothing comes. */
const A_WHILE_MS = 1_500;

describe('the mailroom', () => {
  let temporal: TestNamespace;
  beforeAll(async () => {
    temporal = await freshNamespace();
  });
  afterAll(() => temporal.connection.close());

  /** Opens a mailroom on a task queue of its own. `post` is called for each round, with its number from 1. */
  async function open(post: (round: number) => PostRound | Promise<PostRound>) {
    const taskQueue = freshName('mailroom');
    const number = Number.parseInt(taskQueue.slice(-6), 16);
    const native = await NativeConnection.connect({ address: temporal.address });
    let rounds = 0;
    const worker = await Worker.create({
      connection: native,
      namespace: temporal.namespace,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: { deliverPost: async () => post((rounds += 1)) },
    });
    const handle = temporal.client.workflow.getHandle(mailroomWorkflowId(number));
    let running: Promise<void> | undefined;
    onTestFinished(async () => {
      await handle.terminate();
      if (running) {
        worker.shutdown();
        await running;
      }
      await native.close();
    });
    return {
      rounds: () => rounds,
      /** Starts the workflow with its first signal, as the engine does. */
      async begin(told: Urgency | null, gatheringMs = FOR_EVER_MS) {
        const start: MailroomStart = { mailroom: number, gatheringMs, told };
        await temporal.client.workflow.start(WORKFLOW_TYPES.mailroom, { workflowId: handle.workflowId, taskQueue, args: [start] });
      },
      tell: (urgency: Urgency) => handle.signal(tellMailroom, urgency),
      /** Starts the worker. It then hears at one moment all that the mailroom was told before. */
      work() {
        running = worker.run();
      },
      comesFor: (round: number) => waitUntil(`it comes for round ${round}`, () => rounds >= round, SOON_MS),
      async staysAt(round: number) {
        await sleep(A_WHILE_MS);
        assert.equal(rounds, round);
      },
      isRunning: async () => (await handle.describe()).status.name === 'RUNNING',
    };
  }

  it('comes at once for first requests, and gathers nothing', async () => {
    const mailroom = await open(() => NOTHING_LEFT);
    await mailroom.begin('at-once');
    mailroom.work();
    await mailroom.comesFor(1);
  });

  it('gives reminders time to gather, and then comes by itself', async () => {
    const mailroom = await open(() => NOTHING_LEFT);
    await mailroom.begin('gather', 3_000);
    mailroom.work();
    const startedMs = performance.now();
    await mailroom.comesFor(1);
    assert.ok(performance.now() - startedMs > 2_000, 'it did not wait for more');
  });

  it('comes at once for an urgent letter while reminders gather', async () => {
    const mailroom = await open(() => NOTHING_LEFT);
    await mailroom.begin('gather');
    mailroom.work();
    await mailroom.staysAt(0);
    await mailroom.tell('at-once');
    await mailroom.comesFor(1);
  });

  it('comes at once for an urgent letter though reminders were queued after it', async () => {
    const mailroom = await open(() => NOTHING_LEFT);
    await mailroom.begin('at-once');
    await mailroom.tell('gather');
    await mailroom.tell('gather');
    mailroom.work();
    await mailroom.comesFor(1);
  });

  it('comes at once after a round in which it was told of an urgent letter and then of reminders', async () => {
    let finish = (): void => undefined;
    const first = new Promise<PostRound>((resolve) => {
      finish = () => resolve(NOTHING_LEFT);
    });
    const mailroom = await open((round) => (round === 1 ? first : NOTHING_LEFT));
    await mailroom.begin('at-once');
    mailroom.work();
    await mailroom.comesFor(1);
    await mailroom.tell('at-once');
    await mailroom.tell('gather');
    finish();
    await mailroom.comesFor(2);
  });

  it('makes no more rounds once nothing is left, until it is told again', async () => {
    const mailroom = await open(() => NOTHING_LEFT);
    await mailroom.begin('at-once');
    mailroom.work();
    await mailroom.comesFor(1);
    await mailroom.staysAt(1);
    await mailroom.tell('at-once');
    await mailroom.comesFor(2);
  });

  it('goes on at once while there is more', async () => {
    const mailroom = await open((round) => ({ more: round < 4, tryAgainInMs: null }));
    await mailroom.begin('at-once');
    mailroom.work();
    await mailroom.comesFor(4);
    await mailroom.staysAt(4);
  });

  it('comes again by itself when a letter that was put off may be tried', async () => {
    const mailroom = await open((round) => ({ more: false, tryAgainInMs: round === 1 ? 2_500 : null }));
    await mailroom.begin('at-once');
    mailroom.work();
    await mailroom.comesFor(1);
    const startedMs = performance.now();
    await mailroom.comesFor(2);
    assert.ok(performance.now() - startedMs > 1_500, 'it came before the time');
    await mailroom.staysAt(2);
  });

  it('does not wait for a letter that was put off when it is told of another', async () => {
    const mailroom = await open((round) => ({ more: false, tryAgainInMs: round === 1 ? FOR_EVER_MS : null }));
    await mailroom.begin('at-once');
    mailroom.work();
    await mailroom.comesFor(1);
    await mailroom.tell('at-once');
    await mailroom.comesFor(2);
  });

  it('tries again for as long as it takes while there is no mail server, and never fails', async () => {
    const mailroom = await open((round) => {
      if (round < 3) throw ApplicationFailure.retryable('No mail server: no connection', 'MailServerDown');
      return NOTHING_LEFT;
    });
    await mailroom.begin('at-once');
    mailroom.work();
    await waitUntil('it tried three times', () => mailroom.rounds() >= 3, 60_000);
    assert.ok(await mailroom.isRunning());
    await mailroom.tell('at-once');
    await mailroom.comesFor(4);
  });
});

describe('one round of the mailroom', () => {
  /** What the round did, in order. Each e-mail is known by the id of its envelope. */
  function round(options: {
    readonly post: readonly (readonly string[])[];
    readonly send: (id: string) => Promise<Sent>;
    /** Envelopes that another attempt has taken over before they are handed over. */
    readonly lost?: readonly string[];
    /** A second recipient has heard the same. */
    readonly believed?: true;
  }) {
    const done: string[] = [];
    /** How many e-mails it asked for at a time. */
    const claimed: number[] = [];
    const claims = options.post.map((ids) => ids.map((id): Envelope => ({ ...envelopeOf({ ...letterOfKind('request'), key: id }), id })));
    const ledger: LedgerPort = {
      heedBells: async () => void done.push('heeded'),
      claim: async (_mailroom, _claim, limit) => {
        claimed.push(limit);
        const envelopes = claims.shift() ?? [];
        done.push(`claimed ${envelopes.length}`);
        return { rows: envelopes.length, envelopes };
      },
      renew: async () => undefined,
      handOver: async (_claim, emails) => new Set(emails.map(({ envelope }) => envelope.id).filter((id) => !options.lost?.includes(id))),
      bookTrouble: async ({ id }, { recipient }) => {
        done.push(`${id} met trouble`);
        return recipient === null || options.believed === true;
      },
      markAccepted: async ({ id }) => void done.push(`${id} accepted`),
      markFailed: async ({ id }, _email, _response, addressRefused) =>
        void done.push(`${id} failed, ${addressRefused ? 'the address' : 'the letter'}`),
      putOff: async ({ id }) => void done.push(`${id} put off`),
      putBack: async (envelopes) => void done.push(`put back ${envelopes.map(({ id }) => id).join(' ')}`),
      release: async () => void done.push('released'),
      msUntilNextTry: async () => 1_234,
    };
    const mail: MailPort = {
      compose: ({ id }) => ({ subject: id, to: { name: id, address: `${id}@hillside.example` } }) as ComposedEmail,
      send: ({ subject }) => options.send(subject),
    };
    const { deliverPost } = createMailroomActivities({ ledger, mail, newClaim: () => 'claim', atATime: 5 });
    return { done, claimed, run: () => new MockActivityEnvironment({}, { logger }).run(deliverPost, { mailroom: 0 }) };
  }
  const ACCEPTED: Sent = { kind: 'accepted', response: '250 OK' };

  it('heeds the bells before it claims, and goes on until nothing is left', async () => {
    const { done, run } = round({ post: [['a'], ['b']], send: async () => ACCEPTED });
    assert.deepEqual(await run(), { more: false, tryAgainInMs: 1_234 });
    assert.deepEqual(done, ['heeded', 'claimed 1', 'a accepted', 'claimed 1', 'b accepted', 'claimed 0']);
  });

  it('marks each letter as soon as it is accepted, while another is still being sent', async () => {
    let accept = (): void => undefined;
    const slow = new Promise<Sent>((resolve) => {
      accept = () => resolve(ACCEPTED);
    });
    const { done, run } = round({ post: [['slow', 'quick']], send: (id) => (id === 'slow' ? slow : Promise.resolve(ACCEPTED)) });
    const running = run();
    await waitUntil('the quick one is marked', () => done.includes('quick accepted'), 5_000);
    assert.ok(!done.includes('slow accepted'));
    accept();
    await running;
    assert.ok(done.includes('slow accepted'));
  });

  it('puts off or fails the letters that the server will not take, and sends the others', async () => {
    const said: Readonly<Record<string, Sent>> = {
      later: { kind: 'deferred', response: '451' },
      never: { kind: 'refused', response: '550', addressRefused: true },
      bad: { kind: 'refused', response: '554', addressRefused: false },
    };
    const { done, run } = round({ post: [['later', 'never', 'bad', 'good']], send: async (id) => said[id] ?? ACCEPTED });
    await run();
    assert.deepEqual(done.slice(2, -1).toSorted(), [
      'bad failed, the letter',
      'good accepted',
      'later put off',
      'never failed, the address',
    ]);
  });

  it('gives back what it holds when there is no mail server, marks no letter as failed, and asks to be tried again', async () => {
    const { done, run } = round({
      post: [['a', 'b']],
      send: (id) => (id === 'a' ? Promise.reject(new MailServerDown('no connection')) : Promise.resolve(ACCEPTED)),
    });
    await assert.rejects(
      run(),
      (error) => error instanceof ApplicationFailure && error.type === 'MailServerDown' && error.nonRetryable !== true,
    );
    assert.deepEqual(done.toSorted(), ['a met trouble', 'b accepted', 'claimed 2', 'heeded', 'released']);
  });

  const refusesUs = () => Promise.reject(new MailServerDown('554 5.7.1 blocked', { trouble: 'we-are-refused', saidTo: 'one' }));

  it('goes on with the others while one letter alone was told that we are refused', async () => {
    const { done, run } = round({ post: [['a'], ['b']], send: (id) => (id === 'a' ? refusesUs() : Promise.resolve(ACCEPTED)) });
    assert.deepEqual(await run(), { more: false, tryAgainInMs: 1_234 });
    assert.deepEqual(done, ['heeded', 'claimed 1', 'a met trouble', 'claimed 1', 'b accepted', 'claimed 0']);
  });

  it('stops, and asks to be tried again, once it is believed that we are refused', async () => {
    const { done, run } = round({ post: [['a'], ['b']], send: refusesUs, believed: true });
    await assert.rejects(run(), (error) => error instanceof ApplicationFailure && /refuses us: 554 5\.7\.1 blocked/.test(error.message));
    assert.deepEqual(done, ['heeded', 'claimed 1', 'a met trouble', 'released']);
  });

  it('hands no more over at a time than may be said twice, however many are claimed', async () => {
    let [underWay, most] = [0, 0];
    const { done, run } = round({
      post: [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']],
      send: async () => {
        most = Math.max(most, (underWay += 1));
        await sleep(10);
        underWay -= 1;
        return ACCEPTED;
      },
    });
    await run();
    assert.equal(most, 5);
    assert.equal(done.filter((what) => what.endsWith(' accepted')).length, 12);
  });

  it('claims more at a time while the mail server is quick, and no more than five times as many', async () => {
    const { claimed, run } = round({ post: Array.from({ length: 8 }, (_, n) => [`letter-${n}`]), send: async () => ACCEPTED });
    await run();
    assert.deepEqual(claimed, [5, 10, 15, 20, 25, 25, 25, 25, 25]);
  });

  it('puts back what it claimed a while ago when the mail server is slow, and claims less the next time', async () => {
    const { done, claimed, run } = round({
      post: [['a', 'b', 'c', 'd', 'e', 'f', 'g'], ['h']],
      send: async (id) => {
        if (id === 'a') await sleep(1_100);
        return ACCEPTED;
      },
    });
    await run();
    assert.ok(done.includes('put back f g'), done.join(', '));
    assert.ok(!done.some((what) => what.startsWith('f ')));
    assert.deepEqual(claimed, [5, 5, 10]);
  });

  it('does not send what another attempt has taken over since it was claimed', async () => {
    const { done, run } = round({ post: [['a', 'b']], send: async () => ACCEPTED, lost: ['a'] });
    await run();
    assert.deepEqual(done, ['heeded', 'claimed 2', 'b accepted', 'claimed 0']);
  });
});
