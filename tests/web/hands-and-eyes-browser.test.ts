import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { mustFit, openBrowser, openDetails, picture } from '../support/browser.ts';
import { PEOPLE } from '../support/people.ts';
import { PROJECT } from '../../embedded/folders.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff, silentSchool } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/** The width of A4 within margins of a centimetre, in CSS pixels. */
const PAPER = 718;
/** More keys than any page needs to come from one end to the other. */
const MOST_KEYS = 150;
const CLICKS = join(PROJECT, 'docs/clicks.md');

/** The main tasks with the keyboard alone, main pages in text of twice the size, and on paper. */
describe('the service by keyboard, in large text and on paper', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let page: Page;
  let address: string;
  let reference: string;
  let link: string;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, links: LINKS, secure: false }, { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    reference = await silentSchool(world, '2040-10-18 11:00');
    const letter = world.sink.arrived.findLast(({ recipient, text }) => recipient === PEOPLE.head.email && text?.includes(reference));
    [, link = ''] = /^https:\/\/chaser\.example(\/a\/[\w-]{43})$/mu.exec(letter?.text ?? '') ?? [];
    assert.notEqual(link, '');
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { cookies } = await signedInAs(world.db, 'coordinator', { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  /** Presses the tab key until whatever has the focus is called so. */
  const tabTo = async (words: RegExp): Promise<void> => {
    const met: string[] = [];
    for (let key = 0; key < MOST_KEYS; key += 1) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate<string>(NAME_OF_FOCUSED);
      if (words.test(name)) return;
      met.push(name);
    }
    assert.fail(`The tab key does not come to ${words}. It comes to: ${met.slice(0, 60).join(' | ')}`);
  };

  const pages = () => ({
    today: '/',
    deployment: `/deployments/${reference}`,
    deployments: '/deployments',
    'record-answer': `/deployments/${reference}/answer/confirm-participation`,
    'answer-page': link,
    charts: '/charts',
    programmes: '/programmes',
    programme: '/programmes/tsi-2022-23/letters',
    timeliness: '/timeliness',
    measures: '/measures',
    measure: '/measures/M2',
    forecast: `/deployments/${reference}/forecast`,
    eligible: '/eligible',
    matching: '/matching',
    replies: '/replies',
    'your-e-mails': '/your-e-mails',
    start: '/start?q=school',
  });

  it('fits where text is twice as large, at 200 and at 400 per cent', async () => {
    const faults: string[] = [];
    for (const [name, path] of Object.entries(pages())) {
      for (const width of [640, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${address}${path}`);
        await page.evaluate("document.documentElement.style.fontSize = '200%'");
        await openDetails(page);
        await mustFit(page).catch((error: unknown) => faults.push(`${name} at ${width}: ${String(error).slice(0, 600)}`));
        await picture(page, `large-${name}-${width}`);
      }
    }
    assert.deepEqual(faults, []);
  });

  it('has on paper what is on the page, whole, without what can only be clicked', async () => {
    const faults: string[] = [];
    await page.setViewportSize({ width: PAPER, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    for (const [name, path] of Object.entries(pages())) {
      await page.goto(`${address}${path}`);
      for (const fault of await page.evaluate<string[]>(WHAT_PAPER_SPOILS)) faults.push(`${name}: ${fault}`);
      await mustFit(page).catch((error: unknown) => faults.push(`${name}: ${String(error).slice(0, 600)}`));
      await picture(page, `paper-${name}`);
    }
    await page.emulateMedia({ media: 'screen' });
    assert.deepEqual(faults, []);
  });

  it('records a call and its outcome from Today with the keyboard alone', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${address}/`);
    await tabTo(/^No answer yet: record the call/u);
    await page.keyboard.press('Enter');
    await tabTo(/^No answer$/u);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await tabTo(/^Note/u);
    await page.keyboard.type('With the school office.');
    await tabTo(/^Record the call/u);
    await page.keyboard.press('Enter');
    await page.getByText('Recorded: you left a message.').waitFor();
    const { rows } = await world.db.query<{ outcome: string; note: string }>('SELECT outcome, note FROM call_notes WHERE reference = $1', [
      reference,
    ]);
    assert.deepEqual(rows, [{ outcome: 'left-message', note: 'With the school office.' }]);
  });

  it('takes no more clicks to each page of the day than docs/clicks.md says', async () => {
    const from: Record<Task['from'], string> = {
      Today: '/',
      'the deployment': `/deployments/${reference}`,
      'the link in a letter': link,
      'the first page, not signed in': '/sign-in',
    };
    const staff = { coordinator: 'coordinator', administrator: 'alma', 'regional team': 'region', anybody: null } as const;
    const rows: string[] = [];
    const reached = new Map<string, readonly Reached[]>();
    for (const task of TASKS) {
      const way = `${task.who} ${task.from}`;
      const person = staff[task.who];
      const cookies = person === null ? {} : (await signedInAs(world.db, person, { secure: false })).cookies;
      if (!reached.has(way)) reached.set(way, await withinClicks(app, cookies, from[task.from]));
      const ways = (reached.get(way) ?? []).filter(({ path }) => task.page.test(path)).map(({ clicks }) => clicks);
      const clicks = ways.length === 0 ? `not within ${MOST_CLICKS}` : String(task.all === true ? Math.max(...ways) : Math.min(...ways));
      rows.push(`| ${task.wish} | ${task.what} | ${task.who} | ${task.from} | ${clicks} |`);
    }
    if (process.env['UPDATE_GOLDEN'] === '1') {
      const text = readFileSync(CLICKS, 'utf8');
      writeFileSync(CLICKS, text.replace(/(^\| -.*\n)[^]*$/mu, `$1${rows.join('\n')}\n`));
    }
    const written = readFileSync(CLICKS, 'utf8')
      .split('\n')
      .filter((line) => /^\| *1[56]\./u.test(line))
      .map((line) => line.replaceAll(/ +/gu, ' '));
    assert.deepEqual(rows, written);
    const changes = (reached.get('coordinator the deployment') ?? []).filter(({ path }) => path.includes(`${reference}/change/`));
    assert.ok(changes.length > 8, `${changes.length} changes`);
    assert.deepEqual(
      changes.filter(({ clicks }) => clicks > 2),
      [],
    );
  });

  it('answers from the letter with the keyboard alone', async () => {
    await page.goto(`${address}${link}`);
    await tabTo(/^Yes, we will take part/u);
    await page.keyboard.press('Space');
    await tabTo(/^Continue$/u);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Send your answer' }).waitFor();
    await tabTo(/^Send your answer$/u);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'We have your answer' }).waitFor();
    const { rows } = await world.db.query<{ answer: string; answered_by: string }>(
      "SELECT answer, answered_by FROM steps WHERE reference = $1 AND step = 'confirm-participation'",
      [reference],
    );
    assert.deepEqual(rows, [{ answer: 'accepts', answered_by: 'head' }]);
  });
});

type Task = {
  readonly wish: string;
  readonly what: string;
  readonly who: 'coordinator' | 'administrator' | 'regional team' | 'anybody';
  readonly from: 'Today' | 'the deployment' | 'the link in a letter' | 'the first page, not signed in';
  readonly page: RegExp;
  /** Of all such pages the one that is farthest away. */
  readonly all?: true;
};

const TASKS: readonly Task[] = [
  { wish: '15.2', what: 'Find a person', who: 'administrator', from: 'Today', page: /^\/people$/u },
  { wish: '15.2', what: 'Correct a telephone number met on a call', who: 'coordinator', from: 'Today', page: /^\/contacts\//u },
  { wish: '15.2', what: 'Open the page of a school', who: 'coordinator', from: 'the deployment', page: /^\/schools\/\d/u },
  { wish: '15.2', what: 'List closed days of one’s own school', who: 'anybody', from: 'the link in a letter', page: /closed-days$/u },
  { wish: '15.4', what: 'Open a call', who: 'coordinator', from: 'Today', page: /^\/calls\//u },
  { wish: '15.4', what: 'Record an answer given by telephone', who: 'coordinator', from: 'Today', page: /\/answer\//u },
  { wish: '15.4', what: 'See the region on a wallboard', who: 'regional team', from: 'Today', page: /^\/region\/wallboard$/u },
  { wish: '15.5', what: 'Open a deployment', who: 'coordinator', from: 'Today', page: /^\/deployments\/[^/]+$/u },
  { wish: '15.5', what: 'Make any change to a deployment', who: 'coordinator', from: 'the deployment', page: /\/change\//u, all: true },
  { wish: '15.6', what: 'Start from a list of URNs', who: 'coordinator', from: 'Today', page: /^\/many\/start$/u },
  { wish: '15.6', what: 'Import deployments under way', who: 'coordinator', from: 'Today', page: /^\/many\/under-way$/u },
  { wish: '15.7', what: 'Filter the deployments', who: 'coordinator', from: 'Today', page: /^\/deployments$/u },
  { wish: '15.7', what: 'Open the saved views', who: 'coordinator', from: 'Today', page: /^\/views$/u },
  { wish: '15.8', what: 'See the charts', who: 'coordinator', from: 'Today', page: /^\/charts$/u },
  { wish: '15.10', what: 'Read a programme', who: 'coordinator', from: 'Today', page: /^\/programmes\/[^/]+$/u },
  {
    wish: '15.10',
    what: 'Write the next version of a programme',
    who: 'administrator',
    from: 'Today',
    page: /^\/programmes\/[^/]+\/edit$/u,
  },
  { wish: '15.10', what: 'Rehearse a programme', who: 'administrator', from: 'Today', page: /^\/programmes\/[^/]+\/rehearse$/u },
  { wish: '15.11', what: 'Work out a date', who: 'anybody', from: 'the first page, not signed in', page: /^\/dates$/u },
  { wish: '15.11', what: 'Get help', who: 'anybody', from: 'the first page, not signed in', page: /^\/help$/u },
  { wish: '16.4', what: 'Say when one will answer', who: 'anybody', from: 'the link in a letter', page: /\/promise$/u },
  { wish: '16.5', what: 'Ask for more time', who: 'anybody', from: 'the link in a letter', page: /\/more-time$/u },
  { wish: '16.6', what: 'Pass it on', who: 'anybody', from: 'the link in a letter', page: /\/pass-on$/u },
  { wish: '16.9', what: 'Hold e-mails', who: 'administrator', from: 'Today', page: /^\/post\/hold$/u },
  { wish: '16.10', what: 'See what goes out tomorrow', who: 'coordinator', from: 'Today', page: /^\/post\/tomorrow$/u },
  { wish: '16.11', what: 'Make a calendar address', who: 'coordinator', from: 'Today', page: /^\/your-calendar$/u },
];

type Reached = { readonly path: string; readonly clicks: number };

const MOST_CLICKS = 3;
let visits = 0;

/** Every page that links lead to within three clicks, with the fewest. What is folded up costs a click to open. */
async function withinClicks(app: FastifyInstance, cookies: Record<string, string>, from: string): Promise<readonly Reached[]> {
  const clicksTo = new Map([[from, 0]]);
  for (let clicks = 0; clicks < MOST_CLICKS; clicks += 1) {
    for (const [path] of [...clicksTo].filter(([, each]) => each === clicks)) {
      const visit = (url: string) => {
        visits += 1;
        // Each visit from another address, so that nobody asks too often.
        const remoteAddress = `10.9.${Math.floor(visits / 250)}.${(visits % 250) + 1}`;
        return app.inject({ method: 'GET', url, cookies, remoteAddress });
      };
      const first = await visit(path);
      const { body, statusCode } = typeof first.headers.location === 'string' ? await visit(first.headers.location) : first;
      assert.notEqual(statusCode, 429);
      if (statusCode !== 200) continue;
      for (const link of linksOf(body)) {
        const total = clicks + link.clicks;
        const known = clicksTo.get(link.path);
        if (total <= MOST_CLICKS && (known === undefined || known > total)) clicksTo.set(link.path, total);
      }
    }
  }
  return [...clicksTo].map(([path, clicks]) => ({ path, clicks }));
}

/** The pages to which a page links, without what stands behind a question mark, and how many clicks each takes. */
function linksOf(html: string): readonly Reached[] {
  const links: Reached[] = [];
  let folded = 0;
  const open: boolean[] = [];
  for (const [, closing, tag, attributes = ''] of html.matchAll(/<(\/?)(details|a)\b([^>]*)>/gu)) {
    if (tag === 'details') {
      if (closing === '') open.push(/\sopen\b/u.test(attributes));
      const was = closing === '' ? open.at(-1) : open.pop();
      if (was === false) folded += closing === '' ? 1 : -1;
    } else if (closing === '') {
      const [, path] = /href="(\/[^"?#]*)/u.exec(attributes) ?? [];
      if (path !== undefined && !/\.\w+$|^\/sign-out|^\/assets/u.test(path)) links.push({ path, clicks: 1 + folded });
    }
  }
  return links;
}

/** What a screen reader would call it, near enough: the label of a field, else its own words. */
const NAME_OF_FOCUSED = `(() => {
  const it = document.activeElement;
  const words = it.labels?.length ? it.labels[0].textContent : it.textContent;
  return words.replace(/\\s+/g, ' ').trim();
})()`;

/** Navigation and buttons that are still there, and tables of which a part can only be reached by scrolling. */
const WHAT_PAPER_SPOILS = `(() => {
  const faults = [];
  for (const each of document.querySelectorAll('nav, header, footer, button, .govuk-service-navigation')) {
    if (each.checkVisibility()) faults.push('still there: ' + each.tagName + ' ' + each.textContent.replace(/\\s+/g, ' ').trim().slice(0, 60));
  }
  for (const table of document.querySelectorAll('table')) {
    if (!table.checkVisibility()) continue;
    const { right } = table.getBoundingClientRect();
    if (right > innerWidth + 1) faults.push('a table is ' + Math.round(right) + ' pixels wide on paper of ' + innerWidth);
    for (let box = table; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== 'visible' && box.scrollWidth > box.clientWidth + 1) faults.push('a table is cut off');
    }
  }
  return faults;
})()`;
