import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { CodeFrame } from '../domain/surveys/code-frame.ts';
import { MARK_WORDS } from '../domain/surveys/survey.ts';
import { findCoding } from '../postgres/surveys/coding.ts';
import { formatFinding } from '../programmes/finding.ts';
import { codeFramePath, listCodeFrames, loadCodeFrames, readCodeFrameFile } from '../surveys/load-code-frames.ts';
import { hashOfFrame, writeCodeFrame, writeCodes } from '../surveys/read-code-frame.ts';
import { numberTyped } from './find-wave.ts';
import { fileOrId } from './load.ts';
import type { Opened } from './open.ts';
import { EXIT, Fault, print, table, usage } from './output.ts';

type Options = { readonly of?: number; readonly json?: true };

/** `chaser survey coding codes`: lists the code frames, checks and shows one, and prints the codes of a coding as a file. */
export function codesCommand(opened: Opened): Command {
  return new Command('codes')
    .description('List the code frames, check and show one, or print the codes of a coding as a file.')
    .argument('[file-or-id]', 'a YAML file, or the id of a code frame that comes with Chaser; all of these are listed when left out')
    .addOption(
      new Option('--of <coding>', 'print the codes of this coding as a file, for another coding to begin with').argParser((given) =>
        numberTyped(given, 'a coding', 'See them with: chaser survey coding list WAVE'),
      ),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The hash is of what a code frame says, and not of comments and blanks in its file. A coding keeps it, and its files name it.

Examples:
  chaser survey coding codes
  chaser survey coding codes tsi-2021-22-benefits
  chaser survey coding codes ./my-codes.yaml
  chaser survey coding codes --of 3 > my-codes.yaml

Exit code: 0 when shown, 1 when something was found, 2 when a file or id is not there.`,
    )
    .action(async (name: string | undefined, { of, json }: Options) => {
      if (of !== undefined) {
        if (name !== undefined) throw usage('A code frame and --of cannot go together.', 'Leave one of them out.');
        await opened.withDatabase(async (db) => {
          const found = await findCoding(db, of);
          if (found === undefined) {
            const remedy = 'See them with: chaser survey coding list WAVE';
            throw new Fault({ kind: 'unknown-coding', message: `There is no coding ${of}.`, remedy });
          }
          const { frame, version, sha256, codes, survey, question } = found;
          print(json === true, { survey, question, frame, version, sha256, codes }, () =>
            (frame === null
              ? writeCodes(codes, `Codes of ${question} of the survey ${survey}, typed, version ${version}`)
              : writeCodeFrame(frame)
            ).trimEnd(),
          );
        });
        return;
      }
      if (name === undefined) {
        const frames = loadCodeFrames().map((frame) => ({ ...frame, sha256: hashOfFrame(frame) }));
        print(json === true, frames, () =>
          table(
            ['Code frame', 'Version', 'Codes', 'For', 'Title'],
            frames.map((frame) => [frame.id, String(frame.version), String(frame.codes.length), forWords(frame), frame.title]),
          ),
        );
        return;
      }
      const file = resolveFile(name);
      const { frame, findings } = readCodeFrameFile(file, relative('', file));
      if (frame === null) {
        print(json === true, { checked: [relative('', file)], findings }, () => findings.map(formatFinding).join('\n'));
        process.exitCode = EXIT.refused;
        return;
      }
      print(json === true, { ...frame, sha256: hashOfFrame(frame) }, () => describe(frame));
    });
}

function resolveFile(name: string): string {
  return fileOrId(name, 'code frame', listCodeFrames(), codeFramePath);
}

function forWords({ survey, questions }: Pick<CodeFrame, 'survey' | 'questions'>): string {
  return `${questions.length === 0 ? 'any question' : questions.join(', ')} of ${survey ?? 'any survey'}`;
}

function describe(frame: CodeFrame): string {
  const { id, version, title, source, assumptions, themes, codes } = frame;
  const width = Math.max(...codes.map((code) => code.id.length)) + 4;
  const linesOf = (theme: string | null) =>
    codes
      .filter((code) => code.theme === theme)
      .flatMap((code) => [
        `  ${code.id.padEnd(width - 2)}${code.label} (${MARK_WORDS[code.mark]})`,
        ...[code.definition, ...code.inventedExamples.map((example) => `Invented example: “${example}”`)].map(
          (line) => ' '.repeat(width) + line,
        ),
      ]);
  const alone = linesOf(null);
  return [
    `${title}: ${id}, version ${version}`,
    `For ${forWords(frame)}. Source: ${source}`,
    ...assumptions.map((words) => `Assumption: ${words}`),
    ...themes.flatMap((theme) => ['', `${theme.label} (${MARK_WORDS[theme.mark]})`, ...linesOf(theme.id)]),
    ...(alone.length === 0 ? [] : ['', ...(themes.length === 0 ? [] : ['Without a theme']), ...alone]),
    '',
    `SHA-256 of what it says: ${hashOfFrame(frame)}`,
  ].join('\n');
}
