import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answer, field } from '../../tests/kit/programmes.ts';
import { answerChoices } from './field-inputs.ts';
import { readFields, typed } from './read-fields.ts';

const visited = answer('visited', {
  fields: [
    field('visitedOn', { label: 'Date of the visit', kind: 'date' }),
    field('done', { label: 'Is it done?', kind: 'yes-no' }),
    field('days', { label: 'Days', kind: 'text' }),
    field('note', { label: 'Note', kind: 'long-text', required: false }),
  ],
});
const WHOLE = {
  'visited-visitedOn-day': '5',
  'visited-visitedOn-month': ' 12',
  'visited-visitedOn-year': '2022 ',
  'visited-done': 'yes',
  'visited-days': ' 9.5 ',
};

describe('the fields of an answer', () => {
  it('are read without blanks around them; dates become ISO dates, and empty fields are left out', () => {
    assert.deepEqual(readFields(visited, { ...WHOLE, 'visited-note': '  ' }), {
      fields: { visitedOn: '2022-12-05', done: 'yes', days: '9.5' },
      problems: [],
    });
  });

  it('are empty when nothing of them can be seen, and asked for again when they must be there', () => {
    for (const nothing of ['\u200b', '\u00ad \ufeff', '\u200e\u2066']) {
      assert.deepEqual(readFields(visited, { ...WHOLE, 'visited-days': nothing, 'visited-note': nothing }), {
        fields: { visitedOn: '2022-12-05', done: 'yes' },
        problems: [{ id: 'visited-days', text: 'Enter “Days”' }],
      });
      assert.equal(typed({ because: nothing }, 'because'), '');
    }
  });

  it('of days, amounts and choices are read though something that cannot be seen was pasted with them', () => {
    const { fields, problems } = readFields(visited, {
      ...WHOLE,
      'visited-visitedOn-year': '2022\u200e',
      'visited-visitedOn-day': '\u200b5',
    });
    assert.deepEqual([fields['visitedOn'], problems], ['2022-12-05', []]);
  });

  it('keep the paragraphs of a long text, and make one line of a short one', () => {
    const { fields } = readFields(visited, { ...WHOLE, 'visited-days': 'nine\r\nor ten', 'visited-note': 'One.\r\n\r\nTwo.' });
    assert.deepEqual([fields['days'], fields['note']], ['nine or ten', 'One.\n\nTwo.']);
  });

  it('are asked for again when they are missing, each at its input', () => {
    assert.deepEqual(readFields(visited, {}).problems, [
      { id: 'visited-visitedOn-day', text: 'Enter “Date of the visit”' },
      { id: 'visited-done', text: 'Select yes or no for “Is it done?”' },
      { id: 'visited-days', text: 'Enter “Days”' },
    ]);
  });

  for (const [what, wrong, text] of [
    ['a day that there is not', { 'visited-visitedOn-day': '31', 'visited-visitedOn-month': '2' }, /must be a real date/],
    ['a year of two digits', { 'visited-visitedOn-year': '22' }, /must have a year of 4 numbers/],
    ['a day without its month', { 'visited-visitedOn-month': '' }, /must include a month/],
    ['neither yes nor no', { 'visited-done': 'perhaps' }, /Select yes or no/],
    ['the same input twice', { 'visited-days': ['9', '10'] }, /Enter “Days”/],
    ['too much', { 'visited-days': 'x'.repeat(501) }, /500 characters or fewer/],
    ['far too much', { 'visited-note': 'x'.repeat(10_001) }, /10,000 characters or fewer/],
  ] as const) {
    it(`are asked for again when given ${what}`, () => {
      const { problems } = readFields(visited, { ...WHOLE, ...wrong });
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.text ?? '', text);
    });
  }

  it('hold no NUL, which could never be stored', () => {
    assert.equal(typed({ note: 'a\0b' }, 'note'), 'ab');
  });

  it('appear in the form again as they were typed, with what is wrong beside them', () => {
    const body = { ...WHOLE, 'visited-visitedOn-day': '32' };
    const { problems } = readFields(visited, body);
    const [choice] = answerChoices([visited], 'visited', body, problems);
    assert.equal(choice?.checked, true);
    const [date, , , note] = choice?.fields ?? [];
    assert.deepEqual([date?.day, date?.month, date?.year], ['32', '12', '2022']);
    assert.match(date?.error ?? '', /must be a real date/);
    assert.deepEqual([note?.label, note?.error], ['Note (optional)', null]);
  });
});
