import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { listDeploymentChoices } from '../postgres/views/search-deployments.ts';
import type { Report } from '../outputs/report.ts';
import { FORMATS, writeReport } from '../outputs/write-report.ts';
import type { Format } from '../outputs/write-report.ts';
import { Fault, usage } from './output.ts';

/** "2026-10-31" of --as-of. */
export function aDate(text: string): PlainDate {
  const date = parsePlainDate(text);
  if (date !== undefined) return date;
  throw new InvalidArgumentError('Write a date as year, month and day: 2026-10-31');
}

/** The id of --programme; '' where none is given. */
export async function mustBeProgramme(db: Db, id: string | undefined): Promise<string> {
  if (id === undefined) return '';
  const { programmes } = await listDeploymentChoices(db, { sql: 'true', values: [] });
  if (programmes.some((one) => one.id === id)) return id;
  throw new Fault({
    kind: 'unknown-programme',
    message: `No deployment of a programme "${id.slice(0, 60)}" is known.`,
    remedy: `Give one of: ${programmes.map((one) => one.id).join(', ')}.`,
  });
}

/** How a report is handed out. `table`: as text for people. */
export type OutputOptions = { readonly format: Format | 'table'; readonly output?: string; readonly json?: true };

/** Gives a report the options --format, --output and --json. */
export function withOutputs(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'as text to read, or as a file that names its snapshot')
        .choices(['table', ...Object.keys(FORMATS)])
        .default('table'),
    )
    .option('--output <file>', 'write to this file instead of the screen')
    .addOption(new Option('--json', 'print JSON in the form of the other commands').conflicts(['format', 'output']));
}

/** Ends the help of a report. */
export const OUTPUTS_HELP = `
A csv, json or ods names its snapshot: the day of the report, its cut-off, and a hash of what was asked and of every number. The same snapshot gives
the same bytes. docs/report-files.md describes each of them.`;

/** Writes a report in the format that was asked for, to a file or to the screen. Throws a Fault where the file cannot be written. */
export async function handOut({ format, output }: OutputOptions, report: Report, words: () => string): Promise<void> {
  const bytes = format === 'table' ? Buffer.from(`${words()}\n`) : await writeReport(report, format);
  if (output === undefined) {
    if (format === 'ods' && process.stdout.isTTY) {
      throw usage('A spreadsheet cannot be shown on a screen.', 'Give a file: --output report.ods');
    }
    process.stdout.write(bytes);
    return;
  }
  try {
    await writeFile(output, bytes);
  } catch (error) {
    throw new Fault({
      kind: 'not-written',
      message: `The report could not be written to ${output}: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'Give a file in a folder that is there and that you may write to.',
    });
  }
}
