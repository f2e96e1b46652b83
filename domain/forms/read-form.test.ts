import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answer, field } from '../../tests/kit/programmes.ts';
import { readForm } from './read-form.ts';

describe('a form that is read', () => {
  it('holds each value as it is stored, and none that is empty', () => {
    const asked = answer('sent', {
      fields: [field('cost', { kind: 'money' }), field('note', { required: false }), field('on', { kind: 'date' })],
    });
    assert.deepEqual(readForm(asked, { cost: '£1,600.50', note: '  ', on: '5/12/2022' }), {
      fields: { cost: '160050', on: '2022-12-05' },
      problems: [],
    });
  });

  it('keeps what belongs to no field, which is a problem', () => {
    const { fields, problems } = readForm(answer('sent', { fields: [field('note')] }), { note: 'x', other: ' y ' });
    assert.deepEqual(fields, { note: 'x', other: ' y ' });
    assert.deepEqual(
      problems.map(({ kind, path }) => [kind, path]),
      [['unknown-field', 'other']],
    );
  });

  it('refuses what is longer than anybody writes, by the kind of the field', () => {
    const fields = [
      field('text', { label: 'Text' }),
      field('person', { kind: 'person' }),
      field('long', { kind: 'long-text' }),
      field('files', { kind: 'files' }),
    ];
    const file = (length: number) => Array.from({ length: length / 10 }, () => 'abcde.doc').join('\n');
    const at = (more: number) => ({
      text: 'x'.repeat(500 + more),
      person: 'x'.repeat(500 + more),
      long: 'x'.repeat(10_000 + more),
      files: `${file(10_000)}${'c'.repeat(1 + more)}`,
    });
    assert.deepEqual(readForm(answer('sent', { fields }), at(0)).problems, []);
    const { problems } = readForm(answer('sent', { fields }), at(1));
    assert.deepEqual(
      problems.map(({ kind, path }) => [kind, path]),
      ['text', 'person', 'long', 'files'].map((path) => ['bad-field', path]),
    );
    assert.deepEqual(problems[0], {
      kind: 'bad-field',
      path: 'text',
      message: '“Text” must be 500 characters or fewer',
      remedy: 'Shorten text.',
    });
    assert.match(problems[2]?.message ?? '', /must be 10,000 characters or fewer$/);
  });

  it('tells its problems in the order of the form', () => {
    const fields = [field('first'), field('second'), field('third', { kind: 'date' })];
    const { problems } = readForm(answer('sent', { fields }), { first: 'x'.repeat(501), third: 'soon' });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['first', 'second', 'third'],
    );
  });
});
