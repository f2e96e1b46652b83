import { configDefaults, defineConfig } from 'vitest/config';

/** Property tests play thousands of lives and server tests live through months: only what hangs is ended. */
const ENDED_AFTER_MS = 600_000;
/** This machine's cores are shared with PostgreSQL and the Temporal server, so each test file gets one of two processes. */
const AT_ONCE = 2;

const shared = {
  pool: 'forks' as const,
  // A file does not get a process of its own: loading the project anew for each took a third of the whole run. What a file
  // opens it closes, and it finds no state of another file, since the project keeps none in its modules.
  isolate: false,
  testTimeout: ENDED_AFTER_MS,
  hookTimeout: ENDED_AFTER_MS,
  setupFiles: ['tests/support/own-environment.ts'],
};

// oxlint-disable-next-line import/no-default-export -- vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    // A test that is marked "only" leaves the others out without a word.
    allowOnly: false,
    experimental: { viteModuleRunner: false },
    maxWorkers: AT_ONCE,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...configDefaults.exclude, '.chaser/**', 'tests/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'server',
          include: ['tests/**/*.test.ts'],
          setupFiles: [...shared.setupFiles, 'tests/support/quiet-runtime.ts'],
          globalSetup: ['tests/support/start-servers.ts'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['**/*.ts'],
      exclude: ['tests/**', 'bench/**', 'types/**', 'vitest.config.ts', '**/*.test.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: '.chaser/coverage',
      thresholds: { 'domain/**/*.ts': { branches: 95 } },
    },
  },
});
