import { decodeOptionalSinglePayload } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import proto from '@temporalio/proto';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, test } from 'vitest';
import type { Programme } from '../../domain/programme.ts';
import { setUpDigestSchedule } from '../../worker/digests.ts';
import { lookOnce } from '../../worker/forecasts/new-ones.ts';
import { setUpForecastSchedule } from '../../worker/forecasts/schedule.ts';
import { setUpWatchdogSchedule } from '../../worker/watchdog/schedule.ts';
import {
  DIGEST_SCHEDULE,
  deploymentWorkflowId,
  FORECAST_SCHEDULE,
  NEW_FORECASTS,
  mailroomWorkflowId,
  SUMMARIES,
  WATCHDOG_SCHEDULE,
  WORKFLOW_TYPES,
} from '../../workflows/ids.ts';
import { tsiProgramme } from '../support/programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/** What Temporal takes for a summary, in bytes. */
const LIMIT = 400;
const { Payload } = proto.temporal.api.common.v1;

/** What the next storing of a wake-up fails with; null: nothing. */
let failsWith: string | null = null;

/** With the longest id that a key may have. */
let world: World;
beforeAll(async () => {
  world = await openWorld({
    payloadKeys: [{ id: 'k'.repeat(64), secret: randomBytes(32) }],
    engine: {
      observe: (ports) => ({
        ...ports,
        record: {
          ...ports.record,
          storeWakeUp: async (wakeUp) => {
            const message = failsWith;
            failsWith = null;
            if (message !== null) throw new Error(message);
            return ports.record.storeWakeUp(wakeUp);
          },
        },
      }),
    },
  });
});
afterAll(() => world.end());

type Said = { readonly words: string; readonly bytes: number };

/** The summaries of a workflow's events, as whoever has the key reads them, and their size as Temporal has them. */
async function saidOf(workflowId: string): Promise<readonly Said[]> {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const said: Said[] = [];
  for (const { userMetadata } of events ?? []) {
    const summary = userMetadata?.summary;
    if (!summary) continue;
    assert.equal(Buffer.from(summary.metadata?.['encoding'] ?? []).toString(), 'binary/encrypted');
    const words = await decodeOptionalSinglePayload<string>(world.client.options.loadedDataConverter, summary);
    said.push({ words: words ?? '', bytes: Payload.encode(summary).finish().length });
  }
  return said;
}

const mustSay = (said: readonly Said[], ...wanted: readonly RegExp[]) => {
  for (const words of wanted)
    assert.ok(
      said.some((one) => words.test(one.words)),
      `${String(words)} is not among:\n${said.map((one) => one.words).join('\n')}`,
    );
};

test('Temporal holds in plain words what a deployment waits for and what it stores, encrypted, and nobody by name', async () => {
  const reference = await world.begin('2040-10-08 09:30');
  await world.answer(reference, 'contact-school', 'contacted');
  await world.answer(reference, 'confirm-participation', 'declines', { fields: { reason: 'We have found help already.' } });
  await world.postIsDone();
  const said = await saidOf(deploymentWorkflowId(reference));
  mustSay(
    said,
    /^Stores: the deployment began$/,
    /^Waits for the .+ until \w+day \d+ \w+ 2040/,
    /^Stores: “.+” was answered$/,
    /^Ended as “.+”\. Can be reopened until \w+day \d+ \w+ 2040$/,
  );
  const posted = await saidOf(mailroomWorkflowId(0));
  mustSay(posted, /^Sends the letters of one mailroom/, /^Sends the letters that are queued$/);
  const { rows } = await world.db.query<{ name: string }>('SELECT name FROM people');
  for (const { name } of rows) for (const { words } of [...said, ...posted]) assert.ok(!words.includes(name), `${name} is named: ${words}`);
});

test('a programme with the longest titles leaves every summary within what Temporal takes', async () => {
  const long = (title: string) => `${title} “"ŷ…"” `.repeat(60);
  const plain = tsiProgramme();
  const titled = <T extends { readonly title: string }>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).map(([id, one]) => [id, { ...one, title: long(one.title) }]));
  const programme: Programme = {
    ...plain,
    id: 'long-titles',
    title: long(plain.title),
    roles: titled(plain.roles),
    steps: titled(plain.steps),
    ends: titled(plain.ends),
  };
  const reference = await world.begin('2040-10-08 09:30', { programme });
  await world.answer(reference, 'contact-school', 'contacted');
  await world.forwardTo(reference, '2040-10-12 11:00');
  const said = await saidOf(deploymentWorkflowId(reference));
  mustSay(said, /^Stores: “.+…$/, /^Waits for the .+…$/);
  for (const { words, bytes } of said) assert.ok(bytes <= LIMIT, `${bytes} bytes: ${words}`);
  // Close to it too, or the words are cut off sooner than they must be.
  assert.ok(Math.max(...said.map(({ bytes }) => bytes)) > LIMIT - 50, said.map(({ bytes }) => bytes).join(' '));
});

test('the workflows that schedules begin say what they are', async () => {
  const { client, temporal } = world;
  // The second time it is brought up to date, as by a newer version that has words for one without.
  for (const _ of [1, 2]) {
    await setUpWatchdogSchedule(client, temporal.taskQueue);
    await setUpDigestSchedule(client, temporal.taskQueue);
    await setUpForecastSchedule(client, temporal.taskQueue);
  }
  const saysOf = async (id: string) => (await client.schedule.getHandle(id).describe()).action.staticSummary;
  assert.equal(await saysOf(WATCHDOG_SCHEDULE), SUMMARIES.watchdog);
  assert.equal(await saysOf(DIGEST_SCHEDULE), SUMMARIES.digest);
  assert.equal(await saysOf(FORECAST_SCHEDULE), SUMMARIES.forecasts);
});

test('a round of the forecasts keeps one for every running deployment', async () => {
  const { client, temporal, db } = world;
  await world.begin('2040-10-08 09:30');
  await client.workflow.execute(WORKFLOW_TYPES.forecasts, { workflowId: 'forecasts-now', taskQueue: temporal.taskQueue, args: [] });
  const { rows } = await db.query<{ reference: string }>(
    "SELECT reference FROM deployments WHERE status = 'running' AND reference NOT IN (SELECT reference FROM forecasts WHERE trouble IS NULL)",
  );
  assert.deepEqual(rows, []);
});

test('a deployment that has just begun gets a forecast from the next look of a worker, whether or not it is time for a round', async () => {
  const { client, temporal, db } = world;
  const options = { database: db, client, taskQueue: temporal.taskQueue };
  const reference = await world.begin('2040-10-08 09:30');
  const before = await forecastsOf(reference);
  assert.deepEqual(before, []);
  // An old one is left to the rounds of the schedule.
  await db.query('UPDATE forecasts SET sequence = 0');
  assert.equal(await lookOnce(options), true);
  assert.ok(Number(await client.workflow.getHandle(NEW_FORECASTS).result()) >= 1);
  assert.equal((await forecastsOf(reference)).length, 1);
  assert.ok((await db.query('SELECT FROM forecasts WHERE sequence = 0')).rows.length > 0, 'an old one was worked out as well');
  assert.equal(await lookOnce(options), false, 'there is nothing new');
});

async function forecastsOf(reference: string) {
  return (await world.db.query<{ sequence: number }>('SELECT sequence FROM forecasts WHERE reference = $1', [reference])).rows;
}

test('what a failure says is encrypted, and a refusal still reaches whoever answered in its own words', async () => {
  const reference = await world.begin('2040-10-08 09:30');
  failsWith = 'duplicate key: Key (email)=(hester@school.example) already exists';
  await world.answer(reference, 'contact-school', 'contacted');
  assert.equal(failsWith, null);
  const { events } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory();
  const [failure] = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: begun }) =>
    begun?.lastFailure ? [begun.lastFailure] : [],
  );
  assert.deepEqual([failure?.message, failure?.stackTrace], ['Encoded failure', '']);
  assert.ok(!JSON.stringify(failure).includes('hester') && failure?.encodedAttributes);
  const said = await decodeOptionalSinglePayload<{ message: string; stack_trace: string }>(
    world.client.options.loadedDataConverter,
    failure.encodedAttributes,
  );
  assert.match(said?.message ?? '', /hester@school\.example/);
  assert.match(said?.stack_trace ?? '', /storeWakeUp/);
  await assert.rejects(world.answer(reference, 'confirm-participation', 'no-such-answer'), /no-such-answer: .*no-such-answer/);
});
