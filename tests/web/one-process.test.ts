import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'vitest';
import { createOneProcess } from '../../web/rehearse/one-process.ts';
import type { OneProcess, ProcessLimits } from '../../web/rehearse/one-process.ts';
import type { SPARE_WORK } from '../support/spare-process.ts';

describe('work in a process of its own', () => {
  const processes: OneProcess<typeof SPARE_WORK>[] = [];
  const open = (over: Partial<ProcessLimits> = {}) => {
    const one = createOneProcess<typeof SPARE_WORK>(new URL('../support/spare-process.ts', import.meta.url), {
      mostMs: 10_000,
      mostWaiting: 3,
      mostKept: 2,
      mostMegabytes: 64,
      ...over,
    });
    processes.push(one);
    return one;
  };
  afterEach(() => {
    for (const one of processes.splice(0)) one.end();
  });
  const say = async (one: OneProcess<typeof SPARE_WORK>, person: string, word: string, ms = 0) => {
    const said = await one.ask(person, 'say', { word, ms });
    return said.ok ? said.value : said.reason.kind;
  };
  const jobOf = (said: Awaited<ReturnType<typeof say>>) => (typeof said === 'string' ? said : said.job);

  it('leaves the one that asks free meanwhile, and sees none of its secrets', async () => {
    const one = open();
    await say(one, 'ada', 'to begin with');
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    const said = await say(one, 'ada', 'busy', 400);
    clearInterval(turning);
    assert.ok(typeof said !== 'string');
    assert.notEqual(said.pid, process.pid);
    assert.deepEqual(said.environment, []);
    assert.ok(turns > 10, `${turns} turns of 5 ms in 400 ms`);
  });

  it('does a job once for whoever asks the same, at once or later, and forgets what was asked least lately', async () => {
    const one = open();
    const both = await Promise.all([say(one, 'ada', 'same', 100), say(one, 'ben', 'same', 100)]);
    assert.deepEqual(both.map(jobOf), [1, 1]);
    assert.equal(jobOf(await say(one, 'cy', 'same', 100)), 1);
    assert.equal(jobOf(await say(one, 'cy', 'second')), 2);
    assert.equal(jobOf(await say(one, 'cy', 'same', 100)), 1);
    assert.equal(jobOf(await say(one, 'cy', 'third')), 3);
    assert.equal(jobOf(await say(one, 'cy', 'second')), 4);
    assert.equal(jobOf(await say(one, 'cy', 'third')), 3);
  });

  it('is done one at a time a person, each after the others, and for no more than may wait', async () => {
    const one = open();
    const asked = [
      say(one, 'ada', 'one', 150),
      say(one, 'ada', 'two'),
      say(one, 'ben', 'three'),
      say(one, 'cy', 'four'),
      say(one, 'di', 'five'),
      say(one, 'ed', 'six'),
      say(one, 'di', 'seven'),
    ];
    assert.deepEqual((await Promise.all(asked)).map(jobOf), [1, 'yours-is-running', 2, 3, 4, 'many-are-waiting', 'yours-is-running']);
    assert.equal(jobOf(await say(one, 'ada', 'two')), 5, 'once it is done, the next may be asked for');
  });

  it('is stopped when it takes too long, or too much memory, and whoever waits is served by another process', async () => {
    const one = open({ mostMs: 700 });
    const first = await say(one, 'ada', 'first');
    const endless = one.ask('ada', 'forEver', undefined);
    const after = say(one, 'ben', 'after');
    const stopped = await endless;
    assert.equal(stopped.ok ? '' : stopped.reason.kind, 'takes-too-long');
    const next = await after;
    assert.ok(typeof next !== 'string' && typeof first !== 'string');
    assert.notEqual(next.pid, first.pid);
    const large = open();
    const [tooLarge, still] = await Promise.all([large.ask('ada', 'everLarger', undefined), say(large, 'ben', 'still')]);
    assert.equal(tooLarge.ok ? '' : tooLarge.reason.kind, 'takes-too-long');
    assert.equal(jobOf(still), 1);
  });

  it('that fails fails for whoever asked, is not kept, and stops nobody else', async () => {
    const one = open();
    await assert.rejects(one.ask('ada', 'fail', { why: 'as this test wants it' }), /as this test wants it/);
    assert.equal(jobOf(await say(one, 'ada', 'still the same process')), 1);
    await assert.rejects(one.ask('ada', 'leave', undefined), /ended by itself/);
    assert.equal(jobOf(await say(one, 'ada', 'another process')), 1);
  });

  it('is answered when the service stops, and begins again when it is asked for', async () => {
    const one = open();
    const endless = one.ask('ada', 'forEver', undefined);
    const waits = say(one, 'ben', 'waits');
    await sleep(50);
    one.end();
    assert.equal((await endless).ok, false);
    assert.equal(await waits, 'many-are-waiting');
    assert.equal(jobOf(await say(one, 'ada', 'again')), 1);
  });
});
