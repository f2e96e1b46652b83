/**
 * Vitest announces itself in the environment, and every process that a test starts would inherit that: Chaser under
 * test would then not run as it does for users. This runs in each test file's process, before the file.
 */
for (const name of ['NODE_ENV', 'TEST', 'VITEST', 'VITEST_MODE', 'DEV', 'PROD', 'MODE', 'BASE_URL', 'SSR']) delete process.env[name];
