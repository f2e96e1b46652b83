import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { academy, joined, known, mat, school } from '../../tests/kit/judged-schools.ts';
import { plainDate } from '../time/plain-date.ts';
import { asOf } from './schools.ts';
import type { Known, KnownSchool } from './schools.ts';

const DAY = plainDate('2022-11-28');
const on = (some: Partial<Known>) => asOf(known(some), DAY);
const isOpen = (more: Partial<KnownSchool>) => on({}).isOpen(school('1', more));

describe('a school as of a day', () => {
  it('is open from the day it opens until the day it closes', () => {
    assert.deepEqual(
      ['2022-11-27', '2022-11-28', '2022-11-29'].map((day) => isOpen({ openedOn: plainDate(day) })),
      [true, true, false],
    );
    assert.deepEqual(
      ['2022-11-27', '2022-11-28', '2022-11-29'].map((day) => isOpen({ status: 'Closed', closedOn: plainDate(day) })),
      [false, false, true],
    );
  });

  it('is open as the register says, where it gives no day', () => {
    assert.deepEqual(
      ['Open', 'Open, but proposed to close', 'Closed', 'Proposed to open'].map((status) => isOpen({ status })),
      [true, true, false, false],
    );
    const opened = { openedOn: plainDate('2022-09-01') };
    assert.ok(isOpen({ status: 'Proposed to open', ...opened }));
    assert.ok(!isOpen({ status: 'Closed', ...opened }));
  });

  it('is maintained, an academy of its own or neither, where it is in no trust', () => {
    const { kindOf } = on({});
    assert.deepEqual([school('1'), academy('2'), school('3', { sector: 'other' })].map(kindOf), [
      'maintained',
      'single-academy-trust',
      'other',
    ]);
  });

  it('is of the kind of its trust, by how many open schools that has', () => {
    const schools = ['1', '2', '3', '4', '5'].map((urn) => academy(urn));
    const closed = academy('6', { status: 'Closed', closedOn: plainDate('2022-08-31') });
    const { kindOf, multiAcademyTrusts, membersOf, nameOfTrust } = on({
      schools: [...schools, closed],
      groups: [mat('T'), mat('E'), { ...mat('S'), kind: 'single-academy-trust' }],
      memberships: [
        ...['1', '2'].map((urn) => joined('T', urn, '2019-09-01')),
        ...['3', '6'].map((urn) => joined('E', urn, '2019-09-01')),
        joined('S', '4', '2019-09-01'),
        joined('unknown', '5', '2019-09-01'),
      ],
    });
    assert.deepEqual(schools.map(kindOf), ['in-mat', 'in-mat', 'empty-mat', 'single-academy-trust', 'empty-mat']);
    assert.deepEqual(multiAcademyTrusts, ['T']);
    assert.deepEqual(
      ['T', 'E', 'nowhere'].map((trust) => membersOf(trust).map((member) => member.school.urn)),
      [['1', '2'], ['3'], []],
    );
    assert.deepEqual(['T', 'unknown'].map(nameOfTrust), ['Trust T', 'unknown']);
  });

  it('is in no trust by a group that is none, such as a federation', () => {
    const maintained = school('1');
    const { trustOf, kindOf } = on({
      schools: [maintained],
      groups: [{ ...mat('F'), kind: 'other' }],
      memberships: [joined('F', '1', '2019-09-01')],
    });
    assert.equal(trustOf(maintained), undefined);
    assert.equal(kindOf(maintained), 'maintained');
  });

  it('is in the trust of the register where no membership of it is known', () => {
    const inRegister = academy('1', { trust: 'R' });
    assert.deepEqual(on({ schools: [inRegister] }).trustOf(inRegister), { trust: 'R', joinedOn: null });
    assert.equal(on({ schools: [academy('2')] }).trustOf(academy('2')), undefined);
    assert.deepEqual(on({}).inspectionsOf('2'), []);
  });
});
