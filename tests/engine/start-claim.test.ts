import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, test } from 'vitest';
import { claimStart, giveUpStart } from '../../postgres/pinned/start-lock.ts';
import { freshDatabase } from '../support/database.ts';

const SCHOOL = { kind: 'school', urn: '990001' } as const;
const OTHER = { kind: 'school', urn: '990002' } as const;

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => void (database = await freshDatabase()));
afterAll(() => database.end());
beforeEach(() => database.pool.query('TRUNCATE starting; ALTER SEQUENCE deployment_numbers RESTART'));

test('when many claim one start at once, one gets it, all are told its reference, and no number is wasted', async () => {
  const schools = Array.from({ length: 20 }, (_, at) => String(990001 + at));
  for (const [at, urn] of schools.entries()) {
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimStart(database.pool, { kind: 'school', urn }, 'tsi-2022-23')));
    assert.deepEqual(
      claims.map((claim) => claim?.reference),
      claims.map(() => `D${String(at + 1).padStart(5, '0')}`),
    );
    assert.equal(claims.filter((claim) => claim?.ours).length, 1);
  }
});

test('a claim that is given up at once goes to those who lost the race for it, and none of them is refused', async () => {
  const press = async () => {
    const claim = await claimStart(database.pool, SCHOOL, 'tsi-2022-23');
    if (claim?.ours === true) await giveUpStart(database.pool, claim);
    return claim;
  };
  for (let round = 0; round < 25; round++) {
    const claims = await Promise.all(Array.from({ length: 6 }, press));
    assert.ok(claims.every((claim) => claim !== undefined));
  }
});

test('whoever comes second is given the claim of the first, and a claim made anew is another', async () => {
  const first = await claimStart(database.pool, SCHOOL, 'tsi-2022-23', 'GM-1');
  assert.ok(first);
  assert.deepEqual(await claimStart(database.pool, SCHOOL, 'tsi-2022-23', 'GM-2'), { ...first, ours: false });
  await giveUpStart(database.pool, first);
  const anew = await claimStart(database.pool, SCHOOL, 'tsi-2022-23', 'GM-1');
  assert.equal(anew?.ours, true);
  assert.notEqual(anew.id, first.id);
  // What is left of the first start gives up its own claim only.
  await giveUpStart(database.pool, first);
  assert.deepEqual(await claimStart(database.pool, SCHOOL, 'tsi-2022-23'), { ...anew, ours: false });
});

test('a reference is not given to a second school while the first is being started under it', async () => {
  const claim = await claimStart(database.pool, SCHOOL, 'tsi-2022-23', 'GM-1');
  assert.deepEqual([claim?.reference, claim?.ours], ['GM-1', true]);
  assert.equal(await claimStart(database.pool, OTHER, 'tsi-2022-23', 'GM-1'), undefined);
});
