import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { DATA } from './folders.ts';
import { dataFolder } from './postgres-server.ts';
import { runningStack } from './stack.ts';

/** `npm run reset`: empties `.chaser/` after asking; with `--yes`, without asking. */
const running = runningStack();
if (running !== undefined) {
  process.stderr.write(`Chaser is running (process ${running.pid}). Stop it first, with Ctrl-C.\n`);
  process.exit(1);
}
if (!existsSync(DATA)) {
  process.stdout.write('There is nothing to reset.\n');
  process.exit(0);
}
if (!process.argv.includes('--yes') && !(await isMeant())) {
  process.stdout.write('Nothing was changed.\n');
  process.exit(1);
}
const elsewhere = dataFolder(join(DATA, 'postgres'));
for (const folder of [elsewhere, DATA]) rmSync(folder, { recursive: true, force: true });
process.stdout.write('All local data is gone. npm start begins anew.\n');

async function isMeant(): Promise<boolean> {
  const asked = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asked.question(`This deletes every deployment, letter and e-mail in ${DATA}. Delete them? (yes/no) `);
  asked.close();
  return answer.trim().toLowerCase() === 'yes';
}
