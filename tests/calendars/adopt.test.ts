import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { writeTermDates } from '../../calendars/write-term-dates.ts';
import { adoptCalendars } from '../../desk/adopt-calendars.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { impactOfBook } from '../../desk/calendar-impact.ts';
import { keepProposal, proposeImport } from '../../desk/change-calendars.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { bankHolidaysOf } from '../kit/bank-holidays.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const EVERYTHING = { sql: 'true', values: [] } as const;

describe('adopting the newest dates in running deployments', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    // The eight bank holidays of each year between the book that comes with Chaser and the time of the tests.
    const between = Array.from({ length: 11 }, (_, n) => bankHolidaysOf(2029 + n)).flat();
    const known = CALENDAR_2040.bankHolidays.days.map(({ on, name }) => ({ title: name, date: on, notes: '', bunting: true }));
    const events = [...between, ...bankHolidaysOf(2040).slice(0, 6), ...known, ...bankHolidaysOf(2042)];
    await take('bank-holidays.json', JSON.stringify({ 'england-and-wales': { division: 'england-and-wales', events } }));
  });
  afterAll(() => world.end());

  async function take(fileName: string, text: string): Promise<void> {
    const proposal = worked(await proposeImport(world.db, { fileName, bytes: Buffer.from(text) }));
    worked(await keepProposal(world.db, proposal, { by: 'coordinator', because: null }));
  }
  /** Imports Testshire's terms with a different end of autumn 2040. */
  const takeTerms = (autumnEnds: string) =>
    take(
      'testshire.yaml',
      writeTermDates([
        {
          laCode: '990',
          region: 'North West',
          calendar: {
            ...CALENDAR_2040.terms,
            terms: CALENDAR_2040.terms.terms.map((term, at) => (at === 0 ? { ...term, endsOn: plainDate(autumnEnds) } : term)),
          },
        },
      ]),
    );
  const adopt = (references: readonly string[] | 'all', because = 'Testshire published its dates.') =>
    adoptCalendars(world, { references, by: 'coordinator', because, inScope: EVERYTHING });
  async function dueOf(reference: string): Promise<readonly string[]> {
    const { rows } = await world.db.query<{ due: string }>(
      "SELECT due_on || ' of ' || original_due_on AS due FROM steps WHERE reference = $1 AND step = 'contact-school'",
      [reference],
    );
    return rows.map(({ due }) => due);
  }

  it('moves due dates earlier and later, only when somebody decides so, and chases by the date that now holds', async () => {
    const [one, other] = [await world.begin('2040-10-08 09:30'), await world.begin('2040-10-08 09:30')];
    await world.postIsDone();

    await takeTerms('2040-12-18');
    const impact = await impactOfBook(world.db, await readCalendarBook(world.db), EVERYTHING);
    assert.deepEqual(
      impact.changed.map(({ moves }) => moves),
      [one, other].map(() => [{ step: 'contact-school', round: 1, from: '2040-12-20', to: '2040-12-18', workingDays: -2 }]),
    );
    assert.deepEqual(await dueOf(one), ['2040-12-20 of 2040-12-20'], 'nothing moves by itself');

    assert.deepEqual(
      worked(await adopt([one])).map(({ reference, moves, refusal }) => [reference, moves, refusal]),
      [[one, 1, null]],
    );
    assert.deepEqual(await dueOf(one), ['2040-12-18 of 2040-12-20'], 'the original date is not lost');
    assert.deepEqual(await dueOf(other), ['2040-12-20 of 2040-12-20'], 'the one that was not chosen stays');

    await takeTerms('2040-12-21');
    assert.deepEqual(
      worked(await adopt('all')).map(({ refusal }) => refusal),
      [null, null],
    );
    assert.deepEqual([await dueOf(one), await dueOf(other)].flat(), ['2040-12-21 of 2040-12-20', '2040-12-21 of 2040-12-20']);

    const again = await adopt([one]);
    assert.ok(!again.ok && again.reason.kind === 'not-affected' && again.reason.message.includes(one));

    await world.forwardTo(one, '2040-12-21 17:59');
    await world.postIsDone();
    assert.equal(await letters(one, 'overdue'), 0);
    await world.forwardTo(one, '2040-12-24 12:00');
    await world.postIsDone();
    assert.equal(await letters(one, 'overdue'), 1, 'late from Monday 24 December, the first working day after the 21st');
  });

  it('is refused without a reason, and with an unknown reference it moves no deployment at all', async () => {
    for (const [result, kind] of [
      [await adopt('all', ' '), 'no-reason'],
      [await adopt(['D99999']), 'not-affected'],
      [
        await adoptCalendars(world, { references: 'all', by: 'coordinator', because: 'x', version: 0, inScope: EVERYTHING }),
        'book-changed',
      ],
    ] as const) {
      assert.ok(!result.ok && result.reason.kind === kind);
    }
  });

  async function letters(reference: string, kind: string): Promise<number> {
    const { rows } = await world.db.query<{ sent: number }>(
      "SELECT count(*)::int AS sent FROM messages WHERE reference = $1 AND kind = $2 AND step = 'contact-school' AND state IN ('accepted', 'delivered')",
      [reference, kind],
    );
    return rows[0]?.sent ?? 0;
  }
});

function worked<T>(result: Result<T, Reason>): T {
  assert.ok(result.ok, result.ok ? '' : `${result.reason.message}\n${result.reason.remedy}`);
  return result.value;
}
