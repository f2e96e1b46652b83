import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { REPLIES, REPLY_RECIPIENT, REPLY_SENDER } from '../tests/kit/mail-replies.ts';
import type { ReplyRow } from '../tests/kit/mail-replies.ts';
import { meaningOf } from './reply-meaning.ts';

const judged = ([, stage, text]: ReplyRow, recipient = REPLY_RECIPIENT, sender = REPLY_SENDER) =>
  meaningOf({ stage, code: Number(text.slice(0, 3)), text, recipient, sender });

describe('what a mail server’s reply means', () => {
  for (const row of REPLIES) {
    const [server, stage, text, meaning] = row;
    it(`${server} at ${stage}: “${text.split('\n')[0]}” means ${meaning}`, () => {
      assert.equal(judged(row), meaning);
    });
  }

  it('does not depend on the words in an address or a domain that the server repeats', () => {
    const words = [
      'relay',
      'blocked',
      'spf',
      'user-unknown',
      'spamhaus',
      'virus',
      'over-quota',
      'greylisted',
      'sender',
      'dmarc',
      'reputation',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...REPLIES.filter(([, , text]) => text.includes(REPLY_RECIPIENT))),
        fc.constantFrom(...words),
        fc.constantFrom(...words),
        (row, local, label) => {
          const [server, stage, text, meaning] = row;
          const recipient = `${local}@${label}.example`;
          const echoed = text.replaceAll(REPLY_RECIPIENT, recipient);
          assert.equal(judged([server, stage, echoed, meaning], recipient), meaning, echoed);
        },
      ),
    );
  });

  it('marks no address for good on words that no table foresaw', () => {
    const said = fc.array(fc.constantFrom('policy', 'violation', 'no', 'thanks', 'refused', 'local', 'code', '0x81', 'see', 'help'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(said, fc.constantFrom(550, 554), fc.constantFrom('RCPT TO', 'DATA', 'MAIL FROM'), (parts, code, stage) => {
        const text = `${code} ${parts.join(' ')}`;
        assert.notEqual(judged(['any', stage, text, 'we-are-refused']), 'address-for-good', text);
      }),
    );
  });

  it('stands in docs/operations.md, row by row', () => {
    const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
    const missing = REPLIES.map(docRow).filter((row) => !page.includes(row));
    assert.deepEqual(missing, []);
  });
});

/** A row of the table in docs/operations.md. */
function docRow([server, stage, text, meaning]: ReplyRow): string {
  return `| ${server} | ${stage} | \`${text.replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|')}\` | ${meaning} |`;
}
