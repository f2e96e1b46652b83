import type { Command } from 'commander';
import { quieterLine, setQuieter } from '../desk/quieter.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { dateAndTime } from '../domain/time/time-words.ts';
import { quieterIn } from '../postgres/views/quieter.ts';
import { mustFindDeployment, mustFindPerson } from './must-find.ts';
import { Fault, print, usage } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

/** `chaser post quieter`: who has stopped the e-mails of a deployment that they may do without; stops them, or has them begin again. */
export function quieterCommand(post: Command, opened: Opened): void {
  post
    .command('quieter')
    .description(
      'Who has stopped e-mails for information and reminders of optional steps, until the end of the term; stop them for somebody.',
    )
    .argument('<reference>', 'the deployment', asReference)
    .option('--stop <person>', 'stop them for this person: contact id or e-mail')
    .option('--restart <person>', 'send them to this person again')
    .option('--by <person>', 'who decides it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Requests, reminders of what must be answered, and notices go on.

Examples:
  chaser post quieter D00001
  chaser post quieter D00001 --stop head@hillcrest.example --by c.mills@delivery.example
  chaser post quieter D00001 --restart head@hillcrest.example --by c.mills@delivery.example`,
    )
    .action((reference: string, options: { stop?: string; restart?: string; by?: string; json?: true }) =>
      opened.withDatabase(async (db) => {
        await mustFindDeployment(db, reference);
        const given = options.stop ?? options.restart;
        if (given === undefined) {
          const choices = await quieterIn(db, reference);
          print(options.json === true, choices, () =>
            choices.length === 0
              ? 'Nobody has stopped e-mails of this deployment.'
              : choices.map((choice) => `${dateAndTime(choice.at)}: ${quieterLine(choice)}`).join('\n'),
          );
          return;
        }
        if (options.stop !== undefined && options.restart !== undefined)
          throw usage('--stop and --restart are given together.', 'Give one of them.');
        if (options.by === undefined) throw usage('Nobody is said to decide it.', 'Say who with --by.');
        const [person, by] = [await mustFindPerson(db, given), await mustFindPerson(db, options.by)];
        const set = await setQuieter(db, { reference, person, by, via: 'command-line', stop: options.stop !== undefined });
        if (!set.ok) throw new Fault(set.reason);
        const { until } = set.value;
        print(options.json === true, set.value, () =>
          until === null
            ? `${person} gets all e-mails about ${reference} again.`
            : `${person} gets no e-mails for information and no reminders of optional steps about ${reference} until ${longDateWithWeekday(until)}.`,
        );
      }),
    );
}
