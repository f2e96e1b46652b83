import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { publishProgramme } from '../../desk/programmes-on-offer.ts';
import type { Programme } from '../../domain/programme.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { chaserHere } from '../kit/chaser-here.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaser-rehearse-published-'));
const PLACE = ['--start', '2022-11-14', '--authority', '888'];
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await insertPeople(database.pool);
  await publish(small(1));
  await publish({ ...small(3), title: 'A small offer, mended' });
  await publish({ ...shipped(), version: 900, title: 'The offer of another year' });
});
afterAll(async () => {
  await database.end();
  rmSync(folder, { recursive: true });
});

function small(version: number): Programme {
  const { programme, findings } = readProgramme(SMALL_PROGRAMME.replace('version: 1', `version: ${version}`), 'small.yaml');
  return programme ?? assert.fail(JSON.stringify(findings));
}

function shipped(id = 'tsi-2022-23'): Programme {
  const loaded = loadProgramme(id);
  assert.ok(loaded.ok);
  return loaded.value;
}

async function publish(programme: Programme): Promise<void> {
  const published = await publishProgramme(database.pool, programme, 'coordinator');
  assert.ok(published.ok, published.ok ? '' : published.reason.message);
}

const rehearse = (...words: string[]) => run('rehearse', ...words);
const show = (...words: string[]) => run('programme', 'show', ...words);

function run(...words: string[]) {
  return chaserHere(words, { cwd: folder, env: { DATABASE_URL: database.url } });
}

describe('chaser rehearse with a database', () => {
  it('plays the newest published version of a programme that does not come with Chaser', async () => {
    const { status, stdout, stderr } = await rehearse('small', ...PLACE);
    assert.match(stdout, /^A small offer, mended \(small, version 3\)\n/);
    assert.match(stderr, /^Version 3 of small is played: the newest on offer, published by Cora Coordinator on \d+ \w+ \d{4}\.\n$/);
    assert.equal(status, 0);
  });

  it('plays the published version of a programme that also comes with Chaser in an older version', async () => {
    const { stdout, stderr } = await rehearse('tsi-2022-23', ...PLACE);
    assert.match(stdout, /^The offer of another year \(tsi-2022-23, version 900\)\n/);
    assert.match(stderr, /^Version 900 of tsi-2022-23 is played: the newest on offer, published by/);
  });

  it('plays the version that comes with Chaser where nothing was published, and says so', async () => {
    const { stderr } = await rehearse('tsi-2021-22', '--start', '2022-01-10', '--authority', '888');
    assert.match(stderr, /^Version \d+ of tsi-2021-22 is played: the newest on offer, which comes with Chaser\.\n$/);
  });

  it('plays the version that is named, published or shipped', async () => {
    const first = await rehearse('small', ...PLACE, '--version', '1');
    assert.match(first.stdout, /^A small offer \(small, version 1\)\n/);
    assert.match(first.stderr, /^Version 1 of small is played: as it was asked for, published by Cora Coordinator/);
    const { version } = shipped();
    const older = await rehearse('tsi-2022-23', ...PLACE, '--version', String(version));
    assert.match(older.stdout, new RegExp(`\\(tsi-2022-23, version ${version}\\)\\n`));
    assert.match(older.stderr, /as it was asked for, which comes with Chaser\./);
  });

  it('lists the versions that exist when an unknown one is named', async () => {
    const { status, stderr } = await rehearse('small', '--version', '2');
    assert.deepEqual([status, stderr], [2, 'There is no version 2 of small.\nGive one of: 1, 3.\n']);
  });

  it('lists the programmes on offer when an unknown one is named', async () => {
    for (const more of [[], ['--version', '1']]) {
      const { status, stderr } = await rehearse('smal', ...more);
      assert.deepEqual([status, stderr], [2, 'There is no programme "smal".\nDid you mean "small"?\n']);
    }
  });

  it('plays a file as it is, whatever was published', async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME);
    const { stdout, stderr } = await rehearse('./small.yaml', ...PLACE);
    assert.match(stdout, /^A small offer \(small, version 1\)\n/);
    assert.equal(stderr, '');
  });
});

describe('chaser programme show where a database is at hand', () => {
  it('shows the published version with which new deployments begin, and says who published it', async () => {
    const { status, stdout, stderr } = await show('tsi-2022-23');
    assert.match(stdout, /^The offer of another year \(tsi-2022-23, version 900\)\n/);
    assert.match(stderr, /^Version 900 of tsi-2022-23 is shown: the newest on offer, published by Cora Coordinator on \d+ \w+ \d{4}\.\n$/);
    assert.equal(status, 0);
  });

  it('shows one that does not come with Chaser, in the version that is named', async () => {
    assert.match((await show('small')).stdout, /^A small offer, mended \(small, version 3\)\n/);
    const first = await show('small', '--version', '1', '--json');
    assert.equal((JSON.parse(first.stdout) as Programme).version, 1);
    assert.match(first.stderr, /^Version 1 of small is shown: as it was asked for, published by/);
  });

  it('says that one which nobody published comes with Chaser', async () => {
    assert.match(
      (await show('tsi-2021-22')).stderr,
      /^Version \d+ of tsi-2021-22 is shown: the newest on offer, which comes with Chaser\.\n$/,
    );
  });

  it('names the versions that there are, and the programmes', async () => {
    assert.equal((await show('small', '--version', '2')).stderr, 'There is no version 2 of small.\nGive one of: 1, 3.\n');
    assert.match((await show('small', '--version', 'two')).stderr, /^--version cannot be "two"\.\nGive a number/);
    assert.match((await show('smal')).stderr, /Did you mean "small"\?/);
  });
});
