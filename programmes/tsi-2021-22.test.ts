import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answersFor, stepApplies } from '../domain/chronology/applies.ts';
import { blankChronology } from '../domain/chronology/chronology.ts';
import { startForm } from '../domain/chronology/decide.ts';
import { formProblems } from '../domain/forms/form.ts';
import { openingOf } from '../domain/chronology/opening.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { inventedCalendar } from '../tests/kit/programmes.ts';
import { formatFinding } from './finding.ts';
import { programmePath, readProgrammeFile } from './load-programmes.ts';
import { consequencesOf, mustHaveStep, mustLoad, rowsOf } from '../tests/kit/chronology.ts';

const programme = mustLoad('tsi-2021-22');

/**
 * What the guidance asks for, in its order: section, step, owners, time allowed, and who it is for when not for all.
 */
const CHRONOLOGY = [
  [1, 'offer-support', 'regional-team', 'end-of-term'],
  [1, 'take-up-offer', 'school', '5 school-days'],
  [1, 'tell-of-decline', 'rdp', '3 working-days'],
  [2, 'identify-system-leader', 'rdp', '5 working-days'],
  [2, 'suggest-system-leader', 'regional-team', '5 working-days'],
  [2, 'confirm-availability', 'system-leader', '3 working-days'],
  [2, 'confirm-match', 'school', '3 school-days'],
  [2, 'discuss-with-system-leader', 'rdp', '3 working-days'],
  [2, 'send-match-details', 'rdp', '3 working-days'],
  [2, 'send-grant-offer', 'regional-team', '10 working-days'],
  [3, 'make-contact', 'system-leader with school', '10 school-days', 'flow'],
  [3, 'agree-start', 'system-leader with school', '20 school-days', 'flow'],
  [3, 'make-contact-in-autumn', 'system-leader with school', '10 school-days', 'stock'],
  [3, 'agree-start-in-autumn', 'system-leader with school', '20 school-days', 'stock'],
  [4, 'keep-in-touch', 'rdp', '4 weeks'],
  [4, 'complete-deployment', 'system-leader with school', 'fixed-table'],
  [4, 'approve-extension', 'regional-team', '5 working-days'],
  [5, 'recommend-early', 'system-leader', 'fixed-table'],
  [5, 'propose-trust-partnership', 'rdp', '3 working-days', 'school'],
  [5, 'decide-trust-partnership', 'regional-team', '10 working-days', 'school'],
  [5, 'pay-trust-partnership', 'regional-team', '20 working-days', 'school'],
  [5, 'trust-partnership-refused', 'rdp', '3 working-days', 'school'],
  [5, 'decide-governance-support', 'regional-team', '10 working-days', 'trust'],
  [5, 'brief-governance-leader', 'system-leader', '10 working-days', 'trust'],
  [5, 'governance-support-refused', 'regional-team', '3 working-days', 'trust'],
  [5, 'governance-review', 'regional-team with school', '12 weeks', 'trust'],
  [5, 'governance-progress-review', 'regional-team with school', '13 weeks', 'trust'],
  [6, 'complete-form', 'system-leader', 'fixed-table'],
  [6, 'complete-form-later', 'system-leader', 'end-of-term'],
  [6, 'mend-form', 'system-leader', '5 working-days'],
  [6, 'sign-form', 'school', '3 school-days'],
  [6, 'check-form', 'rdp', '3 working-days'],
  [6, 'approve-form', 'regional-team', '10 working-days'],
  [6, 'send-remittance', 'regional-team', '20 working-days'],
] as const;

/** Where each answer leads. */
const CONSEQUENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'offer-support': { offered: 'opens take-up-offer', 'no-longer-eligible': 'ends not-eligible' },
  'take-up-offer': { accepts: 'opens identify-system-leader', declines: 'opens tell-of-decline' },
  'tell-of-decline': { told: 'ends declined' },
  'identify-system-leader': { identified: 'opens confirm-availability', 'nobody-suitable': 'opens suggest-system-leader' },
  'suggest-system-leader': { suggested: 'opens identify-system-leader', 'cannot-be-matched': 'ends not-matched' },
  'confirm-availability': { yes: 'opens confirm-match, send-grant-offer', no: 'opens identify-system-leader' },
  'confirm-match': {
    agrees: 'opens send-match-details; records matchedOn',
    'another-system-leader': 'opens discuss-with-system-leader; closes send-grant-offer',
    declines: 'opens tell-of-decline',
  },
  'discuss-with-system-leader': { discussed: 'opens identify-system-leader' },
  'send-match-details': { sent: 'opens make-contact, make-contact-in-autumn' },
  'send-grant-offer': { sent: 'nothing further' },
  'make-contact': { contacted: 'opens agree-start' },
  'make-contact-in-autumn': { contacted: 'opens agree-start-in-autumn' },
  'agree-start-in-autumn': { agreed: 'opens complete-deployment, keep-in-touch, recommend-early' },
  'agree-start': { agreed: 'opens complete-deployment, keep-in-touch, recommend-early' },
  'keep-in-touch': { 'in-touch': 'opens keep-in-touch' },
  'complete-deployment': {
    completed: 'opens complete-form; closes keep-in-touch, recommend-early',
    'completed-with-more-time': 'opens complete-form-later; closes keep-in-touch, recommend-early',
  },
  'approve-extension': { agrees: 'extension agrees', refuses: 'extension refuses' },
  'recommend-early': {
    'trust-partnership': 'opens propose-trust-partnership, recommend-early',
    'governance-support': 'opens decide-governance-support, recommend-early',
    'nothing-further': 'nothing further',
  },
  'propose-trust-partnership': { proposed: 'opens decide-trust-partnership' },
  'decide-trust-partnership': { agrees: 'opens pay-trust-partnership', refuses: 'opens trust-partnership-refused' },
  'pay-trust-partnership': { paid: 'nothing further', 'not-begun': 'nothing further' },
  'trust-partnership-refused': { told: 'nothing further' },
  'decide-governance-support': { agrees: 'opens governance-review, brief-governance-leader', refuses: 'opens governance-support-refused' },
  'brief-governance-leader': { briefed: 'nothing further', 'not-held': 'nothing further' },
  'governance-support-refused': { told: 'nothing further' },
  'governance-review': { completed: 'opens governance-progress-review', 'not-deployed': 'nothing further' },
  'governance-progress-review': { held: 'nothing further', 'not-held': 'nothing further' },
  'complete-form': { sent: 'opens sign-form' },
  'complete-form-later': { sent: 'opens sign-form' },
  'mend-form': { sent: 'opens sign-form' },
  'sign-form': { signs: 'opens check-form', returns: 'opens mend-form' },
  'check-form': { complete: 'opens approve-form', returns: 'opens mend-form' },
  'approve-form': {
    approves: 'opens send-remittance',
    'approves-with-partnership': 'opens send-remittance, decide-trust-partnership',
    'approves-with-governance': 'opens send-remittance, decide-governance-support',
    returns: 'opens check-form',
  },
  'send-remittance': { paid: 'nothing further' },
};

/** Invented terms that end when the Department's table says, or a little before it. */
const CALENDAR = inventedCalendar({
  version: 'test-2021',
  years: [2021, 2023],
  holidays: [
    ['2021-05-31', 'Spring bank holiday'],
    ['2021-08-30', 'Summer bank holiday'],
    ['2021-12-27', 'Christmas Day (substitute day)'],
    ['2021-12-28', 'Boxing Day (substitute day)'],
    ['2022-01-03', 'New Year’s Day (substitute day)'],
    ['2022-04-15', 'Good Friday'],
    ['2022-04-18', 'Easter Monday'],
    ['2022-05-02', 'Early May bank holiday'],
    ['2022-06-02', 'Spring bank holiday'],
    ['2022-06-03', 'Platinum Jubilee bank holiday'],
    ['2022-08-29', 'Summer bank holiday'],
    ['2022-12-26', 'Boxing Day'],
    ['2022-12-27', 'Christmas Day (substitute day)'],
    ['2023-01-02', 'New Year’s Day (substitute day)'],
  ],
  terms: [
    ['summer', 2021, '2021-04-19', '2021-07-22', '2021-05-31', '2021-06-04'],
    ['autumn', 2021, '2021-09-02', '2021-12-17', '2021-10-25', '2021-10-29'],
    ['spring', 2022, '2022-01-04', '2022-04-01', '2022-02-14', '2022-02-18'],
    ['summer', 2022, '2022-04-19', '2022-07-22', '2022-05-30', '2022-06-03'],
    ['autumn', 2022, '2022-09-01', '2022-12-16', '2022-10-24', '2022-10-28'],
    ['spring', 2023, '2023-01-03', '2023-03-31', '2023-02-13', '2023-02-17'],
  ],
});

describe('the programme tsi-2021-22', () => {
  it('has no faults', () => {
    const { findings } = readProgrammeFile(programmePath('tsi-2021-22'), 'tsi-2021-22.yaml');
    assert.deepEqual(findings.map(formatFinding), []);
  });

  it('carries what the guidance asks for and no more', () => {
    assert.deepEqual(rowsOf(programme), CHRONOLOGY);
  });

  it('follows every answer with the step that the guidance gives', () => {
    assert.deepEqual(consequencesOf(programme), CONSEQUENCES);
  });

  it('completes on the four dates that the Department published, whenever in the term the match was', () => {
    const dates = [
      ['2021-04-19', '2022-02-18'],
      ['2021-07-22', '2022-02-18'],
      ['2021-09-02', '2022-04-01'],
      ['2021-12-17', '2022-04-01'],
      ['2022-01-04', '2022-07-28'],
      ['2022-04-01', '2022-07-28'],
      ['2022-04-19', '2022-12-21'],
      ['2022-07-22', '2022-12-21'],
      // A match in the holidays counts to the term after them.
      ['2021-08-10', '2022-04-01'],
      ['2021-12-29', '2022-07-28'],
      ['2022-04-11', '2022-12-21'],
    ] as const;
    for (const [matchedOn, completeBy] of dates) assert.equal(due('complete-deployment', matchedOn), completeBy, matchedOn);
  });

  it('refuses a match after the summer of 2022, for which no date was published', () => {
    const opening = openingOf(
      { ...blankChronology(programme, CALENDAR), facts: { matchedOn: '2022-09-05' } },
      'complete-deployment',
      plainDate('2022-09-05'),
    );
    assert.ok(!opening.ok);
    assert.match(opening.reason.message, /published no completion date for Autumn 2022; its table holds Summer 2021, Autumn 2021/);
  });

  it('asks for the form by the end of the term in which the deployment must be completed', () => {
    const dates = [
      ['2021-06-24', '2022-04-01'],
      ['2021-10-01', '2022-04-01'],
      ['2022-03-01', '2022-07-28'],
      ['2022-06-01', '2022-12-21'],
    ] as const;
    for (const [matchedOn, formBy] of dates) {
      assert.equal(due('complete-form', matchedOn), formBy, matchedOn);
      assert.ok((due('complete-deployment', matchedOn) ?? '') <= formBy, matchedOn);
    }
  });

  it('counts matches of summer 2021 from the start of the year, and others from the match', () => {
    assert.equal(due('make-contact-in-autumn', '2021-06-24'), '2021-09-15');
    assert.equal(due('agree-start-in-autumn', '2021-06-24'), '2021-09-29');
    // Over half term, two weeks are ten days on which the school is open.
    assert.equal(due('make-contact', '2021-10-22'), '2021-11-12');
    assert.equal(due('make-contact', '2021-11-01'), '2021-11-15');
    assert.equal(due('agree-start', '2021-11-01'), '2021-11-29');
  });

  it('gives a school up to 3 days and £1,800, and a trust up to 5 days and £3,000', () => {
    assert.deepEqual(limits('complete-deployment', 'completed', 'school'), { schoolDays: '3' });
    assert.deepEqual(limits('complete-deployment', 'completed', 'trust'), { trustDays: '5' });
    for (const step of ['complete-form', 'complete-form-later', 'mend-form']) {
      assert.deepEqual(limits(step, 'sent', 'school'), { schoolDays: '3', schoolAmount: '180000' }, step);
      assert.deepEqual(limits(step, 'sent', 'trust'), { trustDays: '5', trustAmount: '300000' }, step);
    }
    assert.deepEqual(limits('decide-trust-partnership', 'agrees', 'school'), { credit: '1000000' });
  });

  it('asks on its form for what the guidance lists', () => {
    assert.deepEqual(missing('complete-form', 'sent', 'school', {}), [
      'grantAccepted',
      'payeeAccepts',
      'payee',
      'bankDetails',
      'schoolDays',
      'schoolAmount',
      'focus',
      'overview',
      'trustPartnership',
    ]);
    assert.deepEqual(missing('complete-form', 'sent', 'trust', { governanceSupport: 'yes' }), [
      'grantAccepted',
      'payeeAccepts',
      'payee',
      'bankDetails',
      'trustDays',
      'trustAmount',
      'focus',
      'overview',
      'governanceRationale',
      'contactShared',
      'npqel',
    ]);
    assert.deepEqual(missing('sign-form', 'signs', 'school', {}), ['signature']);
  });

  it('asks at the start whether it was eligible before the year began, and sets two and four weeks for the others only', () => {
    const form = startForm(programme, { kind: 'school' });
    assert.deepEqual(
      formProblems(form, {}).map(({ path }) => path),
      ['intake'],
    );
    const contacts = (intake: string) =>
      ['make-contact', 'agree-start', 'make-contact-in-autumn', 'agree-start-in-autumn'].filter((id) =>
        stepApplies(programme, id, { intake }),
      );
    assert.deepEqual(contacts('flow'), ['make-contact', 'agree-start']);
    assert.deepEqual(contacts('stock'), ['make-contact-in-autumn', 'agree-start-in-autumn']);
    for (const id of ['make-contact', 'agree-start']) assert.equal(mustHaveStep(programme, id).notBefore, undefined);
    const { notBefore, ladder } = mustHaveStep(programme, 'make-contact-in-autumn');
    assert.equal(notBefore, '2021-09-01');
    assert.ok(
      ladder.every(({ at }) => at !== 'opening'),
      'nobody is asked before the year has begun',
    );
  });

  it('takes half days, £600 for each at most, and no more than the offer holds', () => {
    const form = (subject: string, given: Readonly<Record<string, string>>) =>
      formProblems(answerOf('complete-form', 'sent', subject), given).flatMap(({ kind, path }) => (kind === 'bad-field' ? [path] : []));
    assert.deepEqual(form('school', { schoolDays: '2.5', schoolAmount: '150000' }), []);
    assert.deepEqual(form('school', { schoolDays: '2.5', schoolAmount: '150001' }), ['schoolAmount']);
    assert.deepEqual(form('school', { schoolDays: '2.4' }), ['schoolDays']);
    assert.deepEqual(form('school', { schoolDays: '3.5' }), ['schoolDays']);
    assert.deepEqual(form('trust', { trustDays: '5', trustAmount: '300000' }), []);
    assert.deepEqual(form('trust', { trustDays: '5.5' }), ['trustDays']);
  });

  it('asks for the focus areas of this year, and what else there was', () => {
    const areas = ['strategy', 'curriculum', 'leadership', 'recovery', 'workforce', 'pupil-premium', 'other'];
    for (const step of ['complete-form', 'complete-form-later', 'mend-form']) assert.deepEqual(codesOf(step, 'sent', 'focus'), areas, step);
    assert.ok(missing('complete-form', 'sent', 'school', { focus: 'strategy\nother' }).includes('otherFocus'));
  });

  it('asks for the grant offer letter once the system leader has agreed', () => {
    const opens = Object.values(programme.steps).flatMap(({ id, answers }) =>
      answers.flatMap((answer) => (answer.opens.includes('send-grant-offer') ? [`${id}/${answer.id}`] : [])),
    );
    assert.deepEqual(opens, ['confirm-availability/yes']);
  });

  it('tells everyone concerned of a decline, and gives the reasons to the RDP and the regional team only', () => {
    const told = mustHaveStep(programme, 'tell-of-decline').ladder.map(({ to, withAnswer }) => [to, withAnswer === true]);
    assert.deepEqual(told, [
      ['rdp', true],
      ['regional-team', true],
      ['system-leader', false],
    ]);
  });

  it('gives the reasons when additional support is refused', () => {
    for (const step of ['trust-partnership-refused', 'governance-support-refused']) {
      const told = mustHaveStep(programme, step).ladder.map(({ to, withAnswer }) => [to, withAnswer]);
      assert.deepEqual(told, [
        ['system-leader', true],
        ['school', true],
      ]);
    }
  });

  it('has reasons as choices beside the words', () => {
    const declining = [
      'time-or-capacity',
      'no-suitable-match',
      'other-support',
      'change-of-leadership',
      'perceived-risk',
      'nature-of-offer',
      'other',
    ];
    for (const step of ['take-up-offer', 'confirm-match']) assert.deepEqual(codesOf(step, 'declines', 'reasons'), declining);
    assert.deepEqual(codesOf('confirm-availability', 'no', 'reasons'), ['time-or-capacity', 'not-suitable', 'known-otherwise', 'other']);
    for (const [step, answer, field] of [
      ['offer-support', 'no-longer-eligible', 'because'],
      ['identify-system-leader', 'nobody-suitable', 'constraints'],
      ['confirm-match', 'another-system-leader', 'reasons'],
      ['sign-form', 'returns', 'parts'],
    ] as const) {
      assert.ok(codesOf(step, answer, field).includes('other'), step);
    }
  });

  it('asks for the same form again when it comes back', () => {
    const [first, second, third] = ['complete-form', 'complete-form-later', 'mend-form'].map((id) => mustHaveStep(programme, id).answers);
    assert.deepEqual(second, first);
    assert.deepEqual(third, first);
  });

  it('asks about the progress review of governance two months after the review, due within three', () => {
    const { ladder, countsFrom } = mustHaveStep(programme, 'governance-progress-review');
    assert.equal(countsFrom, 'governanceReviewedOn');
    const request = ladder.find(({ kind }) => kind === 'request');
    assert.deepEqual(request?.at, { daysFromDue: -20 });
  });

  it('states its source on every step, and its assumption wherever the guidance gives no time', () => {
    for (const step of Object.values(programme.steps)) {
      assert.match(step.source, /^Guidance 2021 to 2022(, section \d| has no sentence)/, step.id);
      assert.ok(step.assumption !== null, step.id);
    }
  });
});

function due(step: string, matchedOn: string): string | undefined {
  const opening = openingOf({ ...blankChronology(programme, CALENDAR), facts: { matchedOn } }, step, plainDate(matchedOn));
  return opening.ok ? opening.value.dueOn : assert.fail(opening.reason.message);
}

function answerOf(step: string, answer: string, subject: string) {
  return answersFor(mustHaveStep(programme, step), { subject }).find(({ id }) => id === answer) ?? assert.fail(`no ${answer}`);
}

/** The codes of a choice in an answer, beside which there must be room for words. */
function codesOf(step: string, answer: string, field: string): readonly string[] {
  const { fields } = answerOf(step, answer, 'school');
  assert.ok(
    fields.some(({ kind }) => kind === 'long-text'),
    `${step}/${answer} has no words`,
  );
  return fields.find(({ id }) => id === field)?.options?.map(({ id }) => id) ?? assert.fail(`${step}/${answer} has no ${field}`);
}

/** The largest values that the form for a school or a trust accepts. */
function limits(step: string, answer: string, subject: string): Readonly<Record<string, string>> {
  return Object.fromEntries(answerOf(step, answer, subject).fields.flatMap(({ id, max }) => (max === undefined ? [] : [[id, max]])));
}

function missing(step: string, answer: string, subject: string, given: Readonly<Record<string, string>>): readonly string[] {
  return formProblems(answerOf(step, answer, subject), given).flatMap(({ kind, path }) => (kind === 'missing-field' ? [path] : []));
}
