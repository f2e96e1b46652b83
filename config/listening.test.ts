import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished, test } from 'vitest';
import { whyNotListening } from './listening.ts';

/** What a real server says when it listens there. */
function listen(host: string, port: number): Promise<{ readonly error: unknown; readonly port: number }> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ error, port }));
    server.listen({ host, port }, () => resolve({ error: null, port: (server.address() as AddressInfo).port }));
  });
}
const NAMES = { hostIn: 'HEALTH_HOST', portIn: 'HEALTH_PORT' };

test('a port that is taken is told with its variable', async () => {
  const first = await listen('127.0.0.1', 0);
  const { error } = await listen('127.0.0.1', first.port);
  const why = whyNotListening(error, { host: '127.0.0.1', port: first.port, ...NAMES });
  assert.match(why?.message ?? '', /^It cannot listen at port \d+ of 127\.0\.0\.1: something else is listening there already\.$/);
  assert.match(why?.remedy ?? '', /HEALTH_PORT/);
});

test('an address of another machine and a name that nobody has are told with their variable', async () => {
  for (const host of ['192.0.2.1', 'nowhere.invalid']) {
    const { error } = await listen(host, 0);
    const why = whyNotListening(error, { host, port: 0, ...NAMES });
    assert.match(why?.remedy ?? '', /HEALTH_HOST/, host);
  }
});

test('any other error is no matter of where it listens', () => {
  assert.equal(whyNotListening(new Error('out of memory'), { host: null, port: 1, ...NAMES }), null);
});
