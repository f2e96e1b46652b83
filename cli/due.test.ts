import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { chaserHere } from '../tests/kit/chaser-here.ts';

/** `chaser due` as a process of its own, which reads its questions from its input. */
const ARGUMENTS = [join(import.meta.dirname, 'main.ts'), 'due'];

function run(words: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...ARGUMENTS, ...words], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

const here = (words: readonly string[]) => chaserHere(['due', ...words], { env: {}, cwd: import.meta.dirname });
const due = (from: string, allow: string, ...more: readonly string[]) => here(['--from', from, '--allow', allow, ...more]);

function batch(...lines: readonly string[]) {
  const { status, stdout, stderr } = run(['--batch'], lines.join('\n'));
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(
      (line) =>
        JSON.parse(line) as { id: unknown; due?: string; explanation?: string[]; error?: { kind: string; remedy: string; line: number } },
    );
}

describe('chaser due', () => {
  it('prints the due date and its explanation as JSON', async () => {
    const { status, stdout } = await due('2022-11-25', '3 working days', '--json');
    assert.deepEqual(JSON.parse(stdout), {
      due: '2022-11-30',
      explanation: [
        'Day zero is Friday 25 November 2022. It is not counted.',
        'Allowed: 3 working days.',
        'Not counted: 26 November 2022, Saturday.',
        'Not counted: 27 November 2022, Sunday.',
        'Due on Wednesday 30 November 2022.',
      ],
    });
    assert.equal(status, 0);
  });

  it('prints lines for people, and says "assumed" when no authority was named', async () => {
    const { stdout } = await due('2022-10-10', 'end of following term');
    assert.match(
      stdout,
      /^Day zero is .*\n.*\nAssumed: .* of an authority that was not named .*\n.*\n.*\nDue on Friday 31 March 2023\.\n$/,
    );
  });

  it('takes an authority by its code or by the id of its calendar', async () => {
    const byCode = (await due('2022-10-10', 'end of following term', '--authority', '888')).stdout;
    assert.equal((await due('2022-10-10', 'end of following term', '--authority', 'lancashire')).stdout, byCode);
    assert.doesNotMatch(byCode, /assumed/i);
    assert.match(
      (await due('2022-10-10', 'end of term', '--authority', '210')).stdout,
      /of local authority 210 for Autumn 2022 are not known/,
    );
  });

  it("moves weeks of a school's on to a school day, and others' to a working day", async () => {
    assert.match((await due('2022-11-28', '4 weeks', '--owner', 'school')).stdout, /Due on Tuesday 3 January 2023/);
    assert.match((await due('2022-11-28', '4 weeks', '--owner', 'system-leader')).stdout, /Due on Wednesday 28 December 2022/);
  });

  it('refuses what it does not understand with exit code 1, and says how to mend it', async () => {
    for (const [words, told] of [
      [['2022-11-25', '5 days', '--owner', 'school'], /Write "5 working days", "5 school days" or "5 calendar days"/],
      [['2022-11-25', 'soon'], /"soon" is not a time that can be allowed\.\nWrite for example "3 working days"/],
      [['2022-02-29', '1 week'], /There is no day 2022-02-29 in the calendar\.\nWrite day zero as year-month-day, for example 2022-11-25/],
      [['25/11/2022', '1 week'], /"25\/11\/2022" is not a date\.\nWrite day zero as year-month-day/],
      [['2022-11-25', '1 week', '--owner', 'head'], /no owner "head"\.\nUse one of: school, system-leader, rdp, regional-team/],
      [
        ['2022-11-25', '1 week', '--authority', 'lancs'],
        /no local authority "lancs"\.\nGive a three-digit code, or one of: lancashire \(888\)/,
      ],
      [['2028-12-20', '10 working days'], /needs 2029\.\nImport the bank holidays of 2029/],
      [['9999-12-31', '4 weeks'], /needs 10000\./],
    ] as const) {
      const [from, allow, ...more] = words;
      const { status, stdout, stderr } = await due(from, allow, ...more);
      assert.match(stderr, told);
      assert.deepEqual([status, stdout], [1, '']);
    }
  });

  it('exits with 2 on wrong use', async () => {
    for (const words of [['--from', '2022-11-25'], ['--allow', '1 week'], ['--batch', '--owner', 'school'], ['--form', '2022-11-25'], []]) {
      assert.equal((await here(words)).status, 2, words.join(' '));
    }
  });

  it('has help with examples', async () => {
    assert.match((await here(['--help'])).stdout, /Examples:\n {2}chaser due --from 2022-11-25 --allow "3 working days"/);
  });
});

describe('chaser due --batch', () => {
  const question = '"from":"2022-11-25","allow":"3 working days"';

  it('answers each line in order, with the id it came with', () => {
    const ids = ['1', '"a"', 'null', 'true', '{"n":[1,2.5]}', '[]'];
    const answers = batch(...ids.map((id) => `{"id":${id},${question},"authority":"888","owner":"school"}`));
    assert.deepEqual(
      answers.map(({ id }) => JSON.stringify(id)),
      ids,
    );
    assert.deepEqual([...new Set(answers.map((answer) => answer.due))], ['2022-11-30']);
    assert.equal(answers[0]?.explanation?.at(-1), 'Due on Wednesday 30 November 2022.');
  });

  it('gives back an id too large for JavaScript exactly as it was written', () => {
    const { stdout } = run(['--batch'], `{"id":9007199254740993,${question}}\n{"id":{"n":1.50},${question}}`);
    assert.match(stdout, /^\{"id":9007199254740993,"due".*\n\{"id":\{"n":1\.50\},"due"/);
  });

  it('answers what it cannot answer with an error that names the line, and goes on', () => {
    const answers = batch(
      '\uFEFFno JSON',
      '',
      '  \r',
      '[]',
      `{"id":1,${question},"onwer":"school"}`,
      '{"id":2,"from":"2022-11-25"}',
      '{"id":3,"from":20221125,"allow":"1 week"}',
      '{"id":4,"from":"2022-11-25","allow":"3 days"}',
      '{"id":5,"from":"2028-12-20","allow":"10 working days"}',
      `{"id":6,${question},"owner":"constructor"}`,
      `{"id":7,"from":"${'x'.repeat(1_000_001)}"}`,
      `{"id":${'['.repeat(400_000)}${']'.repeat(400_000)},${question}}`,
      `{"id":9,${question},"authority":null,"owner":null}\r`,
    );
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error?.kind, error?.line]),
      [
        [null, 'bad-json', 1],
        [null, 'bad-question', 4],
        [1, 'bad-question', 5],
        [2, 'bad-question', 6],
        [3, 'bad-question', 7],
        [4, 'bad-time-allowed', 8],
        [5, 'beyond-horizon', 9],
        [6, 'unknown-owner', 10],
        [null, 'line-too-long', 11],
        [null, 'bad-question', 12],
        [9, undefined, undefined],
      ],
    );
    assert.ok(answers.every(({ error }) => error === undefined || error.remedy.length > 0));
  });

  it('prints nothing for empty input', () => {
    assert.deepEqual(batch(''), []);
  });

  it('answers 100,000 lines in order', () => {
    const answers = batch(...Array.from({ length: 100_000 }, (_, id) => `{"id":${id},${question}}`));
    assert.equal(answers.length, 100_000);
    assert.ok(answers.every(({ id, due: on }, at) => id === at && on === '2022-11-30'));
  });

  it('ends quietly when nobody reads its answers any more, though more questions come', async () => {
    const child = spawn(process.execPath, [...ARGUMENTS, '--batch'], { cwd: import.meta.dirname, stdio: 'pipe' });
    let told = '';
    child.stderr.on('data', (piece: Buffer) => void (told += piece.toString()));
    child.stdin.on('error', () => undefined);
    const exited = new Promise((resolve) => void child.on('close', (code, signal) => resolve([code, signal])));
    const ask = setInterval(() => child.stdin.write(`{"id":1,${question}}\n`.repeat(1_000)), 5);
    child.stdout.once('data', () => child.stdout.destroy());
    assert.deepEqual(await exited, [0, null]);
    clearInterval(ask);
    assert.equal(told, '');
  });

  it('reads no faster than its answers are taken', async () => {
    const child = spawn(process.execPath, [...ARGUMENTS, '--batch'], { cwd: import.meta.dirname, stdio: 'pipe' });
    const bundle = `{"id":1,${question}}\n`.repeat(1_000);
    let taken = 0;
    // Nobody reads the answers, so reading of questions must stop long before these 200 chunks are through.
    const stuck = await new Promise<boolean>((resolve) => {
      const give = () => {
        if (taken === 200) return resolve(false);
        child.stdin.write(bundle, () => {
          taken += 1;
          give();
        });
      };
      give();
      let before = -1;
      const watch = setInterval(() => {
        if (taken > 0 && taken === before) {
          clearInterval(watch);
          resolve(true);
        }
        before = taken;
      }, 1_500);
    });
    child.stdin.on('error', () => undefined);
    child.kill();
    assert.equal(stuck, true);
    assert.ok(taken < 100, `${taken} bundles`);
  });
});
