import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { barPicture, linePicture } from './chart-picture.ts';

const bar = (value: number, more: Partial<Parameters<typeof barPicture>[0][number]> = {}) => ({
  label: 'North West',
  value,
  words: String(value),
  of: null,
  tick: null,
  ...more,
});

describe('bars', () => {
  it('are as long as their numbers say, on one scale', () => {
    const { rows } = barPicture([bar(20, { of: 80 }), bar(40, { tick: 60 })]);
    assert.deepEqual(
      rows.map(({ long, outline, tick }) => ({ long, outline, tick })),
      [
        { long: 74.5, outline: 298, tick: null },
        { long: 149, outline: null, tick: 223.5 },
      ],
    );
  });

  it('stay within the picture, below each other, with a name that leaves room for its words', () => {
    const row = fc.record({
      label: fc.string({ maxLength: 90 }),
      value: fc.nat(9_999),
      of: fc.option(fc.nat(9_999)),
      tick: fc.option(fc.nat(9_999)),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 15 }), (given) => {
        const { rows, width, height } = barPicture(given.map((one) => ({ ...one, words: `${one.value} of ${one.of ?? 0}` })));
        for (const [at, { long, outline, tick, barAt, barHeight, top, label, words }] of rows.entries()) {
          for (const end of [long, outline ?? 0, tick ?? 0]) assert.ok(end >= 0 && end <= width);
          assert.ok(barAt + barHeight <= (rows[at + 1]?.top ?? height) && top >= 0);
          assert.ok((label.length + words.length) * 6 < width);
        }
      }),
    );
  });

  it('of nothing are drawn, with no length', () => {
    assert.equal(barPicture([bar(0)]).rows[0]?.long, 0);
    assert.equal(barPicture([]).height, 0);
  });
});

describe('lines', () => {
  it('go through the numbers, upwards, from a scale that begins at 0', () => {
    const { grid, series, names } = linePicture(['5 Oct', '12 Oct', '19 Oct'], [{ name: 'Late', mark: 'circle', values: [0, 5, 10] }]);
    assert.deepEqual(
      grid.map(({ text }) => text),
      ['0', '2', '4', '6', '8', '10'],
    );
    assert.equal(series[0]?.path, 'M40,166L167,88L294,10');
    assert.deepEqual(names, [
      { x: 40, text: '5 Oct', anchor: 'start' },
      { x: 167, text: '12 Oct', anchor: 'middle' },
      { x: 294, text: '19 Oct', anchor: 'end' },
    ]);
  });

  it('have marks only as long as these do not run into each other', () => {
    const of = (weeks: number) =>
      linePicture(
        Array.from({ length: weeks }, (_, at) => `week ${at}`),
        [{ name: 'Calls', mark: 'square', values: Array.from({ length: weeks }, () => 1) }],
      ).series[0]?.points.length;
    assert.equal(of(26), 26);
    assert.equal(of(52), 0);
  });

  it('of one week are a point', () => {
    const { series, names } = linePicture(['5 Oct'], [{ name: 'Late', mark: 'circle', values: [3] }]);
    assert.equal(series[0]?.points.length, 1);
    assert.equal(names.length, 1);
  });
});
