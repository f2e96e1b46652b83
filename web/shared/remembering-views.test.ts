import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import nunjucks from 'nunjucks';
import { afterAll, describe, it } from 'vitest';
import { RememberingViews } from './remembering-views.ts';

const GOVUK = dirname(dirname(fileURLToPath(import.meta.resolve('govuk-frontend'))));
const OPTIONS = { autoescape: true, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true };
const PAGE = `
{% from "govuk/components/input/macro.njk" import govukInput %}
{% from "govuk/components/radios/macro.njk" import govukRadios %}
{% from "govuk/components/button/macro.njk" import govukButton %}
{% from "govuk/components/fieldset/macro.njk" import govukFieldset %}
{% from "own.njk" import greeting, framed %}
{{ govukInput(input) }}{{ govukRadios(radios) }}{{ govukButton(button) }}{{ greeting(input.id) }}
{% call framed(input.id) %}{{ button.text }}{% endcall %}
{% call govukFieldset({}) %}{{ button.text }}{% endcall %}`;
const OWN = `
{% macro greeting(name) %}{{ hour() }}: {{ name }}{% endmacro %}
{% macro framed(name) %}<p title="{{ name }}">{{ caller() }}</p>{% endmacro %}`;

const folder = mkdtempSync(join(tmpdir(), 'chaser-views-'));
writeFileSync(join(folder, 'page.njk'), PAGE);
writeFileSync(join(folder, 'own.njk'), OWN);
writeFileSync(join(folder, 'broken.njk'), '{% if %}');
writeFileSync(join(folder, 'names-nothing.njk'), '{% include "nowhere.njk" %}');

let hour = 0;
const asNunjucksHasThem = new nunjucks.Environment(new nunjucks.FileSystemLoader([folder, GOVUK]), OPTIONS);
const remembering = new RememberingViews([folder], [GOVUK], OPTIONS);
for (const views of [asNunjucksHasThem, remembering]) views.addGlobal('hour', () => hour);

describe('views that remember', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  const text = fc.constantFrom('', 'Note', 'a & b', '<b>bold</b>', 'undefined');
  const given = fc.oneof(
    text,
    text.map((safe) => new nunjucks.runtime.SafeString(safe)),
    fc.constantFrom(undefined, null, false, true, 0, 3, Number.NaN),
  );
  const attributes = fc.dictionary(fc.constantFrom('data-a', 'hidden'), given);
  const component = fc.record(
    { id: fc.constantFrom('one', 'two'), name: fc.constantFrom('note', 'day'), text, html: given, value: given, attributes },
    { requiredKeys: ['name'] },
  );
  const page = fc.record({
    input: fc.record(
      { name: text, id: text, value: given, attributes, label: component, errorMessage: fc.option(component) },
      { requiredKeys: ['label'] },
    ),
    radios: fc.record({
      name: text,
      value: given,
      fieldset: fc.record({ legend: component }),
      items: fc.array(component, { maxLength: 3 }),
    }),
    button: component,
  });

  it('render every page as Nunjucks does, whatever was rendered before, and each time', () => {
    fc.assert(
      fc.property(page, (data) => {
        hour += 1;
        const expected = asNunjucksHasThem.render('page.njk', data);
        assert.equal(remembering.render('page.njk', data), expected);
        assert.equal(remembering.render('page.njk', data), expected);
      }),
      { numRuns: 150 },
    );
  });

  it('do not take a text for one that is safe, nor an attribute without a value for none', () => {
    const label = { text: 'Note' };
    const inputs = [
      { name: 'a', label, value: '<b>' },
      { name: 'a', label, value: new nunjucks.runtime.SafeString('<b>') },
      { name: 'a', label, attributes: {} },
      { name: 'a', label, attributes: { hidden: undefined } },
    ];
    const pages = inputs.map((input) => remembering.render('page.njk', { input, radios: {}, button: {} }));
    assert.deepEqual(
      pages,
      inputs.map((input) => asNunjucksHasThem.render('page.njk', { input, radios: {}, button: {} })),
    );
    assert.equal(new Set(pages).size, inputs.length);
  });

  it('say which view is broken or missing, each time that it is asked for', () => {
    for (const view of ['broken.njk', 'nowhere.njk', 'names-nothing.njk']) {
      for (const _ of [1, 2]) assert.throws(() => remembering.render(view, {}), /broken\.njk|nowhere\.njk/u);
    }
  });
});
