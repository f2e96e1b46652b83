import { Help } from 'commander';
import type { Command } from 'commander';

/** What commander says of the first thing that is missing, and of no other. */
const ONE_MISSING = /^error: (?:required option|missing required argument) /;
const USUAL = new Help();

/**
 * Makes a command say everything that it cannot do without at once, arguments and options, with what each of them is. Commander
 * itself names the first, and the next one only when that is there. In the help, options that cannot be left out are marked.
 */
export function tellAllMissing(command: Command): void {
  command.configureOutput({ outputError: (said, write) => write(ONE_MISSING.test(said) ? missingInWords(command) : said) });
  command.configureHelp({
    optionDescription: (option) => `${USUAL.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
  });
}

function missingInWords(command: Command): string {
  const missing: (readonly [string, string])[] = [
    ...command.registeredArguments
      .filter((argument, index) => argument.required && command.args[index] === undefined)
      .map((argument) => [`<${argument.name()}>`, argument.description] as const),
    ...command.options
      .filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined)
      .map((option) => [option.flags, option.description] as const),
  ];
  const width = Math.max(...missing.map(([name]) => name.length));
  return `error: ${missing.length === 1 ? 'this is' : 'these are'} missing:\n${missing
    .map(([name, what]) => `  ${name.padEnd(width)}  ${what}\n`)
    .join('')}`;
}
