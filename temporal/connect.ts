import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

/** Connects a client. Rejects after a few seconds when nothing answers there. */
export function connectClient({ connection }: { readonly connection: ConnectionOptions }): Promise<Connection> {
  return Connection.connect({ ...connection, connectTimeout: '5 seconds' });
}
