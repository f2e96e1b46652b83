import { globSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';
import type { Registers } from './guarded-app.ts';

/** Whatever adds routes, found in the files of web/ and not written down a second time. */
export async function everyRegister(): Promise<readonly Registers[]> {
  const found: Registers[] = [];
  for (const file of globSync('web/*/{routes,*-routes}.ts', { cwd: PROJECT }).toSorted()) {
    if (file.endsWith('.test.ts')) continue;
    const module = (await import(join(PROJECT, file))) as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(module)) if (/^register\w*Routes$/.test(name)) found.push(value as Registers);
  }
  return found;
}
