import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterAll, describe, it } from 'vitest';
import type { Command } from 'commander';
import { chaserHere } from '../tests/kit/chaser-here.ts';
import { testFiles } from '../tests/kit/files.ts';
import { opened } from './open.ts';
import { createChaser } from './program.ts';

/** The command line as it is, from which alone the scripts are made. */
const chaser = await createChaser(opened({}));

const run = (...words: readonly string[]) => chaserHere(words);
/** What is printed for each shell. */
const scripts = new Map(
  await Promise.all(['bash', 'zsh', 'fish'].map(async (shell) => [shell, (await run('completion', shell)).stdout] as const)),
);

/** Every command by the words that lead to it, with what may follow it. */
function placesOf(
  command: Command,
  above: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly command: Command }[] {
  return [{ path: above, command }, ...command.commands.flatMap((one) => placesOf(one, [...above, one.name()]))];
}
const FISH = 'fish';
const places = placesOf(chaser);
const optionsOf = (command: Command) => [...command.options.flatMap(({ long }) => long ?? []), '--help'];

const has = (shell: string) => spawnSync(shell, ['--version']).error === undefined;
const script = (shell: string): string => scripts.get(shell) ?? assert.fail(shell);

describe('chaser completion bash', () => {
  const printed = script('bash');

  /** What bash offers for each of several command lines, the last word of which is being typed. */
  function offered(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
    const asked = lines.map(
      (words) =>
        `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _chaser; echo "\${COMPREPLY[*]}"`,
    );
    // Without --norc bash reads the machine's own set-up when its input looks like a connection, and -u then complains of that.
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-u', '-c', `${printed}\n${asked.join('\n')}`], { encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').filter((word) => word !== ''));
  }

  it('offers after every command those below it and its options, and nothing else', () => {
    const commands = offered(places.map(({ path }) => ['chaser', ...path, '']));
    const options = offered(places.map(({ path }) => ['chaser', ...path, '--']));
    assert.ok(places.length > 40);
    for (const [index, { path, command }] of places.entries()) {
      assert.deepEqual(
        commands[index] ?? [],
        command.commands.map((one) => one.name()),
        `chaser ${path.join(' ')} ?`,
      );
      assert.deepEqual(options[index], optionsOf(command), `chaser ${path.join(' ')} --?`);
    }
  });

  it('offers what begins with what was typed, after arguments and options too', () => {
    assert.deepEqual(
      offered([
        ['chaser', 'ca'],
        ['chaser', 'change', 'stop', 'D00001', '--category', 'illness', '--un'],
        ['chaser', 'escalation', 'D00001', 'change', 'acknowledge', '--by-'],
        ['chaser', 'nothing', ''],
      ]),
      [['calendar'], ['--until'], ['--by-date'], chaser.commands.map((one) => one.name())],
    );
  });

  it('offers no options where the value of one is typed, so that the shell offers files', () => {
    assert.deepEqual(
      [
        ['rehearse', 'tsi-2022-23', '--html', ''],
        ['list', '--limit', '-'],
        ['change', 'stop', '--until', '2'],
      ].flatMap((words) => offered([['chaser', ...words]])),
      [[], [], []],
    );
  });
});

describe('chaser completion', () => {
  const files = testFiles();
  afterAll(() => files.remove());

  for (const shell of ['zsh', 'fish']) {
    it(`prints every command and option for ${shell}`, () => {
      const printed = script(shell);
      for (const { path, command } of places) {
        for (const one of command.commands) assert.ok(printed.includes(one.name()), `${path.join(' ')} ${one.name()}`);
        for (const option of optionsOf(command))
          assert.ok(printed.includes(shell === 'fish' ? `-l ${option.slice(2)}` : `'${option}:`), option);
      }
    });

    if (!has(shell)) continue;
    it(`prints what ${shell} can read`, () => {
      // From a file: fish checks nothing that comes through a pipe.
      const { status, stderr } = spawnSync(shell, ['-n', files.write(script(shell))], { encoding: 'utf8' });
      assert.deepEqual([status, stderr], [0, '']);
    });
  }

  for (const fish of [FISH].filter(has))
    it('completes in fish', () => {
      const ask = `${script('fish')}\ncomplete -C 'chaser change st'\ncomplete -C 'chaser change stop --un'`;
      const { stdout } = spawnSync(fish, ['-c', ask], { encoding: 'utf8' });
      assert.match(stdout, /^stop\t/m);
      assert.match(stdout, /^--until\t/m);
    });

  it('keeps quotes, colons and backslashes of descriptions as they are', () => {
    const printed = script('zsh');
    assert.match(printed, /why; it is kept in the record/);
    assert.equal(spawnSync('bash', ['-n'], { input: printed.replace('compdef _chaser chaser', ''), encoding: 'utf8' }).status, 0);
  });

  it('refuses another shell with those that there are', async () => {
    for (const shell of ['powershell', 'constructor', '']) {
      const { status, stderr } = await run('completion', shell);
      assert.deepEqual([status, stderr.split('\n')[1]], [2, 'Give one of: bash, zsh, fish.']);
    }
  });
});
