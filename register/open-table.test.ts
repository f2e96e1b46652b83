import assert from 'node:assert/strict';
import iconv from 'iconv-lite';
import { afterAll, describe, it } from 'vitest';
import type { Finding } from './import-report.ts';
import { openTable } from './open-table.ts';
import { LONGEST_LINE } from './read-lines.ts';
import { testFiles } from '../tests/kit/files.ts';

const files = testFiles();
afterAll(() => files.remove());

const SHAPE = { needed: ['URN', 'Name'], optional: ['Town'], remedy: 'Get the right file.' } as const;

async function read(content: string | Buffer, chunkBytes?: number) {
  const table = await openTable(files.write(content), SHAPE, chunkBytes);
  assert.ok(table.ok, table.ok ? '' : table.reason.message);
  const rows: (readonly [line: number, urn: string, name: string])[] = [];
  const broken: Finding[] = [];
  const assumed: Finding[] = [];
  for await (const batch of table.value.batches()) {
    rows.push(...batch.rows.map((row) => [row.line, row.value('URN'), row.value('Name')] as const));
    broken.push(...batch.broken);
    assumed.push(...batch.assumed);
  }
  // What was assumed of the encoding is there only where something was, so that other tests need not name it.
  return { rows, broken, encoding: table.value.encoding, ...(assumed.length === 0 ? {} : { assumed }) };
}

async function refusal(content: string | Buffer) {
  const table = await openTable(files.write(content), SHAPE);
  assert.ok(!table.ok);
  return table.reason;
}

describe('the encoding of a file', () => {
  const text = 'URN,Name\r\n1,École Élysée\r\n2,St Example’s – “A”\r\n';
  const rows = [
    [2, '1', 'École Élysée'],
    [3, '2', 'St Example’s – “A”'],
  ];

  it('is UTF-8 when all of its bytes are valid UTF-8', async () => {
    assert.deepEqual(await read(text), { rows, broken: [], encoding: 'utf-8' });
  });

  it('is UTF-8 when it has the byte order mark, which is not part of the first column', async () => {
    assert.deepEqual(await read(`\ufeff${text}`), { rows, broken: [], encoding: 'utf-8' });
  });

  it('is Windows-1252 when it cannot be UTF-8', async () => {
    const { assumed, ...found } = await read(iconv.encode(text, 'windows-1252'));
    assert.deepEqual(found, { rows, broken: [], encoding: 'windows-1252' });
    assert.deepEqual(
      assumed?.map(({ line, message, taken }) => [line, message, taken]),
      [[2, 'The file is not in UTF-8 and was read as Windows-1252: here “1,École Élysée”.', true]],
    );
  });

  it('is decided by the whole file: one letter in its last row is enough', async () => {
    const long = `URN,Name\n${'1,Plain\n'.repeat(60_000)}2,`;
    const { rows: found, encoding } = await read(Buffer.concat([Buffer.from(long), Buffer.from([0xc9])]));
    assert.equal(encoding, 'windows-1252');
    assert.deepEqual(found.at(-1), [60_002, '2', 'É']);
  });

  it('stays UTF-8 when one line is Windows-1252, and that line is named', async () => {
    const {
      rows: found,
      encoding,
      assumed,
    } = await read(
      Buffer.concat([
        Buffer.from('URN,Name\n1,Zoë\n2,'),
        iconv.encode('Renée "the head"', 'windows-1252').subarray(0, 5),
        Buffer.from('\n3,Siân\n'),
      ]),
    );
    assert.equal(encoding, 'utf-8');
    assert.deepEqual(
      found.map(([, , name]) => name),
      ['Zoë', 'Renée', 'Siân'],
    );
    assert.deepEqual(
      assumed?.map(({ line, message, taken }) => [line, message, taken]),
      [[3, 'The line is not in UTF-8 as most of the file is; it was read as Windows-1252: “2,Renée”.', true]],
    );
  });

  it('stays UTF-8 with a byte order mark, whatever stands in one of its lines or in its header', async () => {
    const { rows: found, assumed } = await read(
      Buffer.concat([Buffer.from('\ufeffURN,Name,Se'), Buffer.from([0xf1]), Buffer.from('or\n1,Zoë,x\n')]),
    );
    assert.deepEqual(found, [[2, '1', 'Zoë']]);
    assert.deepEqual(
      assumed?.map(({ line }) => line),
      [1],
    );
  });

  it('is not UTF-8 when the last character is cut off', async () => {
    const { encoding } = await read(Buffer.concat([Buffer.from('URN,Name\n1,Caf'), Buffer.from([0xc3])]));
    assert.equal(encoding, 'windows-1252');
  });

  it('reads the same however the file is cut into pieces', async () => {
    const content = Buffer.from('URN,Name\r\n1,"É, ""x"""\r\n\r\n2,"two\r\nlines"\r3,"never closed\n4,D\n');
    const whole = await read(content);
    assert.deepEqual(whole.rows, [
      [2, '1', 'É, "x"'],
      [4, '2', 'two\nlines'],
      [7, '4', 'D'],
    ]);
    assert.deepEqual(
      whole.broken.map(({ line }) => line),
      [6],
    );
    for (let chunkBytes = 1; chunkBytes <= content.length; chunkBytes++) assert.deepEqual(await read(content, chunkBytes), whole);
  });
});

describe('a file that is not what it should be', () => {
  it('is refused when it does not exist, or is a folder', async () => {
    const missing = await openTable('nowhere.csv', SHAPE);
    assert.deepEqual(missing, {
      ok: false,
      reason: { kind: 'no-file', message: 'There is no file nowhere.csv.', remedy: 'Check its name and the folder you are in.' },
    });
    const folder = await openTable(import.meta.dirname, SHAPE);
    assert.equal(!folder.ok && folder.reason.kind, 'unreadable');
  });

  it('is refused when it is empty, or has only blank lines', async () => {
    assert.equal((await refusal('')).kind, 'empty');
    assert.equal((await refusal('\r\n \r\n')).kind, 'empty');
    assert.equal((await refusal('\ufeff')).kind, 'empty');
  });

  it('is refused when it is a spreadsheet, "Unicode text" or another binary', async () => {
    assert.match((await refusal(Buffer.from('PK\u0003\u0004rest'))).message, /zip file or a spreadsheet/);
    assert.match((await refusal(Buffer.from('\ufeffURN,Name', 'utf16le'))).message, /UTF-16/);
    assert.equal((await refusal(Buffer.from([1, 2, 0, 4]))).kind, 'not-text');
  });

  it('is refused with the names of the columns it lacks', async () => {
    assert.deepEqual(await refusal('\nName of it,Town\nA,B\n'), {
      kind: 'wrong-header',
      message: 'file.csv, line 2: the header has no columns "URN", "Name".',
      remedy: 'Get the right file.',
    });
  });

  it('is refused with advice to use commas when it uses semicolons', async () => {
    assert.match((await refusal('URN;Name\n1;A\n')).remedy, /separated by semicolons/);
  });

  it('is refused when it has a column that is read twice', async () => {
    assert.match((await refusal('URN,Name,Town,town\n1,A,B,C\n')).message, /"Town" more than once/);
  });
});

describe('the rows of a file', () => {
  it('are read by the names of the columns, in any order, whatever other columns there are', async () => {
    assert.deepEqual((await read('Other,NAME, urn \nx,A,1\n')).rows, [[2, '1', 'A']]);
  });

  it('keep their line numbers when blank lines, and rows of only commas, are passed over', async () => {
    assert.deepEqual(await read('URN,Name\n\n1,A\n   \n,\n2,B'), {
      rows: [
        [3, '1', 'A'],
        [6, '2', 'B'],
      ],
      broken: [],
      encoding: 'utf-8',
    });
  });

  it('are left out when they have too many or too few columns', async () => {
    const { rows, broken } = await read('URN,Name\n1\n2,B\n3,C,D\n');
    assert.deepEqual(rows, [[3, '2', 'B']]);
    assert.deepEqual(
      broken.map(({ line, message }) => [line, message]),
      [
        [2, 'The row has 1 column and the header has 2.'],
        [4, 'The row has 3 columns and the header has 2.'],
      ],
    );
  });

  it('lose one row, not all that follow, to a quotation mark that is never closed', async () => {
    const { rows, broken } = await read('URN,Name\n1,A\n2,"B\n3,"C, c"\n4,D\n5,"E"\n');
    assert.deepEqual(rows, [
      [2, '1', 'A'],
      [4, '3', 'C, c'],
      [5, '4', 'D'],
      [6, '5', 'E'],
    ]);
    assert.deepEqual(broken, [
      {
        line: 3,
        column: 'Name',
        message: 'A quotation mark is opened and never closed.',
        remedy: 'Put the whole value in quotation marks and write one inside it twice: "St ""Example""".',
        taken: false,
      },
    ]);
  });

  it('lose one row to a quotation mark that is never closed at the end of a long file', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => `${index},A`).join('\n');
    const { rows, broken } = await read(`URN,Name\nx,"open\n${many}\n`, 4096);
    assert.equal(rows.length, 3000);
    assert.deepEqual(
      broken.map(({ line }) => line),
      [2],
    );
  });

  it('lose one row to a quotation mark inside the text', async () => {
    const { rows, broken } = await read('URN,Name\n1,St "A"\n2,"B"b\n3,C\n');
    assert.deepEqual(rows, [[4, '3', 'C']]);
    assert.deepEqual(
      broken.map(({ line, column }) => [line, column]),
      [
        [2, 'Name'],
        [3, 'Name'],
      ],
    );
  });

  it('may span several lines inside quotation marks', async () => {
    assert.deepEqual((await read('URN,Name\n1,"A\n\nb"\n2,B\n')).rows, [
      [2, '1', 'A\n\nb'],
      [5, '2', 'B'],
    ]);
  });

  it('are left out when a line is longer than any row can be', async () => {
    const { rows, broken } = await read(`URN,Name\n1,${'x'.repeat(LONGEST_LINE * 3)}\n2,B\n`, 4096);
    assert.deepEqual(rows, [[3, '2', 'B']]);
    assert.deepEqual(
      broken.map(({ line }) => line),
      [2],
    );
  });
});
