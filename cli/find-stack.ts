import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the Chaser that `npm start` runs in this project is to be found; empty when none runs. */
export function findStack(): { databaseUrl?: string; temporalAddress?: string; namespace?: string; taskQueue?: string; healthUrl?: string; mailboxPage?: string } {
  const file = fileURLToPath(new URL('../.chaser/stack.json', import.meta.url));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof findStack>) : {};
}
