import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { PROJECT } from '../embedded/folders.ts';
import { inCode, inProgramme, inTemplate, seenWords } from './support/seen-words.ts';

const GLOSSARY = readFileSync(join(PROJECT, 'docs/content-glossary.md'), 'utf8');
/** The phrases of the last column, which no page, letter, error or command uses. */
const NOT_SAID = GLOSSARY.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| In the code') && !line.startsWith('| -'))
  .flatMap((line) => line.split('|').at(-2)?.split(',') ?? [])
  .map((phrase) => phrase.trim());

describe('the words that people read', () => {
  const seen = seenWords();

  it('are found in code, templates and programmes', () => {
    for (const [file, words] of [
      ['letters/event-words.ts', 'The deployment began'],
      ['web/answer/form.njk', 'Save and come back later'],
      ['mail/templates/overdue.txt.njk', 'We have not had your answer yet.'],
      ['cli/start.ts', 'See it with: chaser status {started.value.reference}'],
      ['postgres/ledger/ledger.ts', 'The step is paused.'],
      ['surveys/check-survey.ts', 'There is nothing to choose from'],
      ['programmes/tsi-2022-23.yaml', 'Carry out the first visit'],
    ] as const) {
      assert.ok(
        seen.some((one) => one.file === file && one.words.includes(words)),
        `${file} says “${words}”`,
      );
    }
  });

  it('use none of the phrases that docs/content-glossary.md rules out', () => {
    assert.ok(NOT_SAID.length > 20);
    const said = seen
      // The words of a published version cannot be changed.
      .filter(({ file }) => !file.startsWith('programmes/') || !file.endsWith('.yaml'))
      .map((one) => ({ ...one, words: withoutExpressions(one.words) }))
      .flatMap(({ file, line, words }) =>
        NOT_SAID.filter((phrase) => new RegExp(`\\b${phrase}\\b`, 'iu').test(words)).map(
          (phrase) => `${file}:${line}: “${phrase}” in “${words}”`,
        ),
      );
    assert.deepEqual(said, []);
  });
});

describe('the list of words', () => {
  const wordsIn = (found: ReturnType<typeof inCode>) => found.map(({ line, words }) => `${line}: ${words}`);

  it('shows what is filled in as its expression, and joins what is put together', () => {
    const source =
      "import { a } from './some file.ts';\nconst x = `Due on ${a}`;\nf('one sentence ' +\n  'in two parts');\ntype T = 'a type only';";
    assert.deepEqual(wordsIn(inCode('x.ts', source)), ['2: Due on {a}', '3: one sentence in two parts']);
  });

  it('leaves out what only the database reads', () => {
    const source = "f('SELECT reference FROM deployments');\ng('The step is paused.');";
    assert.deepEqual(wordsIn(inCode('x.ts', source)), ['2: The step is paused.']);
  });

  it('reads templates as people do, without tags and comments', () => {
    const source =
      '{# not this #}\n<p class="a">Please <strong>answer</strong> by {{ due | longDate }}.</p>\n{{ button({ text: "Send your answer" }) }}';
    assert.deepEqual(wordsIn(inTemplate('x.njk', source)), ['2: Please answer by {due | longDate}.', '3: Send your answer']);
  });

  it('reads the titles and texts of a programme, and not its ids', () => {
    assert.deepEqual(wordsIn(inProgramme('x.yaml', '# A comment here\nid: first-visit\ntitle: First visit to the school')), [
      '3: First visit to the school',
    ]);
  });
});

/** Words without what is filled in, braces within braces too. */
function withoutExpressions(words: string): string {
  const without = words.replaceAll(/\{[^\{\}]*\}/gv, '');
  return without === words ? words : withoutExpressions(without);
}
