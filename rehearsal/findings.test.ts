import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../domain/time/plain-date.ts';
import { DEFAULT_CHANGE_RULES } from '../domain/programme.ts';
import type { Programme } from '../domain/programme.ts';
import { answer, CALENDAR, programmeOf, REQUEST, rung, step } from '../tests/kit/programmes.ts';
import { rehearsedSubject } from './cast.ts';
import { neverReachedFindings } from './findings.ts';
import { play } from './play.ts';
import { rehearse } from './rehearse.ts';
import { EVERYONE } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const BEGIN = plainDate('2022-11-14');

function rehearsed(programme: Programme, scenario: Scenario = EVERYONE['on-time'], startsOn = BEGIN) {
  const result = rehearse({ programme, calendar: CALENDAR, subject: 'school', startsOn, scenario, facts: {}, letters: false });
  assert.ok(result.ok, result.ok ? '' : result.reason.message);
  return result.value;
}

const textsOf = (programme: Programme, kind: string, scenario?: Scenario) =>
  rehearsed(programme, scenario)
    .findings.filter((finding) => finding.kind === kind)
    .map(({ text }) => text);

describe('the findings of a rehearsal', () => {
  it('report a step that no answer leads to, and an unused answer of an automatic step', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'school', [answer('yes', { opens: ['tell'] })]),
        step('tell', 'rdp', [answer('told', {}), answer('not-told', {})], {
          automatic: 'told',
          ladder: [{ id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'All is set.' }],
        }),
        step('lost', 'school', [answer('found', {})]),
      ],
    );
    const texts = textsOf(programme, 'never-reached');
    assert.equal(texts.length, 2);
    assert.match(texts[0] ?? '', /\(lost\) never opens/);
    assert.match(texts[1] ?? '', /\(not-told\)/);
  });

  it('report a reminder that would come before its step is asked for', () => {
    const ladder = [REQUEST, rung('reminder', -20), rung('overdue', 1)];
    const programme = programmeOf(['ask'], [step('ask', 'school', [answer('yes', {})], { ladder })]);
    const texts = textsOf(programme, 'never-reached');
    assert.equal(texts.length, 1);
    assert.match(texts[0] ?? '', /reminder-20/);
  });

  it('reach answers off the main path by a play of their own', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'school', [answer('yes', {}), answer('no', { opens: ['why'] })]),
        step('why', 'school', [answer('said', {}), answer('silent', { ends: 'declined' })]),
      ],
    );
    assert.deepEqual(textsOf(programme, 'never-reached'), []);
  });

  it('report a date that cannot be met even when everybody answers at once', () => {
    const programme = programmeOf(
      ['match'],
      [
        step('match', 'rdp', [answer('made', { records: ['matchedOn'], opens: ['complete'] })]),
        step('complete', 'school', [answer('done', {})], {
          countsFrom: 'matchedOn',
          allowed: { unit: 'fixed-table', table: [{ matchedIn: 'Autumn 2022', completeBy: plainDate('2022-11-01') }] },
        }),
      ],
    );
    const [text = ''] = textsOf(programme, 'cannot-be-met');
    assert.match(text, /opens on 14 November 2022, and is due on 1 November 2022/);
  });

  it('report a step that falls due before one that must come first', () => {
    const programme = programmeOf(
      ['match'],
      [
        step('match', 'rdp', [answer('made', { records: ['matchedOn'], opens: ['visit'] })]),
        step('visit', 'school', [answer('made', { opens: ['complete'] })], { allowed: { unit: 'weeks', count: 4 } }),
        step('complete', 'school', [answer('done', {})], { countsFrom: 'matchedOn', allowed: { unit: 'weeks', count: 3 } }),
      ],
    );
    assert.equal(textsOf(programme, 'too-tight').length, 1);
  });

  it('stop a loop that the first answers never leave', () => {
    const programme = programmeOf(
      ['ask'],
      [step('ask', 'rdp', [answer('again', { opens: ['ask'] }), answer('enough', {})], { allowed: { unit: 'working-days', count: 1 } })],
    );
    const { outcome, findings } = rehearsed(programme);
    assert.equal(outcome, 'It goes round in a loop, and was stopped');
    assert.ok(findings.some(({ kind }) => kind === 'goes-round'));
  });

  it('report what the scenario asked for in vain and what was refused, each with its place in the file', () => {
    const programme = programmeOf(['ask'], [step('ask', 'school', [answer('yes', {}), answer('no', { ends: 'declined' })])]);
    const said = { step: 'ask', answer: 'no', by: null, toldTo: null };
    const scenario: Scenario = {
      ...EVERYONE['on-time'],
      answers: [
        { ...said, round: 2, when: { kind: 'conduct', conduct: 'on-time' }, fields: {}, place: 'hard.yaml:4:5' },
        { ...said, round: 1, when: { kind: 'conduct', conduct: 'at-once' }, fields: { a: 'b' }, place: 'hard.yaml:5:5' },
      ],
    };
    const [unused = '', ...others] = textsOf(programme, 'unused', scenario);
    assert.match(unused, /round 2, which never came up\. \(hard\.yaml:4:5\)$/);
    const [refused = '', ...more] = textsOf(programme, 'refused', scenario);
    assert.match(refused, /“ask”: .* \(hard\.yaml:5:5\)$/);
    assert.deepEqual([...others, ...more], []);
  });

  it('report a due date in the holidays', () => {
    const programme = programmeOf(['ask'], [step('ask', 'rdp', [answer('yes', {})])]);
    const { findings } = rehearsed(programme, EVERYONE['on-time'], plainDate('2022-12-15'));
    const [text = ''] = findings.filter(({ kind }) => kind === 'outside-term').map((finding) => finding.text);
    assert.match(text, /Christmas holiday/);
  });

  it('allow a due date before that of an earlier step when it is counted from its own opening', () => {
    // Answered early, on the day before the holiday, though it is due after it.
    const programme = programmeOf(
      ['visit'],
      [
        step('visit', 'school', [answer('made', { opens: ['check'] })], { allowed: { unit: 'weeks', count: 3 } }),
        step('check', 'rdp', [answer('sound', {})], { allowed: { unit: 'working-days', count: 3 } }),
      ],
    );
    const { findings, timeline } = rehearsed(programme, EVERYONE['on-time'], plainDate('2022-12-05'));
    const [visit, check] = timeline.filter(({ kind }) => kind === 'opens');
    assert.ok(String(check?.dueOn) < String(visit?.dueOn), `${check?.dueOn} ${visit?.dueOn}`);
    assert.deepEqual(
      findings.filter(({ kind }) => kind === 'too-tight'),
      [],
    );
  });

  it('allow such a date when the earlier step records the day that it is counted from', () => {
    const programme = programmeOf(
      ['visit'],
      [
        step('visit', 'school', [answer('made', { records: ['matchedOn'], opens: ['check'] })], { allowed: { unit: 'weeks', count: 3 } }),
        step('check', 'rdp', [answer('sound', {})], { allowed: { unit: 'working-days', count: 3 }, countsFrom: 'matchedOn' }),
      ],
    );
    assert.deepEqual(
      rehearsed(programme, EVERYONE['on-time'], plainDate('2022-12-05')).findings.filter(({ kind }) => kind === 'too-tight'),
      [],
    );
  });

  it('do not report dates of steps that did not open in the play', () => {
    const programme = programmeOf(
      ['match'],
      [
        step('match', 'rdp', [answer('made', { records: ['matchedOn'], opens: ['visit'] })]),
        step('visit', 'school', [answer('made', { opens: ['complete'] })], { allowed: { unit: 'weeks', count: 4 } }),
        step('complete', 'school', [answer('done', {})], { countsFrom: 'matchedOn', allowed: { unit: 'weeks', count: 3 } }),
      ],
    );
    assert.deepEqual(textsOf(programme, 'too-tight', EVERYONE.silent), []);
  });

  it('reach the step that decides on more time, though the step in question is soon done', () => {
    const programme: Programme = {
      ...programmeOf(
        ['ask'],
        [
          step('ask', 'school', [answer('yes', {})]),
          step('decide', 'rdp', [answer('agrees', { extension: 'agrees' }), answer('refuses', { extension: 'refuses' })]),
        ],
      ),
      changes: { ...DEFAULT_CHANGE_RULES, extension: { upTo: 5, approval: 'decide' } },
    };
    assert.deepEqual(textsOf(programme, 'never-reached'), []);
  });

  it('reach the reminders of a step with a fixed date, which come only when it opens early', () => {
    const programme = programmeOf(
      ['work'],
      [
        step('work', 'school', [answer('done', { opens: ['form'] })], { allowed: { unit: 'end-of-term' } }),
        step('form', 'school', [answer('sent', {})], {
          allowed: { unit: 'fixed-table', table: [{ matchedIn: 'Autumn 2022', completeBy: plainDate('2022-12-16') }] },
          ladder: [REQUEST, rung('reminder', -10), rung('overdue', 1)],
        }),
      ],
    );
    assert.deepEqual(textsOf(programme, 'never-reached'), []);
  });

  it('sum up what cannot be known because the calendar ends, as the outcome says too', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'school', [answer('yes', { opens: ['work'] })], { allowed: { unit: 'weeks', count: 4 } }),
        step('work', 'school', [answer('done', {})], { allowed: { unit: 'weeks', count: 4 } }),
      ],
    );
    const startsOn = plainDate('2024-05-15');
    assert.match(
      rehearsed(programme, EVERYONE['on-time'], startsOn).outcome,
      /^The calendar ends while it waits for: ask\. .*the date needs Autumn 2024/,
    );
    const { subject } = rehearsedSubject('school');
    const played = play({ programme, calendar: CALENDAR, subject, startsOn, facts: {} }, EVERYONE['on-time']);
    assert.ok(played.ok);
    const [beyond, ...more] = neverReachedFindings(programme, [played.value]);
    assert.equal(beyond?.kind, 'beyond-calendar');
    assert.match(beyond.text, /: “work” as a whole; 1 answer of “ask”\. .*chaser calendar import FILE.*assumedTermCalendars/);
    assert.deepEqual(more, []);
  });

  it('report that the calendar ends when Chaser itself can go no further, and what it was doing', () => {
    const notice = { id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'All is set.' } as const;
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'school', [answer('yes', { opens: ['tell'] })], { allowed: { unit: 'weeks', count: 4 } }),
        step('tell', 'rdp', [answer('told', { opens: ['work'] })], { automatic: 'told', ladder: [notice] }),
        step('work', 'school', [answer('done', {})], { allowed: { unit: 'weeks', count: 4 } }),
      ],
    );
    const { outcome, findings, timeline } = rehearsed(programme, EVERYONE['on-time'], plainDate('2024-05-15'));
    assert.match(outcome, /^The calendar ends while Chaser does what it does by itself: tell\. .*the date needs Autumn 2024/);
    assert.deepEqual(
      findings.filter(({ kind }) => kind === 'refused').map(({ text }) => text.slice(0, 40)),
      ['“tell”, which Chaser does itself: The te'],
    );
    assert.equal(timeline.filter(({ kind }) => kind === 'refused').length, 1);
  });

  it('distinguish an escalation that comes to the same person again from one that goes further up', () => {
    const programme: Programme = {
      ...programmeOf(['ask'], [step('ask', 'school', [answer('yes', {})], { ladder: [REQUEST, rung('escalation', 2)] })]),
      changes: { ...DEFAULT_CHANGE_RULES, acknowledgeWithin: 2 },
    };
    const titles = rehearsed(programme, EVERYONE.silent)
      .timeline.filter(({ kind }) => kind === 'change')
      .map(({ title }) => title);
    assert.ok(
      titles.some((title) => title.includes('goes further up')),
      titles.join('\n'),
    );
    assert.ok(
      titles.some((title) => title.includes('is sent again')),
      titles.join('\n'),
    );
  });
});
