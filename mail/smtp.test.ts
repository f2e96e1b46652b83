import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { describe, it, onTestFinished } from 'vitest';
import type { ComposedEmail, Sent } from '../activities/ports.ts';
import { MailServerDown } from '../activities/ports.ts';
import { createSmtpMail } from './smtp.ts';
import type { SmtpMail, SmtpMailOptions } from './smtp.ts';
import { envelopeOf, letterOfKind } from '../tests/kit/letters.ts';
import { startMailServer } from '../tests/kit/mail-server.ts';
import type { Behaviour, TestMailServer } from '../tests/kit/mail-server.ts';

const TIMEOUT_MS = 400;

type Post = { readonly mail: SmtpMail; readonly server: TestMailServer; readonly email: ComposedEmail; readonly send: () => Promise<Sent> };

/** Mail set up against a server of its own; both are stopped when the test ends. */
async function post(behaviour: Behaviour = {}, options: Partial<SmtpMailOptions> = {}): Promise<Post> {
  const server = await startMailServer(behaviour);
  const mail = mailTo(server.url, options);
  onTestFinished(async () => {
    mail.close();
    await server.stop();
  });
  const email = mail.compose(envelopeOf(letterOfKind('request')));
  return { mail, server, email, send: () => mail.send(email) };
}

function mailTo(url: string, options: Partial<SmtpMailOptions> = {}): SmtpMail {
  return createSmtpMail({
    url,
    from: { name: 'Chaser', address: 'chaser@mail.example' },
    messageIdDomain: 'mail.example',
    maxConnections: 2,
    ratePerSecond: null,
    allowedDomains: ['example'],
    timeoutMs: TIMEOUT_MS,
    ...options,
  });
}

const isDown = (error: unknown) => error instanceof MailServerDown;

describe('the mail server', () => {
  it('accepts an e-mail, which arrives as it was composed', async () => {
    const { send, server, email } = await post();
    const sent = await send();
    assert.equal(sent.kind, 'accepted');
    assert.match(sent.response, /^250 /u);
    const [arrived] = server.accepted;
    assert.ok(arrived);
    assert.deepEqual([arrived.from, arrived.to], ['chaser@mail.example', ['head@hillcrest.example']]);
    const parsed = await simpleParser(arrived.raw);
    assert.equal(parsed.messageId, email.messageId);
    assert.equal(parsed.subject, email.subject);
    assert.equal(parsed.date?.toISOString(), email.date);
    assert.equal(parsed.replyTo?.text, '"Chris Mills" <c.mills@delivery.example>');
    assert.equal(parsed.headers.get('auto-submitted'), 'auto-generated');
    assert.equal(parsed.headers.get('x-auto-response-suppress'), 'All');
    assert.equal(parsed.text?.trimEnd(), email.text.trimEnd());
    assert.equal(parsed.html, email.html);
    assert.deepEqual(
      parsed.attachments.map(({ filename, contentType }) => [filename, contentType]),
      [['due-date.ics', 'text/calendar']],
    );
    assert.equal(parsed.attachments[0]?.content.toString(), email.attachments[0]?.content);
  });

  it('takes many e-mails over a few connections', async () => {
    let connections = 0;
    const { server, send } = await post({ options: { onConnect: (_session, done) => void ((connections += 1), done()) } });
    const sent = await Promise.all(Array.from({ length: 20 }, send));
    assert.ok(sent.every(({ kind }) => kind === 'accepted'));
    assert.equal(server.accepted.length, 20);
    assert.ok(connections <= 2, `${connections} connections`);
  });

  it('threads a reminder under its request', async () => {
    const { mail, server, email } = await post();
    await mail.send(mail.compose(envelopeOf(letterOfKind('reminder'))));
    const parsed = await simpleParser(server.accepted[0]?.raw ?? '');
    assert.equal(parsed.inReplyTo, email.messageId);
    assert.deepEqual([parsed.references].flat(), [email.messageId]);
  });

  it('blames the address when it refuses it for good', async () => {
    const { send } = await post({ refuse: { at: 'rcpt', code: 553 } });
    assert.deepEqual(await send(), { kind: 'refused', addressRefused: true, response: '553 no, says the test at rcpt' });
  });

  it('is asked again later about a single address that it defers', async () => {
    const { send } = await post({ refuse: { at: 'rcpt', code: 451 } });
    assert.deepEqual(await send(), { kind: 'deferred', response: '451 no, says the test at rcpt' });
  });

  it('does not blame the address when it refuses a message', async () => {
    const { send } = await post({ refuse: { at: 'data', code: 552 } });
    assert.deepEqual(await send(), { kind: 'refused', addressRefused: false, response: '552 no, says the test at data' });
  });

  it('is asked again later when it defers a message', async () => {
    const { send } = await post({ refuse: { at: 'data', code: 451 } });
    assert.deepEqual(await send(), { kind: 'deferred', response: '451 no, says the test at data' });
  });

  it('blames only this message when it finds it too large', async () => {
    const { send } = await post({ refuse: { at: 'mail', code: 552 } });
    assert.deepEqual(await send(), { kind: 'refused', addressRefused: false, response: '552 no, says the test at mail' });
  });

  for (const [what, behaviour] of [
    ['goes away at the greeting', { refuse: { at: 'connect', code: 421 } }],
    ['refuses us at the greeting', { refuse: { at: 'connect', code: 554 } }],
    ['refuses the sender', { refuse: { at: 'mail', code: 550 } }],
    ['puts the sender off', { refuse: { at: 'mail', code: 451 } }],
    ['goes away at the address', { refuse: { at: 'rcpt', code: 421 } }],
    ['wants a login first', { refuse: { at: 'rcpt', code: 530 } }],
    ['goes away at the message', { refuse: { at: 'data', code: 421 } }],
    ['wants a login that we do not have', { options: { authOptional: false } }],
    ['shows a certificate that nobody vouches for', { options: { disabledCommands: [] } }],
  ] as const satisfies readonly (readonly [string, Behaviour])[]) {
    it(`that ${what} is down for everybody`, async () => {
      const { send } = await post(behaviour);
      await assert.rejects(send(), isDown);
    });
  }

  it('counts as down when it does not accept our password', async () => {
    const server = await startMailServer({
      options: { allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(new Error('wrong password')) },
    });
    const mail = mailTo(server.url.replace('smtp://', 'smtp://chaser:secret@'));
    onTestFinished(async () => {
      mail.close();
      await server.stop();
    });
    await assert.rejects(
      mail.send(mail.compose(envelopeOf(letterOfKind('request')))),
      (error) => isDown(error) && !String(error).includes('secret'),
    );
    await assert.rejects(mail.verify(), isDown);
  });

  it('counts as down when it does not exist', async () => {
    const server = await startMailServer();
    await server.stop();
    const mail = mailTo(server.url);
    onTestFinished(() => mail.close());
    await assert.rejects(mail.send(mail.compose(envelopeOf(letterOfKind('request')))), isDown);
    await assert.rejects(mail.verify(), isDown);
  });

  it('counts as down when its name cannot be resolved', async () => {
    const mail = mailTo('smtp://nowhere.invalid:25', { timeoutMs: 2_000 });
    onTestFinished(() => mail.close());
    await assert.rejects(mail.send(mail.compose(envelopeOf(letterOfKind('request')))), isDown);
  });

  it('counts as down when it never says a word', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const mail = mailTo(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    onTestFinished(() => {
      mail.close();
      silent.close();
    });
    await assert.rejects(mail.send(mail.compose(envelopeOf(letterOfKind('request')))), isDown);
  });

  it('counts as down when it falls silent in the middle', async () => {
    const { send } = await post({ options: { onRcptTo: () => undefined } });
    await assert.rejects(send(), isDown);
  });

  it('counts as down, without a second attempt by us, when it cuts the connection after it may have the message', async () => {
    const { send, server } = await post({ dropAfterData: true });
    await assert.rejects(send(), isDown);
    assert.equal(server.deliveries(), 1);
  });

  it('is connected to again after it closed an idle connection', async () => {
    const { send, server } = await post({ options: { socketTimeout: 300 } });
    await send();
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal((await send()).kind, 'accepted');
    assert.equal(server.accepted.length, 2);
  });

  it('is verified when it answers', async () => {
    const { mail } = await post();
    await mail.verify();
  });

  it('gets no more e-mails once the mail is closed', async () => {
    const { mail, send, server } = await post();
    mail.close();
    await assert.rejects(send(), isDown);
    assert.equal(server.deliveries(), 0);
  });
});

describe('an address', () => {
  const refusedWithout = async (address: string, options: Partial<SmtpMailOptions> = {}) => {
    // Nothing listens at port 1, so anything that used the network would report the server as down.
    const mail = mailTo('smtp://127.0.0.1:1', options);
    onTestFinished(() => mail.close());
    return mail.send({ ...mail.compose(envelopeOf(letterOfKind('request'))), to: { name: 'Jo Head', address } });
  };

  it('outside the allowed domains is refused without contacting the server', async () => {
    assert.deepEqual(await refusedWithout('head@hillcrest.sch.uk'), {
      kind: 'refused',
      addressRefused: false,
      response: 'hillcrest.sch.uk is not on the list of domains that may be written to (MAIL_ALLOWED_DOMAINS).',
    });
  });

  for (const address of ['jo@myexample', 'jo@example.sch.uk', 'jo@hillcrest.example.org']) {
    it(`is not allowed because it merely looks like one: ${address}`, async () => {
      assert.equal((await refusedWithout(address)).kind, 'refused');
    });
  }

  for (const address of [
    '',
    'head',
    '@hillcrest.example',
    'head@',
    'head@hillcrest.example, other@hillcrest.example',
    'head@hillcrest.example;other@hillcrest.example',
    'head@hillcrest.example\r\nBcc: other@hillcrest.example',
    'head@hillcrest.example\n',
    'head @hillcrest.example',
    'Jo <head@hillcrest.example>',
    '"jo head"@hillcrest.example',
    'he\u202Ead@hillcrest.example',
    'head\u0000@hillcrest.example',
    'head@hill crest.example',
    'head@-hillcrest.example',
    `${'h'.repeat(65)}@hillcrest.example`,
  ]) {
    it(`is refused when it is not one plain address: ${JSON.stringify(address)}`, async () => {
      const sent = await refusedWithout(address, { allowedDomains: 'all' });
      assert.ok(sent.kind === 'refused' && sent.addressRefused);
      assert.match(sent.response, /is not an e-mail address/u);
      assert.doesNotMatch(sent.response, /\p{Cc}/u);
    });
  }

  it('of a subdomain, in capitals, or with an accent in its domain may be written to', async () => {
    const { mail, server, email } = await post({}, { allowedDomains: ['HILLCREST.example', 'xn--caf-dma.example'] });
    for (const address of ['head@Office.HillCrest.example', 'head@hillcrest.example', 'head@café.example']) {
      assert.equal((await mail.send({ ...email, to: { name: 'Jo Head', address } })).kind, 'accepted');
    }
    assert.equal(server.accepted.length, 3);
  });

  it('that hides a character stays refused after composing', async () => {
    const mail = mailTo('smtp://127.0.0.1:1');
    onTestFinished(() => mail.close());
    const letter = letterOfKind('request');
    const email = mail.compose(envelopeOf({ ...letter, to: { ...letter.to, email: 'head\u202E@hillcrest.example' } }));
    assert.equal((await mail.send(email)).kind, 'refused');
  });
});

describe('where encryption is required', () => {
  const inClear = /did not encrypt the connection .*SMTP_REQUIRE_TLS/;
  /** A server with a certificate of its own making, which the mail is told to believe. */
  const withStartTls: Behaviour = { options: { disabledCommands: [] } };

  it('nothing is said in clear to a server without STARTTLS, which counts as down with a reason in words', async () => {
    const told: string[] = [];
    const { server, mail, send } = await post(
      { options: { onMailFrom: ({ address }, _session, done) => (told.push(address), done()) } },
      { requireTls: true },
    );
    await assert.rejects(send, (error: unknown) => isDown(error) && inClear.test((error as Error).message));
    await assert.rejects(
      () => mail.verify(),
      (error: unknown) => isDown(error) && inClear.test((error as Error).message),
    );
    assert.deepEqual([told, server.accepted, server.deliveries()], [[], [], 0]);
  });

  it('no option in the address undoes it', async () => {
    const { server, email } = await post();
    for (const query of ['requireTLS=false', 'ignoreTLS=true', 'opportunisticTLS=true', 'requireTLS=0&ignoreTLS=1&secure=false']) {
      const mail = mailTo(`${server.url}/?${query}`, { requireTls: true });
      await assert.rejects(
        () => mail.send(email),
        (error: unknown) => isDown(error) && inClear.test((error as Error).message),
        query,
      );
      mail.close();
    }
    assert.equal(server.deliveries(), 0);
  });

  it('a server that says it encrypts and has a certificate that nobody vouches for is not believed either', async () => {
    const { server, send } = await post(withStartTls, { requireTls: true });
    await assert.rejects(send, isDown);
    assert.equal(server.deliveries(), 0);
  });

  it('a server with STARTTLS takes the e-mail over an encrypted connection', async () => {
    const secure: boolean[] = [];
    const { server, email } = await post({
      options: { disabledCommands: [], onRcptTo: (_address, session, done) => (secure.push(session.secure), done()) },
    });
    const mail = mailTo(`${server.url}/?tls.rejectUnauthorized=false`, { requireTls: true });
    onTestFinished(() => mail.close());
    assert.equal((await mail.send(email)).kind, 'accepted');
    assert.deepEqual(secure, [true]);
  });

  it('and where it is not required, such a server takes it in clear', async () => {
    const { server, send } = await post();
    assert.equal((await send()).kind, 'accepted');
    assert.equal(server.accepted.length, 1);
  });
});
