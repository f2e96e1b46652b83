import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { compareStories } from './compare-stories.ts';
import type { EngineStory } from './compare-stories.ts';
import { unknownKinds } from './event-kinds.ts';
import type { ChronologyEvent } from './events.ts';

const event = (fact: number, said = 'yes', at = '2040-10-08T07:00:00.004Z'): ChronologyEvent => ({
  type: 'fact-recorded',
  at,
  fact: String(fact),
  value: said,
});
const story = (count: number, said = 'yes') => Array.from({ length: count }, (_, index) => event(index, said));
const running = (events: readonly ChronologyEvent[], over: Partial<EngineStory> = {}): EngineStory => ({
  state: 'running',
  before: 0,
  events,
  unstored: 0,
  ...over,
});
const recorded = (events: readonly ChronologyEvent[]) => ({ running: true, before: 0, events });
const kindOf = (...given: Parameters<typeof compareStories>) => compareStories(...given).kind;

test('the same events are no difference, whatever the milliseconds and wherever the engine begins to remember', () => {
  const later = story(5).map((one) => ({ ...one, at: '2040-10-08T07:00:00.006Z' }));
  assert.equal(kindOf(recorded(story(5)), running(later)), 'same');
  assert.equal(kindOf(recorded(story(5)), running(story(5).slice(3), { before: 3 })), 'same');
});

test('what is being stored is no difference, and what was stored once and is missing is one', () => {
  assert.equal(kindOf(recorded(story(3)), running(story(5), { unstored: 2 })), 'same');
  assert.deepEqual(compareStories(recorded(story(3)), running(story(5), { unstored: 1 })), {
    kind: 'record-behind',
    missing: [event(3)],
  });
  assert.equal(kindOf(null, running(story(2))), 'record-unknown');
  assert.equal(kindOf(null, running(story(2), { unstored: 2 })), 'same', 'it begins at this moment');
});

test('an engine that was restored older lacks what the record has', () => {
  assert.deepEqual(compareStories(recorded(story(5)), running(story(3))), { kind: 'engine-behind', ahead: [event(3), event(4)] });
});

test('two that went on in different ways have parted, and what the engine never stored is told apart', () => {
  const other = [...story(3), event(3, 'no'), event(4, 'no')];
  const parted = compareStories(recorded(story(5)), running(other, { unstored: 2 }));
  assert.deepEqual([parted.kind, 'counted' in parted && parted.counted], ['parted', 0]);
  const lost = compareStories(recorded(story(5)), running(other, { unstored: 1 }));
  assert.deepEqual([lost.kind, 'counted' in lost && lost.counted], ['parted', 1]);
});

test('what runs in the record alone is gone from the engine; what has ended there needs none', () => {
  assert.equal(kindOf(recorded(story(3)), null), 'engine-gone');
  assert.equal(kindOf(recorded(story(3)), running(story(3), { state: 'broken-off' })), 'engine-gone');
  assert.equal(kindOf({ running: false, before: 0, events: story(3) }, null), 'same');
  assert.equal(kindOf({ running: false, before: 0, events: story(3) }, running(story(3), { state: 'ended' })), 'same');
});

test('a record that lacks more than the engine remembers is too old to be told again', () => {
  assert.deepEqual(compareStories(recorded(story(2)), running(story(6).slice(4), { before: 4 })), { kind: 'too-old', lacks: 2 });
});

test('the last events of both are enough to see a difference', () => {
  const last = { running: true, before: 4, events: story(6).slice(4) };
  assert.equal(kindOf(last, running(story(6).slice(4), { before: 4 })), 'same');
  assert.equal(kindOf(last, running([event(4), event(5, 'no')], { before: 4 })), 'parted');
  assert.equal(kindOf({ running: true, before: 2, events: [] }, running(story(6).slice(4), { before: 4 })), 'too-old');
});

test('whatever two moments the stores are from, the difference has exactly the events between them', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), fc.nat(12), (inRecord, inEngine, forgotten) => {
      const before = Math.min(forgotten, inEngine);
      const difference = compareStories(recorded(story(inRecord)), running(story(inEngine).slice(before), { before }));
      const all = story(12);
      if (inRecord === inEngine) assert.equal(difference.kind, 'same');
      else if (inRecord > inEngine) assert.deepEqual(difference, { kind: 'engine-behind', ahead: all.slice(inEngine, inRecord) });
      else if (inRecord < before) assert.deepEqual(difference, { kind: 'too-old', lacks: before - inRecord });
      else assert.deepEqual(difference, { kind: 'record-behind', missing: all.slice(inRecord, inEngine) });
    }),
  );
});

test('a kind of event that this version does not know is named', () => {
  assert.deepEqual(unknownKinds(['step-opened', 'zeppelin-landed', 'constructor']), ['constructor', 'zeppelin-landed']);
  assert.deepEqual(unknownKinds(['deployment-began', 'calendar-adopted']), []);
});
