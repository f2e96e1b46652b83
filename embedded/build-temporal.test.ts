import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { buildTemporal } from './build-temporal.ts';

/** The `go` of these tests is a script that takes half a second. It stands for the tool alone: the real build is five minutes. */
describe.skipIf(process.platform === 'win32')('building the Temporal server', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaser-build-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'cache'));
    goDoes('sleep 0.5; echo server > "$GOBIN/server"');
    vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  function goDoes(command: string): void {
    writeFileSync(join(folder, 'bin/go'), `#!/bin/sh\necho built >> "${folder}/builds"\n${command}\n`);
    chmodSync(join(folder, 'bin/go'), 0o755);
  }
  const builds = () => readFileSync(join(folder, 'builds'), 'utf8').trim().split('\n').length;
  const target = () => join(folder, 'cache/temporal-server');
  function build(): { readonly done: Promise<void>; readonly said: string[] } {
    const said: string[] = [];
    return { done: buildTemporal({ version: 'v1', cache: join(folder, 'cache'), target: target() }, (text) => void said.push(text)), said };
  }

  it('happens once when two ask at the same time, and whoever waits says so', async () => {
    const both = [build(), build()];
    await Promise.all(both.map(({ done }) => done));
    assert.equal(builds(), 1);
    assert.deepEqual(readdirSync(join(folder, 'cache')), ['temporal-server']);
    assert.deepEqual(both.flatMap(({ said }) => said).toSorted(), [
      'Another process is building the Temporal server v1. Waiting for it.',
      'Building the Temporal server v1 with Go, once. This takes about five minutes.',
    ]);
  });

  it('is tried by whoever waited when the other failed, and both say what Go said', async () => {
    goDoes('sleep 0.5; echo "no such module" >&2; exit 1');
    const found = await Promise.allSettled([build().done, build().done]);
    assert.equal(builds(), 2);
    for (const one of found)
      assert.match(one.status === 'rejected' ? String(one.reason) : 'it was built', /go install failed:\nno such module/);
    assert.deepEqual(readdirSync(join(folder, 'cache')), []);
  });

  it('does not wait for a process that is no more, and deletes what it left', async () => {
    const { pid } = spawnSync('true');
    mkdirSync(join(folder, 'cache', `build-1764450000000-${pid}-abcdef`));
    await build().done;
    assert.ok(existsSync(target()));
    assert.deepEqual(readdirSync(join(folder, 'cache')), ['temporal-server']);
  });
});
