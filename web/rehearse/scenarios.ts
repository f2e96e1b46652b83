import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../rehearsal/scenarios');

/** A scenario that comes with Chaser. */
export type ShippedScenario = { readonly name: string; readonly title: string; readonly text: string };

/** The scenarios that come with Chaser for a programme, by name. */
export function shippedScenarios(programme: string): readonly ShippedScenario[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      if (lineOf(text, 'programme') !== programme) return [];
      return [{ name: file.slice(0, -'.yaml'.length), title: lineOf(text, 'title') ?? file, text }];
    });
}

function lineOf(text: string, key: string): string | undefined {
  return new RegExp(`^${key}: *(.+)$`, 'm').exec(text)?.[1]?.trim();
}
