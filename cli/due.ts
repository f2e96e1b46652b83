import { Command } from 'commander';
import { loadCalendarBook } from '../calendars/calendar-book.ts';
import { answerBatch } from './due-batch.ts';
import { ASSUMES_AS, OWNERS, dueDates } from '../desk/due-question.ts';
import { mustLoadProgramme } from './load.ts';
import { Fault, usage } from './output.ts';

type Options = {
  readonly from?: string;
  readonly allow?: string;
  readonly authority?: string;
  readonly owner?: string;
  readonly batch?: true;
  readonly json?: true;
};

/** `chaser due`: due dates with their explanation, one or a million. It needs neither the database nor the engine. */
export function dueCommand(): Command {
  return new Command('due')
    .description('Work out a due date and explain it, or as many as you like.')
    .option('--from <date>', 'day zero, which is never counted: 2022-11-25')
    .option('--allow <time>', 'the time allowed: "3 working days", "4 weeks", "end of term"')
    .option('--authority <code>', 'the local authority whose terms count: its code (888), or lancashire')
    .option(
      '--owner <role>',
      `whose step it is: ${Object.keys(OWNERS).join(', ')}; weeks and calendar days of a school move on to a school day`,
    )
    .option('--batch', 'read questions from standard input, one JSON object a line, and answer each with a line')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const answer = dueDates(loadCalendarBook(), mustLoadProgramme(ASSUMES_AS).assumedTermCalendars);
      if (options.batch) {
        refuseAlone(options);
        await answerBatch(answer, process.stdin, process.stdout);
        return;
      }
      const { from, allow, authority, owner } = options;
      if (from === undefined || allow === undefined) {
        const missing = [from === undefined ? '--from' : '', allow === undefined ? '--allow' : ''].filter((option) => option !== '');
        throw usage(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`, EXAMPLE);
      }
      const answered = answer({ from, allow, authority, owner });
      if (!answered.ok) throw new Fault(answered.reason);
      process.stdout.write(`${options.json ? JSON.stringify(answered.value) : answered.value.explanation.join('\n')}\n`);
    });
}

const HELP = `
Times: "n working days", "n school days", "n calendar days", "n weeks", "end of term", "end of following term",
"end of next whole term".
Without --authority, or for one whose terms are not known, others stand in, and the explanation says "assumed".

Examples:
  chaser due --from 2022-11-25 --allow "3 working days"
  chaser due --from 2022-10-10 --allow "end of following term" --authority 888 --json
  chaser due --from 2022-12-05 --allow "2 weeks" --owner school --authority lancashire
  chaser due --batch < questions.ndjson > answers.ndjson

A line of a batch, and its answer (the id may be any JSON):
  {"id": 1, "from": "2022-11-25", "allow": "3 working days", "authority": "888", "owner": "school"}
  {"id":1,"due":"2022-11-30","explanation":["Day zero is Friday 25 November 2022. It is not counted.", …]}
A line that cannot be answered gets {"id":…,"error":{"kind","message","remedy","line"}}, and the batch goes on.

Exit codes: 0 answered, 1 refused (a value is not understood, or beyond the dates that are known), 2 wrong use.`;

function refuseAlone({ from, allow, authority, owner }: Options): void {
  for (const [name, value] of Object.entries({ from, allow, authority, owner })) {
    if (value !== undefined) throw usage(`--${name} cannot be given with --batch: each line has its own.`, EXAMPLE);
  }
}

const EXAMPLE = 'For example: chaser due --from 2022-11-25 --allow "3 working days"';
