import { Command, Option } from 'commander';
import { whyNotEnded } from '../desk/survey-waves.ts';
import { NET_RULES } from '../domain/surveys/survey.ts';
import type { NetRule } from '../domain/surveys/survey.ts';
import { INTERVAL_RULES, INTERVAL_WORDS } from '../domain/surveys/interval.ts';
import type { Interval, IntervalRule } from '../domain/surveys/interval.ts';
import type { SplitTable } from '../domain/surveys/split-figures.ts';
import type { ShownTable } from '../domain/surveys/wave-figures.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { capitalised, lowerFirst } from '../domain/words.ts';
import { snapshotOf } from '../outputs/report.ts';
import { intervalWords, marksWords, rateWords, waveFiguresReport, whenAsked } from '../outputs/wave-figures.ts';
import { readWaveFigures } from '../postgres/surveys/figures.ts';
import type { FiguresOfWave } from '../postgres/surveys/figures.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import { mustFindWave, waveNumber } from './find-wave.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { handOut, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type Options = { readonly net?: NetRule; readonly intervals: IntervalRule } & OutputOptions;

/** `chaser survey wave figures`: what a survey found, once it has ended. */
export function figuresOfWaveCommand(opened: Opened): Command {
  const command = new Command('figures')
    .description('What a survey found, once it has ended: counts and percentages, and no small ones.')
    .argument('<wave>', 'its number', waveNumber)
    .addOption(new Option('--net <rule>', 'how several answers are added up; without it, as the survey says').choices(NET_RULES))
    .addOption(
      new Option('--intervals <rule>', 'with 95% confidence beside each percentage; wilson-finite corrects for how many were asked')
        .choices(INTERVAL_RULES)
        .default('none'),
    );
  return withOutputs(command)
    .addHelpText(
      'after',
      `
Nothing is said of a role or a row that fewer than 10 answered, nor of a role in which fewer than 10 did not. A count of 1 to 4 is not shown, nor
is another from which it could be worked out. Groups of regions, phases and whatever else figures are split by are left out by the same rule, and nothing follows from
several splits together. A survey is never counted with another.
${OUTPUTS_HELP}

Examples:
  chaser survey wave figures 3
  chaser survey wave figures 3 --intervals wilson-finite
  chaser survey wave figures 3 --format ods --output figures.ods`,
    )
    .action((id: number, { net, intervals, ...options }: Options) =>
      opened.withDatabase(async (db) => {
        const wave = await mustFindWave(db, id);
        const early = whyNotEnded(wave);
        if (early !== null) throw new Fault(early);
        const figures = await readWaveFigures(db, wave, { net: net ?? null, intervals });
        const report = waveFiguresReport(wave, figures);
        const { sha256 } = snapshotOf(report);
        if (options.json === true) {
          const { kind, survey, version, opensOn, closesOn, cutOffOn } = wave;
          print(true, { wave: id, kind, survey, version, opensOn, closesOn, cutOffOn, ...figures, sha256 }, () => '');
          return;
        }
        await handOut(options, report, () => words(wave, figures, sha256));
      }),
    );
}

function words(wave: Wave, { tables, splits, rates, net, intervals, notShown }: FiguresOfWave, hash: string): string {
  const { id, title, cutOffOn } = wave;
  return [
    `${title}, wave ${id}`,
    whenAsked(wave),
    `Responses up to ${longDateWithWeekday(cutOffOn)}. Several answers together are added up as ${net === 'of-counts' ? 'counts' : 'rounded percentages'}.`,
    ...(intervals === 'none' ? [] : [`Intervals: ${lowerFirst(INTERVAL_WORDS[intervals])}`]),
    ...rates.map(({ audienceTitle, ...rate }) => `Answered, ${lowerFirst(audienceTitle)}: ${rateWords(rate)}.`),
    ...(notShown.length === 0 ? [] : [`Not shown, with fewer than 10 who answered or fewer than 10 who did not: ${notShown.join(', ')}.`]),
    ...tables.flatMap((one) => ['', one.title, ...tableWords(one)]),
    ...splits.flatMap((one) => ['', `${one.title}: by ${one.byTitle}`, splitWords(one)]),
    ...(tables.length === 0 ? ['There is nothing to show.'] : []),
    '',
    `SHA-256 of these figures: ${hash}`,
  ].join('\n');
}

function splitWords({ title, byTitle, net, rows }: SplitTable): string {
  return table(
    ['Row', 'Role', capitalised(byTitle), 'Base', net],
    rows.map((row) => [
      ...[row.title === title ? '' : row.title, row.audienceTitle, row.groupTitle, String(row.base)],
      withInterval(`${row.count} of ${row.base} (${row.percent}%)`, row.interval),
    ]),
  );
}

/** "12 of 21 (57%), 36.5% to 75.5%" */
function withInterval(words: string, interval: Interval | null): string {
  return [words, intervalWords(interval)].filter((part) => part !== null).join(', ');
}

function tableWords(shown: ShownTable): readonly string[] {
  const { title, rows, tooFew, sentences } = shown;
  return [
    marksWords(shown),
    ...(rows.length === 0
      ? []
      : [
          table(
            ['Row', 'Role', 'Base', 'Section', 'Answer', 'Figure'],
            rows.flatMap((row) => {
              const figures = [
                ...row.cells.map((cell): readonly [string, string] => [cell.title, withInterval(cell.words, cell.interval)]),
                ...(row.mean === null ? [] : [['Mean', row.mean] as const]),
              ];
              const of = [row.title === title ? '' : row.title, row.audienceTitle, String(row.base), String(row.sectionBase)];
              return figures.map((figure, at) => [...(at === 0 ? of : ['', '', '', '']), ...figure]);
            }),
          ),
        ]),
    ...(tooFew.length === 0 ? [] : [`Fewer than 10 answered: ${tooFew.join('; ')}.`]),
    ...sentences,
  ];
}
