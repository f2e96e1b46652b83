import { Command, InvalidArgumentError } from 'commander';
import { reportMonthlyReturn } from '../desk/monthly-return.ts';
import type { MonthlyReturn } from '../desk/monthly-return.ts';
import { plainFigure } from '../domain/measures/long-rows.ts';
import { monthOf, parseMonth, periodOf } from '../domain/measures/monthly-return.ts';
import type { Month } from '../domain/measures/monthly-return.ts';
import { stratumWords } from '../domain/measures/report.ts';
import { inWords } from '../domain/words.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { monthlyReturnReport } from '../outputs/returns.ts';
import { latestDay } from '../postgres/views/figures.ts';
import type { ReturnOf } from '../postgres/views/monthly-return.ts';
import { mustBeRegion } from './list.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { aDate, handOut, mustBeProgramme, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type Options = {
  readonly asOf?: PlainDate;
  readonly month?: Month;
  readonly region?: string;
  readonly programme?: string;
} & OutputOptions;

/** `chaser report return`: the page "Monthly return" on the command line. */
export function returnCommand(opened: Opened): Command {
  const command = new Command('return')
    .description('Print the monthly return: deployments at the start, in, out and at the end of a month, and money by financial year.')
    .option('--as-of <date>', 'as far as it was recorded by the end of this day (usual: today)', aDate)
    .option('--month <month>', 'which month, for example 2026-10 (usual: that of --as-of)', aMonth)
    .option('--region <region>', 'only deployments of a region, for example "North West"')
    .option('--programme <id>', 'only deployments of a programme');
  return withOutputs(command)
    .addHelpText(
      'after',
      `
A return as of the last day of its month says what was known then, and stays what it was. A later day has what was recorded, corrected or taken
back since. What each column counts stands in docs/product.md, "Monthly return".
${OUTPUTS_HELP}

Examples:
  chaser report return
  chaser report return --programme tsi-2022-23 --as-of 2026-10-31
  chaser report return --programme tsi-2022-23 --month 2026-10 --as-of 2026-12-10 --format ods --output return.ods`,
    )
    .action((options: Options) =>
      opened.withDatabase(async (db) => {
        const scope = { sql: 'true', values: [] };
        const region = options.region === undefined ? '' : mustBeRegion(options.region);
        const deployments = { scope, region, programme: await mustBeProgramme(db, options.programme) };
        const asOf = options.asOf ?? (await latestDay(db, deployments));
        const month = options.month ?? monthOf(asOf);
        const period = periodOf(month, asOf);
        if (period === null) {
          throw new Fault({
            kind: 'month-ahead',
            message: `The month ${month} had not begun by ${asOf}.`,
            remedy: 'Give a --month that is not after --as-of.',
          });
        }
        const of: ReturnOf = { ...deployments, ...period, asOf };
        const report = await reportMonthlyReturn(db, of);
        const { scope: _, ...asked } = of;
        if (options.json === true) {
          print(true, { month, ...asked, ...report }, () => '');
          return;
        }
        await handOut(options, monthlyReturnReport(month, of, report), () => wordsOf(month, of, report));
      }),
    );
}

function wordsOf(month: Month, { from, to, asOf }: ReturnOf, { deployments, sections, money }: MonthlyReturn): string {
  return [
    `Monthly return of ${month}: ${from} to ${to}, as known at the end of ${asOf}. ${deployments} ${deployments === 1 ? 'deployment' : 'deployments'}.`,
    ...sections.map(({ title, unit, figures, lines }) =>
      [
        '',
        title,
        figures.length === 0
          ? 'None.'
          : table(
              ['', ...figures.map((figure) => figure.title)],
              lines.map(({ stratum, figures: of }) => [
                stratumWords('region', stratum),
                ...figures.map(({ id }) => plainFigure(unit, of[id]?.value ?? 0)),
              ]),
            ),
      ].join('\n'),
    ),
    '',
    ...money.flatMap(({ title, from: kept, notKept }) => [
      ...kept.map(({ programme, terms }) => `${title}, ${programme}: ${terms.join('; ')}.`),
      ...(notKept.length === 0
        ? []
        : [`${title}: not kept by ${inWords(notKept.map(({ programme, deployments: count }) => `${programme} (${count} left out)`))}.`]),
    ]),
  ].join('\n');
}

function aMonth(text: string): Month {
  const month = parseMonth(text);
  if (month !== undefined) return month;
  throw new InvalidArgumentError('Write a month as year and month: 2026-10');
}
