import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readText } from './read-text.ts';

/** A line folded after so many octets, as RFC 5545 has it, in the middle of a character or not. */
function folded(line: string, octets: number, fold: string): Buffer {
  const bytes = Buffer.from(line);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += octets) pieces.push(bytes.subarray(at, at + octets));
  return Buffer.concat(pieces.flatMap((piece, at) => (at === 0 ? [piece] : [Buffer.from(fold), piece])));
}

const unfolded = (bytes: Uint8Array) => {
  const read = readText(bytes, 'x.ics');
  assert.ok(read.ok, read.ok ? '' : read.reason.message);
  return read.value.text.replaceAll(/\n[ \t]/g, '');
};

describe('a line that is folded', () => {
  it('inside a character is read whole', () => {
    assert.equal(unfolded(folded('SUMMARY:École fermée – journée pédagogique', 9, '\r\n ')), 'SUMMARY:École fermée – journée pédagogique');
  });

  it('keeps the number of every line, wherever it is folded', () => {
    const bytes = folded('SUMMARY:Café', 12, '\r\n ');
    const read = readText(Buffer.concat([bytes, Buffer.from('\r\nDTSTART:x')]), 'x.ics');
    assert.ok(read.ok);
    assert.equal(
      read.value.text.split('\n').findIndex((line) => line.startsWith('DTSTART')),
      2,
    );
  });

  it('after any number of octets reads as it was written', () => {
    // A file with letters of phonetics and no other beyond ASCII is taken for Windows-1252: domain/decoded-text.ts says why.
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((line) => line.trim() !== '' && !/[\r\n\0\uFEFF\uFFFD\u0250-\u02AF]/.test(line));
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 80 }), fc.constantFrom('\r\n ', '\n ', '\r\n\t'), (line, octets, fold) => {
        const whole = `X:${line}`;
        assert.equal(unfolded(folded(whole, octets, fold)), whole);
      }),
    );
  });
});

describe('a file of dates in another encoding', () => {
  const notesOf = (...parts: readonly (string | number[])[]) => {
    const read = readText(Buffer.concat(parts.map((part) => Buffer.from(part as string))), 'x.yaml');
    assert.ok(read.ok, read.ok ? '' : read.reason.message);
    return read.value;
  };

  it('is read, and the line with the odd byte is to be looked at', () => {
    const { text, notes } = notesOf('name: Siân\nwhy: Ysgol ar gau – ', [0xc9], 'cole\n');
    assert.equal(text, 'name: Siân\nwhy: Ysgol ar gau – École\n');
    assert.deepEqual(notes, [
      {
        line: 2,
        text: 'To look at: The line is not in UTF-8 as most of the file is; it was read as Windows-1252: “why: Ysgol ar gau – École”.',
      },
    ]);
  });

  it('is said to be Windows-1252 where all of it is', () => {
    const { text, notes } = notesOf('name: Caf', [0xe9], '\nwhy: St Ethelbun', [0x92], 's\n');
    assert.equal(text, 'name: Café\nwhy: St Ethelbun’s\n');
    assert.deepEqual(notes, [{ line: 1, text: 'To look at: The file is not in UTF-8 and was read as Windows-1252: here “name: Café”.' }]);
  });

  it('is refused by its line when a byte is a character in neither', () => {
    const read = readText(Buffer.from([0x41, 0x0d, 0x0a, 0x20, 0x81]), 'x.ics');
    assert.equal(!read.ok && read.reason.message, 'x.ics:2:1: There is a character in it that no text has');
  });

  it('has nothing to be looked at in UTF-8', () => {
    assert.deepEqual(notesOf('\ufeffname: Siân\n'), { text: 'name: Siân\n', notes: [] });
  });
});
