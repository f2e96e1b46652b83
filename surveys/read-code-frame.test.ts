import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readCodes } from './read-code-frame.ts';

describe('the codes of a question', () => {
  it('are read in their order, a line each', () => {
    const read = readCodes('time: Time to think\npeople: Somebody to talk to\n', 'benefits.yaml');
    assert.ok(read.ok);
    assert.deepEqual(read.value, [
      { id: 'time', label: 'Time to think' },
      { id: 'people', label: 'Somebody to talk to' },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['words that are no list', 'Time to think'],
    ['a name with capitals', 'Time: Time to think'],
    ['a code twice', 'time: Time\ntime: Other time'],
    ['a code that means nothing', 'time: ""'],
    ['what is no YAML', 'time: [Time'],
    ['too many codes', Array.from({ length: 61 }, (_, at) => `c${at}: Code`).join('\n')],
  ])('are refused with %s, and the file is named', (_, text) => {
    const read = readCodes(text, 'benefits.yaml');
    assert.ok(!read.ok);
    assert.match(read.reason.message, /benefits\.yaml/);
    assert.notEqual(read.reason.remedy, '');
  });
});
