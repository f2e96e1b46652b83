import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { formatFinding } from '../programmes/finding.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { readScenario } from './read-scenario.ts';

const loaded = loadProgramme('tsi-2022-23');
assert.ok(loaded.ok);
const PROGRAMME = loaded.value;

const CLEAN = ['programme: tsi-2022-23', 'title: A test'];

function findings(...lines: readonly string[]): readonly string[] {
  return readScenario([...CLEAN, ...lines].join('\n'), 's.yaml', PROGRAMME).findings.map(formatFinding);
}

describe('a scenario', () => {
  it('is read with everything it says', () => {
    const { file } = readScenario(
      [
        ...CLEAN,
        'start: 2022-09-12',
        'authority: 888',
        'subject: trust',
        'everyone: silent',
        'roles: { school: late }',
        'answers:',
        "  - { step: confirm-ability, round: 2, answer: 'no', when: 2 working days late, by: system-leader, toldTo: rdp, fields: { reason: No time } }",
        'changes:',
        '  - { on: 2023-01-09, withdraw: { as: withdrawn, because: It closes, by: rdp } }',
        '  - { on: 2023-01-09, pause: { step: sign-form, category: illness, until: 2023-02-01, because: Flu } }',
        '  - { on: 2023-01-10, resume: { because: Well again } }',
        '  - { on: 2023-01-11, extend: { step: sign-form, to: 2023-03-01, because: Agreed } }',
      ].join('\n'),
      's.yaml',
      PROGRAMME,
    );
    assert.deepEqual(file, {
      scenario: {
        title: 'A test',
        everyone: 'silent',
        roles: { school: 'late' },
        answers: [
          {
            step: 'confirm-ability',
            round: 2,
            answer: 'no',
            when: { kind: 'overdue-by', allowed: { unit: 'working-days', count: 2 } },
            by: 'system-leader',
            toldTo: 'rdp',
            fields: { reason: 'No time' },
            place: 's.yaml:9:5',
          },
        ],
        changes: [
          { on: '2023-01-09', change: { kind: 'withdraw', as: 'withdrawn', because: 'It closes', by: 'rdp' }, place: 's.yaml:11:5' },
          {
            on: '2023-01-09',
            change: { kind: 'pause', step: 'sign-form', category: 'illness', until: '2023-02-01', because: 'Flu', by: null },
            place: 's.yaml:12:5',
          },
          { on: '2023-01-10', change: { kind: 'resume', because: 'Well again', by: null }, place: 's.yaml:13:5' },
          {
            on: '2023-01-11',
            change: { kind: 'extend', step: 'sign-form', to: '2023-03-01', because: 'Agreed', by: null },
            place: 's.yaml:14:5',
          },
        ],
      },
      start: '2022-09-12',
      authority: '888',
      subject: 'trust',
      facts: {},
    });
  });

  it('leaves everyone on time whom it does not mention', () => {
    const { file } = readScenario(CLEAN.join('\n'), 's.yaml', PROGRAMME);
    assert.deepEqual(file?.scenario, { title: 'A test', everyone: 'on-time', roles: {}, answers: [], changes: [] });
  });
});

describe('what a scenario gives for the fields of a form', () => {
  const raf = loadProgramme('si-2019-20');
  assert.ok(raf.ok);
  const programme = raf.value;
  const said = (...lines: readonly string[]) => {
    const text = [
      'programme: si-2019-20',
      'title: T',
      'starts: { tier: "Three or more: Tier 3, up to 3 NLE days and up to £24,000", judgedOn: 14 June 2019 }',
      'answers:',
      ...lines,
    ].join('\n');
    const { file, findings: found } = readScenario(text, 's.yaml', programme);
    assert.ok(file !== null, found.map(formatFinding).join('\n'));
    return file;
  };

  it('is read as a person writes it: pounds, labels of options, days', () => {
    const { scenario, facts } = said(
      '  - step: prepare-raf',
      '    fields: { interventions.1.cost: 14500.50, interventions.2.cost: 9500, interventions.3.cost: "£1,250.00" }',
      '  - { step: agree-date, fields: { visitOn: 12 January 2023 } }',
    );
    assert.deepEqual(facts, { tier: 'tier-3', judgedOn: '2019-06-14' });
    assert.deepEqual(
      scenario.answers.map(({ fields }) => fields),
      [
        { 'interventions.1.cost': '1450050', 'interventions.2.cost': '950000', 'interventions.3.cost': '125000' },
        { visitOn: '2023-01-12' },
      ],
    );
  });
});

describe('a broken scenario', () => {
  const broken: readonly (readonly [string, readonly string[], string])[] = [
    ['a slip of YAML', ['answers: ['], 's.yaml:3:11: A bracket is not closed before this — Close it.'],
    ['an unknown name', ['evryone: late'], 's.yaml:3:1: "evryone" is not known here — Did you mean "everyone"?'],
    ['an unknown conduct', ['everyone: lazy'], 's.yaml:3:11: "everyone" cannot be "lazy" — It must be: on-time, late, at-once or silent.'],
    ['a day that is none', ['start: 2022-02-30'], 's.yaml:3:8: There is no day 2022-02-30 — Write a day as 2022-12-05.'],
    ['an unknown step', ['answers:', '  - step: sign-from'], 's.yaml:4:11: There is no step "sign-from" — Did you mean "sign-form"?'],
    [
      'an unknown answer',
      ['answers:', '  - { step: sign-form, answer: return }'],
      's.yaml:4:32: "sign-form" has no answer "return" — Did you mean "returns"?',
    ],
    [
      'an unknown field',
      ['answers:', '  - { step: sign-form, answer: returns, fields: { misssing: x } }'],
      's.yaml:4:51: The answer "returns" has no field "misssing" — Did you mean "missing"?',
    ],
    ['a time that is none', ['answers:', '  - { step: sign-form, when: soon }'], 's.yaml:4:30: "soon" is not a time — Write "on time"'],
    ['somebody who does not own the step', ['answers:', '  - { step: sign-form, by: rdp }'], 's.yaml:4:28: "rdp" does not own "sign-form"'],
    ['an answer in place of Chaser', ['answers:', '  - step: issue-deployment-emails'], 's.yaml:4:11: Nobody answers'],
    [
      'something that is not asked at the start',
      ['starts: { tierr: tier-2 }'],
      's.yaml:3:11: Nothing called "tierr" is asked at the start',
    ],
    ['an unknown role', ['roles: { shool: silent }'], 's.yaml:3:10: There is no role "shool" — Did you mean "school"?'],
    [
      'an end that is none',
      ['changes:', '  - { on: 2023-01-09, withdraw: { as: completed, because: x } }'],
      's.yaml:4:39: A deployment cannot be withdrawn as "completed"',
    ],
    ['a change that changes nothing', ['changes:', '  - on: 2023-01-09'], 's.yaml:4:5: Nothing changes here — Write one of'],
    [
      'two changes in one entry',
      ['changes:', '  - { on: 2023-01-09, resume: { because: x }, rematch: { because: y } }'],
      's.yaml:4:5: Two changes in one entry: resume and rematch',
    ],
    [
      'a change that says nothing of what is decided',
      ['changes:', '  - { on: 2023-01-09, extend: sign-form }'],
      's.yaml:4:31: "extend" cannot be "sign-form" — It must be: { step, to: the new due date, because: why, by: the role that asks for it }.',
    ],
    ['a change without a reason', ['changes:', '  - { on: 2023-01-09, resume: {} }'], 's.yaml:4:23: "because" is missing'],
  ];
  for (const [what, lines, finding] of broken) {
    it(`is refused with place and remedy: ${what}`, () => {
      const [first = '', ...more] = findings(...lines);
      assert.ok(first.startsWith(finding), `${first}\n${finding}`);
      assert.deepEqual(more, []);
    });
  }

  it('of another programme is refused', () => {
    const { findings: found } = readScenario('programme: other\ntitle: T', 's.yaml', PROGRAMME);
    assert.deepEqual(found.map(formatFinding), [
      's.yaml:1:12: The scenario is for "other", not for "tsi-2022-23" — Rehearse other with it.',
    ]);
  });
});
