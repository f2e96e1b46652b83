import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { began, corrected, ended, moved, opened, rematched, resumed, said, stopped, takenBack } from '../../tests/kit/measured-events.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { plainDate } from '../time/plain-date.ts';
import { MEASURE_IDS, MEASURES, measureNamed } from './evaluation.ts';
import type { MeasureId, Stratum } from './evaluation.ts';
import { knownLife } from './known-life.ts';
import type { MeasuredEvent, Reading } from './known-life.ts';
import { figureWords } from './long-rows.ts';
import { quantifier } from './quantifiers.ts';
import { beginCounting, TOGETHER } from './report.ts';
import type { Figure } from './spells.ts';
import type { School } from './tally.ts';

const SCHOOL: School = { region: 'London', phase: 'primary', type: 'Academies', surroundings: 'rural', inTrust: true };
/** The figures of a table of a measure, in the line of all together or of a stratum. */
function figuresOf(
  id: MeasureId,
  table: string,
  logs: readonly (readonly MeasuredEvent[])[],
  on: string,
  { knownAt = on, by = 'all', stratum = TOGETHER }: { readonly knownAt?: string; readonly by?: Stratum; readonly stratum?: string } = {},
): Readonly<Record<string, Figure>> {
  const reading: Reading = { asOf: plainDate(on), knownAt: plainDate(knownAt) };
  const counting = beginCounting({ measure: measureNamed(id) ?? assert.fail(), by, asOf: reading.asOf, calendarOf: () => CALENDAR });
  for (const events of logs) {
    const life = knownLife(events, reading);
    if (life !== null) counting.add({ life, school: SCHOOL, leaderOn: () => null });
  }
  const section =
    counting.sections().find((one) => one.id === table) ??
    assert.fail(
      counting
        .sections()
        .map((one) => one.id)
        .join(),
    );
  return section.lines.find((line) => line.stratum === stratum)?.figures ?? {};
}
const valuesOf = (figures: Readonly<Record<string, Figure>>, ...ids: readonly string[]) => ids.map((id) => figures[id]?.value);

const ENGAGED = [began('2022-09-05'), opened('engage', '2022-09-06'), said('engage', 'engages', '2022-09-12')];
const visited = (on: string, visitedOn: string) => said('visit-school', 'visited', on, { visitedOn });

describe('the definitions', () => {
  it('are all there, each with its source, its mark and the rule for what is still waited for', () => {
    assert.deepEqual(
      MEASURES.map(({ id }) => id),
      MEASURE_IDS,
    );
    for (const { id, title, definition, unit, start, end, censoring, strata, source } of MEASURES) {
      assert.ok(
        [title, definition, unit, start, end, censoring, source].every((words) => words.length > 3),
        id,
      );
      assert.equal(strata[0], 'all', id);
    }
  });
});

describe('a time from one moment to another', () => {
  const counts = ['begun', 'reached', 'closed', 'open', 'before-it-began'] as const;

  it('is 0 days when both come on one day, and is reached', () => {
    const log = [...ENGAGED, visited('2022-09-14', '2022-09-12')];
    assert.deepEqual(valuesOf(figuresOf('M2', 'time-1-counts', [log], '2022-10-01'), ...counts), [1, 1, 0, 0, 0]);
    assert.equal(figuresOf('M2', 'time-1-days-calendar-all', [log], '2022-10-01')['half']?.value, 0);
  });

  it('counts 0 days, and says so, when the end is dated before the beginning', () => {
    const log = [...ENGAGED, visited('2022-09-14', '2022-09-01')];
    assert.deepEqual(valuesOf(figuresOf('M2', 'time-1-counts', [log], '2022-10-01'), ...counts), [1, 1, 0, 0, 1]);
    assert.equal(figuresOf('M2', 'time-1-days-working-all', [log], '2022-10-01')['half']?.value, 0);
  });

  it('keeps what is still waited for as far as it was followed, and what was closed up to that day', () => {
    // Two reached after 10 days, one closed after 5 when the school was judged good, one open.
    const reached = [...ENGAGED, visited('2022-09-22', '2022-09-22')];
    const good = [...ENGAGED, ended('not-eligible', '2022-09-17')];
    const logs = [reached, reached, good, ENGAGED];
    assert.deepEqual(valuesOf(figuresOf('M2', 'time-1-counts', logs, '2022-10-01'), ...counts), [4, 2, 1, 1, 0]);
    const days = figuresOf('M2', 'time-1-days-calendar-all', logs, '2022-10-01');
    // Of the three followed for 10 days two are done: a third is open, so half are, three quarters are not yet.
    assert.deepEqual(days, { quarter: { value: 10, base: 4 }, half: { value: 10, base: 4 }, 'three-quarters': { value: null, base: 4 } });
    const within = figuresOf('M2', 'time-1-within-all', logs, '2022-10-01');
    assert.equal(within['within-30']?.value, null, 'nobody was followed for 30 days');
    const later = figuresOf('M2', 'time-1-within-all', logs, '2022-12-01')['within-30'];
    assert.ok(Math.abs((later?.value ?? 0) - 2 / 3) < 1e-9);
  });

  it('leaves out days on which the clock was stopped, each once, and counts them where pauses are counted', () => {
    const log = [
      ...ENGAGED,
      stopped(1, '2022-09-13'),
      stopped(2, '2022-09-15'),
      resumed(1, '2022-09-16'),
      resumed(2, '2022-09-19'),
      visited('2022-09-22', '2022-09-22'),
    ];
    assert.equal(figuresOf('M2', 'time-1-days-calendar-all', [log], '2022-10-01')['half']?.value, 10);
    assert.equal(figuresOf('M2', 'time-1-days-calendar-net', [log], '2022-10-01')['half']?.value, 4);
    assert.equal(figuresOf('M2', 'time-1-days-working-net', [log], '2022-10-01')['half']?.value, 4);
  });

  it('begins before the record, where its day is a fact, and says of how many it is not known', () => {
    const known = [
      began('2022-09-05', { tier: 'tier-1', judgedOn: '2022-03-01' }),
      opened('contact-school', '2022-09-06'),
      said('contact-school', 'contacted', '2022-09-12'),
    ];
    const unknown = [began('2022-09-05'), opened('contact-school', '2022-09-06')];
    const figures = figuresOf('M1', 'time-1-counts', [known, unknown], '2022-10-01');
    assert.deepEqual(valuesOf(figures, 'begun', 'reached', 'beginning-not-known'), [1, 1, 1]);
    assert.equal(figuresOf('M1', 'time-1-days-calendar-all', [known, unknown], '2022-10-01')['half']?.value, 195);
  });

  it('ends with a rematch, and is timed anew from the next match', () => {
    const log = [
      ...ENGAGED,
      said('agree-match', 'agrees', '2022-09-20'),
      opened('make-contact', '2022-09-20', '2022-10-04'),
      rematched('2022-10-03'),
      said('agree-match', 'agrees', '2022-10-20', {}, 2),
      opened('make-contact', '2022-10-20', '2022-11-03', 2),
      said('make-contact', 'contacted', '2022-10-27', { contactedOn: '2022-10-25' }, 2),
    ];
    assert.deepEqual(valuesOf(figuresOf('M3', 'time-1-counts', [log], '2022-12-01'), ...counts), [2, 1, 1, 0, 0]);
    assert.equal(figuresOf('M3', 'time-1-days-calendar-all', [log], '2022-12-01')['quarter']?.value, 5);
    assert.deepEqual(valuesOf(figuresOf('M3', 'time-1-counts', [log], '2022-10-02'), ...counts), [1, 0, 0, 1, 0]);
    assert.deepEqual(
      valuesOf(figuresOf('M3', 'time-1-counts', [log], '2022-10-04'), ...counts),
      [1, 0, 1, 0, 0],
      'nobody is waited for any more',
    );
  });

  it('is late against the current and the original due date, each by itself', () => {
    const log = [
      ...ENGAGED,
      said('agree-match', 'agrees', '2022-09-20'),
      opened('make-contact', '2022-09-20', '2022-10-04'),
      moved('make-contact', '2022-10-03', '2022-11-01'),
      said('make-contact', 'contacted', '2022-10-20', { contactedOn: '2022-10-20' }),
    ];
    assert.deepEqual(valuesOf(figuresOf('M3', 'time-1-late', [log], '2022-12-01'), 'late-by-current', 'late-by-original'), [0, 1]);
    // A second round can begin with an extension: its original due date is that of the programme alone.
    const extended = [
      ...ENGAGED,
      said('agree-match', 'agrees', '2022-09-20'),
      opened('make-contact', '2022-09-20', '2022-11-01', 1, { originalDueOn: plainDate('2022-10-04') }),
    ];
    assert.deepEqual(valuesOf(figuresOf('M3', 'time-1-late', [extended], '2022-10-10'), 'late-by-current', 'late-by-original'), [0, 1]);
  });
});

describe('as known then and as known now', () => {
  it('a visit that was recorded late was not known then, and is known now', () => {
    const log = [...ENGAGED, visited('2022-10-05', '2022-09-20')];
    assert.equal(figuresOf('M2', 'time-1-counts', [log], '2022-10-01')['open']?.value, 1);
    assert.equal(figuresOf('M2', 'time-1-counts', [log], '2022-10-01', { knownAt: '2022-10-05' })['reached']?.value, 1);
  });

  it('a date that was corrected, and an answer that was taken back, count as they stood on the day', () => {
    const log = [
      ...ENGAGED,
      opened('visit-school', '2022-09-19'),
      visited('2022-09-21', '2022-09-20'),
      corrected('firstVisitOn', '2022-09-20', '2022-09-26', '2022-10-10'),
      takenBack('visit-school', 'visited', '2022-10-20', { facts: { firstVisitOn: null } }),
    ];
    const half = (knownAt: string) => figuresOf('M2', 'time-1-days-calendar-all', [log], '2022-09-30', { knownAt })['half']?.value;
    assert.deepEqual([half('2022-09-30'), half('2022-10-10'), half('2022-10-20')], [8, 14, null]);
    assert.equal(figuresOf('M2', 'time-1-counts', [log], '2022-09-30', { knownAt: '2022-10-20' })['open']?.value, 1);
  });

  it('what was taken in from elsewhere was known from that day on', () => {
    const log: readonly MeasuredEvent[] = [
      ...ENGAGED,
      visited('2022-09-21', '2022-09-20'),
      { type: 'deployment-taken-in', at: '2022-11-01T10:00:00.000Z', by: 'p' },
    ];
    assert.deepEqual(figuresOf('M2', 'time-1-counts', [log], '2022-10-01')['begun'], { value: 0, base: 0 });
    assert.equal(figuresOf('M2', 'time-1-counts', [log], '2022-10-01', { knownAt: '2022-11-01' })['reached']?.value, 1);
  });

  it('a tier that was corrected puts the deployment into the tier that was known', () => {
    const log = [...ENGAGED, corrected('tier', 'tier-2', 'tier-3', '2022-10-10')];
    const begun = (stratum: string, knownAt: string) =>
      figuresOf('M2', 'time-1-counts', [log], '2022-10-01', { by: 'tier', stratum, knownAt })['begun']?.value;
    assert.deepEqual([begun('tier-2', '2022-10-01'), begun('tier-3', '2022-10-10')], [1, 1]);
    assert.equal(begun('tier-2', '2022-10-10'), undefined);
  });
});

describe('forms and interventions', () => {
  const intervention = (n: number, more: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries({
        cost: '100000',
        source: 'tailored',
        area: 'maths',
        measure: 'm',
        completedBy: '2023-01-01',
        startsOn: '2022-11-01',
        ...more,
      }).map(([id, value]) => [`interventions.${n}.${id}`, value]),
    );
  const sent = (on: string, fields: Readonly<Record<string, string>>, round = 1) => said('prepare-raf', 'sent', on, fields, round);

  it('a form approved and amended counts once, on the day of its first approval', () => {
    const log = [
      ...ENGAGED,
      sent('2022-10-03', intervention(1, {})),
      said('decide-raf', 'approves', '2022-10-20'),
      sent('2022-11-03', intervention(1, {}), 2),
      said('decide-raf', 'approves', '2022-12-20', {}, 2),
    ];
    assert.deepEqual(figuresOf('M14', 'approvals', [log], '2023-01-31'), { '2022-10': { value: 1, base: 1 } });
    assert.equal(figuresOf('M13', 'time-1-days-calendar-all', [log], '2023-01-31')['half']?.value, 17);
  });

  it('a form refused and abandoned is followed up to the end, and is in the number of all forms', () => {
    const log = [
      ...ENGAGED,
      sent('2022-10-03', intervention(1, {})),
      said('decide-raf', 'refuses', '2022-10-20', { parts: 'cost' }),
      ended('withdrawn', '2022-11-01'),
    ];
    assert.deepEqual(valuesOf(figuresOf('M13', 'time-1-counts', [log], '2023-01-31'), 'reached', 'closed'), [0, 1]);
    assert.deepEqual(figuresOf('M10', 'refused-parts', [log], '2023-01-31')['cost'], { value: 1, base: 1 });
  });

  it('funding that was approved and never spent begins nothing', () => {
    const log = [...ENGAGED, sent('2022-10-03', intervention(1, {})), said('decide-raf', 'approves', '2022-10-20')];
    assert.deepEqual(figuresOf('M17', 'begun-early', [log], '2023-01-31'), { early: { value: 0, base: 0 } });
  });

  it('half from the own school is permitted, and more is flagged', () => {
    const half = [
      ...ENGAGED,
      sent('2022-10-03', { ...intervention(1, { ownSchool: 'yes', ownSchoolCost: '100000' }), ...intervention(2, {}) }),
    ];
    const more = [
      ...ENGAGED,
      sent('2022-10-03', { ...intervention(1, { ownSchool: 'yes', ownSchoolCost: '100000' }), ...intervention(2, { cost: '99999' }) }),
    ];
    assert.deepEqual(valuesOf(figuresOf('M16', 'over-half-own', [half, more], '2023-01-31'), 'over', 'some', 'none'), [1, 1, 0]);
    assert.deepEqual(figuresOf('M16', 'own-school-cost', [half], '2023-01-31'), { own: { value: 100_000, base: 200_000 } });
  });

  it('says what was missing at first, of each intervention', () => {
    const log = [
      ...ENGAGED,
      sent('2022-10-03', {
        ...intervention(1, { cost: '' }),
        ...intervention(2, { completedBy: '', measure: '' }),
        ...intervention(10, {}),
      }),
      sent('2022-11-03', intervention(1, {}), 2),
    ];
    assert.deepEqual(
      valuesOf(figuresOf('M18', 'missing-at-first', [log], '2023-01-31'), 'cost', 'dates', 'measure', 'nothing'),
      [1, 1, 1, 1],
    );
  });

  it('a part sent back twice in a row is the same gap again; with another return between it is not', () => {
    const returns = (on: string, parts: string, round: number) => said('check-raf', 'returns', on, { parts }, round);
    const log = [...ENGAGED, returns('2022-10-03', 'cost\ndates', 1), returns('2022-10-10', 'dates', 2), returns('2022-10-17', 'cost', 3)];
    assert.deepEqual(valuesOf(figuresOf('M11', 'returned-again', [log], '2023-01-31'), 'any', 'dates', 'cost'), [1, 1, 0]);
  });
});

describe('other measures', () => {
  it('a school supported twice has two deployments, and the first ran when the second began', () => {
    const late = [began('2022-09-05', {}, 'D1'), ended('completed', '2022-12-01')];
    const second = [began('2022-11-01', {}, 'D2')];
    const third = [began('2022-12-02', {}, 'D3'), ended('completed', '2022-12-05')];
    const onTheLastDay = [began('2022-12-01', {}, 'D4'), ended('completed', '2022-12-01')];
    const figures = figuresOf('M23', 'at-once', [late, second, third, onTheLastDay], '2023-01-31');
    assert.deepEqual(valuesOf(figures, '0', '1', '2-or-more'), [1, 2, 1]);
  });

  it('a programme that does not keep a measure is left out and named, and nothing is made up', () => {
    const other: MeasuredEvent = began('2022-09-05', {}, 'D1', { programme: { id: 'rise-2026-27', version: 1 } });
    const reading: Reading = { asOf: plainDate('2022-10-01'), knownAt: plainDate('2022-10-01') };
    const counting = beginCounting({
      measure: measureNamed('M2') ?? assert.fail(),
      by: 'all',
      asOf: reading.asOf,
      calendarOf: () => CALENDAR,
    });
    counting.add({ life: knownLife([other], reading) ?? assert.fail(), school: SCHOOL, leaderOn: () => null });
    assert.deepEqual([...counting.notKept()], [['rise-2026-27', { deployments: 1, version: 1 }]]);
    assert.equal(counting.sections()[0]?.lines[0]?.figures['begun']?.value, 0);
  });
});

describe('words for shares', () => {
  it('come from the declared scale, at its bounds', () => {
    const words = [
      [0, 10],
      [1, 10],
      [2, 10],
      [3, 15],
      [4, 15],
      [6, 15],
      [7, 15],
      [9, 15],
      [10, 15],
      [9, 10],
      [14, 15],
      [15, 15],
    ] as const;
    assert.deepEqual(
      words.map(([count, base]) => quantifier(count, base)),
      ['none', 'a few', 'a few', 'a few', 'some', 'some', 'about half', 'about half', 'most', 'most', 'nearly all', 'all'],
    );
    assert.equal(quantifier(9, 9), null);
    assert.throws(() => quantifier(3, 2), /^RangeError: 3 is not a part of 2\.$/);
    assert.throws(() => quantifier(-1, 10), /^RangeError: -1 is not a part of 10\.$/);
  });

  it('never fall when the count rises', () => {
    const order = ['none', 'a few', 'some', 'about half', 'most', 'nearly all', 'all'];
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 400 }), fc.nat(399), (base, given) => {
        const count = given % base;
        assert.ok(order.indexOf(quantifier(count, base) ?? '') <= order.indexOf(quantifier(count + 1, base) ?? ''));
      }),
    );
  });

  it('numbers say what they are a part of, and a dash stands for none', () => {
    assert.equal(figureWords('count', { value: 1, base: 8 }), '1 of 8 (13%)');
    assert.equal(figureWords('pence', { value: 160_050, base: 400_000 }), '£1,600.50 of £4,000 (40%)');
    assert.equal(figureWords('count', { value: 0, base: 0 }), '–');
    assert.equal(figureWords('within-days', { value: null, base: 3 }), 'Not known yet');
    assert.equal(figureWords('within-days', { value: 14, base: 3 }), '14');
    assert.equal(figureWords('share', { value: 2 / 3, base: 3 }), '67%');
    assert.equal(figureWords('days', { value: 3, base: 4 }), '3 of 4 (75%)');
    assert.equal(figureWords('tenths-of-days', { value: 25, base: 30 }), '2.5 of 3 (83%)');
  });
});
