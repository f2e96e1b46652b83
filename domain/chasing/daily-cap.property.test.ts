import fc from 'fast-check';
import assert from 'node:assert/strict';
import { it } from 'vitest';
import { inventedCalendar, programmeOf, step } from '../../tests/kit/programmes.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { addDays, plainDate } from '../time/plain-date.ts';
import { placeInDay } from './daily-cap.ts';
import { emailsToLeave } from './leaving.ts';
import type { LetterToLeave } from './leaving.ts';
import { ONE_LADDER } from './wanted.ts';
import type { LetterKind } from './wanted.ts';

const KINDS: readonly LetterKind[] = ['request', 'notice', 'reminder', 'overdue', 'call', 'escalation', 'escalation-notice', 'news'];
const CALENDAR = inventedCalendar({
  version: 'cap',
  years: [2040, 2042],
  holidays: [['2040-10-15', 'A day off']],
  terms: [
    ['autumn', 2040, '2040-09-03', '2040-12-20', '2040-10-22', '2040-10-26'],
    ['spring', 2041, '2041-01-07', '2041-04-05', '2041-02-18', '2041-02-22'],
  ],
});
const PROGRAMME = { ...programmeOf(['a'], [step('a', 'school', [])]), dailyCap: 100 };

const letters = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      optional: fc.boolean(),
      person: fc.constantFrom('p-head', 'p-rdp'),
      deployment: fc.integer({ min: 1, max: 4 }),
      day: fc.integer({ min: 0, max: 9 }),
      minute: fc.integer({ min: 9 * 60, max: 16 * 60 }),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ kind, optional, person, deployment, day, minute }, number): LetterToLeave => {
      const writtenMs = londonInstant(addDays(plainDate('2040-10-08'), day), minute);
      return {
        ...{ kind, optional, person, writtenMs, fromMs: writtenMs, round: 1, role: 'school', step: 'a', days: 'working' },
        ...{ key: `letter-${number}`, reference: `D${deployment}`, closesMs: null, programme: PROGRAMME, calendar: CALENDAR },
      };
    }),
  );

it('nobody gets more than the cap in a day, no letter is lost, and none leaves twice, whatever is written', () => {
  let waited = 0;
  fc.assert(
    fc.property(letters, fc.integer({ min: 1, max: 3 }), (written, most) => {
      const emails = emailsToLeave(written, { gatheringMs: 60_000, most });
      for (const [day, ofDay] of Map.groupBy(emails, ({ person, atMs }) => `${person} ${londonDate(atMs)}`))
        assert.ok(ofDay.length <= most, `${day}: ${ofDay.length} e-mails`);
      const left = emails.flatMap(({ letters: together }) => together.map(({ key }) => key));
      assert.equal(new Set(left).size, left.length, 'a letter left twice');
      const leftAt = new Map(emails.flatMap(({ atMs, letters: together }) => together.map(({ key }) => [key, atMs] as const)));
      for (const letter of written) {
        if (leftAt.has(letter.key)) continue;
        // Of one ladder the newest goes in the place of those that wait.
        const newer = written.some(
          (other) =>
            ONE_LADDER.includes(letter.kind) &&
            ONE_LADDER.includes(other.kind) &&
            other.reference === letter.reference &&
            other.person === letter.person &&
            other.writtenMs > letter.writtenMs,
        );
        assert.ok(newer, `${letter.key}, of kind ${letter.kind}, is lost`);
      }
      waited += emails.filter(({ atMs, letters: [first] }) => first !== undefined && londonDate(atMs) > londonDate(first.writtenMs)).length;
    }),
    { numRuns: 300 },
  );
  assert.ok(waited > 300, `only ${waited} e-mails waited for another day`);
});

it('what leaves by an evening is the same whether or not what leaves later is worked out too, and goes out in the order of its moments', () => {
  fc.assert(
    fc.property(letters, fc.constantFrom(1, 2, null), fc.integer({ min: 0, max: 12 }), (written, most, days) => {
      const untilMs = londonInstant(addDays(plainDate('2040-10-08'), days), 23 * 60);
      const all = emailsToLeave(written, { gatheringMs: 60_000, most });
      assert.deepEqual(
        emailsToLeave(written, { gatheringMs: 60_000, most, untilMs }),
        all.filter(({ atMs }) => atMs <= untilMs),
      );
      assert.deepEqual(
        all,
        all.toSorted((a, b) => a.atMs - b.atMs),
      );
    }),
  );
});

it('of what waits on one morning the first to leave asks, then reminds, then informs', () => {
  const writtenMs = londonInstant(plainDate('2040-10-08'), 17 * 60 + 50);
  const waiting = (['news', 'reminder', 'request', 'overdue'] as const).map((kind, number): LetterToLeave => ({
    ...{ kind, optional: kind === 'reminder', person: 'p-head', writtenMs, fromMs: londonInstant(plainDate('2040-10-09'), 600), round: 1 },
    ...{ role: 'school', step: 'a', days: 'working', key: `letter-${number}`, reference: `D${number}`, closesMs: null },
    ...{ programme: PROGRAMME, calendar: CALENDAR },
  }));
  const emails = emailsToLeave(waiting, { gatheringMs: 0, most: 1 });
  // Reminders and overdue notices of one person and day are one e-mail.
  assert.deepEqual(
    emails.map(({ atMs, letters: together }) => [londonDate(atMs), ...together.map(({ kind }) => kind).toSorted()]),
    [
      ['2040-10-09', 'request'],
      ['2040-10-10', 'overdue', 'reminder'],
      ['2040-10-11', 'news'],
    ],
  );
  assert.ok(placeInDay({ kind: 'reminder', optional: false }) < placeInDay({ kind: 'reminder', optional: true }));
});
