import { Command } from 'commander';
import { letApplicationIn, namesAnotherRole } from '../postgres/application-role.ts';
import { migrate } from '../postgres/migrate.ts';
import { toldOfDatabase } from './open.ts';
import { EXIT, Fault, print } from './output.ts';

/**
 * `chaser migrate`: brings the database of DATABASE_OWNER_URL, or else DATABASE_URL, up to date. Where both are named, the
 * role of DATABASE_URL is given what worker, pages and commands need, and no more. Several at once wait for each other.
 */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database up to date.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
DATABASE_OWNER_URL names the owner of the tables, who changes them; DATABASE_URL the role that reads and writes rows. Where
only DATABASE_URL is set, one role does both.

Example:
  DATABASE_OWNER_URL=postgres://chaser@localhost/chaser DATABASE_URL=postgres://chaser_app@localhost/chaser chaser migrate`,
    )
    .action(async (options: { json?: true }) => {
      const application = process.env['DATABASE_URL'] || undefined;
      const owner = process.env['DATABASE_OWNER_URL'] || application;
      if (owner === undefined) {
        throw new Fault(
          {
            kind: 'usage',
            message: 'DATABASE_URL is not set.',
            remedy: 'Name the database, for example postgres://chaser@localhost/chaser.',
          },
          EXIT.usage,
        );
      }
      try {
        const ran = await migrate(owner);
        const separate = application !== undefined && namesAnotherRole(owner, application);
        if (separate) await admit(owner, application);
        print(options.json === true, { ran, separateRoles: separate }, () => 'The database is up to date.');
      } catch (error) {
        throw toldOfDatabase(error);
      }
    });
}

async function admit(owner: string, application: string): Promise<void> {
  const admitted = await letApplicationIn(owner, application);
  if (!admitted.ok) throw new Fault(admitted.reason, EXIT.failed);
}
