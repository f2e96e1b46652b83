import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programmeOnOffer, programmesOnOffer, publishProgramme } from '../../desk/programmes-on-offer.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import { readPinnedProgramme } from '../../postgres/pinned/pinned.ts';
import { registerProgrammesRoutes } from '../../web/programmes/routes.ts';
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
    );
    const post = (url: string, text: string) => app.inject({ method: 'POST', url, payload: { text, csrf: 'a-csrf-token' } });
    const rehearsed = await post('/rehearse', small(4));
    assert.match(rehearsed.body, /Publish version 4/);
    const done = await post('/programmes/publish', small(4));
    assert.deepEqual([done.statusCode, done.headers.location], [303, '/programmes/small']);
    const page = await app.inject({ method: 'GET', url: '/programmes/small' });
    assert.match(
      page.body.replaceAll(/\s+/g, ' '),
      /Version 4 \(new deployments begin with it\): since .*, published by Cora Coordinator\. No deployment runs with it\./,
    );
    const taken = await post('/programmes/publish', small(4, 'Another offer'));
    assert.equal(taken.statusCode, 422);
    assert.match(taken.body, /was published before with other content/);
    const faulty = await post('/programmes/publish', small(5).replace('begins: find-helper', 'begins: nothing'));
    assert.equal(faulty.statusCode, 422);
    assert.equal((await listVersions(world.db, 'small'))[0]?.version, 4);
    await app.close();
  });
});
