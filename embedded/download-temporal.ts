/**
 * Lets the SDK download the `temporal` command into a folder. A program of its own, so that it can be given up.
 *
 *   node embedded/download-temporal.ts FOLDER VERSION
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir = '', version = ''] = process.argv.slice(2);
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version, ttl: '365 days' } },
});
await environment.teardown();
