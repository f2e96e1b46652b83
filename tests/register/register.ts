import assert from 'node:assert/strict';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { importPeople } from '../../register/import-people.ts';
import type { ImportReport, PeopleReport } from '../../register/import-report.ts';
import { importSchools } from '../../register/import-schools.ts';
import { csvOf, testFiles } from '../kit/files.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

export type Cells = Readonly<Record<string, string>>;

/** A register that is empty at the start of each test of a file, and the ways to fill it. */
export type Register = {
  readonly pool: pg.Pool;
  readonly files: Pick<ReturnType<typeof testFiles>, 'write'>;
  schools(...rows: readonly Cells[]): Promise<ImportReport>;
  people(...rows: readonly Cells[]): Promise<PeopleReport>;
  rowsOf(statement: string): Promise<readonly Cells[]>;
};

const COLUMNS = {
  id: '',
  name: '',
  email: '',
  telephone: '',
  role: '',
  region: '',
  area: '',
  area_name: '',
  authorities: '',
  urn: '',
  trust: '',
  authority: '',
  diocese: '',
};

/** As the owner may, with the triggers off that keep what is append-only: only tests ever do. */
const EMPTY = `
  SET session_replication_role = replica;
  TRUNCATE schools, trusts, local_authorities, people, person_roles, areas, area_authorities, deployments, programmes CASCADE;
  RESET session_replication_role`;

export function registerForTests(): Register {
  const files = testFiles();
  let database: TestDatabase | undefined;
  const pool = (): pg.Pool => {
    assert.ok(database, 'The register is there while tests run.');
    return database.pool;
  };
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(async () => {
    await database?.end();
    files.remove();
  });
  beforeEach(async () => {
    await pool().query(EMPTY);
  });
  return {
    get pool() {
      return pool();
    },
    files,
    async schools(...rows) {
      const imported = await importSchools(pool(), files.write(csvOf(rows)));
      assert.ok(imported.ok, imported.ok ? '' : imported.reason.message);
      return imported.value;
    },
    async people(...rows) {
      const imported = await importPeople(pool(), files.write(csvOf(rows.map((row) => ({ ...COLUMNS, ...row })))));
      assert.ok(imported.ok, imported.ok ? '' : imported.reason.message);
      return imported.value;
    },
    rowsOf: async (statement) => (await pool().query<Cells>(statement)).rows,
  };
}

/** The result of an import, without its findings. */
export function counts({ read, inserted, updated, unchanged, rejected, findingCount }: ImportReport) {
  return { read, inserted, updated, unchanged, rejected, findingCount };
}

export const NONE = { read: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0, findingCount: 0 };

export const MILLS = {
  id: 'c-mills',
  name: 'Carys Mills',
  email: 'c.mills@delivery.example',
  role: 'rdp',
  region: 'North West',
  area: 'fells',
  area_name: 'The Fells',
  authorities: '888;909',
} as const;
export const HEAD = { id: 'head', name: 'Joan Tarleton', email: 'head@hillcrest.example', role: 'school', urn: '990001' } as const;
