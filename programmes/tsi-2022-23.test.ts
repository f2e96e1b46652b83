import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Programme, Step } from '../domain/programme.ts';
import { daysOf, ownersOf, placeholdersIn } from '../domain/programme.ts';
import type { TimeAllowed } from '../domain/time-allowed.ts';
import { formatFinding } from './finding.ts';
import { loadProgramme, programmePath, readProgrammeFile } from './load-programmes.ts';

const programme = load();

/** The chronology table of the guidance, row by row: stage, step, owners, time allowed. */
const CHRONOLOGY = [
  [1, 'contact-school', 'regional-team', 'end-of-term'],
  [1, 'confirm-participation', 'school', '5 school-days'],
  [2, 'provide-details', 'regional-team', '3 working-days'],
  [3, 'engage-system-leader', 'rdp', '3 working-days'],
  [3, 'confirm-ability', 'system-leader', '3 working-days'],
  [4, 'contact-school-about-match', 'rdp', '3 working-days'],
  [4, 'confirm-system-leader', 'school', '3 school-days'],
  [5, 'report-agreement', 'rdp', '3 working-days'],
  [5, 'approve-match', 'regional-team', '1 weeks'],
  [6, 'issue-deployment-emails', 'rdp', '3 working-days'],
  [7, 'arrange-first-meeting', 'system-leader with school', '10 school-days'],
  [8, 'first-visit', 'system-leader with school', '4 weeks'],
  [8, 'check-in', 'rdp', '4 weeks'],
  [9, 'complete-deployment', 'system-leader with school', 'end-of-following-term'],
  [9, 'approve-extension', 'regional-team', '5 working-days'],
  [10, 'complete-form', 'system-leader', '10 working-days'],
  [10, 'sign-form', 'school', '3 school-days'],
  [10, 'review-form', 'rdp', '3 working-days'],
  [10, 'process-form', 'regional-team', '10 working-days'],
  [11, 'follow-up-call', 'rdp with school', '10 school-days'],
  [12, 'support-case-study', 'system-leader with school', '20 school-days'],
  [12, 'further-support', 'school with system-leader', '20 school-days'],
] as const;

/** Where each answer leads, as the table and the rules beside it say. */
const CONSEQUENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'contact-school': { contacted: 'opens confirm-participation', 'no-longer-eligible': 'ends not-eligible' },
  'confirm-participation': { accepts: 'opens provide-details', declines: 'ends declined' },
  'provide-details': { provided: 'opens engage-system-leader', 'cannot-be-matched': 'ends not-matched' },
  'engage-system-leader': { contacted: 'opens confirm-ability', 'no-system-leader-found': 'opens provide-details' },
  'confirm-ability': { yes: 'opens contact-school-about-match', no: 'opens engage-system-leader' },
  'contact-school-about-match': { contacted: 'opens confirm-system-leader' },
  'confirm-system-leader': {
    agrees: 'opens report-agreement',
    'another-system-leader': 'opens engage-system-leader',
    declines: 'ends declined',
  },
  'report-agreement': { reported: 'opens approve-match' },
  'approve-match': {
    approves: 'opens issue-deployment-emails; records matchedOn',
    refuses: 'opens engage-system-leader',
  },
  'issue-deployment-emails': { issued: 'opens arrange-first-meeting' },
  'arrange-first-meeting': { arranged: 'opens first-visit' },
  'first-visit': { visited: 'opens complete-deployment, check-in' },
  'check-in': { 'checked-in': 'opens check-in' },
  'complete-deployment': { completed: 'opens complete-form, follow-up-call; closes check-in' },
  'complete-form': { 'sent-to-school': 'opens sign-form' },
  'sign-form': { signs: 'opens review-form', returns: 'opens complete-form' },
  'review-form': { submits: 'opens process-form', returns: 'opens complete-form' },
  'process-form': { approves: 'opens support-case-study, further-support', returns: 'opens review-form' },
  'approve-extension': { agrees: 'extension agrees', refuses: 'extension refuses' },
  'follow-up-call': { held: 'nothing further' },
  'support-case-study': { agrees: 'nothing further', 'not-this-time': 'nothing further' },
  'further-support': { wanted: 'nothing further', 'not-needed': 'nothing further' },
};

const SHORT = 'request at opening, reminder 0, overdue 1, call 2, escalation 3';
const MEDIUM = 'request at opening, reminder -3, reminder 0, overdue 1, call 3, escalation 5';
const LONG = 'request at opening, reminder -10, reminder -5, reminder -1, overdue 1, call 3, escalation 5';

/** The chases of each step that is not optional; calls only where somebody telephones the owner. */
const LADDERS: Readonly<Record<string, string>> = {
  'contact-school': `notice at opening, notice at opening, ${LONG}`,
  'confirm-participation': MEDIUM,
  'provide-details': SHORT,
  'engage-system-leader': withoutCall(SHORT),
  'confirm-ability': SHORT,
  'contact-school-about-match': withoutCall(SHORT),
  'confirm-system-leader': SHORT,
  'report-agreement': withoutCall(SHORT),
  'approve-match': MEDIUM,
  'issue-deployment-emails': 'notice at opening, notice at opening',
  'arrange-first-meeting': MEDIUM,
  'first-visit': LONG,
  'check-in': 'request -3, reminder 0, overdue 1, escalation 5',
  'complete-deployment': LONG,
  'approve-extension': MEDIUM,
  'complete-form': MEDIUM,
  'sign-form': SHORT,
  'review-form': withoutCall(SHORT),
  'process-form': MEDIUM,
  'follow-up-call': withoutCall(MEDIUM),
  'support-case-study': 'request at opening, reminder -5',
  'further-support': 'request at opening, reminder -5',
};

describe('the programme tsi-2022-23', () => {
  it('has no faults', () => {
    const { findings } = readProgrammeFile(programmePath('tsi-2022-23'), 'tsi-2022-23.yaml');
    assert.deepEqual(findings.map(formatFinding), []);
  });

  it('carries every row of the chronology and no other', () => {
    const rows = programme.stages.flatMap((stage) =>
      stage.steps.map((id) => {
        const step = stepOf(id);
        return [stage.number, id, ownersOf(step).join(' with '), inWords(step.allowed)];
      }),
    );
    assert.deepEqual(rows, CHRONOLOGY);
  });

  it('leads on from every answer as the chronology does', () => {
    const consequences = Object.values(programme.steps).map((step) => [
      step.id,
      Object.fromEntries(step.answers.map((answer) => [answer.id, consequenceOf(answer)])),
    ]);
    assert.deepEqual(Object.fromEntries(consequences), CONSEQUENCES);
  });

  it('chases each step as its length asks for', () => {
    const ladders = Object.values(programme.steps).map((step) => [step.id, describeLadder(step)]);
    assert.deepEqual(Object.fromEntries(ladders), LADDERS);
  });

  it('tells local authority and diocese of the first contact, and never chases them', () => {
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

  it("gives system leader and school each other's details when the deployment begins, holidays or not", () => {
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

  it('leaves out the early reminders where a deployment is chased less, and writes once more after the due date where it is chased more', () => {
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
        step.id === 'approve-extension' ? /extension can be agreed/ : /^Guidance 2022 to 2023, chronology, stage \d+/,
        step.id,
      );
      assert.match(step.assumption ?? '', /The (guidance|table) (says|gives)/, step.id);
    }
  });

  it('says in the first letter to the school that the offer is voluntary, free and no takeover', () => {
    assert.deepEqual(
      Object.values(programme.steps).flatMap(({ id, explainsOffer }) => (explainsOffer ? id : [])),
      ['confirm-participation'],
    );
    for (const said of [/voluntary/, /free/, /not a takeover/, /not an inspection/, /Who is told what/]) {
      assert.match(programme.offer, said);
    }
  });

  it('asks whoever sends something back to say what is missing', () => {
    const returns = Object.values(programme.steps).flatMap((step) => step.answers.filter(({ id }) => id === 'returns'));
    assert.equal(returns.length, 3);
    for (const { fields } of returns) {
      assert.deepEqual(
        fields.map(({ id, required }) => [id, required]),
        [['missing', true]],
      );
    }
  });
});

describe('loading programmes', () => {
  it('suggests a programme when there is none of that id', () => {
    const loaded = loadProgramme('tsi-2022-32');
    assert.ok(!loaded.ok);
    assert.equal(loaded.reason.kind, 'unknown-programme');
    assert.equal(loaded.reason.remedy, 'Did you mean "tsi-2022-23"?');
  });

  it('does not take a path for an id', () => {
    assert.ok(!loadProgramme('../programmes/tsi-2022-23').ok);
  });
});

function load(): Programme {
  const loaded = loadProgramme('tsi-2022-23');
  if (!loaded.ok) throw new Error(loaded.reason.message);
  return loaded.value;
}

function stepOf(id: string): Step {
  return programme.steps[id] ?? assert.fail(`there is no step ${id}`);
}

function inWords(allowed: TimeAllowed): string {
  return 'count' in allowed ? `${allowed.count} ${allowed.unit}` : allowed.unit;
}

function consequenceOf({ opens, closes, ends, records, extension }: Answer): string {
  const said = [
    ...(ends === null ? [] : [`ends ${ends}`]),
    ...(opens.length === 0 ? [] : [`opens ${opens.join(', ')}`]),
    ...(closes.length === 0 ? [] : [`closes ${closes.join(', ')}`]),
    ...(records.length === 0 ? [] : [`records ${records.join(', ')}`]),
    ...(extension ? [`extension ${extension}`] : []),
  ];
  return said.length === 0 ? 'nothing further' : said.join('; ');
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
