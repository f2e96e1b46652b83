import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answer, field, programmeOf, step } from '../tests/kit/programmes.ts';
import { becauseOf, filledIn, filledInForPage, hasManyFields } from './letter-words.ts';

const programme = programmeOf(['Confirm'], []);
const facts = { subject: 'Hillside School', parties: [] };
const TEXT = 'If the form of {subject} has come back, what is missing is set out in this e-mail. In this e-mail, not on this letter.';

describe('a text of a programme', () => {
  it('mentions this e-mail when it stands in a letter', () => {
    assert.equal(filledIn(TEXT, programme, facts), TEXT.replace('{subject}', 'Hillside School'));
  });

  it('mentions this page when it stands on a page, even in the middle of a sentence', () => {
    assert.equal(
      filledInForPage(TEXT, programme, facts),
      'If the form of Hillside School has come back, what is missing is set out on this page. In this e-mail, not on this page.',
    );
  });
});

describe('why a step is open', () => {
  const asking = (more: Partial<Parameters<typeof step>[3]> = {}) =>
    programmeOf(['contact'], [step('contact', 'rdp', [answer('done', { label: 'I have contacted the school' })], more)]);
  const by = { step: 'contact', answer: 'done', at: '2022-11-23T10:00:00.000Z', by: 'Priya Shah', fields: {}, names: {} };
  const said = (...of: Parameters<typeof becauseOf>) => becauseOf(...of)?.text;
  const whom = {
    subject: 'Hillside School',
    parties: [{ role: 'rdp', name: 'Chris Mills', email: 'c@delivery.example', telephone: null }],
  };

  it('is who said what, and not the name of a step', () => {
    assert.equal(said(asking(), by, whom), 'Priya Shah (RDP coordinator) told us on 23 November 2022: “I have contacted the school”.');
  });

  it('is what the programme says to whoever is asked next, with its gaps filled in', () => {
    const told = programmeOf(['contact'], [step('contact', 'rdp', [answer('done', { told: '{rdp} has been in touch with {subject}.' })])]);
    assert.equal(said(told, by, whom), 'Chris Mills has been in touch with Hillside School.');
    assert.equal(said(told, by, { ...whom, parties: [] }), 'The RDP coordinator has been in touch with Hillside School.');
    assert.match(said(told, by, null) ?? '', /^Priya Shah \(RDP coordinator\) told us/u);
  });

  it('names no role where several answer together, and nobody where Chaser noted it', () => {
    assert.equal(said(asking({ with: ['school'] }), by, whom), 'Priya Shah told us on 23 November 2022: “I have contacted the school”.');
    assert.equal(said(asking(), { ...by, by: null }, whom), 'Chaser noted on 23 November 2022: “I have contacted the school”.');
  });
});

describe('what is asked with an answer', () => {
  const fields = (count: number) => Array.from({ length: count }, (_, index) => field(`f${index}`));

  it('is a form from five fields on, those of an entry among them, and not those that are asked only sometimes', () => {
    assert.ok(!hasManyFields(fields(4)));
    assert.ok(hasManyFields(fields(5)));
    assert.ok(hasManyFields([...fields(2), field('entries', { kind: 'group', fields: fields(2) })]));
    assert.ok(!hasManyFields([...fields(4), field('why', { when: { f0: ['yes'] } })]));
  });
});
