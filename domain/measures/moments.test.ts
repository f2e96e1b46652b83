import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { began, corrected, opened, said } from '../../tests/kit/measured-events.ts';
import { plainDate } from '../time/plain-date.ts';
import { MEASURES, needsOf } from './evaluation.ts';
import { knownLife } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { occurrencesOf, records, stepsOfMoments } from './moments.ts';
import type { MomentId } from './moments.ts';

/** "place in the log, day" of each time that a moment came about. */
function times(id: MomentId, log: readonly MeasuredEvent[], asOf = '2023-01-31', first: MeasuredEvent = began('2022-09-05')) {
  const reading = { asOf: plainDate(asOf), knownAt: plainDate('2023-12-31') };
  const life = knownLife([first, ...log], reading) ?? assert.fail();
  return occurrencesOf(life, id, reading.asOf).map(({ order, on }) => `${order} ${on}`);
}

describe('a moment that is a fact of the start', () => {
  it('comes before all that is in the log, on its day, and not after the day of the report', () => {
    const judged = began('2022-09-05', { judgedOn: '2022-09-07' });
    assert.deepEqual(times('judged', [], '2022-09-06', judged), []);
    assert.deepEqual(times('judged', [], '2022-09-07', judged), ['-1 2022-09-07']);
    assert.deepEqual(times('judged', []), []);
    assert.deepEqual(times('judged', [], '2023-01-31', began('2022-09-05', { judgedOn: 'soon' })), []);
  });
});

describe('a moment that is the opening of a step', () => {
  it('comes about with each round of its steps, and of no other', () => {
    const log = [
      opened('engage', '2022-09-06'),
      opened('accept-deployment', '2022-09-12'),
      opened('accept-deployment', '2022-09-19', '2022-12-01', 2),
    ];
    assert.deepEqual(times('leader-asked', log), ['2 2022-09-12', '3 2022-09-19']);
    const [first] = occurrencesOf(
      knownLife([began('2022-09-05'), ...log], { asOf: plainDate('2023-01-31'), knownAt: plainDate('2023-01-31') }) ?? assert.fail(),
      'leader-asked',
      plainDate('2023-01-31'),
    );
    assert.deepEqual(first, { order: 2, on: '2022-09-12', step: 'accept-deployment', round: 1, answer: null });
  });
});

describe('a moment that is an answer', () => {
  it('comes about with one of its answers, to its own step', () => {
    const log = [
      said('agree-raf', 'agrees', '2022-09-12'),
      said('agree-match', 'another-nle', '2022-09-13'),
      said('agree-match', 'agrees', '2022-09-14', {}, 2),
    ];
    assert.deepEqual(times('matched', log), ['3 2022-09-14']);
    const declines = [said('introduce-programme', 'declines', '2022-09-12'), said('agree-match', 'declines', '2022-09-13')];
    assert.deepEqual(times('declined', declines), ['1 2022-09-12', '2 2022-09-13'], 'one of several steps is enough');
  });

  it('comes about on the day that its field names, else on that of the answer, up to the day of the report', () => {
    const visit = (fields: Readonly<Record<string, string>>) => [said('visit-school', 'visited', '2022-09-21', fields)];
    assert.deepEqual(times('visited', visit({ visitedOn: '2022-09-20' })), ['1 2022-09-20']);
    assert.deepEqual(times('visited', visit({})), ['1 2022-09-21']);
    assert.deepEqual(times('visited', visit({ visitedOn: '2022-09-20' }), '2022-09-20'), ['1 2022-09-20']);
    assert.deepEqual(times('visited', visit({ visitedOn: '2022-09-20' }), '2022-09-19'), []);
    assert.deepEqual(
      times('engaged', [said('engage', 'engages', '2022-09-12', { undefined: '2022-09-01' })]),
      ['1 2022-09-12'],
      'no field of it has a day',
    );
  });

  it('is corrected by what came after it and before the next, the last of these', () => {
    const visit = (on: string, round: number) => said('visit-school', 'visited', on, { visitedOn: on }, round);
    const fix = (to: string) => corrected('firstVisitOn', '2022-09-20', to, '2022-11-01');
    const log = [
      fix('2022-09-01'),
      visit('2022-09-20', 1),
      fix('2022-09-02'),
      fix('2022-09-19'),
      visit('2022-10-03', 2),
      fix('2022-10-02'),
    ];
    assert.deepEqual(times('visited', log), ['2 2022-09-19', '5 2022-10-02']);
    assert.deepEqual(times('visited', log.slice(0, 2)), ['2 2022-09-20'], 'what was corrected before it was another date');
    assert.deepEqual(
      times('visited', [visit('2022-09-20', 1), corrected('matchedOn', 'x', '2022-09-19', '2022-11-01')]),
      ['1 2022-09-20'],
      'another fact',
    );
    const two = [visit('2022-09-20', 1), visit('2022-10-03', 2), fix('2022-10-02')];
    assert.deepEqual(times('visited', two), ['1 2022-09-20', '2 2022-10-02'], 'the first keeps its date');
  });

  it('of a programme that does not record it never comes about', () => {
    for (const id of ['tsi-2021-22', 'rise-2026-27'])
      assert.deepEqual(
        times(
          'visited',
          [said('visit-school', 'visited', '2022-09-21')],
          '2023-01-31',
          began('2022-09-05', {}, 'D1', { programme: { id, version: 1 } }),
        ),
        [],
        id,
      );
  });
});

describe('what a programme records', () => {
  it('is all of the moments that are asked for, or not', () => {
    assert.deepEqual(
      [
        records('tsi-2021-22', ['engaged', 'matched']),
        records('tsi-2021-22', ['engaged', 'visited']),
        records('rise-2026-27', ['engaged']),
        records('rise-2026-27', []),
      ],
      [true, false, false, true],
    );
  });

  it('names the steps that are read for a moment, of every programme, each once', () => {
    assert.deepEqual(stepsOfMoments(['judged']), [], 'a fact is no step');
    assert.deepEqual(stepsOfMoments([]), []);
    assert.deepEqual(stepsOfMoments(['asked-to-take-up', 'engaged']), ['engage', 'take-up-offer', 'confirm-participation']);
    assert.deepEqual(stepsOfMoments(['contacted']), ['make-contact', 'make-contact-in-autumn']);
  });

  it('is asked for by the parts of measures: those of a time and of a tally, and the match for deployments of each leader', () => {
    const needs = Object.fromEntries(MEASURES.map(({ id, parts }) => [id, parts.map((part) => needsOf(part).join(' '))]));
    assert.deepEqual(
      [needs['M4'], needs['M6'], needs['M8'], needs['M19'], needs['M20'], needs['M23'], needs['M24']],
      [['matched date-agreed'], ['leader-declined'], ['matched'], [''], [''], [''], []],
    );
  });
});
