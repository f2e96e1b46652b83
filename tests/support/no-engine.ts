import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** How long a call to an engine that is down is tried. People wait for seconds; what they are told then is the same. */
const PATIENCE_MS = 300;

/** A client of a Temporal server that cannot be reached, whose calls fail as they do then, only sooner. Close its connection. */
export function clientOfNoEngine(): Client {
  const retried = makeGrpcRetryInterceptor(defaultGrpcRetryOptions());
  const connection = Connection.lazy({
    // Nothing listens at the lowest port.
    address: '127.0.0.1:1',
    connectTimeout: '200 ms',
    interceptors: [(options, next) => retried({ ...options, deadline: Date.now() + PATIENCE_MS }, next)],
  });
  return new Client({ connection, namespace: 'none' });
}
