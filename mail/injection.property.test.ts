import assert from 'node:assert/strict';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { describe, it } from 'vitest';
import type { Envelope, Letter, LetterKind, Named } from '../activities/ports.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { domainOf } from './addresses.ts';
import { oneLine } from './clean-text.ts';
import { createComposer } from './compose.ts';
import { messageOptions } from './message-options.ts';
import { digestLetters, letterOfKind } from '../tests/kit/letters.ts';
import { visibleText, wordsOf, wordsOfParts } from '../tests/kit/words.ts';

const raw = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
const FROM = { name: 'Chaser', address: 'chaser@mail.example' };
const compose = createComposer({ messageIdDomain: 'mail.example', from: FROM });

const HOSTILE = [
  '\r\nBcc: thief@elsewhere.example\r\n',
  '\n\n<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{{ letter.to.email }}{% include "layout.html.njk" %}{{ 7 * 7 }}',
  "{{ range.constructor('return process')() }}",
  '</title></head><body onload=alert(1)>',
  'Jo, thief@elsewhere.example',
  '<thief@elsewhere.example>',
  '=?utf-8?Q?=0D=0ABcc:_thief=40elsewhere.example?=',
  '\u202Egnp.exe',
  '\u2028Bcc: x\u0085Bcc: y\u0000',
  '\uD800',
  '- item\n.\r\n.\r\nQUIT',
  '&amp;lt;b&gt; `\\\'"',
  '--=_Part_1\r\nContent-Type: text/html',
];

/** Anything that somebody may have typed into a form or a spreadsheet. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...HOSTILE),
  fc
    .tuple(fc.string({ maxLength: 12 }), fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', maxLength: 12 }))
    .map((parts) => parts.join('')),
);

const address = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('head@hillcrest.example', "o'neill+x@trust.example", 'jo@café.example', 'jürgen@trust.example') },
  { weight: 1, arbitrary: anything },
  { weight: 1, arbitrary: anything.map((text) => `${text}@hillcrest.example`) },
);

const anybody: fc.Arbitrary<Named> = fc.record({ name: anything, role: anything, email: address, telephone: fc.option(anything) });

const KINDS = [
  'request',
  'reminder',
  'overdue',
  'notice',
  'call',
  'escalation',
  'escalation-notice',
] as const satisfies readonly LetterKind[];

const sample: fc.Arbitrary<readonly Letter[]> = fc.oneof(
  fc.constantFrom(...KINDS).map((kind): readonly Letter[] => [letterOfKind(kind)]),
  fc.constant(digestLetters()),
);

/** A letter of any kind in which every value that comes from people is arbitrary. */
const letters: fc.Arbitrary<readonly Letter[]> = fc
  .record({
    sample,
    to: anybody,
    replyTo: anybody,
    owners: fc.array(anybody, { maxLength: 3 }),
    subject: anything,
    texts: fc.array(anything, { minLength: 8, maxLength: 8 }),
    explanation: fc.array(anything, { maxLength: 3 }),
    round: fc.integer({ min: 1, max: 2 }),
    late: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ sample: from, to, replyTo, owners, subject, texts, explanation, round, late }) =>
    from.map((letter): Letter => {
      const [ask = '', next = '', title = '', label = '', need = '', detail = '', offer = '', told = ''] = texts;
      return {
        ...letter,
        to,
        replyTo,
        owners,
        daysLate: late,
        deployment: { ...letter.deployment, subject, offer },
        step: {
          ...letter.step,
          ask,
          next,
          title,
          round,
          answers: [{ id: need, label, needs: [need], form: false }],
          explanation: explanation.map((text) => ({ kind: 'rule', text })),
        },
        notice: letter.notice === null ? null : ask,
        alsoTold: [told],
        because: { text: detail, details: [{ label: need, value: detail }] },
        sentBefore: letter.sentBefore.map((sent) => ({ ...sent, toWhom: told })),
      };
    }),
  );

const envelopeOf = (together: readonly Letter[]): Envelope => ({
  id: together.map(({ key }) => key).join(),
  claim: 'c',
  perhapsSent: false,
  sequences: {},
  letters: together,
});

/** Set CHASER_LETTERS=20000 for a longer run. */
const LETTERS = Number(process.env['CHASER_LETTERS'] ?? 300);

const ALWAYS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
];
const TAGS = new Set('!doctype html head meta title body div h1 h2 h3 p ul li strong code a style table tr td'.split(' '));
const ATTRIBUTES = new Set('lang charset name content style href class role cellpadding cellspacing border bgcolor'.split(' '));

describe('whatever people are called and whatever they write', () => {
  it('the message has only its own headers and one recipient', async () => {
    await fc.assert(
      fc.asyncProperty(letters, async (together) => {
        const email = compose(envelopeOf(together));
        // Anything that is not one plain address never gets this far: see smtp.test.ts.
        fc.pre(domainOf(email.to.address) !== null);
        const { message } = await raw.sendMail(messageOptions(email, FROM));
        assert.ok(Buffer.isBuffer(message));
        const parsed = await simpleParser(message);
        const expected = [
          ...ALWAYS,
          ...(domainOf(email.replyTo.address) === null ? [] : ['reply-to']),
          ...(email.inReplyTo === null ? [] : ['in-reply-to']),
          ...(email.references.length === 0 ? [] : ['references']),
        ];
        assert.deepEqual([...parsed.headers.keys()].sort(), expected.sort());
        const recipients = [parsed.to ?? []].flat().flatMap(({ value }) => value);
        assert.equal(recipients.length, 1);
        assert.equal(domainOf(recipients[0]?.address ?? ''), domainOf(email.to.address));
        assert.equal(parsed.attachments.length, email.attachments.length);
      }),
      { numRuns: LETTERS },
    );
  });

  it('the subject and the names are one clean line', () => {
    fc.assert(
      fc.property(letters, (together) => {
        const { subject, to, replyTo } = compose(envelopeOf(together));
        for (const text of [subject, to.name, replyTo.name]) assert.equal(text, oneLine(text));
        assert.ok(Array.from(subject).length <= 150);
        for (const { address: given } of [to, replyTo]) assert.doesNotMatch(given, /\p{C}/u);
      }),
      { numRuns: LETTERS },
    );
  });

  it('the page holds no element and no attribute but its own', () => {
    fc.assert(
      fc.property(letters, (together) => {
        const { html } = compose(envelopeOf(together));
        for (const [, name = '', attributes = ''] of html.matchAll(/<\/?([^\s<>]*)([^<>]*)>/gu)) {
          assert.ok(TAGS.has(name.toLowerCase()), `<${name}>`);
          if (name === '!doctype') continue;
          for (const [, attribute = '', value = ''] of attributes.matchAll(/([\w-]+)="([^"]*)"/gu)) {
            assert.ok(ATTRIBUTES.has(attribute), attribute);
            if (attribute === 'href')
              assert.match(
                value,
                /^(?:mailto:[\w.%!*'()~&#;-]+|tel:\+?\d+|https:\/\/chaser\.example\/(?:a\/\w{43}(?:\/[a-z-]+)?|deployments\/D00001(?:\/answer\/confirm-participation)?)?(?:\?answer=[\w.%!*'()~&#;-]*#your-answer)?)$/u,
              );
          }
          assert.equal(attributes.replaceAll(/[\w-]+="[^"]*"/gu, '').trim(), '');
        }
      }),
      { numRuns: LETTERS },
    );
  });

  it('nothing that they write is executed as a template', () => {
    fc.assert(
      fc.property(letters, (together) => {
        const named = together.map((letter) => ({ ...letter, to: { ...letter.to, name: 'Jo {{ 6 * 7 }}{% raw %}' } }));
        const { text, html } = compose(envelopeOf(named));
        assert.ok(text.includes('Dear Jo {{ 6 * 7 }}{% raw %}'));
        assert.ok(html.includes('Dear Jo {{ 6 * 7 }}{% raw %}'));
      }),
      { numRuns: LETTERS },
    );
  });

  it('text and HTML say the same words in the same order', () => {
    fc.assert(
      fc.property(letters, (together) => {
        const { text, html } = wordsOfParts(compose(envelopeOf(together)));
        assert.deepEqual(text, html);
      }),
      { numRuns: LETTERS },
    );
  });

  it('both parts name the date, what is asked, and the coordinator', () => {
    fc.assert(
      fc.property(letters, (together) => {
        const { text, html } = compose(envelopeOf(together));
        for (const part of [text, visibleText(html)]) {
          const words = ` ${wordsOf(part).join(' ')} `;
          const says = (what: string) => assert.ok(words.includes(wordsOf(oneLine(what)).join(' ')), JSON.stringify(what));
          for (const { kind, step, notice, to, replyTo } of together) {
            // A coordinator is not told who the coordinator is.
            says(to.email !== '' && to.email.toLowerCase() === replyTo.email.toLowerCase() ? to.name : replyTo.name);
            // Whoever decides or telephones reads what was asked on the page behind their link, and at the foot of the text.
            if ((kind !== 'escalation' && kind !== 'call') || part === text) says(kind === 'notice' ? (notice ?? '') : step.ask);
            if (kind !== 'notice') says(longDateWithWeekday(step.dueOn));
          }
        }
      }),
      { numRuns: LETTERS },
    );
  });
});
