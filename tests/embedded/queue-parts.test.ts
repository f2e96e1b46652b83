import { Connection } from '@temporalio/client';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../embedded/free-port.ts';
import { findTemporalExecutable } from '../../embedded/temporal-executable.ts';
import { startTemporal } from '../../embedded/temporal-server.ts';
import { ensureNamespace } from '../../temporal/namespace.ts';

describe('the queues of a Temporal that runs here', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaser-queue-parts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts the server on the folder, asks how many parts a queue has, and ends it. */
  async function partsOfQueue(): Promise<number> {
    const executable = await findTemporalExecutable(() => undefined);
    const temporal = await startTemporal({ executable, folder, port: await freePort(0), logFile: join(folder, 'log') });
    try {
      const connection = await Connection.connect({ address: temporal.address });
      await ensureNamespace(connection, 'default');
      const { workflowTaskQueuePartitions } = await connection.workflowService.listTaskQueuePartitions({
        namespace: 'default',
        taskQueue: { name: 'chaser' },
      });
      await connection.close();
      return workflowTaskQueuePartitions?.length ?? 0;
    } finally {
      await temporal.part.stop();
    }
  }

  it('have one part, so that their tasks go by priority; where an earlier release began the folder, they keep their four, in which tasks may wait', async () => {
    assert.equal(await partsOfQueue(), 1);
    assert.equal(await partsOfQueue(), 1);
    // An earlier release kept its database in such a folder, and nothing that says of how many parts its queues are.
    rmSync(join(folder, 'one-part'));
    assert.equal(await partsOfQueue(), 4);
    assert.equal(await partsOfQueue(), 4);
  });
});
