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
  return read.value.replaceAll(/\n[ \t]/g, '');
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
      read.value.split('\n').findIndex((line) => line.startsWith('DTSTART')),
      2,
    );
  });

  it('after any number of octets reads as it was written', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((line) => line.trim() !== '' && !/[\r\n\0\uFEFF]/.test(line));
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 80 }), fc.constantFrom('\r\n ', '\n ', '\r\n\t'), (line, octets, fold) => {
        const whole = `X:${line}`;
        assert.equal(unfolded(folded(whole, octets, fold)), whole);
      }),
    );
  });
});

it('bytes that are not UTF-8 are still refused', () => {
  const read = readText(Buffer.from([0x41, 0x0d, 0x0a, 0x20, 0xff]), 'x.ics');
  assert.ok(!read.ok);
});
