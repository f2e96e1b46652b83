import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';
import { BARE_ENVIRONMENT } from './bare-environment.ts';

/** A program that hangs is ended, and has no exit code. */
const ENDS_WITHIN_MS = 60_000;

export type Ended = { readonly code: number | null; readonly out: string; readonly error: string };

/** Another build of Chaser: a copy of what the image holds, in which sources can be changed. */
export type OtherBuild = {
  readonly folder: string;
  /** Replaces a text that stands in a source once. */
  change(path: string, from: string, to: string): void;
  /** Runs one of its programs to its end. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): void;
};

/** The instructions of the second stage of the Dockerfile, each a line. */
export function imageSteps(): readonly string[] {
  const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
  return dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).split('\n');
}

/** The folders that the image copies from the project. */
export function imageFolders(): readonly string[] {
  return imageSteps().flatMap((line) => /^COPY (\w+) \1$/.exec(line)?.[1] ?? []);
}

export function makeOtherBuild(): OtherBuild {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-build-'));
  // Its sources are at paths of their own, and what Node makes of them goes with them.
  const compiled = `${folder}-compiled`;
  for (const name of [...imageFolders(), 'package.json']) cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    change(path, from, to) {
      const file = join(folder, path);
      const text = readFileSync(file, 'utf8');
      if (text.split(from).length !== 2) throw new Error(`"${from}" does not stand once in ${path}.`);
      writeFileSync(
        file,
        text.replace(from, () => to),
      );
    },
    run: (program, args, env) =>
      new Promise((resolve) => {
        const child = execFile(
          process.execPath,
          [join(folder, program), ...args],
          { cwd: folder, env: { ...BARE_ENVIRONMENT, NODE_COMPILE_CACHE: compiled, ...env }, timeout: ENDS_WITHIN_MS },
          (_, out, error) => resolve({ code: child.exitCode, out, error }),
        );
      }),
    remove() {
      for (const each of [folder, compiled]) rmSync(each, { recursive: true, force: true });
    },
  };
}
