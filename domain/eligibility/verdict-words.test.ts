import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { academy, joined, judged, mat, school, verdictOf } from '../../tests/kit/judged-schools.ts';
import { plainDate } from '../time/plain-date.ts';
import type { Known } from './schools.ts';
import { evidenceWords } from './verdict.ts';

/*
 * What a verdict says beside its grounds: why not, on what it rests, and what the programme takes from it.
 */

const twoIn = (trust: string, some: Partial<Known> = {}) => ({
  schools: [academy('1'), academy('2')],
  groups: [mat(trust)],
  memberships: ['1', '2'].map((urn) => joined(trust, urn, '2018-09-01')),
  ...some,
});

describe('evidence', () => {
  it('names the school, since when it is in the trust, and every judgement', () => {
    const judgements = [judged('1', '2019-05-04', 2), judged('1', '2022-05-04', 3, '2022-06-22')];
    const evidence = { urn: '1', name: 'Loomgate Academy', joinedOn: plainDate('2016-09-01'), judgements };
    assert.equal(
      evidenceWords(evidence),
      'Loomgate Academy (URN 1), joined 1 September 2016: Good (inspected 4 May 2019); Requires improvement (inspected 4 May 2022, published 22 June 2022)',
    );
    assert.equal(
      evidenceWords({ ...evidence, joinedOn: null, judgements: judgements.slice(0, 1) }),
      'Loomgate Academy (URN 1): Good (inspected 4 May 2019)',
    );
  });
});

describe('a school that counts for nothing', () => {
  const row = [judged('1', '2018-05-01', 3), judged('1', '2021-10-05', 3)];
  const why = (programme: string, about: Partial<Known>, on: string) => {
    const { grounds, why: said, facts } = verdictOf(programme, { inspections: row, ...about }, on, '1');
    assert.deepEqual([grounds, facts], [[], {}]);
    return said;
  };

  it('is told why: closed, not open yet, not open, or of no kind that is supported', () => {
    const because: readonly (readonly [Parameters<typeof school>[1], string])[] = [
      [{ status: 'Closed', closedOn: plainDate('2019-08-31') }, 'It closed on 31 August 2019.'],
      [{ status: 'Closed' }, 'It is not open (Closed).'],
      [{ status: 'Closed', openedOn: plainDate('2019-10-07') }, 'It is not open (Closed).'],
      [
        { status: 'Proposed to open', openedOn: plainDate('2019-10-08') },
        'It was not open yet on 7 October 2019: it opens on 8 October 2019.',
      ],
      [{ sector: 'other' }, 'It is neither maintained by a local authority nor an academy.'],
    ];
    for (const [more, words] of because) {
      assert.equal(why('si-2019-20', { schools: [school('1', more)] }, '2019-10-07'), words);
    }
    for (const [programme, on] of [
      ['tsi-2021-22', '2021-11-01'],
      ['tsi-2022-23', '2022-11-01'],
    ] as const) {
      assert.equal(
        why(programme, { schools: [school('1', { sector: 'other' })] }, on),
        'It is neither maintained by a local authority nor an academy.',
      );
      assert.equal(
        why(programme, { schools: [school('1', { status: 'Closed', closedOn: plainDate('2019-08-31') })] }, on),
        'It closed on 31 August 2019.',
      );
    }
  });

  it('is told its latest judgement, or that none is known', () => {
    const schools = [school('1')];
    for (const [programme, on] of [
      ['tsi-2021-22', '2021-09-01'],
      ['tsi-2022-23', '2022-11-01'],
    ] as const) {
      const inspections = [judged('1', '2016-05-04', 1), judged('1', '2019-05-04', 2)];
      assert.equal(why(programme, { schools, inspections }, on), 'Its latest judgement is Good (inspected 4 May 2019).');
      assert.equal(why(programme, { schools, inspections: [] }, on), 'No judgement of it is known.');
      assert.deepEqual(verdictOf(programme, { schools, inspections }, on, '1').evidence, []);
    }
  });
});

describe('the offer of 2019', () => {
  it('says one judgement as one, and rests on the latest alone where there is no row', () => {
    const good = judged('1', '2014-05-01', 2);
    const bad = judged('1', '2016-05-01', 3);
    const once = verdictOf('si-2019-20', { schools: [school('1')], inspections: [good, bad] }, '2019-10-07', '1');
    assert.equal(once.why, 'One judgement: Requires improvement (inspected 1 May 2016).');
    assert.deepEqual(once.facts, { tier: 'tier-1', judgedOn: '2016-05-01', offeredBy: 'local-authority' });
    const earlier = judged('1', '2012-05-01', 3);
    const none = verdictOf('si-2019-20', { schools: [school('1')], inspections: [earlier, good] }, '2019-10-07', '1');
    assert.deepEqual(none.evidence, [{ urn: '1', name: 'School 1', joinedOn: null, judgements: [good] }]);
    assert.deepEqual(verdictOf('si-2019-20', { schools: [school('1')] }, '2019-10-07', '1').evidence, []);
  });

  it('says since when a school is in its trust, which makes the offer', () => {
    const { evidence, facts } = verdictOf('si-2019-20', twoIn('T', { inspections: [judged('1', '2016-05-01', 3)] }), '2019-10-07', '1');
    assert.equal(evidence[0]?.joinedOn, '2018-09-01');
    assert.equal(facts['offeredBy'], 'trust');
  });
});

describe('the offer of 2021', () => {
  const about = (...grades: readonly (1 | 2 | 3 | 4)[]) => ({
    schools: [school('1')],
    inspections: grades.map((grade, year) => judged('1', `201${year}-05-01`, grade)),
  });
  const groundsOf = (known: Partial<Known>, on = '2021-09-01', id = '1') => verdictOf('tsi-2021-22', known, on, id).grounds;

  it('asks of the last two judgements before the year only', () => {
    assert.deepEqual(groundsOf(about(3, 3)), ['twice-before-year']);
    assert.deepEqual(groundsOf(about(3, 3, 3)), ['twice-before-year']);
    for (const none of [about(3), about(3, 3, 2), about(3, 2, 3), about(3, 4), about(2, 2)]) assert.deepEqual(groundsOf(none), []);
  });

  it('leaves what is published on the first day of the year to the flow', () => {
    const first = { schools: [school('1')], inspections: [judged('1', '2018-05-01', 3), judged('1', '2021-07-01', 3, '2021-09-01')] };
    assert.deepEqual(groundsOf(first), ['during-year']);
    const before = { schools: [school('1')], inspections: [judged('1', '2018-05-01', 3), judged('1', '2021-07-01', 3, '2021-08-31')] };
    assert.deepEqual(groundsOf(before), ['twice-before-year']);
    const last = { schools: [school('1')], inspections: [judged('1', '2022-07-01', 3, '2022-08-31')] };
    assert.deepEqual([groundsOf(last, '2022-08-30'), groundsOf(last, '2022-08-31')], [[], ['during-year']]);
  });

  it('lists what counts, and says nothing of a later judgement where there is none', () => {
    const { why, evidence } = verdictOf('tsi-2021-22', about(3, 3), '2021-09-01', '1');
    assert.equal(why, 'Requires improvement (inspected 1 May 2010); Requires improvement (inspected 1 May 2011).');
    assert.equal(evidence[0]?.joinedOn, null);
  });

  it('tells of each school of a trust that meets the criteria, and of no other', () => {
    const known = twoIn('T', { inspections: [judged('1', '2021-10-05', 3), judged('2', '2019-10-05', 2)] });
    const found = verdictOf('tsi-2021-22', known, '2022-02-01', 'T');
    assert.deepEqual(found.subject, { kind: 'trust', trust: 'T' });
    assert.equal(found.why, 'School 1: Requires improvement (inspected 5 October 2021).');
    const both = verdictOf(
      'tsi-2021-22',
      { ...known, inspections: [judged('1', '2021-10-05', 3), judged('2', '2021-10-06', 3)] },
      '2022-02-01',
      'T',
    );
    assert.equal(
      both.why,
      'School 1: Requires improvement (inspected 5 October 2021). School 2: Requires improvement (inspected 6 October 2021).',
    );
    const none = verdictOf('tsi-2021-22', { ...known, inspections: [] }, '2022-02-01', 'T');
    assert.deepEqual([none.grounds, none.why, none.evidence, none.facts], [[], 'None of its schools meets the criteria.', [], {}]);
  });

  it('says since when a school that stands alone is in its trust', () => {
    const known = {
      schools: [academy('1')],
      groups: [mat('E')],
      memberships: [joined('E', '1', '2018-09-01')],
      inspections: [judged('1', '2021-10-05', 3)],
    };
    assert.equal(verdictOf('tsi-2021-22', known, '2022-02-01', '1').evidence[0]?.joinedOn, '2018-09-01');
  });
});

describe('the offer of 2022', () => {
  const trust = (some: Partial<Known> = {}) => twoIn('T', some);
  const of = (known: Partial<Known>, id = 'T') => verdictOf('tsi-2022-23', known, '2022-11-28', id);

  it('says on what the verdict on a school rests, and that it was judged again since', () => {
    const known = {
      schools: [academy('1')],
      groups: [mat('E')],
      memberships: [joined('E', '1', '2018-09-01')],
      inspections: [judged('1', '2022-09-13', 3), judged('1', '2022-10-13', 3)],
    };
    const found = of(known, '1');
    assert.equal(found.why, 'Requires improvement (inspected 13 September 2022); Requires improvement (inspected 13 October 2022).');
    assert.deepEqual(found.facts, { route: 'eligible' });
    assert.deepEqual(found.evidence, [{ urn: '1', name: 'School 1', joinedOn: '2018-09-01', judgements: known.inspections }]);
    const again = { schools: [school('1')], inspections: [judged('1', '2022-09-13', 3), judged('1', '2022-11-01', 2)] };
    assert.equal(
      of(again, '1').why,
      'Requires improvement (inspected 13 September 2022). It has been judged again since: Good (inspected 1 November 2022).',
    );
    assert.equal(of(again, '1').evidence[0]?.joinedOn, null);
  });

  it('gives no grounds to a school of a trust, whatever was judged', () => {
    const found = of(trust({ inspections: [judged('1', '2022-09-13', 3)] }), '1');
    assert.deepEqual([found.grounds, found.facts, found.why], [[], {}, 'It is in Trust T: support is offered to the trust.']);
    assert.equal(found.evidence.length, 1);
  });

  it('counts schools and judgements in words', () => {
    const one = of(trust({ memberships: [joined('T', '1', '2018-09-01'), joined('T', '2', '2022-09-01')] }));
    assert.equal(one.why, 'One school had been in the trust for three years on 1 September 2022; no school was inspected since it joined.');
    const none = of(trust({ memberships: ['1', '2'].map((urn) => joined('T', urn, '2022-09-01')) }));
    assert.match(none.why, /^No school had been in the trust for three years on 1 September 2022;/);
    const known = trust({ inspections: [judged('1', '2021-10-05', 3), judged('2', '2016-10-05', 4), judged('2', '2021-10-05', 2)] });
    assert.match(of(known).why, /; 1 of 2 inspected since joining requires improvement or worse; improvement score 2\.$/);
    const level = trust({ inspections: [judged('1', '2016-10-05', 2), judged('1', '2021-10-05', 2)] });
    assert.match(of(level).why, /improvement score 0\.$/);
  });

  it('rests on the two latest judgements of each school, or on the only one', () => {
    const only = judged('2', '2021-10-05', 2);
    const [oldest, before, latest] = [judged('1', '2012-10-05', 1), judged('1', '2016-10-05', 2), judged('1', '2021-10-05', 3)];
    const found = of(trust({ inspections: [oldest, before, latest, only] }));
    assert.deepEqual(found.subject, { kind: 'trust', trust: 'T' });
    assert.deepEqual(
      found.evidence.map(({ judgements }) => judgements),
      [[before, latest], [only]],
    );
  });

  it('gives the programme its route where a trust is eligible, and nothing where it is not', () => {
    assert.deepEqual(of(trust({ inspections: [judged('1', '2021-10-05', 3)] })).facts, { route: 'eligible' });
    assert.deepEqual(of(trust({ inspections: [judged('1', '2021-10-05', 2)] })).facts, {});
    const unsettled = trust({
      memberships: ['1', '2'].map((urn) => joined('T', urn, '2021-09-01')),
      inspections: [judged('1', '2021-10-05', 3)],
    });
    assert.deepEqual([of(unsettled).grounds, of(unsettled).facts], [[], {}]);
  });

  it('takes no school as inspected since joining whose day of joining is not known', () => {
    const unknown = trust({
      schools: ['1', '2', '3'].map((urn) => academy(urn)),
      memberships: [joined('T', '1', '2018-09-01'), joined('T', '2', '2018-09-01'), joined('T', '3', null)],
      inspections: [judged('3', '2021-10-05', 4)],
    });
    assert.match(of(unknown).why, /no school was inspected since it joined\.$/);
  });
});
