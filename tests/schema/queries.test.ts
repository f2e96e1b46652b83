import assert from 'node:assert/strict';
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { typedQueries } from './queries-in-source.ts';
import type { Kinds } from './queries-in-source.ts';

/**
 * A real PostgreSQL with the real schema prepares each `db.query<Row>(…)` of the product. The columns that the query
 * would return are compared with those that `Row` promises: their names, and the kind of value that the driver makes of
 * each.
 */
type Column = { readonly name: string; readonly dataTypeID: number };

/**
 * The kind of value that the driver makes of each PostgreSQL type. Every other type becomes an object, a list or a
 * buffer.
 */
const KIND_OF_OID: Readonly<Record<number, 'string' | 'number' | 'boolean'>> = {
  16: 'boolean',
  18: 'string',
  19: 'string',
  20: 'string',
  21: 'number',
  23: 'number',
  25: 'string',
  26: 'number',
  700: 'number',
  701: 'number',
  1042: 'string',
  1043: 'string',
  1082: 'string',
  1184: 'string',
  1700: 'string',
  2950: 'string',
};
const JSON_OIDS = new Set([114, 3802]);

/** Queries whose text is built when they run, each with the test that covers it instead. */
const PUT_TOGETHER: Readonly<Record<string, string>> = {
  // Works on a temporary table with the columns of a file: tests/register/import.test.ts.
  'register/merge-schools.ts': 'tests/register/import.test.ts',
};

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.end();
});

/** The columns that a query would return, as the server describes them. The query is not run. */
function describeQuery(sql: string): Promise<readonly Column[]> {
  return new Promise((resolve, reject) => {
    let columns: readonly Column[] = [];
    const asked = {
      submit(connection: { parse(what: object, more: boolean): void; describe(what: object, more: boolean): void; sync(): void }) {
        connection.parse({ text: sql, name: '', types: [] }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
      },
      handleRowDescription: (message: { fields: readonly Column[] }) => void (columns = message.fields),
      // To the client, an error ends the request.
      handleError: reject,
      handleReadyForQuery: () => resolve(columns),
    };
    client.query(asked as unknown as pg.Submittable);
  });
}

function mismatchesOf(columns: readonly Column[], promised: ReadonlyMap<string, Kinds>): readonly string[] {
  const answered = new Set(columns.map(({ name }) => name));
  return [
    ...[...promised.keys()].filter((name) => !answered.has(name)).map((name) => `"${name}" is promised and not answered`),
    ...columns.flatMap(({ name, dataTypeID }) => {
      const kinds = promised.get(name);
      if (kinds === undefined) return [`"${name}" is answered and not promised`];
      // The content of JSON is known only at run time.
      if (JSON_OIDS.has(dataTypeID)) return [];
      const kind = KIND_OF_OID[dataTypeID] ?? 'other';
      return kinds.has(kind)
        ? []
        : [`"${name}" is ${kind} in PostgreSQL (type ${dataTypeID}), and ${[...kinds].join(' or ')} in TypeScript`];
    }),
  ];
}

describe('the types of queries', () => {
  const queries = typedQueries();

  it('are checked for nearly all queries', () => {
    const checked = queries.filter((query) => 'sql' in query && query.columns !== null);
    assert.ok(checked.length >= 90, `${checked.length} of ${queries.length}`);
  });

  for (const query of queries) {
    const at = `${query.file}:${query.line}`;
    if ('notStatic' in query || PUT_TOGETHER[query.file] !== undefined) {
      it(`of ${at} are static, or the query is listed with the test that covers it`, () => {
        const why = 'notStatic' in query ? query.notStatic : 'its text';
        assert.ok(PUT_TOGETHER[query.file] !== undefined, `${why} is known only when the query runs`);
      });
      continue;
    }
    it(`of ${at} match the schema`, async () => {
      const columns = await describeQuery(query.sql);
      assert.notEqual(query.columns, null, 'The type cannot be followed to its properties.');
      assert.deepEqual(mismatchesOf(columns, query.columns ?? new Map()), []);
    });
  }

  it('do not pass when a column was renamed in the query, the type or the schema, or has another kind of value', async () => {
    const promised = new Map<string, Kinds>([
      ['reference', new Set(['string'] as const)],
      ['sequence', new Set(['number'] as const)],
    ]);
    const mismatches = async (sql: string) => mismatchesOf(await describeQuery(sql), promised);
    assert.deepEqual(await mismatches('SELECT reference, sequence FROM events'), []);
    assert.deepEqual(await mismatches('SELECT reference, sequence AS number FROM events'), [
      '"sequence" is promised and not answered',
      '"number" is answered and not promised',
    ]);
    assert.equal((await mismatches('SELECT reference, sequence::text FROM events')).length, 1);
    await assert.rejects(describeQuery('SELECT reference, seqence FROM events'), /column "seqence" does not exist/);
  });
});
