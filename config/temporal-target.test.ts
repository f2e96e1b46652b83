import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { readTemporalTarget } from './temporal-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaser-target-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const PEM = file('some.pem', 'PEM');

const read = (env: NodeJS.ProcessEnv) => {
  const target = readTemporalTarget(env);
  assert.ok(target.ok, target.ok ? '' : target.reason.message);
  return target.value;
};
const faults = (env: NodeJS.ProcessEnv) => {
  const target = readTemporalTarget(env);
  assert.ok(!target.ok, 'accepted');
  return target.reason.faults.map(({ name, problem }) => `${name} ${problem}`);
};

describe('where Temporal is', () => {
  it('is an address alone, without TLS, in the namespace "default"', () => {
    const { address, namespace, connection } = read({ TEMPORAL_ADDRESS: ' temporal:7233 ', TEMPORAL_API_KEY: ' ', TEMPORAL_TLS: '' });
    assert.deepEqual(
      { address, namespace, tls: connection.tls, apiKey: connection.apiKey },
      {
        address: 'temporal:7233',
        namespace: 'default',
        tls: undefined,
        apiKey: undefined,
      },
    );
  });

  it('is reached over TLS as soon as there is an API key', () => {
    const { connection } = read({ TEMPORAL_ADDRESS: 'eu.cloud.example:7233', TEMPORAL_API_KEY: 'k', TEMPORAL_NAMESPACE: 'chaser.a1b2c' });
    assert.equal(connection.apiKey, 'k');
    assert.equal(connection.tls, true);
  });

  it('is reached with the certificates that are named, as files or as text', () => {
    const { connection } = read({
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: PEM,
      TEMPORAL_TLS_CLIENT_CERT_DATA: 'CERT',
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'KEY',
      TEMPORAL_TLS_SERVER_NAME: 'engine.example',
    });
    assert.ok(typeof connection.tls === 'object' && connection.tls !== null);
    assert.equal(Buffer.from(connection.tls.serverRootCACertificate ?? []).toString(), 'PEM');
    assert.equal(Buffer.from(connection.tls.clientCertPair?.key ?? []).toString(), 'KEY');
    assert.equal(connection.tls.serverNameOverride, 'engine.example');
  });

  it('is taken from a profile, and a variable wins over it', () => {
    const profiles = file(
      'temporal.toml',
      '[profile.default]\naddress = "one:7233"\n[profile.live]\naddress = "two:7233"\nnamespace = "n"\napi_key = "secret"\n',
    );
    assert.equal(read({ TEMPORAL_CONFIG_FILE: profiles }).address, 'one:7233');
    const live = read({ TEMPORAL_CONFIG_FILE: profiles, TEMPORAL_PROFILE: 'live', TEMPORAL_NAMESPACE: 'm' });
    assert.deepEqual([live.address, live.namespace, live.connection.apiKey], ['two:7233', 'm', 'secret']);
  });

  it('is not taken from a file of the user that nothing asked for', () => {
    file('unused', '');
    assert.deepEqual(faults({ XDG_CONFIG_HOME: folder, HOME: folder }), ['TEMPORAL_ADDRESS is not set']);
  });
});

describe('a way to Temporal that would not be what it says is refused', () => {
  const HERE = { TEMPORAL_ADDRESS: 'temporal:7233' };
  it.each([
    ['TLS that is neither on nor off', { ...HERE, TEMPORAL_TLS: 'yes' }, /^TEMPORAL_TLS must be true or false$/],
    [
      'TLS that is off beside a certificate',
      { ...HERE, TEMPORAL_TLS: 'false', TEMPORAL_TLS_SERVER_NAME: 'x' },
      /^TEMPORAL_TLS is off, though/,
    ],
    ['an API key in clear', { ...HERE, TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: 'k' }, /^TEMPORAL_TLS is off, and an API key/],
    ['a certificate without its key', { ...HERE, TEMPORAL_TLS_CLIENT_CERT_PATH: PEM }, /^TEMPORAL_TLS_CLIENT_KEY_PATH is not set/],
    ['a key without its certificate', { ...HERE, TEMPORAL_TLS_CLIENT_KEY_DATA: 'K' }, /^TEMPORAL_TLS_CLIENT_CERT_PATH is not set/],
    [
      'a certificate given twice',
      { ...HERE, TEMPORAL_TLS_SERVER_CA_CERT_PATH: PEM, TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'C' },
      /set one of them$/,
    ],
    ['a server that nobody vouches for', { ...HERE, TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' }, /is not supported/],
    ['a certificate that is not there', { ...HERE, TEMPORAL_TLS_SERVER_CA_CERT_PATH: `${folder}/none` }, /names a file that is not there$/],
    [
      'profiles that are not there',
      { ...HERE, TEMPORAL_CONFIG_FILE: `${folder}/none` },
      /^TEMPORAL_CONFIG_FILE names a file that is not there$/,
    ],
    ['profiles that are no TOML', { TEMPORAL_CONFIG_FILE: file('bad.toml', 'a = = b') }, /cannot be understood/],
    [
      'a profile with a word that nobody knows',
      { TEMPORAL_CONFIG_FILE: file('odd.toml', '[profile.default]\nadress = "x:1"') },
      /cannot be understood/,
    ],
    [
      'a profile that is not in the file',
      { TEMPORAL_CONFIG_FILE: file('no.toml', '[profile.default]'), TEMPORAL_PROFILE: 'live' },
      /^TEMPORAL_PROFILE names a profile/,
    ],
    ['an address with a protocol', { TEMPORAL_ADDRESS: 'https://temporal:7233' }, /^TEMPORAL_ADDRESS must be host:port/],
  ])('%s', (_, env, expected) => {
    const [only, ...more] = faults(env);
    assert.match(only ?? '', expected);
    assert.deepEqual(more, []);
  });

  it('and all of it is told at once, without a value', () => {
    const told = faults({ TEMPORAL_ADDRESS: 'http://secret', TEMPORAL_TLS: 'secret', TEMPORAL_TLS_CLIENT_KEY_DATA: 'secret' });
    assert.equal(told.length, 3);
    assert.doesNotMatch(told.join(), /secret/);
  });
});
