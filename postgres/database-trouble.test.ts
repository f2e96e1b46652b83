import assert from 'node:assert/strict';
import { test } from 'vitest';
import { databaseTroubleOf } from './database-trouble.ts';

const coded = (code: string) => databaseTroubleOf(Object.assign(new Error('It went wrong.'), { code }))?.kind;

test('trouble with a database that is down, busy or read-only is told from a mistake in a query', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006']) assert.equal(coded(code), 'database-away', code);
  for (const code of ['55P03', '57014', '53300', '40P01']) assert.equal(coded(code), 'database-busy', code);
  assert.equal(coded('25006'), 'database-read-only');
  for (const code of ['23505', '42703', '22021', '']) assert.equal(coded(code), undefined, code);
  assert.equal(databaseTroubleOf('25006'), null);
});
