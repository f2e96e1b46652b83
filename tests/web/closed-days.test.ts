import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keepProposal, proposeImport } from '../../desk/change-calendars.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { writeTermDates } from '../../calendars/write-term-dates.ts';
import { createApp } from '../../web/app.ts';
import { bankHolidaysOf } from '../kit/bank-holidays.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { PEOPLE } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { servicesOf } from './staff-app.ts';

/** A Monday on which the school is asked, with five days to answer: until Monday 15 October. */
const MORNING = '2040-10-08 09:30';

describe('the closed days that a head enters from their link', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  let reference = '';
  let link = '';
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const between = Array.from({ length: 11 }, (_, n) => bankHolidaysOf(2029 + n)).flat();
    const known = CALENDAR_2040.bankHolidays.days.map(({ on, name }) => ({ title: name, date: on, notes: '', bunting: true }));
    const events = [...between, ...bankHolidaysOf(2040).slice(0, 6), ...known, ...bankHolidaysOf(2042)];
    await take('bank-holidays.json', JSON.stringify({ 'england-and-wales': { division: 'england-and-wales', events } }));
    await take('testshire.yaml', writeTermDates([{ laCode: '990', region: 'North West', calendar: CALENDAR_2040.terms }]));
    const services = { ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }), links: LINKS };
    app = await createApp(services, { trustProxy: false });
    cora = await deskOf(world.db, app, 'coordinator');
    reference = await world.begin(MORNING, { programme: tsiProgrammeFrom('confirm-participation') });
    await world.postIsDone();
    link = linkIn(lettersTo(PEOPLE.head.email).at(-1)?.text);
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  async function take(fileName: string, text: string): Promise<void> {
    const proposal = await proposeImport(world.db, { fileName, bytes: Buffer.from(text) });
    assert.ok(proposal.ok, JSON.stringify(proposal));
    assert.ok((await keepProposal(world.db, proposal.value, { by: 'coordinator', because: null })).ok);
  }
  const lettersTo = (address: string) => world.sink.arrived.filter(({ recipient }) => recipient === address);
  const linkIn = (text: string | undefined) => /https:\/\/chaser\.example(\/a\/[\w-]{43})/.exec(text ?? '')?.[1] ?? '';
  const enter = async (...days: readonly string[]) => {
    const form = Object.fromEntries(
      days.flatMap((day, at) => {
        const [year = '', month = '', date = ''] = day.split('-');
        return [
          [`on${at + 1}-day`, date],
          [`on${at + 1}-month`, month],
          [`on${at + 1}-year`, year],
        ];
      }),
    );
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: `${link}/closed-days`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ name: 'INSET day', ...form }).toString(),
    });
    return { statusCode, text: body.replaceAll(/\s+/g, ' ') };
  };
  const entered = async () => (await world.db.query('SELECT FROM closed_days')).rowCount;
  const dueOn = async (): Promise<string | undefined> => {
    const { rows } = await world.db.query<{ due: string }>(
      "SELECT due_on AS due FROM steps WHERE reference = $1 AND step = 'confirm-participation'",
      [reference],
    );
    return rows[0]?.due;
  };

  it('are asked for on a page that changes nothing when it is opened, and wrong days are refused in words', async () => {
    assert.match((await app.inject(link)).body, /closed-days">Tell us the days on which your school is closed/);
    const page = await app.inject(`${link}/closed-days`);
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /Days on which your school is closed/);
    const wrong = await enter('2040-10-13', '2040-10-01', '2040-12-27', '2042-10-09', '2040-10-13');
    assert.equal(wrong.statusCode, 422);
    for (const said of [
      'Saturday 13 October 2040 is not a school day: it is a Saturday',
      'Monday 1 October 2040 is in the past',
      'Thursday 27 December 2040 is not a school day: Christmas holiday',
      'is in the school year 2042 to 2043',
      'You entered 13 October 2040 twice',
    ]) {
      assert.ok(wrong.text.includes(said), `${said}\n${wrong.text}`);
    }
    assert.match((await enter('2040-13-40')).text, /Day 1 must be a real date/);
    assert.match((await enter()).text, /Enter at least one day/);
    assert.equal(await entered(), 0);
  });

  it('wait for the coordinator, who sees from where to where a date would move; none has moved', async () => {
    const before = await dueOn();
    assert.equal((await enter('2040-10-11', '2040-10-12')).statusCode, 303);
    assert.match((await enter('2040-10-11')).text, /We know of 11 October 2040 already/);
    assert.match((await app.inject(`${link}/closed-days`)).body, /This waits for your coordinator/);
    assert.equal(await dueOn(), before);
    assert.match(
      (await cora.get('/')).text,
      /Closed days to decide on \(1\).*INSET day, Thursday 11 October 2040 and Friday 12 October 2040/,
    );
    assert.match((await cora.get('/schools/990901')).text, /not decided on yet.*INSET day/);
    const page = (await cora.get('/closed-days/1')).text;
    assert.match(page, new RegExp(`1 running deployment would move.*${reference}.*from .* to <strong>.*2 working days later`));
    const otto = await deskOf(world.db, app, 'otto');
    assert.equal((await otto.get('/closed-days/1')).status, 404);
    assert.equal((await otto.post('/closed-days/1/refuse', { because: 'Not mine.' })).status, 404);
    const rita = await deskOf(world.db, app, 'rita');
    assert.equal((await rita.get('/closed-days/1')).status, 200);
    assert.equal((await rita.post('/closed-days/1/accept', { after: '2' })).status, 403);
  });

  it('move the due date once they are accepted, and the head is told once', async () => {
    const before = await dueOn();
    const stale = await cora.post('/closed-days/1/accept', { after: '1' });
    assert.equal(stale.status, 409);
    assert.match(stale.text, /Somebody else changed the calendars/);
    assert.match((await cora.get('/closed-days/1')).text, /Accept these days/);
    const accepted = await cora.post('/closed-days/1/accept', { after: '2', words: 'Thank you.' });
    assert.deepEqual([accepted.status, accepted.location], [303, '/closed-days/1?done=accepted']);
    assert.notEqual(await dueOn(), before);
    assert.equal((await cora.post('/closed-days/1/accept', { after: '3' })).status, 409);
    const { closures } = await readCalendarBook(world.db);
    assert.deepEqual(
      closures.map(({ from, to, name }) => [from, to, name]),
      [['2040-10-11', '2040-10-12', 'INSET day']],
    );
    const { rows } = await world.db.query<{ by_person: string; approved_by: string }>(
      'SELECT by_person, approved_by FROM calendar_imports ORDER BY id DESC LIMIT 1',
    );
    assert.deepEqual(rows, [{ by_person: 'head', approved_by: 'coordinator' }]);
    const { rows: notes } = await world.db.query<{ subject: string; person: string }>(
      "SELECT subject, person FROM notes WHERE kind = 'closed-days'",
    );
    assert.deepEqual(notes, [
      { subject: 'We have noted the days on which Hillside Church of England Primary School is closed', person: 'head' },
    ]);
    assert.match((await cora.get('/closed-days/1?done=accepted')).text, /Accepted by Cora Coordinator: Thank you\./);
  });

  it('are refused with words that the head reads, and move nothing', async () => {
    assert.equal((await enter('2040-11-05')).statusCode, 303);
    const before = await dueOn();
    const silent = await cora.post('/closed-days/2/refuse', { because: ' ' });
    assert.equal(silent.status, 400);
    assert.match(silent.text, /Enter why they are refused/);
    assert.equal((await cora.post('/closed-days/2/refuse', { because: 'That is a day of the trust.' })).status, 303);
    assert.equal(await dueOn(), before);
    assert.match((await app.inject(`${link}/closed-days`)).body, /This is not noted\. That is a day of the trust\./);
    const { rows } = await world.db.query(
      "SELECT FROM notes WHERE kind = 'closed-days' AND body_text LIKE '%That is a day of the trust.%'",
    );
    assert.equal(rows.length, 1);
  });

  it('cannot be entered any more once the link has ended', async () => {
    await world.db.query('UPDATE answer_links SET revoked_at = now() WHERE reference = $1', [reference]);
    assert.equal((await app.inject(`${link}/closed-days`)).statusCode, 410);
    assert.equal((await enter('2040-11-06')).statusCode, 410);
    assert.equal(await entered(), 2);
  });
});
