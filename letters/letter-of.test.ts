import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { answer, CALENDAR, field, ladder, programmeOf, step } from '../tests/kit/programmes.ts';
import { letterOf } from './letter-of.ts';
import type { LetterFacts } from './letter-of.ts';

const CONFIRM = step(
  'confirm',
  'school',
  [answer('yes', { fields: [field('meetingOn', { label: 'Date of the meeting' }), field('note', { label: 'Note', required: false })] })],
  {
    title: 'Confirm participation',
    with: ['system-leader'],
    ask: 'Please confirm.',
    askWith: { 'system-leader': 'Please sign.' },
    ladder: ladder(),
  },
);
const programme = programmeOf(['confirm'], [CONFIRM]);
const party = (role: string, name: string) => ({ role, name, email: `${role}@${role}.example`, telephone: null });
const HEAD = party('school', 'Harry Head');
const CORA = party('rdp', 'Cora Coordinator');
const LENA = party('system-leader', 'Lena Leader');
const NO_LINKS = { link: null, pages: null };

function facts(over: Partial<Omit<LetterFacts, 'facts'>> = {}, said: Partial<LetterFacts['facts']> = {}): LetterFacts {
  return {
    key: 'D1/confirm/1/request/head',
    kind: 'request',
    reference: 'D1',
    role: 'school',
    rung: 'request',
    writtenAt: '2022-11-25T09:00:00.000Z',
    programme,
    calendar: CALENDAR,
    step: CONFIRM,
    entries: [],
    ...over,
    facts: {
      recipient: HEAD,
      parties: [HEAD, CORA, LENA],
      subject: 'Hillside School',
      region: 'North West',
      round: 1,
      openedOn: plainDate('2022-11-23'),
      dueOn: plainDate('2022-11-23'),
      explanation: [],
      openedBy: null,
      sentBefore: [],
      threadKey: null,
      about: null,
      names: { cora: 'Cora Coordinator', lena: 'Lena Leader' },
      decides: null,
      ...said,
    },
  };
}

const passed: ChronologyEvent = {
  type: 'escalation-passed',
  at: '2022-11-25T09:00:00.000Z',
  step: 'confirm',
  round: 1,
  rung: 'escalation+3',
  turn: 2,
  how: 'handed-over',
  by: 'cora',
  because: 'I am away.',
  to: [{ role: 'system-leader', person: 'lena' }],
  tells: [],
  unheld: [],
};

describe('a letter', () => {
  it('asks a joint owner in the words meant for joint owners', () => {
    assert.equal(letterOf(facts(), NO_LINKS).step.ask, 'Please confirm.');
    assert.equal(letterOf(facts({ role: 'system-leader' }, { recipient: LENA }), NO_LINKS).step.ask, 'Please sign.');
  });

  it('names every owner, and of an answer only what must be said with it', () => {
    const { owners, step: asked } = letterOf(facts(), NO_LINKS);
    assert.deepEqual(
      owners.map(({ name }) => name),
      ['Harry Head', 'Lena Leader'],
    );
    assert.deepEqual(asked.answers, [{ id: 'yes', label: 'yes', needs: ['Date of the meeting'], form: false }]);
  });

  it('has its replies go to the coordinator, or to its own recipient while nobody coordinates', () => {
    assert.equal(letterOf(facts(), NO_LINKS).replyTo.name, 'Cora Coordinator');
    assert.equal(letterOf(facts({}, { parties: [HEAD] }), NO_LINKS).replyTo.name, 'Harry Head');
  });

  it('counts the days it is late, but none where the calendar has no dates', () => {
    assert.equal(letterOf(facts(), NO_LINKS).daysLate, 2);
    assert.equal(letterOf(facts({}, { dueOn: plainDate('1999-11-23') }), NO_LINKS).daysLate, 0);
  });

  it('tells the new holder of an escalation that it came to them, and others who has it now', () => {
    const because = (kind: LetterFacts['kind']) => letterOf(facts({ kind }, { about: passed }), NO_LINKS).because?.text;
    assert.equal(because('escalation'), 'On 25 November 2022 Cora Coordinator handed this escalation over to you: I am away.');
    assert.equal(
      because('escalation-notice'),
      'On 25 November 2022 Cora Coordinator handed this escalation over to Lena Leader: I am away.',
    );
  });

  it('says who asks for more time, until when and why, when it asks for the decision', () => {
    const decides = {
      step: 'confirm',
      round: 1,
      dueOn: plainDate('2022-12-07'),
      agreedWith: null,
      by: 'cora',
      because: 'The head is ill.',
    };
    assert.deepEqual(letterOf(facts({}, { decides }), NO_LINKS).because, {
      text: 'Cora Coordinator asks for “Confirm participation” to be due on Wednesday 7 December 2022.',
      details: [{ label: 'Why', value: 'The head is ill.' }],
    });
  });

  it('repeats the answer that opened the step in a notice only where the programme says so', () => {
    const openedBy = { step: 'confirm', answer: 'yes', at: '2022-11-23T10:00:00.000Z', by: 'Harry Head', fields: {}, names: {} };
    const noticeOf = (withAnswer: boolean) => {
      const base = facts({ kind: 'notice', rung: 'notice-school' }, { openedBy });
      const rung = { id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'Told.' } as const;
      const step = { ...base.step, ladder: [withAnswer ? { ...rung, withAnswer } : rung] };
      return letterOf({ ...base, step }, NO_LINKS);
    };
    assert.equal(noticeOf(false).because, null);
    assert.equal(noticeOf(true).because?.text, 'Harry Head told us on 23 November 2022: “yes”.');
    assert.equal(noticeOf(true).notice, 'Told.');
  });

  it('is in the name of whoever its step is asked by: their replies, their name as the sender, their telephone call', () => {
    const region = party('regional-team', 'Rosa Region');
    const asked = { ...CONFIRM, askedBy: 'regional-team' };
    const letter = letterOf(facts({ step: asked }, { parties: [HEAD, CORA, region] }), NO_LINKS);
    assert.deepEqual([letter.replyTo.name, letter.sender], ['Rosa Region', 'Rosa Region']);
    assert.deepEqual(letter.alsoTold, ['If nobody answers in time, the regional team telephones.', 'After that it decides how to go on.']);
    // A step that names nobody is asked by the coordinator, under the name of the service.
    assert.deepEqual([letterOf(facts(), NO_LINKS).replyTo.name, letterOf(facts(), NO_LINKS).sender], ['Cora Coordinator', null]);
  });

  it('repeats in a notice the fields of earlier answers that the programme names, and no others', () => {
    const said = {
      step: 'confirm',
      answer: 'yes',
      at: '2022-11-21T10:00:00.000Z',
      by: 'Harry Head',
      fields: { meetingOn: 'Monday', note: 'Not for others.' },
      names: {},
    };
    const base = facts({ kind: 'notice', rung: 'notice-school' }, { earlier: [said] });
    const notice = { id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'Told.' } as const;
    const because = (withEarlier: Readonly<Record<string, readonly string[]>>) =>
      letterOf({ ...base, step: { ...base.step, ladder: [{ ...notice, withEarlier }] } }, NO_LINKS).because;
    assert.deepEqual(because({ confirm: ['meetingOn'] })?.details, [{ label: 'Date of the meeting', value: 'Monday' }]);
    assert.equal(because({ elsewhere: ['meetingOn'] }), null);
  });

  it('contains news only when it was written to tell it', () => {
    const about: ChronologyEvent = {
      type: 'deployment-reopened',
      at: '2022-11-25T09:00:00.000Z',
      change: 1,
      by: 'cora',
      because: 'The school asked.',
      about: { step: 'confirm', round: 1 },
      tells: [],
      moves: [],
    };
    assert.equal(letterOf(facts({}, { about }), NO_LINKS).news, null);
    assert.equal(letterOf(facts({ kind: 'news' }, { about }), NO_LINKS).news?.headline, 'This deployment has been reopened');
  });
});
