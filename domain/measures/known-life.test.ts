import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  adopted,
  began,
  corrected,
  ended,
  handedOver,
  lapsed,
  merged,
  moved,
  named,
  opened,
  overtaken,
  rematched,
  reopened,
  resumed,
  said,
  stopped,
  takenBack,
} from '../../tests/kit/measured-events.ts';
import { londonDate } from '../time/london.ts';
import { plainDate } from '../time/plain-date.ts';
import { dateIn, dayOf, endOf, holdersOf, knownLife } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';

const BEGAN = began('2022-09-05');

/** What is known of a deployment that began on 5 September. */
function known(log: readonly MeasuredEvent[], asOf = '2023-01-31', knownAt = asOf) {
  return knownLife([BEGAN, ...log], { asOf: plainDate(asOf), knownAt: plainDate(knownAt) }) ?? assert.fail('nothing is known');
}
const closings = (...given: Parameters<typeof known>) =>
  known(...given).steps.map(({ step, round, closedOn }) => `${step} ${round} ${closedOn}`);

describe('the beginning of a deployment', () => {
  it('is known from the day on which it began', () => {
    const on = (asOf: string, knownAt = asOf) => knownLife([BEGAN], { asOf: plainDate(asOf), knownAt: plainDate(knownAt) });
    assert.equal(on('2022-09-04'), null);
    assert.equal(on('2022-09-04', '2023-01-31'), null, 'it began after the day of the report');
    assert.equal(on('2022-09-05')?.began, '2022-09-05');
    assert.equal(knownLife([], { asOf: plainDate('2022-09-05'), knownAt: plainDate('2022-09-05') }), null);
  });

  it('names the school or the trust, so that two deployments of one are seen to be of one', () => {
    assert.equal(known([]).subject, 'school 1');
    const trust = began('2022-09-05', {}, 'D1', { subject: { kind: 'trust', trust: '1' } });
    const reading = { asOf: plainDate('2022-10-01'), knownAt: plainDate('2022-10-01') };
    assert.equal(knownLife([trust], reading)?.subject, 'trust 1');
  });

  it('is known of a deployment that was taken in from the day on which it was, and what came after by its own day', () => {
    const log: readonly MeasuredEvent[] = [
      said('engage', 'engages', '2022-09-12'),
      { type: 'deployment-taken-in', at: '2022-11-01T10:00:00.000Z', by: 'p' },
      said('agree-match', 'agrees', '2022-11-20'),
    ];
    assert.equal(knownLife([BEGAN, ...log], { asOf: plainDate('2022-10-31'), knownAt: plainDate('2022-10-31') }), null);
    assert.equal(known(log, '2022-11-01').answers.length, 1);
    assert.equal(known(log, '2022-11-19').answers.length, 1);
    assert.equal(known(log, '2022-11-20').answers.length, 2);
  });

  it('counts the day in London: what is recorded after midnight of summer time is of the next day', () => {
    const late: MeasuredEvent = { ...said('engage', 'engages', '2022-09-12'), at: '2022-09-12T23:30:00.000Z' };
    const before: MeasuredEvent = { ...late, at: '2022-09-12T22:59:00.000Z' };
    assert.deepEqual([known([late]).answers[0]?.on, known([before]).answers[0]?.on], ['2022-09-13', '2022-09-12']);
  });

  it('has the calendar that was adopted last', () => {
    assert.equal(known([]).calendarVersion, 'test');
    assert.equal(known([adopted('newer', '2022-10-01')]).calendarVersion, 'newer');
  });
});

describe('a round of a step', () => {
  const rounds = [opened('engage', '2022-09-06'), opened('engage', '2022-09-20', '2022-12-01', 2), opened('agree-match', '2022-09-20')];

  it('is known from its opening, and is closed by what closes it and no other', () => {
    assert.deepEqual(closings(rounds, '2022-09-19'), ['engage 1 null']);
    assert.deepEqual(closings(rounds, '2022-09-20'), ['engage 1 null', 'engage 2 null', 'agree-match 1 null']);
    assert.deepEqual(closings(rounds, '2022-09-19', '2022-09-21'), ['engage 1 null'], 'it was opened after the day of the report');
    for (const closes of [
      said('engage', 'engages', '2022-10-03', {}, 2),
      overtaken('engage', '2022-10-03', 2),
      lapsed('engage', '2022-10-03', 2),
    ])
      assert.deepEqual(closings([...rounds, closes]), ['engage 1 null', 'engage 2 2022-10-03', 'agree-match 1 null'], closes.type);
  });

  it('is open on the day of the report where it was closed after it, and closed where it was closed on that day', () => {
    const log = [...rounds, said('engage', 'engages', '2022-10-03')];
    assert.equal(closings(log, '2022-10-02', '2022-12-01')[0], 'engage 1 null');
    assert.equal(closings(log, '2022-10-03')[0], 'engage 1 2022-10-03');
  });

  it('is over on the day on which its answer is taken back, and the answer with its correction is gone', () => {
    const log = [
      opened('visit-school', '2022-09-19'),
      said('visit-school', 'visited', '2022-09-21'),
      corrected('firstVisitOn', '2022-09-21', '2022-09-20', '2022-09-22'),
      takenBack('visit-school', 'visited', '2022-10-03', { facts: { firstVisitOn: null } }),
    ];
    assert.deepEqual(closings(log), ['visit-school 1 2022-10-03']);
    assert.deepEqual(closings(log, '2022-10-03'), ['visit-school 1 2022-10-03']);
    assert.deepEqual(closings(log, '2022-10-02', '2022-12-01'), ['visit-school 1 null'], 'taken back after the day of the report');
    assert.deepEqual([known(log).answers, known(log).corrections], [[], []]);
    assert.deepEqual(closings([...rounds, ...log]).slice(0, 3), ['engage 1 null', 'engage 2 null', 'agree-match 1 null']);
  });

  it('keeps the corrections of other dates, and those before the answer that is taken back', () => {
    const log = [
      corrected('firstVisitOn', '2022-09-08', '2022-09-07', '2022-09-09'),
      said('visit-school', 'visited', '2022-09-21', {}, 1),
      corrected('matchedOn', '2022-09-12', '2022-09-13', '2022-09-22'),
      takenBack('visit-school', 'visited', '2022-10-03', { facts: { firstVisitOn: '2022-09-07' } }),
    ];
    assert.deepEqual(
      known(log).corrections.map(({ fact, to }) => `${fact} ${to}`),
      ['firstVisitOn 2022-09-07', 'matchedOn 2022-09-13'],
    );
  });

  it('loses only the answer of its own round', () => {
    const visits = [1, 2].map((round) => said('visit-school', 'visited', '2022-09-21', {}, round));
    const log = [
      ...visits,
      said('engage', 'engages', '2022-09-22', {}, 2),
      takenBack('visit-school', 'visited', '2022-10-03', { round: 2 }),
    ];
    assert.deepEqual(
      known(log).answers.map(({ step, round }) => `${step} ${round}`),
      ['visit-school 1', 'engage 2'],
    );
    assert.equal(known([takenBack('visit-school', 'visited', '2022-10-03')]).answers.length, 0, 'an answer that was not asked for');
    const unasked = [
      corrected('firstVisitOn', '2022-09-21', '2022-09-20', '2022-09-22'),
      takenBack('visit-school', 'visited', '2022-10-03', { facts: { firstVisitOn: null } }),
    ];
    assert.deepEqual(known(unasked).corrections, [], 'its correction is gone though its step is not read');
  });

  it('is due as its date stood on the day of the report', () => {
    const log = [
      opened('engage', '2022-09-06', '2022-09-20'),
      opened('engage', '2022-09-06', '2022-09-20', 2),
      moved('engage', '2022-09-15', '2022-10-04'),
    ];
    const due = (...given: Parameters<typeof known>) =>
      known(...given).steps.map(({ dueOn, originalDueOn }) => `${dueOn} ${originalDueOn}`);
    assert.deepEqual(due(log), ['2022-10-04 2022-09-20', '2022-09-20 2022-09-20']);
    assert.deepEqual(due(log, '2022-09-15')[0], '2022-10-04 2022-09-20');
    assert.deepEqual(due(log, '2022-09-14', '2022-12-01')[0], '2022-09-20 2022-09-20', 'it was moved after the day of the report');
    const anew = moved('engage', '2022-09-15', '2022-10-04', { originalDueOn: '2022-09-27' });
    assert.equal(
      due([opened('engage', '2022-09-06', '2022-09-20'), anew])[0],
      '2022-10-04 2022-09-27',
      'the programme’s own date moved too',
    );
  });
});

describe('a clock that is stopped', () => {
  it('stands from its first day until it is resumed', () => {
    const log = [stopped(1, '2022-09-13'), stopped(2, '2022-09-15', { step: 'engage', round: 1 }), resumed(1, '2022-09-20')];
    assert.deepEqual(known(log).stops, [
      { from: '2022-09-13', until: '2022-09-20', scope: null },
      { from: '2022-09-15', until: null, scope: { step: 'engage', round: 1 } },
    ]);
    assert.equal(known(log, '2022-09-15').stops.length, 2);
    assert.equal(known(log, '2022-09-14', '2022-12-01').stops.length, 1, 'it was stopped after the day of the report');
    assert.deepEqual(known([stopped(1, '2022-09-13'), resumed(1, '2022-09-20')], '2022-09-12', '2022-12-01').stops, []);
  });
});

describe('who holds a role', () => {
  const holders = (role: string, ...log: readonly MeasuredEvent[]) => {
    const life = known(log);
    // The beginning is the first of the log.
    return [0, ...log.map((_, at) => at + 1)].map((order) => holdersOf(life, role, order).join());
  };

  it('is asked at a place of the log, and nobody holds what nobody was named for', () => {
    assert.deepEqual(holders('nle', named('nle', 'p-new', '2022-09-12')), ['p-nle', 'p-new']);
    assert.deepEqual(holders('school', named('nle', 'p-new', '2022-09-12')), ['p-head', 'p-head']);
    assert.deepEqual(holders('governor'), ['']);
    assert.deepEqual(holdersOf(known([]), 'nle', -1), [], 'before the beginning');
  });

  it('takes over from one and leaves the others', () => {
    const pair = takenBack('engage', 'engages', '2022-09-12', { parties: { nle: ['p-one', 'p-two'] } });
    assert.deepEqual(holders('nle', pair, handedOver('nle', 'p-one', 'p-new', '2022-09-13')), ['p-nle', 'p-one,p-two', 'p-two,p-new']);
    assert.deepEqual(
      holders('nle', pair, handedOver('nle', 'p-one', 'p-two', '2022-09-13')).at(-1),
      'p-two',
      'who held it already holds it once',
    );
    assert.deepEqual(holders('nle', handedOver('nle', null, 'p-new', '2022-09-13')).at(-1), 'p-nle,p-new', 'somebody joins');
  });

  it('is the one entry of a person who had two, also before they were merged', () => {
    assert.deepEqual(holders('nle', merged('p-nle', 'p-one', '2022-09-13')), ['p-one', 'p-one']);
    assert.deepEqual(holders('school', merged('p-nle', 'p-one', '2022-09-13')), ['p-head', 'p-head']);
  });

  it('is nobody after a rematch, or the next leader where one is known', () => {
    assert.deepEqual(holders('nle', rematched('2022-10-03')), ['p-nle', '']);
    assert.deepEqual(holdersOf(known([rematched('2022-10-03')]), 'nle', 1), []);
    assert.deepEqual(holders('nle', rematched('2022-10-03', 'p-next')), ['p-nle', 'p-next']);
  });
});

describe('rematches and ends', () => {
  it('count up to the day of the report', () => {
    const log = [rematched('2022-10-03'), ended('withdrawn', '2022-10-10'), reopened('2022-10-17')];
    const at = (asOf: string) => {
      const life = known(log, asOf, '2022-12-01');
      return [life.rematches.length, life.ends.map(({ on, end }) => `${on} ${end}`).join(), endOf(life)?.end ?? null];
    };
    assert.deepEqual(at('2022-10-02'), [0, '', null]);
    assert.deepEqual(at('2022-10-03'), [1, '', null]);
    assert.deepEqual(at('2022-10-10'), [1, '2022-10-10 withdrawn', 'withdrawn']);
    assert.deepEqual(at('2022-10-16'), [1, '2022-10-10 withdrawn', 'withdrawn']);
    assert.deepEqual(at('2022-10-17'), [1, '2022-10-10 withdrawn,2022-10-17 null', null]);
    assert.equal(endOf(known(log, '2022-10-10'))?.on, '2022-10-10');
  });
});

describe('the day of an event', () => {
  it('is that of the clocks of London, whatever the hour and the year', () => {
    const instants = fc.date({ min: new Date('1965-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 23 }), (date, hour) => {
        date.setUTCHours(hour);
        assert.equal(dayOf({ at: date.toISOString() }), londonDate(date.getTime()));
      }),
      { numRuns: 2_000 },
    );
    assert.deepEqual(
      ['2022-06-30T22:59:59.999Z', '2022-06-30T23:00:00.000Z', '2022-12-30T23:59:59.999Z', '1970-12-31T23:30:00.000Z'].map((at) =>
        dayOf({ at }),
      ),
      ['2022-06-30', '2022-07-01', '2022-12-30', '1971-01-01'],
    );
  });
});

describe('a date in a field', () => {
  it('is read, or is none', () => {
    assert.deepEqual([dateIn('2022-09-05'), dateIn(''), dateIn(undefined), dateIn('soon')], ['2022-09-05', null, null, null]);
  });
});
