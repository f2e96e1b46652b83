import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { commandFrom } from '../../desk/plan-many.ts';
import type { KeptCommand } from '../../desk/plan-many.ts';
import { workMany } from '../../desk/work-many.ts';
import type { ManyDesk } from '../../desk/work-many.ts';
import { claimLines, listLines } from '../../postgres/desk/many.ts';
import { manyDeskOf } from '../../web/many/many-desk.ts';
import { registerManyRoutes } from '../../web/many/routes.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff, silentSchool } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

const because = 'The school is flooded.';
const day = (field: string, d: number) => ({ [`${field}-day`]: `${d}`, [`${field}-month`]: '10', [`${field}-year`]: '2040' });
const PAUSE = { kind: 'stop-clock', category: 'illness', ...day('from', 8), ...day('expectedEnd', 22), because };

describe('one change of many deployments', () => {
  let world: World;
  let app: FastifyInstance;
  /** The same pages while nothing makes changes. */
  let away: FastifyInstance;
  let cora: Desk;
  let desk: ManyDesk;
  let one = '';
  let other = '';
  let third = '';
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    desk = manyDeskOf(services);
    app = await guardedApp(services, registerManyRoutes);
    away = await guardedApp(servicesOf(world.db), registerManyRoutes);
    cora = await deskOf(world.db, app, 'coordinator');
    one = await world.begin('2040-10-08 09:30');
    other = await world.begin('2040-10-08 09:30');
    third = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
  });
  afterAll(async () => {
    await app.close();
    await away.close();
    await world.end();
  });

  const hidden = (text: string, name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
  const linesOf = (text: string) => [...text.matchAll(/name="line" value="(\d+)"/g)].map(([, number]) => Number(number));
  const stops = async () => {
    const { rows } = await world.db.query<{ reference: string }>('SELECT reference FROM clock_stops WHERE resumed_on IS NULL ORDER BY 1');
    return rows.map(({ reference }) => reference);
  };
  const events = async (reference: string, type: string) =>
    (await world.db.query('SELECT FROM events WHERE reference = $1 AND type = $2', [reference, type])).rowCount;
  /** Sends the form of a change and answers the address of its job. */
  async function ask(form: Record<string, string>, at: Desk = cora): Promise<string> {
    const { status, location, text } = await at.post('/many/new', { onceAs: crypto.randomUUID(), ...form });
    assert.equal(status, 303, text);
    return location;
  }
  const idOf = (job: string) => job.split('/').at(-1) ?? '';

  it('names what is missing in its form, and a choice of none, and changes nothing', async () => {
    const empty = await cora.get('/many/new?kind=stop-clock&of=ticked');
    assert.equal(empty.status, 400);
    assert.match(empty.text, /Select at least one deployment in the list/);
    const { status, text } = await cora.post('/many/new', { kind: 'stop-clock', of: 'ticked', deployment: one });
    assert.equal(status, 400);
    assert.match(text, /Select what kind of reason it is[\s\S]*Enter the day on which the pause should end[\s\S]*Enter the reason/);
    assert.equal((await world.db.query('SELECT FROM many_jobs')).rowCount, 0);
    assert.equal((await cora.get('/many/new?kind=make-tea&of=ticked')).status, 404);
  });

  it('shows what would follow in each, leaves out what is cleared, and is made once however often it is confirmed', async () => {
    const form = { ...PAUSE, of: 'ticked', deployment: `${one}\n${other}\nT-nowhere` };
    const shown = await cora.get(`/many/new?kind=stop-clock&of=ticked&deployment=${one}&deployment=${other}&deployment=T-nowhere`);
    assert.match(shown.text, /2 deployments/);
    const once = hidden(shown.text, 'onceAs');
    const job = await ask({ ...form, onceAs: once });
    assert.equal(await ask({ ...form, onceAs: once }), job);
    const check = (await cora.get(job)).text;
    assert.match(check, /Check before it is done: Pause deployments/);
    assert.match(check, /Possible in 2 of 2/);
    assert.match(check, /Told by e-mail: Rosa Region\./);
    assert.deepEqual(await stops(), []);
    assert.equal((await cora.post(`${job}/confirm`, {})).status, 400);

    const { location } = await cora.post(`${job}/confirm`, { line: '1' });
    const result = (await cora.get(location)).text;
    assert.match(result, /1 of 1 deployment is paused\./);
    assert.match(result, /Left out by you \(1\)/);
    assert.equal((await stops()).length, 1);
    await cora.post(`${job}/confirm`, { line: '1\n2' });
    assert.equal((await stops()).length, 1);
    assert.equal(await events((await stops())[0] ?? '', 'clock-stopped'), 1);
  });

  it('is refused in single lines with the reason, and undone from its page', async () => {
    const [paused = ''] = await stops();
    const job = await ask({ ...PAUSE, of: 'all', status: 'running' });
    const check = (await cora.get(job)).text;
    assert.match(check, /Possible in 2 of 3/);
    assert.match(check, new RegExp(`Not possible \\(1\\)[\\s\\S]*${paused}[\\s\\S]*paused since 8 October 2040 already`));
    const { location } = await cora.post(`${job}/confirm`, { line: linesOf(check).join('\n') });
    const result = (await cora.get(location)).text;
    assert.match(result, /2 of 2 deployments are paused\./);
    assert.equal((await stops()).length, 3);

    const undo = (/href="(\/many\/new\?[^"]+)"/.exec(result)?.[1] ?? '').replaceAll('&amp;', '&');
    assert.match(undo, /kind=resume-clock&of=job/);
    assert.match((await cora.get(undo)).text, /2 deployments/);
    const back = await ask({ kind: 'resume-clock', of: 'job', job: idOf(job), from: 'undo', ...day('on', 8), because: 'It was a drill.' });
    await cora.post(`${back}/confirm`, { line: '1\n2' });
    assert.deepEqual(await stops(), [paused]);
    const first = await ask({ kind: 'resume-clock', of: 'ticked', deployment: paused, from: 'undo', ...day('on', 8), because: 'Dry.' });
    await cora.post(`${first}/confirm`, { line: '1' });
    assert.deepEqual(await stops(), []);
  });

  it('gives more time and takes it back, and the date is the one of before', async () => {
    const due = async () =>
      (await world.db.query<{ due_on: string }>("SELECT due_on FROM steps WHERE reference = $1 AND state = 'open'", [one])).rows.map(
        ({ due_on: on }) => on,
      );
    const before = await due();
    const more = await ask({ kind: 'extend', of: 'ticked', deployment: one, weeks: '2', because });
    assert.match((await cora.get(more)).text, /is due on Thursday 3 January 2041 instead of 20 December 2040/);
    assert.match(
      (await cora.get((await cora.post(`${more}/confirm`, { line: '1' })).location)).text,
      /1 of 1 deployment is given more time/,
    );
    const after = await due();
    assert.ok((after[0] ?? '') > (before[0] ?? ''), `${after.join()} after ${before.join()}`);
    const less = await ask({ kind: 'end-extension', of: 'job', job: idOf(more), because: 'Not agreed.' });
    await cora.post(`${less}/confirm`, { line: '1' });
    assert.deepEqual(await due(), before);
  });

  it('sends a reminder once, hands over to another coordinator, ends, and reopens', async () => {
    const silent = await silentSchool(world, '2040-10-18 12:00');
    const chase = await ask({ kind: 'chase-now', of: 'ticked', deployment: silent });
    assert.match((await cora.get((await cora.post(`${chase}/confirm`, { line: '1' })).location)).text, /1 of 1 deployment is reminded/);
    await world.postIsDone();
    const again = await ask({ kind: 'chase-now', of: 'ticked', deployment: silent });
    assert.match((await cora.get(again)).text, /It is possible in none of the 1/);

    const end = await ask({ kind: 'withdraw', of: 'ticked', deployment: third, end: 'withdrawn', withdrawnBy: 'school', because });
    await cora.post(`${end}/confirm`, { line: '1' });
    const status = async () =>
      (await world.db.query<{ status: string }>('SELECT status FROM deployments WHERE reference = $1', [third])).rows[0]?.status;
    assert.equal(await status(), 'withdrawn');
    const reopen = await ask({ kind: 'reopen', of: 'job', job: idOf(end), because: 'It goes on.' });
    await cora.post(`${reopen}/confirm`, { line: '1' });
    assert.equal(await status(), 'running');

    const hand = await ask({ kind: 'change-person', of: 'ticked', deployment: third, to: 'otto@delivery.example', because: 'A new area.' });
    await cora.post(`${hand}/confirm`, { line: '1' });
    const { rows } = await world.db.query(
      "SELECT FROM deployment_parties WHERE reference = $1 AND role = 'rdp' AND person = 'otto' AND until IS NULL",
      [third],
    );
    assert.equal(rows.length, 1);
  });

  it('waits while nothing makes changes, says so, and is carried out once when that is back, though a service died in the middle', async () => {
    const elsewhere = await deskOf(world.db, away, 'coordinator');
    const job = await ask({ ...PAUSE, of: 'ticked', deployment: `${one}\n${other}` }, elsewhere);
    await elsewhere.post(`${job}/confirm`, { line: '1\n2' });
    const waiting = (await elsewhere.get(job)).text;
    assert.match(waiting, /0 of 2 done/);
    assert.match(waiting, /The part of Chaser that makes changes does not reply/);
    assert.deepEqual(await stops(), []);

    // A service claims a line, makes the change, and dies before it records that.
    const [line] = await claimLines(world.db, { most: 1, leaseSeconds: 60, job: idOf(job), carriesOut: true });
    assert.ok(line);
    const [kept] = line.commands as readonly KeptCommand[];
    assert.ok(kept);
    const made = await changeDeployment(desk, line.target, await commandFrom(world.db, kept), `many/${line.job}/${line.number}/0`);
    assert.ok(made.ok);
    await workMany(desk, { job: idOf(job), forMs: 10_000 });
    assert.equal((await listLines(world.db, idOf(job))).filter(({ state }) => state === 'waiting').length, 1);
    await world.db.query("UPDATE many_lines SET claimed_until = clock_timestamp() - interval '1 second' WHERE job = $1 AND number = $2", [
      line.job,
      line.number,
    ]);
    await workMany(desk, { forMs: 10_000 });
    assert.deepEqual(
      (await listLines(world.db, idOf(job))).map(({ state }) => state),
      ['done', 'done'],
    );
    assert.deepEqual(await stops(), [one, other].toSorted());
    assert.equal(await events(line.target, 'clock-stopped'), ((await events(line.target, 'clock-resumed')) ?? 0) + 1);
  });

  it('of hundreds is looked at between requests, and what is cancelled is never carried out', async () => {
    await insertSchool(world.db, '990950', 'Long List School', { authority: '990', region: 'North West' });
    const many = Array.from({ length: 60 }, (_, at) => `L${String(at).padStart(5, '0')}`);
    for (const reference of many)
      await placeDeployment(world.db, reference, { urn: '990950', open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(2) }] });
    const id = crypto.randomUUID();
    const began = Date.now();
    const job = await ask({ kind: 'withdraw', of: 'all', q: '990950', end: 'withdrawn', withdrawnBy: 'school', because, onceAs: id });
    assert.ok(Date.now() - began < 6_000, `the request took ${Date.now() - began} ms`);
    await workMany(desk, { job: id, forMs: 60_000 });
    const check = (await cora.get(job)).text;
    assert.match(check, /Possible in 60 of 60/);
    const elsewhere = await deskOf(world.db, away, 'coordinator');
    await elsewhere.post(`${job}/confirm`, { line: linesOf(check).join('\n') });
    const { location } = await cora.post(`${job}/cancel`, {});
    assert.match((await cora.get(location)).text, /It is cancelled\. What was done before stays: 0 deployments are ended\./);
    await workMany(desk, { forMs: 5_000 });
    const { rows } = await world.db.query("SELECT FROM deployments WHERE reference LIKE 'L%' AND status <> 'running'");
    assert.equal(rows.length, 0);
  });

  it('is nobody else’s to see, confirm or cancel, and reaches only the places of whoever asks', async () => {
    const job = await ask({ kind: 'chase-now', of: 'ticked', deployment: one });
    const rosa = await deskOf(world.db, app, 'region');
    assert.equal((await rosa.get(job)).status, 404);
    assert.equal((await rosa.post(`${job}/cancel`, {})).status, 404);
    assert.equal((await rosa.post(`${job}/confirm`, { line: '1' })).status, 404);
    const otto = await deskOf(world.db, app, 'otto');
    assert.match(
      (await otto.get(`/many/new?kind=chase-now&of=ticked&deployment=${one}`)).text,
      /No deployment was chosen that you may change/,
    );
    assert.match((await cora.get('/many')).text, /Pause deployments/);
    assert.doesNotMatch((await rosa.get('/many')).text, /Pause deployments/);
  });
});
