import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { mustLoad } from '../tests/kit/chronology.ts';
import { listProgrammes } from './load-programmes.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/programmes.md'), 'utf8');

/** The table of one programme in docs/programmes.md: what the guidance says, and which step carries it. */
function rowsOf(id: string): readonly { readonly said: string; readonly carriedBy: string }[] {
  const section = new RegExp(`\\n### ${id}\\n([\\s\\S]*?)(?=\\n### |\\n## |$)`).exec(PAGE)?.[1] ?? '';
  const lines = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  return lines.map((line) => {
    const [, said = '', carriedBy = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { said, carriedBy };
  });
}

describe('the table of the guidance', () => {
  for (const id of listProgrammes()) {
    const { steps, starts = [] } = mustLoad(id);

    it(`has a row for every step of ${id}`, () => {
      const carried = rowsOf(id).flatMap((row) => row.carriedBy.match(/`[^`]+`/g) ?? []);
      assert.deepEqual(
        Object.keys(steps).filter((step) => !carried.includes(`\`${step}\``)),
        [],
      );
    });

    it(`names only what ${id} has, and gives a reason where nothing carries a sentence`, () => {
      const answers = Object.values(steps).flatMap((step) => step.answers);
      const known = [
        'starts',
        ...Object.keys(steps),
        // What a step says of itself.
        ...Object.values(steps).flatMap((step) => Object.keys(step)),
        ...starts.map((field) => field.id),
        ...answers.map((answer) => answer.id),
        ...answers.flatMap(({ fields }) => fields.map((field) => field.id)),
      ];
      for (const { said, carriedBy } of rowsOf(id)) {
        const named = [...carriedBy.matchAll(/`([a-zA-Z0-9-]+)`/g)].map(([, name = '']) => name);
        assert.deepEqual(
          named.filter((name) => !known.includes(name)),
          [],
          said,
        );
        if (carriedBy.startsWith('none')) assert.match(carriedBy, /^none[:,] \w/, said);
      }
    });
  }
});
