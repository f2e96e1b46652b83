import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { registerCalendarsRoutes } from '../../web/calendars/routes.ts';
import type { User } from '../../web/shared/access.ts';
import { beginAt, calendarWorld, cumbriaFeed } from '../calendars/calendar-world.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await calendarWorld();
  await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
});
afterAll(() => database.end());

const app = (user: User = ADMINISTRATOR) => staffApp(servicesOf(database.pool), user, registerCalendarsRoutes);
const LOOKS_ONLY: User = { ...ADMINISTRATOR, roles: [{ role: 'policy', region: '', area: '' }] };

async function post(url: string, form: Readonly<Record<string, string>>) {
  const pages = await app();
  return pages.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ csrf: 'a-csrf-token', ...form }).toString(),
  });
}
async function version(): Promise<number> {
  const { rows } = await database.pool.query<{ version: number }>('SELECT count(*)::int AS version FROM calendar_imports');
  return rows[0]?.version ?? 0;
}

/** What the form on a page would send: its hidden inputs, decoded as a browser would. */
function inputsOf(body: string): Readonly<Record<string, string>> {
  const decoded = (text: string) =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  return Object.fromEntries(
    [...body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [name, decoded(value)]),
  );
}

const FEED = { what: 'file', name: 'cumbria.ics', authority: '909', text: cumbriaFeed() };

describe('the calendars', () => {
  it('show which authorities are known, until when, and how many deployments count on them, and lead to their terms', async () => {
    const { body } = await (await app()).inject('/calendars');
    for (const said of [
      'Bank holidays of England and Wales',
      'To 31 December 2028',
      '<a class="govuk-link" href="/calendars/authority/373">Sheffield City Council</a> (373)',
      '0 running deployments of its own count on them<br>They stand in for 1 deployment of other authorities',
      '1 running deployment of Cumbria is counted on the dates of Sheffield City Council, which stand in for its authority’s own.',
      'These dates came with Chaser'.toLowerCase(),
    ]) {
      assert.ok(body.toLowerCase().includes(said.toLowerCase()), said);
    }
    const terms = await (await app()).inject('/calendars/authority/373');
    assert.match(terms.body, /<h1[^>]*>Term dates of Sheffield City Council<\/h1>/);
    assert.match(terms.body, /Tuesday 1 September 2026 to Friday 18 December 2026/);
    for (const code of ['909', '%00', 'constructor'])
      assert.equal((await (await app()).inject(`/calendars/authority/${code}`)).statusCode, 404);
  });

  it('offer no import to those who may only look', async () => {
    const { body } = await (await app(LOOKS_ONLY)).inject('/calendars');
    assert.doesNotMatch(body, /Import dates/);
  });

  it('show what an import changes and what it means, before it is kept', async () => {
    const { statusCode, body } = await post('/calendars/check', FEED);
    assert.equal(statusCode, 200);
    assert.match(body, /New authority: Cumbria \(909\), North West\./);
    assert.match(body, /Line 4: “Autumn term”, 7 September 2026 to 16 December 2026: a term or half of one\./);
    assert.match(body, /<strong>1 running deployment would move\.<\/strong>/);
    assert.match(body, /from Friday 18 December 2026 to <strong>Wednesday 16 December 2026<\/strong>, 2 working days earlier/);
    assert.equal(await version(), 0);
  });

  it('take a chosen file by its name, and show it for checking like pasted text', async () => {
    const { statusCode, body } = await upload('from-the-county.ics', Buffer.from(cumbriaFeed()));
    assert.equal(statusCode, 200, body);
    assert.match(body, /File: from-the-county\.ics/);
    assert.match(body, /New authority: Cumbria \(909\), North West\./);
    assert.equal(inputsOf(body)['name'], 'from-the-county.ics');
    assert.doesNotMatch(body, /Windows-1252/);
  });

  it('say that the encoding of a chosen file was assumed, and by which line', async () => {
    const { statusCode, body } = await upload(
      'county.ics',
      Buffer.from(cumbriaFeed().replace('\n', '\nX-WR-CALNAME:Caf\u00e9 \u00c9cole\n'), 'latin1'),
    );
    assert.equal(statusCode, 200, body);
    assert.match(body, /The file is not in UTF-8 and was read as Windows-1252: here “.*Café École”\. \(line 2\)/);
  });

  it('show how each entry was read, and read the file again after a correction', async () => {
    const festival =
      'BEGIN:VEVENT\r\nUID:festival\r\nDTSTART;VALUE=DATE:20261109\r\nSUMMARY:Festival of light\r\nEND:VEVENT\r\nEND:VCALENDAR';
    const text = cumbriaFeed().replace('END:VCALENDAR', festival);
    const first = await post('/calendars/check', { ...FEED, text });
    assert.match(first.body, /“Festival of light”[\s\S]*?not about school days, left out: it speaks of “festival light”/);
    const [, select = ''] = /<label[^>]* for="(entry-\d+)">What “Festival of light”/.exec(first.body) ?? [];
    const again = await post('/calendars/check', { ...FEED, text, [select]: 'closed' });
    assert.match(again.body, /“Festival of light”[\s\S]*?closed\s*<span[^>]*>\(decided by you\)/);
    assert.match(again.body, /9 November 2026/);
    assert.equal(inputsOf(again.body)[select], 'closed', 'the form that keeps the dates carries the correction');
  });

  it('show the entries of a feed that contradicts itself, so that one can be left out', async () => {
    const twice =
      'BEGIN:VEVENT\r\nUID:twice\r\nDTSTART;VALUE=DATE:20260914\r\nDTEND;VALUE=DATE:20261212\r\nSUMMARY:Autumn term\r\nEND:VEVENT\r\nEND:VCALENDAR';
    const text = cumbriaFeed().replace('END:VCALENDAR', twice);
    const refused = await post('/calendars/check', { ...FEED, text });
    assert.equal(refused.statusCode, 400);
    assert.match(refused.body, /Autumn 2026 is stated twice/);
    const line = text.slice(0, text.indexOf('UID:twice')).split('\r\n').length - 1;
    const { statusCode, body } = await post('/calendars/check', { ...FEED, text, [`entry-${line}`]: 'left-out' });
    assert.equal(statusCode, 200);
    assert.match(body, /Autumn 2026/);
  });

  it('keep the import that was looked at, and lead to its impact', async () => {
    const { body } = await post('/calendars/check', FEED);
    const kept = await post('/calendars/keep', inputsOf(body));
    assert.deepEqual([kept.statusCode, kept.headers.location], [303, '/calendars/impact?kept=1']);
    const impact = await (await app()).inject('/calendars/impact?kept=1');
    assert.match(impact.body, /Kept as version 1 of the calendars\./);
    assert.match(impact.body, /2 working days earlier/);
    assert.match((await (await app()).inject('/calendars')).body, /Version 1<\/strong>.*by admin, from cumbria\.ics/);
    // The same form, sent again, finds nothing new in it.
    assert.equal((await post('/calendars/keep', inputsOf(body))).statusCode, 409);
    assert.equal(await version(), 1);
  });

  it('ask for another look when somebody else imported first', async () => {
    const { body } = await post('/calendars/check', { ...FEED, text: cumbriaFeed('20261218') });
    const stale = await post('/calendars/keep', { ...inputsOf(body), after: '0' });
    assert.equal(stale.statusCode, 409);
    assert.match(stale.body, /Somebody else changed the calendars in the meantime\. Nothing was kept\./);
    assert.equal(await version(), 1);
  });

  it('move no deployment without a choice and a reason, on dates that were not looked at, or while the engine is down', async () => {
    const offered = await (await app()).inject('/calendars/impact');
    assert.match(offered.body, /<input[^>]*name="reference" type="checkbox" value="D1"/);
    assert.match(offered.body, /from Friday 18 December 2026 to Wednesday 16 December 2026, 2 working days earlier/);
    assert.doesNotMatch((await (await app(LOOKS_ONLY)).inject('/calendars/impact')).body, /type="checkbox"/);
    const nothing = await post('/calendars/adopt', { version: '1' });
    assert.equal(nothing.statusCode, 400);
    assert.match(
      nothing.body,
      /<a href="#reference">Choose the deployments to move<\/a>[\s\S]*<a href="#because">Enter why they are moved<\/a>/,
    );
    const stale = await post('/calendars/adopt', { version: '0', reference: 'D1', because: 'Cumbria published its dates.' });
    assert.equal(stale.statusCode, 409);
    assert.match(stale.body, /Somebody else changed the calendars in the meantime\. Nothing was moved\./);
    const away = await post('/calendars/adopt', { version: '1', reference: 'D1', because: 'Cumbria published its dates.' });
    assert.match(away.body, /Not moved \(1\)[\s\S]*The part of Chaser that makes changes did not reply\./);
    const { rows } = await database.pool.query("SELECT due_on FROM steps WHERE reference = 'D1'");
    assert.deepEqual(rows, [{ due_on: '2026-12-18' }]);
  });

  it('close a school for a day, and take the closure back, each after a check', async () => {
    const form = {
      what: 'closure',
      kind: 'school',
      id: '990007',
      'from-day': '3',
      'from-month': 'dec',
      'from-year': '2026',
      reason: 'snow & ice',
    };
    const check = await post('/calendars/check', form);
    assert.match(check.body, /School 990007 is closed on 3 December 2026: snow &amp; ice\./);
    assert.equal((await post('/calendars/keep', inputsOf(check.body))).statusCode, 303);
    const list = await (await app()).inject('/calendars');
    assert.match(list.body, /3 December 2026: snow &amp; ice/);
    const back = await post('/calendars/check', { what: 'reopening', number: '2' });
    assert.match(back.body, /School 990007 is not closed on 3 December 2026/);
    assert.equal((await post('/calendars/keep', inputsOf(back.body))).statusCode, 303);
    assert.equal(await version(), 3);
    const gone = await post('/calendars/check', { what: 'reopening', number: '2' });
    assert.deepEqual([gone.statusCode, gone.body.includes('There is no closure 2.')], [400, true]);
  });

  for (const [what, form, said, input] of [
    ['no text', { ...FEED, text: ' ' }, 'Choose a file, or paste its text', 'file'],
    ['no name', { ...FEED, name: '' }, 'Enter the name of the file, so that others know what was imported', 'name'],
    ['no authority', { ...FEED, authority: '' }, 'does not say whose term dates it holds', 'authority'],
    ['an unknown authority', { ...FEED, authority: '998' }, 'Nobody knows a local authority 998', 'authority'],
    [
      'a recurrence',
      { ...FEED, text: FEED.text.replace('SUMMARY:INSET day', 'RRULE:FREQ=DAILY\r\nSUMMARY:INSET day') },
      'cumbria.ics:23:1: “INSET day” repeats without an end (RRULE)',
      'text',
    ],
    ['markup', { ...FEED, text: '<script>alert(1)</script>', name: '<b>x.ics' }, '&lt;b&gt;x.ics', 'text'],
    [
      'no such school',
      { what: 'closure', kind: 'school', id: '1', 'from-day': '3', 'from-month': '12', 'from-year': '2026', reason: 'snow' },
      'The register has no open school with the URN 1.',
      'id',
    ],
    [
      'no day',
      { what: 'closure', kind: 'school', id: '990007', 'from-day': '31', 'from-month': '2', 'from-year': '2026', reason: 'snow' },
      'Enter the first closed day as a real date',
      'from-day',
    ],
    ['nobody', { what: 'closure', reason: 'snow' }, 'Choose whether it is a school or a trust', 'kind'],
  ] as const) {
    it(`refuse ${what}, say so beside its input, and keep nothing`, async () => {
      const before = await version();
      const { statusCode, body } = await post('/calendars/check', form);
      assert.equal(statusCode, 400);
      assert.match(body, /<title>Error: /);
      assert.ok(body.includes(said), body.slice(body.indexOf('<h2'), body.indexOf('<h2') + 900));
      assert.ok(body.includes(`<a href="#${input}">`) && body.includes(`id="${input}"`), input);
      assert.doesNotMatch(body, /<script>|<b>x/);
      assert.equal(await version(), before);
    });
  }

  it('refuse 50 MB with a page that says how much may be sent, and keep the calendars as they were', async () => {
    const { statusCode, body } = await post('/calendars/check', { ...FEED, text: 'A'.repeat(50_000_000) });
    assert.equal(statusCode, 413);
    assert.match(body, /The file is too large/);
    assert.match(body, /more than the 1MB that a file of dates may have\. Nothing was imported\./);
    assert.match(body, /Take the feed of one authority’s term dates/);
  });

  it('refuse a file of 2 MB, which a form can still carry, by its name', async () => {
    const { statusCode, body } = await post('/calendars/check', { ...FEED, text: 'A'.repeat(2_000_000) });
    assert.equal(statusCode, 400);
    assert.match(body, /cumbria\.ics:1:1: The file has 2MB, and more than the 1MB that a file of dates may have/);
  });
});

/** Sends a file as a browser does. */
async function upload(name: string, bytes: Buffer) {
  const boundary = 'a-boundary';
  const part = (input: string, value: string, more = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${input}"${more}\r\n\r\n${value}\r\n`;
  const before = [
    part('csrf', 'a-csrf-token'),
    part('what', 'file'),
    part('authority', '909'),
    part('text', ''),
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/calendar\r\n\r\n`,
  ].join('');
  return (await app()).inject({
    method: 'POST',
    url: '/calendars/check',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(before), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
}
