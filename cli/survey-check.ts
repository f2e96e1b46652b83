import { relative } from 'node:path';
import { Command } from 'commander';
import { MARK_WORDS } from '../domain/surveys/survey.ts';
import type { Audience, Question, Survey } from '../domain/surveys/survey.ts';
import { formatFinding } from '../programmes/finding.ts';
import { listSurveys, readSurveyFile, surveyPath } from '../surveys/load-surveys.ts';
import { fileOrId } from './load.ts';
import { EXIT, Fault, print } from './output.ts';

type Options = { readonly json?: true };

/** `chaser survey check`: every fault of a survey's file with its line and remedy. */
export function checkCommand(): Command {
  return new Command('check')
    .description('Check surveys: every fault with its file, line and remedy.')
    .argument('[file-or-id...]', 'YAML files, or ids of the surveys that come with Chaser; all of these when left out')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser survey check                       every survey that comes with Chaser
  chaser survey check tsi-2021-22-feedback  one of them
  chaser survey check ./my-survey.yaml      a file of your own

Exit code: 0 when clean, 1 when something was found, 2 when a file or id is not there.`,
    )
    .action((names: readonly string[], { json }: Options) => {
      const files = (names.length === 0 ? listSurveys() : names).map(resolveFile);
      const checked = files.map((file) => relative('', file));
      const findings = files.flatMap((file) => readSurveyFile(file, relative('', file)).findings);
      print(json === true, { checked, findings }, () =>
        (findings.length > 0 ? findings.map(formatFinding) : checked.map((file) => `${file}: clean`)).join('\n'),
      );
      if (findings.length > 0) process.exitCode = EXIT.refused;
    });
}

/** `chaser survey show`: the questions of a survey, each with where it comes from. */
export function showCommand(): Command {
  return new Command('show')
    .description('Show the questions of a survey: whom each is asked, its answers, and whether its source prints it.')
    .argument('<file-or-id>', 'id of a survey that comes with Chaser, or a YAML file of your own')
    .option('--json', 'print the survey as JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser survey show tsi-2021-22-feedback
  chaser survey show ./my-survey.yaml

Exit code: 0 shown, 1 the survey has faults, 2 no such survey or file.`,
    )
    .action((name: string, { json }: Options) => {
      const file = resolveFile(name);
      const { survey, findings } = readSurveyFile(file, relative('', file));
      if (survey === null) {
        const message = `The survey has faults:\n${findings.map(formatFinding).join('\n')}`;
        throw new Fault({ kind: 'faulty-survey', message, remedy: 'Correct the file, and show it again.' });
      }
      print(json === true, survey, () => describe(survey));
    });
}

function resolveFile(name: string): string {
  return fileOrId(name, 'survey', listSurveys(), surveyPath);
}

function describe(survey: Survey): string {
  const { id, version, title, source, minutes, audiences, sections } = survey;
  return [
    `${title}: ${id}, version ${version}`,
    `Source: ${source}. It takes ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    ...sections.flatMap((section) => [
      '',
      `${section.title}${section.once ? '' : ` (asked once in each role)`}${asked(section.askedOf, audiences)}`,
      ...section.questions.flatMap((question) => questionLines(question, audiences)),
    ]),
  ].join('\n');
}

function questionLines(question: Question, audiences: readonly Audience[]): readonly string[] {
  const { id, text, mark, note, when } = question;
  const conditions = Object.entries(when ?? {}).map(([earlier, options]) => `${earlier} is ${options.join(' or ')}`);
  return [
    `  ${id.padEnd(5)} ${text}${asked(question.askedOf, audiences)}${conditions.length === 0 ? '' : `, where ${conditions.join(' and ')}`} (${MARK_WORDS[mark]})`,
    ...(question.kind === 'grid'
      ? question.items.map((item) => `          ${item.id}: ${item.label}${asked(item.askedOf, audiences)} (${MARK_WORDS[item.mark]})`)
      : []),
    ...(question.kind === 'roles' ? audiences.map(({ label, mark: its }) => `        [ ] ${label} (${MARK_WORDS[its]})`) : []),
    ...('scale' in question ? question.scale.options.map(({ label, mark: its }) => `        [ ] ${label} (${MARK_WORDS[its]})`) : []),
    ...(note === null ? [] : [`        Note: ${note}`]),
  ];
}

function asked(of: readonly string[] | null, audiences: readonly Audience[]): string {
  if (of === null) return '';
  return `, asked of ${of.map((id) => audiences.find((audience) => audience.id === id)?.plural ?? id).join(' and ')}`;
}
