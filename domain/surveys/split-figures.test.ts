import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { shippedSurvey } from '../../tests/kit/surveys.ts';
import type { Strata, Stratum } from './population.ts';
import { splitFigures } from './split-figures.ts';
import type { AskedGroup, SplitResponse } from './split-figures.ts';
import { FIRST_SPLIT, splitsOf } from './splits.ts';
import { readSubmission } from './submission.ts';
import { LEAST_BASE, LEAST_COUNT } from './suppress.ts';
import { waveFigures } from './wave-figures.ts';

const feedback = shippedSurvey('tsi-2021-22-feedback');
const EACH = new Set(feedback.audiences.map(({ id }) => id));

/** So many leaders of schools of a place in the record, who gave these answers. */
function heads(count: number, strata: Strata, given: Readonly<Record<string, string>>): readonly SplitResponse[] {
  const read = readSubmission(feedback, {
    R1: 'school-leader',
    ...Object.fromEntries(Object.entries(given).map(([field, value]) => [`school-leader.${field}`, value])),
  });
  const response = read.ok ? read.value : assert.fail(JSON.stringify(read.reason));
  return Array.from({ length: count }, () => ({ ...response, strata }));
}
/** So many of a region who were satisfied with the relevance, or were not. */
const satisfied = (count: number, region: string | null, how: 'satisfied' | 'dissatisfied', more: Strata = {}) =>
  heads(count, { ...(region === null ? {} : { region }), ...more }, { 'S.S6': how });

const STRATA_ASKED: readonly Stratum[] = ['region', 'phase', 'status', 'programme', 'stage'];
/** Every group that responses tell, each with so many who were asked, and told unless it is named. */
const askedOf = (responses: readonly SplitResponse[], untold: readonly string[] = []): readonly AskedGroup[] =>
  STRATA_ASKED.flatMap((stratum) =>
    [...Map.groupBy(responses, ({ strata }) => strata[stratum] ?? '')].map(([value, of]) => ({
      ...{ audience: 'school-leader', stratum, value, asked: 2 * of.length, told: !untold.includes(value) },
    })),
  );

const splitsShown = (responses: readonly SplitResponse[], first = FIRST_SPLIT, untold: readonly string[] = []) =>
  splitFigures(
    feedback,
    responses,
    waveFigures(feedback, responses, EACH, 'of-counts'),
    splitsOf(feedback, first),
    askedOf(responses, untold),
  );
const shownOf = (...given: Parameters<typeof splitsShown>) =>
  splitsShown(...given).flatMap(({ by, rows }) =>
    rows.map(({ groupTitle, count, base, percent }) => `${by} ${groupTitle}: ${count} of ${base} (${percent}%)`),
  );

const NORTH = [...satisfied(12, 'North', 'satisfied'), ...satisfied(8, 'North', 'dissatisfied')];
const SOUTH = [...satisfied(15, 'South', 'satisfied'), ...satisfied(15, 'South', 'dissatisfied')];

describe('the figures of a wave by region', () => {
  it('count of each region how many gave the answers that are shown together', () => {
    assert.deepEqual(shownOf([...NORTH, ...SOUTH]), ['region North: 12 of 20 (60%)', 'region South: 15 of 30 (50%)']);
  });

  it('leave a small count unsaid, and the next smallest region with it, from which it would follow', () => {
    const east = [...satisfied(4, 'East', 'satisfied'), ...satisfied(21, 'East', 'dissatisfied')];
    assert.deepEqual(shownOf([...NORTH, ...SOUTH, ...east]), ['region South: 15 of 30 (50%)']);
  });

  it('leave a third unsaid where the first two would tell that nearly everybody in them said the same', () => {
    const east = [...satisfied(28, 'East', 'satisfied'), ...satisfied(2, 'East', 'dissatisfied')];
    assert.deepEqual(shownOf([...NORTH, ...SOUTH, ...east, ...satisfied(12, 'West', 'satisfied')]), ['region South: 15 of 30 (50%)']);
  });

  it('say nothing where one region alone could stay unsaid', () => {
    assert.deepEqual(shownOf([...NORTH, ...satisfied(3, 'East', 'satisfied')]), []);
  });

  it('leave out a region in which too few did not answer, and responses that tell no region', () => {
    const west = [...satisfied(6, 'West', 'satisfied'), ...satisfied(6, 'West', 'dissatisfied')];
    assert.deepEqual(shownOf([...NORTH, ...SOUTH, ...west, ...satisfied(6, null, 'satisfied')], 'region', ['West']), [
      'region North: 12 of 20 (60%)',
      'region South: 15 of 30 (50%)',
    ]);
  });

  it('are none where no response tells a region, as at the end of deployments', () => {
    assert.deepEqual(shownOf([...satisfied(20, null, 'satisfied'), ...satisfied(20, null, 'dissatisfied')]), []);
  });
});

describe('the figures of a wave by several splits', () => {
  /** Of each region and phase as many as are given: satisfied, dissatisfied. */
  const crossed = (table: Readonly<Record<string, readonly [number, number]>>) =>
    Object.entries(table).flatMap(([place, [yes, no]]) => {
      const [region = '', phase = ''] = place.split(' ');
      return [...satisfied(yes, region, 'satisfied', { phase }), ...satisfied(no, region, 'dissatisfied', { phase })];
    });

  it('stand beside each other where every part that they make is large enough', () => {
    const large = crossed({ 'North Primary': [20, 10], 'North Secondary': [9, 7], 'South Primary': [12, 12], 'South Secondary': [6, 5] });
    assert.deepEqual(shownOf(large), [
      'region North: 29 of 46 (63%)',
      'region South: 18 of 35 (51%)',
      'phase Primary: 32 of 54 (59%)',
      'phase Secondary: 15 of 27 (56%)',
    ]);
  });

  it('are left out where three people of one region would follow from the phases, and are shown when they come first', () => {
    const nearly = crossed({ 'North Primary': [20, 20], 'South Secondary': [20, 20], 'South Primary': [3, 0] });
    assert.deepEqual(shownOf(nearly), ['region North: 20 of 40 (50%)', 'region South: 23 of 43 (53%)']);
    assert.deepEqual(shownOf(nearly, 'phase'), ['phase Primary: 23 of 43 (53%)', 'phase Secondary: 20 of 40 (50%)']);
  });

  it('are by what people answered too: the focus by the match, and no other row by it', () => {
    const both = (count: number, match: string, focus: string) => heads(count, {}, { 'S.S4': match, 'S.S5': focus, 'S.S6': focus });
    const responses = [
      ...both(30, 'satisfied', 'satisfied'),
      ...both(6, 'very-satisfied', 'neither'),
      ...both(7, 'dissatisfied', 'satisfied'),
      ...both(12, 'neither', 'dissatisfied'),
    ];
    assert.deepEqual(
      splitsShown(responses).flatMap(({ by, rows }) => rows.map((row) => [by, row.title, row.groupTitle, row.count, row.base])),
      [
        ['match', 'The focus of the support', 'Were satisfied or very satisfied', 30, 36],
        ['match', 'The focus of the support', 'Gave another answer', 7, 19],
      ],
    );
  });

  it('are by the kind of school, of every row that has answers shown together', () => {
    const of = (count: number, kind: string, discussed: string) => heads(count, {}, { R2: kind, P1: discussed });
    const responses = [
      ...of(7, 'sat', 'yes'),
      ...of(6, 'sat', 'no'),
      ...of(31, 'la-maintained', 'yes'),
      ...of(15, 'la-maintained', 'unsure'),
    ];
    assert.deepEqual(shownOf(responses), [
      'kind-of-school Maintained by a local authority, including voluntary aided, voluntary controlled and foundation schools: 31 of 46 (67%)',
      'kind-of-school Single-academy trust: 7 of 13 (54%)',
    ]);
    const few = [...responses, ...of(3, 'other', 'yes')];
    assert.ok(!shownOf(few).some((words) => words.includes('Something else')));
  });

  it('show no group of an answer whose own count is not shown', () => {
    const of = (count: number, match: string, focus: string) => heads(count, {}, { 'S.S4': match, 'S.S5': focus });
    // 4 were not satisfied with the match, so that how many were is not said.
    assert.deepEqual(shownOf([...of(30, 'satisfied', 'satisfied'), ...of(10, 'satisfied', 'neither'), ...of(4, 'neither', 'neither')]), []);
  });

  it('let nobody who knows everybody’s place learn of few, whatever is added to what is shown or taken from it', () => {
    const someone = fc.record({
      region: fc.constantFrom('N', 'N', 'S', null),
      phase: fc.constantFrom('P', 'P', 'Q', null),
      status: fc.constantFrom('X', 'X', 'Y'),
      programme: fc.constantFrom('A', 'A', 'A', 'B'),
      gave: fc.constantFrom(true, true, false),
    });
    // Places that imply each other, as a programme that runs in one region only, are where differences tell most.
    const alike = fc.nat(3);
    let severalShown = 0;
    fc.assert(
      fc.property(fc.array(someone, { minLength: 30, maxLength: 260, size: 'max' }), alike, fc.nat(5), (people, how, exceptions) => {
        const responses = people.flatMap(({ region, phase, status, programme, gave }, at) => {
          const tied =
            how === 0 || at < exceptions
              ? {}
              : how === 1
                ? { programme: region === 'N' ? 'A' : 'B' }
                : how === 2
                  ? { phase: region === 'N' ? 'P' : 'Q' }
                  : { status: phase === 'P' ? 'X' : 'Y' };
          const strata = Object.fromEntries(
            Object.entries({ region, phase, status, programme, ...tied }).filter(([, value]) => value !== null),
          );
          return satisfied(1, null, gave ? 'satisfied' : 'dissatisfied', strata);
        });
        const net = (one: SplitResponse) => one.answers.some(({ option }) => option === 'satisfied');
        const tables = splitsShown(responses);
        if (new Set(tables.map(({ by }) => by)).size > 1) severalShown += 1;
        const sets = tables.flatMap(({ by, rows }) =>
          rows.map(({ group, base, count }) => {
            const members = responses.filter(({ strata }) => strata[by as Stratum] === group);
            assert.deepEqual([base, count], [members.length, members.filter(net).length]);
            return members;
          }),
        );
        if (sets.length === 0) return;
        // Everybody, and each shown group: added, left out or taken away, in every way there is.
        const places = [...Map.groupBy(responses, (one) => JSON.stringify([...sets.map((set) => set.includes(one))])).entries()].map(
          ([place, of]) => ({ in: [true, ...(JSON.parse(place) as boolean[])], base: of.length, count: of.filter(net).length }),
        );
        const isSmall = (count: number) => count > 0 && count < LEAST_COUNT;
        for (let code = 1; code < 3 ** (sets.length + 1); code++) {
          const signs = Array.from({ length: sets.length + 1 }, (_, at) => (Math.floor(code / 3 ** at) % 3) - 1);
          const found = places.map((place) => ({
            ...place,
            times: signs.reduce((sum, sign, at) => sum + (place.in[at] === true ? sign : 0), 0),
          }));
          if (found.some(({ times }) => times < 0 || times > 1)) continue;
          const learned = found.filter(({ times }) => times === 1);
          if (learned.length === 0) continue;
          const [base, count] = [learned.reduce((sum, one) => sum + one.base, 0), learned.reduce((sum, one) => sum + one.count, 0)];
          assert.ok(base >= LEAST_BASE && !isSmall(count) && !isSmall(base - count), `${count} of ${base} follows from ${signs.join(' ')}`);
        }
      }),
      { numRuns: 150 },
    );
    assert.ok(severalShown > 20, `only ${severalShown} had more than one split`);
  });
});
