import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { workMany } from '../../desk/work-many.ts';
import type { ManyDesk } from '../../desk/work-many.ts';
import { PAGES } from '../../web/app.ts';
import { manyDeskOf } from '../../web/many/many-desk.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

const day = (field: string, d: number) => ({ [`${field}-day`]: `${d}`, [`${field}-month`]: '10', [`${field}-year`]: '2040' });
const because = 'An election period.';

describe('the pages about e-mails', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  let alma: Desk;
  let desk: ManyDesk;
  let one = '';
  let own = '';
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    desk = manyDeskOf(services);
    app = await guardedApp(services, ...PAGES);
    [cora, alma] = [await deskOf(world.db, app, 'coordinator'), await deskOf(world.db, app, 'alma')];
    one = await world.begin('2040-10-08 09:30');
    own = await world.begin('2040-10-08 09:30');
    await insertSchool(world.db, '990802', 'Elsewhere School', { authority: '801', region: 'London' });
    await placeDeployment(world.db, 'D00900', { urn: '990802', open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }] });
    await world.postIsDone();
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  const banner = (text: string) => /id="on-hold-title"[\s\S]*?<\/div> <\/div>/.exec(text)?.[0].replaceAll(/<[^>]+>/g, ' ') ?? '';
  const stops = async () => {
    const { rows } = await world.db.query<{ reference: string }>('SELECT reference FROM clock_stops WHERE resumed_on IS NULL ORDER BY 1');
    return rows.map(({ reference }) => reference);
  };

  it('a coordinator holds and releases the e-mails of her deployment, and of nothing else', async () => {
    const form = await cora.get(`/post/hold?deployment=${one}`);
    assert.equal(form.status, 200);
    for (const [sent, says] of [
      [{}, /Enter the reason/],
      [{ because, 'until-day': '1', 'until-month': '1', 'until-year': '2020' }, /The day must be after today/],
      [{ because, 'until-day': '31', 'until-month': '2', 'until-year': '2041' }, /must be a real date/],
    ] as const) {
      const refused = await cora.post('/post/hold', { deployment: one, ...sent });
      assert.equal(refused.status, 400);
      assert.match(refused.text, says);
    }
    for (const url of ['/post/hold', '/post/hold?deployment=D00900', '/post/hold?deployment=D99999']) {
      assert.equal((await cora.get(url)).status, 404, url);
    }
    for (const sent of [{ what: 'service:' }, { what: 'region:London' }, { deployment: 'D00900' }]) {
      assert.equal((await cora.post('/post/hold', { because, ...sent })).status, 404, JSON.stringify(sent));
    }
    const { location } = await cora.post('/post/hold', { deployment: one, because });
    assert.match((await cora.get(location)).text, /The e-mails are on hold\. None leaves from now on\./);
    assert.match(banner((await cora.get(`/deployments/${one}`)).text), /E-mails of deployment .* are on hold until somebody releases them/);
    assert.equal(banner((await cora.get(`/deployments/${own}`)).text), '');
    assert.equal(banner((await cora.get('/deployments')).text), '');
    assert.match((await cora.post('/post/hold', { deployment: one, because })).text, /are on hold already/);

    const hold = location.split('?')[0] ?? '';
    await world.answer(one, 'contact-school', 'contacted');
    await world.forwardTo(one, '2040-10-09 12:00');
    const waiting = await cora.get(hold);
    assert.match(waiting.text, /Request about “[^”]+”, to Harry Head/);
    assert.match(waiting.text, /Goes at once/);
    assert.match(waiting.text, /Please/, 'the words of the letter are missing');
    assert.equal((await cora.post(`${hold}/release`, {})).status, 400);
    const released = await cora.post(`${hold}/release`, { because: 'It is over.' });
    assert.match((await cora.get(released.location)).text, /The e-mails are released\./);
    assert.equal((await cora.post(`${hold}/release`, { because: 'Twice.' })).status, 409);
    await world.postIsDone();
    const { rows } = await world.db.query("SELECT FROM messages WHERE reference = $1 AND state = 'accepted' AND person = 'head'", [one]);
    assert.ok(rows.length > 0, 'nothing left after the release');
    assert.match((await cora.get('/post')).text, /Released on .* by Cora Coordinator: It is over\./);
  });

  it('a hold of the service is told on every page, and somebody of another region hears nothing of the region’s', async () => {
    const { location } = await alma.post('/post/hold', { what: 'service:', because });
    for (const url of ['/', '/deployments', `/deployments/${one}`, '/post', '/post/tomorrow', '/programmes']) {
      assert.match(banner((await cora.get(url)).text), /E-mails of the whole service are on hold/, url);
    }
    const hold = location.split('?')[0] ?? '';
    assert.equal((await cora.post(`${hold}/release`, { because: 'I may not.' })).status, 404);
    await alma.post(`${hold}/release`, { because: 'It is over.' });
    const london = await alma.post('/post/hold', { what: 'region:London', because });
    assert.equal(banner((await cora.get('/')).text), '');
    assert.match(banner((await alma.get('/')).text), /region London/);
    await alma.post(`${london.location.split('?')[0]}/release`, { because: 'It is over.' });
  });

  it('shows what goes out next, to those who look after it, with its words and how many each person gets', async () => {
    const page = await cora.get(`/post/tomorrow?deployment=${one}`);
    assert.match(page.text, /e-mails go out\./);
    assert.match(page.text, /to Harry Head/);
    assert.match(page.text, /How many each person gets/);
    assert.equal((await cora.get('/post/tomorrow?deployment=D00900')).status, 404);
    const all = await alma.get('/post/tomorrow?days=7');
    assert.match(all.text, /D00900/);
    assert.doesNotMatch((await cora.get('/post/tomorrow?days=7')).text, /D00900/);
    assert.doesNotMatch((await alma.get('/post/tomorrow?days=7&region=North+West')).text, /D00900/);
    assert.match((await alma.get('/post/tomorrow?days=7&to=nobody-is-called-this')).text, /Nothing goes out\./);
  });

  it('a whole programme is paused with what starts meanwhile, and only what it paused goes on afterwards', async () => {
    // No workflow stands behind this one.
    await world.db.query("UPDATE deployments SET status = 'completed' WHERE reference = 'D00900'");
    const before = await changeDeployment({ db: world.db, client: world.client }, own, {
      kind: 'stop-clock',
      scope: null,
      category: 'illness',
      from: '2040-10-08',
      expectedEnd: '2040-10-22',
      by: 'coordinator',
      because: 'The head is ill.',
    });
    assert.ok(before.ok, before.ok ? '' : before.reason.message);
    assert.equal((await cora.get('/post/pause')).status, 403);
    assert.match((await alma.post('/post/pause', {})).text, /Select which programme you want to pause/);
    const pause = { programme: 'tsi-2022-23', category: 'other', ...day('from', 8), ...day('expectedEnd', 22), because };
    const asked = await alma.post('/post/pause', pause);
    assert.equal(asked.status, 303, asked.text);
    const job = asked.location.split('/').at(-1) ?? '';
    const preview = await alma.get(asked.location);
    assert.match(preview.text, new RegExp(`${own}[\\s\\S]*It has been paused since`));
    assert.deepEqual(await stops(), [own], 'it was paused before it was confirmed');
    const line = /name="line" value="(\d+)"/.exec(preview.text)?.[1] ?? assert.fail(preview.text);
    await alma.post(`${asked.location}/confirm`, { line });
    await workMany(desk, { forMs: 10_000 });
    assert.deepEqual(await stops(), [one, own].toSorted());
    assert.match((await alma.post('/post/pause', pause)).text, /This programme is paused already/);

    const started = await world.begin('2040-10-09 09:30');
    await world.forwardTo(started, '2040-10-09 12:00');
    const sent = async () =>
      (await world.db.query("SELECT FROM messages WHERE reference = $1 AND state = 'accepted' AND kind <> 'news'", [started])).rowCount;
    assert.equal(await sent(), 0, 'somebody was asked while the programme is paused');
    await workMany(desk, { forMs: 10_000 });
    await workMany(desk, { forMs: 10_000 });
    assert.deepEqual(await stops(), [one, own, started].toSorted(), 'what started meanwhile is not paused');
    const listed = await alma.get(`/post/pauses/${job}`);
    assert.match(listed.text, new RegExp(`Paused by it \\(2\\)[\\s\\S]*${started}`));
    assert.match(listed.text, new RegExp(`Not paused by it \\(1\\)[\\s\\S]*${own}`));

    assert.equal((await alma.post(`/post/pauses/${job}/end`, {})).status, 400);
    const ending = await alma.post(`/post/pauses/${job}/end`, { from: 'undo', ...day('on', 9), because: 'It is over.' });
    assert.equal(ending.status, 303, ending.text);
    const lines = [...(await alma.get(ending.location)).text.matchAll(/name="line" value="(\d+)"/g)].map(([, number = '']) => number);
    assert.equal(lines.length, 2);
    await confirmAll(ending.location, lines);
    await workMany(desk, { forMs: 10_000 });
    assert.deepEqual(await stops(), [own], 'a pause of its own was ended too, or one that it made lasts');
    assert.match((await alma.get('/post')).text, /Ended, or being ended\./);
    await world.forwardTo(started, '2040-10-10 12:00');
    await world.postIsDone();
    assert.ok(((await sent()) ?? 0) > 0, 'what was kept back was not sent when the pause ended');
  });

  /** A form with the same name several times. */
  async function confirmAll(job: string, lines: readonly string[]): Promise<void> {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await alma.get(job)).text)?.[1] ?? '';
    const form = new URLSearchParams({ csrf });
    for (const number of lines) form.append('line', number);
    const payload = form.toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { statusCode } = await app.inject({ method: 'POST', url: `${job}/confirm`, cookies: alma.cookies, headers, payload });
    assert.equal(statusCode, 303);
  }
});
