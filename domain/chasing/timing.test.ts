import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { inventedCalendar, programmeOf, step } from '../../tests/kit/programmes.ts';
import { isOpen } from '../time/days.ts';
import { londonDate, londonInstant, londonMinute } from '../time/london.ts';
import { addDays, plainDate, weekday } from '../time/plain-date.ts';
import { emailsToLeave } from './leaving.ts';
import type { LetterToLeave } from './leaving.ts';
import { gatheredAtMs, TIMINGS } from './timing.ts';
import type { Timing } from './timing.ts';
import { ONE_LADDER } from './wanted.ts';
import type { LetterKind } from './wanted.ts';

const CALENDAR = inventedCalendar({
  version: 'timing',
  years: [2040, 2042],
  holidays: [['2040-10-19', 'A Friday off']],
  terms: [
    ['autumn', 2040, '2040-09-03', '2040-12-20', '2040-10-22', '2040-10-26'],
    ['spring', 2041, '2041-01-07', '2041-04-05', '2041-02-18', '2041-02-22'],
  ],
});
const PROGRAMME = { ...programmeOf(['a'], [step('a', 'school', [])]), dailyCap: 100 };
const KINDS: readonly LetterKind[] = ['request', 'notice', 'reminder', 'overdue', 'call', 'escalation', 'escalation-notice', 'news'];

/** "2040-10-18 16:00", or "at once". */
function leaves(kind: LetterKind, timing: Timing, on: string, hour: number): string {
  const writtenMs = londonInstant(plainDate(on), hour * 60);
  const atMs = gatheredAtMs(PROGRAMME, CALENDAR, { kind, timing, writtenMs });
  return atMs === null ? 'at once' : `${londonDate(atMs)} ${londonMinute(atMs) / 60}`;
}

describe('when an e-mail to a member of the staff leaves', () => {
  it.each([
    ['news', 'at-once', '2040-10-15', 10, 'at once'],
    ['news', 'daily', '2040-10-15', 10, '2040-10-15 16'],
    ['news', 'daily', '2040-10-15', 17, '2040-10-16 16'],
    ['news', 'daily', '2040-10-18', 17, '2040-10-22 16'],
    ['news', 'weekly', '2040-10-08', 10, '2040-10-12 16'],
    ['escalation-notice', 'weekly', '2040-10-15', 10, '2040-10-18 16'],
    ['news', 'weekly', '2040-10-18', 17, '2040-10-26 16'],
    ['request', 'daily', '2040-10-15', 10, '2040-10-15 16'],
    ['request', 'weekly', '2040-10-15', 10, '2040-10-15 16'],
    ['notice', 'weekly', '2040-10-15', 17, 'at once'],
    ['escalation', 'weekly', '2040-10-15', 10, 'at once'],
    ['call', 'weekly', '2040-10-15', 10, 'at once'],
    ['overdue', 'daily', '2040-10-15', 9, 'at once'],
  ] as const)('%s, %s, written on %s at %i: %s', (kind, timing, on, hour, expected) => {
    assert.equal(leaves(kind, timing, on, hour), expected);
  });

  it('is an hour before sending hours end where they end early, and never waits past the calendar', () => {
    const early = { sendingHours: { ...PROGRAMME.sendingHours, fromMinute: 540, toMinute: 840 } };
    const writtenMs = londonInstant(plainDate('2040-10-15'), 600);
    assert.equal(gatheredAtMs(early, CALENDAR, { kind: 'news', timing: 'daily', writtenMs }), londonInstant(plainDate('2040-10-15'), 780));
    const last = londonInstant(plainDate('2042-12-31'), 17 * 60);
    assert.equal(gatheredAtMs(PROGRAMME, CALENDAR, { kind: 'news', timing: 'weekly', writtenMs: last }), null);
  });
});

const letters = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      person: fc.constantFrom('p-coordinator', 'p-region'),
      deployment: fc.integer({ min: 1, max: 4 }),
      day: fc.integer({ min: 0, max: 6 }),
      minute: fc.integer({ min: 9 * 60, max: 17 * 60 + 30 }),
    }),
    { minLength: 8, maxLength: 40 },
  )
  .map((all) =>
    all.flatMap(({ kind, person, deployment, day, minute }, number): LetterToLeave[] => {
      const on = addDays(plainDate('2040-10-08'), day);
      const open = isOpen(CALENDAR, 'working', on);
      if (!open.ok || !open.value) return [];
      const writtenMs = londonInstant(on, minute);
      return [
        {
          ...{ kind, optional: false, person, writtenMs, fromMs: writtenMs, round: 1, role: 'school', step: 'a', days: 'working' },
          ...{ key: `letter-${number}`, reference: `D${deployment}`, closesMs: null, programme: PROGRAMME, calendar: CALENDAR },
        },
      ];
    }),
  );

it('whatever a member of the staff chooses, no letter is lost or leaves twice, nothing urgent waits, and what waits is one e-mail', () => {
  let gathered = 0;
  fc.assert(
    fc.property(letters, fc.constantFrom(...TIMINGS), (written, timing) => {
      const emails = emailsToLeave(
        written.map((letter) => ({ ...letter, timing })),
        { gatheringMs: 60_000 },
      );
      const left = emails.flatMap(({ atMs, letters: together }) => together.map((letter) => ({ letter, atMs })));
      assert.equal(new Set(left.map(({ letter }) => letter.key)).size, left.length, 'a letter left twice');
      for (const { key, kind, reference, person, writtenMs } of written) {
        const replaced =
          ONE_LADDER.includes(kind) &&
          written.some(
            (newer) =>
              ONE_LADDER.includes(newer.kind) && newer.reference === reference && newer.person === person && newer.writtenMs > writtenMs,
          );
        assert.ok(replaced || left.some(({ letter }) => letter.key === key), `${key}, of kind ${kind}, is lost`);
      }
      for (const { letter, atMs } of left) {
        const waits = atMs - letter.writtenMs > 60_000;
        if (letter.kind === 'call' || letter.kind === 'escalation') assert.ok(!waits, `${letter.kind} waits`);
        if (letter.kind === 'request' || letter.kind === 'notice') assert.equal(londonDate(atMs), londonDate(letter.writtenMs));
        if (letter.kind === 'news' && timing === 'weekly') assert.ok([4, 5].includes(weekday(londonDate(atMs))), londonDate(atMs));
      }
      const together = emails.filter(
        ({ letters: [first] }) => first !== undefined && gatheredAtMs(PROGRAMME, CALENDAR, { ...first, timing }) !== null,
      );
      const moments = together.map(({ person, atMs }) => `${person} ${atMs}`);
      assert.equal(new Set(moments).size, moments.length, 'two e-mails at one moment');
      gathered += together.filter((email) => email.letters.length > 1).length;
    }),
    { numRuns: 300 },
  );
  assert.ok(gathered > 100, `only ${gathered} e-mails held several letters`);
});
