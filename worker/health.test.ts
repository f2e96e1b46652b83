import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { onTestFinished, test } from 'vitest';
import { serveHealth } from './health.ts';
import type { Metrics } from './metrics.ts';

const METRICS: Metrics = {
  observe: (ports) => ports,
  scrape: async () => ({ contentType: 'text/plain', body: 'chaser_letters_waiting 0\n' }),
};

async function served(host: string | null): Promise<AddressInfo> {
  const server = await serveHealth({ host, port: 0 }, [{ name: 'postgresql', ask: async () => undefined }], METRICS);
  onTestFinished(() => void server.close());
  return server.address() as AddressInfo;
}

test('health and metrics are served at the one address that they are given', async () => {
  const { address, port } = await served('127.0.0.1');
  assert.equal(address, '127.0.0.1');
  for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await fetch(`http://127.0.0.1:${port}${path}`)).status, 200, path);
});

test('health and metrics are served on all interfaces when they are given none', async () => {
  const { address } = await served(null);
  assert.ok(['::', '0.0.0.0'].includes(address), address);
});
