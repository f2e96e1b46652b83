import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';

describe('the start of a command when npm hangs or fails', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaser-bootstrap-'));
    mkdirSync(join(folder, 'embedded'));
    cpSync(join(PROJECT, 'embedded/bootstrap.mjs'), join(folder, 'embedded/bootstrap.mjs'));
    writeFileSync(join(folder, 'package-lock.json'), '{ "packages": {} }');
    writeFileSync(join(folder, 'hangs.mjs'), 'setInterval(() => undefined, 1_000);');
    writeFileSync(join(folder, 'fails.mjs'), "process.stderr.write('npm error E404\\n'); process.exit(1);");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (npm: string) =>
    spawnSync(process.execPath, ['embedded/bootstrap.mjs', 'program.ts'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, npm_execpath: join(folder, npm), CHASER_INSTALL_WITHIN_MS: '500' },
    });

  it('ends an npm ci that hangs, and says what to do', () => {
    const { status, stderr } = start('hangs.mjs');
    assert.equal(status, 1);
    assert.match(stderr, /npm ci was not done after 1 min, and was ended\. Is the package registry within reach\?/);
    assert.match(stderr, /Try npm ping\./);
  });

  it('shows npm’s own output when npm ci fails', () => {
    const { status, stderr } = start('fails.mjs');
    assert.equal(status, 1);
    assert.match(stderr, /npm error E404\nnpm ci failed: see above\./);
  });
});
