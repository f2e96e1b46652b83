import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { codeFramePath } from '../surveys/load-code-frames.ts';
import { chaserHere } from '../tests/kit/chaser-here.ts';
import { SMALL_SURVEY } from '../tests/kit/surveys.ts';

const chaser = (...words: string[]) => chaserHere(['survey', ...words], { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } });

function fileOf(name: string, text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'chaser-')), name);
  writeFileSync(file, text);
  return file;
}

describe('the survey command without a database', () => {
  it('checks surveys, and names file, line and remedy of a fault', async () => {
    const clean = await chaser('check');
    assert.deepEqual([clean.status, clean.stderr], [0, '']);
    assert.equal(clean.stdout.match(/: clean$/gmu)?.length, 3);
    const faulty = await chaser('check', fileOf('small.yaml', SMALL_SURVEY.replace('askedOf: leader', 'askedOf: leaders')));
    assert.equal(faulty.status, 1);
    assert.match(faulty.stdout, /small\.yaml:\d+:\d+: There is no audience "leaders" — Did you mean "leader"\?/u);
    const unknown = await chaser('check', 'tsi-2021-22-feedbac');
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /There is no survey "tsi-2021-22-feedbac"\.\nDid you mean "tsi-2021-22-feedback"\?/u);
    assert.equal((await chaser('check', './no-such.yaml')).status, 2);
  });

  it('shows each question with whom it is asked, its answers and where it comes from', async () => {
    const { status, stdout } = await chaser('show', 'tsi-2021-22-feedback');
    assert.equal(status, 0);
    assert.match(stdout, /S7: The training for system leaders, asked of system leaders \(printed in the source\)/u);
    assert.match(stdout, /P6 {4}Why are you not .*\?, where P5b is no \(printed in the source\)/u);
    assert.match(stdout, /\[ \] Neither satisfied nor dissatisfied \(rebuilt from the source\)/u);
    assert.match(stdout, /O4 .* \(ours\)\n {8}\[ \] Yes \(ours\)/u);
    const faulty = await chaser('show', fileOf('small.yaml', SMALL_SURVEY.replace('of: [good]', 'of: [god]')));
    assert.equal(faulty.status, 1);
    assert.match(faulty.stderr, /The scale has no answer "god"/u);
  });

  it('lists code frames, shows one with its marks and hash, and checks a file', async () => {
    const listed = await chaser('coding', 'codes');
    assert.match(listed.stdout, /^tsi-2021-22-benefits +1 +12 +O1 of tsi-2021-22-feedback +Benefits of the offer$/mu);
    const shown = await chaser('coding', 'codes', 'tsi-2021-22-benefits');
    assert.match(
      shown.stdout,
      /^Leadership and capacity \(printed in the source\)\n {2}plans +Effective plans for improvement \(rebuilt from the source\)\n/mu,
    );
    assert.match(shown.stdout, /Invented example: “We threw/u);
    const { sha256 } = JSON.parse((await chaser('coding', 'codes', 'tsi-2021-22-benefits', '--json')).stdout) as { sha256: string };
    assert.ok(shown.stdout.endsWith(`SHA-256 of what it says: ${sha256}\n`));
    const text = readFileSync(codeFramePath('tsi-2021-22-benefits'), 'utf8');
    const same = await chaser('coding', 'codes', fileOf('tsi-2021-22-benefits.yaml', text.replaceAll(/^#.*\n/gmu, '')));
    assert.match(same.stdout, new RegExp(sha256));
    const faulty = await chaser('coding', 'codes', fileOf('tsi-2021-22-benefits.yaml', text.replace('questions: [O1]', 'questions: [R2]')));
    assert.equal(faulty.status, 1);
    assert.match(faulty.stdout, /"R2" is no open question of tsi-2021-22-feedback/u);
    assert.equal((await chaser('coding', 'codes', 'no-such-frame')).status, 2);
    assert.match((await chaser('coding', 'codes', 'tsi-2021-22-benefits', '--of', '1')).stderr, /cannot go together/u);
  });
});
