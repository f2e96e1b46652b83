import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../domain/time/plain-date.ts';
import { DEFAULT_CHANGE_RULES } from '../domain/programme.ts';
import type { Programme } from '../domain/programme.ts';
import { answer, CALENDAR, field, programmeOf, step } from '../tests/kit/programmes.ts';
import { formatFinding } from '../programmes/finding.ts';
import { readScenario } from './read-scenario.ts';
import { rehearse } from './rehearse.ts';
import type { Rehearsal } from './rehearse.ts';

/** Ask is due on Thursday 17 November 2022, and escalated to the regional team on Tuesday 22 November. */
const PROGRAMME: Programme = {
  ...programmeOf(
    ['ask'],
    [
      step('ask', 'school', [
        answer('yes', {
          opens: ['work'],
          records: ['matchedOn'],
          fields: [field('visitOn', { kind: 'date', records: 'visitOn', required: false })],
        }),
        answer('no', { ends: 'declined' }),
      ]),
      step('work', 'school', [answer('done', {})], { allowed: { unit: 'weeks', count: 4 }, countsFrom: 'matchedOn' }),
    ],
  ),
  changes: { ...DEFAULT_CHANGE_RULES, acknowledgeWithin: 2 },
};

/** The rehearsal of a scenario that begins on Monday 14 November 2022, with the words of every letter. */
function rehearsed(...lines: readonly string[]): Rehearsal {
  const { file, findings } = readScenario(['programme: invented', 'title: T', ...lines].join('\n'), 's.yaml', PROGRAMME);
  assert.ok(file !== null, findings.map(formatFinding).join('\n'));
  const result = rehearse({
    programme: PROGRAMME,
    calendar: CALENDAR,
    subject: 'school',
    startsOn: plainDate('2022-11-14'),
    scenario: file.scenario,
    facts: {},
    letters: true,
  });
  assert.ok(result.ok, result.ok ? '' : result.reason.message);
  return result.value;
}

const saidOn = (on: string, { timeline }: Rehearsal) => timeline.filter((entry) => entry.on === on).map(({ title }) => title);
const refusals = ({ findings }: Rehearsal) =>
  findings.filter(({ kind }) => kind === 'refused' || kind === 'unused').map(({ text }) => text);

/** Plays it, and asserts that nothing is refused and that these are among what happens on a day. */
function happens(on: string, titles: readonly string[], played: Rehearsal): void {
  assert.deepEqual(refusals(played), []);
  const said = saidOn(on, played);
  for (const title of titles) assert.ok(said.includes(title), `${title}\n  is not among:\n${said.join('\n')}`);
}

const SILENT = 'everyone: silent';
const change = (on: string, what: string) => ['changes:', `  - { on: ${on}, ${what} }`];

describe('a scenario lets somebody', () => {
  it('take an escalation: its holder, with a promised day that counts against them', () => {
    const played = rehearsed(SILENT, ...change('2022-11-23', 'acknowledge: { step: ask, promised: 2022-11-28, because: I visit them }'));
    happens('2022-11-23', ['Priya Shah (regional team) takes the escalation of ask'], played);
    const [taken] = played.timeline.filter(({ title }) => title.includes('takes the escalation'));
    assert.deepEqual(taken?.lines, ['Promised by 28 November 2022: I visit them']);
    happens('2022-11-29', ['The escalation of ask comes back: the promised day has passed'], played);
    assert.deepEqual(saidOn('2022-11-24', played), []);
  });

  it('take an escalation by telephone', () => {
    const what = 'acknowledge: { step: ask, promised: 2022-11-28, because: I visit them, by: regional-team, toldTo: rdp }';
    const played = rehearsed(SILENT, ...change('2022-11-23', what));
    happens('2022-11-23', ['Priya Shah (regional team) takes the escalation of ask'], played);
    const [taken] = played.timeline.filter(({ title }) => title.includes('takes the escalation'));
    assert.equal(taken?.lines[0], 'By telephone, recorded by Chris Mills (RDP coordinator).');
  });

  it('hand an escalation over to the holder of another role', () => {
    const played = rehearsed(SILENT, ...change('2022-11-23', 'handOver: { step: ask, to: regional-senior, because: It is hers }'));
    happens('2022-11-23', ['The escalation of ask is handed over', 'Escalation to Rafael Ward (regional senior): ask'], played);
  });

  it('send an escalation back to the coordinator', () => {
    const played = rehearsed(SILENT, ...change('2022-11-23', 'sendBack: { step: ask, because: They have telephoned }'));
    happens('2022-11-23', ['The escalation of ask is sent back', 'Escalation to Chris Mills (RDP coordinator): ask'], played);
  });

  it('be told, with the place in the file, that they do not have the escalation', () => {
    const [text, ...more] = refusals(rehearsed(SILENT, ...change('2022-11-23', 'sendBack: { step: ask, because: x, by: school }')));
    assert.match(text ?? '', /The escalation is not with Jo Head\..*\(s\.yaml:5:5\)$/);
    assert.deepEqual(more, []);
  });

  it('hold a role from then on, each time a different person', () => {
    const played = rehearsed(
      SILENT,
      'changes:',
      '  - { on: 2022-11-15, person: { role: school, because: A new head } }',
      '  - { on: 2022-11-16, person: { role: school, because: Another new head } }',
    );
    happens('2022-11-15', ['Una Frost (headteacher) is the headteacher now', 'Request to Una Frost (headteacher): ask'], played);
    const [, second = ''] = played.timeline.flatMap(({ title }) => / is the headteacher now$/.exec(title)?.input ?? []);
    assert.doesNotMatch(second, /Una Frost|Jo Head/);
  });

  it('stand in, answer, and give it back', () => {
    const played = rehearsed(
      'answers:',
      '  - { step: ask, when: on 2022-11-17 }',
      'changes:',
      '  - { on: 2022-11-15, deputy: { for: school, until: 2022-12-16, because: Leave, by: school } }',
      '  - { on: 2022-11-21, back: { for: school, because: Back early, by: school } }',
    );
    happens('2022-11-15', ['Una Frost (headteacher) stands in for Jo Head (headteacher)'], played);
    happens('2022-11-17', ['Reminder to Una Frost (headteacher): ask', 'Una Frost (headteacher) answers ask: yes'], played);
    happens('2022-11-21', ['Jo Head (headteacher) is back'], played);
  });

  it('stand in from a later day', () => {
    const what = 'deputy: { for: school, from: 2022-11-21, until: 2022-12-16, because: Leave }';
    const played = rehearsed('answers: [{ step: ask, when: on 2022-11-17 }]', ...change('2022-11-15', what));
    happens('2022-11-17', ['Jo Head (headteacher) answers ask: yes'], played);
  });

  it('reopen a declined deployment, which then goes on to its end', () => {
    const played = rehearsed(
      'answers:',
      '  - { step: ask, round: 1, answer: no, when: on 2022-11-16 }',
      ...change('2022-11-21', 'reopen: { because: They have thought again }'),
    );
    happens('2022-11-16', ['The deployment ends: Declined'], played);
    happens('2022-11-21', ['The deployment is reopened', 'Request to Jo Head (headteacher): ask (round 2)'], played);
    assert.equal(played.end, 'done');
  });

  it('learn that it is too late to reopen a deployment, which stays ended', () => {
    const played = rehearsed(
      'answers: [{ step: ask, answer: no, when: on 2022-11-16 }]',
      ...change('2023-02-01', 'reopen: { because: They have thought again }'),
    );
    assert.equal(refusals(played).length, 1);
    assert.match(refusals(played)[0] ?? '', /could be reopened until .*\(s\.yaml:5:5\)$/);
    assert.equal(played.end, 'declined');
  });

  it('correct a date, from which due dates follow', () => {
    const played = rehearsed(
      'answers: [{ step: ask, when: on 2022-11-16 }]',
      ...change('2022-11-18', 'correct: { fact: matchedOn, to: 2022-11-09, because: It was a week ago }'),
    );
    happens('2022-11-18', ['Corrected: matched on, from 2022-11-16 to 2022-11-09', 'Due date of work moves to 7 December 2022'], played);
  });

  it('take back an answer, so that it is asked for again', () => {
    const played = rehearsed(
      'answers: [{ step: ask, round: 1, when: on 2022-11-15 }]',
      ...change('2022-11-16', 'takeBack: { step: ask, because: It was another school }'),
    );
    happens('2022-11-16', ['The answer to ask is taken back', 'Opens: ask (round 2). Due on Thursday 17 November 2022'], played);
    assert.equal(played.end, 'done');
  });

  it('move the expected end of a stop to a later day', () => {
    const played = rehearsed(
      'changes:',
      '  - { on: 2022-11-15, pause: { category: illness, until: 2022-11-22, because: Ill } }',
      '  - { on: 2022-11-21, prolong: { until: 2022-11-30, because: Still ill } }',
      '  - { on: 2022-11-28, resume: { because: Well again } }',
    );
    happens('2022-11-21', ['The pause lasts longer: it should end on 30 November 2022'], played);
  });

  it('remind the owners before the ladder does, and leave out the next chase', () => {
    const reminded = rehearsed(SILENT, ...change('2022-11-15', 'remind: { step: ask, by: rdp }'));
    happens('2022-11-15', ['Reminder to Jo Head (headteacher): ask'], reminded);
    const skipped = rehearsed(SILENT, ...change('2022-11-15', 'skip: { step: ask, because: They telephoned, by: rdp }'));
    happens('2022-11-15', ['Left out: reminder about ask'], skipped);
    assert.ok(!saidOn('2022-11-17', skipped).includes('Reminder to Jo Head (headteacher): ask'));
  });
});

describe('a change that names something unknown', () => {
  const broken: readonly (readonly [string, string])[] = [
    ['person: { role: shool, because: x }', '4:39: There is no role "shool" — Did you mean "school"?'],
    ['deputy: { for: shool, until: 2022-12-01, because: x }', '4:38: There is no role "shool"'],
    ['back: { for: shool, because: x }', '4:36: There is no role "shool"'],
    ['handOver: { step: ask, to: regonal-senior, because: x }', '4:50: There is no role "regonal-senior"'],
    ['acknowledge: { step: aks, promised: 2022-12-01, because: x }', '4:44: There is no step "aks" — Did you mean "ask"?'],
    ['acknowledge: { step: ask, promised: 2022-12-32, because: x }', '4:59: There is no day 2022-12-32'],
    [
      'acknowledge: { step: ask, because: x }',
      '4:23: "promised" is missing — Add promised (the day by which it will be done, as 2022-12-05).',
    ],
    ['takeBack: { step: wrok, because: x }', '4:41: There is no step "wrok"'],
    ['correct: { fact: matchedon, to: 2022-12-01, because: x }', '4:40: No date is recorded as "matchedon" — Did you mean "matchedOn"?'],
    ['reopen: {}', '4:23: "because" is missing'],
    ['remind: ask', '4:31: "remind" cannot be "ask" — It must be: { step }.'],
  ];
  for (const [what, finding] of broken) {
    it(`is refused with place and remedy: ${what}`, () => {
      const text = ['programme: invented', 'title: T', ...change('2022-12-01', what)].join('\n');
      const [first, ...more] = readScenario(text, 's.yaml', PROGRAMME).findings.map(formatFinding);
      assert.ok(first?.startsWith(`s.yaml:${finding}`), `${first}\n${finding}`);
      assert.deepEqual(more, []);
    });
  }
});
