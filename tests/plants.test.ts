import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { PROJECT } from '../embedded/folders.ts';
import { planted, PLANTS } from './support/plants.ts';

it('every bug of npm run plant has its one place in the code, and tests that should catch it', () => {
  const astray = PLANTS.filter(
    (plant) =>
      planted(readFileSync(join(PROJECT, plant.file), 'utf8'), plant) === null ||
      plant.caughtBy.length === 0 ||
      !plant.caughtBy.every((test) => existsSync(join(PROJECT, test))),
  );
  assert.deepEqual(
    astray.map(({ bug, file }) => `${file}: ${bug}`),
    [],
  );
});

it('no two bugs of npm run plant are the same, and each changes its file', () => {
  const all = PLANTS.map(({ file, after, find, replace }) => [file, after, find, replace].join('\n'));
  assert.equal(new Set(all).size, PLANTS.length);
  assert.ok(PLANTS.every(({ find, replace }) => find !== replace));
});
