import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Calendar } from '../time/calendar.ts';
import { explain } from '../chronology/opening.ts';
import { plainDate } from '../time/plain-date.ts';
import { previewOf } from '../chronology/preview.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import type { AdoptCalendar } from './calendar.ts';
import { begun, noon, WHO } from '../../tests/kit/changes.ts';

/** A bank holiday on Tuesday 11 October 2022. */
const HOLIDAY: Calendar = {
  ...CALENDAR,
  version: 'holiday',
  bankHolidays: { ...CALENDAR.bankHolidays, days: [{ on: plainDate('2022-10-11'), name: 'a royal day' }, ...CALENDAR.bankHolidays.days] },
};
const ADOPT: AdoptCalendar = { kind: 'adopt-calendar', ...WHO, calendar: HOLIDAY };

describe('another version of the calendar', () => {
  it('moves open steps to a later or an earlier day, which the explanation gives', () => {
    const life = begun();
    const [adopted] = ofType(life.does(ADOPT, noon('2022-10-05')), 'calendar-adopted');
    assert.deepEqual(adopted?.moves, [{ step: 'confirm', round: 1, from: '2022-10-12', to: '2022-10-13' }]);
    assert.deepEqual([adopted?.from, adopted?.to], ['test', 'holiday']);
    const [record] = life.chronology.steps;
    assert.ok(record);
    assert.ok(explain(life.chronology, record).some(({ text }) => text === 'Not counted: 11 October 2022, a royal day.'));
    assert.deepEqual(rungsIn(life.until(noon('2022-10-12'))), []);
    life.does({ ...ADOPT, calendar: CALENDAR }, noon('2022-10-12'));
    assert.equal(life.dueOn('confirm'), '2022-10-12');
    assert.deepEqual(rungsIn(life.until(noon('2022-10-12'))), ['reminder0 2022-10-12 → p-leader']);
  });

  it('tells nobody when no date moves', () => {
    const life = begun();
    const [adopted] = ofType(
      life.does({ ...ADOPT, calendar: { ...CALENDAR, version: 'the same' } }, noon('2022-10-05')),
      'calendar-adopted',
    );
    assert.deepEqual([adopted?.moves, adopted?.tells], [[], []]);
  });

  it('tells those whose date moves, and the coordinator, and is filed under that step', () => {
    const closedOn = (day: string) => ({
      ...HOLIDAY,
      version: day,
      bankHolidays: { ...CALENDAR.bankHolidays, days: [{ on: plainDate(day), name: 'a royal day' }, ...CALENDAR.bankHolidays.days] },
    });
    const adopted = (calendar: Calendar) => {
      const life = begun();
      life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
      const [event] = ofType(life.does({ ...ADOPT, by: 'p-region', calendar }, noon('2022-10-05')), 'calendar-adopted');
      return [event?.about.step, event?.tells.map(({ person }) => person)];
    };
    // The visit is due on 17 October, the note on 31 October.
    assert.deepEqual(adopted(closedOn('2022-10-14')), ['visit', ['p-head', 'p-coordinator']]);
    assert.deepEqual(adopted(closedOn('2022-10-31')), ['note', ['p-coordinator']]);
    assert.deepEqual(adopted(closedOn('2022-11-30')), ['visit', []]);
  });

  it('can be previewed', () => {
    const life = begun();
    const preview = previewOf(life.chronology, ADOPT, noon('2022-10-05'));
    assert.ok(preview.ok);
    assert.deepEqual(
      preview.value.moves.map(({ from, to }) => [from, to]),
      [['2022-10-12', '2022-10-13']],
    );
    assert.equal(life.dueOn('confirm'), '2022-10-12');
  });

  it('is refused when it is the same version, ends too early, or comes without a reason', () => {
    const life = begun();
    assert.equal(life.refuses({ ...ADOPT, calendar: CALENDAR }, noon('2022-10-05')).kind, 'nothing-changes');
    assert.equal(life.refuses({ ...ADOPT, because: '' }, noon('2022-10-05')).kind, 'no-reason');
    const short = { ...HOLIDAY, bankHolidays: { ...HOLIDAY.bankHolidays, knownTo: plainDate('2022-10-07') } };
    assert.equal(life.refuses({ ...ADOPT, calendar: short }, noon('2022-10-05')).kind, 'beyond-horizon');
  });
});
