import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { test } from 'vitest';
import { csv, csvOf } from './csv.ts';

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

test('a long table comes in pieces, the first before its last rows are asked for, and says the same', () => {
  let asked = 0;
  const rows = function* () {
    for (; asked < 5_000; asked += 1) yield asked;
  };
  const columns = [
    ['Line', (row: number) => `line ${row}`],
    ['Words', () => 'a "b", c'],
    ['Formula', () => '=1'],
  ] as const;
  const pieces = csvOf(columns, rows());
  const first = pieces.next();
  assert.ok(asked > 100 && asked < 2_500, `${asked} rows were asked for before the first piece`);
  const rest = [...pieces];
  assert.ok(rest.length > 2);
  const lines = Array.from({ length: 5_000 }, (_, row) => columns.map(([, valueOf]) => valueOf(row)));
  assert.equal([first.value, ...rest].join(''), csv([['Line', 'Words', 'Formula'], ...lines]));
  assert.equal([...csvOf(columns, [])].join(''), csv([['Line', 'Words', 'Formula']]));
});
