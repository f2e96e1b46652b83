import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainDate } from '../domain/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { answer, CALENDAR, programmeOf, REQUEST, rung, step } from '../domain/test-programmes.ts';
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
  it('tell a step that no answer leads to, and an answer of a step that Chaser does itself', () => {
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

  it('tell a reminder that would come before its step is asked for', () => {
    const ladder = [REQUEST, rung('reminder', -20), rung('overdue', 1)];
    const programme = programmeOf(['ask'], [step('ask', 'school', [answer('yes', {})], { ladder })]);
    const texts = textsOf(programme, 'never-reached');
    assert.equal(texts.length, 1);
    assert.match(texts[0] ?? '', /reminder-20/);
  });

  it('reach the answers that lead off the straight way by a play of their own', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'school', [answer('yes', {}), answer('no', { opens: ['why'] })]),
        step('why', 'school', [answer('said', {}), answer('silent', { ends: 'declined' })]),
      ],
    );
    assert.deepEqual(textsOf(programme, 'never-reached'), []);
  });

  it('tell a date that cannot be met even when everybody answers at once', () => {
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

  it('tell a step that falls due before one that must come first', () => {
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
    assert.equal(outcome, 'It goes round and round, and was stopped');
    assert.ok(findings.some(({ kind }) => kind === 'goes-round'));
  });

  it('tell what the scenario asked for in vain, and what was refused', () => {
    const programme = programmeOf(['ask'], [step('ask', 'school', [answer('yes', {}), answer('no', { ends: 'declined' })])]);
    const scenario: Scenario = {
      ...EVERYONE['on-time'],
      answers: [
        { step: 'ask', round: 2, answer: 'no', when: { kind: 'conduct', conduct: 'on-time' }, by: null, toldTo: null, fields: {} },
        { step: 'ask', round: 1, answer: 'no', when: { kind: 'conduct', conduct: 'at-once' }, by: null, toldTo: null, fields: { a: 'b' } },
      ],
    };
    assert.equal(textsOf(programme, 'unused', scenario).length, 1);
    assert.equal(textsOf(programme, 'refused', scenario).length, 1);
  });

  it('tell a due date in the holidays', () => {
    const programme = programmeOf(['ask'], [step('ask', 'rdp', [answer('yes', {})])]);
    const { findings } = rehearsed(programme, EVERYONE['on-time'], plainDate('2022-12-15'));
    const [text = ''] = findings.filter(({ kind }) => kind === 'outside-term').map((finding) => finding.text);
    assert.match(text, /Christmas holiday/);
  });
});
