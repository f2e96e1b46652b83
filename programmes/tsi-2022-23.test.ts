import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkForm, formProblems } from '../domain/forms/form.ts';
import { answerFor, stepApplies } from '../domain/chronology/applies.ts';
import type { Step } from '../domain/programme.ts';
import { daysOf, ownersOf, placeholdersIn } from '../domain/programme.ts';
import { startForm } from '../domain/chronology/decide.ts';
import { formatFinding } from './finding.ts';
import { loadProgramme, programmePath, readProgrammeFile } from './load-programmes.ts';
import { consequencesOf, mustHaveStep, mustLoad, rowsOf } from '../tests/kit/chronology.ts';

const programme = mustLoad('tsi-2022-23');

/**
 * The chronology table of the guidance, row by row: stage, step, owners, time allowed; the branches beside it, and who
 * they are for.
 */
const CHRONOLOGY = [
  [1, 'contact-school', 'regional-team', 'end-of-term', 'school'],
  [1, 'contact-trust', 'regional-team', 'end-of-term', 'trust'],
  [1, 'confirm-participation', 'school', '5 school-days'],
  [2, 'provide-details', 'regional-team', '3 working-days'],
  [3, 'engage-system-leader', 'rdp', '3 working-days'],
  [3, 'confirm-ability', 'system-leader', '3 working-days'],
  [4, 'contact-school-about-match', 'rdp', '3 working-days'],
  [4, 'confirm-system-leader', 'school', '3 school-days'],
  [4, 'tell-not-chosen', 'rdp', '3 working-days'],
  [4, 'tell-of-decline', 'rdp', '3 working-days'],
  [5, 'report-agreement', 'rdp', '3 working-days'],
  [5, 'approve-match', 'regional-team', '1 weeks'],
  [5, 'tell-not-approved', 'rdp', '3 working-days'],
  [6, 'issue-deployment-emails', 'rdp', '3 working-days'],
  [7, 'arrange-first-meeting', 'system-leader with school', '10 school-days'],
  [7, 'check-in', 'rdp', '4 weeks'],
  [8, 'first-visit', 'system-leader with school', '4 weeks'],
  [8, 'complete-diagnostic', 'system-leader', '5 working-days'],
  [9, 'complete-deployment', 'system-leader with school', 'end-of-following-term'],
  [9, 'recommend-early', 'system-leader', 'end-of-following-term'],
  [9, 'propose-trust-partnership', 'rdp', '3 working-days', 'school'],
  [9, 'decide-trust-partnership', 'regional-team', '10 working-days', 'school'],
  [9, 'follow-up-trust-partnership', 'rdp with school', '4 weeks', 'school'],
  [9, 'trust-partnership-refused', 'rdp', '3 working-days', 'school'],
  [9, 'decide-governance-review', 'regional-team', '10 working-days', 'trust'],
  [9, 'governance-review-refused', 'regional-team', '3 working-days', 'trust'],
  [9, 'governance-review', 'regional-team with school', '12 weeks', 'trust'],
  [9, 'governance-progress-review', 'regional-team with school', '13 weeks', 'trust'],
  [9, 'enrol-on-npqel', 'school', '20 school-days', 'trust'],
  [9, 'approve-extension', 'regional-team', '5 working-days'],
  // With the 3 days of the signature, the guidance's 10.
  [10, 'complete-form', 'system-leader', '7 working-days'],
  [10, 'sign-form', 'school', '3 school-days'],
  [10, 'review-form', 'rdp', '3 working-days'],
  [10, 'process-form', 'regional-team', '10 working-days'],
  [10, 'pay-support', 'regional-team', '20 working-days'],
  [10, 'send-remittance', 'regional-team', '3 working-days'],
  [10, 'decide-partnership-wish', 'regional-team', '10 working-days', 'school', 'yes'],
  [10, 'decide-governance-wish', 'regional-team', '10 working-days', 'trust', 'yes'],
  [11, 'follow-up-call', 'rdp with school', '10 school-days'],
  [11, 'update-regional-team', 'rdp', '3 working-days'],
  [12, 'support-case-study', 'system-leader with school', '20 school-days'],
  [12, 'collect-case-study', 'rdp with system-leader with school', '20 school-days'],
  [12, 'further-support', 'school with system-leader', '20 school-days'],
  [12, 'arrange-further-support', 'rdp', '10 working-days'],
] as const;

/** Where each answer leads, by the table and the rules beside it. */
const CONSEQUENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'contact-school': { contacted: 'opens confirm-participation', 'no-longer-eligible': 'ends not-eligible' },
  'contact-trust': { contacted: 'opens confirm-participation', 'no-longer-eligible': 'ends not-eligible' },
  'confirm-participation': { accepts: 'opens provide-details', declines: 'ends declined' },
  'provide-details': { provided: 'opens engage-system-leader', 'cannot-be-matched': 'ends not-matched' },
  'engage-system-leader': { contacted: 'opens confirm-ability', 'no-system-leader-found': 'opens provide-details' },
  'confirm-ability': { yes: 'opens contact-school-about-match', no: 'opens engage-system-leader' },
  'contact-school-about-match': { contacted: 'opens confirm-system-leader' },
  'confirm-system-leader': {
    agrees: 'opens report-agreement',
    'another-system-leader': 'opens tell-not-chosen',
    declines: 'opens tell-of-decline',
  },
  'tell-not-chosen': { told: 'opens engage-system-leader' },
  'tell-of-decline': { told: 'ends declined' },
  'report-agreement': { reported: 'opens approve-match' },
  'approve-match': {
    approves: 'opens issue-deployment-emails; records matchedOn',
    refuses: 'opens tell-not-approved',
  },
  'tell-not-approved': { told: 'opens engage-system-leader' },
  'issue-deployment-emails': { issued: 'opens arrange-first-meeting, check-in' },
  'arrange-first-meeting': { arranged: 'opens first-visit' },
  'first-visit': {
    visited: 'opens complete-deployment, recommend-early',
    'visited-form-follows': 'opens complete-deployment, recommend-early, complete-diagnostic',
  },
  'complete-diagnostic': { completed: 'nothing further' },
  'check-in': { 'checked-in': 'opens check-in' },
  'complete-deployment': { completed: 'opens complete-form, follow-up-call; closes check-in, recommend-early' },
  'complete-form': { 'sent-to-school': 'opens sign-form' },
  'sign-form': { signs: 'opens review-form', returns: 'opens complete-form' },
  'review-form': { submits: 'opens process-form', returns: 'opens complete-form' },
  'process-form': {
    approves: 'opens pay-support, support-case-study, further-support, decide-partnership-wish, decide-governance-wish',
    returns: 'opens review-form',
  },
  'pay-support': { paid: 'opens send-remittance' },
  'send-remittance': { sent: 'nothing further' },
  'decide-partnership-wish': { agrees: 'opens follow-up-trust-partnership', refuses: 'opens trust-partnership-refused' },
  'decide-governance-wish': { agrees: 'opens governance-review', refuses: 'opens governance-review-refused' },
  'recommend-early': {
    'trust-partnership': 'opens propose-trust-partnership, recommend-early',
    'governance-review': 'opens decide-governance-review, recommend-early',
    npqel: 'opens enrol-on-npqel, recommend-early',
    'nothing-further': 'nothing further',
  },
  'propose-trust-partnership': { proposed: 'opens decide-trust-partnership', withdrawn: 'opens trust-partnership-refused' },
  'decide-trust-partnership': { agrees: 'opens follow-up-trust-partnership', refuses: 'opens trust-partnership-refused' },
  'follow-up-trust-partnership': {
    begun: 'nothing further',
    'not-yet': 'opens follow-up-trust-partnership',
    'not-wanted': 'nothing further',
  },
  'trust-partnership-refused': { told: 'nothing further' },
  'decide-governance-review': { agrees: 'opens governance-review', refuses: 'opens governance-review-refused' },
  'governance-review-refused': { told: 'nothing further' },
  'governance-review': { completed: 'opens governance-progress-review', 'not-deployed': 'nothing further' },
  'governance-progress-review': { held: 'nothing further', 'not-held': 'nothing further' },
  'enrol-on-npqel': { enrolled: 'nothing further', 'not-enrolling': 'nothing further' },
  'approve-extension': { agrees: 'extension agrees', refuses: 'extension refuses' },
  'follow-up-call': { held: 'opens update-regional-team' },
  'update-regional-team': { updated: 'nothing further' },
  'support-case-study': { agrees: 'opens collect-case-study', 'not-this-time': 'nothing further' },
  'collect-case-study': { collected: 'nothing further', dropped: 'nothing further' },
  'further-support': { wanted: 'opens arrange-further-support', 'not-needed': 'nothing further' },
  'arrange-further-support': { arranged: 'nothing further', 'not-possible': 'nothing further' },
};

const SHORT = 'request at opening, reminder 0, overdue 1, call 2, escalation 3';
const MEDIUM = 'request at opening, reminder -3, reminder 0, overdue 1, call 3, escalation 5';
const LONG = 'request at opening, reminder -10, reminder -5, reminder -1, overdue 1, call 3, escalation 5';

/** The chases of each step that is not optional. There are calls only where somebody telephones the owner. */
const LADDERS: Readonly<Record<string, string>> = {
  'contact-school': `notice at opening, notice at opening, ${LONG}`,
  'contact-trust': LONG,
  'confirm-participation': MEDIUM,
  'provide-details': SHORT,
  'engage-system-leader': withoutCall(SHORT),
  'confirm-ability': SHORT,
  'contact-school-about-match': withoutCall(SHORT),
  'confirm-system-leader': SHORT,
  'tell-not-chosen': 'notice at opening, notice at opening',
  'tell-of-decline': 'notice at opening, notice at opening, notice at opening',
  'report-agreement': withoutCall(SHORT),
  'approve-match': MEDIUM,
  'tell-not-approved': 'notice at opening, notice at opening, notice at opening',
  'issue-deployment-emails': 'notice at opening, notice at opening',
  'arrange-first-meeting': MEDIUM,
  'first-visit': LONG,
  'complete-diagnostic': MEDIUM,
  'check-in': 'request -3, reminder 0, overdue 1, escalation 5',
  'complete-deployment': LONG,
  'recommend-early': 'request at opening',
  'propose-trust-partnership': withoutCall(SHORT),
  'decide-trust-partnership': MEDIUM,
  'follow-up-trust-partnership': 'request -5, reminder 0, overdue 1, escalation 5',
  'trust-partnership-refused': 'notice at opening, notice at opening',
  'decide-governance-review': MEDIUM,
  'governance-review-refused': 'notice at opening, notice at opening',
  'governance-review': 'request -10, reminder 0, overdue 1, escalation 5',
  'governance-progress-review': 'request -20, reminder -5, overdue 1, escalation 5',
  'enrol-on-npqel': 'request at opening, reminder -5',
  'approve-extension': MEDIUM,
  'complete-form': MEDIUM,
  'sign-form': SHORT,
  'review-form': withoutCall(SHORT),
  'process-form': MEDIUM,
  'pay-support': LONG,
  'send-remittance': 'notice at opening',
  'decide-partnership-wish': MEDIUM,
  'decide-governance-wish': MEDIUM,
  'follow-up-call': withoutCall(MEDIUM),
  'update-regional-team': 'notice at opening',
  'support-case-study': 'request at opening, reminder -5',
  'collect-case-study': withoutCall(LONG),
  'further-support': 'request at opening, reminder -5',
  'arrange-further-support': withoutCall(MEDIUM),
};

describe('the programme tsi-2022-23', () => {
  it('has no faults', () => {
    const { findings } = readProgrammeFile(programmePath('tsi-2022-23'), 'tsi-2022-23.yaml');
    assert.deepEqual(findings.map(formatFinding), []);
  });

  it('carries every row of the chronology and the branches beside it, and nothing else', () => {
    assert.deepEqual(rowsOf(programme), CHRONOLOGY);
  });

  it('follows every answer with the step that the chronology gives', () => {
    assert.deepEqual(consequencesOf(programme), CONSEQUENCES);
  });

  it('chases each step as its length requires', () => {
    const ladders = Object.values(programme.steps).map((step) => [step.id, describeLadder(step)]);
    assert.deepEqual(Object.fromEntries(ladders), LADDERS);
  });

  it('tells the local authority and diocese of the first contact, and never chases them', () => {
    const notices = stepOf('contact-school').ladder.filter((rung) => rung.kind === 'notice');
    assert.deepEqual(
      notices.map(({ id, to, days }) => [id, to, days]),
      [
        ['notice-local-authority', 'local-authority', 'working'],
        ['notice-diocese', 'diocese', 'working'],
      ],
    );
    const asked = new Set(Object.values(programme.steps).flatMap(ownersOf));
    assert.ok(!asked.has('local-authority') && !asked.has('diocese') && !asked.has('regional-senior'));
  });

  it("sends system leader and school each other's details when the deployment begins, even in the holidays", () => {
    const contacts = stepOf('issue-deployment-emails').ladder.map(({ to, days, text }) => [
      to,
      days,
      placeholdersIn(text ?? '').flatMap((placeholder) => (placeholder.kind === 'contact' ? placeholder.role : [])),
    ]);
    assert.deepEqual(contacts, [
      ['system-leader', 'working', ['school', 'rdp']],
      ['school', 'working', ['system-leader', 'rdp']],
    ]);
    assert.equal(stepOf('issue-deployment-emails').automatic, 'issued');
  });

  it('counts in school days wherever the school is an owner', () => {
    for (const step of Object.values(programme.steps)) {
      const school = ownersOf(step).includes('school');
      assert.equal(daysOf(programme, step), school ? 'school' : 'working', step.id);
      assert.notEqual(step.allowed.unit, school ? 'working-days' : 'school-days', step.id);
    }
  });

  it('counts the time for completion from the match', () => {
    assert.equal(stepOf('complete-deployment').countsFrom, 'matchedOn');
  });

  it('leaves out the early reminders at the lower pace, and adds one after the due date at the higher pace', () => {
    const paced = stepOf('complete-deployment').ladder.flatMap(({ id, pace }) => (pace ? [`${id} ${pace}`] : []));
    assert.deepEqual(paced, ['reminder-10 not-less', 'reminder-5 not-less', 'reminder-3 more', 'overdue+2 more']);
    // Calls and escalations come at any pace.
    for (const step of Object.values(programme.steps)) {
      for (const { kind, pace } of step.ladder) assert.ok(!pace || kind === 'reminder' || kind === 'overdue', step.id);
    }
  });

  it('escalates to the regional team, and its own steps to its senior, telling the RDP', () => {
    const chain = Object.entries(programme.roles).map(([id, role]) => [id, role.escalatesTo, role.escalationTells]);
    assert.deepEqual(chain, [
      ['regional-team', 'regional-senior', ['rdp']],
      ['regional-senior', null, []],
      ['rdp', 'regional-team', []],
      ['system-leader', 'regional-team', []],
      ['school', 'regional-team', []],
      ['local-authority', null, []],
      ['diocese', null, []],
    ]);
  });

  it('states its source and its assumption on every step', () => {
    for (const step of Object.values(programme.steps)) {
      assert.match(
        step.source,
        /^Guidance (2022 to 2023|2021 to 2022), (chronology, stage \d+|matching process|offer|section|frequently)|extension can be agreed/,
        step.id,
      );
      assert.match(step.assumption ?? '', /The (guidance|table) (says|gives|does not say)/, step.id);
    }
  });

  it('says in the first letter to the school that the offer is voluntary, free and not a takeover', () => {
    assert.deepEqual(
      Object.values(programme.steps).flatMap(({ id, explainsOffer }) => (explainsOffer ? id : [])),
      ['confirm-participation'],
    );
    for (const said of [/voluntary/, /free/, /not a takeover/, /not an inspection/, /Who is told what/]) {
      assert.match(programme.offer, said);
    }
  });

  it('asks anybody who sends something back to say what is missing', () => {
    const returns = Object.values(programme.steps).flatMap((step) => step.answers.filter(({ id }) => id === 'returns'));
    assert.equal(returns.length, 3);
    for (const { fields } of returns) {
      assert.deepEqual(
        fields.map(({ id, required }) => [id, required]),
        [
          ['parts', true],
          ['missing', true],
        ],
      );
    }
  });

  it('asks for the grounds, and who agreed, only when a school gets the offer by exception', () => {
    const asked = (given: Readonly<Record<string, string>>) =>
      formProblems(startForm(programme, { kind: 'school' }), given).map(({ path }) => path);
    assert.deepEqual(asked({}), []);
    assert.deepEqual(asked({ route: 'eligible' }), []);
    for (const route of ['self-identified', 'judged-by-region']) assert.deepEqual(asked({ route }), ['grounds', 'agreedBy', 'agreedOn']);
    assert.deepEqual(asked({ route: 'eligible', grounds: 'None' }), ['grounds']);
  });

  it('asks a school about a strong trust, and a trust about governance and its strategy', () => {
    const fieldsOf = (step: string, answer: string, subject: string) => {
      const written = stepOf(step).answers.find(({ id }) => id === answer) ?? assert.fail(answer);
      return answerFor(written, { subject }).fields.map(({ id }) => id);
    };
    const only = (step: string, answer: string, one: string, other: string) => {
      const others = fieldsOf(step, answer, other);
      return fieldsOf(step, answer, one).filter((id) => !others.includes(id));
    };
    assert.deepEqual(only('first-visit', 'visited', 'school', 'trust'), ['longerTerm']);
    assert.deepEqual(only('first-visit', 'visited', 'trust', 'school'), ['trustStrategy', 'governance']);
    assert.deepEqual(only('complete-form', 'sent-to-school', 'school', 'trust'), ['trustPartnership']);
    assert.deepEqual(only('complete-form', 'sent-to-school', 'trust', 'school'), ['governanceSupport', 'npqel']);
  });

  it('refuses a claim of more than ten days, and a form without its signature', () => {
    const [sent] = stepOf('complete-form').answers;
    assert.ok(sent !== undefined);
    const form = answerFor(sent, { subject: 'school' });
    const whole = {
      daysClaimed: '10',
      supportProvided: 'Reading',
      nextSteps: 'Keep on',
      trustPartnership: 'no',
      paymentDetailsGiven: 'given',
      signature: 'Lena Leader',
    };
    assert.equal(checkForm(form, whole), null);
    assert.match(checkForm(form, { ...whole, daysClaimed: '10.5' })?.message ?? '', /must be 10 or less/);
    assert.match(checkForm(form, { ...whole, signature: '' })?.message ?? '', /signature" is missing|Your signature/);
    assert.match(checkForm(form, { ...whole, paymentDetailsGiven: '' })?.message ?? '', /Payment/);
  });
});

describe('version 3 of tsi-2022-23', () => {
  const noticesOf = (step: string) =>
    stepOf(step).ladder.map(({ to, withAnswer, withEarlier }) => [to, withAnswer === true, ...(withEarlier ? [withEarlier] : [])]);
  const fieldsOf = (step: string, answer: string) =>
    stepOf(step).answers.find(({ id }) => id === answer)?.fields ?? assert.fail(`${step} has no answer ${answer}`);
  const requiredOf = (step: string, answer: string) => fieldsOf(step, answer).flatMap(({ id, required }) => (required ? [id] : []));

  it('has the regional team ask and telephone in stage 1, and the RDP from stage 2', () => {
    const asked = Object.values(programme.steps).flatMap(({ id, askedBy }) => (askedBy === undefined ? [] : [[id, askedBy]]));
    assert.deepEqual(asked, [
      ['contact-school', 'regional-senior'],
      ['contact-trust', 'regional-senior'],
      ['confirm-participation', 'regional-team'],
    ]);
    for (const id of ['contact-school', 'contact-trust']) assert.match(stepOf(id).assumption ?? '', /the RDP enters at stage 2/);
    assert.match(stepOf('confirm-participation').ask, /Please tell \{regional-team\}/);
  });

  it('has reasons as choices beside the words wherever somebody declines, refuses or sends back', () => {
    const declining = [
      'time-or-capacity',
      'no-suitable-match',
      'other-support',
      'change-of-leadership',
      'perceived-risk',
      'nature-of-offer',
      'other',
    ];
    for (const [step, answer, field, codes] of [
      ['contact-school', 'no-longer-eligible', 'because', null],
      ['contact-trust', 'no-longer-eligible', 'because', null],
      ['confirm-participation', 'declines', 'reasons', declining],
      ['provide-details', 'cannot-be-matched', 'constraints', null],
      ['engage-system-leader', 'no-system-leader-found', 'constraints', null],
      ['confirm-ability', 'no', 'reasons', ['time-or-capacity', 'not-suitable', 'known-otherwise', 'other']],
      ['confirm-system-leader', 'another-system-leader', 'reasons', null],
      ['confirm-system-leader', 'declines', 'reasons', declining],
      ['approve-match', 'refuses', 'reasons', null],
      ['propose-trust-partnership', 'withdrawn', 'reasons', null],
      ['decide-trust-partnership', 'refuses', 'reasons', null],
      ['follow-up-trust-partnership', 'not-wanted', 'reasons', null],
      ['decide-governance-review', 'refuses', 'reasons', null],
      ['governance-review', 'not-deployed', 'reasons', null],
      ['governance-progress-review', 'not-held', 'reasons', null],
      ['approve-extension', 'refuses', 'reasons', null],
      ['decide-partnership-wish', 'refuses', 'reasons', null],
      ['decide-governance-wish', 'refuses', 'reasons', null],
      ['arrange-further-support', 'not-possible', 'reasons', null],
      ['sign-form', 'returns', 'parts', null],
      ['review-form', 'returns', 'parts', null],
      ['process-form', 'returns', 'parts', null],
    ] as const) {
      const fields = fieldsOf(step, answer);
      const given = fields.find(({ id }) => id === field)?.options?.map(({ id }) => id) ?? assert.fail(`${step}/${answer} has no ${field}`);
      assert.ok(given.includes('other'), `${step}/${answer} has nothing for what else there may be`);
      if (codes !== null) assert.deepEqual(given, codes, step);
      assert.ok(
        fields.some(({ kind }) => kind === 'long-text'),
        `${step}/${answer} has no words`,
      );
    }
  });

  it('lets the system leader who said yes hear of another choice, of a refusal and of a decline, without the reasons', () => {
    assert.deepEqual(noticesOf('tell-not-chosen'), [
      ['system-leader', false],
      ['rdp', true],
    ]);
    assert.deepEqual(noticesOf('tell-not-approved'), [
      ['system-leader', false],
      ['school', false],
      ['rdp', true],
    ]);
  });

  it('tells leader, RDP and regional team of a decline at stage 4, and nobody of one at stage 1: "No action"', () => {
    assert.deepEqual(noticesOf('tell-of-decline'), [
      ['system-leader', false],
      ['rdp', true],
      ['regional-team', true],
    ]);
    assert.match(stepOf('confirm-participation').assumption ?? '', /"School declines - No action"/);
  });

  it('passes the context of the approval to leader and school, and that of stage 2 to the leader only', () => {
    assert.deepEqual(noticesOf('issue-deployment-emails'), [
      ['system-leader', true, { 'provide-details': ['context'] }],
      ['school', true],
    ]);
    assert.deepEqual(
      fieldsOf('provide-details', 'provided').map(({ id }) => id),
      ['suggestedSystemLeader', 'context', 'forTheRdp'],
    );
  });

  it('asks for capacity and any conflict of interest, of the RDP and of the system leader', () => {
    assert.deepEqual(requiredOf('engage-system-leader', 'contacted').slice(0, 2), ['systemLeader', 'capacity']);
    assert.ok(requiredOf('engage-system-leader', 'contacted').includes('conflict'));
    assert.deepEqual(
      formProblems(answerFor(stepOf('confirm-ability').answers[0] ?? assert.fail(), {}), { conflict: 'yes' }).map(({ path }) => path),
      ['capacity', 'conflictNote'],
    );
  });

  it('checks in from the deployment e-mails on, each time with the days so far and a note', () => {
    assert.equal(stepOf('check-in').stage, 'engagement');
    assert.deepEqual(requiredOf('check-in', 'checked-in'), ['daysDelivered', 'note']);
    const [days] = fieldsOf('check-in', 'checked-in');
    assert.deepEqual([days?.kind, days?.min, days?.max], ['number', '0', '10']);
  });

  it('refuses a claim of more days than were delivered', () => {
    const [sent] = stepOf('complete-form').answers;
    assert.ok(sent !== undefined);
    const problem = (daysClaimed: string, facts: Readonly<Record<string, string>>) =>
      formProblems(answerFor(sent, { subject: 'school', ...facts }), { daysClaimed }).find(({ path }) => path === 'daysClaimed')?.message;
    assert.match(problem('9', { daysDelivered: '8.5' }) ?? '', /must be 8\.5 or less/);
    assert.equal(problem('8.5', { daysDelivered: '8.5' }), undefined);
    assert.match(problem('10.5', { daysDelivered: '12' }) ?? '', /must be 10 or less/);
    assert.equal(fieldsOf('complete-deployment', 'completed').find(({ id }) => id === 'daysDelivered')?.records, 'daysDelivered');
  });

  it('divides the ten days of stage 10 between form and signature, and says that this is assumed', () => {
    const days = ['complete-form', 'sign-form'].map((id) => {
      const { allowed } = stepOf(id);
      return 'count' in allowed ? allowed.count : assert.fail(id);
    });
    assert.deepEqual(days, [7, 3]);
    assert.match(stepOf('complete-form').assumption ?? '', /"10 days".*divided, as an assumption/s);
  });

  it('opens the decision on what the form wishes for with the one answer that approves it', () => {
    const wishes = (facts: Readonly<Record<string, string>>) =>
      ['decide-partnership-wish', 'decide-governance-wish'].filter((id) => stepApplies(programme, id, facts));
    assert.deepEqual(wishes({ subject: 'school', partnershipWished: 'yes' }), ['decide-partnership-wish']);
    assert.deepEqual(wishes({ subject: 'trust', governanceWished: 'yes' }), ['decide-governance-wish']);
    assert.deepEqual(wishes({ subject: 'school', partnershipWished: 'no' }), []);
    const approving = stepOf('process-form').answers.filter(({ id }) => id !== 'returns');
    assert.deepEqual(
      approving.map(({ id }) => id),
      ['approves'],
    );
    const records = fieldsOf('complete-form', 'sent-to-school').flatMap(({ id, records: fact }) => (fact === null ? [] : [[id, fact]]));
    assert.deepEqual(records, [
      ['trustPartnership', 'partnershipWished'],
      ['governanceSupport', 'governanceWished'],
    ]);
  });

  it('asks for payment apart from approval, with the amount, and sends the remittance notice with it', () => {
    assert.deepEqual(requiredOf('process-form', 'approves'), []);
    assert.deepEqual(requiredOf('pay-support', 'paid'), ['amount', 'paidOn']);
    assert.deepEqual(noticesOf('send-remittance'), [['system-leader', true]]);
    assert.equal(stepOf('send-remittance').automatic, 'sent');
  });

  it('tells the regional team what was said in the call, and marks its place beside the form as assumed', () => {
    assert.deepEqual(requiredOf('follow-up-call', 'held'), ['heldOn', 'note']);
    assert.deepEqual(noticesOf('update-regional-team'), [['regional-team', true]]);
    assert.match(stepOf('follow-up-call').assumption ?? '', /beside the form, and does not wait for it, is assumed/);
  });

  it('marks the ends that the guidance does not have as ours', () => {
    for (const [step, answer] of [
      ['contact-school', 'no-longer-eligible'],
      ['contact-trust', 'no-longer-eligible'],
      ['provide-details', 'cannot-be-matched'],
    ] as const) {
      const [first] = fieldsOf(step, answer);
      assert.equal(first?.hint, 'The guidance has no such end. It is an assumption of ours.', `${step}/${answer}`);
    }
    assert.match(stepOf('provide-details').assumption ?? '', /the guidance has no such end/);
  });

  it('tells authority and diocese of the offer and of nothing else, and says so to them, to the school and to the region', () => {
    const told = Object.values(programme.steps).flatMap(({ id, ladder }) =>
      ladder.flatMap(({ to, text, withAnswer }) => (to === 'local-authority' || to === 'diocese' ? [[id, text, withAnswer]] : [])),
    );
    assert.equal(told.length, 2);
    for (const [id, text, withAnswer] of told) {
      assert.deepEqual([id, withAnswer], ['contact-school', undefined]);
      assert.match(String(text), /This is all that Chaser tells you about it/);
    }
    assert.match(programme.offer, /They are told that and nothing else/);
    assert.match(stepOf('contact-school').ask, /tells them nothing else/);
  });
});

describe('loading programmes', () => {
  it('suggests a programme when none has that id', () => {
    const loaded = loadProgramme('tsi-2022-24');
    assert.ok(!loaded.ok);
    assert.equal(loaded.reason.kind, 'unknown-programme');
    assert.equal(loaded.reason.remedy, 'Did you mean "tsi-2022-23"?');
  });

  it('does not accept a path as an id', () => {
    assert.ok(!loadProgramme('../programmes/tsi-2022-23').ok);
  });
});

function stepOf(id: string): Step {
  return mustHaveStep(programme, id);
}

function describeLadder(step: Step): string {
  return step.ladder
    .filter(({ pace }) => pace !== 'more')
    .map(({ kind, at }) => `${kind} ${at === 'opening' ? 'at opening' : at.daysFromDue}`)
    .join(', ');
}

function withoutCall(ladder: string): string {
  return ladder.replace(/call \d, /, '');
}
