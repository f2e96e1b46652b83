import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { AUTOMATIC } from '../tests/kit/incoming/automatic.ts';
import { BOUNCES } from '../tests/kit/incoming/bounces.ts';
import { letterMessageId, surveyMessageId } from '../mail/message-id.ts';
import { messageOptions } from '../mail/message-options.ts';
import { CHASER, common, email, HEAD, LETTER_ID, PLAIN, WRITTEN_MS } from '../tests/kit/incoming/build.ts';
import { PEOPLE } from '../tests/kit/incoming/people.ts';
import { readIncoming } from './read-incoming.ts';

const CORPUS = [...AUTOMATIC, ...BOUNCES, ...PEOPLE];

describe('an e-mail that comes in', () => {
  it('is one of more than two hundred in the corpus, each of another kind, product or language', () => {
    assert.ok(
      AUTOMATIC.length >= 60 && BOUNCES.length >= 60 && PEOPLE.length >= 60,
      `${AUTOMATIC.length} ${BOUNCES.length} ${PEOPLE.length}`,
    );
    assert.ok(CORPUS.length >= 200, String(CORPUS.length));
    assert.equal(new Set(CORPUS.map(({ raw }) => raw.toString('latin1'))).size, CORPUS.length);
    assert.equal(new Set(CORPUS.map(({ name }) => name)).size, CORPUS.length);
  });

  it('is told apart: no automatic reply counts as a person’s, no person’s as automatic, and bounces say whether the address is gone', async () => {
    const wrong: string[] = [];
    for (const sample of CORPUS) {
      const { what, words, letters } = await readIncoming(sample.raw, WRITTEN_MS);
      const seen = {
        kind: what.kind,
        threads: letters.includes(LETTER_ID),
        ...(sample.forGood === undefined ? {} : { forGood: what.kind === 'bounce' && what.addressForGood }),
        ...(sample.recipient === undefined ? {} : { recipient: 'recipients' in what ? what.recipients[0] : null }),
        ...(sample.returnsOn === undefined ? {} : { returnsOn: what.kind === 'automatic' ? what.returnsOn : null }),
        ...(sample.names === undefined ? {} : { names: what.kind === 'automatic' ? what.names : null }),
        ...(sample.words === undefined ? {} : { words }),
      };
      const { name, raw: _, threads = true, ...wanted } = sample;
      try {
        assert.deepEqual(seen, { ...wanted, threads });
      } catch {
        wrong.push(
          `${name}\n  seen   ${JSON.stringify(seen)}\n  wanted ${JSON.stringify({ ...wanted, threads })}${what.kind === 'bounce' ? `\n  said ${what.said}` : ''}`,
        );
      }
    }
    assert.equal(wrong.length, 0, wrong.join('\n'));
  });

  it('is known by what follows the plus of the address to which our letters ask for replies, when the client loses the thread', async () => {
    const messageId = letterMessageId('D00001/confirm-participation/1/request/head', 'mail.example');
    const letter = {
      messageId,
      inReplyTo: null,
      references: [],
      date: '2040-10-02T09:15:00.000Z',
      to: { name: 'Harry Head', address: HEAD },
      replyTo: { name: 'Cora Coordinator', address: 'cora@delivery.example' },
      subject: 'Please confirm',
      text: 'Please confirm.',
      html: '<p>Please confirm.</p>',
      attachments: [],
    };
    const repliesTo = (inboxAddress: string | null) =>
      JSON.stringify(messageOptions(letter, { name: 'Chaser', address: CHASER }, inboxAddress).replyTo).match(/[^"]+@[^"]+/g);
    assert.deepEqual(repliesTo(null), ['cora@delivery.example']);
    const [coordinator, own = ''] = repliesTo(CHASER) ?? [];
    assert.equal(coordinator, 'cora@delivery.example');
    const reply = email({ ...common(`Harry Head <${HEAD}>`, 'Please confirm', 'plus-1'), To: own, ...PLAIN }, 'Yes.');
    assert.deepEqual((await readIncoming(reply, WRITTEN_MS)).letters, [messageId.slice(1, 33)]);
  });

  it('is known as a reply to a survey by the Message-ID or the plus of its letter, and by no word that it says', async () => {
    const messageId = surveyMessageId('note/1/2040-10-02', 'mail.example');
    const says = (headers: Readonly<Record<string, string>>) =>
      readIncoming(
        email({ ...common(`Harry Head <${HEAD}>`, 'Re: Survey: the offer', 'survey-1'), ...headers, ...PLAIN }, 'The survey.'),
        WRITTEN_MS,
      );
    const [plus] = /[^<]+(?=@)/.exec(messageId) ?? [];
    for (const headers of [
      { 'In-Reply-To': messageId },
      { References: `<other@mail.example> ${messageId}` },
      { To: `Chaser <chaser+${plus}@mail.example>` },
    ]) {
      const { ofSurvey, letters } = await says(headers);
      assert.deepEqual([ofSurvey, letters], [true, []], JSON.stringify(headers));
    }
    assert.equal((await says({ 'In-Reply-To': letterMessageId('D1/x/1/request/head', 'mail.example') })).ofSurvey, false);
    assert.equal((await says({})).ofSurvey, false);
  });

  it('keeps attachments out and names them', async () => {
    const sample = PEOPLE.find(({ name }) => name === 'with attachments');
    assert.ok(sample);
    const { attachments, words } = await readIncoming(sample.raw, WRITTEN_MS);
    assert.deepEqual(
      attachments.map(({ name, bytes }) => [name, bytes > 0]),
      [
        ['plan.pdf', true],
        ['../../etc/passwd.docm', true],
      ],
    );
    assert.ok(!words.includes('%PDF'));
  });

  it('has one name however it travels, and another from another writer', async () => {
    const [first] = PEOPLE;
    assert.ok(first);
    const text = first.raw.toString();
    const nameOf = async (raw: string) => (await readIncoming(Buffer.from(raw), WRITTEN_MS)).onceAs;
    const name = await nameOf(text);
    assert.equal(await nameOf(`Received: from elsewhere.example\r\n${text}`), name);
    assert.notEqual(await nameOf(text.replaceAll('head@hillside.example', 'deputy@hillside.example')), name);
    const nameless = text.replace(/Message-ID: .*\r\n/, '');
    assert.equal(await nameOf(`Received: from elsewhere.example\r\n${nameless}`), await nameOf(nameless));
    assert.notEqual(await nameOf(`${nameless} And more.`), await nameOf(nameless));
  });

  it('is read to its limits and says when it was cut', async () => {
    const head = 'From: head@hillside.example\r\nSubject: long\r\n\r\n';
    const long = await readIncoming(Buffer.from(`${head}${'A line of words.\r\n'.repeat(20_000)}`), WRITTEN_MS);
    assert.equal(long.cut, true);
    assert.equal(long.words.length, 20_000);
    const short = await readIncoming(Buffer.from(`${head}Yes`), WRITTEN_MS);
    assert.equal(short.cut, false);
    const many = await readIncoming(
      Buffer.from(`From: head@hillside.example\r\nReferences: ${`<${LETTER_ID}@mail.example> `.repeat(5_000)}\r\n\r\nYes`),
      WRITTEN_MS,
    );
    assert.deepEqual(many.letters, [LETTER_ID]);
  });

  it('takes no longer than a moment, whatever is repeated in it', async () => {
    const repeated = [
      'Op a schreef b\n',
      'On 1 a <b@c.example> wrote:\n',
      'From: a\n',
      '> ',
      '>\n',
      '_',
      '-----Original Message-----\n',
      'Am 1 um 2 schrieb ',
      'a@',
      '550 5.1.1 ',
      'return on 1 ',
      'until Monday 1 October to ',
      'I am away until ',
      '<',
      '<div>',
      '<blockquote>',
      '<table><tr><td>',
      '&nbsp;',
      '--b\n',
      'could not be delivered ',
    ];
    for (const piece of repeated) {
      for (const type of ['text/plain', 'text/html', 'multipart/mixed; boundary=b']) {
        const raw = Buffer.from(
          `From: MAILER-DAEMON@relay.example\r\nSubject: ${piece.trim().repeat(50)}\r\nContent-Type: ${type}\r\nAuto-Submitted: auto-replied\r\n\r\n${piece.repeat(Math.ceil(100_000 / piece.length))}`,
        );
        const before = performance.now();
        await readIncoming(raw, WRITTEN_MS);
        const tookMs = performance.now() - before;
        assert.ok(tookMs < 2_000, `${JSON.stringify(piece)} as ${type}: ${Math.round(tookMs)} ms`);
      }
    }
  });

  it('never fails, whatever bytes it is made of, and gives nothing that PostgreSQL cannot keep', async () => {
    const headers = fc.array(
      fc.tuple(
        fc.constantFrom(
          'From',
          'To',
          'Subject',
          'Date',
          'Message-ID',
          'References',
          'In-Reply-To',
          'Content-Type',
          'Content-Transfer-Encoding',
          'Return-Path',
          'Auto-Submitted',
          'X-Failed-Recipients',
          'Precedence',
          'Received',
        ),
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(
            'multipart/report; report-type=delivery-status; boundary=b',
            'message/rfc822',
            'text/html; charset=utf-7',
            'text/plain; charset=nonsense',
            'base64',
            'multipart/mixed; boundary=""',
            '=?utf-8?B?////?=',
            '<>',
            '"a\0b" <x@y>',
            'MAILER-DAEMON@x.example',
          ),
        ),
      ),
      { maxLength: 12 },
    );
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5\r\n\r\nFinal-Recipient: \r\n--b--',
        '<script>\0</script><p>Yes',
        '\uD800 lone \u0000 nul \u202E turned',
        '--b\r\nContent-Type: message/rfc822\r\n\r\n--b\r\n--b--',
      ),
    );
    const built = fc
      .tuple(headers, body)
      .map(([lines, text]) => Buffer.from(`${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${text}`));
    const mangled = fc
      .tuple(fc.constantFrom(...CORPUS), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }))
      .map(([{ raw }, changes]) => {
        const bytes = Buffer.from(raw);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        return bytes;
      });
    const anything = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(built, mangled, anything), async (raw) => {
        const read = await readIncoming(raw, WRITTEN_MS);
        assert.match(read.onceAs, /^[0-9a-f]{64}$/);
        assert.ok(['bounce', 'delayed', 'automatic', 'person'].includes(read.what.kind));
        const text = JSON.stringify(read);
        assert.ok(!text.includes('\\u0000') && text.isWellFormed(), text);
        if (read.writtenAt !== null) assert.ok(!Number.isNaN(Date.parse(read.writtenAt)));
      }),
      { numRuns: 400 },
    );
  });
});
