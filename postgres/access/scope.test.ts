import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { conditionOf } from './scope.ts';

const SOME = { all: false, regions: [], areas: [] };
const AUTHORITIES_OF = 'school.authority IN (SELECT authority FROM area_authorities WHERE area';

describe('the condition on what somebody may see', () => {
  it('names one region or one area, and lists several', () => {
    assert.deepEqual(conditionOf({ ...SOME, regions: ['London'] }, 1), { sql: '(school.region = $1::text)', values: ['London'] });
    assert.deepEqual(conditionOf({ ...SOME, regions: ['London', 'South'] }, 1), {
      sql: '(school.region = ANY ($1::text[]))',
      values: [['London', 'South']],
    });
    assert.deepEqual(conditionOf({ ...SOME, areas: ['west'] }, 3), { sql: `(${AUTHORITIES_OF} = $3::text))`, values: ['west'] });
    assert.deepEqual(conditionOf({ ...SOME, areas: ['east', 'west'] }, 3), {
      sql: `(${AUTHORITIES_OF} = ANY ($3::text[])))`,
      values: [['east', 'west']],
    });
  });

  it('holds for whoever has regions and areas by either, its values one after the other', () => {
    assert.deepEqual(conditionOf({ all: false, regions: ['London', 'South'], areas: ['west'] }, 2), {
      sql: `(school.region = ANY ($2::text[]) OR ${AUTHORITIES_OF} = $3::text))`,
      values: [['London', 'South'], 'west'],
    });
  });

  it('is true for whoever sees all, and for nothing where somebody has no place', () => {
    assert.deepEqual(conditionOf({ all: true, regions: ['London'], areas: ['west'] }, 1), { sql: 'true', values: [] });
    assert.deepEqual(conditionOf(SOME, 1), { sql: '(school.region = ANY ($1::text[]))', values: [[]] });
  });
});
