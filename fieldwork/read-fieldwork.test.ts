import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { achievedLine, ofBase, totalsOf } from '../domain/fieldwork/achieved.ts';
import { strataOf } from '../domain/fieldwork/design.ts';
import { listFieldwork, loadFieldwork, readFieldwork } from './read-fieldwork.ts';
import { readContacts, readDrawn, readExclusions, readFrame } from './read-tables.ts';

const found = loadFieldwork('si-2019-20');
assert.ok(found.ok && found.value.achieved !== null);
const { design, achieved } = found.value;

const lineOf = (group: string, title: string, change: (printed: readonly number[]) => readonly number[] = (printed) => printed) => {
  const breakdown = achieved.breakdowns.find((one) => one.group === group && one.title === title);
  assert.ok(breakdown);
  return achievedLine(achieved, { ...breakdown, printed: change(breakdown.printed) });
};

describe('the fieldwork of 2019 to 2020', () => {
  it('wanted 104 interviews, and 53 were held', () => {
    assert.deepEqual(listFieldwork(), ['si-2019-20']);
    assert.deepEqual(totalsOf(achieved.groups), { target: 104, achieved: 53 });
    assert.deepEqual(
      achieved.groups.map(({ id, target, achieved: held }) => [id, target, held]),
      [
        ['engaged', 60, 28],
        ['non-engaged', 20, 7],
        ['nle', 16, 12],
        ['tsc', 8, 6],
      ],
    );
    assert.equal(design.strata.length, 20);
    assert.deepEqual(
      design.draws.map(({ size }) => size),
      [150, 150],
    );
  });

  it('puts each person into one stratum', () => {
    const of = (facts: Readonly<Record<string, string>>) => strataOf(design, { id: '1', facts }).map(({ id }) => id);
    assert.deepEqual(of({ kind: 'engaged', tier: 'tier-2' }), ['engaged-tier-2']);
    assert.deepEqual(of({ kind: 'non-engaged', tier: 'tier-2' }), ['non-engaged']);
    assert.deepEqual(of({ kind: 'nle', region: 'N' }), ['nle-n']);
    assert.deepEqual(of({ kind: 'engaged' }), []);
  });

  it('prints every breakdown that adds up with its base, and no note', () => {
    const whole = achieved.breakdowns.filter(
      ({ group, title }) => group === 'engaged' || title === 'tiers of support' || title === 'type of school',
    );
    assert.equal(whole.length, 6);
    for (const breakdown of whole) assert.deepEqual(achievedLine(achieved, breakdown).notes, [], breakdown.title);
    assert.deepEqual(lineOf('engaged', 'tiers of support').figures?.[0], { category: 'Tier 1', words: '11 of 28 (39%)' });
  });

  it('places none of seven numbers for eight regions, nor of four for five phases', () => {
    assert.deepEqual(lineOf('non-engaged', 'region'), {
      title: 'Non-engaged schools: region',
      figures: null,
      notes: [
        'The table prints 7 numbers (1, 0, 0, 0, 1, 1, 3) for 8 categories. Which one is missing is not said, so none is placed.',
        'The numbers add up to 6, and 7 interviews were held.',
      ],
    });
    const phases = lineOf('non-engaged', 'phase');
    assert.equal(phases.figures, null);
    assert.match(phases.notes.join(' '), /prints 4 numbers \(5, 0, 1, 0\) for 5 categories.*add up to 6, and 7/);
  });

  it('changes its figure and says that it no longer adds up when one count is changed', () => {
    const changed = lineOf('engaged', 'region', ([first = 0, ...rest]) => [first + 1, ...rest]);
    assert.equal(changed.figures?.[0]?.words, '5 of 28 (18%)');
    assert.deepEqual(changed.notes, ['The numbers add up to 29, and 28 interviews were held.']);
  });

  it('says a share in whole per cent, and none of nobody', () => {
    assert.deepEqual([ofBase(1, 8), ofBase(0, 7), ofBase(7, 7), ofBase(0, 0)], ['1 of 8 (13%)', '0 of 7 (0%)', '7 of 7 (100%)', '0 of 0']);
  });
});

describe('a file of fieldwork', () => {
  const TEXT = `fieldwork: x
title: X
source: invented
window: { from: 2040-01-09, to: 2040-03-30 }
groups: { schools: Schools }
strata:
  one: { title: One, group: schools, where: { tier: [a, b] }, target: 3 }
draws:
  first: { size: 3, groups: [schools] }
`;
  const findings = (text: string) => readFieldwork(text, 'x.yaml').findings.map(({ line, what, remedy }) => `${line}: ${what} — ${remedy}`);

  it('is read with what it leaves out', () => {
    const { fieldwork } = readFieldwork(TEXT, 'x.yaml');
    assert.equal(fieldwork?.achieved, null);
    assert.deepEqual([fieldwork?.design.stops, fieldwork?.design.assumptions], [[], []]);
    assert.deepEqual(fieldwork?.design.strata, [{ id: 'one', title: 'One', group: 'schools', where: { tier: ['a', 'b'] }, target: 3 }]);
    const stopped = readFieldwork(`${TEXT}stops: [{ from: 2040-02-10, because: half term }]\n`, 'x.yaml');
    assert.deepEqual(stopped.fieldwork?.design.stops, [{ from: '2040-02-10', to: null, because: 'half term' }]);
  });

  it('is refused with the place of each fault and how to mend it', () => {
    assert.deepEqual(findings(TEXT.replace('group: schools', 'group: school')), [
      '7: There is no group "school" — Did you mean "schools"?',
    ]);
    assert.deepEqual(findings(TEXT.replace('groups: [schools]', 'groups: [heads]')), [
      '9: There is no group "heads" — Use one of: schools.',
    ]);
    assert.deepEqual(findings(TEXT.replace('to: 2040-03-30', 'to: 2040-01-08')), [
      '4: The window ends before it begins — Correct one of the two days.',
    ]);
    assert.match(findings(TEXT.replace('target: 3', 'target: many'))[0] ?? '', /^7: "target" cannot be "many"/);
    assert.match(findings(TEXT.replace('title: X\n', ''))[0] ?? '', /"title" is missing — Add title/);
    assert.equal(findings(`${TEXT}achieved: { groups: { heads: 3 } }\n`)[0], '10: There is no group "heads" — Use one of: schools.');
  });

  it('is unknown by another name', () => {
    const unknown = loadFieldwork('si-2019-21');
    assert.ok(!unknown.ok);
    assert.deepEqual(
      [unknown.reason.message, unknown.reason.remedy],
      ['There is no fieldwork "si-2019-21".', 'Did you mean "si-2019-20"?'],
    );
  });
});

describe('the tables of fieldwork', () => {
  const message = (read: (text: string) => { readonly ok: boolean; readonly reason?: { readonly message: string } }, text: string) =>
    read(text).reason?.message ?? '';

  it('are read by their headings', () => {
    assert.deepEqual(readFrame('\ufeffunit,kind,tier\n 990001 ,engaged,tier-1\n'), {
      ok: true,
      value: [{ id: '990001', facts: { kind: 'engaged', tier: 'tier-1' } }],
    });
    assert.deepEqual(readDrawn('unit,stratum,rank\n990001,x,00\n'), { ok: true, value: ['990001'] });
    assert.deepEqual(readExclusions('because,unit\n"closed, in May",990001\n'), {
      ok: true,
      value: [{ unit: '990001', because: 'closed, in May' }],
    });
    assert.deepEqual(readContacts('unit,on,state\n990001,2020-02-03,letter-sent\n'), {
      ok: true,
      value: [{ unit: '990001', on: '2020-02-03', state: 'letter-sent', because: '' }],
    });
  });

  it('say which line cannot be read, and why', () => {
    assert.equal(message(readFrame, ''), 'It has no rows below its headings.');
    assert.equal(message(readFrame, 'urn,tier\n1,2\n'), 'It has no column "unit".');
    assert.match(message(readFrame, 'unit,tier\n1\n'), /^It is not a table: /);
    assert.equal(message(readFrame, 'unit,tier\n1,2\n,3\n'), 'Line 3: unit is empty.');
    assert.equal(message(readContacts, 'unit,on,state\n1,3 February,agreed\n'), 'Line 2: "3 February" is not a date.');
    assert.equal(message(readContacts, 'unit,on,state\n1,2020-02-03,agreeed\n'), 'Line 2: "agreeed" is not a state of a contact.');
  });
});
