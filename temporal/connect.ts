import { Connection } from '@temporalio/client';

/** Connects a client to the server at `TEMPORAL_ADDRESS`. Rejects after a few seconds when nothing answers there. */
export function connectClient(env: NodeJS.ProcessEnv): Promise<Connection> {
  return Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? 'localhost:7233', connectTimeout: '5 seconds' });
}
