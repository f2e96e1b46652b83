import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { SMALL_SURVEY } from '../tests/kit/surveys.ts';
import { readSurvey } from './read-survey.ts';

/** What is found in the short survey with one part of it written otherwise. */
function foundWith(written: string, otherwise: string): readonly string[] {
  assert.equal(SMALL_SURVEY.split(written).length, 2, `"${written}" does not stand in the survey once.`);
  const text = SMALL_SURVEY.replace(written, otherwise);
  const line = text.slice(0, text.indexOf(otherwise)).split('\n').length;
  const { findings } = readSurvey(text, 'small.yaml');
  for (const finding of findings)
    assert.ok(Math.abs(finding.line - line) <= otherwise.split('\n').length + 3, `${finding.what} at ${finding.line}`);
  return findings.map(({ what }) => what).toSorted();
}

describe('the checker of surveys', () => {
  it('finds nothing wrong with the short survey', () => {
    assert.deepEqual(readSurvey(SMALL_SURVEY, 'small.yaml').findings, []);
  });

  it('finds names that do not exist, and suggests the one that was meant', () => {
    assert.deepEqual(foundWith('askedOf: leader', 'askedOf: leaders'), [
      'Nobody can be asked "training"',
      'There is no audience "leaders"',
    ]);
    assert.deepEqual(foundWith('of: [good]', 'of: [god]'), ['The scale has no answer "god"']);
    assert.deepEqual(foundWith('when: { Y: no }', 'when: { Z: no }'), ['There is no question "Z"']);
    assert.deepEqual(foundWith('when: { Y: no }', 'when: { Y: maybe }'), ['"Y" has no answer "maybe"']);
  });

  it('finds a condition on a question that comes later, or has nothing to choose from', () => {
    assert.deepEqual(foundWith('when: { Y: no }', 'when: { H: good }'), ['"H" is not asked before "W"']);
    assert.deepEqual(foundWith('when: { Y: no }', 'when: { G: good }'), ['"G" has no answers to choose from']);
  });

  it('finds a question that nobody could be asked', () => {
    const only = 'Y: { kind: yes-no, askedOf: leader, text: Would you do it again?, comment: Why?, mark: design }';
    const written = 'Y: { kind: yes-no, text: Would you do it again?, comment: Why?, mark: design }';
    const text = SMALL_SURVEY.replace(written, only).replace('when: { Y: no }', 'askedOf: head, when: { Y: no }');
    assert.deepEqual(
      readSurvey(text, 'small.yaml').findings.map(({ what }) => what),
      ['Nobody can be asked "W"'],
    );
    const twice = SMALL_SURVEY.replace('W: {', 'V: { kind: yes-no, text: And now?, when: { Y: yes }, mark: design }\n      W: {').replace(
      'when: { Y: no }',
      'when: { Y: no, V: yes }',
    );
    assert.deepEqual(
      readSurvey(twice, 'small.yaml').findings.map(({ what }) => what),
      ['Nobody can be asked "W": its conditions cannot hold together'],
    );
  });

  it('finds a survey that does not begin by asking for the role', () => {
    const what = foundWith('kind: roles, text: In which roles?', 'kind: text, text: In which roles?');
    assert.deepEqual(what, ['The first question does not ask for the role']);
  });

  it('finds an answer aside that a net or a mean would count', () => {
    assert.deepEqual(foundWith('of: [good]', 'of: [good, unknown]'), ['"unknown" has no place on the scale']);
    assert.deepEqual(foundWith('cannot say, aside: true', 'cannot say, aside: true, value: 3'), [
      '"unknown" is no place on the scale, and counts in no mean',
    ]);
    assert.deepEqual(foundWith('{ label: Bad, value: 1 }', 'Bad'), ['"bad" has no value, but others on this scale have']);
  });

  it('finds splits and lists of quotations by what has no one answer', () => {
    const splits = (written: string) =>
      foundWith('sections:\n  - id: role', `splits: { by: { title: kind, ${written} } }\nsections:\n  - id: role`);
    assert.deepEqual(splits('question: Y, rows: [pace, H]'), []);
    assert.deepEqual(splits('question: G, item: pace'), []);
    assert.deepEqual(splits('question: Z'), ['There is no question "Z"']);
    assert.deepEqual(splits('question: C'), ['"C" is a question of kind choices']);
    assert.deepEqual(splits('question: G'), ['The grid "G" is split by no row of it']);
    assert.deepEqual(splits('question: G, item: place'), ['The grid "G" is split by no row of it']);
    assert.deepEqual(splits('question: Y, item: pace'), ['"Y" has no rows']);
    assert.deepEqual(splits('question: Y, rows: paces'), ['There is no question or row "paces"']);
    const named = 'splits: { region: { title: region, question: Y } }\nsections:\n  - id: role';
    assert.deepEqual(foundWith('sections:\n  - id: role', named), ['Figures are split by "region" already']);
    const quoted = (by: string) => foundWith('text: Why not?,', `text: Why not?, quotedBy: ${by},`);
    assert.deepEqual(quoted('Y'), []);
    assert.deepEqual(quoted('Q'), ['There is no question "Q"']);
    assert.deepEqual(quoted('C'), ['"C" is a question of kind choices']);
    assert.deepEqual(foundWith('text: May we call?,', 'text: May we call?, quotedBy: Y,'), [
      'A question of kind contact cannot have "quotedBy"',
    ]);
  });
});
