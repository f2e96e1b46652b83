import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { formatFinding } from './finding.ts';
import { readProgramme } from './read-programme.ts';
import { SMALL_PROGRAMME } from '../tests/kit/small-programme.ts';

/** The findings of the small programme with one text replaced, as a terminal shows them. */
function findingsWith(from: string, to: string): readonly string[] {
  assert.ok(SMALL_PROGRAMME.includes(from), `the small programme has no "${from}"`);
  return readProgramme(SMALL_PROGRAMME.replace(from, to), 'small.yaml').findings.map(formatFinding);
}

describe('reading a programme', () => {
  it('turns the file into the value that the core works with', () => {
    const { programme } = readProgramme(SMALL_PROGRAMME, 'folder/small.yaml');
    assert.deepEqual(programme?.sendingHours, { fromMinute: 480, toMinute: 1080 });
    assert.deepEqual(programme?.begins, ['find-helper']);
    assert.deepEqual(programme?.stages[1], {
      id: 'helping',
      number: 2,
      title: 'Helping',
      steps: ['help', 'keep-in-touch', 'thank'],
    });
    assert.deepEqual(programme?.roles['helper'], {
      title: 'helper',
      days: 'working',
      informedOnly: false,
      namedLater: true,
      calledBy: 'desk',
      escalatesTo: 'desk',
      escalationTells: [],
    });
    assert.deepEqual(programme?.steps['find-helper']?.answers[0], {
      id: 'found',
      label: 'I have found a helper',
      fields: [{ id: 'helper', label: 'Helper', hint: null, kind: 'person', required: true, names: 'helper', records: null }],
      opens: ['agree'],
      closes: [],
      ends: null,
      records: ['foundOn'],
    });
  });

  it('is plain JSON, so it reads back the same after it is stored', () => {
    const { programme } = readProgramme(SMALL_PROGRAMME, 'small.yaml');
    assert.deepEqual(JSON.parse(JSON.stringify(programme)), programme);
  });

  it('reads a table of dates that the Department published', () => {
    const text = SMALL_PROGRAMME.replace(
      'allowed: 4 weeks',
      'allowed: { published: [{ matchedIn: Autumn 2021, completeBy: 2022-04-01 }] }',
    );
    assert.deepEqual(readProgramme(text, 'small.yaml').programme?.steps['help']?.allowed, {
      unit: 'fixed-table',
      table: [{ matchedIn: 'Autumn 2021', completeBy: '2022-04-01' }],
    });
  });
});

describe('any file whatever', () => {
  it('gives a programme or findings with a place, and never throws', () => {
    const lines = SMALL_PROGRAMME.split('\n');
    const line = fc.nat(lines.length - 1);
    const word = fc.constantFrom('helper', 'find-helper', 'done', '[]', '{}', '-', ':', '"', '0', '~', '*x', '{', '\t', '__proto__');
    const slip = fc.oneof(
      fc.record({ kind: fc.constant('drop' as const), line }),
      fc.record({ kind: fc.constant('repeat' as const), line }),
      fc.record({ kind: fc.constant('value' as const), line, word }),
      fc.record({ kind: fc.constant('indent' as const), line }),
    );
    const slipped = fc.array(slip, { minLength: 1, maxLength: 4 }).map((slips) => {
      const text = [...lines];
      for (const each of slips) {
        const was = text[each.line] ?? '';
        if (each.kind === 'drop') text[each.line] = '';
        if (each.kind === 'repeat') text[each.line] = `${was}\n${was}`;
        if (each.kind === 'value')
          text[each.line] = was.replace(/: .*$|\S+$/, (value) => (value.startsWith(':') ? `: ${each.word}` : each.word));
        if (each.kind === 'indent') text[each.line] = ` ${was}`;
      }
      return text.join('\n');
    });
    fc.assert(
      fc.property(slipped, (text) => {
        const { programme, findings } = readProgramme(text, 'small.yaml');
        assert.equal(programme === null, findings.length > 0);
        const last = text.split('\n').length;
        for (const finding of findings) {
          assert.ok(finding.line >= 1 && finding.line <= last && finding.column >= 1, formatFinding(finding));
          assert.ok(finding.what !== '' && finding.remedy !== '', formatFinding(finding));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a file that is not YAML', () => {
  it('reports a line that is indented too far at its place', () => {
    assert.deepEqual(findingsWith('        owner: desk', '         owner: desk'), [
      'small.yaml:28:16: A second "name:" begins inside this value — ' +
        'Put text that holds ": " in quotes; or else correct the indentation of the next line.',
    ]);
  });

  it('reports a character that was lost because the file is not in UTF-8, at its place', () => {
    assert.deepEqual(findingsWith('        owner: desk', '        owner: desk # Siân\ufffd'), [
      'small.yaml:29:27: A character is not in UTF-8, or was lost — Type it again, and save the file in UTF-8.',
    ]);
  });

  it('reports a line that is indented too little, and not the faults that follow from it', () => {
    assert.deepEqual(findingsWith('        owner: desk', '       owner: desk'), [
      'small.yaml:29:1: The indentation changes here — Indent the entries of one list or map alike.',
    ]);
  });

  it('reports a name that is written twice at its place', () => {
    assert.deepEqual(findingsWith('version: 1', 'version: 1\nversion: 2'), [
      'small.yaml:3:1: This name is written twice — Remove or rename one of the two.',
    ]);
  });

  it('reports two answers of the same name at their place', () => {
    assert.deepEqual(findingsWith('          nobody:', '          found:'), [
      'small.yaml:42:11: This name is written twice — Remove or rename one of the two.',
    ]);
  });

  it('reports a tab at its place', () => {
    assert.deepEqual(findingsWith('        title: Find', '\ttitle: Find'), [
      'small.yaml:28:1: A tab is used to indent — Indent with spaces.',
    ]);
  });

  it('reports a quote that is not closed where it was opened', () => {
    const [finding] = findingsWith('title: A small offer', 'title: "A small offer');
    assert.match(finding ?? '', /^small\.yaml:3:8: .*not closed.* — Close the quote/);
  });

  it('reports text with a colon that needs quotes', () => {
    const [finding] = findingsWith('label: I will help', 'label: I will: help');
    assert.match(finding ?? '', /^small\.yaml:55:20: .* — Put text that holds ": " in quotes/);
  });

  it('reports text that begins with a placeholder and needs quotes', () => {
    assert.deepEqual(findingsWith('ask: Please find', 'ask: {helper} please find'), [
      'small.yaml:32:23: Something follows a value that has ended — Put text that begins with a bracket, brace or ' +
        'quote in quotes, or after ">-" on a line of its own.',
    ]);
  });

  it('reports a bracket that is not closed', () => {
    assert.deepEqual(findingsWith('[help, keep-in-touch] }', '[help, keep-in-touch'), [
      'small.yaml:57:11: A bracket is not closed before this — Close it.',
    ]);
  });

  it('reports a name without its colon', () => {
    const [finding] = findingsWith('dailyCap: 5', 'dailyCap 5');
    assert.match(finding ?? '', /^small\.yaml:7:1: /);
  });

  it('does not follow references inside the file', () => {
    const [finding] = findingsWith('begins: find-helper', 'begins: &first find-helper\ncompletesAs: *first\n#');
    assert.match(finding ?? '', /^small\.yaml:18:14: "\*first" repeats .* — Write it out here\.$/);
  });

  it('says what an empty file lacks', () => {
    const { programme, findings } = readProgramme('', 'empty.yaml');
    assert.equal(programme, null);
    assert.match(formatFinding(findings[0] ?? assert.fail()), /^empty\.yaml:1:1: /);
  });

  it('refuses a second document in the same file', () => {
    const { findings } = readProgramme(`${SMALL_PROGRAMME}---\nprogramme: other\n`, 'small.yaml');
    assert.match(formatFinding(findings[0] ?? assert.fail()), /Keep to one document in a file/);
  });
});

describe('a file that does not follow the schema', () => {
  it('suggests the name that was probably meant', () => {
    assert.deepEqual(findingsWith('            then: { end: declined }', '            than: { end: declined }'), [
      `small.yaml:42:11: "then" is missing — Add then (Where the answer leads: { open: … }, { close: … }, { record: … }, { end: … }, or "done" when nothing follows).`,
      'small.yaml:44:13: "than" is not known here — Did you mean "then"?',
    ]);
  });

  it('finds an unknown consequence inside an answer', () => {
    assert.deepEqual(findingsWith('then: { end: declined }', 'then: { ends: declined }'), [
      'small.yaml:44:21: "ends" is not known here — Did you mean "end"?',
    ]);
  });

  it('says that an answer without any consequence lacks one', () => {
    const [finding] = findingsWith('            label: We have said thank you\n            then: done', '            label: Thanks');
    assert.match(finding ?? '', /^small\.yaml:\d+:11: "then" is missing — Add then \(Where the answer leads/);
  });

  it('says what type a value must have', () => {
    assert.deepEqual(findingsWith('dailyCap: 5', 'dailyCap: none'), [
      'small.yaml:7:11: "dailyCap" cannot be "none" — It must be: The most reminder e-mails that one person gets in a day.',
    ]);
  });

  it('says how options are written', () => {
    const [finding] = findingsWith('kind: person, names: helper', 'kind: choice, options: [ks1, ks2]');
    assert.match(finding ?? '', /"options" cannot be \["ks1","ks2"\] — .*\{ ks1: Key stage 1, ks2: Key stage 2 \}/);
  });

  it('gives the number that is meant by an amount written in words', () => {
    const [finding] = findingsWith('kind: person, names: helper', 'kind: money, max: "£6,000"');
    assert.match(finding ?? '', /"max" cannot be "£6,000" — Write 6000\.$/);
    const [other] = findingsWith('kind: person, names: helper', 'kind: money, max: much');
    assert.match(other ?? '', /"max" cannot be "much" — It must be: The most/);
  });

  it('says what to write in place of an empty value', () => {
    assert.deepEqual(findingsWith('title: A small offer', 'title:'), [
      'small.yaml:3:7: "title" is empty — Fill it in: What people call the offer.',
    ]);
  });

  it('says how an id is written', () => {
    const [finding] = findingsWith('      thank:', '      Say_Thanks:');
    assert.match(finding ?? '', /^small\.yaml:\d+:7: "Say_Thanks" cannot be used as a name here — .*lower-case words joined by hyphens/);
  });

  it('lists the kinds of field', () => {
    const [finding] = findingsWith('kind: person', 'kind: human');
    assert.match(finding ?? '', /^small\.yaml:40:46: "kind" cannot be "human" — .*text, long-text, choice, .* group or person/);
  });

  it('says how a rung is written', () => {
    const [finding] = findingsWith('reminder: [-3] }', 'reminder: [soon] }');
    assert.match(finding ?? '', /^small\.yaml:\d+:\d+: .*"soon" — .*days from the due date/);
  });
});
