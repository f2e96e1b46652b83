import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answersFor, stepApplies } from '../domain/chronology/applies.ts';
import { startForm } from '../domain/chronology/decide.ts';
import { formProblems } from '../domain/forms/form.ts';
import { formatFinding } from './finding.ts';
import { programmePath, readProgrammeFile } from './load-programmes.ts';
import { consequencesOf, mustHaveStep, mustLoad, rowsOf } from '../tests/kit/chronology.ts';

const programme = mustLoad('si-2019-20');
const TIERS = 'tier-2 or tier-3';

/** The chronology of the evaluation: stage, step, owners, time allowed, and who it is for when not for all. */
const CHRONOLOGY = [
  [1, 'ask-authority', 'regional-team', '10 working-days', 'local-authority'],
  [1, 'ask-trust', 'regional-team', '10 working-days', 'trust'],
  [1, 'contact-school', 'offering-body', '5 working-days'],
  [1, 'engage', 'school', '5 school-days'],
  [1, 'tell-of-decline', 'tsc', '3 working-days'],
  [2, 'introduce-programme', 'tsc', '5 working-days'],
  [2, 'propose-nle', 'tsc', '5 working-days'],
  [2, 'look-further', 'regional-team', '10 working-days'],
  [2, 'accept-deployment', 'nle', '5 working-days'],
  [2, 'agree-match', 'school', '5 school-days'],
  [2, 'tell-nle-not-chosen', 'tsc', '3 working-days'],
  [2, 'tell-match', 'tsc', '3 working-days'],
  [3, 'make-contact', 'nle with school', '2 weeks'],
  [3, 'agree-date', 'nle with school', '4 weeks'],
  [3, 'visit-school', 'nle with school', '5 school-days'],
  [3, 'finish-days', 'nle with school', 'end-of-following-term', 'tier-1'],
  [3, 'approve-extension', 'regional-team', '5 working-days'],
  [4, 'prepare-raf', 'nle with school', '20 school-days', TIERS],
  [4, 'agree-raf', 'school', '5 school-days', TIERS],
  [4, 'check-raf', 'tsc', '5 working-days', TIERS],
  [4, 'decide-raf', 'regional-team', '2 weeks', TIERS],
  [4, 'pass-on-refusal', 'tsc', '3 working-days', TIERS],
  [5, 'begin-interventions', 'school with nle', '20 school-days', TIERS],
  [5, 'complete-interventions', 'school with nle', 'end-of-following-term', TIERS],
  [6, 'confirm-completion', 'tsc', '10 working-days'],
] as const;

/** Where each answer leads. */
const CONSEQUENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ask-authority': { asked: 'opens contact-school', 'no-longer-eligible': 'ends not-eligible' },
  'ask-trust': { asked: 'opens contact-school', 'no-longer-eligible': 'ends not-eligible' },
  'contact-school': { contacted: 'opens engage' },
  engage: { engages: 'opens introduce-programme', declines: 'opens tell-of-decline' },
  'tell-of-decline': { told: 'ends declined' },
  'introduce-programme': { introduced: 'opens propose-nle', declines: 'opens tell-of-decline' },
  'propose-nle': { proposed: 'opens accept-deployment', 'nobody-available': 'opens look-further' },
  'look-further': { suggested: 'opens propose-nle', 'cannot-be-matched': 'ends not-matched' },
  'accept-deployment': { accepts: 'opens agree-match', declines: 'opens propose-nle' },
  'agree-match': {
    agrees: 'opens tell-match; records matchedOn',
    'another-nle': 'opens tell-nle-not-chosen',
    declines: 'opens tell-of-decline',
  },
  'tell-nle-not-chosen': { told: 'opens propose-nle' },
  'tell-match': { told: 'opens make-contact' },
  'make-contact': { contacted: 'opens agree-date' },
  'agree-date': { agreed: 'opens visit-school' },
  'visit-school': { visited: 'opens finish-days, prepare-raf' },
  'finish-days': { finished: 'opens confirm-completion' },
  'approve-extension': { agrees: 'extension agrees', refuses: 'extension refuses' },
  'agree-raf': { agrees: 'opens check-raf', returns: 'opens prepare-raf' },
  'prepare-raf': { sent: 'opens agree-raf', 'no-funding-wanted': 'opens confirm-completion' },
  'check-raf': { forwards: 'opens decide-raf', 'forwards-unmended': 'opens decide-raf', returns: 'opens prepare-raf' },
  'decide-raf': { approves: 'opens begin-interventions', refuses: 'opens pass-on-refusal' },
  'pass-on-refusal': { 'passed-on': 'opens prepare-raf' },
  'begin-interventions': { begun: 'opens complete-interventions' },
  'complete-interventions': { completed: 'opens confirm-completion' },
  'confirm-completion': { confirmed: 'nothing further' },
};

/** A Recommended Action Form with nothing missing. */
const RAF = {
  diagnosis: 'Reading falls behind in year 1.',
  nleDays: '2.5',
  'interventions.1.area': 'reading',
  'interventions.1.what': 'A phonics programme',
  'interventions.1.provider': 'Invented English Hub',
  'interventions.1.source': 'approved-list',
  'interventions.1.ownSchool': 'no',
  'interventions.1.coverOrTravel': 'no',
  'interventions.1.cost': '1600000',
  'interventions.1.startsOn': '2020-01-06',
  'interventions.1.completedBy': '2020-04-03',
  'interventions.1.justification': 'It has worked in schools like this one.',
  'interventions.1.specific': 'All of year 1 is taught phonics daily.',
  'interventions.1.measure': 'The screening check, from 61 to 80 per cent.',
  'interventions.1.achievable': 'Two teachers are trained already.',
  'interventions.1.relevant': 'It answers the diagnosis.',
  'interventions.1.measuredOn': '2020-06-12',
  nleSignature: 'Lena Leader',
};

describe('the programme si-2019-20', () => {
  it('has no faults', () => {
    const { findings } = readProgrammeFile(programmePath('si-2019-20'), 'si-2019-20.yaml');
    assert.deepEqual(findings.map(formatFinding), []);
  });

  it('carries the chronology of the evaluation', () => {
    assert.deepEqual(rowsOf(programme), CHRONOLOGY);
  });

  it('follows every answer with the step that the evaluation gives', () => {
    assert.deepEqual(consequencesOf(programme), CONSEQUENCES);
  });

  it('has no form and no money in Tier 1', () => {
    for (const tier of ['tier-1', 'tier-2', 'tier-3']) {
      const applies = (step: string) => stepApplies(programme, step, { tier });
      assert.equal(applies('prepare-raf'), tier !== 'tier-1');
      assert.equal(applies('begin-interventions'), tier !== 'tier-1');
      assert.equal(applies('finish-days'), tier === 'tier-1');
    }
  });

  it('accepts a complete Recommended Action Form', () => {
    assert.deepEqual(problems('tier-2', RAF), []);
  });

  it('refuses a form without its cost, dates, justification or any of its measures', () => {
    for (const field of Object.keys(RAF)) {
      assert.deepEqual(
        problems('tier-2', { ...RAF, [field]: '' }).map(({ path }) => path),
        [field],
      );
    }
    assert.ok(problems('tier-2', {}).some(({ path }) => path === 'interventions.1.what'));
    assert.deepEqual(
      problems('tier-2', { ...RAF, 'interventions.1.completedBy': '2020-01-06' }).map(({ path }) => path),
      ['interventions.1.completedBy'],
    );
  });

  it('limits the total of the interventions to £16,000 in Tier 2 and to £24,000 in Tier 3', () => {
    const with2 = (cost: string) => ({
      ...RAF,
      ...Object.fromEntries(Object.entries(RAF).map(([path, value]) => [path.replace('.1.', '.2.'), value])),
      'interventions.2.cost': cost,
    });
    assert.match(problems('tier-2', with2('100'))[0]?.message ?? '', /adds up to £16,001: it must not be more than £16,000/);
    assert.deepEqual(problems('tier-3', with2('800000')), []);
    assert.match(problems('tier-3', with2('800001'))[0]?.message ?? '', /adds up to £24,000\.01: it must not be more than £24,000/);
  });

  it('applies the same limits to what the Department grants', () => {
    assert.deepEqual(granted('tier-2'), [['grantedTier2', '1600000']]);
    assert.deepEqual(granted('tier-3'), [['grantedTier3', '2400000']]);
  });

  it('tells the school at each stage where its form is', () => {
    for (const step of ['check-raf', 'decide-raf']) {
      assert.ok(
        mustHaveStep(programme, step).ladder.some(({ kind, to, at }) => kind === 'notice' && to === 'school' && at === 'opening'),
        step,
      );
    }
  });

  it('can pass on a form that was sent back twice for the same gap and not mended', () => {
    const [forwards, unmended] = mustHaveStep(programme, 'check-raf').answers;
    assert.deepEqual(unmended?.opens, forwards?.opens);
    assert.deepEqual(
      unmended?.fields.map(({ id, required }) => [id, required]),
      [['gap', true]],
    );
  });

  it('asks at the start for the number of judgements, who offers it, and the region', () => {
    assert.deepEqual(
      formProblems(startForm(programme, { kind: 'school' }), {}).map(({ path }) => path),
      ['tier', 'offeredBy', 'tscRegion'],
    );
  });

  it('takes the tier from the number of judgements in a row, and refuses a number that contradicts it', () => {
    const form = startForm(programme, { kind: 'school' });
    const tiers = form.fields.find(({ id }) => id === 'tier')?.options?.map(({ id, label }) => [id, label.split(':')[0]]);
    assert.deepEqual(tiers, [
      ['tier-1', 'One'],
      ['tier-2', 'Two'],
      ['tier-3', 'Three or more'],
    ]);
    const rest = { offeredBy: 'trust', tscRegion: 'north' };
    assert.deepEqual(formProblems(form, { ...rest, tier: 'tier-2' }), []);
    assert.deepEqual(
      formProblems(form, { ...rest, tier: 'tier-1', judgements: '3' }).map(({ kind, path }) => [kind, path]),
      [['unknown-field', 'judgements']],
    );
  });

  it('calls the eight regions as the evaluation does', () => {
    const { fields } = startForm(programme, { kind: 'school' });
    assert.deepEqual(
      fields.find(({ id }) => id === 'tscRegion')?.options?.map(({ label }) => label),
      [
        'East Midlands and the Humber',
        'East of England and North-East London',
        'Lancashire and West Yorkshire',
        'North of England',
        'North-West London and South-Central England',
        'South West',
        'South-East England and South London',
        'West Midlands',
      ],
    );
  });

  it('has the Teaching Schools Council contact a school that engages, before it proposes anybody', () => {
    const { owner, answers } = mustHaveStep(programme, 'introduce-programme');
    assert.equal(owner, 'tsc');
    const [introduced] = answers;
    assert.deepEqual(
      introduced?.fields.filter(({ required }) => required).map(({ id }) => id),
      ['how', 'contactedOn', 'needs'],
    );
    assert.deepEqual(
      introduced?.fields[0]?.options?.map(({ id }) => id),
      ['telephone', 'e-mail'],
    );
  });

  it('wants the reasons for a tailored intervention, and the circumstances of cover and travel', () => {
    const paths = (given: Readonly<Record<string, string>>) => problems('tier-2', { ...RAF, ...given }).map(({ path }) => path);
    assert.deepEqual(paths({ 'interventions.1.source': 'tailored' }), ['interventions.1.tailoring']);
    assert.deepEqual(paths({ 'interventions.1.source': 'tailored', 'interventions.1.tailoring': 'The hub is full.' }), []);
    assert.deepEqual(paths({ 'interventions.1.coverOrTravel': 'yes' }), [
      'interventions.1.coverAndTravel',
      'interventions.1.circumstances',
    ]);
    const dear = {
      'interventions.1.coverOrTravel': 'yes',
      'interventions.1.coverAndTravel': '1600001',
      'interventions.1.circumstances': 'One form.',
    };
    assert.deepEqual(paths(dear), ['interventions.1.coverAndTravel']);
  });

  it('lets the national leader’s own school provide half of the interventions and no more', () => {
    const own = (cost: string) => problems('tier-2', { ...RAF, 'interventions.1.ownSchool': 'yes', 'interventions.1.ownSchoolCost': cost });
    assert.deepEqual(own('800000'), []);
    assert.match(own('800001')[0]?.message ?? '', /adds up to £8,000\.01: it must not be more than 50 per cent of “Cost”, £16,000 in all/);
  });

  it('goes to the Teaching Schools Council only once the school has signed the form', () => {
    assert.deepEqual(
      Object.values(programme.steps).flatMap(({ id, answers }) =>
        answers.flatMap((answer) => (answer.opens.includes('check-raf') ? [`${id}/${answer.id}`] : [])),
      ),
      ['agree-raf/agrees'],
    );
    const { owner, with: others, answers } = mustHaveStep(programme, 'agree-raf');
    assert.deepEqual([owner, others, answers[0]?.fields[0]?.kind], ['school', [], 'declaration']);
  });

  it('tells the national leader and the school of a refusal at once, with its reasons', () => {
    assert.deepEqual(noticesOf('pass-on-refusal'), [
      ['nle', 'opening', 'working', true],
      ['school', 'opening', 'working', true],
    ]);
  });

  it('tells everyone concerned of a decline, and gives the reasons to the Council and the Department only', () => {
    assert.deepEqual(noticesOf('tell-of-decline'), [
      ['tsc', 'opening', 'working', true],
      ['regional-team', 'opening', 'working', true],
      ['offering-body', 'opening', 'working', false],
      ['nle', 'opening', 'working', false],
    ]);
  });

  it('tells a national leader who accepted that the school asks for somebody else', () => {
    assert.deepEqual(noticesOf('tell-nle-not-chosen'), [
      ['nle', 'opening', 'working', false],
      ['tsc', 'opening', 'working', true],
    ]);
  });

  it('has the reasons of the interview schedules as choices beside the words', () => {
    const declining = [
      'time-or-capacity',
      'no-suitable-match',
      'other-support',
      'change-of-leadership',
      'perceived-risk',
      'nature-of-offer',
      'other',
    ];
    for (const step of ['engage', 'introduce-programme', 'agree-match'])
      assert.deepEqual(codesOf(step, 'declines', 'reasons'), declining, step);
    assert.deepEqual(codesOf('accept-deployment', 'declines', 'reasons'), ['time-or-capacity', 'not-suitable', 'known-otherwise', 'other']);
    const parts = ['what', 'provider', 'tailored', 'cost', 'own-school', 'cover', 'dates', 'justification', 'measures'];
    assert.deepEqual(codesOf('check-raf', 'returns', 'parts'), parts);
    assert.deepEqual(codesOf('decide-raf', 'refuses', 'parts'), parts);
    for (const [step, answer, field] of [
      ['agree-raf', 'returns', 'parts'],
      ['agree-match', 'another-nle', 'reasons'],
      ['propose-nle', 'nobody-available', 'constraints'],
      ['ask-authority', 'no-longer-eligible', 'because'],
      ['ask-trust', 'no-longer-eligible', 'because'],
    ] as const) {
      assert.ok(codesOf(step, answer, field).includes('other'), step);
    }
  });

  it('finds the coordinators of the Teaching Schools Council under the role of the delivery partner', () => {
    const held = Object.entries(programme.roles).flatMap(([id, { heldBy }]) => (heldBy === undefined ? [] : [[id, heldBy]]));
    assert.deepEqual(held, [
      ['tsc', 'rdp'],
      ['nle', 'system-leader'],
    ]);
  });

  it('states its assumption wherever the sources give no time limit', () => {
    const given = ['make-contact', 'agree-date', 'decide-raf'];
    for (const step of Object.values(programme.steps)) {
      assert.match(step.source, /^Evaluation 2019 to 2020/, step.id);
      if (given.includes(step.id)) assert.match(step.assumption ?? '', /The sources say "(2|4|two) weeks"/, step.id);
      else assert.match(step.assumption ?? '', /The sources (give no|do not say)/, step.id);
    }
  });
});

/** Who is told when a step opens: role, when, on which days, and whether the reasons go with it. */
function noticesOf(step: string) {
  return mustHaveStep(programme, step).ladder.flatMap(({ kind, to, at, days, withAnswer }) =>
    kind === 'notice' ? [[to, at, days, withAnswer === true]] : [],
  );
}

/** The codes of a choice in an answer, beside which there must be room for words. */
function codesOf(step: string, answer: string, field: string): readonly string[] {
  const { fields } = answerOf(step, answer, 'tier-2');
  assert.ok(
    fields.some(({ kind }) => kind === 'long-text'),
    `${step}/${answer} has no words`,
  );
  return fields.find(({ id }) => id === field)?.options?.map(({ id }) => id) ?? assert.fail(`${step}/${answer} has no ${field}`);
}

function problems(tier: string, given: Readonly<Record<string, string>>) {
  return formProblems(answerOf('prepare-raf', 'sent', tier), given);
}

function granted(tier: string) {
  return answerOf('decide-raf', 'approves', tier).fields.map(({ id, max }) => [id, max]);
}

function answerOf(step: string, answer: string, tier: string) {
  return answersFor(mustHaveStep(programme, step), { tier }).find(({ id }) => id === answer) ?? assert.fail(`no ${answer}`);
}
