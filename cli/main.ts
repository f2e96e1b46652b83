#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { answerCommand } from './answer.ts';
import { calendarCommand } from './calendar.ts';
import { changeCommand } from './change.ts';
import { doctorCommand } from './doctor.ts';
import { dueCommand } from './due.ts';
import { escalationCommand } from './escalation.ts';
import { forwardCommand } from './forward.ts';
import { importCommand } from './import.ts';
import { migrateCommand } from './migrate.ts';
import { opened } from './open.ts';
import { EXIT, Fault } from './output.ts';
import { postCommand } from './post.ts';
import { programmeCommand } from './programme.ts';
import { rehearseCommand } from './rehearse.ts';
import { sampleCommand } from './sample.ts';
import { sessionsCommand } from './sessions.ts';
import { startCommand } from './start.ts';
import { explainCommand, listCommand, messagesCommand, statusCommand } from './status.ts';
import { workCommand } from './work.ts';

const open = opened(process.env);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

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
  .showHelpAfterError('(add --help for the ways to use it)')
  .addCommand(importCommand(open))
  .addCommand(startCommand(open))
  .addCommand(answerCommand(open))
  .addCommand(listCommand(open))
  .addCommand(statusCommand(open))
  .addCommand(explainCommand(open))
  .addCommand(messagesCommand(open))
  .addCommand(calendarCommand(open))
  .addCommand(changeCommand(open))
  .addCommand(escalationCommand(open))
  .addCommand(workCommand(open))
  .addCommand(sessionsCommand(open))
  .addCommand(dueCommand())
  .addCommand(programmeCommand(open))
  .addCommand(rehearseCommand(open))
  .addCommand(postCommand(open))
  .addCommand(doctorCommand(open))
  .addCommand(forwardCommand(open))
  .addCommand(migrateCommand())
  .addCommand(sampleCommand(open));

for (const command of [chaser, ...chaser.commands, ...chaser.commands.flatMap(({ commands }) => commands)]) command.exitOverride();

try {
  await chaser.parseAsync();
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'));
}

/** Prints a fault as what, where and how to mend it. Anything else is a bug and keeps its stack. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Fault) {
    const { kind, message, remedy } = error;
    process.stderr.write(json ? `${JSON.stringify({ error: { kind, message, remedy } })}\n` : `${message}\n${remedy}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.failed;
}
