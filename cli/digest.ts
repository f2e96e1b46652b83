import { Command } from 'commander';
import { digestWords } from '../letters/digest-words.ts';
import { preferencesOf } from '../postgres/desk/staff-preferences.ts';
import { readDigest } from '../postgres/views/digest.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser digest`: the summary of the week that coordinators, leads and regional teams get. */
export function digestCommand(opened: Opened): Command {
  const digest = new Command('digest').description('The summary of the week that coordinators, leads and regional teams get by e-mail.');
  digest
    .command('preview')
    .description('What somebody’s summary would say now. Nothing is sent.')
    .argument('<person>', 'contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser digest preview c.mills@delivery.example')
    .action((given: string, options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const person = await mustFindPerson(db, given);
        const facts = await readDigest(db, person);
        if (facts === undefined) {
          throw new Fault({
            kind: 'no-digest',
            message: `${person} gets no summary: it goes to coordinators, leads and regional teams.`,
            remedy: 'Name somebody who holds one of these roles today.',
          });
        }
        const words = digestWords(facts);
        const { digest: wanted } = await preferencesOf(db, person);
        print(options.json === true, { wanted, summary: words }, () =>
          [
            ...(wanted ? [] : [`${person} has chosen to get no summary.`, '']),
            ...(words === null
              ? ['There is nothing to say, so it would be left out.']
              : [
                  words.subject,
                  ...words.sections.flatMap(({ heading, lines, more }) => [
                    '',
                    heading,
                    ...lines.map(({ reference, subject, text }) => `  ${reference} ${subject}: ${text}`),
                    ...(more === null ? [] : [`  ${more}`]),
                  ]),
                ]),
          ].join('\n'),
        );
      }),
    );
  return digest;
}
