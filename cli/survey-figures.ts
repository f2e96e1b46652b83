import { Command, Option } from 'commander';
import { whyNotEnded } from '../desk/survey-waves.ts';
import { NET_RULES } from '../domain/surveys/survey.ts';
import type { NetRule } from '../domain/surveys/survey.ts';
import type { RegionTable } from '../domain/surveys/region-figures.ts';
import type { ShownTable } from '../domain/surveys/wave-figures.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { lowerFirst } from '../domain/words.ts';
import { snapshotOf } from '../outputs/report.ts';
import { rateWords, waveFiguresReport, whenAsked } from '../outputs/wave-figures.ts';
import { readWaveFigures } from '../postgres/surveys/figures.ts';
import type { FiguresOfWave } from '../postgres/surveys/figures.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import { mustFindWave, waveNumber } from './find-wave.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { handOut, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type Options = { readonly net?: NetRule } & OutputOptions;

/** `chaser survey wave figures`: what a survey found, once it has ended. */
export function figuresOfWaveCommand(opened: Opened): Command {
  const command = new Command('figures')
    .description('What a survey found, once it has ended: counts and percentages, and no small ones.')
    .argument('<wave>', 'its number', waveNumber)
    .addOption(new Option('--net <rule>', 'how several answers are added up; without it, as the survey says').choices(NET_RULES));
  return withOutputs(command)
    .addHelpText(
      'after',
      `
Nothing is said of a role or a row that fewer than 10 answered, nor of a role in which fewer than 10 did not. A count of 1 to 4 is not shown, nor
is another from which it could be worked out. Regions are left out by the same rule. A survey is never counted with another.
${OUTPUTS_HELP}

Examples:
  chaser survey wave figures 3
  chaser survey wave figures 3 --format ods --output figures.ods`,
    )
    .action((id: number, { net, ...options }: Options) =>
      opened.withDatabase(async (db) => {
        const wave = await mustFindWave(db, id);
        const early = whyNotEnded(wave);
        if (early !== null) throw new Fault(early);
        const figures = await readWaveFigures(db, wave, net ?? null);
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

function words(wave: Wave, { tables, regions, rates, net, notShown }: FiguresOfWave, hash: string): string {
  const { id, title, cutOffOn } = wave;
  return [
    `${title}, wave ${id}`,
    whenAsked(wave),
    `Responses up to ${longDateWithWeekday(cutOffOn)}. Several answers together are added up as ${net === 'of-counts' ? 'counts' : 'rounded percentages'}.`,
    ...rates.map(({ audienceTitle, ...rate }) => `Answered, ${lowerFirst(audienceTitle)}: ${rateWords(rate)}.`),
    ...(notShown.length === 0 ? [] : [`Not shown, with fewer than 10 who answered or fewer than 10 who did not: ${notShown.join(', ')}.`]),
    ...tables.flatMap((one) => ['', one.title, ...tableWords(one)]),
    ...regions.flatMap((one) => ['', `${one.title}: by region`, regionWords(one)]),
    ...(tables.length === 0 ? ['There is nothing to show.'] : []),
    '',
    `SHA-256 of these figures: ${hash}`,
  ].join('\n');
}

function regionWords({ title, net, rows }: RegionTable): string {
  return table(
    ['Row', 'Role', 'Region', 'Base', net],
    rows.map((row) => [
      ...[row.title === title ? '' : row.title, row.audienceTitle, row.region, String(row.base)],
      `${row.count} of ${row.base} (${row.percent}%)`,
    ]),
  );
}

function tableWords({ title, rows, tooFew, sentences }: ShownTable): readonly string[] {
  return [
    ...(rows.length === 0
      ? []
      : [
          table(
            ['Row', 'Role', 'Base', 'Section', 'Answer', 'Figure'],
            rows.flatMap((row) => {
              const figures = [
                ...row.cells.map((cell): readonly [string, string] => [cell.title, cell.words]),
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
