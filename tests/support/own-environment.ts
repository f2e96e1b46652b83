/**
 * vitest says in the environment that it is there, and every process that a test starts would inherit it: Chaser under
 * test would then not be Chaser as it runs. Run in each test file's process, before the file.
 */
for (const name of ['NODE_ENV', 'TEST', 'VITEST', 'VITEST_MODE', 'DEV', 'PROD', 'MODE', 'BASE_URL', 'SSR']) delete process.env[name];
