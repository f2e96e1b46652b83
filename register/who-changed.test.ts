import assert from 'node:assert/strict';
import { it } from 'vitest';
import { whatChanged } from './who-changed.ts';

const JOAN = { name: 'Joan Tarleton', email: 'head@hillcrest.example' };

it('takes a new name at a new address for another person', () => {
  assert.equal(whatChanged(JOAN, { name: 'Peter Ashworth', email: 'p.ashworth@hillcrest.example' }), 'person-changed');
});

it('takes a new address under the same name for a mended address', () => {
  assert.equal(whatChanged(JOAN, { ...JOAN, email: 'j.tarleton@hillcrest.example' }), 'address-changed');
  assert.equal(whatChanged(JOAN, { name: ' JOAN  tarleton ', email: 'head@hill-crest.example' }), 'address-changed');
});

it('tells a new name at the same address from both', () => {
  assert.equal(whatChanged(JOAN, { ...JOAN, name: 'Joan Ashworth' }), 'name-changed');
});

it('sees no change in letter case, blanks or the encoding of an accent', () => {
  assert.equal(whatChanged(JOAN, { name: 'joan tarleton', email: 'Head@Hillcrest.example' }), null);
  assert.equal(whatChanged({ ...JOAN, name: 'Jos\u00e9 Ruiz' }, { ...JOAN, name: 'Jose\u0301 Ruiz' }), null);
});
