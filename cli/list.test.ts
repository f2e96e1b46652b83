import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { asReference } from './reference.ts';

function chaser(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
  });
  return { status, stdout, stderr };
}

describe('chaser', () => {
  it('prints its version', () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
    assert.deepEqual(chaser('--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const limit of ['two', '0', '-1', '1.5', '1e3', '']) {
    it(`list refuses --limit ${JSON.stringify(limit)} with an example and no stack`, () => {
      const { status, stderr } = chaser('list', '--limit', limit);
      assert.equal(status, 2);
      assert.match(stderr, /Write a whole number from 1 to 100000: --limit 10/);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }
});

describe('a reference', () => {
  it('may be typed without capitals and with blanks around it', () => {
    for (const typed of ['D00001', 'd00001', ' d00001 ']) assert.equal(asReference(typed), 'D00001');
  });

  it('that is none stays as it was typed, so that the message can show it', () => {
    for (const typed of ['hillcrest', 'd1x', '990001']) assert.equal(asReference(typed), typed);
  });
});
