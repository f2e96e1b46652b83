import { Command } from 'commander';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { listConfirmations } from '../desk/confirm-profiles.ts';
import type { LeaderConfirmation } from '../desk/confirm-profiles.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate, parsePlainDate } from '../domain/time/plain-date.ts';
import { exampleDay } from './example-day.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser leaders`: who has confirmed their profile for the term, and who is asked on a day. */
export function leadersCommand(opened: Opened): Command {
  return new Command('leaders')
    .description('Show which system leaders have confirmed their profiles for the term, and who is asked on a day.')
    .option('--on <date>', 'a day other than today')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Nothing is sent. The web service asks on the first school day of each term, and reminds once, ten school days later.

Examples:
  chaser leaders
  chaser leaders --on ${exampleDay(30)}`,
    )
    .action((options: { on?: string; json?: true }) =>
      opened.withDatabase(async (db) => {
        const today = options.on === undefined ? londonDate(nowMs()) : parsePlainDate(options.on);
        if (today === undefined) {
          throw new Fault({
            kind: 'bad-date',
            message: `"${options.on}" is not a date.`,
            remedy: 'Write it as year-month-day, for example 2022-11-25.',
          });
        }
        const leaders = await listConfirmations(db, today);
        print(
          options.json === true,
          leaders.map(({ leader: { id, name }, due, leftOut, confirmed }) => ({
            id,
            name,
            term: due?.term ?? null,
            confirmed,
            sends: due?.sends ?? null,
            leftOut,
          })),
          () => (leaders.length === 0 ? 'No system leader has a profile yet.' : describe(today, leaders)),
        );
      }),
    );
}

function describe(today: Parameters<typeof longDate>[0], leaders: readonly LeaderConfirmation[]): string {
  return `${longDate(today)}\n\n${table(
    ['Contact id', 'Name', 'Confirmed', 'On this day'],
    leaders.map((one) => [one.leader.id, one.leader.name, confirmedWords(one), sentWords(one)]),
  )}`;
}

function confirmedWords({ due, confirmed }: LeaderConfirmation): string {
  if (confirmed === null || due === null) return 'not asked';
  return `${confirmed ? 'yes' : 'no'}, for ${due.term}`;
}

function sentWords({ due, leftOut }: LeaderConfirmation): string {
  if (leftOut !== null) return `left out: ${leftOut}`;
  if (due?.sends === 'ask') return 'is asked';
  return due?.sends === 'reminder' ? 'is reminded' : 'nothing is sent';
}
