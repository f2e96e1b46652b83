import { NativeConnection } from '@temporalio/worker';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createSecureServer } from 'node:http2';
import type { Http2SecureServer, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { opened } from '../../cli/open.ts';
import { connectClient } from '../../temporal/connect.ts';
import { readTemporalTarget } from '../../config/temporal-target.ts';
import { freshDatabase } from '../support/database.ts';
import { freshNamespace } from '../support/namespace.ts';
import type { TestNamespace } from '../support/namespace.ts';

/**
 * The real server behind a gateway that ends TLS, asks for the client's certificate and for an API key, as Temporal Cloud
 * and most clusters have one. Certificates are made anew for each run.
 */

const HOST = 'temporal.chaser.example';
const KEY = 'key-of-this-run';
const folder = mkdtempSync(join(tmpdir(), 'chaser-tls-'));
let temporal: TestNamespace;
let gateway: Http2SecureServer;
let secured: NodeJS.ProcessEnv;
let databaseUrl: string;

beforeAll(async () => {
  temporal = await freshNamespace();
  databaseUrl = (await freshDatabase()).url;
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const authority = await certificate('Authority of this run', { isAuthority: true });
  const [server, client] = await Promise.all([certificate(HOST, { by: authority }), certificate('A client', { by: authority })]);
  const port = await serveGateway(server, authority.cert);
  secured = {
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_API_KEY: KEY,
    TEMPORAL_TLS_SERVER_NAME: HOST,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca.pem', authority.cert),
    TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem', client.cert),
    TEMPORAL_TLS_CLIENT_KEY_PATH: file('client.key', client.private),
  };
});
afterAll(() => {
  gateway.close();
  rmSync(folder, { recursive: true });
});

type Certificate = { readonly cert: string; readonly private: string };

async function certificate(name: string, { isAuthority = false, by }: { isAuthority?: boolean; by?: Certificate }): Promise<Certificate> {
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(by === undefined ? {} : { ca: { key: by.private, cert: by.cert } }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: isAuthority },
      ...(isAuthority ? [] : [{ name: 'subjectAltName' as const, altNames: [{ type: 2 as const, value: name.replaceAll(' ', '-') }] }]),
    ],
  });
}

/** Passes every call on to the real server, and refuses those without the key as gRPC has it: status 16, unauthenticated. */
async function serveGateway(server: Certificate, authority: string): Promise<number> {
  gateway = createSecureServer({ cert: server.cert, key: server.private, ca: authority, requestCert: true, rejectUnauthorized: true });
  const behind = connect(`http://${temporal.address}`);
  gateway.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    if (headers.authorization !== `Bearer ${KEY}`) {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16', 'grpc-message': 'no such key' },
        { endStream: true },
      );
      return;
    }
    const onward = behind.request({ ...headers, ':authority': temporal.address, ':scheme': 'http' });
    onward.on('error', () => stream.close());
    onward.on('response', (answer) => stream.respond(answer, { waitForTrailers: true }));
    let trailers: IncomingHttpHeaders = {};
    onward.on('trailers', (last: IncomingHttpHeaders) => {
      trailers = last;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.pipe(onward).pipe(stream);
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  return (gateway.address() as AddressInfo).port;
}

async function reached(env: NodeJS.ProcessEnv): Promise<'client and worker'> {
  const target = readTemporalTarget(env);
  assert.ok(target.ok, target.ok ? '' : target.reason.message);
  const client = await connectClient(target.value);
  const worker = await NativeConnection.connect(target.value.connection);
  try {
    const { namespace } = target.value;
    await client.workflowService.describeNamespace({ namespace });
    await worker.workflowService.describeNamespace({ namespace });
    return 'client and worker';
  } finally {
    await client.close();
    await worker.close();
  }
}

describe('a Temporal behind TLS, certificates and an API key', () => {
  it('is reached by client and worker with what the variables name', async () => {
    assert.equal(await reached(secured), 'client and worker');
  });

  it('is reached with what a profile names', async () => {
    const [address, ca, cert, key] = ['ADDRESS', 'TLS_SERVER_CA_CERT_PATH', 'TLS_CLIENT_CERT_PATH', 'TLS_CLIENT_KEY_PATH'].map((name) =>
      JSON.stringify(secured[`TEMPORAL_${name}`]),
    );
    const profiles = join(folder, 'temporal.toml');
    writeFileSync(
      profiles,
      `[profile.live]\naddress = ${address}\nnamespace = "${temporal.namespace}"\napi_key = "${KEY}"\n` +
        `[profile.live.tls]\nserver_name = "${HOST}"\nserver_ca_cert_path = ${ca}\nclient_cert_path = ${cert}\nclient_key_path = ${key}\n`,
    );
    assert.equal(await reached({ TEMPORAL_CONFIG_FILE: profiles, TEMPORAL_PROFILE: 'live' }), 'client and worker');
  });

  it('is reached by the commands', async () => {
    const { client } = await opened({ ...secured, DATABASE_URL: databaseUrl }).withDesk(async (desk) => {
      await desk.client.workflowService.describeNamespace({ namespace: temporal.namespace });
      return desk;
    });
    assert.equal(client.options.namespace, temporal.namespace);
  });

  it.concurrent.each([
    ['with another key', { TEMPORAL_API_KEY: 'another' }],
    ['without a key', { TEMPORAL_API_KEY: '' }],
    ['without a certificate of its own', { TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }],
    ['whose certificate names another host', { TEMPORAL_TLS_SERVER_NAME: 'other.example' }],
    ['whose certificate no known authority signed', { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }],
  ])('is not reached %s', async (_, otherwise) => {
    await assert.rejects(reached({ ...secured, ...otherwise }));
  });
});
