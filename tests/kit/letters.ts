import type { Envelope, Letter, LetterKind, Named } from '../../activities/ports.ts';
import { plainDate } from '../../domain/time/plain-date.ts';

/** Invented letters, one of each kind, for tests and for looking at. */

export const JO: Named = { name: 'Jo Head', role: 'school or trust', email: 'head@hillcrest.example', telephone: '01632 960123' };
export const CHRIS: Named = { name: 'Chris Mills', role: 'RDP coordinator', email: 'c.mills@delivery.example', telephone: '01632 960001' };
export const PRIYA: Named = { name: 'Priya Shah', role: 'regional team', email: 'priya.shah@region.example', telephone: null };
const NKECHI: Named = { name: 'Nkechi Obi', role: 'system leader', email: 'nkechi.obi@ashdale-trust.example', telephone: null };

const OFFER = `The trust and school improvement offer is up to 10 days of support and advice from a system leader: normally the chief executive of a strong multi-academy trust. They help your leadership team to decide what to improve and to begin doing it.

It is free. The Department for Education pays for the support.

It is voluntary. You can say no, and you can ask for a different system leader than the one suggested.

It is not an inspection and it is not a takeover. Accepting the support does not commit you to working with or joining a trust.

Who is told what: the Department's regional team and its regional delivery partner see how far the support has come. At the end the system leader completes a form. You read and sign that form before it goes to the Department.`;

const CONFIRM: Letter['step'] = {
  stage: 'School or trust identified as eligible',
  id: 'confirm-participation',
  title: 'Confirm participation',
  round: 1,
  ask: 'The Department for Education has offered Hillcrest Primary School up to 10 days of free support from a system leader. Please tell us whether you would like to take part.',
  next: 'If you accept, Chris Mills looks for a system leader who suits you, and you are asked before anybody is confirmed. If you decline, the offer is closed and nothing more is asked of you.',
  openedOn: plainDate('2022-11-23'),
  dueOn: plainDate('2022-11-30'),
  explanation: [
    {
      kind: 'assumed',
      text: 'The guidance says "5 days". They are counted as days on which the school is open, because an e-mail that arrives in the holidays is lost.',
    },
    { kind: 'day-zero', on: plainDate('2022-11-23'), text: 'Day zero is Wednesday 23 November 2022. It is not counted.' },
    { kind: 'rule', text: 'Allowed: 5 school days.' },
    { kind: 'assumed', text: 'Assumed: the term dates of Cumbria are not known; those of Lancashire stand in.' },
    { kind: 'skipped', on: plainDate('2022-11-26'), to: plainDate('2022-11-26'), text: 'Not counted: 26 November 2022, Saturday.' },
    { kind: 'skipped', on: plainDate('2022-11-27'), to: plainDate('2022-11-27'), text: 'Not counted: 27 November 2022, Sunday.' },
    { kind: 'due', on: plainDate('2022-11-30'), text: 'Due on Wednesday 30 November 2022.' },
  ],
  explainsOffer: true,
  optional: false,
  answers: [
    { id: 'accepts', label: 'Yes, we will take part', needs: [], form: false },
    { id: 'declines', label: 'No, we do not want to take part', needs: [], form: false },
  ],
};

/** A form that was sent back: the second round of "Complete and sign the form". */
const FORM: Letter['step'] = {
  stage: 'Report and claim',
  id: 'complete-form',
  title: 'Complete and sign the form',
  round: 2,
  ask: 'Please complete the deployment form for Moor End Academy, sign it and send it to Sam Okafor to sign. If the form has come back to you, what is missing is set out in this e-mail.',
  next: 'Sam Okafor is asked to sign within 3 school days. Chris Mills then reviews the form and submits it to the regional team for approval and payment.',
  openedOn: plainDate('2022-12-15'),
  dueOn: plainDate('2023-01-05'),
  explanation: [
    { kind: 'day-zero', on: plainDate('2022-12-15'), text: 'Day zero is Thursday 15 December 2022. It is not counted.' },
    { kind: 'rule', text: 'Allowed: 10 working days.' },
    { kind: 'skipped', on: plainDate('2022-12-17'), to: plainDate('2022-12-17'), text: 'Not counted: 17 December 2022, Saturday.' },
    { kind: 'skipped', on: plainDate('2022-12-26'), to: plainDate('2022-12-26'), text: 'Not counted: 26 December 2022, Boxing Day.' },
    {
      kind: 'skipped',
      on: plainDate('2022-12-27'),
      to: plainDate('2022-12-27'),
      text: 'Not counted: 27 December 2022, Christmas Day (substitute day).',
    },
    {
      kind: 'skipped',
      on: plainDate('2023-01-02'),
      to: plainDate('2023-01-02'),
      text: "Not counted: 2 January 2023, New Year's Day (substitute day).",
    },
    { kind: 'due', on: plainDate('2023-01-05'), text: 'Due on Thursday 5 January 2023.' },
  ],
  explainsOffer: false,
  optional: false,
  answers: [
    {
      id: 'sent-to-school',
      label: 'The form is complete, signed, and sent to the school or trust',
      needs: ['Days of support claimed', 'Overview of the support provided', 'Date of your signature'],
      form: true,
    },
  ],
};

const SENT: Letter['sentBefore'] = [
  { on: plainDate('2022-11-23'), what: 'Asked by e-mail', toWhom: 'Jo Head' },
  { on: plainDate('2022-11-30'), what: 'Reminded by e-mail', toWhom: 'Jo Head' },
  { on: plainDate('2022-12-01'), what: 'Told by e-mail that it is overdue', toWhom: 'Jo Head' },
];

const THREAD = 'D00001/confirm-participation/1/request/p-head';

const BASE: Letter = {
  key: THREAD,
  kind: 'request',
  to: JO,
  replyTo: CHRIS,
  sender: null,
  writtenAt: '2022-11-23T08:12:00.000Z',
  threadKey: null,
  link: 'https://chaser.example/a/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG',
  pages: {
    answer: 'https://chaser.example/deployments/D00001/answer/confirm-participation',
    deployment: 'https://chaser.example/deployments/D00001',
    today: 'https://chaser.example/',
  },
  deployment: {
    reference: 'D00001',
    programme: 'Trust and school improvement offer 2022 to 2023',
    offer: OFFER,
    subject: 'Hillcrest Primary School',
    region: 'North West',
  },
  step: CONFIRM,
  notice: null,
  news: null,
  entries: [],
  daysLate: 0,
  daysLateKind: 'school',
  owners: [JO],
  alsoTold: ['If nobody answers in time, the RDP coordinator telephones.', 'After that the regional team is told.'],
  because: {
    text: 'Priya Shah (regional team) told us on 23 November 2022: “I have contacted the school or trust”.',
    details: [],
  },
  begun: null,
  promisedOn: null,
  maySayWhen: true,
  mayAskForTime: true,
  mayPassOn: true,
  sentBefore: [],
};

/** The form of the other deployment, on which the system leader is asked to act. */
const RETURNED: Letter = {
  ...BASE,
  key: 'D00002/complete-form/2/request/p-nle',
  to: NKECHI,
  writtenAt: '2022-12-15T09:02:00.000Z',
  deployment: { ...BASE.deployment, reference: 'D00002', subject: 'Moor End Academy' },
  step: FORM,
  daysLateKind: 'working',
  owners: [NKECHI],
  because: {
    text: 'Chris Mills (RDP coordinator) told us on 15 December 2022: “I am sending the form back to the system leader”.',
    details: [
      { label: 'What is missing or wrong', value: 'The days of support are claimed twice.\n\nThe date of the signature is missing.' },
    ],
  },
};

/** One letter of each kind. Built anew at each call, so that a test may change its own. */
export function letterOfKind(kind: LetterKind): Letter {
  const chased: Letter = { ...BASE, kind, threadKey: THREAD, sentBefore: SENT };
  switch (kind) {
    case 'request':
      return BASE;
    case 'reminder':
      return { ...chased, key: keyOf('reminder0', 'p-head'), writtenAt: '2022-11-30T08:12:00.000Z', sentBefore: SENT.slice(0, 1) };
    case 'overdue':
      return {
        ...chased,
        key: keyOf('overdue+1', 'p-head'),
        writtenAt: '2022-12-01T08:12:00.000Z',
        daysLate: 1,
        sentBefore: SENT.slice(0, 2),
      };
    case 'call':
      return { ...chased, key: keyOf('call+2', 'p-rdp'), to: CHRIS, threadKey: null, writtenAt: '2022-12-02T08:12:00.000Z', daysLate: 2 };
    case 'escalation':
      return {
        ...chased,
        key: keyOf('escalation+3', 'p-region'),
        to: PRIYA,
        threadKey: null,
        writtenAt: '2022-12-05T08:12:00.000Z',
        daysLate: 3,
      };
    case 'escalation-notice':
      return {
        ...chased,
        key: keyOf('escalation+3', 'p-rdp'),
        to: CHRIS,
        threadKey: null,
        writtenAt: '2022-12-05T08:12:00.000Z',
        daysLate: 3,
      };
    case 'notice':
      return {
        ...BASE,
        kind,
        key: 'D00001/contact-school/1/notice-local-authority/p-la',
        to: { name: 'Alex Byrne', role: 'local authority', email: 'alex.byrne@council.example', telephone: null },
        because: null,
        notice:
          "Hillcrest Primary School is eligible for the Department for Education's trust and school improvement offer.\n\nPriya Shah, of the Department's regional team, is about to contact the school to ask whether it will take part. Taking part is voluntary and free of charge. You do not need to do anything.",
      };
    case 'news':
      return {
        ...BASE,
        kind,
        key: keyOf('clock-resumed-2', 'p-head'),
        link: null,
        news: {
          headline: 'The pause has ended',
          paragraphs: ['Chris Mills has ended the pause. Days count again from 9 December 2022.', 'Why: The headteacher is back.'],
          moves: [{ title: 'Confirm participation', from: plainDate('2022-11-30'), to: plainDate('2022-12-09') }],
        },
      };
    default:
      return kind satisfies never;
  }
}

/** A step that was sent back with a list of what is missing, asked for the second time. */
export const returnedForm = (): Letter => RETURNED;

/** The coordinator's own step, which is answered with the command line. */
export const coordinatorsOwn = (): Letter => ({
  ...BASE,
  key: 'D00001/engage-system-leader/1/request/p-rdp',
  to: CHRIS,
  owners: [CHRIS],
  step: {
    ...CONFIRM,
    stage: 'Engage system leader',
    id: 'engage-system-leader',
    title: 'Contact a system leader',
    ask: 'Please contact a system leader who could support Hillcrest Primary School. Ask whether they have the capacity, and whether there is any conflict of interest.',
    next: 'The system leader you name is asked to confirm within 3 working days.',
    explainsOffer: false,
    answers: [
      { id: 'contacted', label: 'I have contacted a system leader', needs: ['System leader'], form: false },
      {
        id: 'no-system-leader-found',
        label: 'I cannot find a suitable system leader',
        needs: ['Who was considered, and why nobody suits'],
        form: false,
      },
    ],
  },
});

/** A reminder and an overdue notice to one person in one e-mail. */
export const digestLetters = (): readonly Letter[] => [
  {
    ...RETURNED,
    kind: 'overdue',
    key: 'D00002/complete-form/2/overdue+1/p-nle',
    writtenAt: '2023-01-06T08:20:00.000Z',
    threadKey: RETURNED.key,
    daysLate: 1,
  },
  {
    ...BASE,
    kind: 'reminder',
    key: 'D00003/arrange-first-meeting/1/reminder-3/p-nle',
    to: NKECHI,
    writtenAt: '2023-01-06T08:20:01.000Z',
    threadKey: 'D00003/arrange-first-meeting/1/request/p-nle',
    deployment: { ...BASE.deployment, reference: 'D00003', subject: 'St Bridget’s Primary School' },
    owners: [NKECHI, { ...JO, name: 'Sam Okafor', email: 'head@st-bridgets.example' }],
    because: null,
    step: {
      ...CONFIRM,
      stage: 'Engagement',
      id: 'arrange-first-meeting',
      title: 'Arrange the first meeting',
      ask: 'Please contact Sam Okafor at St Bridget’s Primary School to arrange your first meeting, and tell us its date.',
      next: 'The first visit is due within 4 weeks.',
      dueOn: plainDate('2023-01-11'),
      explanation: [
        { kind: 'day-zero', on: plainDate('2022-12-12'), text: 'Day zero is Monday 12 December 2022. It is not counted.' },
        { kind: 'rule', text: 'Allowed: 10 school days.' },
        {
          kind: 'skipped',
          on: plainDate('2022-12-19'),
          to: plainDate('2023-01-03'),
          text: 'Not counted: 19 December 2022 to 3 January 2023, Christmas holiday.',
        },
        { kind: 'due', on: plainDate('2023-01-11'), text: 'Due on Wednesday 11 January 2023.' },
      ],
      explainsOffer: false,
      answers: [{ id: 'arranged', label: 'The first meeting is arranged', needs: ['Date of the meeting'], form: false }],
    },
  },
];

/** An envelope as the ledger hands it over. Its id is the first letter's key, or names the person and the day. */
export function envelopeOf(...letters: readonly Letter[]): Envelope {
  return {
    id: letters.length === 1 ? (letters[0]?.key ?? '') : `p-nle@2023-01-06/0b7a`,
    claim: '5f0c',
    perhapsSent: false,
    sequences: {},
    letters,
  };
}

function keyOf(rung: string, person: string): string {
  return `D00001/confirm-participation/1/${rung}/${person}`;
}
