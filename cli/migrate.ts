import { Command } from 'commander';
import { migrate } from '../postgres/migrate.ts';
import { toldOfDatabase } from './open.ts';
import { EXIT, Fault, print } from './output.ts';

/** `chaser migrate`: brings the database of DATABASE_URL up to date. Several at once wait for each other. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database up to date.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://chaser@localhost/chaser chaser migrate')
    .action(async (options: { json?: true }) => {
      const url = process.env['DATABASE_URL'];
      if (!url) {
        throw new Fault(
          {
            kind: 'usage',
            message: 'DATABASE_URL is not set.',
            remedy: 'Name the database, for example postgres://chaser@localhost/chaser.',
          },
          EXIT.usage,
        );
      }
      const ran = await migrate(url).catch((error: unknown) => {
        throw toldOfDatabase(error);
      });
      print(options.json === true, { ran }, () => 'The database is up to date.');
    });
}
