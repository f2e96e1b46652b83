import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { completionCommand } from './completion.ts';
import type { Opened } from './open.ts';
import { tellAllMissing } from './tell-missing.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The commands by their names, in the order of the help. Each is loaded when it is needed: all of them take half a second. */
const COMMANDS: Readonly<Record<string, (open: Opened) => Promise<Command>>> = {
  import: async (open) => (await import('./import.ts')).importCommand(open),
  eligible: async (open) => (await import('./eligible.ts')).eligibleCommand(open),
  start: async (open) => (await import('./start.ts')).startCommand(open),
  answer: async (open) => (await import('./answer.ts')).answerCommand(open),
  list: async (open) => (await import('./list.ts')).listCommand(open),
  status: async (open) => (await import('./status.ts')).statusCommand(open),
  explain: async (open) => (await import('./status.ts')).explainCommand(open),
  messages: async (open) => (await import('./status.ts')).messagesCommand(open),
  calendar: async (open) => (await import('./calendar.ts')).calendarCommand(open),
  match: async (open) => (await import('./match.ts')).matchCommand(open),
  leaders: async (open) => (await import('./leaders.ts')).leadersCommand(open),
  'governance-places': async (open) => (await import('./governance-places.ts')).governancePlacesCommand(open),
  change: async (open) => (await import('./change.ts')).changeCommand(open),
  escalation: async (open) => (await import('./escalation.ts')).escalationCommand(open),
  report: async (open) => (await import('./report.ts')).reportCommand(open),
  fieldwork: async (open) => (await import('./fieldwork.ts')).fieldworkCommand(open),
  forecast: async (open) => (await import('./forecast.ts')).forecastCommand(open),
  survey: async (open) => (await import('./survey.ts')).surveyCommand(open),
  note: async (open) => (await import('./note.ts')).noteCommand(open),
  work: async (open) => (await import('./work.ts')).workCommand(open),
  people: async (open) => (await import('./people.ts')).peopleCommand(open),
  sessions: async (open) => (await import('./sessions.ts')).sessionsCommand(open),
  due: async () => (await import('./due.ts')).dueCommand(),
  programme: async (open) => (await import('./programme.ts')).programmeCommand(open),
  rehearse: async (open) => (await import('./rehearse.ts')).rehearseCommand(open),
  post: async (open) => (await import('./post.ts')).postCommand(open),
  inbox: async (open) => (await import('./inbox.ts')).inboxCommand(open),
  digest: async (open) => (await import('./digest.ts')).digestCommand(open),
  doctor: async (open) => (await import('./doctor.ts')).doctorCommand(open),
  release: async (open) => (await import('./release.ts')).releaseCommand(open),
  reconcile: async (open) => (await import('./reconcile.ts')).reconcileCommand(open),
  sandbox: async (open) => (await import('./sandbox.ts')).sandboxCommand(open),
  forward: async (open) => (await import('./forward.ts')).forwardCommand(open),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  sample: async (open) => (await import('./sample.ts')).sampleCommand(open),
};

/**
 * The command line: `chaser` with every command, each of which throws instead of ending the process. Where the words that follow
 * `chaser` begin with the name of a command, it has that one alone.
 */
export async function createChaser(open: Opened, [first = '']: readonly string[] = []): Promise<Command> {
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
    );
  const { [first]: one } = COMMANDS;
  const needed = Object.hasOwn(COMMANDS, first) && one !== undefined ? [one] : Object.values(COMMANDS);
  for (const command of await Promise.all(needed.map(async (load) => load(open)))) chaser.addCommand(command);
  chaser.addCommand(completionCommand(() => chaser));
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
