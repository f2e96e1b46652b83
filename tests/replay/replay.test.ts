import { Worker } from '@temporalio/worker';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import type { PinStore } from '../../temporal/pin-codec.ts';
import { createDataConverter } from '../../temporal/payload-codec.ts';
import { PEOPLE } from '../support/people.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

/** The parts of an event, as `historyToJSON` writes it, that these tests read. */
type RecordedEvent = {
  readonly eventId: string;
  readonly eventType: string;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { readonly name: string } };
};
type RecordedHistory = { readonly events: readonly RecordedEvent[] };
type Recorded = { readonly release: string; readonly shape: string; readonly text: string; readonly history: RecordedHistory };

const SHAPES = ['completed', 'declined', 'silent', 'continued', 'mailroom'] as const;
/** Shapes that came later, each with the first release that must have it. */
const LATER = { changed: '0.2.0', 'taken-in': '0.3.0', wave: '0.4.0' } as const;
/** Begun before a patch, and gone on with after it: by hand, once for each patch. */
const UPGRADED = 'upgraded';
const FOLDER = dirname(fileURLToPath(import.meta.url));

const recorded: readonly Recorded[] = globSync('*/*.json', { cwd: FOLDER })
  .filter((file) => basename(file) !== 'pins.json')
  .toSorted()
  .map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    return { release: dirname(file), shape: basename(file, '.json'), text, history: JSON.parse(text) as RecordedHistory };
  });

/** The programmes and calendars that the recorded histories name, recorded beside them. */
const pins = new Map(
  globSync('*/pins.json', { cwd: FOLDER }).flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, string>),
  ),
);
const recordedPins: PinStore = {
  keep: async (hash, text) => void pins.set(hash, text),
  read: async (hash) => pins.get(hash),
};

/**
 * A workflow that began under an earlier release must go on under this one. When a history fails here, real deployments
 * would fail too. Keep the old code beside the new with `patched()`, and never record a history again to make it pass.
 */
describe('the histories of earlier releases', () => {
  it('exist in every shape, for each release', () => {
    const releases = [...new Set(recorded.map(({ release }) => release))];
    assert.ok(releases.length > 0);
    for (const release of releases) {
      const shapes = recorded.filter((history) => history.release === release).map(({ shape }) => shape.replace(/-\d+$/, ''));
      const later = Object.entries(LATER).flatMap(([shape, since]) => (compareReleases(release, since) >= 0 ? [shape] : []));
      for (const shape of [...SHAPES, ...later]) assert.ok(shapes.includes(shape), `${release} has no history of the shape "${shape}"`);
    }
  });

  it('replay under the workflows of today', async () => {
    const failures = await replay(recorded.map(({ release, shape, history }) => [`${release}/${shape}`, history]));
    assert.deepEqual(
      [...failures.entries()],
      recorded.map(({ release, shape }) => [`${release}/${shape}`, undefined]),
    );
  });

  it('fail to replay when the workflows change', async () => {
    const completed = historyOf('completed');
    const mailroom = historyOf('mailroom');
    const inTask = historyOf(UPGRADED);
    const failures = await replay([
      ['an activity of another name', withActivityRenamed(completed)],
      ['a wake-up that no longer waits', withoutFirst(completed, /^EVENT_TYPE_TIMER_(STARTED|FIRED)$/)],
      ['a wake-up that no longer stores', withoutFirst(completed, /^EVENT_TYPE_ACTIVITY_TASK_(SCHEDULED|STARTED|COMPLETED)$/)],
      ['a wake-up that is no longer stored in its task', withoutFirst(inTask, /^EVENT_TYPE_MARKER_RECORDED$/)],
      ['a mailroom that no longer gathers', withoutFirst(mailroom, /^EVENT_TYPE_TIMER_(STARTED|FIRED)$/)],
    ]);
    assert.equal(failures.size, 5);
    for (const [what, failure] of failures) assert.ok(failure instanceof DeterminismViolationError, `${what}: ${String(failure)}`);
  });

  it('hold contact ids and invented words, and nothing else about any person', () => {
    const personal = Object.values(PEOPLE).flatMap(({ name, email, telephone }) => [
      name,
      email,
      ...(telephone === null ? [] : [telephone]),
    ]);
    for (const { shape, text } of recorded) {
      const plain = `${text}${[...text.matchAll(/"data":"([^"]*)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64').toString()).join('')}`;
      for (const word of personal) assert.ok(!plain.includes(word), `${shape} holds "${word}"`);
      const identities = new Set([...text.matchAll(/"identity":"([^"]*)"/g)].map(([, identity]) => identity));
      assert.deepEqual([...identities], ['worker'], `${shape} names a machine`);
    }
  });
});

/** Replays histories against today's bundle. Returns the failure of each, or undefined, in the order given. */
async function replay(
  histories: readonly (readonly [name: string, history: RecordedHistory])[],
): Promise<ReadonlyMap<string, Error | undefined>> {
  const options: ReplayWorkerOptions = {
    workflowBundle: await workflowBundle(),
    dataConverter: createDataConverter(null, recordedPins),
  };
  const results = Worker.runReplayHistories(
    options,
    histories.map(([workflowId, history]) => ({ workflowId, history })),
  );
  const failures = new Map<string, Error | undefined>(histories.map(([name]) => [name, new Error('It was not replayed.')]));
  for await (const { workflowId, error } of results) failures.set(workflowId, error);
  return failures;
}

/** Compares by number: 0.10.0 comes after 0.9.0. */
function compareReleases(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function historyOf(shape: (typeof SHAPES)[number] | typeof UPGRADED): RecordedHistory {
  const found = recorded.find((history) => history.shape === shape);
  assert.ok(found, `no history of the shape "${shape}"`);
  return found.history;
}

function withActivityRenamed({ events }: RecordedHistory): RecordedHistory {
  return {
    events: events.map((event) =>
      event.activityTaskScheduledEventAttributes === undefined
        ? event
        : {
            ...event,
            activityTaskScheduledEventAttributes: {
              ...event.activityTaskScheduledEventAttributes,
              activityType: { name: 'storeEverything' },
            },
          },
    ),
  };
}

/**
 * The history without the first event of each type that matches. The events after it are numbered anew, and so are
 * references to them.
 */
function withoutFirst({ events }: RecordedHistory, types: RegExp): RecordedHistory {
  const left = new Set<string>();
  const kept = events.filter(({ eventType }) => {
    const leave = types.test(eventType) && !left.has(eventType);
    if (leave) left.add(eventType);
    return !leave;
  });
  assert.ok(left.size > 0, `the history has no event of type ${String(types)}`);
  const newId = new Map(kept.map(({ eventId }, index) => [eventId, String(index + 1)]));
  return JSON.parse(JSON.stringify({ events: kept }), (key, value: unknown) =>
    /eventid$/i.test(key) && typeof value === 'string' ? (newId.get(value) ?? value) : value,
  ) as RecordedHistory;
}
