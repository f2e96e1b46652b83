import { existsSync } from 'node:fs';
import { Command } from 'commander';
import type pg from 'pg';
import type { Reason, Result } from '../domain/result.ts';
import { endedInWords } from '../desk/ended-words.ts';
import { inWords } from '../domain/words.ts';
import type { AccessEnded } from '../postgres/access/end-access.ts';
import { importInspections } from '../register/import-inspections.ts';
import { importLeaders } from '../register/import-leaders.ts';
import { importMemberships } from '../register/import-memberships.ts';
import { importPeople } from '../register/import-people.ts';
import { formatFinding } from '../register/import-report.ts';
import type { ImportOptions, ImportReport, InspectionsReport, PeopleReport } from '../register/import-report.ts';
import { importSchools } from '../register/import-schools.ts';
import { importDeploymentsCommand } from './import-deployments.ts';
import { EXIT, Fault, print } from './output.ts';
import { progressBar } from './progress-bar.ts';
import type { Opened } from './open.ts';

const EXIT_CODES = `
A bad row is left out and reported; the rest goes in. Importing a file again brings up to date what changed.
Exit codes: 0 all of it is in, 1 some rows were left out or the file was refused, 2 no such file or wrong use, 3 something does not work.`;

type Report = ImportReport | PeopleReport | InspectionsReport;
type ImportFile = (db: pg.Pool, file: string, options: ImportOptions) => Promise<Result<Report, Reason>>;
type Counted = 'school' | 'person' | 'judgement' | 'membership' | 'profile';

/** `chaser import`: takes the schools register, files of people, inspections, memberships of trusts, system leaders and deployments under way in. */
export function importCommand(opened: Opened): Command {
  const command = new Command('import').description(
    'Take in the schools register, people and their roles, inspections, which school is in which trust, what is known of system leaders, or deployments that are under way.',
  );

  command
    .command('schools')
    .description('Take in the schools register, as Get Information about Schools publishes it.')
    .argument('<file>', 'the CSV file of establishment fields')
    .option('--dry-run', 'show what would change, and change nothing')
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
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', `\nExamples:\n  chaser import people people.csv\n  chaser import people sample/people.csv --json\n${EXIT_CODES}`)
    .action((file: string, options: Options) => run(opened, importPeople, 'person', file, options));

  command
    .command('inspections')
    .description('Take in judgements of schools from Ofsted’s management information: the latest of each school and the one before.')
    .argument('<file>', 'the sheet of inspections, saved as CSV')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `\nIts columns are found by name: URN, Inspection start date, Publication date, Overall effectiveness, and those that begin with Previous.\n\nExamples:\n  chaser import inspections management-information.csv\n  chaser import inspections sample/inspections.csv --json\n${EXIT_CODES}`,
    )
    .action((file: string, options: Options) => run(opened, importInspections, 'judgement', file, options));

  command
    .command('memberships')
    .description('Take in which school belongs to which trust since when, as Get Information about Schools publishes it.')
    .argument('<file>', 'the CSV file of all groups with their links')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `\nIts columns are found by name: Group UID, Group Name, Group Type, URN and Joined date; Companies House Number, Closed Date and Left date where they are there.\n\nExamples:\n  chaser import memberships allgroupslinksdata.csv\n  chaser import memberships sample/memberships.csv --json\n${EXIT_CODES}`,
    )
    .action((file: string, options: Options) => run(opened, importMemberships, 'membership', file, options));

  command
    .command('leaders')
    .description('Take in what is known of system leaders, for matching. The columns are described in docs/leaders-file.md.')
    .argument('<file>', 'the CSV file of system leaders')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  chaser import leaders leaders.csv\n  chaser import leaders sample/leaders.csv --json\n${EXIT_CODES}`,
    )
    .action((file: string, options: Options) => run(opened, importLeaders, 'profile', file, options));

  command.addCommand(importDeploymentsCommand(opened));

  return command;
}

type Options = { readonly json?: true; readonly dryRun?: true };

async function run(opened: Opened, importFile: ImportFile, what: Counted, file: string, options: Options): Promise<void> {
  if (!existsSync(file)) {
    throw new Fault(
      { kind: 'no-file', message: `There is no file ${file}.`, remedy: 'Check its name and the folder you are in.' },
      EXIT.usage,
    );
  }
  const progress = progressBar('Reading', options.json === true);
  const imported = await opened
    .withDatabase((db) =>
      importFile(db, file, {
        dryRun: options.dryRun === true,
        onProgress: (bytesRead, bytesTotal) => progress.show(bytesRead, bytesTotal),
      }),
    )
    .finally(() => progress.clear());
  if (!imported.ok) throw new Fault(imported.reason, imported.reason.kind === 'no-file' ? EXIT.usage : EXIT.refused);
  print(options.json === true, imported.value, () => describe(imported.value, what, file, options.dryRun === true));
  if (imported.value.rejected > 0) process.exitCode = EXIT.refused;
}

function describe(report: Report, what: Counted, file: string, dryRun: boolean): string {
  const { findings, findingCount } = report;
  const unlisted = findingCount - findings.length;
  return [
    ...findings.map((finding) => formatFinding(file, finding)),
    ...(unlisted > 0 ? [`… and ${count(unlisted, 'finding')} more.`] : []),
    ...('ended' in report ? report.ended.map(describeEnded) : []),
    ...(dryRun ? ['Nothing was changed. Without --dry-run it would be:'] : []),
    `Read ${count(report.read, 'row')} of ${file}: ${count(report.inserted, `new ${what}`)}, ${report.updated} updated, ${report.unchanged} unchanged, ${count(report.rejected, 'row')} left out.${'withoutJudgement' in report ? ` ${count(report.withoutJudgement, 'row')} without a judgement.` : ''}`,
  ].join('\n');
}

const CHANGED: Readonly<Record<AccessEnded['because'], string>> = {
  'address-changed': 'has a new address',
  'person-changed': 'is another person now',
  'name-changed': 'has a new name',
  'left-staff': 'holds no role with which to sign in any more',
};

/** "hillcrest-head is another person now (Peter Ashworth): 2 links in letters ended. Asked anew in D00001." */
function describeEnded(access: AccessEnded): string {
  const { person, name, because, askedAnewIn } = access;
  const ended = endedInWords(access);
  return [
    `${person} ${CHANGED[because]} (${name}): ${ended === '' ? 'nothing was open' : `${ended} ended`}.`,
    ...(askedAnewIn.length === 0 ? [] : [`Asked anew in ${inWords(askedAnewIn)}.`]),
  ].join(' ');
}

/** "1 row", "2 rows", "3 new people". */
function count(n: number, one: string, several = one.endsWith('person') ? one.replace(/person$/, 'people') : `${one}s`): string {
  return `${n} ${n === 1 ? one : several}`;
}
