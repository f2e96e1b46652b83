import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { PROJECT } from '../../embedded/folders.ts';

/**
 * `npm test`: runs every test, or the tests of the files that are named. Ends with the line `N passed, N failed`, as vitest
 * counts them. A test that is skipped, marked as to do or unfinished counts as failed, and so does a file that cannot be
 * read.
 *
 *   npm test -- domain/time/due-date.test.ts
 *   npm test -- domain/ --name holiday
 *   npm test -- --project unit
 *   npm test -- --bail web/          stops at the first test that fails
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string', multiple: true },
    coverage: { type: 'boolean' },
    watch: { type: 'boolean' },
    name: { type: 'string' },
    bail: { type: 'boolean' },
  },
});
const startedMs = Date.now();

/** A folder stands for the tests in it. By itself, vitest would run every test with "calendars/" anywhere in its path. */
const filters = positionals.flatMap((named) => {
  const path = join(PROJECT, named);
  if (!existsSync(path) || !statSync(path).isDirectory()) return named;
  return globSync('**/*.test.ts', { cwd: path }).map((file) => join(path, file));
});

const vitest = await startVitest(filters, {
  root: PROJECT,
  watch: values.watch ?? false,
  ...(values.project === undefined ? {} : { project: values.project }),
  ...(values.name === undefined ? {} : { testNamePattern: values.name }),
  ...(values.bail === true ? { bail: 1 } : {}),
  ...(values.coverage === true ? { coverage: { enabled: true } } : {}),
  reporters: [['default', { summary: process.stdout.isTTY }]],
});

if (values.watch !== true) {
  const modules = vitest.state.getTestModules();
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const passed = tests.filter((test) => test.result().state === 'passed').length;
  const broken =
    modules.flatMap((module) => [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())]).length +
    vitest.state.getUnhandledErrors().length;
  const leftOut = values.name === undefined ? tests.length - passed : tests.filter((test) => test.result().state === 'failed').length;
  const failed = leftOut + broken;
  await vitest.close();

  if (tests.length === 0 && failed === 0) {
    process.stderr.write(
      `No test file matches ${positionals.join(' ')}. Name files from the project's folder, for example domain/time/due-date.test.ts.\n`,
    );
    process.exit(2);
  }
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  process.stdout.write(
    `${modules.length} files in ${Math.floor(seconds / 60)} min ${seconds % 60} s\n${passed} passed, ${failed} failed\n`,
  );
  process.exit(failed > 0 || passed === 0 || Number(process.exitCode ?? 0) !== 0 ? 1 : 0);
}
