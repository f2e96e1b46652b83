import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Letter } from '../activities/ports.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { createComposer } from './compose.ts';
import { letterMessageId } from './message-id.ts';
import { messageOptions } from './message-options.ts';
import { CHRIS, coordinatorsOwn, digestLetters, envelopeOf, JO, letterOfKind, PRIYA, returnedForm } from '../tests/kit/letters.ts';

const compose = createComposer({ messageIdDomain: 'mail.example', from: { name: 'Chaser', address: 'chaser@mail.example' } });
const composeOne = (letter: Letter) => compose(envelopeOf(letter));
/** Asked only after its day: counted from a match, say, and opened late. */
const LATE_REQUEST: Letter = { ...letterOfKind('request'), writtenAt: '2022-12-05T09:12:00.000Z' };
const callWithoutPages: Letter = { ...letterOfKind('call'), link: null, pages: null };
/** The text without its line breaks. */
const said = (letter: Letter) => composeOne(letter).text.replaceAll(/\s+/gu, ' ');

describe('an e-mail', () => {
  it('is the same message, byte for byte, when it is composed again', () => {
    const letter = letterOfKind('request');
    assert.deepEqual(
      compose({ id: letter.key, claim: 'one', perhapsSent: false, sequences: {}, letters: [letter] }),
      compose({ id: letter.key, claim: 'another', perhapsSent: false, sequences: {}, letters: [letter] }),
    );
  });

  it('has a Message-ID that is made from the envelope id and reveals nothing of it', () => {
    assert.match(letterMessageId('D00001/confirm-participation/1/request/p-head', 'mail.example'), /^<[0-9a-f]{32}@mail\.example>$/u);
    assert.notEqual(letterMessageId('one', 'mail.example'), letterMessageId('two', 'mail.example'));
  });

  it('names as its sender whoever asks, before the service, and only where all that it holds is asked by them', () => {
    const asked: Letter = { ...letterOfKind('request'), sender: 'Priya Shah\r\nBcc: x@example' };
    assert.equal(composeOne(asked).sender, 'Priya Shah Bcc: x@example');
    assert.deepEqual(messageOptions(composeOne(asked), { name: 'Chaser', address: 'chaser@mail.example' }).from, {
      name: 'Priya Shah Bcc: x@example via Chaser',
      address: 'chaser@mail.example',
    });
    assert.equal(composeOne(letterOfKind('request')).sender, undefined);
    const [first, ...rest] = digestLetters();
    assert.ok(first !== undefined);
    assert.equal(compose({ ...envelopeOf(first), letters: [{ ...first, sender: 'Priya Shah' }, ...rest] }).sender, undefined);
  });

  it('begins a thread with the first letter about a step', () => {
    const { inReplyTo, references } = composeOne(letterOfKind('request'));
    assert.deepEqual([inReplyTo, references], [null, []]);
  });

  it('replies to the request of its step when it is a reminder', () => {
    const { messageId } = composeOne(letterOfKind('request'));
    const { inReplyTo, references } = composeOne(letterOfKind('reminder'));
    assert.deepEqual([inReplyTo, references], [messageId, [messageId]]);
  });

  it('belongs to every thread of its letters and replies to none when they are several', () => {
    const { inReplyTo, references } = compose(envelopeOf(...digestLetters()));
    assert.equal(inReplyTo, null);
    assert.equal(new Set(references).size, 2);
  });

  it('replies to a thread once when it has several letters of it', () => {
    const letters = digestLetters().map((letter) => ({ ...letter, threadKey: 'first' }));
    const { inReplyTo, references } = compose(envelopeOf(...letters));
    assert.equal(inReplyTo, letterMessageId('first', 'mail.example'));
    assert.deepEqual(references, [inReplyTo]);
  });

  it('carries the date at which its newest letter was written', () => {
    assert.equal(compose(envelopeOf(...digestLetters())).date, '2023-01-06T08:20:01.000Z');
  });

  it('has its replies go to the coordinator', () => {
    assert.deepEqual(composeOne(letterOfKind('overdue')).replyTo, { name: CHRIS.name, address: CHRIS.email });
  });

  it('repeats in a notice what was answered, where the notice carries it', () => {
    const plain = composeOne(letterOfKind('notice'));
    assert.ok(!plain.text.includes('What was answered'));
    const because = {
      text: 'On 5 March 2020 Priya Shah answered “Decide”: Refused.',
      details: [{ label: 'Why', value: 'No <measures>.' }],
    };
    const { text, html } = composeOne({ ...letterOfKind('notice'), because });
    assert.match(text, /What was answered[\s\S]*answered “Decide”: Refused\.[\s\S]*Why:[\s\S]*No <measures>\./u);
    assert.match(html, /What was answered[\s\S]*No &lt;measures&gt;\./u);
  });

  it('is refused without letters', () => {
    assert.throws(() => compose({ id: 'empty', claim: 'one', perhapsSent: false, sequences: {}, letters: [] }), /holds no letters/u);
  });
});

describe('the subject', () => {
  const subjects: readonly (readonly [Letter, string])[] = [
    [letterOfKind('request'), 'Please confirm participation by 30 November 2022: Hillcrest Primary School'],
    [letterOfKind('reminder'), 'Reminder: please confirm participation by 30 November 2022: Hillcrest Primary School'],
    [letterOfKind('overdue'), 'Overdue by 1 school day: please confirm participation: Hillcrest Primary School'],
    [letterOfKind('notice'), 'For your information: Hillcrest Primary School'],
    [letterOfKind('call'), 'Please telephone Jo Head about “Confirm participation”: Hillcrest Primary School'],
    [letterOfKind('escalation'), 'For your decision: “Confirm participation” is 3 school days late: Hillcrest Primary School'],
    [letterOfKind('escalation-notice'), 'For your information: “Confirm participation” is 3 school days late: Hillcrest Primary School'],
    [{ ...letterOfKind('overdue'), daysLate: 0 }, 'Overdue: please confirm participation: Hillcrest Primary School'],
  ];
  for (const [letter, subject] of subjects) {
    it(`of ${letter.kind === 'overdue' && letter.daysLate === 0 ? 'an overdue notice that cannot count' : letter.kind} says what is wanted first`, () => {
      assert.equal(composeOne(letter).subject, subject);
    });
  }

  it('of an optional step says so', () => {
    const letter = letterOfKind('request');
    const optional = { ...letter, step: { ...letter.step, optional: true, title: 'Support a case study' } };
    assert.equal(composeOne(optional).subject, 'Optional: support a case study by 30 November 2022: Hillcrest Primary School');
  });

  it('of a request whose day passed before it could be asked names no past day', () => {
    assert.equal(composeOne(LATE_REQUEST).subject, 'Please confirm participation as soon as you can: Hillcrest Primary School');
  });

  it('keeps what is wanted and shortens a name that is too long', () => {
    const letter = letterOfKind('request');
    const { subject } = composeOne({ ...letter, deployment: { ...letter.deployment, subject: 'A very long name '.repeat(20) } });
    assert.equal(subject.length, 150);
    assert.match(subject, /^Please confirm participation by 30 November 2022: A very long name .*…$/u);
  });
});

describe('the words', () => {
  it('explain the whole offer in the first request, and not again', () => {
    assert.match(composeOne(letterOfKind('request')).text, /It is voluntary\. You can say no/u);
    assert.doesNotMatch(composeOne(letterOfKind('reminder')).text, /It is voluntary/u);
  });

  it('of a repeated request say what was missing', () => {
    const { text } = composeOne(returnedForm());
    assert.match(text, /Why we are asking you again/u);
    assert.match(
      text,
      /What is missing or wrong:\n\n {2}The days of support are claimed twice\.\n\n {2}The date of the signature is missing\./u,
    );
  });

  it('of a reminder on the due date say that it is today', () => {
    assert.match(
      composeOne(letterOfKind('reminder')).text,
      /Chris\s+Mills, RDP coordinator, asks you to answer today, Wednesday\s+30\s+November 2022\./u,
    );
  });

  it('of an optional step do not press', () => {
    const letter = letterOfKind('request');
    assert.match(
      said({ ...letter, step: { ...letter.step, optional: true } }),
      /asks you to answer, if you would like to, by Wednesday 30 November 2022\. It is optional\./u,
    );
  });

  it('mention a weekend only once, however many there are', () => {
    const { text } = composeOne(letterOfKind('request'));
    assert.equal(text.match(/Saturday/gu)?.length, 1);
  });

  it('name the joint owners, and say that one answer is enough', () => {
    const { text } = composeOne({ ...letterOfKind('request'), owners: [PRIYA, JO] });
    assert.match(text, /Also asked: Priya Shah \(regional team\)\. One answer is enough\./u);
  });

  it('of a call give the number, and the pages on which its outcome is recorded', () => {
    const { text } = composeOne(letterOfKind('call'));
    assert.match(text, /Telephone: 01632 960123/u);
    assert.match(
      text,
      /^Yes, we will take part:\nhttps:\/\/chaser\.example\/deployments\/D00001\/answer\/confirm-participation\?answer=accepts#your-answer$/mu,
    );
    assert.match(text, /^https:\/\/chaser\.example\/$/mu);
    assert.doesNotMatch(text, /chaser answer|\(accepts\)/u);
  });

  it('of a call give the command that records the answer when there is no web service', () => {
    const { text } = composeOne(callWithoutPages);
    assert.match(
      text,
      /^ {4}chaser answer D00001 confirm-participation ANSWER --by c\.mills@delivery\.example --for head@hillcrest\.example$/mu,
    );
  });

  it('of a call say plainly that no number is known', () => {
    assert.match(
      composeOne({ ...letterOfKind('call'), owners: [{ ...JO, telephone: null }] }).text,
      /Telephone: no telephone number is known/u,
    );
  });

  it('of a call about a step without an owner ask the reader to find somebody', () => {
    const text = said({ ...callWithoutPages, owners: [] });
    assert.match(text, /nobody is named as the owner of this step\. Please find out whom to telephone\./u);
    assert.match(text, /--for THEM /u);
  });

  it('of a command cannot run anything else in a shell', () => {
    const letter = callWithoutPages;
    const { text } = composeOne({ ...letter, owners: [{ ...JO, email: "$(reboot)';id@hillcrest.example" }] });
    assert.match(text, /--for THEM$/mu);
    const quote = composeOne({ ...letter, owners: [{ ...JO, email: "o'neill@hillcrest.example" }] });
    assert.match(quote.text, /--for 'o'\\''neill@hillcrest\.example'$/mu);
  });

  it("of the coordinator's own step tell them how to record it, not whom to ask", () => {
    const { text } = composeOne({ ...coordinatorsOwn(), link: null, pages: null });
    assert.match(text, /chaser answer D00001 engage-system-leader ANSWER --by c\.mills@delivery\.example$/mu);
    assert.doesNotMatch(text, /Reply to this e-mail/u);
  });

  it("of the coordinator's own step name no command when there is a link", () => {
    const { text } = composeOne(coordinatorsOwn());
    assert.match(text, /^https:\/\/chaser\.example\/a\//mu);
    assert.doesNotMatch(text, /chaser answer|short name/u);
    const { text: several } = compose(envelopeOf(coordinatorsOwn(), { ...coordinatorsOwn(), key: 'another' }));
    assert.equal(several.match(/^I have contacted a system leader:\nhttps:.*\?answer=contacted#your-answer$/gmu)?.length, 2);
    assert.doesNotMatch(several, /chaser answer|short name/u);
  });

  it("of an escalation of the coordinator's own step do not send the answer to them alone", () => {
    assert.match(
      said({ ...letterOfKind('escalation'), owners: [CHRIS] }),
      /whose own step this is\. A reply to this e-mail goes to them\./u,
    );
  });

  it('of several reminders for different coordinators say to whom each answer goes', () => {
    const letters = digestLetters().map((letter, index) => (index === 0 ? letter : { ...letter, replyTo: PRIYA }));
    const { text } = compose(envelopeOf(...letters));
    assert.match(text, /A reply to this e-mail goes to\s+Chris\s+Mills, RDP coordinator, alone\./u);
    assert.match(text, /priya\.shah@region\.example/u);
  });
});

describe('the calendar entry', () => {
  const entryOf = (letter: Letter) => composeOne(letter).attachments[0]?.content.replaceAll('\r\n ', '') ?? '';
  const lineOf = (entry: string, name: string) => entry.split('\r\n').find((line) => line.startsWith(name));

  it('is an all-day event on the due date that does not block the day', () => {
    const entry = entryOf(letterOfKind('request'));
    assert.equal(lineOf(entry, 'DTSTART'), 'DTSTART;VALUE=DATE:20221130');
    assert.equal(lineOf(entry, 'SUMMARY'), 'SUMMARY:Confirm participation: Hillcrest Primary School');
    assert.equal(lineOf(entry, 'TRANSP'), 'TRANSP:TRANSPARENT');
    assert.equal(lineOf(entry, 'DTSTAMP'), 'DTSTAMP:20221123T081200Z');
  });

  it('of the reminder replaces that of the request, and another round has its own', () => {
    const uid = (letter: Letter) => lineOf(entryOf(letter), 'UID');
    const reminder = letterOfKind('reminder');
    assert.equal(uid(reminder), uid(letterOfKind('request')));
    assert.notEqual(uid({ ...reminder, step: { ...reminder.step, round: 2 } }), uid(letterOfKind('request')));
  });

  it('of a later letter is a later revision, so that a client that has the entry takes the moved date', () => {
    const sequence = (letter: Letter) => Number(lineOf(entryOf(letter), 'SEQUENCE')?.slice('SEQUENCE:'.length));
    const request = letterOfKind('request');
    const reminder = { ...letterOfKind('reminder'), writtenAt: '2022-11-24T08:12:00.000Z' };
    const moved = { ...reminder, step: { ...reminder.step, openedOn: plainDate('2022-11-24'), dueOn: plainDate('2022-12-07') } };
    assert.ok(sequence(moved) > sequence(request), `${sequence(moved)} is not above ${sequence(request)}`);
    assert.equal(sequence(request), sequence({ ...request, to: JO }), 'the same for everybody who is written to');
    assert.ok(
      sequence({ ...request, writtenAt: '2099-12-31T23:59:00.000Z', step: { ...request.step, dueOn: plainDate('2099-12-31') } }) < 2 ** 31,
    );
  });

  it('is left out when the day has passed', () => {
    assert.deepEqual(composeOne(LATE_REQUEST).attachments, []);
  });

  it('comes only with requests and reminders', () => {
    for (const kind of ['overdue', 'notice', 'call', 'escalation', 'escalation-notice'] as const) {
      assert.deepEqual(composeOne(letterOfKind(kind)).attachments, []);
    }
    assert.equal(compose(envelopeOf(...digestLetters())).attachments[0]?.content.match(/BEGIN:VEVENT/gu)?.length, 1);
  });

  it('keeps its day in every time zone', () => {
    const letter = letterOfKind('request');
    const summer = { ...letter, step: { ...letter.step, dueOn: plainDate('2023-07-03') } };
    assert.equal(lineOf(entryOf(summer), 'DTSTART'), 'DTSTART;VALUE=DATE:20230703');
  });
});
