import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Stack } from '../../embedded/stack.ts';
import { cumbriaFeed } from '../calendars/calendar-world.ts';
import { click } from './browser.ts';
import { FORMS } from './form-programme.ts';
import { waitUntil } from './wait-until.ts';

type Mail = { readonly subject: string; readonly text: string; readonly html: string };

const WIDTHS = [1280, 320] as const;
/** Nobody looks at more of a page than this, and the pictures are kept with the source. */
const MOST_PIXELS_HIGH = { 1280: 1300, 320: 1700 } as const;
const SILENT = 'D00002';
const SECOND_LEADER = 'D00003';
const MATCHED = 'D00004';
const COORDINATOR = 'c.mills@delivery.example';
const REGIONAL_TEAM = 'h.applegarth@regions.example';
const ADMINISTRATOR = 'ada.admin@delivery.example';

/** Walks through a Chaser that has just loaded its sample, as each of its people, and takes pictures into a folder. */
export async function takeScreens(page: Page, { webUrl, mailboxPage }: Stack, folder: string): Promise<void> {
  const mails = async (): Promise<readonly Mail[]> => (await (await fetch(`${mailboxPage}/api/email`)).json()) as Mail[];
  const mailAbout = async (subject: RegExp): Promise<Mail> => {
    let found: Mail | undefined;
    await waitUntil(`an e-mail about ${String(subject)}`, async () => {
      found = (await mails()).findLast((mail) => subject.test(mail.subject));
      return found !== undefined;
    });
    return found as Mail;
  };
  const linkIn = async (subject: RegExp): Promise<string> => /http\S+\/a\/[\w-]+/.exec((await mailAbout(subject)).text)?.[0] ?? '';
  const take = async (name: string, fullPage = true): Promise<void> => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const height = await page.evaluate<number>('document.documentElement.scrollHeight');
      const clip = { x: 0, y: 0, width, height: Math.min(Math.max(height, 600), fullPage ? MOST_PIXELS_HIGH[width] : 900) };
      await page.screenshot({ path: join(folder, `${name}-${width}.jpg`), type: 'jpeg', quality: 25, fullPage: true, clip });
    }
  };
  /** Some pages are too long to look at in a picture. Only their first window is taken. */
  const takeEach = async (pages: Readonly<Record<string, string>>, fullPage = true): Promise<void> => {
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path.startsWith('http') ? path : `${webUrl}${path}`);
      await take(name, fullPage);
    }
  };
  const takeMail = async (name: string, subject: RegExp): Promise<void> => {
    // On a page of the service, its security policy would block the letter's own style.
    await page.goto('about:blank');
    await page.setContent((await mailAbout(subject)).html);
    await take(`email-${name}`);
  };
  const press = (name: string) => click(page.getByRole('button', { name, exact: true }));
  const open = (path: string) => page.goto(`${webUrl}${path}`);
  const signInAs = async (address: string): Promise<void> => {
    await page.context().clearCookies();
    const before = (await mails()).length;
    await open('/sign-in');
    await page.getByLabel(/mail address/i).fill(address);
    await click(page.locator('main button'));
    await waitUntil('the sign-in link has come', async () => (await mails()).length > before);
    await page.goto(/http\S+\/sign-in\/\S+/.exec((await mailAbout(/sign in/i)).text)?.[0] ?? '');
    await click(page.locator('main button'));
  };
  const fillDay = async (question: string, on: Date): Promise<void> => {
    const group = page.getByRole('group', { name: question });
    await group.getByLabel('Day').fill(String(on.getUTCDate()));
    await group.getByLabel('Month').fill(String(on.getUTCMonth() + 1));
    await group.getByLabel('Year').fill(String(on.getUTCFullYear()));
  };

  await emails();
  await answering();
  await atTheDesk();
  await changing();
  await escalations();
  await administering();
  await counted();

  async function emails(): Promise<void> {
    await takeMail('request', /^Please confirm participation/);
    await takeMail('reminder', /^Reminder/);
    await takeMail('overdue', /^Overdue/);
    await takeMail('call', /^Please telephone/);
    await takeMail('notice', /^For your information: Hillcrest/);
    await takeMail('escalation', /^For your decision/);
    await takeMail('escalation-notice', /^For your information: “/);
  }

  async function answering(): Promise<void> {
    const link = await linkIn(/^Please confirm participation.*Marzipan/);
    await takeEach({ answer: link });
    await press('Continue');
    await take('answer-error');
    await page.getByLabel('Yes, we will take part').check();
    await press('Continue');
    await take('answer-check');
    await takeEach({ 'answer-not-me': `${link}/not-me`, 'answer-mine': `${link}/mine`, 'sign-in': '/sign-in' });
  }

  async function atTheDesk(): Promise<void> {
    await signInAs(COORDINATOR);
    await takeMail('sign-in', /sign in/i);
    await takeEach({
      today: '/',
      deployment: `/deployments/${SILENT}`,
      'record-answer': `/deployments/${SILENT}/answer/confirm-participation`,
      deployments: '/deployments',
      start: '/start',
      'start-found': '/start?q=primary',
      'start-plan': '/start?subject=school:990002&programme=tsi-2022-23',
      'start-questions': '/start?subject=school:990002&programme=si-2019-20',
      programmes: '/programmes',
      'mail-preview': '/programmes/tsi-2022-23/preview/confirm-participation/request',
      compare: '/programmes/tsi-2022-23/compare',
      rehearse: '/programmes/tsi-2022-23/rehearse',
      'not-found': '/nowhere',
    });
    await takeEach({ programme: '/programmes/tsi-2022-23' }, false);
    await open('/programmes/tsi-2022-23/rehearse');
    await press('Rehearse');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate('document.getElementById("picture").scrollIntoView()');
      await page.screenshot({ path: join(folder, `rehearsed-${width}.jpg`), type: 'jpeg', quality: 25 });
    }
  }

  async function changing(): Promise<void> {
    await open(`/deployments/${MATCHED}/change/extend`);
    const due = Date.parse(/Due on \w+ (\d+ \w+ \d+)/.exec(await page.locator('main').innerText())?.[1] ?? '');
    // A later date may lie in the holidays and be refused; the refusal is worth a picture too.
    for (let weeks = 1; weeks < 9; weeks += 1) {
      await fillDay('What is the new due date?', new Date(due + weeks * 7 * 86_400_000 + 3_600_000));
      await page.getByLabel('Why?').fill('Agreed by telephone with the Department.');
      await press('Continue');
      if (!(await page.title()).startsWith('Error')) break;
      await take('change-error');
    }
    await take('change-extend-check');
    await open(`/deployments/${SILENT}/change/stop-clock`);
    await page.getByLabel('The whole deployment').check();
    await page.getByLabel('Illness').check();
    await fillDay('When should the pause end?', new Date(Date.now() + 28 * 86_400_000));
    await page.getByLabel('Why?').fill('The head is ill.');
    await take('change');
    await press('Continue');
    await take('change-check');
    await press('Pause');
    await take('clock-stopped');
    await takeEach({
      'change-resume': `/deployments/${SILENT}/change/resume-clock`,
      'change-person': `/deployments/${SILENT}/change/change-person`,
      'deployments-stopped': '/deployments',
      work: '/people/gwendolyn-starling/work',
    });
    await takeMail('news', /has been paused/);
    await open('/people/gwendolyn-starling/work/move');
    await page.getByLabel('Who is taking over?').fill('Hyacinth Moorcroft');
    await page.getByLabel('Why?').fill('She leaves at the end of term.');
    await take('work-move');
    await press('Continue');
    await take('work-move-check');
  }

  async function escalations(): Promise<void> {
    const link = await linkIn(/^For your decision.*Canalside/);
    await takeEach({ escalation: link, 'escalation-hand-over': `${link}/hand-over` });
    await page.goto(link);
    await press('I take this on');
    await take('escalation-error');
    await signInAs(REGIONAL_TEAM);
    const desk = `/deployments/${SECOND_LEADER}/escalations/confirm-ability/2`;
    await takeEach({ region: '/region', 'region-today': '/', 'escalation-at-a-desk': desk });
    await open(desk);
    await page.getByLabel('What will be done').fill('I telephone him and find somebody else if he cannot.');
    await fillDay('By which day', new Date(Date.now() + 21 * 86_400_000));
    await press('I take this on');
    await take('escalation-taken-on');
    await takeMail('escalation-news', /has taken on/);
  }

  async function administering(): Promise<void> {
    await signInAs(ADMINISTRATOR);
    await takeEach({
      service: '/service',
      sessions: '/sessions',
      'sessions-of-somebody': '/people/gwendolyn-starling/sessions',
      calendars: '/calendars',
      'calendar-authority': '/calendars/authority/373',
      'calendar-import': '/calendars/import',
      'calendar-close': '/calendars/close',
    });
    await open('/calendars/import');
    await page.getByLabel('Name of the file').fill('cumbria.ics');
    await page.getByLabel('Local authority, for an .ics feed').fill('909');
    await page.getByLabel('The text of the file').fill(cumbriaFeed());
    await press('See what changes');
    await take('calendar-check');
    await press('Keep these dates');
    await take('calendar-impact');
    await open('/rehearse');
    await page.getByLabel('Or paste its text').fill(FORMS);
    await press('Check and rehearse');
    await take('publish');
    await click(page.getByRole('button', { name: /^Publish/ }));
    await take('programme-versions', false);
    await open('/start?subject=school:990015&programme=forms');
    await press('Start the deployment');
    const started = page.url();
    await takeEach({ 'answer-form-with-groups': `${started.split('?')[0] ?? ''}/answer/plan` });
  }

  async function counted(): Promise<void> {
    await page.goto(await linkIn(/^Please confirm participation.*Marzipan/));
    await page.getByLabel('Yes, we will take part').check();
    await press('Continue');
    await press('Send your answer');
    await take('answer-counted');
  }
}
