import assert from 'node:assert/strict';
import { describe, it, onTestFinished } from 'vitest';
import type { ComposedEmail, MailPort } from '../activities/ports.ts';
import { MailServerDown } from '../activities/ports.ts';
import { envelopeOf, letterOfKind } from '../tests/kit/letters.ts';
import { startMailServer } from '../tests/kit/mail-server.ts';
import { BAD_ADDRESS, RATE_LIMIT, startNotifyServer, WRONG_KEY } from '../tests/kit/notify-server.ts';
import { createNotifyMail } from './notify.ts';
import { createSmtpMail } from './smtp.ts';

type Weather = 'fair' | 'no-such-address' | 'refuses-us' | 'busy' | 'silent-after-taking';
type Post = {
  readonly mail: MailPort & { close(): void; verify(): Promise<void> };
  /** The addresses to which it has taken something. */
  readonly taken: () => readonly string[];
};

const COMMON = {
  from: { name: 'Chaser', address: 'chaser@mail.example' },
  messageIdDomain: 'mail.example',
  allowedDomains: ['example'],
  timeoutMs: 400,
};

async function bySmtp(weather: Weather): Promise<Post> {
  const server = await startMailServer(
    weather === 'silent-after-taking'
      ? { dropAfterData: true }
      : weather === 'no-such-address'
        ? { refuse: { at: 'rcpt', code: 553 } }
        : weather === 'refuses-us'
          ? { refuse: { at: 'mail', code: 550 } }
          : weather === 'busy'
            ? { refuse: { at: 'connect', code: 421 } }
            : {},
  );
  const mail = createSmtpMail({ ...COMMON, url: server.url, maxConnections: 1, ratePerSecond: null });
  onTestFinished(async () => {
    mail.close();
    await server.stop();
  });
  return { mail, taken: () => server.accepted.flatMap(({ to }) => to) };
}

async function byNotify(weather: Weather): Promise<Post> {
  const server = await startNotifyServer();
  server.meets(
    {
      fair: null,
      'no-such-address': BAD_ADDRESS,
      'refuses-us': WRONG_KEY,
      busy: RATE_LIMIT,
      'silent-after-taking': 'silent-after-taking' as const,
    }[weather],
  );
  const { url, apiKey, templateId, replyToId } = server;
  const mail = createNotifyMail({ ...COMMON, url, apiKey, templateId, replyToId });
  onTestFinished(async () => {
    mail.close();
    await server.stop();
  });
  return { mail, taken: () => server.taken.map(({ to }) => to) };
}

const composedBy = ({ mail }: Post): ComposedEmail => mail.compose(envelopeOf(letterOfKind('request')));
const downAs = (expected: Partial<MailServerDown>) => (error: unknown) => {
  assert.ok(error instanceof MailServerDown, String(error));
  for (const [name, value] of Object.entries(expected)) assert.equal(error[name as keyof MailServerDown], value, name);
  return true;
};

describe.each([
  ['SMTP', bySmtp],
  ['GOV.UK Notify', byNotify],
] as const)('what the mailroom may rely on with %s', (_name, by) => {
  it('takes a letter for the person whom it names', async () => {
    const post = await by('fair');
    await post.mail.verify();
    const sent = await post.mail.send(composedBy(post));
    assert.equal(sent.kind, 'accepted');
    assert.deepEqual(post.taken(), ['head@hillcrest.example']);
  });

  it('composes the same e-mail from the same envelope, under a name that follows from it alone', async () => {
    const post = await by('fair');
    assert.deepEqual(composedBy(post), composedBy(post));
    const other = await by('fair');
    assert.equal(composedBy(other).messageId, composedBy(post).messageId);
    assert.equal(composedBy(other).text, composedBy(post).text);
  });

  it('writes to no domain that is not allowed, and blames no address for it', async () => {
    const post = await by('fair');
    const email = { ...composedBy(post), to: { name: 'Jo Head', address: 'head@hillcrest.sch.uk' } };
    const sent = await post.mail.send(email);
    assert.deepEqual([sent.kind, 'addressRefused' in sent && sent.addressRefused], ['refused', false]);
    assert.match(sent.response, /MAIL_ALLOWED_DOMAINS/u);
    assert.deepEqual(post.taken(), []);
  });

  it('blames an address that is none, and one that is refused for good', async () => {
    const fair = await by('fair');
    const none = await fair.mail.send({ ...composedBy(fair), to: { name: 'Jo', address: 'head@a.example, b@c.example' } });
    assert.deepEqual([none.kind, 'addressRefused' in none && none.addressRefused], ['refused', true]);
    const post = await by('no-such-address');
    const sent = await post.mail.send(composedBy(post));
    assert.deepEqual([sent.kind, 'addressRefused' in sent && sent.addressRefused], ['refused', true]);
  });

  it('blames no letter when it refuses us or is busy', async () => {
    const refusing = await by('refuses-us');
    await assert.rejects(refusing.mail.send(composedBy(refusing)), downAs({ trouble: 'we-are-refused', perhapsSent: false }));
    const busy = await by('busy');
    await assert.rejects(busy.mail.send(composedBy(busy)), downAs({ trouble: 'no-server', perhapsSent: false }));
  });

  it('leaves open whether a letter was sent whose answer did not come', async () => {
    const post = await by('silent-after-taking');
    await assert.rejects(post.mail.send(composedBy(post)), downAs({ trouble: 'no-server', saidTo: 'one', perhapsSent: true }));
  });

  it('sends nothing once it is closed', async () => {
    const post = await by('fair');
    post.mail.close();
    await assert.rejects(post.mail.send(composedBy(post)), downAs({ perhapsSent: false }));
    assert.deepEqual(post.taken(), []);
  });
});
