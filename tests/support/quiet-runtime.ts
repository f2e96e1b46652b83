import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/**
 * The SDK's runtime, which logs errors only. A process has one, and it is set up before anything connects: this runs before each file of
 * tests, and does so before the first of a process.
 */
const SET_UP = Symbol.for('chaser.tests.runtime');
const known = globalThis as { [SET_UP]?: true };
if (known[SET_UP] === undefined) {
  known[SET_UP] = true;
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } }, shutdownSignals: [] });
}
