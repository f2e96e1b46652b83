import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The addresses of the Chaser that `npm start` runs in this project; empty when none runs. */
export function findStack(): {
  databaseUrl?: string;
  temporalAddress?: string;
  namespace?: string;
  taskQueue?: string;
  healthUrl?: string;
  mailboxPage?: string;
} {
  const folder = process.env['CHASER_DATA'] ?? fileURLToPath(new URL('../.chaser', import.meta.url));
  const file = join(folder, 'stack.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof findStack>) : {};
}
