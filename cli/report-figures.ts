import { Command, Option } from 'commander';
import { tabulateMeans } from '../domain/surveys/tabulate-means.ts';
import type { TabulatedMeans } from '../domain/surveys/tabulate-means.ts';
import { tabulate } from '../domain/surveys/tabulate.ts';
import type { CountedReport, Net, TabulatedRow, TabulatedTable } from '../domain/surveys/tabulate.ts';
import { listFigures, loadFigures } from '../surveys/read-figures.ts';
import { figuresReport, printedWords } from '../outputs/figures.ts';
import { Fault, print, table } from './output.ts';
import { handOut, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type Options = { readonly net: Net; readonly small?: true } & OutputOptions;

/** `chaser report figures`: the tables of a published survey again, from its counts. */
export function figuresCommand(): Command {
  const command = new Command('figures')
    .description('Print the figures of a published survey again from its counts, each beside its base and what the source printed.')
    .argument('<report>', `which report: ${listFigures().join(', ')}`)
    .addOption(new Option('--net <rule>', 'how several options are added up').choices(['of-counts', 'of-rounded']).default('of-counts'))
    .option('--small', 'print percentages of bases under 10 too');
  return withOutputs(command)
    .addHelpText(
      'after',
      `
Percentages are whole, a half upwards, and never forced to add up to 100. Of a base under 10 only counts are printed. A note says where no whole
count gives what the source printed, and what was kept where several do. The notes and the sentences follow from the counts.
${OUTPUTS_HELP}

Examples:
  chaser report figures 2021-22
  chaser report figures 2021-22 --net of-rounded
  chaser report figures 2018 --format csv`,
    )
    .action(async (id: string, options: Options) => {
      const { net, small, json } = options;
      const found = loadFigures(id);
      if (!found.ok) throw new Fault(found.reason);
      const report = found.value;
      const tables = report.tables.map((one) => tabulate(one, report.audiences, { net, small: small === true }));
      const means = report.means.map((one) => tabulateMeans(one, report.audiences));
      const { title, source, audiences } = report;
      if (json === true) {
        print(true, { report: id, title, source, audiences, net, tables, means }, () => '');
        return;
      }
      const words = () => wordsOf(report, tables, means, net);
      await handOut(options, figuresReport(report, { tables, means }, { net, small: small === true }), words);
    });
}

function wordsOf(
  { title, source, audiences }: CountedReport,
  tables: readonly TabulatedTable[],
  means: readonly TabulatedMeans[],
  net: Net,
): string {
  const audienceOf = ({ audience }: Pick<TabulatedRow, 'audience'>) => audiences.find(({ id }) => id === audience)?.title ?? audience;
  return [
    title,
    `${source}.`,
    net === 'of-counts' ? 'Options are added up as counts.' : 'Options are added up as rounded percentages.',
    ...tables.flatMap((one) => [
      '',
      one.title,
      table(
        ['', 'Asked of', 'Base', 'Section', 'Answer', 'Figure', 'Printed'],
        one.rows.flatMap((row) =>
          row.cells.map((cell, at) => [
            ...(at === 0 ? [row.title, audienceOf(row), String(row.base), String(row.sectionBase ?? '')] : ['', '', '', '']),
            cell.title,
            cell.words,
            printedWords(cell.printed),
          ]),
        ),
      ),
      ...one.rows.flatMap((row) => [
        ...row.cells.flatMap((cell) => cell.notes.map((note) => `Note: ${row.title}, ${audienceOf(row)}, ${cell.title}: ${note}`)),
        ...row.notes.map((note) => `Note: ${row.title}, ${audienceOf(row)}: ${note}`),
      ]),
      ...one.notes.map((note) => `Note: ${note}`),
      ...one.sentences,
    ]),
    ...means.flatMap((one) => [
      '',
      one.title,
      table(
        ['', 'Asked of', 'Base', 'Mean', 'Printed'],
        one.cells.map((cell) => [cell.title, audienceOf(cell), String(cell.base), cell.mean, cell.printed?.toFixed(1) ?? '']),
      ),
      ...one.cells.flatMap((cell) => cell.notes.map((note) => `Note: ${cell.title}, ${audienceOf(cell)}: ${note}`)),
      ...one.notes.map((note) => `Note: ${note}`),
      ...one.sentences,
    ]),
  ].join('\n');
}
