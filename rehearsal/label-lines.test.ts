import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { linesWithin, widthOf } from './label-lines.ts';

describe('the lines of a label', () => {
  it('are one where there is room, else as few as needed, broken between words', () => {
    assert.deepEqual(linesWithin('Confirm participation', 13, 240), ['Confirm participation']);
    assert.deepEqual(linesWithin('Say whether the trust partnership that was recommended goes ahead (round\u00a02)', 13, 240), [
      'Say whether the trust partnership that',
      'was recommended goes ahead',
      '(round\u00a02)',
    ]);
  });

  it('break a word only when it is wider than a line', () => {
    assert.deepEqual(linesWithin('A WWWWWWWWWW here', 10, 50), ['A', 'WWWWW', 'WWWWW', 'here']);
  });

  it('leave nothing out and are never wider than the room, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 40, max: 300 }), (text, room) => {
        const lines = linesWithin(text, 13, room);
        assert.equal(lines.join('').replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''));
        for (const line of lines) assert.ok(widthOf(line, 13) <= room, `${line} is ${widthOf(line, 13)} wide`);
      }),
    );
  });
});
