import type { Command } from 'commander';
import { decline, readSecondPerson, SECOND_PERSON_IS } from '../desk/second-person.ts';
import type { SecondPerson } from '../desk/second-person.ts';
import { rowNumber } from '../domain/row-number.ts';
import { listOpenProposals } from '../postgres/pinned/proposals.ts';
import type { ProposalKind } from '../postgres/pinned/proposals.ts';
import { mustFindPerson } from './must-find.ts';
import type { Opened } from './open.ts';
import { Fault, print, table, usage } from './output.ts';

/** What needs a second person, as SECOND_PERSON says; a fault when it says nothing that is known. */
export function secondPerson(): SecondPerson {
  const read = readSecondPerson(process.env['SECOND_PERSON']?.trim() || 'no');
  if (read !== null) return read;
  throw usage(`SECOND_PERSON ${SECOND_PERSON_IS}.`, 'Correct it, and try again.');
}

/**
 * Adds the commands of the second person to `chaser programme` or `chaser calendar`: `proposals`, `approve` and `decline`.
 * `approve` carries out what was proposed and prints what came of it.
 */
export function addProposalCommands(
  parent: Command,
  opened: Opened,
  kinds: readonly ProposalKind[],
  approve: (number: number, by: string, json: boolean) => Promise<void>,
): void {
  const name = `chaser ${parent.name()}`;

  parent
    .command('proposals')
    .description('What is waiting for a second person (SECOND_PERSON), the oldest first.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  ${name} proposals`)
    .action((options: { json?: boolean }) =>
      opened.withDatabase(async (db) => {
        const open = (await listOpenProposals(db, kinds)).map(({ number, kind, title, byName, proposedAt }) => ({
          number,
          kind,
          title,
          proposedBy: byName,
          proposedAt,
        }));
        print(options.json === true, open, () =>
          open.length === 0
            ? 'Nothing is waiting for a second person.'
            : table(
                ['Number', 'What', 'Proposed by'],
                open.map((one) => [String(one.number), one.title, one.proposedBy]),
              ),
        );
      }),
    );

  parent
    .command('approve')
    .description('Carry out what somebody else proposed.')
    .argument('<number>', 'the number of the proposal')
    .requiredOption('--by <person>', 'who approves it, not whoever proposed it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  ${name} approve 3 --by ada.admin@delivery.example\n\nExit code: 0 done, 1 refused.`)
    .action((number: string, options: { by: string; json?: boolean }) =>
      approve(numberOf(number, name), options.by, options.json === true),
    );

  parent
    .command('decline')
    .description('Turn down what was proposed, or take back what one proposed oneself.')
    .argument('<number>', 'the number of the proposal')
    .requiredOption('--because <words>', 'why')
    .requiredOption('--by <person>', 'who declines it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nExample:\n  ${name} decline 3 --because "It is not complete." --by ada.admin@delivery.example\n\nExit code: 0 declined, 1 refused.`,
    )
    .action((number: string, options: { by: string; because: string; json?: boolean }) =>
      opened.withDatabase(async (db) => {
        const by = await mustFindPerson(db, options.by);
        const declined = await decline(db, numberOf(number, name), kinds, { by, because: options.because });
        if (!declined.ok) throw new Fault(declined.reason);
        const { title } = declined.value;
        print(options.json === true, { number: declined.value.number, title }, () => `Declined: ${title}. Nothing was changed.`);
      }),
    );
}

function numberOf(text: string, name: string): number {
  const number = rowNumber(text);
  if (number !== null) return number;
  const message = `A proposal has a number, and "${text.slice(0, 40)}" is none.`;
  throw usage(message, `See them with: ${name} proposals`);
}
