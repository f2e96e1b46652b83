import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { academy, joined, judged, known, mat, school, verdictOf } from '../../tests/kit/judged-schools.ts';
import { addDays, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { dayWithin, programmesWithRule, ruleOf, verdictsOn } from './eligible.ts';
import { inARow, judgementsKnown, judgementWords } from './judgements.ts';
import type { Grade, Inspection } from './judgements.ts';
import type { Known } from './schools.ts';

describe('a judgement', () => {
  it('is known from its publication, not from the inspection', () => {
    const inspection = judged('1', '2022-07-12', 3, '2022-09-14');
    assert.deepEqual(judgementsKnown([inspection], plainDate('2022-09-13')), []);
    assert.deepEqual(judgementsKnown([inspection], plainDate('2022-09-14')), [inspection]);
  });

  it('is one of two on one day: the one published later', () => {
    const [first, second] = [judged('1', '2022-03-08', 3, '2022-05-01'), judged('1', '2022-03-08', 2, '2022-05-20')];
    assert.deepEqual(judgementsKnown([second, first], plainDate('2022-06-01')), [second]);
    assert.deepEqual(judgementsKnown([second, first], plainDate('2022-05-10')), [first]);
  });

  it('counts in a row only from the last of another kind', () => {
    const grades = (...all: Grade[]) => inARow(all.map((grade, year) => judged('1', `201${year}-03-08`, grade)));
    assert.deepEqual([grades(), grades(2), grades(3), grades(2, 3, 3), grades(3, 4, 3), grades(3, 3, 1)], [0, 0, 1, 2, 1, 0]);
  });

  it('says under which URN it was made', () => {
    assert.equal(
      judgementWords({ ...judged('990002', '2018-03-08', 3, '2018-04-20'), urnAtTime: '990001' }),
      'Requires improvement (inspected 8 March 2018, published 20 April 2018, as URN 990001)',
    );
  });
});

describe('the offer of 2019', () => {
  const row = [judged('1', '2012-05-01', 2), judged('1', '2014-05-01', 3), judged('1', '2016-05-01', 3), judged('1', '2018-05-01', 3)];
  const tierOf = (inspections: readonly Inspection[]) =>
    verdictOf('si-2019-20', { schools: [school('1')], inspections }, '2019-10-07', '1').facts['tier'];

  it('gives the tier of the number of judgements in a row', () => {
    assert.deepEqual(
      [
        tierOf(row.slice(0, 1)),
        tierOf(row.slice(0, 2)),
        tierOf(row.slice(0, 3)),
        tierOf(row),
        tierOf([...row, judged('1', '2019-09-20', 3)]),
      ],
      [undefined, 'tier-1', 'tier-2', 'tier-3', 'tier-3'],
    );
  });

  it('names the judgements that make it so, and why not', () => {
    const { grounds, why, evidence } = verdictOf('si-2019-20', { schools: [school('1')], inspections: row.slice(0, 3) }, '2019-10-07', '1');
    assert.deepEqual(grounds, ['tier-2']);
    assert.equal(why, '2 judgements in a row: Requires improvement (inspected 1 May 2014); Requires improvement (inspected 1 May 2016).');
    assert.deepEqual(evidence[0]?.judgements, row.slice(1, 3));
    assert.equal(
      verdictOf('si-2019-20', { schools: [school('1')], inspections: row.slice(0, 1) }, '2019-10-07', '1').why,
      'Its latest judgement is Good (inspected 1 May 2012).',
    );
    assert.equal(verdictOf('si-2019-20', { schools: [school('1')] }, '2019-10-07', '1').why, 'No judgement of it is known.');
  });

  it('is for schools in a trust too, and not for closed ones', () => {
    const about = {
      schools: [academy('1'), academy('2')],
      groups: [mat('T')],
      memberships: [joined('T', '1', null), joined('T', '2', null)],
    };
    assert.deepEqual(verdictOf('si-2019-20', { ...about, inspections: row }, '2019-10-07', '1').grounds, ['tier-3']);
    const closed = school('1', { status: 'Closed', closedOn: plainDate('2019-08-31') });
    const verdict = verdictOf('si-2019-20', { schools: [closed], inspections: row }, '2019-10-07', '1');
    assert.deepEqual([verdict.grounds, verdict.why], [[], 'It closed on 31 August 2019.']);
  });

  it('carries the judgements of a predecessor over only where the file does', () => {
    const schools = [
      school('1', { status: 'Closed', closedOn: plainDate('2017-08-31') }),
      academy('2', { openedOn: plainDate('2017-09-01') }),
    ];
    assert.deepEqual(verdictOf('si-2019-20', { schools, inspections: row.slice(0, 3) }, '2019-10-07', '2').grounds, []);
    const carried = row.slice(0, 3).map((inspection) => ({ ...inspection, urn: '2' }));
    const { grounds, why } = verdictOf('si-2019-20', { schools, inspections: carried }, '2019-10-07', '2');
    assert.deepEqual(grounds, ['tier-2']);
    assert.match(why, /as URN 1\)/);
  });
});

describe('the offer of 2021', () => {
  const twice = (urn: string) => [judged(urn, '2017-03-01', 4), judged(urn, '2019-11-05', 3)];

  it('takes schools that enter the year with requires improvement after requires improvement or worse', () => {
    const about = { schools: [school('1')], inspections: twice('1') };
    const { grounds, facts } = verdictOf('tsi-2021-22', about, '2021-09-01', '1');
    assert.deepEqual([grounds, facts], [['twice-before-year'], { route: 'eligible', intake: 'stock' }]);
    const once = { schools: [school('1')], inspections: [judged('1', '2017-03-01', 2), judged('1', '2019-11-05', 3)] };
    assert.deepEqual(verdictOf('tsi-2021-22', once, '2021-09-01', '1').grounds, []);
  });

  it('takes schools judged during the year from the day it is published, and not those found inadequate', () => {
    const about = (grade: Grade) => ({ schools: [school('1')], inspections: [judged('1', '2021-07-06', grade, '2021-09-15')] });
    assert.deepEqual(verdictOf('tsi-2021-22', about(3), '2021-09-14', '1').grounds, []);
    assert.deepEqual(verdictOf('tsi-2021-22', about(3), '2021-09-15', '1').facts, { route: 'eligible', intake: 'flow' });
    assert.deepEqual(verdictOf('tsi-2021-22', about(4), '2021-09-15', '1').grounds, []);
  });

  it('says that a school was judged again since', () => {
    const inspections = [judged('1', '2021-10-05', 3, '2021-11-01'), judged('1', '2022-05-10', 2, '2022-06-20')];
    const { grounds, why } = verdictOf('tsi-2021-22', { schools: [school('1')], inspections }, '2022-07-01', '1');
    assert.deepEqual(grounds, ['during-year']);
    assert.match(why, /It has been judged again since: Good \(inspected 10 May 2022, published 20 June 2022\)\.$/);
  });

  it('makes a trust eligible once for all of its schools, and none of these themselves', () => {
    const about = {
      schools: [academy('1'), academy('2'), academy('3')],
      groups: [mat('T')],
      memberships: ['1', '2', '3'].map((urn) => joined('T', urn, '2018-09-01')),
      inspections: [...twice('1'), judged('2', '2021-11-02', 3)],
    };
    const { grounds, evidence, facts } = verdictOf('tsi-2021-22', about, '2022-02-01', 'T');
    assert.deepEqual(grounds, ['twice-before-year', 'during-year']);
    assert.deepEqual(facts, { route: 'eligible', intake: 'stock' });
    assert.deepEqual(
      evidence.map(({ urn }) => urn),
      ['1', '2'],
    );
    const itself = verdictOf('tsi-2021-22', about, '2022-02-01', '1');
    assert.deepEqual([itself.grounds, itself.why], [[], 'It is in Trust T: support is offered to the trust.']);
  });

  it('counts an empty MAT as a school, and a single-academy trust until it joins a MAT', () => {
    const about = {
      schools: [academy('1'), academy('2'), academy('3')],
      groups: [mat('E'), { ...mat('S'), kind: 'single-academy-trust' as const }, mat('T')],
      memberships: [
        joined('E', '1', '2018-09-01'),
        joined('S', '2', '2018-09-01'),
        joined('T', '2', '2022-01-01'),
        joined('T', '3', '2018-09-01'),
      ],
      inspections: ['1', '2'].flatMap(twice),
    };
    assert.deepEqual(verdictOf('tsi-2021-22', about, '2021-12-31', '1').grounds, ['twice-before-year']);
    assert.deepEqual(verdictOf('tsi-2021-22', about, '2021-12-31', '2').grounds, ['twice-before-year']);
    assert.deepEqual(verdictOf('tsi-2021-22', about, '2022-01-01', '2').grounds, []);
    assert.deepEqual(verdictOf('tsi-2021-22', about, '2022-01-01', 'T').grounds, ['twice-before-year']);
  });
});

describe('the offer of 2022', () => {
  const three = ['1', '2', '3'];
  const trust = (inspections: readonly Inspection[], memberships = three.map((urn) => joined('T', urn, '2019-09-01'))) => ({
    schools: three.map((urn) => academy(urn)),
    groups: [mat('T')],
    memberships,
    inspections,
  });
  const grounds = (about: Partial<Known>, on = '2022-11-28') => verdictOf('tsi-2022-23', about, on, 'T').grounds;

  it('takes schools that stand alone and are judged to require improvement during the year', () => {
    const about = { schools: [school('1')], inspections: [judged('1', '2022-07-12', 3, '2022-09-14')] };
    assert.deepEqual(verdictOf('tsi-2022-23', about, '2022-09-13', '1').grounds, []);
    assert.deepEqual(verdictOf('tsi-2022-23', about, '2022-09-14', '1').grounds, ['during-year']);
    const before = { schools: [school('1')], inspections: [judged('1', '2022-03-08', 3, '2022-05-01')] };
    assert.deepEqual(verdictOf('tsi-2022-23', before, '2022-11-28', '1').grounds, []);
  });

  it('takes a trust half of whose schools inspected since joining require improvement or worse', () => {
    assert.deepEqual(grounds(trust([judged('1', '2021-10-05', 3), judged('2', '2021-10-05', 2)])), ['half-of-trust']);
    assert.deepEqual(grounds(trust([judged('1', '2021-10-05', 3), judged('2', '2021-10-05', 2), judged('3', '2021-10-05', 1)])), []);
  });

  it('leaves out inspections before joining, and schools without one', () => {
    assert.deepEqual(grounds(trust([judged('1', '2019-08-31', 4), judged('2', '2021-10-05', 2)])), []);
    assert.deepEqual(grounds(trust([judged('1', '2019-09-01', 4), judged('2', '2021-10-05', 2)])), ['half-of-trust']);
    const { grounds: none, why } = verdictOf('tsi-2022-23', trust([]), '2022-11-28', 'T');
    assert.deepEqual(none, []);
    assert.match(why, /no school was inspected since it joined\.$/);
  });

  it('takes a trust whose improvement score is below 0, and says the score', () => {
    const declined = trust([
      judged('1', '2016-10-05', 1),
      judged('1', '2021-10-05', 2),
      judged('2', '2021-10-05', 2),
      judged('3', '2021-10-05', 2),
    ]);
    const { grounds: found, why, evidence } = verdictOf('tsi-2022-23', declined, '2022-11-28', 'T');
    assert.deepEqual(found, ['trust-declines']);
    assert.equal(
      why,
      '3 schools had been in the trust for three years on 1 September 2022; 0 of 3 inspected since joining require improvement or worse; improvement score −1.',
    );
    assert.deepEqual(
      evidence[0]?.judgements.map(({ grade }) => grade),
      [1, 2],
    );
    assert.deepEqual(grounds({ ...declined, inspections: [...declined.inspections, judged('3', '2016-10-05', 3)] }), []);
  });

  it('needs two schools that have been in the trust for three years on 1 September 2022', () => {
    const bad = [judged('1', '2021-10-05', 4)];
    const since = (...days: string[]) =>
      trust(
        bad,
        days.map((day, index) => joined('T', three[index] ?? '', day)),
      );
    assert.deepEqual(grounds(since('2019-09-01', '2019-09-01', '2022-01-01')), ['half-of-trust']);
    assert.deepEqual(grounds(since('2019-09-01', '2019-09-02', '2022-01-01')), []);
    // The day of joining is not known.
    assert.deepEqual(grounds(trust(bad, [joined('T', '1', '2018-01-01'), joined('T', '2', null), joined('T', '3', null)])), []);
  });

  it('moves with a new inspection and with a transfer', () => {
    const about = trust([judged('1', '2021-10-05', 3), judged('2', '2021-10-05', 2), judged('1', '2022-10-11', 2, '2022-11-20')]);
    assert.deepEqual([grounds(about, '2022-11-19'), grounds(about, '2022-11-20')], [['half-of-trust'], []]);
    const left = trust(
      [judged('1', '2021-10-05', 3), judged('2', '2021-10-05', 2)],
      [...three.map((urn) => joined('T', urn, '2019-09-01')), joined('U', '1', '2022-12-01')],
    );
    assert.deepEqual([grounds(left, '2022-11-30'), grounds(left, '2022-12-01')], [['half-of-trust'], []]);
  });
});

describe('the rule of a programme', () => {
  it('is said to be unknown where there is none', () => {
    const found = ruleOf('rise-2026');
    assert.ok(!found.ok);
    assert.deepEqual(found.reason, {
      kind: 'no-rule',
      message: 'No rule of eligibility is known for rise-2026.',
      remedy: 'Choose one of: si-2019-20, tsi-2021-22, tsi-2022-23. Deployments of rise-2026 are started one by one.',
    });
    const asked = verdictsOn('rise-2026', known({}), plainDate('2022-11-28'));
    assert.ok(!asked.ok && asked.reason.kind === 'no-rule');
    assert.ok(!ruleOf('constructor').ok);
  });

  it('is not used outside the year of its offer', () => {
    const found = verdictsOn('tsi-2022-23', known({}), plainDate('2026-11-28'));
    assert.ok(!found.ok);
    assert.deepEqual(found.reason, {
      kind: 'outside-the-offer',
      message: '28 November 2026 is outside the offer, which ran from 1 September 2022 to 31 August 2023.',
      remedy: 'Give a day from 2022-09-01 to 2023-08-31.',
    });
    const asked = (day: string) => verdictsOn('tsi-2022-23', known({}), plainDate(day)).ok;
    assert.deepEqual(['2022-08-31', '2022-09-01', '2023-08-31', '2023-09-01'].map(asked), [false, true, true, false]);
  });

  it('is asked of the nearest day of its offer unless somebody names another', () => {
    for (const id of programmesWithRule()) {
      const rule = ruleOf(id);
      assert.ok(rule.ok);
      const day = (today: PlainDate) => dayWithin(rule.value, today);
      assert.deepEqual([day(plainDate('2000-01-01')), day(plainDate('2030-01-01'))], [rule.value.from, rule.value.to]);
      const within = addDays(rule.value.from, 1);
      assert.equal(day(within), within);
    }
  });
});
