import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { answer, field, programmeOf, step } from '../tests/kit/programmes.ts';
import { eventInWords, newsOf, peopleIn, playedInWords } from './event-words.ts';
import { passedHere, passedInItsStory, passedToOthers, passedToYou } from './passed-words.ts';

const AT = '2022-11-25T09:00:00.000Z';
const programme = programmeOf(
  ['Confirm'],
  [
    step(
      'confirm',
      'school',
      [
        answer('accepts', { label: 'Yes, we will' }),
        answer('arranged', {
          label: 'It is arranged',
          fields: [
            field('meetingOn', { label: 'Date of the meeting', kind: 'date', records: 'firstMeetingOn' }),
            field('leader', { label: 'System leader', kind: 'person' }),
            field('sure', { label: 'Are you sure?', kind: 'yes-no' }),
            field('note', { label: 'Note', required: false }),
          ],
        }),
      ],
      { title: 'Confirm participation' },
    ),
  ],
);
const NAMES: Readonly<Record<string, string>> = { head: 'Harry Head', cora: 'Cora Coordinator', lena: 'Lena Leader', rosa: 'Rosa Region' };
const wording = { programme, subject: 'Hillside School', nameOf: (person: string) => NAMES[person] ?? person };
const said = (event: ChronologyEvent) => {
  const { title, lines } = eventInWords(event, wording);
  return [title, ...lines];
};
const of = { step: 'confirm', round: 1, at: AT } as const;
const head = { role: 'school', person: 'head' };
const answered = { ...of, type: 'step-answered', answer: 'accepts', by: 'head', onBehalfOf: null, via: 'link', fields: {} } as const;

const stopped: ChronologyEvent = {
  type: 'clock-stopped',
  at: AT,
  change: 1,
  stop: 1,
  by: 'cora',
  because: 'The school has asked for a pause.',
  about: { step: 'confirm', round: 1 },
  tells: [],
  moves: [],
  scope: null,
  category: 'illness',
  from: plainDate('2022-11-25'),
  expectedEnd: plainDate('2022-12-16'),
};

describe('a stopped clock', () => {
  it('is told in the letter without the category of its reason, which the timeline of staff names', () => {
    const { paragraphs } = newsOf(stopped, wording);
    assert.deepEqual(paragraphs.slice(0, 2), [
      'Cora Coordinator has paused it from Friday 25 November 2022.',
      'Why: The school has asked for a pause.',
    ]);
    assert.doesNotMatch(paragraphs.join(' '), /illness/);
    assert.deepEqual(said(stopped), [
      'This deployment was paused',
      'Cora Coordinator has paused it from Friday 25 November 2022: illness.',
      'Why: The school has asked for a pause.',
      'The pause should end on or before Friday 16 December 2022.',
    ]);
  });
});

describe('an event in words', () => {
  for (const [what, event, words] of [
    [
      'a beginning',
      {
        type: 'deployment-began',
        at: AT,
        reference: 'D1',
        subject: { kind: 'school', urn: '1' },
        programme: { id: 'invented', version: 1 },
        calendarVersion: 'c',
        parties: {},
      },
      ['The deployment began', 'Hillside School: An invented programme.'],
    ],
    [
      'an opening',
      {
        ...of,
        type: 'step-opened',
        on: plainDate('2022-11-25'),
        dayZero: plainDate('2022-11-25'),
        dueOn: plainDate('2022-11-30'),
        explanation: [],
        calendarVersion: 'c',
        openedBy: null,
      },
      ['“Confirm participation” opened', 'Due on Wednesday 30 November 2022.'],
    ],
    [
      'a reminder',
      { ...of, type: 'rung-reached', rung: 'reminder0', kind: 'reminder', to: [head], tells: [], unheld: [] },
      ['Reminder to Harry Head', '“Confirm participation”.'],
    ],
    [
      'a call',
      { ...of, round: 2, type: 'rung-reached', rung: 'call+2', kind: 'call', to: [{ role: 'rdp', person: 'cora' }], tells: [], unheld: [] },
      ['Call to make: Cora Coordinator', '“Confirm participation” (round 2).'],
    ],
    [
      'an escalation',
      {
        ...of,
        type: 'rung-reached',
        rung: 'escalation+3',
        kind: 'escalation',
        to: [{ role: 'regional-team', person: 'rosa' }],
        tells: [{ role: 'rdp', person: 'cora' }],
        unheld: [],
      },
      ['Escalation to Rosa Region', '“Confirm participation”.', 'Cora Coordinator is told of it.'],
    ],
    [
      'a rung that finds nobody',
      { ...of, type: 'rung-reached', rung: 'request', kind: 'request', to: [], tells: [], unheld: ['system-leader'] },
      ['Request: nobody to write to', '“Confirm participation”.', 'Nobody holds the role system leader.'],
    ],
    [
      'a rung left out',
      { ...of, type: 'rung-skipped', rung: 'reminder-3', kind: 'reminder', to: [head], because: 'It was asked on the same day.' },
      ['Reminder left out: Harry Head', '“Confirm participation”.', 'It was asked on the same day.'],
    ],
    ['an answer', answered, ['“Confirm participation” was answered', '“Yes, we will”: Harry Head.']],
    [
      'an answer by telephone',
      { ...answered, by: 'cora', onBehalfOf: 'head', via: 'telephone' },
      ['“Confirm participation” was answered', '“Yes, we will”: Harry Head, by telephone; recorded by Cora Coordinator.'],
    ],
    [
      'an answer with a form',
      { ...answered, answer: 'arranged', fields: { meetingOn: '2022-12-05', leader: 'lena', sure: 'yes' } },
      [
        '“Confirm participation” was answered',
        '“It is arranged”: Harry Head.',
        'Date of the meeting: 5 December 2022',
        'System leader: Lena Leader',
        'Are you sure?: Yes',
      ],
    ],
    [
      'what Chaser does itself',
      { ...answered, by: 'chaser', via: 'chaser' },
      ['“Confirm participation” was answered', 'Chaser did this by itself.'],
    ],
    [
      'a step that is no longer needed',
      { ...of, type: 'step-overtaken', because: 'The deployment was declined.' },
      ['“Confirm participation” was closed without an answer', 'The deployment was declined.'],
    ],
    ['a step left undone', { ...of, type: 'step-lapsed' }, ['“Confirm participation” was left undone', 'It was optional.']],
    ['a name', { type: 'party-named', at: AT, role: 'system-leader', person: 'lena' }, ['Lena Leader is the system leader now']],
    [
      'a fact of a field',
      { type: 'fact-recorded', at: AT, fact: 'firstMeetingOn', value: '2022-12-05' },
      ['Recorded: Date of the meeting', '5 December 2022'],
    ],
    [
      'a fact of an answer',
      { type: 'fact-recorded', at: AT, fact: 'matchedOn', value: '2022-11-25' },
      ['Recorded: matched on', '25 November 2022'],
    ],
    [
      'an end',
      { type: 'deployment-ended', at: AT, end: 'withdrawn', because: 'The school closed.' },
      ['The deployment ended', 'Withdrawn.', 'The school closed.'],
    ],
    ['somebody nobody knows', { type: 'party-named', at: AT, role: 'school', person: 'x-1' }, ['x-1 is the headteacher now']],
  ] satisfies readonly (readonly [string, ChronologyEvent, readonly string[]])[]) {
    it(`tells of ${what}`, () => {
      assert.deepEqual(said(event), words);
    });
  }

  it('names everybody it mentions, including people in person fields', () => {
    assert.deepEqual(peopleIn({ ...answered, by: 'cora', onBehalfOf: 'head', fields: { leader: 'lena' } }), ['cora', 'head', 'lena']);
    assert.deepEqual(
      peopleIn({ ...of, type: 'rung-reached', rung: 'r', kind: 'call', to: [head], tells: [{ role: 'rdp', person: 'cora' }], unheld: [] }),
      ['head', 'cora'],
    );
  });

  it('names the person who had a letter sent early, or left one out', () => {
    const early = {
      ...of,
      type: 'rung-reached',
      rung: 'r',
      kind: 'reminder',
      to: [head],
      tells: [],
      unheld: [],
      broughtForwardBy: 'cora',
    } as const;
    const leftOut = { ...of, type: 'rung-skipped', rung: 'r', kind: 'reminder', to: [head], because: 'Spoken to.', by: 'cora' } as const;
    assert.deepEqual(said(early), ['Reminder to Harry Head', '“Confirm participation”.', 'Cora Coordinator had it sent now.']);
    assert.deepEqual(peopleIn(early), ['cora', 'head']);
    assert.deepEqual(said(leftOut), [
      'Reminder left out: Harry Head',
      '“Confirm participation”.',
      'Spoken to.',
      'Left out by Cora Coordinator.',
    ]);
    assert.deepEqual(peopleIn(leftOut), ['cora', 'head']);
  });

  it('does not mistake a date or calendar for a contact id', () => {
    const corrected = { ...change, type: 'fact-corrected', fact: 'matchedOn', from: '2022-11-01', to: '2022-11-03' } as const;
    assert.deepEqual(peopleIn(corrected), ['cora', 'head']);
    assert.deepEqual(peopleIn({ ...change, type: 'party-changed', role: 'school', from: 'head', to: 'rosa' }), [
      'cora',
      'head',
      'rosa',
      'head',
    ]);
  });
});

/** A change that Cora Coordinator asked for, of which Harry Head is told. */
const change = {
  at: AT,
  change: 1,
  by: 'cora',
  because: 'The head is ill.',
  about: { step: 'confirm', round: 1 },
  tells: [head],
  moves: [],
};
const moved = [{ step: 'confirm', round: 1, from: plainDate('2022-11-30'), to: plainDate('2022-12-07') }];
const agreed = {
  ...change,
  ...of,
  type: 'extension-agreed',
  dueOn: plainDate('2022-12-07'),
  agreedWith: 'head',
  moves: moved,
} as const;
const passed = {
  ...of,
  type: 'escalation-passed',
  rung: 'escalation+3',
  turn: 2,
  how: 'handed-over',
  by: 'cora',
  onBehalfOf: 'rosa',
  because: 'I am away.',
  to: [{ role: 'regional-team', person: 'lena' }],
  tells: [],
  unheld: [],
} as const;

describe('a change of plan', () => {
  it('is told by e-mail with its reason and the dates that moved', () => {
    assert.deepEqual(newsOf(agreed, wording), {
      headline: 'More time has been agreed',
      paragraphs: ['“Confirm participation” is now due on Wednesday 7 December 2022, as agreed with Harry Head.', 'Why: The head is ill.'],
      moves: [{ title: 'Confirm participation', from: '2022-11-30', to: '2022-12-07' }],
    });
  });

  it('is shown on the timeline in the words of its e-mail, with the dates that moved and who made it', () => {
    assert.deepEqual(said(agreed), [
      'More time has been agreed',
      '“Confirm participation” is now due on Wednesday 7 December 2022, as agreed with Harry Head.',
      'Why: The head is ill.',
      '“Confirm participation”: now due on 7 December 2022, not 30 November 2022.',
      'Done by Cora Coordinator.',
    ]);
  });

  it('has its own words on the timeline when its e-mail addresses the reader', () => {
    assert.deepEqual(
      said({ ...of, type: 'escalation-closed', rung: 'r', turn: 1, change: 1, because: 'It was answered.', tells: [head] }),
      ['The escalation of “Confirm participation” has ended', 'It was answered.'],
    );
    assert.deepEqual(said(passed), [
      'The escalation of “Confirm participation” is with Lena Leader',
      'On 25 November 2022 Rosa Region handed this escalation over: I am away. (Recorded by Cora Coordinator.)',
    ]);
  });

  it('is told in rehearsals in the present tense, with the roles of the people', () => {
    const { title, lines } = playedInWords(
      { ...change, type: 'party-changed', role: 'school', from: 'head', to: 'rosa' },
      { ...wording, personOf: (person) => `${wording.nameOf(person)} (of the cast)` },
      false,
    );
    assert.deepEqual([title, ...lines], ['Rosa Region (of the cast) is the headteacher now', 'The head is ill.']);
  });

  it('says that nobody is further up when an escalation goes again to its holder', () => {
    const raised = { ...passed, how: 'raised', by: null } as const;
    assert.equal(playedInWords(raised, wording, false).title, 'The escalation of Confirm participation goes further up: nobody took it');
    assert.equal(
      playedInWords(raised, wording, true).title,
      'The escalation of Confirm participation is sent again: nobody took it, and there is nobody above to send it to',
    );
  });
});

describe('an escalation that was passed on', () => {
  const name = wording.nameOf;
  const raised = { ...passed, how: 'raised', by: null, because: 'Nobody took it.' } as const;
  for (const [reader, words, byHand, byItself] of [
    [
      'whoever has it now',
      passedToYou,
      'On 25 November 2022 Rosa Region handed this escalation over to you: I am away. (Recorded by Cora Coordinator.)',
      'This escalation has come up to you. Nobody took it.',
    ],
    [
      'whoever looks at the timeline',
      passedHere,
      'On 25 November 2022 Rosa Region handed this escalation over: I am away. (Recorded by Cora Coordinator.)',
      'This escalation has come up. Nobody took it.',
    ],
    [
      'whoever had it',
      passedToOthers,
      'On 25 November 2022 Rosa Region handed this escalation over to Lena Leader: I am away. (Recorded by Cora Coordinator.)',
      'On 25 November 2022 this escalation went up to Lena Leader. Nobody took it.',
    ],
    [
      'whoever reads its story',
      passedInItsStory,
      'Rosa Region handed it over to Lena Leader: I am away. (Recorded by Cora Coordinator.)',
      'it went up to Lena Leader. Nobody took it.',
    ],
  ] as const) {
    it(`is put for ${reader}`, () => {
      const { onBehalfOf: _, ...alone } = raised;
      assert.equal(words(passed, name), byHand);
      assert.equal(words(alone, name), byItself);
    });
  }
});
