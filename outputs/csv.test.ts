import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { test } from 'vitest';
import { csv } from './csv.ts';

for (const evil of ['=1+1', '+44 1632', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '=HYPERLINK("https://evil.example","x")']) {
  test(`a cell that begins like a formula becomes text: ${JSON.stringify(evil)}`, () => {
    assert.ok(csv([[evil]]).startsWith('\uFEFF"\''));
  });
}

test('an ordinary cell stays as it is, even with a hyphen inside', () => {
  assert.equal(csv([['St Mary-le-Bow', 'a "b", c']]), '\uFEFF"St Mary-le-Bow","a ""b"", c"\r\n');
});

test('every cell can be read back, and none begins like a formula', () => {
  const anything = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 });
  fc.assert(
    fc.property(anything, (rows) => {
      const read = parse(csv(rows), { bom: true, record_delimiter: '\r\n' });
      assert.deepEqual(
        read.map((row) => row.map((text) => text.replace(/^'(?=[=+\-@\t\r\n])/, ''))),
        rows.map((row) => row.map((text) => text.replace(/^'(?=[=+\-@\t\r\n])/, ''))),
      );
      for (const text of read.flat()) assert.doesNotMatch(text, /^[=+\-@\t\r\n]/);
    }),
  );
});
