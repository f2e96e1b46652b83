import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { beginCoding, readResults } from '../desk/survey-coding.ts';
import { AUDIENCE_NAMES } from '../desk/survey-waves.ts';
import { percentOfShare } from '../domain/percent.ts';
import type { Agreement } from '../domain/surveys/agreement.ts';
import type { CodingResults, ThemeRow } from '../domain/surveys/coding.ts';
import type { KnownAudience } from '../domain/surveys/population.ts';
import { codesName, quotesReport, themesReport } from '../outputs/coding.ts';
import { snapshotOf } from '../outputs/report.ts';
import type { Coding } from '../postgres/surveys/coding.ts';
import { listCodings } from '../postgres/surveys/coding.ts';
import { mustFindWave, numberTyped, waveNumber } from './find-wave.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print, table, usage } from './output.ts';
import { isFileName } from './load.ts';
import { codesCommand } from './survey-codes.ts';
import type { Opened } from './open.ts';
import { handOut, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type BeginOptions = { readonly codes: string; readonly coders: readonly string[]; readonly by: string; readonly json?: true };
type ExportOptions = { readonly quotes?: true } & OutputOptions;

/** `chaser survey coding`: begins the coding of open answers, and prints what one came to. The answers themselves it never prints. */
export function codingCommand(opened: Opened): Command {
  const coding = new Command('coding').description(
    'The coding of open answers: two coders, their agreement, themes and cleared quotations.',
  );
  coding
    .command('list')
    .description('The codings of a survey.')
    .argument('<wave>', 'its number', waveNumber)
    .option('--json', 'print JSON')
    .action((wave: number, { json }: { json?: true }) =>
      opened.withDatabase(async (db) => {
        await mustFindWave(db, wave);
        const codings = (await listCodings(db, wave)).map(({ id, question, frame, version, sha256, answers, coders }) => {
          const finished = coders.filter((one) => one.finished).length;
          return { id, question, frame: frame?.id ?? null, version, sha256, codes: codesName({ frame, version }), answers, finished };
        });
        print(json === true, codings, () =>
          codings.length === 0
            ? 'No answers are coded yet.'
            : table(
                ['Coding', 'Question', 'Codes', 'Answers', 'Finished'],
                codings.map((one) => [String(one.id), one.question, one.codes, String(one.answers), `${one.finished} of 2`]),
              ),
        );
      }),
    );
  coding
    .command('begin')
    .description('Begin to code the answers to an open question of a survey that has ended. The two coders go on in the web service.')
    .argument('<wave>', 'its number', waveNumber)
    .argument('<question>', 'the id of the question')
    .requiredOption(
      '--codes <file-or-id>',
      'the codes: the id of a code frame, or a YAML file with a code frame or with a code on each line',
    )
    .requiredOption('--coders <people...>', 'the two who code: contact ids or e-mails')
    .requiredOption('--by <person>', 'who begins it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
A line of a file: relevance: The support was relevant

Examples:
  chaser survey coding begin 3 O1 --codes tsi-2021-22-benefits --coders one@department.example two@department.example --by one@department.example
  chaser survey coding begin 3 O1 --codes ./benefits.yaml --coders one@department.example two@department.example --by one@department.example`,
    )
    .action((wave: number, question: string, { codes: file, coders: given, by: byGiven, json }: BeginOptions) =>
      opened.withDatabase(async (db) => {
        const by = await mustFindPerson(db, byGiven);
        const coders: string[] = [];
        for (const one of given) coders.push(await mustFindPerson(db, one));
        const codes = isFileName(file) ? { text: textOf(file), file } : { frame: file };
        const begun = await beginCoding(db, { wave, question, codes, coders, by });
        if (!begun.ok) throw new Fault(begun.reason);
        print(json === true, { coding: begun.value }, () => `Coding ${begun.value} has begun.`);
      }),
    );
  coding.addCommand(codesCommand(opened));
  withOutputs(
    coding
      .command('export')
      .description('What a coding came to: agreement, themes and cleared quotations. Words that were not cleared are never in it.')
      .argument('<coding>', 'its number', codingNumber)
      .option('--quotes', 'the quotations alone'),
  )
    .addHelpText(
      'after',
      `
A file has a line for each code and role, or with --quotes for each quotation.
${OUTPUTS_HELP}

Examples:
  chaser survey coding export 1
  chaser survey coding export 1 --format csv --output themes.csv
  chaser survey coding export 1 --quotes --format csv --output quotations.csv`,
    )
    .action((id: number, { quotes, ...options }: ExportOptions) =>
      opened.withDatabase(async (db) => {
        const found = await readResults(db, id);
        if (found === undefined) throw new Fault({ kind: 'unknown-coding', message: `There is no coding ${id}.`, remedy: SEE });
        const { coding: of, results } = found;
        if (results === null) {
          const message = `Coding ${id} has not come to anything yet: both coders must finish first.`;
          throw new Fault({ kind: 'coding-not-finished', message, remedy: 'Ask again once they have.' });
        }
        const { wave, question, frame, version, codes } = of;
        const value = quotes === true ? { quotes: results.quotes } : results;
        const report = (quotes === true ? quotesReport : themesReport)(of, results, roleOf);
        const { sha256 } = snapshotOf(report);
        if (options.json === true) {
          const from = frame === null ? null : { id: frame.id, version, sha256: of.sha256 };
          print(true, { coding: id, wave, question, frame: from, version, codes, ...value, sha256 }, () => '');
          return;
        }
        await handOut(options, report, () => words(of, results, quotes === true, sha256));
      }),
    );
  return coding;
}

const SEE = 'See them with: chaser survey coding list WAVE';

function codingNumber(given: string): number {
  return numberTyped(given, 'a coding', SEE);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw usage(`The file ${file} cannot be read.`, 'Give the path of a YAML file with a code on each line.');
  }
}

const roleOf = (audience: string | null): string => (audience === null ? '' : (AUDIENCE_NAMES[audience as KnownAudience] ?? audience));

function words(of: Coding, results: CodingResults, quotesAlone: boolean, hash: string): string {
  const { id, question, codes, frame } = of;
  const themeOf = (theme: string) => frame?.themes.find((one) => one.id === theme)?.label ?? theme;
  const labelOf = (code: string) => codes.find((one) => one.id === code)?.label ?? code;
  const quotes = results.quotes.flatMap(({ audience, listedBy, words: said, codes: given }) => [
    `“${said}” ${[roleOf(audience), listedBy ?? '', given.map(labelOf).join('; ')].filter((part) => part !== '').join('. ')}`.trim(),
  ]);
  const themes = (row: ThemeRow) => [
    row.code.label,
    roleOf(row.audience),
    String(row.base),
    row.count === null ? 'not shown' : `${row.count} (${row.percent}%)`,
  ];
  return [
    `Coding ${id} of ${question}, codes: ${codesName(of)}${of.sha256 === null ? '' : `, SHA-256 ${of.sha256}`}`,
    ...(quotesAlone
      ? []
      : [
          `Both coders gave the same codes to ${percentOf(results.agreedOnAll)} of ${results.answers} answers. ${results.undecided} are to be decided.`,
          '',
          table(
            ['Code', 'Agreed', 'Kappa'],
            results.agreement.map((one) => agreementCells(labelOf(one.code), one)),
          ),
          ...(results.agreementTogether.length === 0
            ? []
            : [
                '',
                table(
                  ['Any code of', 'Agreed', 'Kappa'],
                  results.agreementTogether.map((one) => agreementCells(themeOf(one.code), one)),
                ),
              ]),
          '',
          results.themes.length === 0
            ? 'Themes are counted once every difference is decided.'
            : table(['Theme', 'Role', 'Answers', 'With this code'], results.themes.map(themes)),
          ...(results.together.length === 0
            ? []
            : ['', table(['Any code of', 'Role', 'Answers', 'With any of them'], results.together.map(themes))]),
        ]),
    '',
    ...(quotes.length === 0 ? ['Nothing is cleared to be quoted yet.'] : quotes),
    '',
    `SHA-256 of this: ${hash}`,
  ].join('\n');
}

function agreementCells(label: string, { agreed, kappa }: Agreement): readonly string[] {
  return [label, percentOf(agreed), kappa === null ? '–' : kappa.toFixed(2)];
}

const percentOf = (share: number): string => `${percentOfShare(share)}%`;
