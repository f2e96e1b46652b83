import { existsSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { Command } from 'commander';
import type pg from 'pg';
import type { Reason, Result } from '../domain/result.ts';
import { inWords } from '../domain/words.ts';
import type { AccessEnded } from '../postgres/access/end-access.ts';
import { importLeaders } from '../register/import-leaders.ts';
import { importPeople } from '../register/import-people.ts';
import { formatFinding } from '../register/import-report.ts';
import type { ImportOptions, ImportReport, PeopleReport } from '../register/import-report.ts';
import { importSchools } from '../register/import-schools.ts';
import { EXIT, Fault, print } from './output.ts';
import type { Opened } from './open.ts';

const EXIT_CODES = `
A bad row is left out and reported; the rest goes in. Importing a file again brings up to date what changed.
Exit codes: 0 all of it is in, 1 some rows were left out or the file was refused, 2 no such file or wrong use, 3 something does not work.`;

type ImportFile = (db: pg.Pool, file: string, options: ImportOptions) => Promise<Result<ImportReport | PeopleReport, Reason>>;

/** `chaser import`: takes in the schools register, files of people and files of system leaders. */
export function importCommand(opened: Opened): Command {
  const command = new Command('import').description(
    'Take in the schools register, people and their roles, or what is known of system leaders.',
  );

  command
    .command('schools')
    .description('Take in the schools register, as Get Information about Schools publishes it.')
    .argument('<file>', 'the CSV file of establishment fields')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  chaser import schools edubasealldata.csv\n  chaser import schools sample/schools.csv --json\n${EXIT_CODES}`,
    )
    .action((file: string, options: Options) => run(opened, importSchools, 'school', file, options));

  command
    .command('people')
    .description('Take in people, their roles and their areas. The columns are described in docs/people-file.md.')
    .argument('<file>', 'the CSV file of people')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', `\nExamples:\n  chaser import people people.csv\n  chaser import people sample/people.csv --json\n${EXIT_CODES}`)
    .action((file: string, options: Options) => run(opened, importPeople, 'person', file, options));

  command
    .command('leaders')
    .description('Take in what is known of system leaders, for matching. The columns are described in docs/leaders-file.md.')
    .argument('<file>', 'the CSV file of system leaders')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  chaser import leaders leaders.csv\n  chaser import leaders sample/leaders.csv --json\n${EXIT_CODES}`,
    )
    .action((file: string, options: Options) => run(opened, importLeaders, 'profile', file, options));

  return command;
}

type Options = { readonly json?: true };

async function run(
  opened: Opened,
  importFile: ImportFile,
  what: 'school' | 'person' | 'profile',
  file: string,
  options: Options,
): Promise<void> {
  if (!existsSync(file)) {
    throw new Fault(
      { kind: 'no-file', message: `There is no file ${file}.`, remedy: 'Check its name and the folder you are in.' },
      EXIT.usage,
    );
  }
  const progress = progressBar(options.json === true);
  const imported = await opened
    .withDatabase((db) => importFile(db, file, { onProgress: (bytesRead, bytesTotal) => progress.show(bytesRead, bytesTotal) }))
    .finally(() => progress.clear());
  if (!imported.ok) throw new Fault(imported.reason, imported.reason.kind === 'no-file' ? EXIT.usage : EXIT.refused);
  print(options.json === true, imported.value, () => describe(imported.value, what, file));
  if (imported.value.rejected > 0) process.exitCode = EXIT.refused;
}

function describe(report: ImportReport | PeopleReport, what: 'school' | 'person' | 'profile', file: string): string {
  const { findings, findingCount } = report;
  const unlisted = findingCount - findings.length;
  return [
    ...findings.map((finding) => formatFinding(file, finding)),
    ...(unlisted > 0 ? [`… and ${count(unlisted, 'finding')} more.`] : []),
    ...('ended' in report ? report.ended.map(describeEnded) : []),
    `Read ${count(report.read, 'row')} of ${file}: ${count(report.inserted, `new ${what}`)}, ${report.updated} updated, ${report.unchanged} unchanged, ${count(report.rejected, 'row')} left out.`,
  ].join('\n');
}

const CHANGED: Readonly<Record<AccessEnded['because'], string>> = {
  'address-changed': 'has a new address',
  'person-changed': 'is another person now',
  'name-changed': 'has a new name',
  'left-staff': 'holds no role with which to sign in any more',
};

/** "hillcrest-head is another person now (Peter Ashworth): 2 links in letters ended. Asked anew in D00001." */
function describeEnded({ person, name, because, sessions, signInLinks, answerLinks, askedAnewIn }: AccessEnded): string {
  const ended = [
    ...(sessions > 0 ? [count(sessions, 'session')] : []),
    ...(signInLinks > 0 ? [count(signInLinks, 'link to sign in', 'links to sign in')] : []),
    ...(answerLinks > 0 ? [count(answerLinks, 'link in letters', 'links in letters')] : []),
  ];
  return [
    `${person} ${CHANGED[because]} (${name}): ${ended.length === 0 ? 'nothing was open' : `${inWords(ended)} ended`}.`,
    ...(askedAnewIn.length === 0 ? [] : [`Asked anew in ${inWords(askedAnewIn)}.`]),
  ].join(' ');
}

/** "1 row", "2 rows", "3 new people". */
function count(n: number, one: string, several = one.endsWith('person') ? one.replace(/person$/, 'people') : `${one}s`): string {
  return `${n} ${n === 1 ? one : several}`;
}

/** Shows how far a file has been read, only on a terminal, so that none of it reaches a pipe or a log. */
function progressBar(json: boolean): { show(done: number, total: number): void; clear(): void } {
  if (json || !process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  const bar = new cliProgress.SingleBar({
    format: 'Reading [{bar}] {percentage}%',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    show(done, total) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    clear: () => (started ? bar.stop() : undefined),
  };
}
