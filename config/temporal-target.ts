import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { accessSync, constants } from 'node:fs';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Refused, Result } from '../domain/result.ts';

/** Which Temporal server to speak to and how: what the SDK's client and worker take to connect, and the namespace. */
export type TemporalTarget = {
  readonly address: string;
  readonly namespace: string;
  readonly connection: ClientConnectConfig['connectionOptions'] & { readonly address: string };
};

/** What is wrong with one variable. It never holds the value, which may be a key. */
export type TemporalFault = { readonly name: TemporalVariable; readonly problem: string };

export type TemporalRefusal = Reason & { readonly kind: 'bad-configuration'; readonly faults: readonly TemporalFault[] };

/** The variables that say where Temporal is, each with an example that is accepted. Their names are those of Temporal's own tools. */
export const TEMPORAL_EXAMPLES = {
  TEMPORAL_ADDRESS: 'localhost:7233',
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_API_KEY: 'a key of Temporal Cloud',
  TEMPORAL_TLS: 'true',
  TEMPORAL_TLS_SERVER_NAME: 'temporal.chaser.example',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/run/secrets/temporal-ca.pem',
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: '-----BEGIN CERTIFICATE----- …',
  TEMPORAL_TLS_CLIENT_CERT_PATH: '/run/secrets/temporal-client.pem',
  TEMPORAL_TLS_CLIENT_CERT_DATA: '-----BEGIN CERTIFICATE----- …',
  TEMPORAL_TLS_CLIENT_KEY_PATH: '/run/secrets/temporal-client.key',
  TEMPORAL_TLS_CLIENT_KEY_DATA: '-----BEGIN PRIVATE KEY----- …',
  TEMPORAL_CONFIG_FILE: '/run/secrets/temporal.toml',
  TEMPORAL_PROFILE: 'production',
} as const;

export type TemporalVariable = keyof typeof TEMPORAL_EXAMPLES | 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION';

const ADDRESS = /^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/;

/** The certificates and keys that may be given as a file or as text, and not as both. */
const FILES_AND_TEXTS = [
  ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'TEMPORAL_TLS_SERVER_CA_CERT_DATA'],
  ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_CERT_DATA'],
  ['TEMPORAL_TLS_CLIENT_KEY_PATH', 'TEMPORAL_TLS_CLIENT_KEY_DATA'],
] as const;

/**
 * Reads where Temporal is from the variables that Temporal's own tools read, `TEMPORAL_ADDRESS`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS…`, or from a profile of the file in `TEMPORAL_CONFIG_FILE`; variables win over the file. An API key or a
 * certificate turns TLS on. An empty variable counts as not set. A file in the user's own folder is read only where
 * `TEMPORAL_PROFILE` asks for it: a service connects to nothing that its environment does not name.
 *
 * What the SDK's reader passes over in silence is refused here, all of it at once: TLS that is "yes" and so would be off, a
 * certificate without its key, a file that is not there, a key of Temporal Cloud on a connection that is not encrypted.
 */
export function readTemporalTarget(env: NodeJS.ProcessEnv): Result<TemporalTarget, TemporalRefusal> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // HOME and the like say where the user's own profiles are.
    if (value !== undefined && value.trim() !== '') given[name] = name.startsWith('TEMPORAL_') ? value.trim() : value;
  }
  const faults = faultsOf(given);
  if (faults.length > 0) return faulty(...faults);

  const fromFile = 'TEMPORAL_CONFIG_FILE' in given || 'TEMPORAL_PROFILE' in given;
  let read: ClientConnectConfig;
  try {
    read = loadClientConnectConfig({ overrideEnvVars: given, disableFile: !fromFile, configFileStrict: true });
  } catch (error) {
    const name = 'TEMPORAL_PROFILE' in given && messageOf(error).startsWith('Profile ') ? 'TEMPORAL_PROFILE' : 'TEMPORAL_CONFIG_FILE';
    return faulty({ name, problem: name === 'TEMPORAL_PROFILE' ? 'names a profile that is not in the file' : unreadable(error) });
  }
  const { connectionOptions, namespace } = read;
  const { address, tls, apiKey } = connectionOptions;
  if (address === undefined) return faulty({ name: 'TEMPORAL_ADDRESS', problem: 'is not set' });
  if (!ADDRESS.test(address)) return faulty({ name: 'TEMPORAL_ADDRESS', problem: 'must be host:port, without a protocol' });
  if (tls === false && apiKey !== undefined)
    return faulty({ name: 'TEMPORAL_TLS', problem: 'is off, and an API key must not travel over a connection that is not encrypted' });
  const { metadata } = connectionOptions;
  return ok({
    address,
    namespace: namespace ?? 'default',
    connection: {
      address,
      ...(tls === undefined ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    },
  });
}

function faulty(...faults: readonly TemporalFault[]): Refused<TemporalRefusal> {
  return refused({
    kind: 'bad-configuration',
    message: `This environment does not say how to reach Temporal:\n${faults.map(({ name, problem }) => `  ${name} ${problem}.`).join('\n')}`,
    remedy: 'Correct these variables and start again. All of them are described in docs/operations.md.',
    faults,
  });
}

/** What is wrong with the variables alone, before a file is read. */
function faultsOf(given: Readonly<Record<string, string>>): readonly TemporalFault[] {
  const faults: TemporalFault[] = [];
  const tls = given['TEMPORAL_TLS'];
  if (tls !== undefined && !['true', 'false', '1', '0'].includes(tls))
    faults.push({ name: 'TEMPORAL_TLS', problem: 'must be true or false' });
  if ((tls === 'false' || tls === '0') && Object.keys(given).some((name) => name.startsWith('TEMPORAL_TLS_')))
    faults.push({ name: 'TEMPORAL_TLS', problem: 'is off, though other variables of TLS are set' });
  if ('TEMPORAL_TLS_DISABLE_HOST_VERIFICATION' in given)
    faults.push({
      name: 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
      problem:
        'is not supported: name the certificate’s host in TEMPORAL_TLS_SERVER_NAME and its authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    });
  for (const [path, data] of FILES_AND_TEXTS) {
    if (path in given && data in given) faults.push({ name: data, problem: `is set, and ${path} too; set one of them` });
    faults.push(...fileFaults(path, given[path]));
  }
  const hasCertificate = 'TEMPORAL_TLS_CLIENT_CERT_PATH' in given || 'TEMPORAL_TLS_CLIENT_CERT_DATA' in given;
  const hasKey = 'TEMPORAL_TLS_CLIENT_KEY_PATH' in given || 'TEMPORAL_TLS_CLIENT_KEY_DATA' in given;
  // A profile may bring the other half.
  if (!('TEMPORAL_CONFIG_FILE' in given) && !('TEMPORAL_PROFILE' in given)) {
    if (hasCertificate && !hasKey)
      faults.push({ name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', problem: 'is not set, and the client’s certificate needs its key' });
    if (hasKey && !hasCertificate)
      faults.push({ name: 'TEMPORAL_TLS_CLIENT_CERT_PATH', problem: 'is not set, and the client’s key needs its certificate' });
  }
  faults.push(...fileFaults('TEMPORAL_CONFIG_FILE', given['TEMPORAL_CONFIG_FILE']));
  const address = given['TEMPORAL_ADDRESS'];
  if (address !== undefined && !ADDRESS.test(address))
    faults.push({ name: 'TEMPORAL_ADDRESS', problem: 'must be host:port, without a protocol' });
  return faults;
}

function fileFaults(name: TemporalVariable, file: string | undefined): readonly TemporalFault[] {
  if (file === undefined) return [];
  try {
    accessSync(file, constants.R_OK);
    return [];
  } catch (error) {
    return [{ name, problem: unreadable(error) }];
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === 'ENOENT') return 'names a file that is not there';
  if (code === 'EACCES') return 'names a file that may not be read';
  return 'names a file that cannot be understood as profiles of Temporal (TOML)';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
