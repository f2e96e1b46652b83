import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { saidIn } from './form-said.ts';
import { field } from '../../tests/kit/programmes.ts';

const OPTIONS = [
  { id: 'curriculum', label: 'Curriculum' },
  { id: 'leadership', label: 'Leadership, and governance' },
];
const FORM = [
  field('who', { label: 'Adviser', kind: 'person' }),
  field('on', { label: 'First day', kind: 'date' }),
  field('focus', { label: 'Focus areas', kind: 'choices', options: OPTIONS }),
  field('sure', { label: 'Sure?', kind: 'yes-no' }),
  field('note', { label: 'Note', kind: 'long-text' }),
  field('parts', { label: 'Parts', kind: 'group', entry: 'part', fields: [field('cost', { label: 'Cost', kind: 'money' })] }),
  field('evidence', { label: 'Evidence', kind: 'files' }),
  field('signed', { label: 'Declaration', kind: 'declaration' }),
];
const SAID = {
  who: 'p-1',
  on: '2022-12-05',
  focus: 'curriculum\nleadership',
  sure: 'no',
  'parts.2.cost': '160050',
  evidence: 'costs.xlsx\nplan.pdf',
  signed: 'Amira Khan',
};
const nameOf = (person: string) => ({ 'p-1': 'Lena Leader' })[person] ?? person;

describe('what was said in a form', () => {
  it('reads as a person would write it, empty fields left out', () => {
    const lines = saidIn(FORM, SAID, { nameOf, answeredAt: '2022-12-05T23:30:00.000Z' });
    assert.deepEqual(
      lines.map(({ label, value }) => `${label}: ${value}`),
      [
        'Adviser: Lena Leader',
        'First day: 5 December 2022',
        'Focus areas: Curriculum; Leadership, and governance',
        'Sure?: No',
        'Part 2: Cost: £1,600.50',
        'Evidence: costs.xlsx; plan.pdf',
        'Declaration: Amira Khan, signed on 5 December 2022',
      ],
    );
  });

  it('repeats words and numbers as they stand, and calls an option by its label', () => {
    const form = [
      field('tier', { kind: 'choice', options: OPTIONS }),
      field('days', { kind: 'number' }),
      field('note', { kind: 'long-text' }),
      field('name', { kind: 'text' }),
    ];
    const said = saidIn(form, { tier: 'curriculum', days: '9.5', note: 'One.\n\nTwo.', name: 'Amira' }, { nameOf, answeredAt: null });
    assert.deepEqual(
      said.map(({ value }) => value),
      ['Curriculum', '9.5', 'One.\n\nTwo.', 'Amira'],
    );
  });

  it('dates a signature only once it is given', () => {
    assert.equal(saidIn(FORM, { signed: 'Amira Khan' }, { nameOf, answeredAt: null })[0]?.value, 'Amira Khan');
  });

  it('shows values as they stand when the programme no longer has the field', () => {
    const odd = { focus: 'attendance', on: 'soon', 'parts.1.cost': 'much' };
    assert.deepEqual(
      saidIn(FORM, odd, { nameOf, answeredAt: null }).map(({ value }) => value),
      ['soon', 'attendance', 'much'],
    );
  });
});
