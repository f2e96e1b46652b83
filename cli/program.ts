import { readFileSync } from 'node:fs';
import { answerCommand } from './answer.ts';
import { calendarCommand } from './calendar.ts';
import { changeCommand } from './change.ts';
import { doctorCommand } from './doctor.ts';
import { dueCommand } from './due.ts';
import { eligibleCommand } from './eligible.ts';
import { escalationCommand } from './escalation.ts';
import { forecastCommand } from './forecast.ts';
import { forwardCommand } from './forward.ts';
import { governancePlacesCommand } from './governance-places.ts';
import { importCommand } from './import.ts';
import { leadersCommand } from './leaders.ts';
import { matchCommand } from './match.ts';
import { migrateCommand } from './migrate.ts';
import { noteCommand } from './note.ts';
import { peopleCommand } from './people.ts';
import { postCommand } from './post.ts';
import { programmeCommand } from './programme.ts';
import { rehearseCommand } from './rehearse.ts';
import { reportCommand } from './report.ts';
import { sampleCommand } from './sample.ts';
import { sandboxCommand } from './sandbox.ts';
import { sessionsCommand } from './sessions.ts';
import { startCommand } from './start.ts';
import { listCommand } from './list.ts';
import { explainCommand, messagesCommand, statusCommand } from './status.ts';
import { workCommand } from './work.ts';
import { Command } from 'commander';
import { completionCommand } from './completion.ts';
import type { Opened } from './open.ts';
import { tellAllMissing } from './tell-missing.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The whole command line: `chaser` with every command, each of which throws instead of ending the process. */
export function createChaser(open: Opened): Command {
  const chaser = new Command('chaser')
    .description('Keeps school-improvement deployments on time.')
    .version(version, '--version', 'print the version of Chaser')
    // A command's own --version stays its own: chaser rehearse ID --version 2.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use, 3 something does not work.
Commands talk to the Chaser that npm start runs in this folder, or to the one that DATABASE_URL and TEMPORAL_ADDRESS name.`,
    )
    .addCommand(importCommand(open))
    .addCommand(eligibleCommand(open))
    .addCommand(startCommand(open))
    .addCommand(answerCommand(open))
    .addCommand(listCommand(open))
    .addCommand(statusCommand(open))
    .addCommand(explainCommand(open))
    .addCommand(messagesCommand(open))
    .addCommand(calendarCommand(open))
    .addCommand(matchCommand(open))
    .addCommand(leadersCommand(open))
    .addCommand(governancePlacesCommand(open))
    .addCommand(changeCommand(open))
    .addCommand(escalationCommand(open))
    .addCommand(reportCommand(open))
    .addCommand(forecastCommand(open))
    .addCommand(noteCommand(open))
    .addCommand(workCommand(open))
    .addCommand(peopleCommand(open))
    .addCommand(sessionsCommand(open))
    .addCommand(dueCommand())
    .addCommand(programmeCommand(open))
    .addCommand(rehearseCommand(open))
    .addCommand(postCommand(open))
    .addCommand(doctorCommand(open))
    .addCommand(sandboxCommand(open))
    .addCommand(forwardCommand(open))
    .addCommand(migrateCommand())
    .addCommand(sampleCommand(open))
    .addCommand(completionCommand(() => chaser));
  for (const command of everyCommand(chaser)) {
    command.exitOverride().showHelpAfterError('(add --help for the ways to use it)');
    tellAllMissing(command);
  }
  return chaser;
}

/** A command with all that stand below it. */
function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
