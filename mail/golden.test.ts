import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import type { Letter, LetterKind } from '../activities/ports.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { digestWords } from '../letters/digest-words.ts';
import { createComposer } from './compose.ts';
import { digestNote } from './digest-note.ts';
import { begunWords } from '../letters/begun-words.ts';
import { whyItGoesOn } from '../letters/quieter-words.ts';
import { CHRIS, coordinatorsOwn, digestLetters, envelopeOf, JO, letterOfKind, returnedForm } from '../tests/kit/letters.ts';
import { wordsOfParts } from '../tests/kit/words.ts';

/**
 * The words of every kind of letter, as people get them. UPDATE_GOLDEN=1 writes the files anew; check the difference
 * before you keep it.
 */
const GOLDEN = join(import.meta.dirname, 'golden');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

const KINDS = [
  'request',
  'reminder',
  'overdue',
  'notice',
  'call',
  'escalation',
  'escalation-notice',
  'news',
] as const satisfies readonly LetterKind[];
const BEGUN = begunWords([{ person: 'p-head', name: JO.name, begunAt: '2022-11-25T16:00:00.000Z' }], 'p-head');
assert.ok(BEGUN);
const LETTERS: Readonly<Record<string, readonly Letter[]>> = {
  ...Object.fromEntries(KINDS.map((kind) => [kind, [letterOfKind(kind)]])),
  'request-returned-form': [returnedForm()],
  'request-to-coordinator': [coordinatorsOwn()],
  // Its day is counted from the match, and was over before it could be asked.
  'request-after-its-day': [{ ...letterOfKind('request'), writtenAt: '2022-12-05T09:12:00.000Z' }],
  // Without a web service the command line is the way to record an answer.
  'call-without-pages': [{ ...letterOfKind('call'), link: null, pages: null }],
  digest: digestLetters(),
  gathered: [letterOfKind('news'), letterOfKind('escalation-notice'), coordinatorsOwn(), letterOfKind('notice')].map(toStaff),
  'gathered-informs': [letterOfKind('news'), letterOfKind('escalation-notice')].map(toStaff),
  // The foot says where e-mails like it are stopped, or why it comes though others are.
  'reminder-may-be-stopped': [{ ...letterOfKind('reminder'), quieter: 'https://chaser.example/quieter/x' }],
  'reminder-goes-on': [{ ...letterOfKind('reminder'), goesOn: whyItGoesOn('reminder') }],
  // Whoever has begun an answer is not told that they have not answered.
  'reminder-begun': [{ ...letterOfKind('reminder'), begun: BEGUN }],
  'overdue-begun': [{ ...letterOfKind('overdue'), begun: BEGUN }],
  'call-begun': [{ ...letterOfKind('call'), begun: { ...BEGUN, toYou: null } }],
  'escalation-begun': [{ ...letterOfKind('escalation'), begun: { ...BEGUN, toYou: null } }],
  'escalation-notice-begun': [{ ...letterOfKind('escalation-notice'), begun: { ...BEGUN, toYou: null } }],
  'digest-begun': digestLetters().map((letter, index) => (index === 0 ? { ...letter, begun: BEGUN } : letter)),
};

/** Letters of one reader, with the pages of the staff. */
function toStaff(letter: Letter): Letter {
  const { reference } = letter.deployment;
  const deployment = `https://chaser.example/deployments/${reference}`;
  return { ...letter, to: CHRIS, pages: letter.pages ?? { deployment, answer: `${deployment}/answer`, today: 'https://chaser.example/' } };
}

/** The words on the link to the page with the rest. */
const LEAVES_TO_ITS_PAGE = />About [^<]*this date[^<]*<\/a>/u;

const compose = createComposer({ messageIdDomain: 'mail.example', from: { name: 'Chaser', address: 'chaser@mail.example' } });

describe('every kind of letter', () => {
  for (const [name, letters] of Object.entries(LETTERS)) {
    const email = compose(envelopeOf(...letters));

    it(`${name}: says what the golden text says`, () => assertGolden(`${name}.txt`, `Subject: ${email.subject}\n\n${email.text}`));

    it(`${name}: looks as the golden page looks`, () => assertGolden(`${name}.html`, email.html));

    it(`${name}: says the same words in the same order in text and HTML`, () => {
      const { html, text, onlyText } = wordsOfParts(email);
      assert.deepEqual(text, html);
      // Only a letter that links to a page with the rest may leave it out of its HTML.
      assert.equal(onlyText.length > 0, LEAVES_TO_ITS_PAGE.test(email.html));
    });

    it(`${name}: keeps to 72 columns, commands, links and long words apart`, () => {
      const long = email.text.split('\n').filter((line) => line.length > 72 && !line.startsWith('    ') && !line.startsWith('https:'));
      assert.deepEqual(long, []);
    });

    it(`${name}: is a page of its own that loads nothing`, () => {
      assert.match(email.html, /^<!doctype html>\n<html lang="en-GB">/u);
      assert.match(email.html, /<title>[^<]+<\/title>/u);
      assert.equal(email.html.match(/<h1/gu)?.length, 1);
      // Links are followed by people, not loaded by their mail program.
      const loaded = email.html.replaceAll(/<a href="https:\/\/chaser\.example\/[^"]*"[^>]*>[^<]*<\/a>/gu, '');
      assert.doesNotMatch(loaded, /<(?:img|script|link|iframe|form)\b|https?:|url\(|@import/iu);
      // Tables serve the buttons alone, and styles stand once, in the head.
      assert.equal(loaded.match(/<table\b/gu)?.length, loaded.match(/<table role="presentation"/gu)?.length);
      assert.equal(loaded.match(/<style\b/gu)?.length, 1);
    });
  }
});

function assertGolden(file: string, actual: string): void {
  const path = join(GOLDEN, file);
  if (UPDATE) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  let expected: string;
  try {
    expected = readFileSync(path, 'utf8');
  } catch {
    assert.fail(`mail/golden/${file} is missing. Write it with UPDATE_GOLDEN=1, and read it.`);
  }
  assert.equal(actual, expected);
}

describe('the summary of the week', () => {
  const [on, soon] = [plainDate('2040-10-08'), plainDate('2040-10-12')];
  const hillcrest = { reference: 'D00001', subject: 'Hillcrest Primary School' };
  const words = digestWords({
    name: 'Chris Mills',
    late: { all: 7, first: [{ ...hillcrest, title: 'Confirm participation', waitsFor: 'school or trust', dueOn: on }] },
    due: { all: 1, first: [{ ...hillcrest, title: 'Agree the plan', waitsFor: 'system leader', dueOn: soon }] },
    answered: { all: 1, first: [{ ...hillcrest, title: 'Contact the school', answer: 'I have contacted it', by: 'Priya Shah', on }] },
    watched: { all: 1, first: [{ ...hillcrest, court: null, ended: true }] },
  });
  const email = digestNote(words ?? assert.fail('there is something to say'), 'https://chaser.example');

  it('says what the golden text says, and the same in HTML', () => {
    assertGolden('weekly.txt', `Subject: ${email.subject}\n\n${email.text}`);
    assertGolden('weekly.html', email.html);
    const { html, text, onlyText } = wordsOfParts(email);
    assert.deepEqual(text, html);
    assert.equal(onlyText.length, 0);
  });
});
