import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { ComposedEmail } from '../activities/ports.ts';
import { MailServerDown } from '../activities/ports.ts';
import { envelopeOf, letterOfKind } from '../tests/kit/letters.ts';
import {
  BROKEN,
  DAILY_LIMIT,
  NO_TEMPLATE,
  RATE_LIMIT,
  startNotifyServer,
  TEAM_ONLY,
  TRIAL_MODE,
  WRONG_KEY,
} from '../tests/kit/notify-server.ts';
import type { NotifyFault, NotifyServer } from '../tests/kit/notify-server.ts';
import { notifyBody } from './notify-body.ts';
import { createNotifyMail } from './notify.ts';
import type { NotifyMail, NotifyMailOptions } from './notify.ts';

describe('GOV.UK Notify', () => {
  let server: NotifyServer;
  let mail: NotifyMail;
  let email: ComposedEmail;
  beforeEach(async () => {
    server = await startNotifyServer();
    mail = mailTo();
    email = mail.compose(envelopeOf(letterOfKind('request')));
  });
  afterEach(() => server.stop());

  function mailTo(options: Partial<NotifyMailOptions> = {}): NotifyMail {
    return createNotifyMail({
      apiKey: server.apiKey,
      url: server.url,
      templateId: server.templateId,
      replyToId: server.replyToId,
      from: { name: 'Chaser', address: 'chaser@mail.example' },
      messageIdDomain: 'mail.example',
      allowedDomains: ['example'],
      timeoutMs: 300,
      ...options,
    });
  }

  /** What is said when a letter meets this. */
  async function saidOf(fault: NotifyFault): Promise<MailServerDown> {
    server.meets(fault);
    try {
      await mail.send(email);
    } catch (error) {
      assert.ok(error instanceof MailServerDown, String(error));
      return error;
    }
    return assert.fail('it was taken');
  }

  it('is given our subject and words, the reply-to address, and the Message-ID as reference', async () => {
    const sent = await mail.send(email);
    const [one] = server.taken;
    assert.ok(one && sent.kind === 'accepted');
    assert.equal(sent.notification, one.id);
    assert.equal(`<${one.reference}>`, email.messageId);
    assert.equal(one.replyToId, server.replyToId);
    assert.deepEqual(one.personalisation, { subject: email.subject, body: notifyBody(email) });
    assert.match(one.personalisation['body'] ?? '', /Dear Jo Head/u);
  });

  it('links to the due date as a calendar entry, which it cannot carry, and says whom a reply reaches', () => {
    const letter = letterOfKind('reminder');
    const body = notifyBody(mail.compose(envelopeOf(letter)));
    assert.ok(body.includes(`Put the due date of “${letter.step.title}” into your calendar: ${letter.link}/due-date.ics`), body);
    assert.match(
      body,
      /A reply to this e-mail goes to the shared mailbox of this service\. To write to Chris Mills alone: c\.mills@delivery\.example$/u,
    );
    const news = { contentType: 'text/calendar; method=CANCEL', filename: 'due-date-cancelled.ics', content: '' };
    assert.match(notifyBody({ ...email, attachments: [news] }), /This e-mail cannot change your calendar\./u);
  });

  it('does not send again what it has taken though its answer was lost', async () => {
    server.meets('silent-after-taking');
    await assert.rejects(mail.send(email), MailServerDown);
    server.meets(null);
    const again = await mail.send(email, { perhapsSent: true });
    assert.equal(again.kind, 'accepted');
    assert.equal(server.taken.length, 1);
    assert.equal(again.kind === 'accepted' && again.notification, server.taken[0]?.id);
  });

  it('sends again what perhaps left and never did, and what failed on its side', async () => {
    assert.equal((await mail.send(email, { perhapsSent: true })).kind, 'accepted');
    const [one] = server.taken;
    assert.ok(one);
    one.status = 'technical-failure';
    assert.equal((await mail.send(email, { perhapsSent: true })).kind, 'accepted');
    assert.equal(server.taken.length, 2);
  });

  it('asks nothing before a letter that leaves for the first time', async () => {
    await mail.send(email);
    assert.deepEqual(server.asked, ['POST /v2/notifications/email']);
  });

  for (const [fault, trouble, saidTo, words] of [
    [WRONG_KEY, 'we-are-refused', 'anybody', /does not accept the API key\. Check NOTIFY_API_KEY/u],
    [TEAM_ONLY, 'we-are-refused', 'one', /team-only key.+Put a live key into NOTIFY_API_KEY/u],
    [TRIAL_MODE, 'we-are-refused', 'one', /trial mode.+go live/u],
    [NO_TEMPLATE, 'we-are-refused', 'anybody', /cannot use our template/u],
    [RATE_LIMIT, 'no-server', 'anybody', /no more this minute/u],
    [DAILY_LIMIT, 'no-server', 'anybody', /daily limit.+goes on tomorrow/u],
  ] as const) {
    it(`says in plain words what is wrong when it answers “${fault.message}”`, async () => {
      const said = await saidOf(fault);
      assert.deepEqual([said.trouble, said.saidTo, said.perhapsSent], [trouble, saidTo, false]);
      assert.match(said.message, words);
      assert.ok(!said.message.includes(server.apiKey.slice(-36)), 'the key is told');
    });
  }

  it('may have sent a letter at which it failed itself', async () => {
    const said = await saidOf(BROKEN);
    assert.deepEqual([said.trouble, said.saidTo, said.perhapsSent], ['no-server', 'one', true]);
  });

  it('has sent nothing when nobody listens at its address', async () => {
    const nobody = mailTo({ url: 'http://127.0.0.1:9' });
    await assert.rejects(
      nobody.send(email),
      (error) => error instanceof MailServerDown && !error.perhapsSent && error.saidTo === 'anybody',
    );
  });

  it('is left alone for a quarter of an hour after its daily limit, and asked again on the next day', async () => {
    let wallMs = Date.parse('2040-10-08T22:50:00Z');
    mail = mailTo({ wallMs: () => wallMs });
    await saidOf(DAILY_LIMIT);
    server.meets(null);
    await assert.rejects(mail.send(email), /daily limit/u);
    assert.equal(server.asked.length, 1);
    wallMs = Date.parse('2040-10-08T23:00:00Z');
    assert.equal((await mail.send(email)).kind, 'accepted', 'midnight in London');
    await saidOf(DAILY_LIMIT);
    server.meets(null);
    wallMs += 15 * 60_000;
    assert.equal((await mail.send(email)).kind, 'accepted');
  });

  it('puts off a letter of which it says what nobody foresaw', async () => {
    server.meets({ status: 400, error: 'BadRequestError', message: 'The moon is full' });
    assert.deepEqual(await mail.send(email), { kind: 'deferred', response: 'GOV.UK Notify: BadRequestError: The moon is full' });
  });

  it('tells at once of a template that cannot carry our words', async () => {
    await mail.verify();
    server.template.body = 'Dear ((name))';
    await assert.rejects(mail.verify(), /Chaser needs an e-mail template whose subject is \(\(subject\)\)/u);
    await assert.rejects(mailTo({ apiKey: `${server.apiKey.slice(0, -1)}x` }).verify(), /does not accept the API key/u);
    await assert.rejects(mailTo({ templateId: server.replyToId }).verify(), /does not give the template/u);
  });
});

describe('a letter in the terms of GOV.UK Notify', () => {
  const bodyOf = (text: string) => notifyBody({ text, attachments: [], replyTo: { name: '', address: '' } });

  it('has its headings, lists and paragraphs, and no line broken where text breaks it', () => {
    const text = `Please confirm\n==============\n\nDear Jo\n\nThe Department for Education has offered Hillcrest Primary School up to\n10 days of free support.\n\nHow to answer\n-------------\n\n- Yes, we will take part in this with everything that we have and more than\n  that\n- No\n\n    copy this\n    and this\n\n\n--------------------\n\nReference: T-1\n`;
    assert.equal(
      bodyOf(text),
      '# Please confirm\n\nDear Jo\n\nThe Department for Education has offered Hillcrest Primary School up to 10 days of free support.\n\n## How to answer\n\n* Yes, we will take part in this with everything that we have and more than that\n* No\n\ncopy this\nand this\n\nReference: T-1',
    );
  });

  it('keeps what people wrote from becoming a heading or a link with other words', () => {
    assert.equal(
      bodyOf('# Urgent\n\nSee [your bank](https://bad.example)\n\n^ now\n'),
      '\\# Urgent\n\nSee [your bank] (https://bad.example)\n\n\\^ now',
    );
  });
});
