import { globSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { PROJECT } from '../../embedded/folders.ts';
import { startServers } from './servers.ts';

/**
 * `npm test`: every test, or those of the files that are named. Starts the servers that they need, and ends with the line
 * `N passed, N failed`, counted by the test runner itself. A test that is skipped or cancelled counts as failed.
 */
const EVERYTHING = '**/*.test.ts';
const startedMs = Date.now();
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const named = process.argv.slice(2);
const files = (named.length === 0 ? [EVERYTHING] : named)
  .flatMap((pattern) =>
    globSync(isAbsolute(pattern) ? relative(PROJECT, pattern) : pattern, {
      cwd: PROJECT,
      exclude: (path) => /^(node_modules|\.chaser|\.git)$/.test(String(path)),
    }),
  )
  .toSorted();
if (files.length === 0) {
  say(`No test file matches ${named.join(' ')}. Name files from the project's folder, for example domain/due-date.test.ts.`);
  process.exit(2);
}

// Unit tests stand beside their source; what needs a server stands in tests/.
const servers = files.some((file) => file.startsWith('tests/')) ? await startServers(say) : undefined;
if (servers !== undefined) {
  process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
  process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
}

let passed = 0;
let failed = 0;
const results = run({ files: files.map((file) => join(PROJECT, file)), concurrency: 2, cwd: PROJECT, timeout: 600_000 });
results.on('test:summary', ({ file, counts }) => {
  if (file !== undefined) return;
  passed = counts.passed;
  failed = counts.tests - counts.passed;
});
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void (interrupted = true));
await new Promise((resolve) => results.compose(spec).on('end', resolve).pipe(process.stdout, { end: false }));

await servers?.stop();
const seconds = Math.round((Date.now() - startedMs) / 1000);
process.stdout.write(`${files.length} files in ${Math.floor(seconds / 60)} min ${seconds % 60} s\n${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || passed === 0 || interrupted ? 1 : 0);
