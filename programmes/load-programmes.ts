import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { formatFinding } from './finding.ts';
import { readProgramme } from './read-programme.ts';
import type { ReadProgramme } from './read-programme.ts';
import { suggestion } from './suggestion.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const EXTENSION = '.yaml';

/** The ids of the programmes that come with Chaser, one YAML file each, in alphabetical order. */
export function listProgrammes(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => basename(file, EXTENSION))
    .toSorted();
}

/** The text of a programme that comes with Chaser. Throws where there is none. */
export function programmeText(id: string): string {
  return readFileSync(programmePath(id), 'utf8');
}

export type ProgrammeRefusal = Reason & { readonly kind: 'unknown-programme' | 'faulty-programme' };

/** A programme by its id, checked. Refused when there is none with that id, or when the checker finds a fault in it. */
export function loadProgramme(id: string): Result<Programme, ProgrammeRefusal> {
  const known = listProgrammes();
  if (!known.includes(id)) {
    return refused({
      kind: 'unknown-programme',
      message: `There is no programme "${id}".`,
      remedy: suggestion(id, known),
    });
  }
  const { programme, findings } = readShipped(programmePath(id));
  if (programme !== null) return ok(programme);
  return refused({
    kind: 'faulty-programme',
    message: `The programme "${id}" has faults:\n${findings.map(formatFinding).join('\n')}`,
    remedy: `Correct its file, and look again with:  chaser programme check ${id}`,
  });
}

const checked = new Map<string, { readonly text: string; readonly read: ReadProgramme }>();

/** Reading one takes a tenth of a second of a processor, so what was checked is kept for as long as its file stays as it is. */
function readShipped(path: string): ReadProgramme {
  const text = readFileSync(path, 'utf8');
  const before = checked.get(path);
  if (before?.text === text) return before.read;
  const read = readProgramme(text, path);
  checked.set(path, { text, read });
  return read;
}

/** The path of the file of a programme that comes with Chaser. */
export function programmePath(id: string): string {
  return join(FOLDER, `${id}${EXTENSION}`);
}

/**
 * A programme from any file, or its findings, as `readProgramme` gives them. Throws the file system's error when the
 * file cannot be read.
 */
export function readProgrammeFile(path: string, shownAs = path, termCalendars?: readonly string[]): ReadProgramme {
  return readProgramme(readFileSync(path, 'utf8'), shownAs, termCalendars);
}
