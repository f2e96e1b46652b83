import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { MailServerDown } from '../activities/ports.ts';
import { letterOfKind } from '../tests/kit/letters.ts';
import { envelopeOf } from '../tests/kit/letters.ts';
import { REPLIES, REPLY_RECIPIENT, REPLY_SENDER } from '../tests/kit/mail-replies.ts';
import { stagesOf, startScriptedSmtp } from '../tests/kit/scripted-smtp.ts';
import type { ScriptedSmtp } from '../tests/kit/scripted-smtp.ts';
import type { Meaning } from './reply-meaning.ts';
import { createSmtpMail } from './smtp.ts';

/** Each reply of the table, said by a server on a real connection, at each stage at which it is said. */
describe('a mail server that speaks as the table says', () => {
  let server: ScriptedSmtp;
  beforeAll(async () => {
    server = await startScriptedSmtp();
  });
  afterAll(() => server.stop());

  for (const [name, stage, reply, meaning] of REPLIES) {
    for (const at of stagesOf(stage)) {
      it(`${name} at ${at}: “${reply.split('\n')[0]}” is taken for ${meaning}`, async () => {
        server.says = (asked) => (asked === at ? reply : null);
        // Before a recipient is named it is said to anybody, and a greeting that refuses is no server to us.
        assert.equal(await heard(server.url), at === 'greeting' ? 'no-server' : meaning);
      });
    }
  }

  it('takes the next e-mail after all that', async () => {
    server.says = () => null;
    assert.equal(await heard(server.url), 'accepted');
  });
});

async function heard(url: string): Promise<Meaning | 'accepted'> {
  const mail = createSmtpMail({
    url,
    from: { name: 'Chaser', address: REPLY_SENDER },
    messageIdDomain: 'chaser.example',
    maxConnections: 1,
    ratePerSecond: null,
    allowedDomains: ['example'],
    timeoutMs: 5_000,
  });
  try {
    const email = mail.compose(envelopeOf(letterOfKind('request')));
    const sent = await mail.send({ ...email, to: { name: 'Jo Head', address: REPLY_RECIPIENT } });
    if (sent.kind === 'accepted') return 'accepted';
    if (sent.kind === 'deferred') return 'address-later';
    return sent.addressRefused ? 'address-for-good' : 'letter-for-good';
  } catch (error) {
    if (error instanceof MailServerDown) return error.trouble;
    throw error;
  } finally {
    mail.close();
  }
}
