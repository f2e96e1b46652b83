import helmet from '@fastify/helmet';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, onTestFinished, test } from 'vitest';
import { listProgrammes } from '../../programmes/load-programmes.ts';
import { registerProgrammesRoutes } from '../../web/programmes/routes.ts';
import { registerReachRoutes } from '../../web/programmes/reach-routes.ts';
import { mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await freshDatabase()));
afterAll(() => database.end());

const PROGRAMME = '/programmes/tsi-2022-23';
const app = () => staffApp(servicesOf(database.pool), ADMINISTRATOR, registerProgrammesRoutes, registerReachRoutes);

/** The pages of all stages of a programme, one after the other. */
async function stagesOf(programme: string): Promise<string> {
  const pages = await app();
  const { body } = await pages.inject(programme);
  const links = [...body.matchAll(/href="([^"]+\/stages\/[^"]+)"/g)].map(([, href = '']) => href);
  const bodies = await Promise.all([...new Set(links)].map(async (link) => (await pages.inject(link)).body));
  return bodies.join('\n');
}

test('every programme is listed and has a page', async () => {
  const pages = await app();
  const { body } = await pages.inject('/programmes');
  for (const id of listProgrammes()) {
    assert.ok(body.includes(`href="/programmes/${id}"`));
    assert.equal((await pages.inject(`/programmes/${id}`)).statusCode, 200);
  }
});

test('a programme that does not exist is not found, whatever its id', async () => {
  const pages = await app();
  for (const id of ['nothing', '..%2Fpackage', 'constructor', '%00'])
    assert.equal((await pages.inject(`/programmes/${id}`)).statusCode, 404, id);
});

test('the pages of the stages describe time allowed with its assumption and source, the ladder, and where answers lead', async () => {
  const body = await stagesOf(PROGRAMME);
  for (const said of [
    'System leader, together with the school or trust',
    '5 school days<br>Assumed: The guidance says &quot;5 days&quot;.',
    'Guidance 2022 to 2023, chronology, stage 1, school or trust',
    'The end of the following term, counted from the day recorded as “matched on”<br>',
    'A request when the step opens',
    'A reminder on the due date',
    'A reminder 3 school days before the due date',
    'An overdue notice 1 working day after the due date',
    'A call task: the RDP coordinator is asked to telephone, 3 school days after the due date',
    'An escalation to the senior lead of the regional team, of which the RDP coordinator is told, ',
    'A notice to the local authority when the step opens',
    'Leads to: <a class="govuk-link" href="/programmes/tsi-2022-23/stages/school-confirmation?step=provide-details#step-provide-details">Provide details to the RDP</a>',
    'Ends the deployment: <a class="govuk-link" href="/programmes/tsi-2022-23#end-declined">The school or trust declined the offer</a>',
  ]) {
    assert.ok(body.includes(said), said);
  }
});

test('the pages of RISE say what may be raised, and from where each review is counted', async () => {
  const body = await stagesOf('/programmes/rise-2026-27');
  assert.ok(body.includes('May be raised at any time once “Record the decision on the diagnosis” has been answered'));
  assert.ok(body.includes('The end of the next whole term, each round counted from the due date of the one before'));
});

test('every link from a page of the programme to another leads somewhere, with the step unfolded', async () => {
  const pages = await app();
  const seen = new Map<string, string>();
  const waiting = [PROGRAMME];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    const { body, statusCode } = await pages.inject(url);
    assert.equal(statusCode, 200, url);
    seen.set(url, body);
    for (const [, href = ''] of body.matchAll(/href="(\/programmes\/tsi-2022-23[^"]*)"/g)) {
      const [page = '', anchor] = href.replaceAll('&amp;', '&').split('#');
      if (/\/(?:preview|rehearse|compare|edit)\b/.test(page)) continue;
      if (!seen.has(page) && !waiting.includes(page)) waiting.push(page);
      if (anchor?.startsWith('step-') === true) assert.match((await pages.inject(page)).body, new RegExp(`id="${anchor}" open`), href);
    }
    if (seen.size > 200) assert.fail('Too many pages');
  }
  assert.ok(seen.size > 20, `${seen.size}`);
});

test('the page holds no style attribute and no script, which the policy would block', async () => {
  const { body } = await (await app()).inject(PROGRAMME);
  assert.doesNotMatch(body, /\sstyle=|<script/);
});

test('every letter that the page links to can be looked at, as HTML and as text', async () => {
  const pages = await app();
  const { body } = await pages.inject(`${PROGRAMME}/letters`);
  const links = [...body.matchAll(/href="(\/programmes\/[^"]+\/preview\/[^"]+)"/g)].map(([, href = '']) => href);
  assert.ok(links.length > 100, `${links.length}`);
  for (const link of links) {
    const preview = await pages.inject(link);
    assert.equal(preview.statusCode, 200, link);
    assert.match(preview.body, /<pre>/, link);
    assert.equal((await pages.inject(`${link}/html`)).statusCode, 200, link);
  }
});

test('a letter can be found by its kind too', async () => {
  const { body } = await (await app()).inject(`${PROGRAMME}/preview/confirm-participation/overdue`);
  assert.match(body, /Overdue by 1 school day: please confirm participation: Hillcrest Primary School/);
});

test('a letter that the step does not send is not found', async () => {
  const pages = await app();
  for (const path of ['confirm-participation/notice', 'nothing/request', 'constructor/request', 'confirm-participation/nothing/html']) {
    assert.equal((await pages.inject(`${PROGRAMME}/preview/${path}`)).statusCode, 404, path);
  }
});

test('the letter comes with a policy of its own: its styles, nothing else, in a sandbox', async () => {
  // As in the service: a policy for all pages, which the letter's own policy replaces.
  const pages = await staffApp(servicesOf(database.pool), ADMINISTRATOR, (one) => void one.register(helmet), registerProgrammesRoutes);
  const { headers } = await pages.inject(`${PROGRAMME}/preview/confirm-participation/request/html`);
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
  );
});

test('the pages of the programme and its letters are accessible, on a screen and on a telephone', async () => {
  const pages = await app();
  onTestFinished(() => pages.close());
  const address = await pages.listen({ port: 0, host: '127.0.0.1' });
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  for (const width of [1280, 320]) {
    const page = await (await browser.newContext({ viewport: { width, height: 1800 } })).newPage();
    await page.goto(`${address}${PROGRAMME}`);
    await picture(page, `chaser-programme-${width}`, { fullPage: false });
    await mustBeAccessible(page);
    assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, `wider than ${width} px`);
    for (const part of ['', '/stages/deployment-completed?step=governance-review', '/flow', '/forms', '/letters', '/versions']) {
      await page.goto(`${address}${PROGRAMME}${part}`);
      await mustBeAccessible(page);
      await picture(page, `chaser-programme${part.replaceAll(/\W/g, '-')}-${width}`);
      const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
      assert.ok(height < (width === 1280 ? 4_000 : 5_000), `${part} is ${height} px high at ${width} px`);
    }

    await page.goto(`${address}${PROGRAMME}/preview/confirm-participation/request`);
    await picture(page, `chaser-preview-${width}`);
    assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, `wider than ${width} px`);
    const heading = page.locator('iframe').first().contentFrame().locator('h1').first();
    assert.match(await heading.innerText(), /confirm participation/i);
  }
});
