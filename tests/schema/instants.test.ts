import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { inTransaction } from '../../postgres/database.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

const WRITTEN = [
  ['2022-11-25 08:00:00+00', '2022-11-25T08:00:00.000Z'],
  ['2022-06-30 23:30:00+01', '2022-06-30T22:30:00.000Z'],
  ['2022-11-25 08:00:00.5+00', '2022-11-25T08:00:00.500Z'],
  ['2022-11-25 08:00:00.07+00', '2022-11-25T08:00:00.070Z'],
  ['2022-11-25 08:00:00.123+00', '2022-11-25T08:00:00.123Z'],
  ['2022-11-25 23:59:59.999999+00', '2022-11-25T23:59:59.999Z'],
  ['0999-01-01 00:00:00+00', '0999-01-01T00:00:00.000Z'],
  ['12022-11-25 08:00:00+00', '+012022-11-25T08:00:00.000Z'],
] as const;

describe('an instant of PostgreSQL', () => {
  it('comes in UTC, to the millisecond before', async () => {
    for (const [text, iso] of WRITTEN) {
      const { rows } = await database.pool.query<{ at: string }>('SELECT $1::timestamptz AS at', [text]);
      assert.equal(rows[0]?.at, iso, text);
    }
  });

  it('is the same instant where a connection writes it in another zone', async () => {
    await inTransaction(database.pool, async (db) => {
      for (const zone of ['Europe/London', 'Asia/Kolkata', 'America/New_York']) {
        await db.query(`SET LOCAL TIME ZONE '${zone}'`);
        for (const [text, iso] of WRITTEN) {
          // The one before the hours of zones were counted in whole minutes.
          if (text.startsWith('0999')) continue;
          const { rows } = await db.query<{ at: string }>('SELECT $1::timestamptz AS at', [text]);
          assert.equal(rows[0]?.at, iso, `${text} in ${zone}`);
        }
      }
    });
  });
});
