import * as sheetjs from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { blankChronology, evolve, openSteps, stepOf, stopOf } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { countDays } from '../../domain/time/days.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDate, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { registerChartsRoutes } from '../../web/charts/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { MONDAY, PROGRAMME, storeFiguresLives, TODAY } from './lives-of-figures.ts';
import type { FiguresLife } from './lives-of-figures.ts';
import { ALWAYS_OPEN } from './place-deployment.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

/** A day of a file as the page writes it; anything else as it is. */
function dayInWords(line: string): string {
  const day = parsePlainDate(line);
  return day === undefined ? line : longDate(day);
}

describe('the figures', () => {
  let database: TestDatabase;
  let lives: readonly FiguresLife[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    lives = await storeFiguresLives(database);
  });
  afterAll(() => database.end());

  /** The tables of the page by their captions: each row as its cells. */
  async function tables(query = '', user = ADMINISTRATOR): Promise<ReadonlyMap<string, readonly (readonly string[])[]>> {
    const app = await staffApp(servicesOf(database.pool), user, registerChartsRoutes);
    const { statusCode, body } = await app.inject(`/charts${query}`);
    await app.close();
    assert.equal(statusCode, 200, body);
    return new Map(
      [...body.matchAll(/<caption[^>]*>(.*?)<\/caption>(.*?)<\/table>/gs)].map(([, caption = '', table = '']) => [
        caption,
        [...table.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)]
          .map(([, row = '']) =>
            [...row.matchAll(/<t[hd][^>]*>(?:<strong>)?(.*?)(?:<\/strong>)?<\/t[hd]>/gs)].map(([, cell = '']) => cell.trim()),
          )
          .slice(1),
      ]),
    );
  }

  const LATE_BY_REGION = 'Running and late deployments by region';
  const LATE = 'Late deployments at the end of each week';
  const ANSWERS = 'Working days to an answer, by role';
  const STAGES = 'Deployments by the stages that they reached';
  const WORK = 'Calls and answers in each week';
  const FIRST = addDays(MONDAY, -11 * 7);
  /** Events of the log that happened in the twelve weeks that the page shows first. */
  const within = () => lives.flatMap(({ events }) => events).filter(({ at }) => londonDate(Date.parse(at)) >= FIRST);

  /** Whether a deployment was late at the end of a day, as the rules see it when only what had happened by then has happened. */
  function wasLate(events: readonly ChronologyEvent[], day: PlainDate): boolean {
    const then = events.filter(({ at }) => londonDate(Date.parse(at)) <= day);
    if (then.length === 0) return false;
    const chronology = then.reduce(evolve, blankChronology(PROGRAMME, ALWAYS_OPEN));
    return openSteps(chronology).some(
      (record) => !stepOf(PROGRAMME, record.step).optional && record.dueOn < day && stopOf(chronology, record) === undefined,
    );
  }

  it('count as late on each day what the event log says was late then, moved dates and pauses included', async () => {
    const rows = (await tables()).get(LATE) ?? [];
    const days = Array.from({ length: 12 }, (_, at) => addDays(FIRST, at * 7 + 6)).map((day) => (day > TODAY ? TODAY : day));
    const expected = days.map((day) => [longDate(day), String(lives.filter(({ events }) => wasLate(events, day)).length)]);
    assert.deepEqual(rows, expected);
    assert.ok(new Set(expected.map(([, late]) => late)).size > 2, 'the small world is late in more than one way');
  });

  it('count as late now, by region, what the last day of the weeks says', async () => {
    const shown = await tables();
    const late = (region: string) => lives.filter((life) => life.region === region && wasLate(life.events, TODAY)).length;
    const running = (region: string) =>
      lives.filter((life) => life.region === region && life.events.every(({ type }) => type !== 'deployment-ended')).length;
    const lines = ['London', 'North West'].map((region) => [region, running(region), late(region)] as const);
    assert.deepEqual(shown.get(LATE_BY_REGION), [
      ...lines.map((line) => line.map(String)),
      ['All', String(lines.reduce((sum, [, all]) => sum + all, 0)), String(lines.reduce((sum, [, , all]) => sum + all, 0))],
    ]);
    assert.equal(shown.get(LATE_BY_REGION)?.at(-1)?.[2], shown.get(LATE)?.at(-1)?.[1]);
  });

  it('count each answer that a person gave, and the working days since its step opened', async () => {
    const took = new Map<string, number[]>();
    for (const { events } of lives) {
      for (const event of events) {
        if (event.type !== 'step-answered' || event.by === 'chaser' || londonDate(Date.parse(event.at)) < FIRST) continue;
        const opened = events.find((one) => one.type === 'step-opened' && one.step === event.step && one.round === event.round);
        assert.ok(opened?.type === 'step-opened');
        const days = countDays(ALWAYS_OPEN, 'working', opened.on, londonDate(Date.parse(event.at)));
        assert.ok(days.ok);
        const owner = PROGRAMME.roles[stepOf(PROGRAMME, event.step).owner]?.title ?? '';
        took.set(
          owner.toLowerCase(),
          [...(took.get(owner.toLowerCase()) ?? []), days.value].toSorted((one, other) => one - other),
        );
      }
    }
    const rows = (await tables()).get(ANSWERS) ?? [];
    assert.deepEqual(new Set(rows.slice(0, -1).map(([role = '']) => role.toLowerCase())), new Set(took.keys()));
    for (const [role = '', count, half, nineOfTen] of rows.slice(0, -1)) {
      const all = took.get(role.toLowerCase()) ?? [];
      const at = (part: number) => String(all[Math.ceil(all.length * part) - 1]);
      assert.deepEqual([count, half, nineOfTen], [String(all.length), at(0.5), at(0.9)], role);
    }
    assert.equal(rows.at(-1)?.[1], String([...took.values()].flat().length));
  });

  it('count the stages that a deployment reached, whatever became of it', async () => {
    const [began, ...stages] = (await tables()).get(STAGES) ?? [];
    const young = lives.filter(({ events }) => londonDate(Date.parse(events[0]?.at ?? '')) >= FIRST);
    assert.deepEqual(began, ['Began', String(young.length), '100%']);
    const expected = PROGRAMME.stages.map(({ id, number, title }) => {
      const reached = young.filter(({ events }) =>
        events.some((event) => event.type === 'step-opened' && stepOf(PROGRAMME, event.step).stage === id),
      ).length;
      return [`${number} ${title}`, String(reached), `${Math.round((reached / young.length) * 100)}%`];
    });
    assert.deepEqual(stages, expected);
  });

  it('count calls and answers in the week in which they came', async () => {
    const rows = (await tables()).get(WORK) ?? [];
    const isCall = (event: ChronologyEvent) => event.type === 'rung-reached' && event.kind === 'call';
    const isAnswer = (event: ChronologyEvent) => event.type === 'step-answered' && event.by !== 'chaser';
    const inWeek = (monday: PlainDate, is: (event: ChronologyEvent) => boolean) =>
      within().filter((event) => {
        const day = londonDate(Date.parse(event.at));
        return is(event) && day >= monday && day < addDays(monday, 7);
      }).length;
    const weeks = Array.from({ length: 12 }, (_, at) => addDays(FIRST, at * 7));
    const expected = weeks.map((monday) => [longDate(monday), String(inWeek(monday, isCall)), String(inWeek(monday, isAnswer))]);
    assert.deepEqual(rows.slice(0, -1), expected);
    assert.deepEqual(rows.at(-1), ['All', String(within().filter(isCall).length), String(within().filter(isAnswer).length)]);
    assert.ok(within().some(isCall) && within().some(isAnswer));
  });

  it('are the same numbers in each file as in the tables of the page', async () => {
    const FILE_TABLES = {
      [LATE_BY_REGION]: 'Running and late deployments by region',
      [LATE]: 'Late deployments at the end of each week',
      [ANSWERS]: 'Working days to an answer by role',
      [STAGES]: `Stages reached: ${PROGRAMME.title}`,
      [WORK]: 'Calls and answers in each week',
    };
    const query = '?region=London';
    const page = await tables(query);
    const app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerChartsRoutes);
    const files = {
      csv: parse((await app.inject(`/charts/figures.csv${query}`)).body, { bom: true }).slice(1) as readonly (readonly unknown[])[],
      json: (JSON.parse((await app.inject(`/charts/figures.json${query}`)).body) as { rows: readonly object[] }).rows.map(
        (row): readonly unknown[] => Object.values(row),
      ),
      ods: Object.values(sheetjs.read((await app.inject(`/charts/figures.ods${query}`)).rawPayload, { type: 'buffer' }).Sheets).flatMap(
        (sheet) => {
          const [[title] = [], , , ...rows] = sheetjs.utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true });
          return rows.flatMap(([line, ...values]) => values.map((value) => [null, null, title, line, null, value]));
        },
      ),
    };
    await app.close();
    for (const [format, rows] of Object.entries(files)) {
      for (const [caption, table] of Object.entries(FILE_TABLES)) {
        const inFile = rows.flatMap(([, , of, line, , value]) => (of === table ? [`${dayInWords(String(line))}: ${String(value)}`] : []));
        // Totals and percentages are on the page alone: they follow from the rows.
        const onPage = (page.get(caption) ?? []).flatMap(([line = '', ...values]) =>
          line === 'All' ? [] : values.flatMap((value) => (value.endsWith('%') ? [] : [`${line}: ${value}`])),
        );
        assert.ok(onPage.length > 0, caption);
        assert.deepEqual(inFile, onPage, `${caption}, ${format}`);
      }
    }
  });

  it('are of one region, one programme and one period when asked, and of all when what is asked for is not known', async () => {
    const of = async (query: string) => {
      const shown = await tables(query);
      return [shown.get(LATE_BY_REGION)?.at(-1)?.[1], shown.get(LATE)?.length];
    };
    const all = await of('');
    assert.deepEqual(
      (await tables('?region=London')).get(LATE_BY_REGION)?.map(([region]) => region),
      ['London', 'All'],
    );
    assert.deepEqual(await of(`?programme=${PROGRAMME.id}&weeks=26`), [all[0], 26]);
    assert.deepEqual(await of('?region=Nowhere&programme=none&weeks=13'), all);
  });

  it('are of what the reader may see, and of nothing else', async () => {
    const shown = await tables('?region=London', ofRegion('North West'));
    assert.deepEqual(
      shown.get(LATE_BY_REGION)?.map(([region]) => region),
      ['North West', 'All'],
    );
    const answers = Number(shown.get(ANSWERS)?.at(-1)?.[1]);
    const own = lives.filter(({ region }) => region === 'North West').flatMap(({ events }) => events);
    assert.equal(
      answers,
      own.filter((event) => event.type === 'step-answered' && event.by !== 'chaser' && londonDate(Date.parse(event.at)) >= FIRST).length,
    );
    const none = await tables('', ofRegion('East of England'));
    assert.equal(none.get(LATE_BY_REGION), undefined, 'nothing runs there');
    assert.deepEqual(none.get(WORK)?.at(-1), ['All', '0', '0']);
  });

  it('go on to the day that a clock shows which was moved on', async () => {
    const ahead = addDays(TODAY, 21);
    await database.pool.query(
      `INSERT INTO events (reference, sequence, type, at, body)
       SELECT reference, sequence + 1, type, $1::date + time '10:00', body FROM events e
       WHERE reference = 'F0002' AND sequence = (SELECT sequence FROM deployments d WHERE d.reference = e.reference)`,
      [ahead],
    );
    await database.pool.query("UPDATE deployments SET sequence = sequence + 1 WHERE reference = 'F0002'");
    const [day = ''] = (await tables()).get(LATE)?.at(-1) ?? [];
    assert.equal(day, longDate(ahead));
  });
});
