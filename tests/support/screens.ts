/**
 * `npm run screens`: takes pictures of the pages and of the e-mails, 1280 and 320 pixels wide, into .chaser/screens/,
 * for somebody to look at. They show the Chaser of `npm start` with its sample, in a folder of its own. The pictures
 * that the documents show are copied to docs/screens/; only those are kept with the source.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';
import type { Stack } from '../../embedded/stack.ts';
import { openBrowser } from './browser.ts';
import { takeScreens } from './take-screens.ts';
import { waitUntil } from './wait-until.ts';

const pictures = join(PROJECT, '.chaser/screens');
/** The pictures that README.md shows. */
const SHOWN = ['today-1280.jpg', 'deployment-1280.jpg', 'email-request-320.jpg'];
const folder = mkdtempSync(join(tmpdir(), 'chaser-screens-'));
chmodSync(folder, 0o755);

const child = spawn(process.execPath, [join(PROJECT, 'embedded/main.ts')], {
  env: { ...process.env, CHASER_DATA: join(folder, 'data') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => child.once('exit', resolve));
let said = '';
child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
try {
  await waitUntil('Chaser runs', () => said.includes('Chaser is running.'), 120_000);
  const stack = JSON.parse(readFileSync(join(folder, 'data/stack.json'), 'utf8')) as Stack;
  // The old pictures are removed only when new ones can be taken.
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const browser = await openBrowser();
  await takeScreens(await (await browser.newContext()).newPage(), stack, pictures);
  await browser.close();
  for (const name of SHOWN) copyFileSync(join(pictures, name), join(PROJECT, 'docs/screens', name));
  process.stdout.write(`The pictures are in ${pictures}.\n`);
} finally {
  child.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
