import { configDefaults, defineConfig } from 'vitest/config';

// oxlint-disable-next-line import/no-default-export -- vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    // Stryker runs this file in a copy of the project, which has a root of its own.
    root: process.cwd(),
    // Every run reads all test files, so the fewer there are, the sooner a change is judged.
    include: process.env['CHASER_MUTATE_AGAINST']?.split(',') ?? ['domain/**/*.test.ts'],
    // Random lives and oracles take minutes and turn out differently each time; a score must not.
    exclude: [
      ...configDefaults.exclude,
      'domain/changes/changes.property.test.ts',
      'domain/chronology/lives.property.test.ts',
      'domain/**/*oracle.test.ts',
    ],
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    // The tests of domain/ share no state. A process for each file would take most of the time.
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    setupFiles: ['tests/support/own-environment.ts'],
  },
});
