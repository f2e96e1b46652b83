import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';

/** Runs the program of the image's HEALTHCHECK as Docker would. */
const [, program = ''] = /CMD \["node", "-e", ("(?:[^"\\]|\\.)*")\]/.exec(readFileSync(join(PROJECT, 'Dockerfile'), 'utf8')) ?? [];

describe("the image's health check", () => {
  it('passes when /healthz answers', async () => {
    const asked: (string | undefined)[] = [];
    await withServer(200, asked, async (port) => assert.equal(await exitCode(port), 0));
    assert.deepEqual(asked, ['/healthz']);
  });

  it('fails when /healthz answers with an error', async () => {
    await withServer(503, [], async (port) => assert.equal(await exitCode(port), 1));
  });

  it('fails when nothing answers', async () => {
    let closed = 0;
    await withServer(200, [], (port) => {
      closed = port;
    });
    assert.equal(await exitCode(closed), 1);
  });

  it('passes without asking where the health server is turned off', async () => {
    assert.equal(await exitCode(0), 0);
  });
});

async function withServer(status: number, asked: (string | undefined)[], work: (port: number) => Promise<void> | void): Promise<void> {
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function exitCode(port: number): Promise<number | string | null> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['-e', JSON.parse(program) as string], { env: { ...process.env, HEALTH_PORT: String(port) } });
    child.once('exit', resolve);
  });
}
