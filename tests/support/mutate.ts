import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT } from '../../embedded/folders.ts';

/**
 * `npm run mutate`: Stryker changes domain/ piece by piece, and the unit tests of domain/ must notice each change
 * (docs/mutation.md). Ends with a table of the rooms; the changes that survived are listed in .chaser/mutation.html.
 *
 *   npm run mutate                                       all of domain/: about half an hour
 *   npm run mutate -- domain/time/days.ts domain/forms   these files and folders
 *   npm run mutate -- domain/time --against domain/time  what these tests alone notice, which is much quicker
 *   npm run mutate -- domain/time --again                only what code or tests have changed since the last run
 *   npm run mutate -- domain/time --at-once 2            two changes at a time, on a machine that does nothing else
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string', multiple: true }, again: { type: 'boolean' }, 'at-once': { type: 'string' } },
});
const inside = (named: string, ending: string) => (named.endsWith('.ts') ? named : `${named.replace(/\/$/, '')}/**/*${ending}`);
const wanted = positionals.map((named) => inside(named, '.ts'));
const against = values.against?.map((named) => inside(named, '.test.ts'));
const report = join(PROJECT, '.chaser/mutation.json');

rmSync(report, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(PROJECT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    'run',
    join(PROJECT, 'tests/support/stryker.json'),
    ...(wanted.length === 0 ? [] : ['--mutate', [...wanted, '!**/*.test.ts'].join(',')]),
    ...(values['at-once'] === undefined ? [] : ['--concurrency', values['at-once']]),
    // Without --again every change is judged, and what came of it is kept for the next time.
    '--incremental',
    ...(values.again === true ? [] : ['--force']),
  ],
  {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, ...(against === undefined ? {} : { CHASER_MUTATE_AGAINST: against.join(',') }) },
  },
);
if (status === 0) process.stdout.write(tableOf(JSON.parse(readFileSync(report, 'utf8')) as Report));
process.exit(status ?? 1);

type Report = { readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>> };

/** What came of the changes of each room. A change that no test reaches has survived. */
function tableOf({ files }: Report): string {
  const rooms = Map.groupBy(Object.entries(files), ([file]) => file.split('/').slice(0, 2).join('/'));
  const rows = [...rooms].map(([room, of]) => {
    const states = of.flatMap(([, { mutants }]) => mutants.map((mutant) => mutant.status));
    const count = (...wantedStates: readonly string[]) => states.filter((state) => wantedStates.includes(state)).length;
    return [room, count('Killed'), count('Timeout'), count('Survived', 'NoCoverage')] as const;
  });
  const lines = rows.map(([room, noticed, timedOut, survived]) => {
    const changes = noticed + timedOut + survived;
    return `${room}: ${changes} changes, ${noticed} noticed, ${timedOut} timed out, ${survived} survived\n`;
  });
  return lines.join('');
}
