import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { CodeFrame } from '../domain/surveys/code-frame.ts';
import { listCodeFrames, codeFramePath, loadCodeFrame, loadCodeFrames, readCodeFrameFile } from './load-code-frames.ts';
import { hashOfFrame, readCodeFrame, readCodes, writeCodeFrame, writeCodes } from './read-code-frame.ts';

const SMALL = `frame: small
version: 1
title: Small
survey: tsi-2021-22-feedback
questions: [O1, O2]
source: ours
mark: design
themes:
  both: { label: Both of them, mark: source }
codes:
  one: { label: One, theme: both, definition: The first., inventedExamples: [First.], mark: rebuilt }
  two: { label: Two, theme: both, definition: The second., inventedExamples: [Second.] }
  three: { label: Three, definition: The third., inventedExamples: [Third., Last.] }
`;

function small(): CodeFrame {
  return readCodeFrame(SMALL, 'small.yaml').frame ?? assert.fail();
}

function faults(text: string): readonly string[] {
  return readCodeFrame(text, 'small.yaml', (survey) => (survey === 'tsi-2021-22-feedback' ? ['O1', 'O2', 'O3'] : undefined)).findings.map(
    ({ line, what, remedy }) => `${line}: ${what}. ${remedy}`,
  );
}

describe('the codes of a question', () => {
  it('are read in their order, a line each', () => {
    const read = readCodes('time: Time to think\npeople: Somebody to talk to\n', 'benefits.yaml');
    assert.ok(read.ok);
    const { codes, frame } = read.value;
    assert.deepEqual(codes, [
      { id: 'time', label: 'Time to think' },
      { id: 'people', label: 'Somebody to talk to' },
    ]);
    assert.equal(frame, null);
    assert.deepEqual(readCodes(writeCodes(codes, 'Two\nlines'), 'x'), read);
  });

  it.each([
    ['nothing', ''],
    ['words that are no list', 'Time to think'],
    ['a name with capitals', 'Time: Time to think'],
    ['a code twice', 'time: Time\ntime: Other time'],
    ['a code that means nothing', 'time: ""'],
    ['what is no YAML', 'time: [Time'],
    ['too many codes', Array.from({ length: 61 }, (_, at) => `c${at}: Code`).join('\n')],
  ])('are refused with %s, and the file is named', (_, text) => {
    const read = readCodes(text, 'benefits.yaml');
    assert.ok(!read.ok);
    assert.match(read.reason.message, /benefits\.yaml/);
    assert.notEqual(read.reason.remedy, '');
  });
});

describe('a code frame', () => {
  it('is read with its marks, themes and questions, and its codes are those of a coding', () => {
    const { themes, codes, ...rest } = small();
    assert.deepEqual(faults(SMALL), []);
    assert.deepEqual(rest, {
      ...{
        id: 'small',
        version: 1,
        title: 'Small',
        survey: 'tsi-2021-22-feedback',
        questions: ['O1', 'O2'],
        source: 'ours',
        assumptions: [],
      },
    });
    assert.deepEqual(themes, [{ id: 'both', label: 'Both of them', mark: 'source' }]);
    assert.deepEqual(
      codes.map(({ id, theme, mark }) => [id, theme, mark]),
      [
        ['one', 'both', 'rebuilt'],
        ['two', 'both', 'design'],
        ['three', null, 'design'],
      ],
    );
    const read = readCodes(SMALL, 'Codes');
    assert.ok(read.ok);
    assert.deepEqual(read.value, { codes: codes.map(({ id, label }) => ({ id, label })), frame: small() });
  });

  it('names the line of a theme that is not there, one that no code has, a label that is there twice, and questions of no survey', () => {
    assert.deepEqual(faults(SMALL.replace('One, theme: both', 'One, theme: bot')), ['11: There is no theme "bot". Did you mean "both"?']);
    assert.match(faults(SMALL.replaceAll('theme: both, ', ''))[0] ?? '', /^9: No code has the theme "both"/u);
    assert.match(faults(SMALL.replace('label: Two', 'label: ONE'))[0] ?? '', /^12: "one" reads "ONE" too/u);
    assert.match(faults(SMALL.replace('survey: tsi-2021-22-feedback\n', ''))[0] ?? '', /^4: It names questions and no survey/u);
    assert.match(faults(SMALL.replace('[O1, O2]', '[O1, O1]'))[0] ?? '', /^5: "O1" is there twice/u);
    assert.match(faults(SMALL.replace('[O1, O2]', '[O1, R2]'))[0] ?? '', /^5: "R2" is no open question of tsi-2021-22-feedback/u);
    assert.match(faults(SMALL.replace('tsi-2021-22-feedback', 'tsi-2021'))[0] ?? '', /^4: There is no survey "tsi-2021"/u);
    assert.match(faults(SMALL.replace('frame: small', 'frame: large'))[0] ?? '', /^1: The frame "large" is in a file with another name/u);
  });

  it.each([
    ['no definition', ['definition: The second., ', ''], /^12: "definition" is missing/u],
    ['examples that are not marked as invented', ['inventedExamples: [Second.]', 'examples: [Second.]'], /"examples" is not known here/u],
    ['no example', ['[Second.]', '[]'], /^12: "inventedExamples" cannot be/u],
    ['a code of digits alone', ['  two:', '  2:'], /cannot be used as a name|a letter first/u],
    ['a mark that there is not', ['mark: design', 'mark: printed'], /"mark" cannot be "printed"/u],
  ])('is refused with %s', (_, [written = '', otherwise = ''], found) => {
    assert.match(faults(SMALL.replace(written, otherwise)).join('\n'), found);
    const read = readCodes(SMALL.replace(written, otherwise), 'Codes');
    assert.ok(!read.ok && /^Codes:\d+/u.test(read.reason.message));
  });

  it('has a hash of what it says, and of nothing else', () => {
    const hash = hashOfFrame(small());
    const reordered = SMALL.replace('version: 1\ntitle: Small\n', '# A comment.\ntitle:   Small\nversion: 1\n');
    assert.equal(hashOfFrame(readCodeFrame(reordered, 'small.yaml').frame ?? assert.fail()), hash);
    for (const [written, otherwise] of [
      ['The third.', 'The last.'],
      ['mark: rebuilt', 'mark: design'],
      ['[Third., Last.]', '[Last., Third.]'],
      ['version: 1', 'version: 2'],
    ] as const) {
      assert.notEqual(hashOfFrame(readCodeFrame(SMALL.replace(written, otherwise), 'small.yaml').frame ?? assert.fail()), hash, otherwise);
    }
  });

  it('is written as a file that says the same', () => {
    for (const frame of [small(), ...loadCodeFrames()]) {
      const again = readCodeFrame(writeCodeFrame(frame), `${frame.id}.yaml`);
      assert.deepEqual(again, { frame, findings: [] });
      assert.equal(hashOfFrame(again.frame ?? assert.fail()), hashOfFrame(frame));
    }
  });
});

describe('the code frames that come with Chaser', () => {
  it('have no fault, and there is one for each open question of the feedback of 2021 to 2022', () => {
    for (const id of listCodeFrames()) assert.deepEqual(readCodeFrameFile(codeFramePath(id)).findings, []);
    const questions = loadCodeFrames().flatMap((frame) => (frame.survey === 'tsi-2021-22-feedback' ? frame.questions : []));
    assert.deepEqual(questions.toSorted(), ['O1', 'O2', 'O3', 'O4', 'P6']);
  });

  it('are read from their files once', () => {
    assert.equal(loadCodeFrames(), loadCodeFrames());
    assert.deepEqual(
      loadCodeFrames().map(({ id }) => id),
      listCodeFrames(),
    );
  });

  it('mark as printed the themes and headings that the report prints, and no others', () => {
    const printed = (id: string) => {
      const loaded = loadCodeFrame(id);
      assert.ok(loaded.ok);
      return [...loaded.value.themes, ...loaded.value.codes].flatMap(({ label, mark }) => (mark === 'source' ? [label] : []));
    };
    assert.deepEqual(printed('tsi-2021-22-benefits'), [
      'Leadership and capacity',
      'External review or validation',
      'Partnerships',
      'Ofsted judgements',
    ]);
    assert.deepEqual(printed('tsi-2021-22-improvements'), [
      'Number of days of support',
      'Eligibility criteria',
      'Timing of support',
      'Training for system leaders',
      'Guidance documents',
      'Process of initial engagement',
      'Focus of support',
      'End-of-deployment process',
    ]);
    assert.deepEqual(printed('tsi-2021-22-end-of-deployment'), []);
  });

  it('are refused by an id that there is not, with the one that was meant', () => {
    const read = loadCodeFrame('tsi-2021-22-benefit');
    assert.ok(!read.ok);
    assert.equal(read.reason.remedy, 'Did you mean "tsi-2021-22-benefits"?');
  });
});
