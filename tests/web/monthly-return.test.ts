import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { reportFormsReturned } from '../../desk/forms-returned.ts';
import { reportMonthlyReturn } from '../../desk/monthly-return.ts';
import { blankChronology, evolve, stepOf } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { beginCountingForms, formsOf } from '../../domain/measures/forms-returned.ts';
import type { MeasuredEvent } from '../../domain/measures/known-life.ts';
import { MONEY, MONEY_KINDS } from '../../domain/measures/money.ts';
import { plainFigure } from '../../domain/measures/long-rows.ts';
import { OUTCOMES, parseMonth, periodOf, WAYS_IN } from '../../domain/measures/monthly-return.ts';
import { TOGETHER } from '../../domain/measures/report.ts';
import type { Section } from '../../domain/measures/report.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, plainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import type { ReturnOf } from '../../postgres/views/monthly-return.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { mustLoad } from '../kit/chronology.ts';
import { measuredLives } from '../kit/measured-lives.ts';
import { mustBeAccessible, mustFit, openBrowser } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { chaserOf } from '../support/chaser.ts';
import { insertPeople } from '../support/people.ts';
import { registerFormsReturnedRoutes } from '../../web/returns/forms.ts';
import { registerMonthlyReturnRoutes } from '../../web/returns/monthly-return.ts';
import { insertSchool } from './place-deployment.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

const EVERYTHING = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
const PLACES = [
  { urn: '990000', region: 'London' },
  { urn: '990902', region: 'South West' },
] as const;
const PROGRAMMES = { L: mustLoad('si-2019-20'), T: mustLoad('tsi-2021-22') } as const;

type Known = { readonly region: string; readonly programme: (typeof PROGRAMMES)['L']; readonly events: readonly ChronologyEvent[] };

describe('the monthly return', () => {
  let database: TestDatabase;
  const calendars = new Map<string, Calendar>();
  const lives: Known[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    for (const { urn, region } of PLACES) await insertSchool(database.pool, urn, `School ${urn}`, { authority: urn.slice(3), region });
    const record = createRecord(database.pool, { mailrooms: 1, gatheringMs: 0 });
    for (const [prefix, programme] of Object.entries(PROGRAMMES)) {
      await keepProgramme(database.pool, programme);
      const lived = measuredLives(prefix === 'T' ? 30 : 14, 11, { id: programme.id, prefix, year: prefix === 'T' ? 2021 : 2022 });
      for (const [version, calendar] of lived.calendars) {
        if (!calendars.has(version)) await keepCalendar(database.pool, calendar);
        calendars.set(version, calendar);
      }
      for (const [at, life] of lived.lives.entries()) {
        const { urn, region } = PLACES[at % 2] ?? assert.fail();
        const events = at % 7 === 3 ? takenIn(life) : life;
        const placed = events.map((event) =>
          event.type === 'deployment-began' ? { ...event, subject: { kind: 'school' as const, urn } } : event,
        );
        lives.push({ region, programme, events: placed });
        await record.storeWakeUp({
          reference: `${prefix}${at}`,
          sequence: 0,
          events: placed,
          asOf: placed.at(-1)?.at ?? assert.fail(),
          plannedAt: null,
        });
      }
    }
  });
  afterAll(() => database.end());

  /** The same life, under way elsewhere until some weeks after it began. */
  function takenIn(events: readonly ChronologyEvent[]): readonly ChronologyEvent[] {
    const from = Math.floor(events.length / 3);
    const at = events[from]?.at ?? assert.fail();
    return [...events.slice(0, from + 1), { type: 'deployment-taken-in', at, by: 'p' }, ...events.slice(from + 1)];
  }

  const asked = (month: string, asOf: PlainDate): ReturnOf => {
    const period = periodOf(parseMonth(month) ?? assert.fail(), asOf) ?? assert.fail();
    return { ...EVERYTHING, ...period, asOf };
  };

  it('says what the event log says, and what is there at the start and comes in goes out or is there at the end', async () => {
    const seen = new Map<string, number>();
    const ways = ['2021-09', '2021-11', '2022-04', '2022-09', '2022-10', '2022-11', '2023-01', '2023-03', '2023-04', '2023-11'].flatMap(
      (month) => {
        const { to } = asked(month, plainDate('2023-12-31'));
        return [asked(month, to), asked(month, plainDate('2023-12-31')), asked(month, plainDate(`${month}-13`))];
      },
    );
    for (const of of ways) {
      const { sections, deployments } = await reportMonthlyReturn(database.pool, of);
      const told = `${of.from} to ${of.to} as of ${of.asOf}`;
      for (const { figures } of sections.find(({ id }) => id === 'stock')?.lines ?? []) {
        const number = (...ids: readonly string[]) => ids.reduce((sum, id) => sum + (figures[id]?.value ?? assert.fail(id)), 0);
        assert.equal(number('start', ...WAYS_IN) - number(...OUTCOMES), number('end'), told);
        assert.equal(number('start', ...WAYS_IN), figures['start']?.base, told);
      }
      const expected = oracle(lives, of);
      assert.deepEqual(numbersOf(sections), expected.numbers, told);
      assert.equal(deployments, expected.deployments, told);
      for (const [key, value] of numbersOf(sections)) if (key.includes(TOGETHER)) seen.set(key, (seen.get(key) ?? 0) + value);
    }
    for (const figure of ['start', ...WAYS_IN, ...OUTCOMES, 'end']) {
      assert.ok((seen.get(`stock ${TOGETHER} ${figure}`) ?? 0) > 0, `this world has none: ${figure}`);
    }
    for (const figure of ['paused', 'late']) assert.ok((seen.get(`standing ${TOGETHER} ${figure}`) ?? 0) > 0, figure);
    for (const kind of MONEY_KINDS) assert.ok((seen.get(`money-${kind} ${TOGETHER} all`) ?? 0) > 0, kind);
  });

  it('stays what it was, whatever is corrected or taken back afterwards', async () => {
    const then = asked('2022-11', plainDate('2022-11-30'));
    const before = await reportMonthlyReturn(database.pool, then);
    const late = '2024-01-10T10:00:00.000Z';
    const life = lives.find(({ events }) => events.some((event) => event.type === 'step-answered' && event.step === 'send-grant-offer'));
    const [began] = life?.events ?? [];
    assert.ok(life !== undefined && began?.type === 'deployment-began');
    const given = life.events.find((event) => event.type === 'step-answered' && event.step === 'send-grant-offer');
    assert.ok(given?.type === 'step-answered');
    const said = { at: late, by: 'p', because: 'It was wrong.', about: { step: given.step, round: given.round }, tells: [], moves: [] };
    const { step, round, answer } = given;
    await createRecord(database.pool, { mailrooms: 1, gatheringMs: 0 }).storeWakeUp({
      reference: began.reference,
      sequence: life.events.length,
      events: [
        { ...said, change: 900, type: 'answer-taken-back', step, round, answer, facts: {}, parties: {} },
        { ...said, change: 901, type: 'deployment-reopened' },
        { type: 'deployment-ended', at: late, end: 'withdrawn', because: null },
      ],
      asOf: late,
      plannedAt: null,
    });
    assert.deepEqual(await reportMonthlyReturn(database.pool, then), before);
  });

  it('says the same on the command line, and refuses a month that had not begun', async () => {
    const run = (...words: readonly string[]) => chaserOf({ databaseUrl: database.url })('report', 'return', ...words);
    const refused = async (...words: readonly string[]) => {
      const { status, stderr } = await run(...words);
      assert.notEqual(status, 0);
      return stderr;
    };
    const of = { ...asked('2023-01', plainDate('2023-02-10')), programme: 'si-2019-20' };
    const words = ['--programme', 'si-2019-20', '--month', '2023-01', '--as-of', '2023-02-10'];
    const told: unknown = JSON.parse((await run(...words, '--json')).stdout);
    const { scope: _, ...rest } = of;
    assert.deepEqual(told, { month: '2023-01', ...rest, ...(await reportMonthlyReturn(database.pool, of)) });
    const { stdout } = await run(...words);
    assert.match(stdout, /^Monthly return of 2023-01: 2023-01-01 to 2023-01-31, as known at the end of 2023-02-10\./m);
    assert.match(stdout, /^Money committed, .*: .*: Funding approved\.$/m);
    assert.match(stdout, /^Money claimed: not kept by .* left out\)\.$/m);
    assert.match(await refused('--month', '2023-03', '--as-of', '2023-02-10'), /The month 2023-03 had not begun by 2023-02-10/);
    assert.match(await refused('--month', '2023-13'), /year and month: 2026-10/);
  });

  describe('as a page', () => {
    let app: FastifyInstance;
    beforeAll(async () => {
      app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, (built, services) => {
        registerMonthlyReturnRoutes(built, services);
        registerFormsReturnedRoutes(built, services);
      });
    });
    afterAll(() => app.close());

    it('breaks no rule of WCAG and fits, at 320 and 1280', async () => {
      const address = await app.listen({ host: '127.0.0.1', port: 0 });
      const browser = await openBrowser();
      const page = await (await browser.newContext()).newPage();
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        for (const path of ['/returns?month=2023-01&asOf=2023-02-10', '/returns?asOf=soon', '/returns', '/returns/forms?asOf=2022-12-01']) {
          await page.goto(`${address}${path}`);
          await mustBeAccessible(page);
          await mustFit(page);
        }
      }
      await browser.close();
    });

    it('gives each number of the page as a row of a file, with its base and both days', async () => {
      const asOf = plainDate('2023-02-10');
      const { sections } = await reportMonthlyReturn(database.pool, asked('2023-01', asOf));
      const file = await app.inject('/returns/numbers.csv?month=2023-01&asOf=2023-02-10');
      const rows = file.body
        .trim()
        .split('\r\n')
        .map((line) => line.replace('\uFEFF', '').slice(1, -1).split('","'));
      const page = await app.inject('/returns?month=2023-01&asOf=2023-02-10');
      for (const { id, unit, lines, figures } of sections) {
        for (const { stratum, figures: of } of lines) {
          for (const figure of figures) {
            const { value, base } = of[figure.id] ?? assert.fail(figure.id);
            const row = rows.find((one) => one[6] === stratum && one[8] === id && one[10] === figure.id);
            assert.deepEqual(row?.slice(13, 15), [String(value), String(base)]);
            assert.deepEqual(row?.slice(0, 3), ['2023-01-31', '2023-02-10', 'return-2023-01']);
            assert.ok(page.body.includes(`>${plainFigure(unit, value ?? 0)}<`), `${id} ${figure.id}`);
          }
        }
      }
    });

    it('says what is wrong with a day, beside it, and counts nothing', async () => {
      const typed = await app.inject('/returns?asOf-day=31&asOf-month=2&asOf-year=2022');
      assert.equal(typed.statusCode, 400);
      assert.match(typed.body, /href="#asOf-day">The day at which it was known must be a real date</);
      const before = await app.inject('/returns?month=2023-03&asOf=2023-02-10');
      assert.equal(before.statusCode, 400);
      assert.match(before.body, /href="#asOf-day">The day at which it was known must not be before March 2023</);
      assert.doesNotMatch(before.body, /This is the return of/);
      assert.equal((await app.inject('/returns/numbers.csv?asOf=soon')).statusCode, 400);
      for (const odd of ['month=9999-12&asOf=9999-12-31', 'month=0001-01', 'month=2023-13', 'month=a&month=b']) {
        const { statusCode, body } = await app.inject(`/returns?${odd}`);
        assert.equal(statusCode, 200, `${odd} ${body}`);
      }
    });

    it('says how forms came back as the events do, on the page, in the file and on the command line', async () => {
      const asOf = plainDate('2023-02-10');
      const of = { ...EVERYTHING, programme: 'tsi-2021-22', asOf };
      const report = (await reportFormsReturned(database.pool, of)) ?? assert.fail();
      const counting = beginCountingForms(formsOf([PROGRAMMES.T]), asOf);
      for (const { region, programme, events } of lives) {
        if (programme !== PROGRAMMES.T) continue;
        counting.add({ region, programme, events: events as readonly MeasuredEvent[] });
      }
      assert.deepEqual(report.forms, counting.sections());
      const [{ form, questions } = assert.fail()] = report.forms.filter((one) => one.form.id === 'complete-form/sent');
      const returned = form.lines.at(-1)?.figures['returned']?.value ?? 0;
      assert.ok(returned > 0);
      const page = await app.inject('/returns/forms?programme=tsi-2021-22&asOf=2023-02-10');
      assert.ok(page.body.includes(`It came back ${returned} times.`));
      for (const { title } of questions) assert.ok(page.body.includes(title), title);
      const file = await app.inject('/returns/forms/numbers.csv?programme=tsi-2021-22&asOf=2023-02-10');
      assert.match(file.body, new RegExp(`"complete-form/sent","[^"]+","returned","Came back","count","${returned}"`));
      const words = ['report', 'forms', '--programme', 'tsi-2021-22', '--as-of', asOf, '--json'];
      const { stdout } = await chaserOf({ databaseUrl: database.url })(...words);
      const told = JSON.parse(stdout) as { forms: unknown };
      assert.deepEqual(told.forms, report.forms);
      const wrong = await app.inject('/returns/forms?asOf=soon');
      assert.equal(wrong.statusCode, 400);
      assert.match(wrong.body, /href="#asOf-day">The day that is counted to must be a real date</);
    });

    it('is of what the reader may see', async () => {
      const elsewhere = await staffApp(servicesOf(database.pool), ofRegion('London'), registerMonthlyReturnRoutes);
      const { body } = await elsewhere.inject('/returns?month=2023-01');
      await elsewhere.close();
      assert.match(body, />London</);
      assert.doesNotMatch(body, />South West</);
    });
  });

  /** Numbers that are not zero, by table, line and figure. */
  function numbersOf(sections: readonly Section[]): ReadonlyMap<string, number> {
    return new Map(
      sections.flatMap(({ id, lines }) =>
        lines.flatMap(({ stratum, figures }) =>
          Object.entries(figures).flatMap(([figure, { value }]) =>
            value === null || value === 0 ? [] : ([[`${id} ${stratum} ${figure}`, value]] as const),
          ),
        ),
      ),
    );
  }

  /** The return by the rules of the chronology, one life at a time. */
  function oracle(all: readonly Known[], { from, to, asOf }: ReturnOf) {
    const numbers = new Map<string, number>();
    let deployments = 0;
    for (const { region, programme, events } of all) {
      const add = (section: string, figure: string, value = 1) => {
        for (const line of [region, TOGETHER]) {
          const key = `${section} ${line} ${figure}`;
          if (value > 0) numbers.set(key, (numbers.get(key) ?? 0) + value);
        }
      };
      const taken = events.find(({ type }) => type === 'deployment-taken-in');
      const dayOf = ({ at }: { readonly at: string }) => londonDate(Math.max(Date.parse(at), Date.parse(taken?.at ?? at)));
      const calendar = [...calendars.values()][0] ?? assert.fail();
      const foldTo = (day: PlainDate) => events.filter((event) => dayOf(event) <= day).reduce(evolve, blankChronology(programme, calendar));
      const runs = (day: PlainDate) => events.some((event) => dayOf(event) <= day) && foldTo(day).status.kind === 'running';
      if (!events.some((event) => dayOf(event) <= to)) continue;
      deployments += 1;
      if (runs(addDays(from, -1))) add('stock', 'start');
      for (const event of events) {
        if (dayOf(event) < from || dayOf(event) > to) continue;
        if (event.type === 'deployment-began') add('stock', taken === undefined ? 'began' : 'taken-in');
        if (event.type === 'deployment-reopened') add('stock', 'reopened');
        if (event.type === 'deployment-ended') add('stock', programme.ends[event.end]?.outcome ?? assert.fail(event.end));
      }
      if (runs(to)) {
        add('stock', 'end');
        add('standing', 'end');
        const then = foldTo(to);
        const stops = foldTo(asOf).stops.filter((stop) => stop.from <= to && (stop.resumed === null || stop.resumed.on > to));
        const open = then.steps.filter(({ state }) => state.kind === 'open');
        const stands = (one: (typeof open)[number]) => stops.some(({ scope }) => scope?.step === one.step && scope.round === one.round);
        const whole = stops.some(({ scope }) => scope === null);
        if (whole) add('standing', 'paused');
        else if (open.some(stands)) add('standing', 'step-paused');
        const must = open.filter(({ step }) => !stepOf(programme, step).optional);
        if (!whole && must.some((one) => one.dueOn < to && !stands(one))) {
          add('standing', 'late');
          const keyOf = (one: (typeof open)[number]) => `${new Date(one.openedAt).toISOString()} ${one.dueOn} ${one.step}`;
          const [first] = must.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
          add('late-turns', stepOf(programme, first?.step ?? assert.fail()).owner);
        }
      }
      for (const { kind, of, fields, on } of MONEY[programme.id] ?? []) {
        let stands: { readonly on: string; readonly amount: number } | null = null;
        for (const event of events) {
          if (event.type !== 'step-answered' || dayOf(event) > asOf) continue;
          if (!of.some(([step, answer]) => step === event.step && answer === event.answer)) continue;
          const back = events.some(
            (one) => one.type === 'answer-taken-back' && one.step === event.step && one.round === event.round && dayOf(one) <= asOf,
          );
          const day = (on === undefined ? '' : event.fields[on]) || londonDate(Date.parse(event.at));
          const amount = fields.reduce((sum, field) => sum + Number(event.fields[field] ?? 0), 0);
          if (!back && day <= to) stands = { on: day, amount };
        }
        if (stands === null) continue;
        const amount = kind === 'days-claimed' ? Math.round(stands.amount * 10) : stands.amount;
        const [year = 0, month = 0] = stands.on.split('-').map(Number);
        add(`money-${kind}`, String(month < 4 ? year - 1 : year), amount);
        add(`money-${kind}`, 'all', amount);
      }
    }
    return { numbers, deployments };
  }
});
