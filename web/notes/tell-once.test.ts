import assert from 'node:assert/strict';
import { it } from 'vitest';
import { createTellOnce } from './tell-once.ts';

it('a problem that lasts is reported once an hour, and another one at once', () => {
  const told: string[] = [];
  let nowMs = 0;
  const tell = createTellOnce(
    (problem) => told.push(problem),
    () => nowMs,
  );
  tell('D00001: deadline exceeded after 4.998s');
  tell('D00001: deadline exceeded after 5.001s');
  tell('D00002: deadline exceeded after 5.001s');
  assert.deepEqual(told, ['D00001: deadline exceeded after 4.998s', 'D00002: deadline exceeded after 5.001s']);
  nowMs = 3_600_001;
  tell('D00001: deadline exceeded after 4.998s');
  assert.equal(told.length, 3);
});
