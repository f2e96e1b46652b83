import { Command, Option } from 'commander';
import { NET_RULES } from '../domain/surveys/survey.ts';
import type { NetRule } from '../domain/surveys/survey.ts';
import type { ShownTable } from '../domain/surveys/wave-figures.ts';
import { WAVE_COLUMNS, waveFigureRows } from '../domain/surveys/wave-figures-rows.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { hasEnded, readWaveFigures } from '../postgres/surveys/figures.ts';
import type { FiguresOfWave } from '../postgres/surveys/figures.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import { csvLines } from './csv.ts';
import { mustFindWave, waveNumber } from './find-wave.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';

type Options = { readonly net?: NetRule; readonly csv?: true; readonly json?: true };

/** `chaser survey wave figures`: what a survey found, once it has ended. */
export function figuresOfWaveCommand(opened: Opened): Command {
  return new Command('figures')
    .description('What a survey found, once it has ended: counts and percentages, and no small ones.')
    .argument('<wave>', 'its number', waveNumber)
    .addOption(new Option('--net <rule>', 'how several answers are added up; without it, as the survey says').choices(NET_RULES))
    .addOption(new Option('--csv', 'print CSV, a line for each count').conflicts('json'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Nothing is said of a role or a row that fewer than 10 answered, nor of a role in which fewer than 10 did not. A count of 1 to 4 is not shown, nor
is another from which it could be worked out. The hash is of what is shown: the same figures have the same.

Examples:
  chaser survey wave figures 3
  chaser survey wave figures 3 --csv > figures.csv`,
    )
    .action((id: number, { net, csv, json }: Options) =>
      opened.withDatabase(async (db) => {
        const wave = await mustFindWave(db, id);
        if (!hasEnded(wave)) {
          throw new Fault({
            kind: 'wave-not-ended',
            message: `Wave ${id} has not ended: it closes at the end of ${longDateWithWeekday(wave.closesOn)}.`,
            remedy: 'Ask again once it has. Figures of two days before that would tell what was answered between them.',
          });
        }
        const figures = await readWaveFigures(db, wave, net ?? null);
        const { id: number, survey, version, closesOn, cutOffOn } = wave;
        print(json === true, { wave: number, survey, version, closesOn, cutOffOn, ...figures }, () =>
          csv === true
            ? csvLines([WAVE_COLUMNS, ...waveFigureRows(figures, { wave: number, cutOffOn, hash: figures.hash })])
            : words(wave, figures),
        );
      }),
    );
}

function words({ id, title, cutOffOn }: Wave, { tables, net, notShown, hash }: FiguresOfWave): string {
  return [
    `${title}, wave ${id}`,
    `Responses up to ${longDateWithWeekday(cutOffOn)}. Several answers together are added up as ${net === 'of-counts' ? 'counts' : 'rounded percentages'}.`,
    ...(notShown.length === 0 ? [] : [`Not shown, with fewer than 10 who answered or fewer than 10 who did not: ${notShown.join(', ')}.`]),
    ...tables.flatMap((one) => ['', one.title, ...tableWords(one)]),
    ...(tables.length === 0 ? ['There is nothing to show.'] : []),
    '',
    `SHA-256 of these figures: ${hash}`,
  ].join('\n');
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
