import assert from 'node:assert/strict';
import { test } from 'vitest';
import { MOST_URNS, readUrnList } from './read-urn-list.ts';

const urns = (text: string) => {
  const read = readUrnList(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value.map(({ line, urn, text: written }) => `${line}: ${urn === '' ? `no URN, ${written}` : urn}`);
};

test('URNs are read however they are separated, each with its line', () => {
  assert.deepEqual(urns('990001, 990002\r\n990003;990004\n\n  990005\t990006 '), [
    '1: 990001',
    '1: 990002',
    '2: 990003',
    '2: 990004',
    '4: 990005',
    '4: 990006',
  ]);
});

test('in a file with a heading only the column of URNs counts, quotes and line ends inside other cells included', () => {
  assert.deepEqual(urns('\uFEFFName,URN,Note\r\n"Hill, St","990001","two\r\nlines 990009"\r\nOak,,\r\nElm,990002,'), [
    '3: 990001',
    '5: 990002',
  ]);
});

test('what is no URN stays in the list with its line, so that it can be pointed out', () => {
  assert.deepEqual(urns('990001\n99002\nHillside'), ['1: 990001', '2: no URN, 99002', '3: no URN, Hillside']);
});

test('an empty list, a broken file and too many schools are refused with what to do', () => {
  for (const [text, kind] of [
    ['  \n ', 'empty'],
    ['URN\n', 'empty'],
    ['URN,Name\n990001,"open', 'no-csv'],
    [Array.from({ length: MOST_URNS + 1 }, (_, at) => 100_000 + at).join('\n'), 'too-many'],
  ] as const) {
    const read = readUrnList(text);
    assert.ok(!read.ok);
    assert.equal(read.reason.kind, kind);
    assert.notEqual(read.reason.remedy, '');
  }
});
