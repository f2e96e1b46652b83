import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { began, ended, merged, named, opened, reopened, said } from '../../tests/kit/measured-events.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { plainDate } from '../time/plain-date.ts';
import { measureNamed, STRATA } from './evaluation.ts';
import type { MeasureId, Stratum } from './evaluation.ts';
import { knownLife } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { longRows } from './long-rows.ts';
import { beginCounting, NOT_KNOWN, stratumWords, strataOf, TOGETHER } from './report.ts';
import type { Counting, Section } from './report.ts';
import type { School } from './tally.ts';

const SCHOOL: School = { region: 'London', phase: 'primary', type: 'Academies', surroundings: 'rural', inTrust: true };
const UNKNOWN: School = { region: '', phase: null, type: '', surroundings: null, inTrust: null };

type Given = { readonly log: readonly MeasuredEvent[]; readonly school?: School };

function counting(id: MeasureId, given: readonly Given[], { by = 'all', on = '2023-01-31' }: { by?: Stratum; on?: string } = {}): Counting {
  const asOf = plainDate(on);
  const made = beginCounting({ measure: measureNamed(id) ?? assert.fail(), by, asOf, calendarOf: () => CALENDAR });
  for (const { log, school = SCHOOL } of given) {
    made.add({ life: knownLife(log, { asOf, knownAt: asOf }) ?? assert.fail(), school, leaderOn: () => null });
  }
  return made;
}
const sectionsOf = (...given: Parameters<typeof counting>) => counting(...given).sections();
const figures = ({ lines }: Section, stratum = TOGETHER) => lines.find((line) => line.stratum === stratum)?.figures ?? assert.fail(stratum);
const values = (section: Section, stratum = TOGETHER) =>
  Object.fromEntries(Object.entries(figures(section, stratum)).map(([id, { value, base }]) => [id, `${value} of ${base}`]));
const sectionNamed = (sections: readonly Section[], id: string) => sections.find((one) => one.id === id) ?? assert.fail(id);

const BEGAN = began('2022-09-05');
const ENGAGED = [BEGAN, said('engage', 'engages', '2022-09-12')];
const VISITED = [...ENGAGED, said('visit-school', 'visited', '2022-09-22', { visitedOn: '2022-09-22' })];

describe('the tables of a measure', () => {
  const heads = (sections: readonly Section[]) => sections.map(({ id, title, base, unit }) => `${id} | ${title} | ${base} | ${unit}`);

  it('of a time say what became of it, what was late, its days and its shares', () => {
    const sections = sectionsOf('M2', [{ log: VISITED }]);
    const title = 'From taking up the offer to the first visit';
    const counted = 'those whose days can be counted';
    assert.deepEqual(heads(sections), [
      `time-1-counts | ${title}: what became of it | those that began | count`,
      `time-1-late | ${title}: against due dates | those that were asked for | count`,
      `time-1-days-calendar-all | ${title}: calendar days, pauses counted | ${counted} | within-days`,
      `time-1-days-calendar-net | ${title}: calendar days, pauses left out | ${counted} | within-days`,
      `time-1-days-working-all | ${title}: working days, pauses counted | ${counted} | within-days`,
      `time-1-days-working-net | ${title}: working days, pauses left out | ${counted} | within-days`,
      `time-1-days-school-all | ${title}: school days, pauses counted | ${counted} | within-days`,
      `time-1-days-school-net | ${title}: school days, pauses left out | ${counted} | within-days`,
      `time-1-within-all | ${title}: share within a time, pauses counted | ${counted} | share`,
      `time-1-within-net | ${title}: share within a time, pauses left out | ${counted} | share`,
    ]);
    assert.deepEqual(sections[0]?.figures, [
      { id: 'begun', title: 'Begun' },
      { id: 'reached', title: 'Reached' },
      { id: 'closed', title: 'Will not be reached' },
      { id: 'open', title: 'Still waiting' },
      { id: 'before-it-began', title: 'Dated before it began' },
      { id: 'beginning-not-known', title: 'Beginning not known' },
    ]);
    assert.deepEqual(
      sections.at(-1)?.figures.map((one) => one.title),
      ['Within 1 month', 'Within 2 months', 'Within 3 months'],
    );
    assert.deepEqual(sectionNamed(sections, 'time-1-days-school-net').figures[0], { id: 'quarter', title: 'A quarter within' });
  });

  it('of a time without limits have no shares, and of a tally bear its name and that of its figures', () => {
    const sections = sectionsOf('M5', [{ log: ENGAGED }]);
    assert.deepEqual(heads(sections.slice(-2)), [
      'leaders-asked | Leaders asked for each deployment | deployments for which somebody was asked | count',
      'who-refused | Who refused a match | times that a leader, or a school, was asked | count',
    ]);
    assert.equal(sections.length, 10);
    assert.deepEqual(sections[8]?.figures[0], { id: '1', title: 'One' });
  });

  it('that are not counted from events are left to others, and a measure that nobody keeps has none', () => {
    for (const id of ['M19', 'M20', 'M24'] as const) assert.deepEqual(sectionsOf(id, []), [], id);
  });

  it('are there when nothing was counted, and have the line of all together', () => {
    for (const id of ['M2', 'M8', 'M9', 'M14', 'M23'] as const) {
      for (const section of sectionsOf(id, [], { by: 'tier' }))
        assert.deepEqual(
          section.lines.map(({ stratum }) => stratum),
          [TOGETHER],
          section.id,
        );
    }
  });

  it('count a beginning that is a fact and not known, of those that have begun and those', () => {
    const judged = (judgedOn?: string) => [
      began('2022-09-05', judgedOn === undefined ? {} : { judgedOn }),
      said('contact-school', 'contacted', '2022-09-12'),
    ];
    const sections = sectionsOf('M1', [{ log: judged('2022-03-01') }, { log: judged('2022-03-01') }, { log: judged() }]);
    assert.equal(values(sectionNamed(sections, 'time-1-counts'))['beginning-not-known'], '1 of 3');
    assert.equal(
      values(sectionNamed(sectionsOf('M2', [{ log: [BEGAN] }]), 'time-1-counts'))['beginning-not-known'],
      '0 of 0',
      'M2 begins in the record',
    );
  });

  it('of forms that are approved show each month with all before it, in order, of all forms that were sent', () => {
    const form = (...approvals: readonly string[]) => ({
      log: [BEGAN, said('prepare-raf', 'sent', '2022-10-03'), ...approvals.map((on) => said('decide-raf', 'approves', on))],
    });
    const [section] = sectionsOf('M14', [form('2022-12-20'), form('2022-10-20'), form('2022-10-25'), form()]);
    assert.deepEqual(section && values(section), { '2022-10': '2 of 4', '2022-12': '3 of 4' });
    assert.deepEqual(section?.figures, [
      { id: '2022-10', title: '2022-10' },
      { id: '2022-12', title: '2022-12' },
    ]);
    const [courts] = sectionsOf('M13', [form('2022-10-20')]).slice(-2);
    assert.deepEqual(
      courts && Object.keys(values(courts)),
      ['leader', 'school', 'council', 'department', 'nobody'],
      'the total is not shown',
    );
    assert.equal(courts && values(courts)['nobody'], '17 of 17');
  });
});

describe('a programme that does not keep what a measure needs', () => {
  const other = [
    began('2022-09-05', {}, 'D1', { programme: { id: 'tsi-2021-22', version: 1 } }),
    said('take-up-offer', 'accepts', '2022-09-12'),
  ];

  it('is left out and named, and one that does is not', () => {
    const made = counting('M2', [{ log: ENGAGED }, { log: other }, { log: other }]);
    assert.deepEqual([...made.notKept()], [['tsi-2021-22', { deployments: 2, version: 1 }]]);
    assert.equal(values(sectionNamed(made.sections(), 'time-1-counts'))['begun'], '1 of 1');
  });

  it('is counted where nothing is needed, though no moment of it is known', () => {
    const rise = { log: [began('2022-09-05', {}, 'D2', { programme: { id: 'rise-2026-27', version: 1 } })] };
    const made = counting('M23', [{ log: [BEGAN] }, rise]);
    assert.deepEqual([...made.notKept()], []);
    assert.deepEqual(values(sectionNamed(made.sections(), 'at-once')), { '0': '0 of 2', '1': '2 of 2', '2-or-more': '0 of 2' });
  });

  it('is counted in the parts that it does keep', () => {
    const made = counting('M22', [{ log: [...other, ended('completed', '2022-12-01')] }]);
    assert.equal(made.notKept().get('tsi-2021-22')?.deployments, 1);
    const matching = counting('M5', [{ log: other }]);
    assert.deepEqual([...matching.notKept()], []);
    assert.equal(values(sectionNamed(matching.sections(), 'time-1-counts'))['open'], '1 of 1');
  });
});

describe('a breakdown', () => {
  const strata = (by: Stratum, log: readonly MeasuredEvent[], school: School = SCHOOL, on = '2023-01-31') =>
    sectionsOf('M2', [{ log, school }], { by, on })[0]?.lines.map(({ stratum }) => stratum);

  it('puts a deployment into its line', () => {
    const log = [began('2022-09-05', { tier: 'tier-2', tscRegion: 'north' })];
    const lines = Object.fromEntries((Object.keys(STRATA) as Stratum[]).map((by) => [by, strata(by, log)?.[0]]));
    assert.deepEqual(lines, {
      all: TOGETHER,
      tier: 'tier-2',
      hub: 'north',
      region: 'London',
      phase: 'primary',
      type: 'Academies',
      group: 'in-trust',
      surroundings: 'rural',
      programme: 'si-2019-20 2',
      year: '2022 to 2023',
      flow: 'flow',
    });
    assert.deepEqual(strata('group', log, { ...SCHOOL, inTrust: false }), ['not-in-trust', TOGETHER]);
  });

  it('has a line for what is not known', () => {
    const log = [began('2022-09-05', {})];
    for (const by of ['tier', 'hub', 'region', 'phase', 'type', 'group', 'surroundings'] as const)
      assert.deepEqual(strata(by, log, UNKNOWN), [NOT_KNOWN, TOGETHER], by);
    assert.deepEqual(sectionsOf('M2', [{ log }])[0]?.lines.length, 1, 'all together has one line');
    const other = [began('2022-09-05', { undefined: 'x' }, 'D1', { programme: { id: 'rise-2026-27', version: 1 } })];
    for (const by of ['tier', 'hub'] as const) {
      const lines = sectionsOf('M23', [{ log: other }], { by })[0]?.lines.map(({ stratum }) => stratum);
      assert.deepEqual(lines, [NOT_KNOWN, TOGETHER], 'a programme of which no moments are kept');
    }
  });

  it('by school year changes on 1 September', () => {
    const year = (on: string) => strata('year', [began(on)], SCHOOL, '2023-12-01')?.[0];
    assert.deepEqual(['2022-08-31', '2022-09-01', '2023-01-01'].map(year), ['2021 to 2022', '2022 to 2023', '2022 to 2023']);
    const flow = (asOf: string) => strata('flow', [began('2022-09-05')], SCHOOL, asOf)?.[0];
    assert.deepEqual(['2023-08-31', '2023-09-01'].map(flow), ['flow', 'stock']);
  });

  it('orders its lines by name, what is not known after them, all together last', () => {
    const regions = ['North West', '', 'London', 'East Midlands', 'London'];
    const given = regions.map((region) => ({ log: ENGAGED, school: { ...SCHOOL, region } }));
    const [section] = sectionsOf('M2', given, { by: 'region' });
    assert.deepEqual(
      section?.lines.map(({ stratum, figures: of }) => `${stratum} ${of['begun']?.value}`),
      ['East Midlands 1', 'London 2', 'North West 1', ' 1', '* 5'],
    );
    const [, tally] = sectionsOf('M9', given, { by: 'region' });
    assert.deepEqual(tally?.lines.length, 5);
    // A name may begin with a sign that sorts before the others.
    const signs = ['"A"', '~'].map((region) => ({ log: ENGAGED, school: { ...SCHOOL, region } }));
    assert.deepEqual(
      sectionsOf('M2', [...signs, { log: ENGAGED, school: UNKNOWN }], { by: 'region' })[0]?.lines.map(({ stratum }) => stratum),
      ['"A"', '~', NOT_KNOWN, TOGETHER],
    );
  });

  it('adds up tallies, leaders and deployments at once in each line', () => {
    const asked = (reference: string, urn: string) => [
      began('2022-09-05', {}, reference, { subject: { kind: 'school', urn } }),
      opened('accept-deployment', '2022-09-12'),
      said('agree-match', 'agrees', '2022-09-20'),
    ];
    const given = [
      { log: asked('D1', '1') },
      { log: asked('D2', '1') },
      { log: asked('D3', '2'), school: { ...SCHOOL, region: 'South East' } },
    ];
    const lines = (id: MeasureId, table: string, figure: string) =>
      sectionNamed(sectionsOf(id, given, { by: 'region' }), table).lines.map(
        ({ stratum, figures: of }) => `${stratum} ${of[figure]?.value} of ${of[figure]?.base}`,
      );
    assert.deepEqual(lines('M5', 'leaders-asked', '1'), ['London 2 of 2', 'South East 1 of 1', '* 3 of 3']);
    assert.deepEqual(lines('M8', 'leaders', '2'), ['London 1 of 1', 'South East 0 of 1', '* 0 of 1']);
    assert.deepEqual(lines('M8', 'leaders', '3'), ['London 0 of 1', 'South East 0 of 1', '* 1 of 1']);
    assert.deepEqual(lines('M23', 'at-once', '1'), ['London 2 of 2', 'South East 0 of 1', '* 2 of 3']);
  });

  it('has words for a line, and its name where that says enough', () => {
    assert.deepEqual(
      [
        stratumWords('tier', TOGETHER),
        stratumWords('tier', NOT_KNOWN),
        stratumWords('tier', 'tier-2'),
        stratumWords('tier', 'tier-9'),
        stratumWords('region', 'London'),
      ],
      ['All together', 'Not known', 'Tier 2', 'tier-9', 'London'],
    );
    assert.deepEqual(strataOf(measureNamed('M20') ?? assert.fail()), [
      ['all', 'All together'],
      ['region', 'Region'],
      ['programme', 'Programme and version'],
    ]);
  });
});

describe('the deployments of each leader', () => {
  const matches = (reference: string, ...leaders: readonly string[]) => ({
    log: [
      began('2022-09-05', {}, reference),
      ...leaders.flatMap((leader, at) => [
        named('nle', leader, `2022-09-${12 + at}`),
        said('agree-match', 'agrees', `2022-09-${12 + at}`, {}, at + 1),
      ]),
    ],
  });

  it('count a leader in each deployment once, up to four or more', () => {
    const given = [
      matches('D1', 'p-a', 'p-b', 'p-a'),
      matches('D2', 'p-a', 'p-c', 'p-d'),
      matches('D3', 'p-a', 'p-b', 'p-d'),
      matches('D4', 'p-a', 'p-d', 'p-e'),
      matches('D5', 'p-a', 'p-d'),
    ];
    const [section] = sectionsOf('M8', given);
    assert.deepEqual(section && values(section), { '1': '2 of 5', '2': '1 of 5', '3': '0 of 5', '4-or-more': '2 of 5' });
    assert.deepEqual(section && [section.id, section.title, section.base, section.unit, section.figures[3]], [
      'leaders',
      'Deployments of each leader',
      'leaders who were matched',
      'count',
      { id: '4-or-more', title: 'Four or more' },
    ]);
  });

  it('leave out who was proposed and not matched, and count two entries of one person as one', () => {
    const proposed = { log: [BEGAN, named('nle', 'p-a', '2022-09-12')] };
    const [none] = sectionsOf('M8', [proposed]);
    assert.equal(none && values(none)['1'], '0 of 0');
    const { log } = matches('D1', 'p-a', 'p-b');
    const [one] = sectionsOf('M8', [{ log: [...log, merged('p-a', 'p-b', '2022-10-03')] }]);
    assert.equal(one && values(one)['1'], '1 of 1');
  });
});

describe('other deployments at once', () => {
  const life = (reference: string, on: string, ...more: readonly MeasuredEvent[]) => ({ log: [began(on, {}, reference), ...more] });
  const others = (...given: readonly Given[]) => {
    const [section] = sectionsOf('M23', given);
    return section && values(section);
  };

  it('are those that had begun by that day and not ended before it', () => {
    const first = life('D1', '2022-09-05', ended('completed', '2022-12-01'));
    assert.deepEqual(others(first, life('D2', '2022-12-01')), { '0': '1 of 2', '1': '1 of 2', '2-or-more': '0 of 2' });
    assert.deepEqual(others(first, life('D2', '2022-12-02')), { '0': '2 of 2', '1': '0 of 2', '2-or-more': '0 of 2' });
    const again = life('D1', '2022-09-05', ended('completed', '2022-10-03'), reopened('2022-10-10'));
    assert.deepEqual(others(again, life('D2', '2022-12-02'))?.['1'], '1 of 2', 'it was opened again');
    assert.deepEqual(others(again, life('D2', '2022-10-05'))?.['1'], '0 of 2', 'between its end and its second opening');
  });

  it('ran for each other where both began on one day, and are two or more of three', () => {
    const three = [life('D1', '2022-09-05'), life('D2', '2022-09-05'), life('D3', '2022-09-05')];
    assert.deepEqual(others(...three.slice(1)), { '0': '0 of 2', '1': '2 of 2', '2-or-more': '0 of 2' });
    assert.deepEqual(others(...three), { '0': '0 of 3', '1': '0 of 3', '2-or-more': '3 of 3' });
    assert.deepEqual(others(...three, life('D4', '2022-09-05'))?.['2-or-more'], '4 of 4');
    const [section] = sectionsOf('M23', three);
    assert.deepEqual(section && [section.id, section.title, section.base, section.figures[0]], [
      'at-once',
      'Other deployments that ran when it began',
      'deployments',
      { id: '0', title: 'None' },
    ]);
  });
});

describe('the file of measures', () => {
  const asked = { by: 'tier', asOf: plainDate('2023-01-31'), knownAt: plainDate('2023-02-28') } as const;

  it('has a row for each number, with all that it is a part of', () => {
    const measure = measureNamed('M9') ?? assert.fail();
    const log = [BEGAN, opened('engage', '2022-09-06')];
    const rows = longRows({ measure, ...asked }, sectionsOf('M9', [{ log }], { by: 'tier' }));
    const [first] = rows;
    assert.deepEqual(first, [
      '2023-01-31',
      '2023-02-28',
      'M9',
      'Take-up of the offer',
      'source',
      'tier',
      'tier-2',
      'Tier 2',
      'take-up',
      'What became of the offer',
      'engaged',
      'Takes part',
      'count',
      0,
      1,
      'deployments in which the school was asked to take it up',
    ]);
    assert.deepEqual(
      rows.slice(0, 8).map((row) => [row[6], row[10], row[13]].join(' ')),
      [
        'tier-2 engaged 0',
        'tier-2 declined 0',
        'tier-2 waiting 1',
        'tier-2 ended-unanswered 0',
        '* engaged 0',
        '* declined 0',
        '* waiting 1',
        '* ended-unanswered 0',
      ],
    );
  });

  it('leaves a number empty that is not known, and gives shares to six places', () => {
    const section: Section = {
      id: 's',
      title: 'S',
      base: 'b',
      unit: 'share',
      figures: ['a', 'b', 'c'].map((id) => ({ id, title: id })),
      lines: [{ stratum: TOGETHER, figures: { a: { value: 2 / 3, base: 3 }, b: { value: null, base: 3 } } }],
    };
    const measure = measureNamed('M2') ?? assert.fail();
    const numbers = (one: Section) => longRows({ measure, ...asked }, [one]).map((row) => [row[13], row[14]].join(' of '));
    assert.deepEqual(numbers(section), ['0.666667 of 3', ' of 3', ' of 0']);
    assert.deepEqual(
      numbers({ ...section, unit: 'count' })[0],
      `${String(2 / 3)} of 3`,
      'other numbers are whole, and are left as they are',
    );
  });
});
