import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkForm, formProblems } from './form.ts';
import { placesOf } from './form-places.ts';
import { amountOf, valueOfAmount } from './form-values.ts';
import { anyForm, completeAnswer } from '../../tests/kit/forms.ts';
import { answer } from '../../tests/kit/programmes.ts';

const formAndAnswer = fc
  .tuple(anyForm, fc.array(fc.nat(100), { minLength: 1, maxLength: 20 }))
  .map(([fields, chances]) => ({ fields, given: completeAnswer(fields, chances) }));

describe('any form', () => {
  it('can be sent when it is complete', () => {
    fc.assert(
      fc.property(formAndAnswer, ({ fields, given }) => {
        assert.deepEqual(formProblems(answer('sent', { fields }), given), []);
        assert.equal(checkForm(answer('sent', { fields }), given), null);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reports exactly the required field that is left out, and nothing that depends on it', () => {
    let dropped = 0;
    fc.assert(
      fc.property(formAndAnswer, fc.nat(), ({ fields, given }, chance) => {
        // When the last entry of a group has only one field, leaving that out removes the whole entry; those fields are
        // kept.
        const required = placesOf(fields, given).filter(
          ({ field, value, entry }) =>
            field.required &&
            value !== '' &&
            (entry === null || Object.keys(given).filter((path) => path.startsWith(`${entry.group.id}.${entry.number}.`)).length > 1),
        );
        const place = required[chance % Math.max(required.length, 1)];
        if (place === undefined) return;
        dropped++;
        const { [place.path]: _, ...rest } = given;
        const problems = formProblems(answer('sent', { fields }), rest);
        assert.deepEqual(
          problems.map(({ kind, path }) => ({ kind, path })),
          [{ kind: 'missing-field', path: place.path }],
        );
        assert.equal(checkForm(answer('sent', { fields }), rest)?.kind, 'missing-field');
      }),
      { numRuns: 2_000 },
    );
    assert.ok(dropped > 1_000, `only ${dropped} fields were left out`);
  });

  it('refuses a field that it does not have', () => {
    fc.assert(
      fc.property(
        formAndAnswer,
        fc.constantFrom('other', 'f0.1', 'f0.1.g0.x', 'f9', '__proto__', 'constructor', 'f0.0.g0'),
        ({ fields, given }, path) => {
          const more = Object.fromEntries([...Object.entries(given), [path, 'x']]);
          const problems = formProblems(answer('sent', { fields }), more);
          assert.ok(
            problems.some((problem) => problem.path === path && problem.kind === 'unknown-field'),
            JSON.stringify(problems),
          );
        },
      ),
    );
  });

  it('is judged without ever throwing, whatever is given', () => {
    fc.assert(
      fc.property(formAndAnswer, fc.array(fc.string()), fc.nat(), ({ fields, given }, words, at) => {
        const garbled = Object.fromEntries(Object.entries(given).map(([path, value], index) => [path, words[(index + at) % 7] ?? value]));
        for (const { message, remedy } of formProblems(answer('sent', { fields }), garbled)) assert.ok(message !== '' && remedy !== '');
      }),
    );
  });
});

describe('numbers', () => {
  it('survive conversion to thousandths and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), (amount) => {
        assert.equal(amountOf('number', valueOfAmount('number', amount)), amount);
      }),
    );
  });
});
