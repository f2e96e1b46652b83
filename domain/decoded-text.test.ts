import assert from 'node:assert/strict';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, it } from 'vitest';
import { assumedLines, countEncodings, decodeText, isBeyondAscii, wordsAround } from './decoded-text.ts';

const in1252 = (text: string) => iconv.encode(text, 'windows-1252');
const read = (...parts: readonly (string | Buffer)[]) => decodeText(Buffer.concat(parts.map((part) => Buffer.from(part))));

describe('a text whose encoding nobody names', () => {
  it('keeps its names when one byte of another encoding stands in it, and names the line of that byte', () => {
    assert.deepEqual(read('Zoë\nSiân\n', in1252('Renée'), '\nJo\n'), {
      text: 'Zoë\nSiân\nRenée\nJo\n',
      encoding: 'utf-8',
      odd: [{ line: 3, text: 'Renée' }],
    });
  });

  it('keeps them on the line of the byte itself, and however often that happens below half', () => {
    const { text, encoding, odd } = read('Zoë – ', in1252('Renée'), '\nSiân\nÉcole\n', in1252('St Ethelbun’s'), '\n');
    assert.equal(text, 'Zoë – Renée\nSiân\nÉcole\nSt Ethelbun’s\n');
    assert.equal(encoding, 'utf-8');
    assert.deepEqual(
      odd.map(({ line }) => line),
      [1, 4],
    );
  });

  it('is Windows-1252 when most of it is, and then names the lines that are UTF-8', () => {
    const { text, encoding, odd } = read(in1252('École\nRenée\nSt Ethelbun’s – “A”\n'), 'Zoë\n');
    assert.equal(text, 'École\nRenée\nSt Ethelbun’s – “A”\nZoë\n');
    assert.equal(encoding, 'windows-1252');
    assert.deepEqual(odd, [{ line: 4, text: 'Zoë' }]);
  });

  it('is not taken for UTF-8 because an apostrophe follows a capital with an accent', () => {
    assert.deepEqual(read(in1252('CAFÉ’S\nÉ')), { text: 'CAFÉ’S\nÉ', encoding: 'windows-1252', odd: [] });
    assert.deepEqual(read(in1252('CAFÉ’S ')), { text: 'CAFÉ’S ', encoding: 'windows-1252', odd: [] });
  });

  it('loses a byte order mark at its beginning and keeps a character that is cut off for somebody to see', () => {
    assert.deepEqual(read('\ufeffZoë'), { text: 'Zoë', encoding: 'utf-8', odd: [] });
    assert.equal(read('Zoë\nCaf', Buffer.from([0xc3])).odd[0]?.line, 2);
  });

  it('is judged in parts as it is whole, though a letter is cut between two of them or at the end', () => {
    const encodingOf = (...parts: readonly Uint8Array[]) => {
      const counts = countEncodings();
      for (const part of parts) counts.add(part);
      return counts.end();
    };
    const zoe = Buffer.from('Zoë');
    assert.equal(encodingOf(zoe.subarray(0, 3), zoe.subarray(3)), 'utf-8');
    assert.equal(encodingOf(in1252('Zo'), in1252('ë')), 'windows-1252');
    assert.equal(encodingOf(zoe.subarray(0, 3), zoe.subarray(3), Buffer.from(' Siân '), in1252('é')), 'utf-8');
    // “É’” in Windows-1252, cut between its two bytes.
    assert.equal(encodingOf(Buffer.from([0xc9]), Buffer.from([0x92])), 'windows-1252');
    assert.equal(encodingOf(Buffer.from([0x43, 0xc3])), 'windows-1252');
    assert.equal(encodingOf(Buffer.from('Zoe')), 'utf-8');
  });

  it('keeps letters of phonetics among others, and a mark in its middle', () => {
    assert.deepEqual(read('Zoë says [ə]'), { text: 'Zoë says [ə]', encoding: 'utf-8', odd: [] });
    assert.equal(read('Zoë \ufeff').text, 'Zoë \ufeff');
    assert.equal(read('Zoë\n ', in1252('Renée'), ' \n').odd[0]?.text, 'Renée');
  });

  it('is read as it was written, whichever of the two it was', () => {
    const words = fc
      .array(fc.constantFrom('Zoë ', 'École ', 'St Ethelbun’s ', '“A” ', '€5 – ', 'CAFÉ’S ', 'Jo\n', 'ÿ'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(words, (text) => {
        assert.equal(read(text).text, text);
        assert.equal(read(in1252(text)).text, text);
      }),
    );
  });
});

it('shows the words around the first letter that may have been misread', () => {
  assert.equal(wordsAround('Zoë'), 'Zoë');
  assert.equal(wordsAround(`${'a'.repeat(30)}é${'b'.repeat(60)}`), `…${'a'.repeat(20)}é${'b'.repeat(29)}…`);
  // Fifty characters from twenty before the letter, and nothing is left out.
  assert.equal(wordsAround(`é${'b'.repeat(49)}`), `é${'b'.repeat(49)}`);
  assert.equal(wordsAround(`${'a'.repeat(30)} ${'b'.repeat(19)}é ${'c'.repeat(28)} d`), `…${'b'.repeat(19)}é ${'c'.repeat(28)}…`);
  assert.deepEqual(['Zoe', 'Zoë'].map(isBeyondAscii), [false, true]);
});

describe('what was assumed of a text', () => {
  it('is nothing in UTF-8 or in plain letters', () => {
    assert.deepEqual(assumedLines(read('Zoë')), []);
    assert.deepEqual(assumedLines(read('Zoe')), []);
  });

  it('is told by the line that is in Windows-1252 where most of the file is in UTF-8', () => {
    const lines = assumedLines(read('Zoë Éa\n'.repeat(5), in1252('Renée\n'), 'École\n'.repeat(5)));
    assert.deepEqual(lines, [{ line: 6, text: 'The line is not in UTF-8 as most of the file is; it was read as Windows-1252: “Renée”.' }]);
  });

  it('is told of the very first line too', () => {
    assert.deepEqual(assumedLines(read(in1252('École\n'))), [
      { line: 1, text: 'The file is not in UTF-8 and was read as Windows-1252: here “École”.' },
    ]);
  });

  it('is told by the first letter of Windows-1252, and by each line that is otherwise', () => {
    assert.deepEqual(assumedLines(read('Jo\n', in1252('École\nRenée\n'), 'Zoë\n')), [
      { line: 2, text: 'The file is not in UTF-8 and was read as Windows-1252: here “École”.' },
      { line: 4, text: 'The line is not in Windows-1252 as most of the file is; it was read as UTF-8: “Zoë”.' },
    ]);
  });
});
