import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Survey } from '../domain/surveys/survey.ts';
import { formatFinding } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readSurvey } from './read-survey.ts';
import type { ReadSurvey } from './read-survey.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const EXTENSION = '.yaml';

/** The ids of the surveys that come with Chaser, one YAML file each, in alphabetical order. */
export function listSurveys(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .toSorted();
}

export type SurveyRefusal = Reason & { readonly kind: 'unknown-survey' | 'faulty-survey' };

/** A survey that comes with Chaser by its id, checked. Refused where there is none with that id, or the checker finds a fault in it. */
export function loadSurvey(id: string): Result<Survey, SurveyRefusal> {
  const known = listSurveys();
  if (!known.includes(id)) {
    return refused({ kind: 'unknown-survey', message: `There is no survey "${id}".`, remedy: suggestion(id, known) });
  }
  const { survey, findings } = readSurveyFile(surveyPath(id));
  if (survey !== null) return ok(survey);
  return refused({
    kind: 'faulty-survey',
    message: `The survey "${id}" has faults:\n${findings.map(formatFinding).join('\n')}`,
    remedy: `Correct ${surveyPath(id)}, and try again.`,
  });
}

/** The path of the file of a survey that comes with Chaser. */
export function surveyPath(id: string): string {
  return join(FOLDER, `${id}${EXTENSION}`);
}

/** A survey from any file, or its findings. Throws the file system's error when the file cannot be read. */
export function readSurveyFile(path: string, shownAs = path): ReadSurvey {
  return readSurvey(readFileSync(path, 'utf8'), shownAs);
}
