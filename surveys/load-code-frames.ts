import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { CodeFrame } from '../domain/surveys/code-frame.ts';
import { openQuestionsOf } from '../domain/surveys/coding.ts';
import { formatFinding } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { listSurveys, loadSurvey } from './load-surveys.ts';
import { readCodeFrame } from './read-code-frame.ts';
import type { ReadCodeFrame } from './read-code-frame.ts';

const FOLDER = fileURLToPath(new URL('./frames/', import.meta.url));
const EXTENSION = '.yaml';

/** The ids of the code frames that come with Chaser, one YAML file each, in alphabetical order. */
export function listCodeFrames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .toSorted();
}

/** The path of the file of a code frame that comes with Chaser. */
export function codeFramePath(id: string): string {
  return join(FOLDER, `${id}${EXTENSION}`);
}

/**
 * A code frame from any file, or its findings, among them the questions that its survey does not have. Throws the file system's error when the file
 * cannot be read.
 */
export function readCodeFrameFile(path: string, shownAs = path): ReadCodeFrame {
  return readCodeFrame(readFileSync(path, 'utf8'), shownAs, (survey) => {
    if (!listSurveys().includes(survey)) return undefined;
    const loaded = loadSurvey(survey);
    if (!loaded.ok) throw new Error(loaded.reason.message);
    return openQuestionsOf(loaded.value).map(({ id }) => id);
  });
}

/** A code frame that comes with Chaser by its id, checked. Refused where there is none with that id, or its file has a fault. */
export function loadCodeFrame(id: string): Result<CodeFrame, Reason> {
  const known = listCodeFrames();
  if (!known.includes(id)) {
    return refused({ kind: 'unknown-frame', message: `There is no code frame "${id.slice(0, 60)}".`, remedy: suggestion(id, known) });
  }
  const path = codeFramePath(id);
  const { frame, findings } = readCodeFrameFile(path);
  if (frame !== null) return ok(frame);
  const faults = findings.map(formatFinding).join('\n');
  return refused({
    kind: 'faulty-frame',
    message: `The code frame "${id}" has faults:\n${faults}`,
    remedy: `Correct ${path}, and try again.`,
  });
}

let allRead: readonly CodeFrame[] | undefined;

/**
 * Every code frame that comes with Chaser, by id. Their files are read and checked the first time: nothing changes them while Chaser runs. Throws where one
 * of them has a fault.
 */
export function loadCodeFrames(): readonly CodeFrame[] {
  allRead ??= listCodeFrames().map((id) => {
    const loaded = loadCodeFrame(id);
    if (!loaded.ok) throw new Error(loaded.reason.message);
    return loaded.value;
  });
  return allRead;
}
