import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, it } from 'vitest';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { eventsAskedBy } from '../../domain/measures/asked-events.ts';
import { measureNamed } from '../../domain/measures/evaluation.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { LoggedDeployment } from '../views/logged-deployment.ts';
import { beginJob } from './counts.ts';
import type { MeasureJob } from './counts.ts';
import { createCountingThreads } from './threads.ts';

const asOf = plainDate('2023-02-15');
const MEASURE = measureNamed('M2') ?? assert.fail();
const JOB: MeasureJob = {
  kind: 'measure',
  measure: MEASURE,
  by: 'region',
  asOf,
  knownAt: asOf,
  leaders: null,
  events: eventsAskedBy(MEASURE),
};

/** A log as PostgreSQL writes it: it took up the offer on one day, and had its visit on another. */
function deployment(at: number): LoggedDeployment {
  const day = (of: number) => `2022-10-${String(1 + (of % 28)).padStart(2, '0')}`;
  const event = (...parts: readonly (string | number)[]) => parts.join('\u001F');
  const began = event(
    'deployment-began',
    '',
    '2022-09-05T08:30:00.000Z',
    `D${at}`,
    'school',
    `S${at}`,
    'si-2019-20',
    1,
    CALENDAR.version,
    '{}',
    '{}',
  );
  const said = (step: string, answer: string, on: string, fields: object) =>
    event('step-answered', step, `${on}T10:00:00.000Z`, 1, answer, 'P1', '', JSON.stringify(fields));
  return {
    reference: `D${at}`,
    urn: `S${at}`,
    trust: '',
    region: ['London', 'South West', ''][at % 3] ?? '',
    phase: null,
    type: null,
    typeGroup: '',
    urbanRural: null,
    known: true,
    inTrust: false,
    log: [began, said('engage', 'engages', day(at), {}), said('visit-school', 'visited', '2022-11-21', { visitedOn: day(at * 7) })].join(
      '\u001E',
    ),
  };
}
const LOGGED = Array.from({ length: 60 }, (_, at) => deployment(at));

async function* some(all: readonly LoggedDeployment[], atOnce = 4): AsyncGenerator<readonly LoggedDeployment[], void, undefined> {
  for (let from = 0; from < all.length; from += atOnce) yield await Promise.resolve(all.slice(from, from + atOnce));
}
const calendarOf = (version: string) =>
  version === CALENDAR.version ? Promise.resolve(CALENDAR) : Promise.reject(new Error(`Calendar ${version} was never kept.`));

describe('threads in which reports are counted', () => {
  const threads = createCountingThreads(3);
  afterAll(() => threads.end());

  /** What one thread counts, told of all calendars beforehand. */
  const alone = (() => {
    const counter = beginJob(JOB);
    counter.tellOf([CALENDAR]);
    assert.deepEqual(counter.add(LOGGED), []);
    return counter.counted();
  })();
  const sum = (all: readonly { readonly programmes: ReadonlyMap<string, { readonly deployments: number }> }[]) =>
    all.map(({ programmes }) => programmes.get('si-2019-20')?.deployments ?? 0);
  const total = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

  it('count each deployment once, several threads at a time', async () => {
    const counted = sum(await threads.count(JOB, { deployments: some(LOGGED), calendarOf }));
    assert.ok(counted.length === 3 && counted.every((deployments) => deployments > 0), counted.join(' '));
    assert.equal(total(counted), LOGGED.length);
  });

  it.runIf(existsSync('/proc/thread-self'))('have a lower priority than the process, where each thread has its own', async () => {
    await threads.count(JOB, { deployments: some(LOGGED), calendarOf });
    // The name of a thread stands in brackets, and may hold spaces. Its priority is the 19th field.
    const niceOf = (task: string) => Number(readFileSync(`/proc/self/task/${task}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16]);
    assert.equal(readdirSync('/proc/self/task').filter((task) => niceOf(task) === constants.priority.PRIORITY_BELOW_NORMAL).length, 3);
  });

  it('count several reports at once, each by itself', async () => {
    const given = [LOGGED, LOGGED.slice(0, 10), LOGGED];
    const counted = await Promise.all(given.map((all) => threads.count(JOB, { deployments: some(all), calendarOf })));
    assert.deepEqual(
      counted.map((one) => total(sum(one))),
      [60, 10, 60],
    );
  });

  it('count what is counted without them', async () => {
    const one = createCountingThreads(1);
    assert.deepEqual(await one.count(JOB, { deployments: some(LOGGED), calendarOf }), [alone]);
    await one.end();
  });

  it('tell whoever asks what went wrong in a thread, and count the next report', async () => {
    const broken = LOGGED.with(33, { ...deployment(33), log: 'deployment-began\u001F\u001Fnever' });
    await assert.rejects(threads.count(JOB, { deployments: some(broken), calendarOf }), /an event that cannot be read: deployment-began/);
    const unkept = LOGGED.with(33, { ...deployment(33), log: deployment(33).log.replace(CALENDAR.version, 'another') });
    await assert.rejects(threads.count(JOB, { deployments: some(unkept), calendarOf }), /Calendar another was never kept/);
    const refused = async function* (): AsyncGenerator<readonly LoggedDeployment[], void, undefined> {
      yield* some(LOGGED);
      throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
    };
    await assert.rejects(threads.count(JOB, { deployments: refused(), calendarOf }), { code: '57014' });
    const unknown = { ...JOB, events: { ...JOB.events, kinds: null as unknown as [] } };
    await assert.rejects(threads.count(unknown, { deployments: some(LOGGED), calendarOf }), /null/, 'it cannot even begin');
    // Whichever threads are done with what failed count it.
    assert.equal(total(sum(await threads.count(JOB, { deployments: some(LOGGED), calendarOf }))), LOGGED.length);
  });

  it('tell of what went wrong though nobody waited for it just then, and read no further', async () => {
    let read = 0;
    const slowly = async function* (): AsyncGenerator<readonly LoggedDeployment[], void, undefined> {
      for await (const few of some(LOGGED.with(0, { ...deployment(0), log: 'deployment-began\u001F\u001Fnever' }))) {
        read += 1;
        yield few;
        // The thread has answered before the next are there.
        await setTimeout(200);
      }
    };
    await assert.rejects(threads.count(JOB, { deployments: slowly(), calendarOf }), /an event that cannot be read: deployment-began/);
    assert.ok(read < 5, `${read}`);
  });

  it('read and count nothing more once whoever asked gives up', async () => {
    const asked = new AbortController();
    let read = 0;
    const deployments = async function* (): AsyncGenerator<readonly LoggedDeployment[], void, undefined> {
      for await (const few of some(LOGGED, 1)) {
        read += 1;
        if (read === 20) asked.abort();
        yield few;
      }
    };
    const given = { deployments: deployments(), calendarOf, signal: asked.signal };
    await assert.rejects(threads.count(JOB, given), (error) => error === asked.signal.reason);
    assert.equal(read, 20);
  });

  it('fail what is being counted when they are ended, and begin again for the next report', async () => {
    const own = createCountingThreads(2);
    const deployments = async function* (): AsyncGenerator<readonly LoggedDeployment[], void, undefined> {
      yield* some(LOGGED.slice(0, 8));
      await own.end();
      yield* some(LOGGED.slice(8));
    };
    await assert.rejects(own.count(JOB, { deployments: deployments(), calendarOf }), /The service stops/);
    assert.equal(sum(await own.count(JOB, { deployments: some(LOGGED), calendarOf })).length, 2);
    await own.end();
  });
});
