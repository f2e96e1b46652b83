import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';

/**
 * `npm run mutate`: Stryker changes domain/ piece by piece, and the unit tests of domain/ must notice each change
 * (docs/mutation.md). Ends with the score; the changes that survived are listed in .chaser/mutation.html.
 *
 *   npm run mutate                                       all of domain/: an hour or more
 *   npm run mutate -- domain/time/days.ts domain/forms   these files and folders
 */
const wanted = process.argv.slice(2).map((named) => (named.endsWith('.ts') ? named : `${named.replace(/\/$/, '')}/**/*.ts`));

const { status } = spawnSync(
  process.execPath,
  [
    join(PROJECT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    'run',
    join(PROJECT, 'tests/support/stryker.json'),
    ...(wanted.length === 0 ? [] : ['--mutate', [...wanted, '!**/*.test.ts'].join(',')]),
  ],
  { cwd: PROJECT, stdio: 'inherit' },
);
process.exit(status ?? 1);
