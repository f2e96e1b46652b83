import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { PEOPLE } from '../support/people.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const WIDTHS = [320, 1280] as const;

/** From the link in an e-mail, by clicks, to the row in the database and the next e-mail. */
describe('what somebody who is asked asks for, and what is held, in a real browser', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let address: string;
  /** Whoever is asked, who is not signed in. */
  let head: Page;
  let cora: Page;
  let alma: Page;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, links: LINKS, secure: false }, { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    head = await browser.newPage();
    cora = await signedIn('coordinator');
    alma = await signedIn('alma');
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  async function signedIn(person: string): Promise<Page> {
    const context = await browser.newContext();
    const { cookies } = await signedInAs(world.db, person, { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    return context.newPage();
  }
  /** The page fits, is accessible and with PICTURES=yes is kept as a picture, at both widths; `tests/web/every-state.ts` has the pages between. */
  const look = async (page: Page, name: string): Promise<void> => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await mustFit(page);
      await mustBeAccessible(page);
      await picture(page, `asked-${name}-${width}`);
    }
  };
  const press = (page: Page, name: string | RegExp) => click(page.getByRole('button', { name, exact: true }));
  const follow = (page: Page, name: string | RegExp) => click(page.getByRole('link', { name, exact: true }).first());
  const text = (page: Page) => page.locator('main').innerText();
  const mailTo = (email: string, reference: string) =>
    world.sink.arrived.filter((mail) => mail.recipient === email && mail.text?.includes(reference) === true);
  const newest = (email: string, reference: string) => (mailTo(email, reference).at(-1)?.text ?? '').replaceAll(/\s+/g, ' ');
  const one = async (query: string, reference: string): Promise<unknown> =>
    (await world.db.query<{ row: unknown }>(query, [reference])).rows.map(({ row }) => row);

  /** The school is asked on Monday 8 October 2040 and is to answer by Monday 15 October. Opens the link of its e-mail. */
  async function asked(): Promise<string> {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await openLink(head, PEOPLE.head.email, reference);
    return reference;
  }
  async function openLink(page: Page, email: string, reference: string): Promise<void> {
    const mail = mailTo(email, reference).findLast(({ text: said }) => said?.includes('https://chaser.example/a/') === true);
    const path = /https:\/\/chaser\.example(\/a\/[\w-]+)/.exec(mail?.text ?? '')?.[1] ?? assert.fail(`no link for ${email}`);
    await page.goto(`${address}${path}`);
  }

  it('a promise holds the reminders, and the one after its day says so; a problem comes to the coordinator', async () => {
    const reference = await asked();
    await follow(head, 'Say by when you will answer');
    await look(head, 'promise');
    await press(head, 'I will answer by Thursday 11 October 2040');
    await head.getByRole('heading', { name: 'You have said when you will answer' }).waitFor();
    await look(head, 'promised');
    const offered = await head.getByRole('button').allInnerTexts();
    assert.ok(!offered.includes('I will answer by Thursday 11 October 2040'), 'the day that they have chosen is not offered again');
    assert.deepEqual(await one('SELECT promised_on::text AS row FROM promises WHERE reference = $1', reference), ['2040-10-11']);

    await follow(head, 'Back to the question');
    await follow(head, /^I have a problem/);
    await look(head, 'problem');
    await press(head, 'Send it');
    assert.match(await text(head), /There is a problem/);
    await head.getByLabel('What is the problem?').fill('Our governors resigned last night.');
    await press(head, 'Send it');
    assert.deepEqual(await one('SELECT words AS row FROM problems WHERE reference = $1', reference), [
      'Our governors resigned last night.',
    ]);
    await cora.goto(address);
    assert.match(await text(cora), /Our governors resigned last night\./);

    await world.forwardTo(reference, '2040-10-16 18:00');
    await world.postIsDone();
    assert.match(newest(PEOPLE.head.email, reference), /You told us that you would answer by Thursday 11 October 2040\./);
  });

  it('more time is refused with words, asked for again and given, and each is told by e-mail', async () => {
    const reference = await asked();
    const ask = async () => {
      await follow(head, 'Ask for more time');
      for (const [label, value] of [
        ['Day', '19'],
        ['Month', '10'],
        ['Year', '2040'],
      ] as const) {
        await head.getByLabel(label).fill(value);
      }
      await head.getByLabel('Why do you need more time?').fill('The governors meet on Thursday.');
      await press(head, 'Ask for more time');
      await head.getByRole('heading', { name: 'You have asked for more time' }).waitFor();
      await world.postIsDone();
    };
    const decide = () => cora.goto(`${address}/deployments/${reference}/more-time/confirm-participation/1`);
    await ask();
    assert.match(newest(PEOPLE.coordinator.email, reference), /Friday 19 October 2040/);
    await decide();
    await look(cora, 'time-decide');
    await cora.getByLabel('Why?').fill('The visit is booked for that week.');
    await press(cora, 'Refuse more time');
    await cora.getByRole('alert').waitFor();
    await world.postIsDone();
    assert.match(newest(PEOPLE.head.email, reference), /The visit is booked for that week\./);

    await openLink(head, PEOPLE.head.email, reference);
    await ask();
    await decide();
    await press(cora, 'Give the time');
    await cora.getByRole('alert').waitFor();
    await world.postIsDone();
    assert.match(newest(PEOPLE.head.email, reference), /Friday 19 October 2040/);
    const outcomes = await one('SELECT outcome AS row FROM time_requests WHERE reference = $1 ORDER BY change', reference);
    assert.deepEqual(outcomes, ['refused', 'given']);
    const due = await one("SELECT due_on::text AS row FROM steps WHERE reference = $1 AND step = 'confirm-participation'", reference);
    assert.deepEqual(due, ['2040-10-19']);
  });

  it('somebody else is named and approved: their e-mail opens the question, and the old link does not', async () => {
    const reference = await asked();
    await follow(head, 'Name somebody else to be asked');
    const link = head.url().replace('/pass-on', '');
    await head.getByLabel('Their full name').fill('Nora Newcome');
    await head.getByLabel('Their e-mail address').fill('nora@hilside.example');
    await press(head, 'Name them');
    assert.match(await text(head), /Did you mean nora@hillside\.example\?/);
    await look(head, 'pass-on-typo');
    await head.getByLabel('Their e-mail address').fill('nora@hillside.example');
    await press(head, 'Name them');
    await head.getByRole('heading', { name: 'You have named somebody else' }).waitFor();

    await cora.goto(`${address}/deployments/${reference}`);
    await click(cora.locator(`main a[href*="/deployments/${reference}/pass-on/"]`).first());
    await look(cora, 'pass-on-decide');
    await press(cora, 'Ask Nora Newcome instead');
    await cora.getByRole('alert').waitFor();
    await world.postIsDone();
    assert.deepEqual(await one('SELECT outcome AS row FROM pass_ons WHERE reference = $1', reference), ['passed-on']);
    await openLink(head, 'nora@hillside.example', reference);
    assert.match(await text(head), /Please answer by Monday 15 October 2040/);
    await head.goto(link);
    assert.doesNotMatch(await text(head), /Please answer by/);
  });

  it('what goes out is foretold, nothing leaves while everything is held, and it leaves on release', async () => {
    const reference = await asked();
    await alma.goto(`${address}/post`);
    await follow(alma, 'Hold e-mails');
    await alma.locator('input[name="what"][value="service:"]').check();
    await alma.getByLabel('Why?').fill('An election period.');
    await press(alma, 'Hold the e-mails');
    assert.match(await text(alma), /The e-mails are on hold\. None leaves from now on\./);
    const release = alma.url();
    const before = mailTo(PEOPLE.head.email, reference).length;
    await world.forwardTo(reference, '2040-10-15 09:00');
    await alma.goto(`${address}/post/tomorrow?deployment=${reference}`);
    await look(alma, 'tomorrow');
    assert.match(await text(alma), /to Harry Head \(on hold\)/);
    assert.equal(mailTo(PEOPLE.head.email, reference).length, before, 'nothing leaves while it is held');
    await alma.goto(release);
    await look(alma, 'held');
    await alma.getByLabel('Why are they released?').fill('It is over.');
    await press(alma, 'Release the e-mails');
    assert.match(await text(alma), /The e-mails are released\./);
    await world.postIsDone();
    assert.equal(mailTo(PEOPLE.head.email, reference).length, before + 1, 'one e-mail about the step, the newest');
    const { rows } = await world.db.query('SELECT scope, because, released_because AS released FROM post_holds');
    assert.deepEqual(rows, [{ scope: 'service', because: 'An election period.', released: 'It is over.' }]);
  });
});
