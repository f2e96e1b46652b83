import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programmeOnOffer, programmesOnOffer, publishProgramme } from '../../desk/programmes-on-offer.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import { readPinnedProgramme } from '../../postgres/pinned/pinned.ts';
import { registerProgrammesRoutes } from '../../web/programmes/routes.ts';
import { registerReachRoutes } from '../../web/programmes/reach-routes.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { registerCompareRoutes } from '../../web/rehearse/compare-routes.ts';
import { registerRehearseRoutes } from '../../web/rehearse/routes.ts';
import { tsiProgramme } from '../support/programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

const small = (version: number, title = 'A small offer'): string =>
  SMALL_PROGRAMME.replace('version: 1', `version: ${version}`).replace('title: A small offer', `title: ${title}`);

function read(text: string): Programme {
  const { programme, findings } = readProgramme(text, 'small.yaml');
  return programme ?? assert.fail(JSON.stringify(findings));
}

describe('publishing a programme', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  it('adds a programme to those that come with Chaser', async () => {
    assert.ok((await programmesOnOffer(world.db)).some(({ id }) => id === 'tsi-2022-23'));
    assert.equal((await programmeOnOffer(world.db, 'small')).ok, false);
    const published = await publishProgramme(world.db, read(small(1)), 'coordinator');
    assert.ok(published.ok);
    const onOffer = await programmeOnOffer(world.db, 'small');
    assert.ok(onOffer.ok);
    assert.equal(onOffer.value.version, 1);
    assert.ok((await programmesOnOffer(world.db)).some(({ id }) => id === 'small'));
  });

  it('accepts the same version again, and refuses it with other content, or an older version', async () => {
    assert.ok((await publishProgramme(world.db, read(small(1)), 'coordinator')).ok);
    const other = await publishProgramme(world.db, read(small(1, 'Another offer')), 'coordinator');
    assert.ok(!other.ok);
    assert.deepEqual([other.reason.kind, other.reason.remedy], ['version-taken', 'Give it version 2.']);
    assert.ok((await publishProgramme(world.db, read(small(3)), 'coordinator')).ok);
    const older = await publishProgramme(world.db, read(small(2)), 'coordinator');
    assert.ok(!older.ok);
    assert.deepEqual([older.reason.kind, older.reason.remedy], ['version-too-old', 'Give it version 4.']);
    assert.deepEqual(
      (await listVersions(world.db, 'small')).map(({ version, publishedBy }) => [version, publishedBy]),
      [
        [3, 'Cora Coordinator'],
        [1, 'Cora Coordinator'],
      ],
    );
  });

  it('refuses a programme that names an unknown calendar to stand in', async () => {
    const published = await publishProgramme(world.db, { ...read(small(9)), assumedTermCalendars: ['leeds', 'nowhere'] }, 'coordinator');
    assert.ok(!published.ok);
    assert.equal(published.reason.kind, 'unknown-calendar');
    assert.match(published.reason.message, /"nowhere"/);
    assert.equal((await listVersions(world.db, 'small'))[0]?.version, 3);
  });

  it('leaves running deployments on the version with which they began', async () => {
    const first = tsiProgramme();
    const reference = await world.begin('2040-10-08 09:30', { programme: first });
    const second: Programme = { ...first, version: first.version + 1, title: 'The next offer' };
    assert.ok((await publishProgramme(world.db, second, 'coordinator')).ok);
    assert.equal((await readPinnedProgramme(world.db, reference)).version, first.version);
    const onOffer = await programmeOnOffer(world.db, first.id);
    assert.ok(onOffer.ok);
    assert.equal(onOffer.value.title, 'The next offer');
    assert.deepEqual(
      (await listVersions(world.db, first.id)).map(({ version, running }) => [version, running]),
      [
        [first.version + 1, 0],
        [first.version, 1],
      ],
    );
  });

  it('works from the page of the rehearsal, and says what is wrong when it is refused', async () => {
    const app = await staffApp(
      servicesOf(world.db),
      { ...ADMINISTRATOR, person: 'coordinator' },
      registerRehearseRoutes,
      registerProgrammesRoutes,
      registerReachRoutes,
    );
    const post = (url: string, text: string, more: Record<string, string> = {}) =>
      app.inject({ method: 'POST', url, payload: { text, ...more, csrf: 'a-csrf-token' } });
    const rehearsed = await post('/rehearse', small(4));
    assert.match(rehearsed.body, /action="\/programmes\/publish\/check"/);
    const checked = await post('/programmes/publish/check', small(4, 'A small offer, mended'));
    assert.match(checked.body, /New deployments in all regions begin with version 4 instead of version 3\./);
    assert.match(checked.body, /A small offer<\/td>\s*<td[^>]*>A small offer, mended<\/td>/);
    assert.match(checked.body, /Publish version 4/);
    assert.equal((await listVersions(world.db, 'small'))[0]?.version, 3, 'looking publishes nothing');
    const unseen = await post('/programmes/publish', small(4));
    assert.equal(unseen.statusCode, 409);
    assert.match(unseen.body, /Look at what differs, then publish it/);
    const unsaid = await post('/programmes/publish', small(4), { after: '3' });
    assert.equal(unsaid.statusCode, 400);
    assert.match(unsaid.body, /Select where new deployments begin with it[\s\S]*Enter why, in a sentence/);
    const done = await post('/programmes/publish', small(4), { after: '3', where: 'all', because: 'The guidance of May.' });
    assert.deepEqual([done.statusCode, done.headers.location], [303, '/programmes/small?version=4&published=4']);
    const told = await app.inject({ method: 'GET', url: '/programmes/small?published=4' });
    assert.match(told.body, /Success[\s\S]*Version 4 is published\. New deployments begin with it/);
    assert.doesNotMatch((await app.inject({ method: 'GET', url: '/programmes/small?published=3' })).body, /is published\. New/);
    const page = await app.inject({ method: 'GET', url: '/programmes/small/versions' });
    assert.match(
      page.body.replaceAll(/\s+/g, ' '),
      /Version 4<\/a>.*New deployments begin with it in all regions\. No deployment runs with it\..*by Cora Coordinator.*Version 4: Published in all regions.*Why: The guidance of May\./,
    );
    const taken = await post('/programmes/publish', small(4, 'Another offer'));
    assert.equal(taken.statusCode, 422);
    assert.match(taken.body, /was published before with other content/);
    const faulty = await post('/programmes/publish', small(5).replace('begins: find-helper', 'begins: nothing'));
    assert.equal(faulty.statusCode, 422);
    assert.equal((await listVersions(world.db, 'small'))[0]?.version, 4);
    await app.close();
  });

  it('offers no button for a version that would be refused, and says why where it was rehearsed', async () => {
    const app = await staffApp(servicesOf(world.db), { ...ADMINISTRATOR, person: 'coordinator' }, registerRehearseRoutes);
    const rehearsed = async (text: string) => (await app.inject({ method: 'POST', url: '/rehearse', payload: { text } })).body;
    const button = /action="\/programmes\/publish/;
    const taken = await rehearsed(small(4, 'Another offer'));
    assert.doesNotMatch(taken, button);
    assert.match(taken, /cannot be published as it is\. Version 4 of small was published before with other content.* Give it version 5\./);
    const older = await rehearsed(small(2));
    assert.doesNotMatch(older, button);
    assert.match(older, /Version 4 of small is on offer already, and this is version 2\. Give it version 5\./);
    const same = await rehearsed(small(4));
    assert.doesNotMatch(same, button);
    assert.match(same, /Version 4 is in Chaser already, with the same content/);
    const nowhere = await rehearsed(small(5).replace('dailyCap: 5', 'dailyCap: 5\nassumedTermCalendars: [lancashire]'));
    assert.match(nowhere, button);
    await app.close();
  });

  it('refuses to publish over a version that somebody else published after the differences were shown', async () => {
    const app = await staffApp(servicesOf(world.db), { ...ADMINISTRATOR, person: 'coordinator' }, registerRehearseRoutes);
    assert.ok((await publishProgramme(world.db, read(small(5)), 'coordinator')).ok);
    const late = await app.inject({ method: 'POST', url: '/programmes/publish', payload: { text: small(6), after: '4' } });
    assert.equal(late.statusCode, 409);
    assert.match(late.body, /Something else was published meanwhile/);
    assert.match(late.body, /name="after" value="5"/);
    assert.equal((await listVersions(world.db, 'small'))[0]?.version, 5);
    await app.close();
  });

  it('compares the version before with the newest unless told, the one that comes with Chaser too', async () => {
    const app = await staffApp(servicesOf(world.db), ADMINISTRATOR, registerCompareRoutes);
    const chosen = async (id: string) =>
      [...(await app.inject(`/programmes/${id}/compare`)).body.matchAll(/<option value="([^"]*)" selected>/g)]
        .slice(0, 2)
        .map(([, one]) => one);
    assert.deepEqual(await chosen('small'), ['4', 'file']);
    const shipped = loadProgramme('tsi-2021-22');
    assert.ok(shipped.ok);
    assert.deepEqual(await chosen('tsi-2021-22'), ['file', 'file'], 'there is one version only');
    assert.ok((await publishProgramme(world.db, { ...shipped.value, version: 900, title: 'A later one' }, 'coordinator')).ok);
    assert.deepEqual(await chosen('tsi-2021-22'), [String(shipped.value.version), 'file']);
    assert.match((await app.inject('/programmes/tsi-2021-22/compare')).body, /as it came with Chaser[\s\S]*A later one/);
    await app.close();
  });
});
