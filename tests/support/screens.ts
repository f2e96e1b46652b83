/**
 * `npm run screens`: pictures of the pages and of the e-mails, 1280 and 320 pixels wide, into docs/screens/. They are taken of
 * the Chaser of `npm start` with its sample, in a folder of its own, to be looked at.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PROJECT } from '../../embedded/folders.ts';
import type { Stack } from '../../embedded/stack.ts';
import { openBrowser } from './browser.ts';
import { waitUntil } from './wait-until.ts';

type Mail = { readonly subject: string; readonly text: string; readonly html: string };

const WIDTHS = [1280, 320] as const;
const pictures = join(PROJECT, 'docs/screens');
const folder = mkdtempSync(join(tmpdir(), 'chaser-screens-'));
chmodSync(folder, 0o755);
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });

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
  const browser = await openBrowser();
  await takeAll(await (await browser.newContext()).newPage(), stack);
  await browser.close();
  process.stdout.write(`The pictures are in ${pictures}.\n`);
} finally {
  child.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function takeAll(page: Page, { webUrl, mailboxPage }: Stack): Promise<void> {
  const mails = async (): Promise<readonly Mail[]> => (await (await fetch(`${mailboxPage}/api/email`)).json()) as Mail[];
  const mailAbout = async (subject: RegExp): Promise<Mail> => {
    let found: Mail | undefined;
    await waitUntil(`an e-mail about ${String(subject)}`, async () => {
      found = (await mails()).findLast((mail) => subject.test(mail.subject));
      return found !== undefined;
    });
    return found as Mail;
  };
  const take = async (name: string, fullPage = true): Promise<void> => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(pictures, `${name}-${width}.jpg`), type: 'jpeg', quality: 50, fullPage });
    }
  };
  const press = (name: string) => page.getByRole('button', { name }).click();
  const signInAs = async (address: string): Promise<void> => {
    await page.context().clearCookies();
    const before = (await mails()).length;
    await page.goto(`${webUrl}/sign-in`);
    await page.getByLabel(/mail address/i).fill(address);
    await page.locator('main button').click();
    await waitUntil('the sign-in link has come', async () => (await mails()).length > before);
    await page.goto(/http\S+\/sign-in\/\S+/.exec((await mailAbout(/sign in/i)).text)?.[0] ?? '');
    await page.locator('main button').click();
  };

  for (const [name, subject] of [
    ['email-request', /^Please confirm participation/],
    ['email-overdue', /^Overdue/],
    ['email-call', /^Please telephone/],
    ['email-escalation', /^For your decision/],
  ] as const) {
    await page.setContent((await mailAbout(subject)).html);
    await take(name);
  }

  const link = /http\S+\/a\/\S+/.exec((await mailAbout(/^Please confirm participation.*Marzipan/)).text)?.[0] ?? '';
  await page.goto(link);
  await take('answer');
  await press('Continue');
  await take('answer-error');
  await page.getByLabel('Yes, we will take part').check();
  await press('Continue');
  await take('answer-check');
  await page.goto(`${link}/not-me`);
  await take('answer-not-me');
  await page.goto(`${link}/mine`);
  await take('answer-mine');

  await page.goto(webUrl);
  await take('sign-in');
  await signInAs('c.mills@delivery.example');
  for (const [name, path] of [
    ['today', '/'],
    ['deployment', '/deployments/D00002'],
    ['record-answer', '/deployments/D00002/answer/confirm-participation'],
    ['deployments', '/deployments'],
    ['start', '/start'],
    ['programmes', '/programmes'],
    ['programme', '/programmes/tsi-2022-23'],
    ['mail-preview', '/programmes/tsi-2022-23/preview/confirm-participation/request'],
    ['not-found', '/nowhere'],
  ] as const) {
    await page.goto(`${webUrl}${path}`);
    // The whole chronology is longer than anybody looks at in a picture.
    await take(name, name !== 'programme');
  }
  await page.goto(`${webUrl}/deployments/D00002/change/stop-clock`);
  await page.getByLabel('The whole deployment').check();
  await page.getByLabel('Illness').check();
  const inAWeek = new Date(Date.now() + 7 * 86_400_000);
  const expected = page.getByRole('group', { name: 'When is it expected to run again?' });
  await expected.getByLabel('Day').fill(String(inAWeek.getUTCDate()));
  await expected.getByLabel('Month').fill(String(inAWeek.getUTCMonth() + 1));
  await expected.getByLabel('Year').fill(String(inAWeek.getUTCFullYear()));
  await page.getByLabel('Why?').fill('The head is ill.');
  await take('change');
  await press('Continue');
  await take('change-check');
  await press('Stop the clock');
  await take('clock-stopped');
  await signInAs('h.applegarth@regions.example');
  await page.goto(`${webUrl}/region`);
  await take('region');
  await signInAs('ada.admin@delivery.example');
  await page.goto(`${webUrl}/service`);
  await take('service');

  await page.goto(link);
  await page.getByLabel('Yes, we will take part').check();
  await press('Continue');
  await press('Send your answer');
  await take('answer-counted');
}
