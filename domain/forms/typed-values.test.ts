import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { field } from '../../tests/kit/programmes.ts';
import type { Field } from '../programme.ts';
import { amountOf, isWellFormed, linesIn, valueAt, valueOfAmount } from './form-values.ts';
import { dateOfParts, readDate, readNumber, readPounds, readTyped } from './typed-values.ts';

const OPTIONS = [
  { id: 'a', label: 'Attendance' },
  { id: 'b', label: 'Behaviour, and bullying' },
  { id: 'c', label: 'Curriculum' },
];
const typed = (kind: Field['kind'], text: string) => readTyped(field('it', { kind, options: OPTIONS }), text);
const ZERO_WIDTH = '\u200b';

describe('what is typed into a field', () => {
  it('is nothing where it shows nothing, whatever the kind', () => {
    for (const kind of ['text', 'long-text', 'date', 'money', 'choice', 'files', 'person'] as const) {
      assert.equal(typed(kind, ` ${ZERO_WIDTH} `), '', kind);
    }
  });

  it('loses unseen characters in dates, amounts and choices, and keeps them in words', () => {
    assert.equal(typed('money', `£1${ZERO_WIDTH}0 `), '1000');
    assert.equal(typed('choice', ` a${ZERO_WIDTH}`), 'a');
    for (const kind of ['text', 'long-text', 'declaration', 'person'] as const) {
      assert.equal(typed(kind, ` one${ZERO_WIDTH}two `), `one${ZERO_WIDTH}two`, kind);
    }
  });

  it('is one line in a text and a signature, and as it is written in a long text', () => {
    assert.equal(typed('text', ' one \n  two '), 'one two');
    assert.equal(typed('declaration', 'Jo \t Head'), 'Jo Head');
    assert.equal(typed('long-text', ' one \n  two '), 'one \n  two');
  });

  it('is stored in the form of its kind, and stays as it was typed where it cannot be read', () => {
    assert.equal(typed('date', ' 5 December 2022 '), '2022-12-05');
    assert.equal(typed('money', '£1,600.50'), '160050');
    assert.equal(typed('money', 'sixteen'), 'sixteen');
    assert.equal(typed('number', '1,200'), '1200');
    assert.equal(typed('number', 'twelve'), 'twelve');
    assert.equal(typed('yes-no', 'YES'), 'yes');
    assert.equal(typed('person', ' head '), 'head');
    assert.equal(typed('group', ' x '), 'x');
    assert.equal(typed('files', ' costs.xlsx \n\n plan.docx '), 'costs.xlsx\nplan.docx');
  });

  it('is an option by its id or its label, in any case', () => {
    assert.deepEqual(
      ['A', 'attendance', 'Curriculum', 'Drama'].map((text) => typed('choice', text)),
      ['a', 'a', 'c', 'Drama'],
    );
    assert.equal(readTyped(field('it', { kind: 'choice' }), 'Drama'), 'Drama');
  });

  it('is several options, one a line or after commas, in their own order and each once', () => {
    assert.equal(typed('choices', 'Curriculum\na'), 'a\nc');
    assert.equal(typed('choices', 'c, a , c'), 'a\nc');
    // The comma of a label does not part it.
    assert.equal(typed('choices', 'behaviour, and bullying'), 'b');
    assert.equal(typed('choices', 'Behaviour, and bullying\n\nc'), 'b\nc');
    assert.equal(typed('choices', 'Drama\nc'), 'c\nDrama');
    assert.equal(readTyped(field('it', { kind: 'choices' }), 'Drama, Music'), 'Drama\nMusic');
  });
});

describe('an amount', () => {
  it('of pounds is read in whole pence, with or without sign, commas and pence', () => {
    assert.deepEqual(['£1,600.50', '£ 5', '0', '007', '0.05', '1,234,567', '16000', '16,000'].map(readPounds), [
      '160050',
      '500',
      '0',
      '700',
      '5',
      '123456700',
      '1600000',
      '1600000',
    ]);
    for (const text of ['', '£', '1,60', '12,34,567', '1,2345', '12.5', '12.345', '-5', '5 pounds', 'a5', '5.', '£5£']) {
      assert.equal(readPounds(text), undefined, text);
    }
  });

  it('is read as a number without needless zeros, with a minus of either kind', () => {
    assert.deepEqual(['1,200', '1,234,567', '09.50', '9.0', '-2.5', '−2.5', '-0', '0', '100', '0.05', '10.010'].map(readNumber), [
      '1200',
      '1234567',
      '9.5',
      '9',
      '-2.5',
      '-2.5',
      '0',
      '0',
      '100',
      '0.05',
      '10.01',
    ]);
    for (const text of ['', '-', '1,20', '1.', '.5', '1.2.3', '1e5', '+5', '--5', '5x', 'x5'])
      assert.equal(readNumber(text), undefined, text);
  });

  it('is compared in thousandths, and written without needless zeros', () => {
    assert.deepEqual(
      ['9.5', '-9.25', '0.05', '12', '-0.001'].map((value) => amountOf('number', value)),
      [9500, -9250, 50, 12_000, -1],
    );
    assert.deepEqual(
      [9500, -9250, 50, 12_000, -1, 0, 1010].map((amount) => valueOfAmount('number', amount)),
      ['9.5', '-9.25', '0.05', '12', '-0.001', '0', '1.01'],
    );
    assert.deepEqual([amountOf('money', '160050'), valueOfAmount('money', 160_050)], [160_050, '160050']);
  });
});

describe('a day', () => {
  it('is read from words, numbers and ISO dates, and left alone where it is none', () => {
    assert.deepEqual(
      ['5 December 2022', '5  dec. 2022', '5/12/2022', '05.12.2022', '5-12-2022', '2022-12-05'].map(readDate),
      Array.from({ length: 6 }, () => '2022-12-05'),
    );
    for (const text of ['5 December', 'Monday 5 December 2022', 'soon', 'x2022-12-05', '2022-12-051']) {
      assert.notEqual(readDate(text), '2022-12-05', text);
    }
    assert.deepEqual(['x2022-12-05', '2022-12-051'].map(readDate), ['05-12-x2022', '051-12-2022']);
    assert.equal(readDate('5 December'), '5 December');
    assert.equal(readDate('Monday 5 December 2022'), 'Monday 5 December 2022');
  });

  it('is made of its three parts, the month by number or by name of three letters or more', () => {
    const months = ['jan', 'february', 'MAR', 'Apr', 'may', 'june', 'jul', 'aug', 'sept', 'oct', 'nov', 'dec'];
    assert.deepEqual(
      months.map((month) => dateOfParts('1', month, '2022')),
      months.map((_, index) => `2022-${String(index + 1).padStart(2, '0')}-01`),
    );
    assert.deepEqual(
      [dateOfParts('1', 'de', '2022'), dateOfParts('1', 'dec1', '2022'), dateOfParts('1', 'xyz', '2022'), dateOfParts('1', '1dec', '2022')],
      ['2022-de-01', '2022-dec1-01', '2022-xyz-01', '2022-1dec-01'],
    );
    assert.deepEqual(
      [dateOfParts('', '', ''), dateOfParts('5', '', ''), dateOfParts('', '5', ''), dateOfParts('', '', '2022')],
      ['', '-00-05', '-05-00', '2022-00-00'],
    );
  });
});

describe('a stored value', () => {
  const formed = (kind: Field['kind'], ...values: readonly string[]) =>
    values.map((value) => isWellFormed(field('it', { kind, options: OPTIONS, decimals: 2 }), value));

  it('is trimmed, and empty where none was given', () => {
    assert.deepEqual([valueAt({ a: ' x ' }, 'a'), valueAt({}, 'a'), valueAt({}, 'constructor')], ['x', '', '']);
    assert.deepEqual([linesIn(''), linesIn('a'), linesIn('a\nb')], [[], ['a'], ['a', 'b']]);
  });

  it('has the form of its kind', () => {
    assert.deepEqual(formed('yes-no', 'yes', 'no', 'Yes', ''), [true, true, false, false]);
    assert.deepEqual(formed('choice', 'a', 'z'), [true, false]);
    assert.deepEqual(formed('choices', 'a', 'a\nc', 'c\na', 'a\na', 'z'), [true, true, false, false, false]);
    assert.deepEqual(formed('money', '0', '160050', '05', '1.5', '-1'), [true, true, false, false, false]);
    assert.deepEqual(formed('number', '0', '-9', '9.25', '9.255', '-0', '9.50', '09'), [true, true, true, false, false, false, false]);
    assert.deepEqual(formed('files', 'a.doc', 'a.doc\nb.xlsx', 'a.doc\nb', 'a/b.doc', `${'x'.repeat(201)}.doc`), [
      true,
      true,
      false,
      false,
      false,
    ]);
    assert.deepEqual(formed('declaration', 'Jo Head', '...', 'Jo\tHead', 'x'.repeat(200), 'x'.repeat(201)), [
      true,
      false,
      false,
      true,
      false,
    ]);
    assert.deepEqual(formed('text', 'one', 'one\rtwo', 'one\ntwo'), [true, false, false]);
    assert.deepEqual([...formed('person', 'x'), ...formed('long-text', 'a\nb'), ...formed('group', '')], [true, true, true]);
    assert.ok(!isWellFormed(field('it', { kind: 'number' }), '9.5'));
    assert.ok(!isWellFormed(field('it', { kind: 'choice' }), 'a'));
  });
});
