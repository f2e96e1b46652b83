import assert from 'node:assert/strict';
import { it } from 'vitest';
import { ok, refused } from './result.ts';

it('a result is a value or a reason, and says which', () => {
  const reason = { kind: 'too-late', message: 'It is over.', remedy: 'Start a new one.' };
  assert.deepEqual(
    [ok(1), refused(reason)],
    [
      { ok: true, value: 1 },
      { ok: false, reason },
    ],
  );
});
