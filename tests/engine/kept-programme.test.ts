import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import type { Programme } from '../../domain/programme.ts';
import { keepProgramme } from '../../postgres/pinned/pinned.ts';
import { insertVersion, readVersions } from '../../postgres/pinned/programme-versions.ts';
import { freshDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => void (database = await freshDatabase()));
afterAll(() => database.end());

const PROGRAMME = tsiProgramme();
const BY = { by: 'p-policy', approvedBy: null, regions: null, because: null, content: null };
const turnedRound: Programme = { ...PROGRAMME, roles: Object.fromEntries(Object.entries(PROGRAMME.roles).toReversed()) };

test('a kept programme names its roles, steps and ends in the order in which they were written', async () => {
  assert.ok(await insertVersion(database.pool, PROGRAMME, BY));
  const [kept] = await readVersions(database.pool, [PROGRAMME]);
  for (const part of ['roles', 'steps', 'ends'] as const) {
    assert.deepEqual(Object.keys(kept?.[part] ?? {}), Object.keys(PROGRAMME[part]));
  }
});

test('the same programme with its roles in another order is accepted, and a different one is refused', async () => {
  assert.ok(await keepProgramme(database.pool, turnedRound));
  assert.ok(await insertVersion(database.pool, turnedRound, BY));
  const other = { ...PROGRAMME, title: 'Another offer' };
  assert.equal(await keepProgramme(database.pool, other), false);
  assert.equal(await insertVersion(database.pool, other, BY), false);
});
