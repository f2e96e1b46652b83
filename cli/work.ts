import { exampleDay } from './example-day.ts';
import { Command } from 'commander';
import type { OneDone } from '../desk/change-many.ts';
import { moveWork, nameDeputyEverywhere } from '../desk/person-work.ts';
import type { Reason, Result } from '../domain/result.ts';
import { workOfPerson } from '../postgres/views/person-work.ts';
import { mustFindPerson } from './must-find.ts';
import { EXIT, Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';

const EVERYTHING = { sql: 'true', values: [] } as const;
const EXIT_CODES = '\nExit codes: 0 done everywhere, 1 refused somewhere (it says where and why), 2 wrong use.';

/** `chaser work`: all that one person has in running deployments, moved to somebody else by one command, or lent to a deputy. */
export function workCommand(opened: Opened): Command {
  const work = new Command('work').description('See, move or lend all of one person’s work.');

  work
    .command('of')
    .description('Everything that one person has in running deployments.')
    .argument('<person>', 'contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser work of c.mills@delivery.example')
    .action((given: string, options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const rows = await workOfPerson(db, await mustFindPerson(db, given), EVERYTHING);
        print(options.json === true, rows, () =>
          rows.length === 0
            ? 'Nothing: they take part in no running deployment.'
            : table(
                ['Deployment', 'School or trust', 'Role', 'Open', 'Late', 'Paused', 'Calls', 'Escalations'],
                rows.map(({ reference, subjectName, role, openSteps, lateSteps, stoppedSteps, calls, escalations }) => [
                  reference,
                  subjectName,
                  role,
                  ...[openSteps, lateSteps, stoppedSteps, calls, escalations].map(String),
                ]),
              ),
        );
      }),
    );

  work
    .command('move')
    .description('Move all of it to somebody else. Open steps are asked of them again, and the previous person’s links stop working.')
    .argument('<person>', 'who leaves: contact id or e-mail')
    .requiredOption('--to <person>', 'who takes over')
    .option('--role <role>', 'only where they hold this role')
    .requiredOption('--because <text>', 'why; it is kept in the record and is in the e-mails')
    .requiredOption('--by <person>', 'who decided it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nExample:\n  chaser work move c.mills@delivery.example --to s.cole@delivery.example --because "A new area." --by ada.admin@delivery.example\n${EXIT_CODES}`,
    )
    .action((given: string, options: { to: string; role?: string; because: string; by: string; json?: true }) =>
      opened.withDesk(async (desk) => {
        const done = await moveWork(desk, {
          person: await mustFindPerson(desk.db, given),
          to: await mustFindPerson(desk.db, options.to),
          by: await mustFindPerson(desk.db, options.by),
          because: options.because,
          inScope: EVERYTHING,
          ...(options.role === undefined ? {} : { role: options.role }),
        });
        report(done, options.json === true);
      }),
    );

  work
    .command('deputy')
    .description('On certain days somebody else has their letters, in every running deployment, and can answer for them.')
    .argument('<person>', 'who is away: contact id or e-mail')
    .requiredOption('--deputy <person>', 'who stands in')
    .requiredOption('--from <date>', 'the first day, YYYY-MM-DD')
    .requiredOption('--until <date>', 'the last day, YYYY-MM-DD')
    .requiredOption('--because <text>', 'why')
    .requiredOption('--by <person>', 'who decided it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nExample:\n  chaser work deputy c.mills@delivery.example --deputy s.cole@delivery.example --from ${exampleDay(7)} --until ${exampleDay(18)} --because Leave --by c.mills@delivery.example\n${EXIT_CODES}`,
    )
    .action((given: string, options: { deputy: string; from: string; until: string; because: string; by: string; json?: true }) =>
      opened.withDesk(async (desk) => {
        const done = await nameDeputyEverywhere(desk, {
          person: await mustFindPerson(desk.db, given),
          to: await mustFindPerson(desk.db, options.deputy),
          by: await mustFindPerson(desk.db, options.by),
          from: options.from,
          until: options.until,
          because: options.because,
          inScope: EVERYTHING,
        });
        report(done, options.json === true);
      }),
    );
  return work;
}

function report(done: Result<readonly OneDone[], Reason>, json: boolean): void {
  if (!done.ok) throw new Fault(done.reason);
  const refused = done.value.filter(({ refusal }) => refusal !== null);
  print(json, done.value, () =>
    [
      `Done in ${done.value.length - refused.length} of ${done.value.length}.`,
      ...refused.map(({ reference, refusal }) => `  ${reference}: ${refusal?.message} ${refusal?.remedy}`),
    ].join('\n'),
  );
  if (refused.length > 0) process.exitCode = EXIT.refused;
}
