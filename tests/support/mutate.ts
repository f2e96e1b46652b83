import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT } from '../../embedded/folders.ts';

/**
 * `npm run mutate`: Stryker changes domain/ piece by piece, and the unit tests of domain/ must notice each change
 * (docs/mutation.md). Ends with the score; the changes that survived are listed in .chaser/mutation.html.
 *
 *   npm run mutate                                       all of domain/: an hour or more
 *   npm run mutate -- domain/time/days.ts domain/forms   these files and folders
 *   npm run mutate -- domain/time --against domain/time  what these tests alone notice, which is much quicker
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { against: { type: 'string', multiple: true } } });
const inside = (named: string, ending: string) => (named.endsWith('.ts') ? named : `${named.replace(/\/$/, '')}/**/*${ending}`);
const wanted = positionals.map((named) => inside(named, '.ts'));
const against = values.against?.map((named) => inside(named, '.test.ts'));

const { status } = spawnSync(
  process.execPath,
  [
    join(PROJECT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    'run',
    join(PROJECT, 'tests/support/stryker.json'),
    ...(wanted.length === 0 ? [] : ['--mutate', [...wanted, '!**/*.test.ts'].join(',')]),
  ],
  {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, ...(against === undefined ? {} : { CHASER_MUTATE_AGAINST: against.join(',') }) },
  },
);
process.exit(status ?? 1);
