import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { questionsIn, sectionsAsked } from '../domain/fieldwork/schedule.ts';
import type { Facts } from '../domain/fieldwork/schedule.ts';
import { loadFieldwork } from './read-fieldwork.ts';
import { loadSchedule, loadSchedules, readSchedule } from './read-schedule.ts';

const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

function asked(id: string, facts: Facts): readonly number[] {
  const loaded = loadSchedule(id);
  assert.ok(loaded.ok);
  return questionsIn(sectionsAsked(loaded.value, facts)).map(({ number }) => number);
}

const SMALL = `schedule: small
version: 1
fieldwork: si-2019-20
group: engaged
title: Heads
source: ours
mark: design
facts: { tier: { one: One, two: Two } }
sections:
  - { id: a, letter: A, title: First, theme: role, questions: [{ number: 1, text: Why? }] }
  - { id: b, letter: B, title: Second, theme: role, tiers: [two], questions: [{ number: 2, text: How? }] }
`;

function faults(text: string): readonly string[] {
  return readSchedule(text, 'small.yaml').findings.map(({ line, what, remedy }) => `${line}: ${what}. ${remedy}`);
}

describe('the schedules of the evaluation of 2019 to 2020', () => {
  it('leave out no question that the report prints, and number none twice', () => {
    const all = loadSchedules().map(({ id, sections }) => [id, questionsIn(sections).map(({ number }) => number)]);
    assert.deepEqual(all, [
      ['si-2019-20-engaged', numbers(1, 21)],
      ['si-2019-20-nle', numbers(22, 40)],
      ['si-2019-20-non-engaged', numbers(41, 48)],
      ['si-2019-20-tsc', numbers(49, 68)],
    ]);
  });

  it('ask section C of Tiers 2 and 3 and of trusts with more than one school, and of nobody else', () => {
    const withoutC = [...numbers(1, 12), ...numbers(16, 21)];
    assert.deepEqual(asked('si-2019-20-engaged', { tier: 'tier-1' }), withoutC);
    assert.deepEqual(asked('si-2019-20-engaged', {}), withoutC);
    for (const tier of ['tier-2', 'tier-3', 'multiple']) assert.deepEqual(asked('si-2019-20-engaged', { tier }), numbers(1, 21));
  });

  it('ask every question of whoever has no tier', () => {
    assert.deepEqual(asked('si-2019-20-nle', {}), numbers(22, 40));
    assert.deepEqual(asked('si-2019-20-tsc', {}), numbers(49, 68));
    for (const tier of ['tier-1', 'tier-2', 'tier-3']) assert.deepEqual(asked('si-2019-20-non-engaged', { tier }), numbers(41, 48));
  });

  it('have the options that are printed, and the words that say when a question is asked', () => {
    const questions = loadSchedules().flatMap(({ sections }) => questionsIn(sections));
    const options = Object.fromEntries(questions.flatMap(({ number, options: of }) => (of.length === 0 ? [] : [[number, of.length]])));
    assert.deepEqual(options, {
      3: 3,
      4: 3,
      6: 3,
      13: 10,
      14: 2,
      17: 8,
      23: 2,
      24: 3,
      25: 2,
      30: 2,
      32: 3,
      41: 6,
      44: 2,
      45: 3,
      46: 1,
      47: 7,
      48: 4,
      54: 3,
    });
    const conditions = questions.filter(({ onlyIf }) => onlyIf !== null).map(({ number }) => number);
    assert.deepEqual(conditions, [7, 15]);
  });

  it('are each for a group of their fieldwork', () => {
    for (const { fieldwork, group } of loadSchedules()) {
      const loaded = loadFieldwork(fieldwork);
      assert.ok(loaded.ok && loaded.value.design.groups.some(({ id }) => id === group));
    }
  });
});

describe('the file of a schedule', () => {
  it('is read where it has no fault', () => {
    assert.deepEqual(faults(SMALL), []);
  });

  it('names the line of a number or section that is there twice, of an unknown tier and of a choice without options', () => {
    assert.deepEqual(faults(SMALL.replace('number: 2', 'number: 1')), ['11: There are two questions 1. Give one of them another number.']);
    assert.deepEqual(faults(SMALL.replace('id: b', 'id: a')), ['11: There are two sections "a". Give one of them another id.']);
    assert.match(faults(SMALL.replace('[two]', '[tow]'))[0] ?? '', /^11: There is no tier "tow"\. .*two/u);
    assert.match(faults(SMALL.replace('text: How?', 'text: How?, several: false'))[0] ?? '', /^11: Question 2 has no options/u);
  });

  it('names a key and a theme that are not known', () => {
    assert.match(faults(SMALL.replace('letter: A', 'letter: A, ask: x'))[0] ?? '', /"ask" is not known here/u);
    assert.match(faults(SMALL.replace('theme: role', 'theme: roles'))[0] ?? '', /a theme: role/u);
  });
});
