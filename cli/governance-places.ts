import { Command } from 'commander';
import { leftWords } from '../domain/matching/governance-places.ts';
import { listGovernancePlaces } from '../postgres/views/governance-places.ts';
import { print, table } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser governance-places`: the places for National Leaders of Governance of each region. */
export function governancePlacesCommand(opened: Opened): Command {
  return new Command('governance-places')
    .description('List the places for National Leaders of Governance by programme and region: how many there are, used and left.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
An administrator enters how many there are on the page /governance-places.`,
    )
    .action(({ json }: { readonly json?: true }) =>
      opened.withDatabase(async (db) => {
        const lines = await listGovernancePlaces(db);
        const rows = lines.map((line) => [
          line.programme,
          line.region === '' ? 'not known' : line.region,
          line.places === null ? 'not known' : String(line.places),
          String(line.used),
          leftWords(line).text,
        ]);
        print(json === true, lines, () =>
          rows.length === 0
            ? 'Nobody has entered how many places there are, and none is used.'
            : table(['Programme', 'Region', 'Places', 'Used', 'Left'], rows),
        );
      }),
    );
}
