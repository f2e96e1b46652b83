import { Command, Option } from 'commander';
import { reportTimeliness } from '../desk/timeliness.ts';
import type { TimelinessReport } from '../desk/timeliness.ts';
import { stratumWords, TOGETHER } from '../domain/measures/report.ts';
import { APPROACHES } from '../domain/measures/timeliness.ts';
import type { CountedDays, Timeliness } from '../domain/measures/timeliness.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { timelinessReport } from '../outputs/timeliness.ts';
import { latestDay } from '../postgres/views/figures.ts';
import { LINES_OF } from '../postgres/views/timeliness.ts';
import type { AskedOf, LinesOf } from '../postgres/views/timeliness.ts';
import { mustBeRegion } from './list.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { figuresCommand } from './report-figures.ts';
import { formsCommand } from './report-forms.ts';
import { measuresCommand } from './report-measures.ts';
import { aDate, handOut, mustBeProgramme, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';
import { rebuildCommand } from './report-rebuild.ts';
import { returnCommand } from './report-return.ts';

const DAYS = ['working', 'school', 'calendar'] as const satisfies readonly CountedDays[];
const YEAR = 365;

type Options = {
  readonly by: LinesOf;
  readonly from?: PlainDate;
  readonly to?: PlainDate;
  readonly asOf?: PlainDate;
  readonly days: CountedDays;
  readonly region?: string;
  readonly programme?: string;
} & OutputOptions;

/** `chaser report`: what the record says of many deployments. */
export function reportCommand(opened: Opened): Command {
  return new Command('report')
    .description('Reports on many deployments.')
    .addCommand(returnCommand(opened))
    .addCommand(formsCommand(opened))
    .addCommand(timelinessCommand(opened))
    .addCommand(measuresCommand(opened))
    .addCommand(figuresCommand())
    .addCommand(rebuildCommand(opened));
}

/** `chaser report timeliness`: the page "Timeliness" on the command line. */
function timelinessCommand(opened: Opened): Command {
  const command = new Command('timeliness')
    .description('Say how timely what was asked in a period was answered: in time, late, within how many days, and after what.')
    .addOption(new Option('--by <what>', 'a line for each').choices(LINES_OF).default('step'))
    .option('--from <date>', 'asked on this day or later (usual: a year before --as-of)', aDate)
    .option('--to <date>', 'asked on this day or earlier (usual: --as-of)', aDate)
    .option('--as-of <date>', 'as it stood at the end of this day (usual: today)', aDate)
    .addOption(new Option('--days <kind>', 'how days are counted').choices(DAYS).default('working'))
    .option('--region <region>', 'only deployments of a region, for example "North West"')
    .option('--programme <id>', 'only deployments of a programme');
  return withOutputs(command)
    .addHelpText(
      'after',
      `
Requests without an answer count as far as they were followed, so that a slow step does not look fast (Kaplan and Meier).
What each column counts stands in docs/product.md, "Timeliness".
${OUTPUTS_HELP}

Examples:
  chaser report timeliness
  chaser report timeliness --by role --days calendar
  chaser report timeliness --by region --as-of 2026-10-31 --format ods --output timeliness.ods`,
    )
    .action((options: Options) =>
      opened.withDatabase(async (db) => {
        const scope = { sql: 'true', values: [] };
        const region = options.region === undefined ? '' : mustBeRegion(options.region);
        const deployments = { scope, region, programme: await mustBeProgramme(db, options.programme) };
        const asOf = options.asOf ?? (await latestDay(db, deployments));
        const of: AskedOf = {
          ...deployments,
          asOf,
          from: options.from ?? addDays(asOf, -YEAR),
          to: options.to ?? asOf,
          by: options.by,
          days: options.days,
        };
        if (of.from > of.to) {
          throw new Fault({
            kind: 'empty-period',
            message: `The period ends on ${of.to}, before it begins on ${of.from}.`,
            remedy: 'Give a --from that is not after --to or --as-of.',
          });
        }
        const { scope: _, ...asked } = of;
        const report = await reportTimeliness(db, of);
        if (options.json === true) {
          print(true, { ...asked, ...report }, () => '');
          return;
        }
        await handOut(options, timelinessReport(of, report), () => wordsOf(of, report));
      }),
    );
}

function wordsOf(of: AskedOf, report: TimelinessReport): string {
  return [...answersInWords(of, report), ...unreachableInWords(report)].join('\n');
}

/** Only what keeps anybody from being reached has a column. */
function unreachableInWords({ unreachable: { figures, lines } }: TimelinessReport): readonly string[] {
  const all = lines.find(({ stratum }) => stratum === TOGETHER)?.figures ?? {};
  const there = figures.filter(({ id }) => (all[id]?.value ?? 0) > 0);
  if (there.length === 0) return [];
  return [
    '',
    'Who could not be reached',
    table(
      ['', ...there.map(({ title }) => title)],
      lines.map((line) => [stratumWords('all', line.stratum), ...there.map(({ id }) => String(line.figures[id]?.value ?? 0))]),
    ),
  ];
}

function answersInWords({ from, to, asOf, days }: AskedOf, { lines, all }: TimelinessReport): readonly string[] {
  if (lines.length === 0) return [`Nothing was asked for from ${from} to ${to} by the end of ${asOf}.`];
  const cells = (line: Timeliness) =>
    [
      line.asked,
      line.answered - line.answeredLate,
      line.answeredLate,
      line.answeredLateByOriginal,
      line.closed,
      line.open - line.openLate,
      line.openLate,
      line.paused,
      line.moreTime,
      line.halfWithin ?? '?',
      line.nineOfTenWithin ?? '?',
      ...APPROACHES.map((approach) => line.followed[approach]),
    ].map(String);
  return [
    `Asked from ${from} to ${to}, as it stood at the end of ${asOf}. Half and nine of ten: ${days} days to an answer; ? is not yet known.`,
    '',
    table(
      [
        '',
        'Asked',
        'In time',
        'Late',
        'Late by first',
        'No answer',
        'Not due',
        'Late now',
        'Paused',
        'More time',
        'Half',
        'Nine of ten',
        ...FOLLOWED,
      ],
      [...lines.map((line) => [line.title, ...cells(line)]), ['All', ...cells(all)]],
    ),
  ];
}

const FOLLOWED = ['Unasked', 'Request', 'Reminder', 'Overdue', 'Call', 'Escalation'];
