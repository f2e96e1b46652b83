import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, it } from 'vitest';
import { openTable } from './open-table.ts';
import { csvOf, testFiles } from '../tests/kit/files.ts';

const files = testFiles();
afterAll(() => files.remove());

async function read(content: string, columns: readonly string[], chunkBytes?: number) {
  const table = await openTable(files.write(content), { needed: columns, optional: [], remedy: '' }, chunkBytes);
  assert.ok(table.ok);
  const rows: string[][] = [];
  const broken: number[] = [];
  for await (const batch of table.value.batches()) {
    rows.push(...batch.rows.map((row) => columns.map((column) => row.value(column))));
    broken.push(...batch.broken.map(({ line }) => line));
  }
  return { rows, broken };
}

const textOf = (...letters: string[]) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 6 });

it('reads back every cell that was written, however the file is cut into pieces', async () => {
  const row = fc.tuple(fc.constant('x'), textOf('a', 'é', '’', '"', ',', ' ', '\n', ';'), textOf('a', '"', ',', '\n'));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 64 }), async (rows, chunkBytes) => {
      const content = csvOf(rows.map(([id, one, two]) => ({ id, one, two })));
      assert.deepEqual(await read(content, ['id', 'one', 'two'], chunkBytes), { rows, broken: [] });
    }),
    { numRuns: 200 },
  );
});

it('loses only the row with the open quotation mark, whatever the other rows hold', async () => {
  const row = fc.tuple(fc.constant('x'), textOf('a', 'é', ',', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), fc.nat(), async (rows, where) => {
      const lines = csvOf(
        rows.map(([id, one]) => ({ id, one })),
        '\n',
      ).split('\n');
      const at = where % rows.length;
      lines[at + 1] = 'x,"never closed';
      assert.deepEqual(await read(lines.join('\n'), ['id', 'one'], 64), { rows: rows.toSpliced(at, 1), broken: [at + 2] });
    }),
    { numRuns: 200 },
  );
});
