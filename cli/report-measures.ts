import { Command, InvalidArgumentError, Option } from 'commander';
import { measureCalled, reportMeasure } from '../desk/measures.ts';
import type { MeasureOf, MeasureReport } from '../desk/measures.ts';
import { MARKS, MEASURES, STRATA } from '../domain/measures/evaluation.ts';
import type { Measure, Stratum } from '../domain/measures/evaluation.ts';
import { figureWords } from '../domain/measures/long-rows.ts';
import { stratumWords } from '../domain/measures/report.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { measuresReport } from '../outputs/measures.ts';
import { latestDay } from '../postgres/views/figures.ts';
import { mustBeRegion } from './list.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { aDate, handOut, mustBeProgramme, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type Options = {
  readonly asOf?: PlainDate;
  readonly knownAt?: PlainDate;
  readonly measure?: Measure;
  readonly by: Stratum;
  readonly region?: string;
  readonly programme?: string;
} & OutputOptions;

/** `chaser report measures`: the measures of the evaluation on the command line. */
export function measuresCommand(opened: Opened): Command {
  const command = new Command('measures')
    .description('Count the measures of the evaluation of 2019 to 2020, M1 to M24, from the record.')
    .option('--as-of <date>', 'what had happened by the end of this day (usual: today)', aDate)
    .option('--known-at <date>', 'as far as it was recorded by the end of this day (usual: today)', aDate)
    .option('--measure <id>', 'only this measure, for example M7', aMeasure)
    .addOption(new Option('--by <what>', 'a line for each').choices(Object.keys(STRATA)).default('all'))
    .option('--region <region>', 'only deployments of a region, for example "North West"')
    .option('--programme <id>', 'only deployments of a programme');
  return withOutputs(command)
    .addHelpText(
      'after',
      `
The same day for --as-of and --known-at is the record as it was known then. A later --known-at has what was recorded late, corrected or
taken back since. What each measure counts stands in docs/product.md, "Measures of the evaluation".
${OUTPUTS_HELP}

Examples:
  chaser report measures --measure M2
  chaser report measures --measure M9 --by tier --as-of 2026-10-31 --known-at 2026-10-31
  chaser report measures --format ods --output measures.ods`,
    )
    .action((options: Options) =>
      opened.withDatabase(async (db) => {
        const scope = { sql: 'true', values: [] };
        const region = options.region === undefined ? '' : mustBeRegion(options.region);
        const deployments = { scope, region, programme: await mustBeProgramme(db, options.programme) };
        const today = await latestDay(db, deployments);
        const asOf = options.asOf ?? today;
        const knownAt = options.knownAt ?? (asOf > today ? asOf : today);
        if (knownAt < asOf) {
          throw new Fault({
            kind: 'known-before',
            message: `What had happened by ${asOf} cannot have been known on ${knownAt}.`,
            remedy: 'Give a --known-at that is not before --as-of.',
          });
        }
        const { measure, by } = options;
        if (measure !== undefined && !measure.strata.includes(by)) {
          throw new Fault({
            kind: 'unknown-stratum',
            message: `${measure.id} cannot be broken down by ${by}.`,
            remedy: `Give one of: ${measure.strata.join(', ')}.`,
          });
        }
        const reports: { readonly of: MeasureOf; readonly report: MeasureReport }[] = [];
        for (const one of measure === undefined ? MEASURES : [measure]) {
          const of: MeasureOf = { ...deployments, asOf, knownAt, measure: one, by: one.strata.includes(by) ? by : 'all' };
          reports.push({ of, report: await reportMeasure(db, of) });
        }
        const { programme } = deployments;
        if (options.json === true) {
          print(true, { asOf, knownAt, by, region, programme, measures: reports.map(jsonOf) }, () => '');
          return;
        }
        const report = measuresReport({ asOf, knownAt, by, measure: measure?.id ?? '', region, programme }, reports);
        await handOut(options, report, () => reports.map(wordsOf).join('\n\n'));
      }),
    );
}

function jsonOf({ of, report }: { readonly of: MeasureOf; readonly report: MeasureReport }) {
  const { parts: _, said: __, strata: ___, ...definition } = of.measure;
  return { ...definition, ...report };
}

function wordsOf({ of, report }: { readonly of: MeasureOf; readonly report: MeasureReport }): string {
  const { measure, by, asOf, knownAt } = of;
  const { sections, sentence, notKept, deployments } = report;
  const counted = deployments === null ? '' : ` ${deployments} ${deployments === 1 ? 'deployment' : 'deployments'}.`;
  return [
    `${measure.id}. ${measure.title}`,
    `${measure.definition} ${MARKS[measure.mark]}.`,
    `As of the end of ${asOf}, as known at the end of ${knownAt}.${counted}`,
    ...(measure.parts.length === 0 ? ['No programme keeps what this measure needs.'] : []),
    ...notKept.map(({ programme, deployments: count }) => `Not kept by ${programme}: ${count} left out.`),
    ...(sentence === null ? [] : [sentence]),
    ...sections.map(({ title, base, unit, figures, lines }) =>
      [
        '',
        `${title} (of ${base})`,
        table(
          ['', ...figures.map((figure) => figure.title)],
          lines.map((line) => [
            stratumWords(by, line.stratum),
            ...figures.map((figure) => figureWords(unit, line.figures[figure.id] ?? { value: 0, base: 0 })),
          ]),
        ),
      ].join('\n'),
    ),
  ].join('\n');
}

function aMeasure(text: string): Measure {
  const measure = measureCalled(text);
  if (measure !== undefined) return measure;
  throw new InvalidArgumentError('Give a measure from M1 to M24.');
}
