import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { BEGAN, RULELESS } from '../../tests/kit/changes.ts';
import { answer, CALENDAR, programmeOf, step } from '../../tests/kit/programmes.ts';
import { ROUND_BEFORE } from '../programme.ts';
import type { Step } from '../programme.ts';
import { plainDate } from '../time/plain-date.ts';
import { blankChronology } from './chronology.ts';
import { allowedUntil, countedFacts, dueOf, explain, notBeforeOf, openingFrom, openingOf, wordsOf } from './opening.ts';
import type { Dated } from './opening.ts';
import type { Chronology, Stop } from './state.ts';

/** Opened on Friday 30 September 2022, "confirm" is due 8 working days later, on Wednesday 12 October. */
const CONFIRM: Dated = { step: 'confirm', round: 1, dayZero: plainDate('2022-09-30'), extension: null };

function stopped(from: string, resumedOn: string, over: Partial<Stop> = {}): Stop {
  return {
    stop: 1,
    scope: null,
    category: 'illness',
    because: 'Illness.',
    from: plainDate(from),
    expectedEnd: plainDate(resumedOn),
    resumed: { on: plainDate(resumedOn), change: 1 },
    queried: null,
    ...over,
  };
}

const withStops = (...stops: readonly Stop[]): Chronology => ({ ...blankChronology(RULELESS, CALENDAR), stops });
const extendedTo = (to: string, change = 2): Dated => ({ ...CONFIRM, extension: { to: plainDate(to), change } });
const closedOn = (on: string): Dated => ({ ...CONFIRM, state: { kind: 'lapsed', at: `${on}T10:00:00.000Z` } });

function due(chronology: Chronology, dated: Dated = CONFIRM) {
  const answered = dueOf(chronology, dated);
  assert.ok(answered.ok, answered.ok ? '' : answered.reason.message);
  return answered.value;
}
/** What an explanation says of stops and of more time. */
const adjustments = (chronology: Chronology, dated: Dated = CONFIRM) =>
  due(chronology, dated)
    .explanation.filter(({ kind }) => kind === 'stopped' || kind === 'extended')
    .map(({ text }) => text);

describe('the due date of a step whose clock was stopped', () => {
  it('is later by the working days of the stop, and the explanation gives the date without it first', () => {
    const { dueOn, explanation } = due(withStops(stopped('2022-10-03', '2022-10-10')));
    assert.equal(dueOn, '2022-10-19');
    assert.deepEqual(
      explanation.map(({ kind }) => kind),
      ['day-zero', 'rule', 'skipped', 'skipped', 'skipped', 'skipped', 'rule', 'stopped', 'due'],
    );
    assert.deepEqual(explanation.slice(-3), [
      { kind: 'rule', on: '2022-10-12', text: 'That would be Wednesday 12 October 2022.' },
      {
        kind: 'stopped',
        on: '2022-10-03',
        to: '2022-10-09',
        text: 'Paused from 3 October 2022 to 9 October 2022: 5 working days are added, to Wednesday 19 October 2022.',
      },
      { kind: 'due', on: '2022-10-19', text: 'Due on Wednesday 19 October 2022.' },
    ]);
  });

  it('says of one day that it is given back, and of a weekend that nothing is', () => {
    assert.deepEqual(adjustments(withStops(stopped('2022-10-03', '2022-10-04'))), [
      'Paused on 3 October 2022: 1 working day is added, to Thursday 13 October 2022.',
    ]);
    assert.deepEqual(adjustments(withStops(stopped('2022-10-08', '2022-10-10'))), [
      'Paused from 8 October 2022 to 9 October 2022: 0 working days are added, to Wednesday 12 October 2022.',
    ]);
  });

  it('gets nothing back for the days before it was counted', () => {
    assert.equal(due(withStops(stopped('2022-09-19', '2022-10-03'))).dueOn, '2022-10-12');
    assert.deepEqual(adjustments(withStops(stopped('2022-09-19', '2022-10-01'))), []);
  });

  it('gets nothing back for the days after it closed', () => {
    const stops = withStops(stopped('2022-10-03', '2022-10-10'));
    assert.equal(due(stops, closedOn('2022-10-05')).dueOn, '2022-10-14');
    assert.equal(due(stops, closedOn('2022-10-12')).dueOn, '2022-10-19');
    for (const on of ['2022-09-30', '2022-10-03']) assert.deepEqual(adjustments(stops, closedOn(on)), [], on);
  });

  it('gets nothing back for a stop that still runs, or that is of another step', () => {
    assert.deepEqual(adjustments(withStops(stopped('2022-10-03', '2022-10-10', { resumed: null }))), []);
    assert.deepEqual(adjustments(withStops(stopped('2022-10-03', '2022-10-10', { scope: { step: 'visit', round: 1 } }))), []);
    assert.equal(due(withStops(stopped('2022-10-03', '2022-10-10', { scope: { step: 'confirm', round: 1 } }))).dueOn, '2022-10-19');
  });

  it('is refused where the stop or the days given back lead out of the calendar', () => {
    const refused = (chronology: Chronology, dayZero: string) => {
      const answered = dueOf(chronology, { ...CONFIRM, dayZero: plainDate(dayZero) });
      return answered.ok ? null : answered.reason.missingYear;
    };
    assert.equal(refused(withStops(stopped('2022-10-03', '2025-02-03')), '2022-09-30'), 2025);
    assert.equal(refused(withStops(stopped('2024-12-16', '2024-12-27')), '2024-12-13'), 2025);
    assert.equal(refused(withStops(), '2025-02-03'), 2025);
  });
});

describe('the due date of a step that was given more time', () => {
  it('is explained as the programme has it where there was neither a stop nor more time', () => {
    assert.deepEqual(dueOf(withStops(), CONFIRM), allowedUntil(withStops(), CONFIRM));
  });

  it('is refused where the date without it lies beyond the calendar', () => {
    const answered = dueOf(withStops(), { ...extendedTo('2025-03-03'), dayZero: plainDate('2025-02-03') });
    assert.equal(answered.ok ? null : answered.reason.missingYear, 2025);
  });

  it('is the agreed date, unless the days given back before lead further', () => {
    const stops = withStops(stopped('2022-10-03', '2022-10-10'));
    const [, extended] = adjustments(stops, extendedTo('2022-10-21'));
    assert.equal(extended, 'Extended to Friday 21 October 2022, as agreed with the Department.');
    assert.equal(due(stops, extendedTo('2022-10-21')).dueOn, '2022-10-21');
    for (const to of ['2022-10-17', '2022-10-19']) {
      assert.equal(due(stops, extendedTo(to)).dueOn, '2022-10-19', to);
      assert.equal(adjustments(stops, extendedTo(to)).length, 1, to);
    }
  });

  it('is moved on by a stop that came after it', () => {
    const later = stopped('2022-10-03', '2022-10-10', { resumed: { on: plainDate('2022-10-10'), change: 3 } });
    assert.equal(due(withStops(later), extendedTo('2022-10-17')).dueOn, '2022-10-24');
  });
});

describe('a step opens only where there is a day for every chase', () => {
  const opens = (dayZero: string, on: string) =>
    openingFrom(blankChronology(RULELESS, CALENDAR), { ...CONFIRM, dayZero: plainDate(dayZero) }, plainDate(on));

  it('after its due date, though it opens long before', () => {
    assert.ok(!opens('2024-12-10', '2024-06-03').ok);
  });

  it('after its opening, though it was due long before', () => {
    assert.ok(!opens('2024-06-03', '2024-12-20').ok);
    assert.ok(opens('2024-06-03', '2024-10-01').ok);
  });

  it('and where its own due date lies in the calendar', () => {
    assert.ok(!opens('2025-01-06', '2024-06-03').ok);
    assert.throws(
      () => explain(blankChronology(RULELESS, CALENDAR), { ...CONFIRM, dayZero: plainDate('2025-01-06') }),
      /^Error: Bank holidays are known for 2022 to 2024; the date needs 2025\.$/,
    );
  });
});

describe('day zero', () => {
  const chronologyOf = (over: Partial<Step>, facts: Chronology['facts'] = {}): Chronology => ({
    ...blankChronology(programmeOf(['go'], [step('go', 'rdp', [answer('done')], over)]), CALENDAR),
    facts,
  });
  const opened = (over: Partial<Step>, facts: Chronology['facts'] = {}) => {
    const opening = openingOf(chronologyOf(over, facts), 'go', plainDate('2022-10-10'));
    assert.ok(opening.ok);
    return opening.value;
  };

  it('is the day of opening, and the explanation begins with it', () => {
    const { dayZero, explanation } = opened({});
    assert.equal(dayZero, '2022-10-10');
    assert.deepEqual(explanation[0], {
      kind: 'day-zero',
      on: '2022-10-10',
      text: 'Day zero is Monday 10 October 2022. It is not counted.',
    });
  });

  it('is the date of a fact, as the explanation says', () => {
    const { dayZero, explanation } = opened({ countsFrom: 'matchedOn' }, { matchedOn: '2022-10-03' });
    assert.equal(dayZero, '2022-10-03');
    assert.deepEqual(explanation[0], {
      kind: 'rule',
      on: '2022-10-03',
      text: 'Counted from matched on 3 October 2022, not from the day the step opened.',
    });
  });

  it('is never before the earliest day of the step, and the explanation says when that is the reason', () => {
    const earliest = { countsFrom: 'matchedOn', notBefore: plainDate('2022-09-05') };
    const { dayZero, explanation } = opened(earliest, { matchedOn: '2022-07-15' });
    assert.equal(dayZero, '2022-09-05');
    assert.deepEqual(explanation[0], { kind: 'rule', on: '2022-09-05', text: 'Counted from 5 September 2022 at the earliest.' });
    assert.match(opened(earliest, { matchedOn: '2022-10-03' }).explanation[0]?.text ?? '', /^Counted from matched on 3 October 2022,/);
    assert.equal(notBeforeOf({ notBefore: plainDate('2022-09-05') } as Step, plainDate('2022-09-06')), '2022-09-06');
    assert.equal(notBeforeOf({} as Step, plainDate('2022-09-06')), '2022-09-06');
  });

  it('throws where the fact is not known: the checker of programmes refuses such a step', () => {
    assert.throws(() => opened({ countsFrom: 'matchedOn' }), /^Error: Step "go" counts from "matchedOn", which is not known\.$/);
  });

  it('is named with the assumption of its step, where there is one', () => {
    const { explanation } = opened({ assumption: 'The guidance gives no time.' });
    assert.deepEqual(explanation[0], { kind: 'assumed', text: 'The guidance gives no time.' });
    assert.ok(opened({}).explanation.every(({ kind }) => kind !== 'assumed'));
  });

  it('of a round in a rhythm is the due date of the one before, and never the same day again', () => {
    const rhythm = { countsFrom: ROUND_BEFORE, allowed: { unit: 'weeks', count: 2 } } as const;
    const before = (over: Partial<Step>, dayZero: string): Chronology => ({
      ...chronologyOf(over),
      steps: [
        {
          ...CONFIRM,
          step: 'go',
          dayZero: plainDate(dayZero),
          state: { kind: 'lapsed', at: '2022-10-10T10:00:00.000Z' },
        } as unknown as Chronology['steps'][number],
      ],
    });
    const next = (over: Partial<Step>, dayZero: string, on: string) => {
      const opening = openingOf(before(over, dayZero), 'go', plainDate(on), 2);
      return opening.ok ? opening.value.dayZero : opening.reason.missingYear;
    };
    // Day zero was 3 October, so the round was due on the 17th: on that day the next is due on the 31st.
    assert.equal(next(rhythm, '2022-10-03', '2022-10-10'), '2022-10-17');
    assert.equal(next(rhythm, '2022-10-03', '2022-10-17'), '2022-10-17');
    assert.equal(next(rhythm, '2022-10-03', '2022-10-31'), '2022-10-31');
    assert.equal(next(rhythm, '2024-12-20', '2024-12-23'), 2025);
    // The end of one term leads no further: the round is counted from its opening.
    assert.equal(next({ ...rhythm, allowed: { unit: 'end-of-term' } }, '2022-10-03', '2022-12-16'), '2022-12-16');
    const first = allowedUntil(chronologyOf(rhythm), { step: 'go', dayZero: plainDate('2022-10-03') });
    assert.deepEqual(first.ok && first.value.explanation[0], {
      kind: 'rule',
      on: '2022-10-03',
      text: 'Each round is counted from the due date of the one before, the first from its opening: 3 October 2022.',
    });
  });

  it('is counted from no other facts than those that the programme names', () => {
    assert.deepEqual(countedFacts(RULELESS), ['matchedOn']);
    assert.equal(wordsOf('matchedOn'), 'matched on');
    assert.equal(BEGAN.slice(0, 10), CONFIRM.dayZero);
  });
});
