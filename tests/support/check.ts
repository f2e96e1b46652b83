import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';

/**
 * `npm run check`: runs every check of CI, one after the other, and stops at the first failure with its exit code.
 * `--fast` leaves the tests out; `--only lint` and `--only types` run one check by itself.
 */
const PACKAGES = join(PROJECT, 'node_modules');
const CHECKS: readonly (readonly [what: string, program: string, ...args: string[]])[] = [
  ['Format', join(PACKAGES, 'prettier/bin/prettier.cjs'), '--check', '.'],
  ['Lint, with the import table', join(PACKAGES, 'oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'],
  ['Types', join(PACKAGES, 'typescript/bin/tsc'), '-p', '.'],
  ['Notices', join(PROJECT, 'tests/support/write-notices.ts'), '--check'],
  ['Unused code', join(PACKAGES, 'knip/bin/knip.js')],
  ['Programmes', join(PROJECT, 'cli/main.ts'), 'programme', 'check'],
];
const TESTS = ['Tests', join(PROJECT, 'tests/support/run-tests.ts')] as const;

const ONLY: Readonly<Record<string, string>> = { format: 'Format', lint: 'Lint, with the import table', types: 'Types' };

const args = process.argv.slice(2);
const only = args[0] === '--only' ? ONLY[args[1] ?? ''] : undefined;
if (only === undefined && args.some((arg) => arg !== '--fast')) {
  process.stderr.write('Use npm run check, or npm run check -- --fast to leave the tests out, or npm run lint, or npm run types.\n');
  process.exit(2);
}

const chosen = only === undefined ? (args.includes('--fast') ? CHECKS : [...CHECKS, TESTS]) : CHECKS.filter(([what]) => what === only);
for (const [what, program, ...rest] of chosen) {
  process.stdout.write(`\n== ${what}\n`);
  const { status, signal } = spawnSync(process.execPath, [program, ...rest], { cwd: PROJECT, stdio: 'inherit' });
  if (status === 0) continue;
  process.stderr.write(`\n${what}: failed${signal === null ? '' : ` (${signal})`}. What comes after it was not looked at.\n`);
  process.exit(status ?? 1);
}
