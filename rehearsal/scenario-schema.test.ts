import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { CHANGES } from './change-schema.ts';
import { scenarioJsonSchema } from './scenario-schema.ts';

const SCENARIOS = join(import.meta.dirname, 'scenarios');

describe('the JSON Schema of scenarios for editors', () => {
  it('matches the zod schema (if not: node rehearsal/write-scenario-schema.ts)', () => {
    const written: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'scenario.schema.json'), 'utf8'));
    assert.deepEqual(written, scenarioJsonSchema());
  });

  it('is named in the first line of every scenario that comes with Chaser', () => {
    const files = readdirSync(SCENARIOS);
    assert.ok(files.length > 0);
    for (const file of files) {
      const [firstLine] = readFileSync(join(SCENARIOS, file), 'utf8').split('\n', 1);
      assert.equal(firstLine, '# yaml-language-server: $schema=../scenario.schema.json', file);
    }
  });

  it('describes every property, and lets an entry of changes have only one change', () => {
    const { properties: whole = {} } = scenarioJsonSchema();
    const answers = whole['answers']?.items?.properties ?? {};
    const change = whole['changes']?.items ?? {};
    for (const [key, { description }] of Object.entries({ ...whole, ...answers, ...change.properties })) assert.ok(description, key);
    assert.deepEqual(Object.keys(change.properties ?? {}), ['on', ...CHANGES]);
    assert.ok('maxProperties' in change && change.maxProperties === 2);
  });

  it('has every change in the table of the documents', () => {
    const page = readFileSync(new URL('../docs/programmes.md', import.meta.url), 'utf8');
    const [, table = ''] = /\n(\| A change has `on`[\s\S]*?)\n\n/.exec(page) ?? [];
    const told = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].flatMap(([, name]) => name ?? []));
    assert.deepEqual(told.toSorted(), ['on', ...CHANGES].toSorted());
  });
});
