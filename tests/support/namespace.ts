import { Client } from '@temporalio/client';
import type { Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { connectClient } from '../../temporal/connect.ts';
import { ensureNamespace } from '../../temporal/namespace.ts';
import { freshName } from './servers.ts';

export type TestNamespace = {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  readonly connection: Connection;
};

/** A namespace of its own on the Temporal server of this run, so that tests do not share a mailroom. Its client uses the converter, if one is given. */
export async function freshNamespace(dataConverter?: DataConverter): Promise<TestNamespace> {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (address === undefined) throw new Error('This test needs a Temporal server: run it with npm test.');
  const connection = await connectClient({ connection: { address } });
  const namespace = freshName('test');
  await ensureNamespace(connection, namespace);
  return {
    address,
    namespace,
    connection,
    client: new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) }),
  };
}
