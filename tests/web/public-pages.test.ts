import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { loadCalendarBook } from '../../calendars/calendar-book.ts';
import { ASSUMES_AS, dueDates, OWNERS } from '../../desk/due-question.ts';
import { PROJECT } from '../../embedded/folders.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { createApp } from '../../web/app.ts';
import { COOKIES } from '../../web/sign-in/session-cookie.ts';
import { readDateForm, UNITS } from '../../web/public/date-form.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { servicesOf } from './staff-app.ts';

describe('the pages that anybody may read', () => {
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createApp>>;
  beforeAll(async () => {
    database = await freshDatabase();
    app = await createApp(servicesOf(database.application), { trustProxy: false });
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });
  const get = async (url: string) => {
    const { statusCode, body, headers } = await app.inject(url);
    const main = /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? '';
    const text = main
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .replaceAll('&#39;', '’');
    return { statusCode, body, text, headers };
  };

  it('open without a session, set no cookie, and are linked at the foot of each other', async () => {
    const paths = ['/help', '/dates', '/accessibility', '/privacy', '/cookies'];
    for (const path of paths) {
      const { statusCode, body, headers } = await get(path);
      assert.deepEqual([statusCode, headers['set-cookie']], [200, undefined], path);
      for (const other of paths) assert.ok(body.includes(`href="${other}"`), `${path} does not lead to ${other}`);
    }
    assert.equal((await get('/a/no-such-link')).headers['set-cookie'], undefined);
  });

  it('name whoever runs the service, and the coordinator where nobody has said who does', async () => {
    assert.match((await get('/privacy')).text, /Brackenfell Delivery runs this service.*help@service\.example.*01632 960999/);
    const unsaid = await createApp(
      { ...servicesOf(database.application), contact: { operator: null, email: null, telephone: null } },
      { trustProxy: false },
    );
    const { body } = await unsaid.inject('/help');
    await unsaid.close();
    assert.match(body, /Telephone the coordinator\. The name and number are in every e-mail/);
  });

  it('list every cookie that signing in sets, by the name under which it is set', async () => {
    const { text } = await get('/cookies');
    const goal = await app.inject('/deployments');
    const asked = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'email=nobody%40x.example',
    });
    const set = [goal, asked].flatMap(({ cookies }) => cookies.map(({ name }) => name));
    assert.deepEqual(set.toSorted(), ['__Host-chaser-browser', '__Host-chaser-goal']);
    assert.equal(COOKIES.length, 4);
    for (const name of [...set, ...COOKIES.map((cookie) => `__Host-${cookie.name}`)]) assert.ok(text.includes(name), name);
  });

  it('work out a date, say which days are not counted, and keep what was entered', async () => {
    const url = '/dates?from-day=12&from-month=12&from-year=2022&unit=school+days&count=10&owner=school&authority=888';
    const { statusCode, text, body } = await get(url);
    assert.equal(statusCode, 200);
    assert.match(text, /Tuesday 10 January 2023.*Not counted: 26 December 2022, Boxing Day\./);
    assert.match(body, /<option value="888" selected>/);
    assert.match(body, /name="count"[^>]*value="10"/);
  });

  it('name everything that is wrong at once, beside the field, and what lies beyond the calendars', async () => {
    const empty = await get('/dates?from-day=&unit=&count=');
    assert.equal(empty.statusCode, 400);
    assert.match(empty.text, /There is a problem Enter the day to count from Select how the time is counted/);
    assert.match(
      (await get('/dates?from-day=31&from-month=2&from-year=2026&unit=weeks&count=0')).text,
      /must be a real date.*from 1 to 999/,
    );
    const far = await get('/dates?from-day=1&from-month=12&from-year=2050&unit=weeks&count=3');
    assert.equal(far.statusCode, 400);
    assert.match(far.text, /Bank holidays are known for 2019 to 2028; the date needs 2050\. Ask an administrator\./);
    assert.doesNotMatch(far.text, /chaser /);
    const odd = await get('/dates?from-day=1&from-month=12&from-year=2026&unit=weeks&count=3&authority=%3Cb%3E&owner=king');
    assert.equal(odd.statusCode, 400);
    assert.doesNotMatch(odd.body, /<b>/);
    assert.equal((await get('/dates?from-day=1&from-day=2&unit=constructor')).statusCode, 400);
  });

  it('agree with chaser due on ten thousand questions', () => {
    const programme = loadProgramme(ASSUMES_AS);
    assert.ok(programme.ok);
    const book = loadCalendarBook();
    const ours = dueDates(book, programme.value.assumedTermCalendars);
    const asked = fc.record({
      date: fc.date({ min: new Date('2019-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }),
      unit: fc.constantFrom(...Object.keys(UNITS)),
      count: fc.integer({ min: 1, max: 60 }),
      owner: fc.constantFrom('', ...Object.keys(OWNERS)),
      authority: fc.constantFrom('', ...book.authorities.map(({ laCode }) => laCode)),
    });
    const questions = fc.sample(asked, { numRuns: 10_000, seed: 7 });
    const answers = questions.map(({ date, unit, count, owner, authority }) => {
      const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
      const form = { 'from-day': String(Number(day)), 'from-month': String(Number(month)), 'from-year': year };
      const { question } = readDateForm({ ...form, unit, count: String(count), owner, authority });
      assert.ok(question);
      const answered = ours(question);
      return answered.ok ? answered.value.due : answered.reason.message;
    });
    const lines = questions.map(({ date, unit, count, owner, authority }) =>
      JSON.stringify({
        from: date.toISOString().slice(0, 10),
        allow: unit.startsWith('end') ? unit : `${count} ${unit}`,
        ...(owner === '' ? {} : { owner }),
        ...(authority === '' ? {} : { authority }),
      }),
    );
    const { stdout } = spawnSync(process.execPath, [join(PROJECT, 'cli/main.ts'), 'due', '--batch'], {
      input: lines.join('\n'),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const theirs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly due?: string; readonly error?: { readonly message: string } });
    assert.equal(theirs.length, questions.length);
    assert.deepEqual(
      answers,
      theirs.map(({ due, error }) => due ?? error?.message),
    );
    assert.ok(answers.filter((answer) => /^\d{4}-/.test(answer)).length > 5_000);
  });
});
