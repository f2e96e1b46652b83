import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { TEMPORAL_EXAMPLES } from '../config/temporal-target.ts';
import { CONFIG_EXAMPLES, readWorkerConfig, RESERVED_DOMAINS } from './config.ts';
import type { WorkerConfig } from './config.ts';

const LEAST = {
  DATABASE_URL: 'postgres://chaser:hunter2@db.example/chaser',
  TEMPORAL_ADDRESS: 'temporal:7233',
  SMTP_URL: 'smtp://mail.example:587',
  MAIL_FROM: 'School Improvement <support@offer.example>',
};

function read(env: NodeJS.ProcessEnv): WorkerConfig {
  const config = readWorkerConfig(env);
  assert.ok(config.ok, config.ok ? '' : config.reason.message);
  return config.value;
}

function faultsOf(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const config = readWorkerConfig(env);
  assert.ok(!config.ok, 'accepted');
  return Object.fromEntries(config.reason.faults.map(({ name, problem }) => [name, problem]));
}

describe('the configuration of a worker', () => {
  it('needs only four variables and has a default for every other', () => {
    assert.deepEqual(read(LEAST), {
      databaseUrl: LEAST.DATABASE_URL,
      versioned: null,
      temporal: { address: 'temporal:7233', namespace: 'default', connection: { address: 'temporal:7233' }, taskQueue: 'chaser' },
      mail: {
        smtpUrl: LEAST.SMTP_URL,
        notify: null,
        requireTls: false,
        from: { name: 'School Improvement', address: 'support@offer.example' },
        domain: 'offer.example',
        allowedDomains: RESERVED_DOMAINS,
        maxConnections: 5,
        perSecond: null,
        atATime: 5,
        gatheringSeconds: 60,
        leaseSeconds: 30,
        retrySeconds: 300,
        inboxAddress: null,
      },
      inbox: null,
      links: null,
      mailrooms: 1,
      sandbox: false,
      payloadKeys: null,
      healthHost: null,
      healthPort: 8080,
      sdkMetricsPort: null,
      logLevel: 'info',
      maxCachedWorkflows: 500,
    });
  });

  it('takes yes or no for whether mail must be encrypted, and an address for health, but no port with it', () => {
    assert.equal(read({ ...LEAST, SMTP_REQUIRE_TLS: 'yes' }).mail.requireTls, true);
    assert.equal(read({ ...LEAST, SMTP_REQUIRE_TLS: 'no' }).mail.requireTls, false);
    assert.deepEqual(faultsOf({ ...LEAST, SMTP_REQUIRE_TLS: 'true' }), { SMTP_REQUIRE_TLS: 'must be yes or no' });
    for (const host of ['127.0.0.1', '::1', 'worker.internal']) assert.equal(read({ ...LEAST, HEALTH_HOST: host }).healthHost, host);
    for (const host of ['http://127.0.0.1', '127.0.0.1/8', 'a b'])
      assert.ok(faultsOf({ ...LEAST, HEALTH_HOST: host })['HEALTH_HOST'], host);
  });

  it('reads a mailbox only when it is told which, with a user and a password', () => {
    const url = 'imaps://chaser%40mail.example:p%2Fw@imap.example/Replies%20in';
    assert.deepEqual(read({ ...LEAST, INBOX_URL: url }).inbox, { url, everySeconds: 60 });
    for (const wrong of ['imaps://imap.example', 'imaps://chaser@imap.example', 'pop3://chaser:pw@imap.example'])
      assert.ok(faultsOf({ ...LEAST, INBOX_URL: wrong })['INBOX_URL'], wrong);
    assert.equal(read({ ...LEAST, INBOX_ADDRESS: 'Chaser@mail.example' }).mail.inboxAddress, 'chaser@mail.example');
    for (const wrong of ['Chaser <chaser@mail.example>', 'chaser+replies@mail.example', 'chaser'])
      assert.ok(faultsOf({ ...LEAST, INBOX_ADDRESS: wrong })['INBOX_ADDRESS'], wrong);
  });

  it('reports every fault at once, each with an example', () => {
    const config = readWorkerConfig({ ...LEAST, SMTP_URL: 'http://mail.example', HEALTH_PORT: '65536', DATABASE_URL: '' });
    assert.ok(!config.ok);
    assert.deepEqual(
      config.reason.faults.map(({ name }) => name),
      ['DATABASE_URL', 'SMTP_URL', 'HEALTH_PORT'],
    );
    assert.match(config.reason.message, /DATABASE_URL is not set\. Example: DATABASE_URL=postgres:/);
    assert.match(config.reason.message, /HEALTH_PORT must be a whole number from 0 to 65535/);
  });

  it('never prints a value, because it may be a password', () => {
    const secret = 'correct-horse-battery';
    const config = readWorkerConfig(Object.fromEntries(Object.keys(CONFIG_EXAMPLES).map((name) => [name, `!${secret}!`])));
    assert.ok(!config.ok);
    assert.ok(!JSON.stringify(config.reason).includes(secret));
  });

  it('accepts its own examples', () => {
    const keys = `2026-spring:${Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString('base64')}`;
    // Those of TLS and profiles name files, one of which stands for its text.
    const files = Object.keys(TEMPORAL_EXAMPLES).filter((name) => /_(PATH|DATA|FILE|PROFILE)$/.test(name));
    const config = read({ ...CONFIG_EXAMPLES, ...Object.fromEntries(files.map((name) => [name, ''])), CHASER_PAYLOAD_KEYS: keys });
    assert.deepEqual(config.mail.allowedDomains, ['school.example', 'trust.example']);
    assert.equal(config.mail.perSecond, 20);
    assert.equal(config.payloadKeys?.[0].id, '2026-spring');
    assert.equal(config.sdkMetricsPort, 9464);
  });

  it('makes links only when it has both the address and the secret of the web service', () => {
    const both = { WEB_URL: 'https://chaser.example/', LINK_SECRET: 'x'.repeat(32) };
    assert.deepEqual(read({ ...LEAST, ...both }).links, { publicUrl: 'https://chaser.example', secret: 'x'.repeat(32) });
    assert.match(faultsOf({ ...LEAST, WEB_URL: both.WEB_URL })['WEB_URL'] ?? '', /is set, and LINK_SECRET is not/);
    assert.match(faultsOf({ ...LEAST, ...both, LINK_SECRET: 'short' })['LINK_SECRET'] ?? '', /at least 32/);
  });

  it('writes only to the permitted domains unless * opens them all', () => {
    assert.ok(RESERVED_DOMAINS.includes('example'));
    assert.equal(read({ ...LEAST, MAIL_ALLOWED_DOMAINS: '*' }).mail.allowedDomains, 'all');
    for (const value of ['*,school.example', '*.example', 'https://school.example', 'a@school.example', ',']) {
      assert.match(faultsOf({ ...LEAST, MAIL_ALLOWED_DOMAINS: value })['MAIL_ALLOWED_DOMAINS'] ?? '', /\* alone for all/, value);
    }
  });

  it('takes 0 to mean "off" for the two ports', () => {
    const { healthPort, sdkMetricsPort } = read({ ...LEAST, HEALTH_PORT: '0', SDK_METRICS_PORT: '0' });
    assert.deepEqual([healthPort, sdkMetricsPort], [null, null]);
  });

  it('hands the post to GOV.UK Notify when it is told so, and then needs no mail server', () => {
    const { SMTP_URL: _, ...rest } = LEAST;
    const notify = { ...rest, MAIL_VIA: 'notify' };
    assert.deepEqual(faultsOf(notify), {
      NOTIFY_API_KEY: 'is not set',
      NOTIFY_TEMPLATE_ID: 'is not set',
      NOTIFY_REPLY_TO_ID: 'is not set',
    });
    const set = {
      ...notify,
      NOTIFY_API_KEY: CONFIG_EXAMPLES.NOTIFY_API_KEY,
      NOTIFY_TEMPLATE_ID: CONFIG_EXAMPLES.NOTIFY_TEMPLATE_ID,
      NOTIFY_REPLY_TO_ID: CONFIG_EXAMPLES.NOTIFY_REPLY_TO_ID,
    };
    const { smtpUrl, notify: read_ } = read(set).mail;
    assert.deepEqual([smtpUrl, read_?.url, read_?.templateId], [null, null, CONFIG_EXAMPLES.NOTIFY_TEMPLATE_ID]);
    assert.deepEqual(Object.keys(faultsOf({ ...set, NOTIFY_API_KEY: 'chaser' })), ['NOTIFY_API_KEY']);
    assert.deepEqual(faultsOf(rest), { SMTP_URL: 'is not set' });
    assert.deepEqual(faultsOf({ ...LEAST, MAIL_VIA: 'pigeon' }), { MAIL_VIA: 'must be smtp or notify' });
  });

  it('refuses what is not a number', () => {
    for (const value of ['many', '-1', '1.5', '1e3', '0x10', '99999999999']) {
      assert.deepEqual(Object.keys(faultsOf({ ...LEAST, MAX_CACHED_WORKFLOWS: value })), ['MAX_CACHED_WORKFLOWS'], value);
    }
    assert.match(faultsOf({ ...LEAST, MAILROOMS: '0' })['MAILROOMS'] ?? '', /from 1 to 64/);
  });

  it('refuses a sender that would break the header', () => {
    for (const value of ['Chaser', 'a@b@c', 'Chaser\r\nBcc: x <a@offer.example>', 'A <a@offer.example>, B <b@offer.example>']) {
      assert.deepEqual(Object.keys(faultsOf({ ...LEAST, MAIL_FROM: value })), ['MAIL_FROM'], value);
    }
    assert.deepEqual(read({ ...LEAST, MAIL_FROM: 'support@offer.example' }).mail.from, {
      name: 'Chaser',
      address: 'support@offer.example',
    });
  });

  it('refuses a Temporal address that includes a protocol', () => {
    assert.deepEqual(Object.keys(faultsOf({ ...LEAST, TEMPORAL_ADDRESS: 'http://temporal:7233' })), ['TEMPORAL_ADDRESS']);
    assert.equal(read({ ...LEAST, TEMPORAL_ADDRESS: '[::1]:7233' }).temporal.address, '[::1]:7233');
  });

  it('names the faulty payload key without printing it', () => {
    const problem = faultsOf({ ...LEAST, CHASER_PAYLOAD_KEYS: 'spring:c2hvcnQ=' })['CHASER_PAYLOAD_KEYS'] ?? '';
    assert.match(problem, /"spring" has 5 bytes and needs 32/);
    assert.ok(!problem.includes('c2hvcnQ='));
  });

  it('is versioned where the builds have a name, and refuses a build without one', () => {
    const versioned = (over: Readonly<Record<string, string>>) => readWorkerConfig({ ...LEAST, ...over });
    const named = versioned({ TEMPORAL_DEPLOYMENT_NAME: 'chaser' });
    assert.deepEqual(named.ok && named.value.versioned, { deploymentName: 'chaser', buildId: null });
    const both = versioned({ TEMPORAL_DEPLOYMENT_NAME: 'chaser', TEMPORAL_WORKER_BUILD_ID: '0.3.0' });
    assert.deepEqual(both.ok && both.value.versioned, { deploymentName: 'chaser', buildId: '0.3.0' });
    for (const wrong of [{ TEMPORAL_WORKER_BUILD_ID: '0.3.0' }, { TEMPORAL_DEPLOYMENT_NAME: 'chaser:next' }]) {
      const read = versioned(wrong);
      assert.deepEqual(read.ok ? [] : read.reason.faults.map(({ name }) => name), Object.keys(wrong));
    }
  });
});
