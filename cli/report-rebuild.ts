import { Command } from 'commander';
import { rebuildCounted } from '../postgres/views/rebuild.ts';
import { print } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser report rebuild`: compares what reports are counted from with the record of every deployment, and writes anew what says something else. */
export function rebuildCommand(opened: Opened): Command {
  return new Command('rebuild')
    .description('Compare what reports are counted from with the record, and write anew what differs.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Needed only after somebody changed or restored the table logged_lives or ended_rounds by hand: chaser doctor says so. 500 deployments are compared at a time, and
what happens to them meanwhile waits for a moment.

Examples:
  chaser report rebuild`,
    )
    .action((options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const { compared, rebuilt } = await rebuildCounted(db);
        print(options.json === true, { compared, rebuilt }, () =>
          rebuilt.length === 0
            ? `Nothing differs: ${compared} compared.`
            : `Written anew: ${rebuilt.length} of ${compared} compared. ${rebuilt.join(', ')}`,
        );
      }),
    );
}
