import assert from 'node:assert/strict';
import { it } from 'vitest';
import { plainDate } from '../domain/time/plain-date.ts';
import { answer, CALENDAR, field, ladder, programmeOf, step } from '../tests/kit/programmes.ts';
import { datesSideBySide, differencesOf } from './compare.ts';

const ASK = step('ask', 'school', [answer('yes', { opens: ['visit'] })], { allowed: { unit: 'working-days', count: 5 } });
const VISIT = step('visit', 'rdp', [answer('made', { fields: [field('on', { kind: 'date' })] })]);
const BEFORE = programmeOf(['ask'], [ASK, VISIT]);

it('finds no difference between a programme and itself', () => assert.deepEqual(differencesOf(BEFORE, BEFORE), []));

it('finds no difference when the database returns the keys in another order', () => {
  const rules = { acknowledgeWithin: 2, askAgainAfter: 5, extension: { upTo: 20, approval: 'ask' }, rematch: null, reopenWithin: 20 };
  const turned = Object.fromEntries(Object.entries({ ...rules, extension: { approval: 'ask', upTo: 20 } }).toReversed()) as typeof rules;
  assert.deepEqual(differencesOf({ ...BEFORE, changes: rules }, { ...BEFORE, changes: turned }), []);
});

it('reports a changed time, ladder, text and field, each with both versions', () => {
  const after = programmeOf(
    ['ask'],
    [
      { ...ASK, allowed: { unit: 'working-days', count: 3 }, ask: 'Another question', ladder: ladder().slice(0, 2) },
      { ...VISIT, answers: [answer('made', { fields: [field('on', { kind: 'date', required: false, notBefore: 'then' })] })] },
    ],
  );
  const found = differencesOf(BEFORE, after).map(({ about, what, before, after: young }) => [about, what, before, young]);
  assert.deepEqual(
    found.filter(([, what]) => what !== 'What is asked' && what !== 'Chases'),
    [
      [ASK.title, 'Time allowed', '5 working days', '3 working days'],
      [VISIT.title, 'Answer made, field on', 'on (date)', 'on (date, may be left empty); not before then'],
    ],
  );
  assert.deepEqual(
    found.map(([, what]) => what),
    ['Time allowed', 'Chases', 'What is asked', 'Answer made, field on'],
  );
});

it('reports steps that were added and removed', () => {
  const thank = step('thank', 'rdp', [answer('sent', {})]);
  const after = programmeOf(['ask'], [{ ...ASK, answers: [answer('yes', { opens: ['thank'] })] }, thank]);
  const found = differencesOf(BEFORE, after).filter(({ what }) => what.startsWith('Step'));
  assert.deepEqual(found, [
    { about: VISIT.title, what: 'Step removed', before: VISIT.title, after: null },
    { about: thank.title, what: 'Step added', before: null, after: thank.title },
  ]);
});

it('puts the dates of both on-time rehearsals side by side', () => {
  const after = programmeOf(['ask'], [{ ...ASK, allowed: { unit: 'working-days', count: 3 } }, VISIT]);
  const rows = datesSideBySide(BEFORE, after, CALENDAR, plainDate('2022-11-14'));
  assert.deepEqual(
    rows.map(({ before, after: young, moved }) => [before?.dueOn, young?.dueOn, moved]),
    [
      ['2022-11-21', '2022-11-17', true],
      ['2022-11-23', '2022-11-21', true],
    ],
  );
});
