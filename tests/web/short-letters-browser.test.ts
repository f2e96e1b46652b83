import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Letter } from '../../activities/ports.ts';
import { createApp } from '../../web/app.ts';
import { letterParts } from '../../web/deployment/letter-text.ts';
import { click, mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { PARTIES, PEOPLE } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { begunWords } from '../../letters/begun-words.ts';
import { createComposer } from '../../mail/compose.ts';
import { envelopeOf, JO, letterOfKind } from '../kit/letters.ts';
import { wordsOf } from '../kit/words.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import { servicesOf } from './staff-app.ts';

const PUBLIC_URL = 'https://chaser.example';
/** The smallest telephone of our tests, and the length of the letters that ask: one and a half of its screens. */
const PHONE = { width: 320, height: 640 };
const MOST_SCREENS = 1.5;
const compose = createComposer({ messageIdDomain: 'mail.example', from: { name: 'Chaser', address: 'chaser@mail.example' } });
const composeOne = (letter: Letter) => compose(envelopeOf(letter));

describe('a letter in a browser', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let page: Page;
  let address: string;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.application, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, secure: false }, { trustProxy: 1 });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  const begin = async (step: string): Promise<string> => {
    const reference = await world.begin('2040-10-08 09:30', {
      programme: tsiProgrammeFrom(step),
      parties: { ...PARTIES, 'system-leader': ['leader'] },
    });
    await world.postIsDone();
    return reference;
  };
  const letterTo = (reference: string, person: keyof typeof PEOPLE) => {
    const letter = world.sink.arrived.findLast(({ recipient, text }) => recipient === PEOPLE[person].email && text?.includes(reference));
    assert.ok(letter !== undefined && typeof letter.html === 'string' && letter.text !== undefined, 'the letter is in the mailbox');
    return { html: letter.html, text: letter.text };
  };
  /** Opens the HTML of a letter as a page, its links leading to the service of this test. */
  const open = async ({ html }: { readonly html: string }): Promise<void> => {
    await page.unrouteAll();
    await page.route('**/letter', (route) =>
      route.fulfill({ contentType: 'text/html; charset=utf-8', body: html.replaceAll(PUBLIC_URL, address) }),
    );
    await page.goto(`${address}/letter`);
  };
  const heightOf = () => page.evaluate<number>('document.documentElement.scrollHeight');
  const stepOf = async (reference: string) => {
    const { rows } = await world.db.query<{ state: string; answer: string | null; fields: unknown; by: string | null }>(
      `SELECT state, answer, answer_fields AS fields, answered_by AS by FROM steps WHERE reference = $1 ORDER BY opened_at LIMIT 1`,
      [reference],
    );
    return rows[0];
  };
  const written = async (reference: string) => {
    const { rows } = await world.db.query<{ count: number }>(
      `SELECT (SELECT count(*) FROM answer_drafts WHERE reference = $1) + (SELECT count(*) FROM kept_answers WHERE reference = $1)
            + (SELECT count(*) FROM events WHERE reference = $1) AS count`,
      [reference],
    );
    return rows[0]?.count;
  };
  const send = async (): Promise<void> => {
    await click(page.getByRole('button', { name: 'Continue', exact: true }).last());
    await click(page.getByRole('button', { name: 'Send your answer' }));
    await page.getByRole('heading', { name: 'We have your answer' }).waitFor();
  };

  const mustBeShort = async (letter: { readonly html: string }, name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [PHONE, { width: 1280, height: 800 }]) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await open(letter);
        await mustBeAccessible(page);
        await mustFit(page);
        const height = await heightOf();
        assert.ok(viewport !== PHONE || height <= MOST_SCREENS * PHONE.height, `the ${name} is ${height} pixels long at ${PHONE.width}`);
        await picture(page, `chaser-${name}-${colorScheme}-${viewport.width}`);
      }
    }
  };

  it('fits one and a half screens of a telephone, in light and in dark, and is accessible', async () => {
    const reference = await begin('contact-school');
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const letter = letterTo(reference, 'head');
    assert.match(letter.text, /has\s+been\s+in\s+touch\s+with\s+your\s+school/u, 'the letter is as long as letters are');
    assert.match(letter.text, /\/calendar$/mu);
    await mustBeShort(letter, 'letter');
    // Whoever telephones has the number, what to say and the buttons for the outcome on as little.
    const call = letterOfKind('call');
    await mustBeShort(composeOne(call), 'call');
    const begun = begunWords([{ person: 'p-head', name: JO.name, begunAt: '2022-11-25T16:00:00.000Z' }], null);
    await page.setViewportSize(PHONE);
    await open(composeOne({ ...call, begun }));
    assert.ok(
      (await heightOf()) <= MOST_SCREENS * PHONE.height,
      `a call about an answer that was begun is ${await heightOf()} pixels long`,
    );
    assert.equal(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'), 'rgb(11, 12, 12)', 'dark is dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });
  it('has a button for each answer, which opens its page with that answer chosen and changes nothing', async () => {
    const reference = await begin('confirm-participation');
    const letter = letterTo(reference, 'head');
    const before = await written(reference);
    await page.setViewportSize(PHONE);
    for (const [button, other] of [
      ['Yes, we will take part', 'No, we do not want to take part'],
      ['No, we do not want to take part', 'Yes, we will take part'],
    ] as const) {
      await open(letter);
      await click(page.getByRole('link', { name: button }));
      assert.ok(await page.getByRole('radio', { name: button }).isChecked(), `${button} is chosen`);
      assert.ok(!(await page.getByRole('radio', { name: other }).isChecked()));
      // The place of the answer is what a telephone shows first.
      const place = await page.getByText('Your answer', { exact: true }).boundingBox();
      assert.ok(place !== null && place.y >= 0 && place.y < PHONE.height / 4, `“Your answer” is ${place?.y} pixels from the top`);
      await picture(page, 'chaser-letter-button-320', { fullPage: false });
    }
    assert.ok(await page.getByLabel('Recent changes to the leadership').isVisible(), 'what is asked with it is shown');
    await mustBeAccessible(page);
    assert.deepEqual([await written(reference), (await stepOf(reference))?.state], [before, 'open']);

    await page.getByLabel('Recent changes to the leadership').check();
    await send();
    const { state, answer, fields, by } = (await stepOf(reference)) ?? {};
    assert.deepEqual([state, answer, by], ['answered', 'declines', 'head']);
    assert.deepEqual(fields, { reasons: 'change-of-leadership' });
  });

  it('opens what else must be said with an answer, and the form where there is a form', async () => {
    const reference = await begin('arrange-first-meeting');
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(letterTo(reference, 'leader'));
    await click(page.getByRole('link', { name: 'The first meeting is arranged' }));
    assert.ok(await page.getByRole('radio', { name: 'The first meeting is arranged' }).isChecked());
    await page.getByLabel('Day').fill('19');
    await page.getByLabel('Month').fill('10');
    await page.getByLabel('Year').fill('2040');
    await send();
    const { state, fields } = (await stepOf(reference)) ?? {};
    assert.deepEqual([state, fields], ['answered', { meetingOn: '2040-10-19' }]);

    const form = letterTo(await begin('complete-form'), 'leader');
    await open(form);
    await click(page.getByRole('link', { name: 'Fill in the form' }));
    assert.ok(await page.getByRole('radio').first().isChecked());
  });

  it('leaves to its page what its text has at the foot', async () => {
    const reference = await begin('confirm-participation');
    const { text } = letterTo(reference, 'head');
    const rest = text.split(/^-{20}$/mu).at(-1) ?? '';
    const [, link = ''] = /^https:\/\/chaser\.example(\/a\/[\w-]{43})$/mu.exec(text) ?? [];
    await page.goto(`${address}${link}`);
    const onPage = ` ${wordsOf((await page.locator('main').textContent()) ?? '').join(' ')} `;
    // The headings of the page are its own; what they stand over is the same.
    const said = letterParts(rest).flatMap(({ heading, lines }) => (heading ? [] : lines.map((line) => line.replace(/^- /u, ''))));
    assert.ok(said.length > 8, 'the foot of the text says all of it');
    const missing = said.filter((line) => {
      const words = wordsOf(line.replace(/^(?:E-mail|Telephone): /u, ''));
      return words.length > 0 && !onPage.includes(` ${words.join(' ')} `);
    });
    assert.deepEqual(missing, []);
  });

  it('chooses nothing when its address is damaged, for whoever is asked and for staff, and says so', async () => {
    const reference = await begin('confirm-participation');
    const [, link = ''] = /^https:\/\/chaser\.example(\/a\/[\w-]{43})$/mu.exec(letterTo(reference, 'head').text) ?? [];
    const desk = await deskOf(world.db, app, 'coordinator', { secure: false });
    const before = await written(reference);
    const record = `/deployments/${reference}/answer/confirm-participation`;
    for (const chosen of ['?answer=constructor', '?answer=accepts&answer=declines', '?answer=%00']) {
      const own = await app.inject(`${link}${chosen}`);
      for (const { status, text } of [{ status: own.statusCode, text: own.body }, await desk.get(`${record}${chosen}`)]) {
        assert.equal(status, 200, chosen);
        assert.match(text, /names an answer that is not one of those below/u);
        assert.doesNotMatch(text, / checked/u);
      }
    }
    const { text } = await desk.get(`${record}?answer=declines`);
    assert.match(text, /value="declines"[^>]* checked/u);
    assert.doesNotMatch(text, /is not one of those below/u);
    assert.equal(await written(reference), before);
  });
});
