import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import type { Programme } from '../domain/programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { loadProgramme, readProgrammeFile } from '../programmes/load-programmes.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { EXIT, Fault, usage } from './output.ts';

/** A programme that comes with Chaser; a fault that names the known ones when there is none of this id. */
export function mustLoadProgramme(id: string): Programme {
  const loaded = loadProgramme(id);
  if (loaded.ok) return loaded.value;
  throw new Fault(loaded.reason, loaded.reason.kind === 'unknown-programme' ? EXIT.usage : EXIT.refused);
}

/** A programme that comes with Chaser, or one of a file of somebody's own; `remedy` is what to do once its faults are known. */
export function mustReadProgramme(name: string, remedy: string): Programme {
  if (!isFileName(name)) return mustLoadProgramme(name);
  mustBeFile(name);
  const { programme, findings } = readProgrammeFile(name, relative('', name));
  if (programme !== null) return programme;
  throw new Fault({ kind: 'faulty-programme', message: findings.map(formatFinding).join('\n'), remedy });
}

/** `./mine.yaml` and `mine.yaml` are files; `tsi-2022-23` is an id. */
export function isFileName(name: string): boolean {
  return /[/\\]|\.ya?ml$/.test(name);
}

/** The path of a file that is named, or of what comes with Chaser under that id; `what` says what it is, such as a survey. Fails when it is not there. */
export function fileOrId(name: string, what: string, known: readonly string[], pathOf: (id: string) => string): string {
  if (isFileName(name)) {
    mustBeFile(name);
    return name;
  }
  if (known.includes(name)) return pathOf(name);
  throw usage(`There is no ${what} "${name.slice(0, 60)}".`, suggestion(name, known));
}

function mustBeFile(name: string): void {
  if (!existsSync(name) || !statSync(name).isFile()) throw noFile(name);
}

export function noFile(name: string): Fault {
  return new Fault(
    { kind: 'no-file', message: `There is no file ${name}.`, remedy: 'Check its name and the folder you are in.' },
    EXIT.usage,
  );
}
