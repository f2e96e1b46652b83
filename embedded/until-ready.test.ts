import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import type { Exit, Part } from './part.ts';
import { untilReady } from './until-ready.ts';

describe('waiting for a part that was started', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-ready-'));
  const logFile = join(folder, 'web.log');
  let stopped: number;
  let tries: number;
  let end: (exit: Exit) => void;
  let part: Part;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    writeFileSync(logFile, 'port 8000\nno database\n');
    stopped = 0;
    tries = 0;
    const { promise, resolve } = Promise.withResolvers<Exit>();
    end = resolve;
    part = { name: 'the web service', pid: 1, exited: promise, stop: async () => void (stopped += 1) };
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(logFile);
  });

  /** A part that can be used after so many seconds. Each try takes some of them. */
  const usableAfter = (seconds: number, { tryTakes = 5 } = {}) => {
    const fromMs = Date.now() + seconds * 1_000;
    return async () => {
      tries += 1;
      vi.setSystemTime(Date.now() + tryTakes * 1_000);
      if (Date.now() < fromMs) throw new Error('connection refused');
    };
  };

  it('waits for a slow machine, and says so every 15 seconds', async () => {
    const said: string[] = [];
    await untilReady({ part, logFile, say: (text) => said.push(text) }, usableAfter(40));
    assert.deepEqual(said, ['  still waiting for the web service, 15 s', '  still waiting for the web service, 30 s']);
    assert.equal(stopped, 0);
  });

  it('fails at once when the part ends, with what it wrote last', async () => {
    end({ code: 1, signal: null });
    await assert.rejects(untilReady({ part, logFile }, usableAfter(40)), {
      message: `the web service did not start. It ended. The last lines of ${logFile}:\nport 8000\nno database`,
    });
    assert.ok(tries <= 2, `${tries} tries`);
  });

  it('ends a part that cannot be used for five minutes', async () => {
    await assert.rejects(untilReady({ part, logFile }, usableAfter(3_600, { tryTakes: 50 })), /It could not be used for 5 minutes/);
    assert.equal(stopped, 1);
    assert.equal(tries, 7);
  });
});
