import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readWebConfig } from '../../web/config.ts';
import { readWorkerConfig } from '../../worker/config.ts';

const WHOLE = {
  DATABASE_URL: 'postgres://chaser@db.example/chaser',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  WEB_URL: 'https://chaser.example/',
  LINK_SECRET: 'a secret of this test that is long enough',
  SMTP_URL: 'smtp://mail.example:25',
  MAIL_FROM: 'Chaser <chaser@post.example>',
};

describe('the configuration of the web service', () => {
  it('needs six variables; the others have a default', () => {
    assert.deepEqual(readWebConfig(WHOLE), {
      ok: true,
      value: {
        databaseUrl: 'postgres://chaser@db.example/chaser',
        databasePatience: { statementMs: 10_000, lockMs: 3_000 },
        temporal: {
          address: 'temporal.example:7233',
          namespace: 'default',
          connection: { address: 'temporal.example:7233' },
          taskQueue: 'chaser',
        },
        host: '127.0.0.1',
        port: 8000,
        health: null,
        publicUrl: 'https://chaser.example',
        linkSecret: 'a secret of this test that is long enough',
        trustProxy: false,
        sessionLengths: { idleHours: 12, longestDays: 7 },
        mail: {
          smtpUrl: 'smtp://mail.example:25',
          notify: null,
          texts: null,
          callbackToken: null,
          requireTls: false,
          from: { name: 'Chaser', address: 'chaser@post.example' },
          domain: 'post.example',
          // Only domains where nobody can have an address.
          allowedDomains: ['example', 'test', 'invalid', 'localhost', 'example.com', 'example.net', 'example.org'],
        },
        payloadKeys: null,
        codecOrigin: null,
        secondPerson: { programmes: false, calendars: false },
        sandbox: null,
        contact: { operator: null, email: null, telephone: null },
      },
    });
  });

  it('trusts a number of proxies, or those in named networks, and never everybody', () => {
    const trusted = (text: string) => {
      const read = readWebConfig({ ...WHOLE, TRUST_PROXY: text });
      return read.ok ? read.value.trustProxy : 'refused';
    };
    assert.equal(trusted('no'), false);
    assert.equal(trusted('1'), 1);
    assert.deepEqual(trusted('10.0.0.0/8, fd00::/8'), ['10.0.0.0/8', 'fd00::/8']);
    for (const everybody of ['yes', 'true', '0.0.0.0/0', '::/0', '0', '10', '10.0.0.0/33', '10.0.0.1/8/8', '10.0.0.1,']) {
      assert.equal(trusted(everybody), 'refused', everybody);
    }
  });

  it('keeps people signed in as long as it is told, within bounds', () => {
    const lengths = (hours: string, days: string) => {
      const read = readWebConfig({ ...WHOLE, WEB_SESSION_IDLE_HOURS: hours, WEB_SESSION_DAYS: days });
      return read.ok ? read.value.sessionLengths : read.reason.message.split('\n').slice(1);
    };
    assert.deepEqual(lengths('1', '1'), { idleHours: 1, longestDays: 1 });
    assert.deepEqual(lengths('24', '30'), { idleHours: 24, longestDays: 30 });
    const faults = [
      '  WEB_SESSION_IDLE_HOURS must be a whole number from 1 to 24',
      '  WEB_SESSION_DAYS must be a whole number from 1 to 30',
    ];
    for (const [hours, days] of [
      ['0', '0'],
      ['25', '31'],
      ['1.5', '7 days'],
      ['-1', '1e1'],
      ['never', 'Infinity'],
    ] as const) {
      assert.deepEqual(lengths(hours, days), faults, `${hours}, ${days}`);
    }
  });

  it('knows the page of Temporal by its origin alone, as a browser names it', () => {
    const origin = (CODEC_UI_ORIGIN: string) => {
      const read = readWebConfig({ ...WHOLE, CODEC_UI_ORIGIN });
      return read.ok ? read.value.codecOrigin : read.reason.message;
    };
    for (const whole of ['https://temporal.example', 'http://localhost:8233']) assert.equal(origin(whole), whole);
    const NOT_ONE = [
      '*',
      'null',
      'temporal.example',
      'https://temporal.example/',
      'https://Temporal.example',
      'https://temporal.example:443',
    ];
    for (const other of [...NOT_ONE, 'https://temporal.example/codec', 'https://a.example,https://b.example', 'file://x'])
      assert.match(origin(other) ?? '', /CODEC_UI_ORIGIN must be the origin of Temporal’s page/, other);
  });

  it('is a training copy only where nobody real can be written to', () => {
    const copy = { ...WHOLE, SANDBOX: 'yes' };
    const read = readWebConfig({ ...copy, SANDBOX_MAILBOX_URL: 'https://mailbox.training.example' });
    assert.deepEqual(read.ok && read.value.sandbox, { mailboxUrl: 'https://mailbox.training.example' });
    assert.ok(readWorkerConfig({ ...copy, MAIL_ALLOWED_DOMAINS: 'school.example' }).ok);
    for (const allowed of ['*', 'school.example,delivery.org.uk', 'example.com.evil.org']) {
      const web = readWebConfig({ ...copy, MAIL_ALLOWED_DOMAINS: allowed });
      assert.match(web.ok ? '' : web.reason.message, /SANDBOX is yes, but MAIL_ALLOWED_DOMAINS lets .* be written to/, allowed);
      const worker = readWorkerConfig({ ...copy, MAIL_ALLOWED_DOMAINS: allowed });
      assert.match(worker.ok ? '' : worker.reason.message, /SANDBOX is yes, but MAIL_ALLOWED_DOMAINS lets .* be written to/, allowed);
    }
    assert.ok(readWorkerConfig({ ...WHOLE, MAIL_ALLOWED_DOMAINS: '*' }).ok);
  });

  it('treats a blank variable as one that is not set', () => {
    const read = readWebConfig({ ...WHOLE, WEB_PORT: ' ', SMTP_URL: ' ' });
    assert.match(read.ok ? '' : read.reason.message, /^ {2}SMTP_URL is not set$/m);
    assert.doesNotMatch(read.ok ? '' : read.reason.message, /WEB_PORT/);
  });

  it('reports every fault at once, and how to correct it', () => {
    const read = readWebConfig({});
    assert.ok(!read.ok);
    for (const name of Object.keys(WHOLE)) assert.match(read.reason.message, new RegExp(`^  ${name} is not set$`, 'm'));
    assert.match(read.reason.remedy, /docs\/operations\.md/);
  });

  for (const [name, value, says] of [
    ['LINK_SECRET', 'change-me-to-something-long-and-secret', /LINK_SECRET is still the placeholder .* openssl rand -base64 32/],
    ['LINK_SECRET', 'CHANGE_ME CHANGE_ME CHANGE_ME CHANGE_ME', /LINK_SECRET is still the placeholder/],
    ['DATABASE_URL', 'postgres://chaser:change-me@postgres:5432/chaser', /DATABASE_URL still holds the password .* openssl rand -hex 24/],
    ['DATABASE_URL', 'postgres://chaser:Change%2DMe@postgres:5432/chaser', /DATABASE_URL still holds the password/],
    ['CHASER_PAYLOAD_KEYS', `2026-spring:${Buffer.alloc(32).toString('base64')}`, /no random one; .* openssl rand -base64 32/],
  ] as const) {
    it(`refuses to start with the example’s ${name}: ${value}`, () => {
      const read = readWebConfig({ ...WHOLE, [name]: value });
      assert.ok(!read.ok);
      assert.match(read.reason.message, says);
      assert.ok(!read.reason.message.includes(value));
      const worker = readWorkerConfig({ ...WHOLE, [name]: value });
      assert.match(worker.ok ? '' : worker.reason.message, says);
    });
  }

  it('accepts a secret of one’s own, even where the host is named like the secret of the example', () => {
    for (const over of [
      { DATABASE_URL: 'postgres://chaser:4f7a@change-me.example:5432/chaser' },
      { LINK_SECRET: 'Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0' },
    ]) {
      assert.ok(readWebConfig({ ...WHOLE, ...over }).ok, JSON.stringify(over));
    }
  });

  for (const [name, value, says] of [
    ['DATABASE_URL', 'mysql://secret@db.example/chaser', /must be a URL that begins with postgres:\/\//],
    ['TEMPORAL_ADDRESS', 'http://secret.example:7233/x', /must be host:port, without a protocol/],
    ['WEB_PORT', '80secret', /must be a whole number from 0 to 65535/],
    ['WEB_URL', 'chaser.secret.example', /must be a URL that begins with https:\/\/ or http:\/\//],
    ['LINK_SECRET', 'secret', /must have at least 32 characters/],
    ['TRUST_PROXY', 'secret', /must be no, the number of proxies/],
    ['SMTP_URL', 'http://secret.example', /must be a URL that begins with smtp:\/\/ or smtps:\/\//],
    ['MAIL_FROM', 'secret', /MAIL_FROM /],
    ['SMTP_REQUIRE_TLS', 'maybe', /SMTP_REQUIRE_TLS must be yes or no/],
    ['SECOND_PERSON', 'everybody', /SECOND_PERSON must be no, programmes, calendars/],
    ['WEB_HEALTH_PORT', 'eighty', /WEB_HEALTH_PORT must be a whole number from 0 to 65535/],
    ['CHASER_PAYLOAD_KEYS', 'secret', /CHASER_PAYLOAD_KEYS /],
  ] as const) {
    it(`refuses a bad ${name} with an explanation, and never shows its value`, () => {
      const read = readWebConfig({ ...WHOLE, [name]: value });
      assert.ok(!read.ok);
      assert.match(read.reason.message, says);
      assert.match(read.reason.message, new RegExp(name));
      assert.doesNotMatch(read.reason.message.replaceAll('LINK_SECRET', ''), /secret/);
    });
  }
});
