import pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from './database.ts';

/**
 * Two roles in PostgreSQL. The owner runs the migrations, and so owns the tables and the triggers that guard them. The
 * application, which worker, pages and commands connect as, reads and writes rows. It cannot change or empty what is
 * append-only, nor switch off what guards it.
 */

export type RoleRefusal = Reason & { readonly kind: 'no-such-role' };

/** Every table of the schema, and whether a trigger keeps it from being emptied: such a table is append-only. */
const TABLES = `
  SELECT c.oid::regclass::text AS name,
         EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 32 <> 0) AS guarded
  FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`;

/** One at a time: two that grant side by side would hinder each other. */
const GRANTING = 7_301_132;

const INVALID_PASSWORD = '28P01';

/** Whether two addresses of PostgreSQL name different roles. */
export function namesAnotherRole(ownerUrl: string, applicationUrl: string): boolean {
  return roleOf(ownerUrl).name !== roleOf(applicationUrl).name;
}

/**
 * Gives the application's role what it needs on every table that there is now, and takes away anything more. Run it after
 * each migration. Makes the role where there is none, and gives it the password of its address when it has another; an owner
 * who may not leaves both to somebody who may. Refused when the role is missing and cannot be made.
 */
export async function letApplicationIn(ownerUrl: string, applicationUrl: string): Promise<Result<null, RoleRefusal>> {
  const role = roleOf(applicationUrl);
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [GRANTING]);
    const there = await exists(client, role.name);
    const may = role.password !== '' && (await mayMakeRoles(client));
    if (!there && !may) return refused(noSuchRole(role.name));
    if (may && (!there || (await isWrongPassword(applicationUrl)))) {
      const says = `LOGIN PASSWORD ${client.escapeLiteral(role.password)}`;
      await client.query(`${there ? 'ALTER' : 'CREATE'} ROLE ${client.escapeIdentifier(role.name)} ${says}`);
    }
    await grant(client, client.escapeIdentifier(role.name));
    await client.query('COMMIT');
    return ok(null);
  } finally {
    // What was not committed ends with the connection.
    await client.end();
  }
}

async function grant(client: pg.Client, to: string): Promise<void> {
  const { rows: places } = await client.query<{ schema: string; database: string }>(
    'SELECT quote_ident(current_schema()) AS schema, quote_ident(current_database()) AS database',
  );
  const { rows: tables } = await client.query<{ name: string; guarded: boolean }>(TABLES);
  for (const { schema, database } of places) {
    await client.query(`REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC, ${to}`);
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${to}`);
    // An import of the register works on a temporary table.
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${to}`);
    await client.query(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${to}`);
    await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${to}`);
  }
  for (const { name, guarded } of tables) {
    const rights = name === 'migrations' ? 'SELECT' : guarded ? 'SELECT, INSERT' : 'SELECT, INSERT, UPDATE, DELETE';
    await client.query(`GRANT ${rights} ON ${name} TO ${to}`);
  }
}

/**
 * Whether whoever is connected may alter what guards the append-only tables, or switch it off: as a superuser, as the
 * owner or a member of it, or because more was granted than the application needs.
 */
export async function mayAlterGuards(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ may: boolean }>(
    `SELECT coalesce(bool_or(r.rolsuper OR pg_has_role(current_user, c.relowner, 'MEMBER')
                             OR has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')), false) AS may
     FROM pg_roles r, pg_class c
     WHERE r.rolname = current_user AND c.relnamespace = current_schema()::regnamespace
       AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 32 <> 0)`,
  );
  return rows[0]?.may === true;
}

async function exists(db: Db, name: string): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  return rowCount === 1;
}

/** Whether the server knows another password for the role. Any other trouble is for whoever connects next to tell. */
async function isWrongPassword(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return false;
  } catch (error) {
    return error instanceof pg.DatabaseError && error.code === INVALID_PASSWORD;
  } finally {
    await client.end();
  }
}

async function mayMakeRoles(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ may: boolean }>('SELECT rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user');
  return rows[0]?.may === true;
}

function noSuchRole(name: string): RoleRefusal {
  return {
    kind: 'no-such-role',
    message: `PostgreSQL has no role ${name}, which DATABASE_URL names, and the owner cannot make it.`,
    remedy: `Make it, as somebody who may: CREATE ROLE ${name} LOGIN PASSWORD '…'. Then run chaser migrate again.`,
  };
}

function roleOf(url: string): { readonly name: string; readonly password: string } {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}
