import assert from 'node:assert/strict';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, it } from 'vitest';
import { addDays, plainDate } from '../domain/time/plain-date.ts';
import { letterOfKind } from '../tests/kit/letters.ts';
import { calendarFeed, revisionAfter } from './calendar-feed.ts';
import type { FeedDate } from './calendar-feed.ts';
import { dueDateEntries } from './due-date-entry.ts';

const ORGANIZER = { domain: 'mail.example', from: { name: 'Chaser', address: 'chaser@mail.example' } };
const OPENED = '2040-10-08T08:30:00.000Z';
const DATE: FeedDate = {
  reference: 'D00001',
  subject: 'Hillcrest School',
  step: 'confirm-participation',
  round: 1,
  title: 'Confirm participation',
  dueOn: plainDate('2040-10-15'),
  stands: true,
  changedAt: [OPENED],
};

const read = (...dates: readonly FeedDate[]) => {
  const calendar = ICAL.Component.fromString(calendarFeed(dates, ORGANIZER));
  const value = (component: ICAL.Component, name: string) => component.getFirstPropertyValue(name)?.toString() ?? null;
  return {
    calendar: (name: string) => value(calendar, name),
    events: calendar.getAllSubcomponents('vevent').map((event) => (name: string) => value(event, name)),
  };
};

describe('the calendar that somebody’s program reads by itself', () => {
  it('says how often to look again, and has an all-day event that blocks no time for each due date', () => {
    const { calendar, events } = read(DATE, { ...DATE, step: 'visit', dueOn: plainDate('2040-11-30') });
    assert.deepEqual([calendar('refresh-interval'), calendar('x-published-ttl'), calendar('method')], ['PT4H', 'PT4H', 'PUBLISH']);
    assert.deepEqual(
      events.map((event) => [event('dtstart'), event('status'), event('transp'), event('summary')]),
      [
        ['2040-10-15', 'CONFIRMED', 'TRANSPARENT', 'Confirm participation: Hillcrest School'],
        ['2040-11-30', 'CONFIRMED', 'TRANSPARENT', 'Confirm participation: Hillcrest School'],
      ],
    );
  });

  it('goes by the UID of the entry in letters, so that one program shows one event', () => {
    const letter = letterOfKind('request');
    const [file] = dueDateEntries([letter], ORGANIZER);
    const inLetter = ICAL.Component.fromString(file?.content ?? '')
      .getFirstSubcomponent('vevent')
      ?.getFirstPropertyValue('uid');
    const { reference } = letter.deployment;
    const [event] = read({ ...DATE, reference, step: letter.step.id, round: letter.step.round }).events;
    assert.equal(event?.('uid'), inLetter);
  });

  it('is revised as the letters are: later than every letter before a change, and no later than one written with it', () => {
    const letter = { ...letterOfKind('request'), writtenAt: '2040-10-08T08:30:05.000Z' };
    const [file] = dueDateEntries([{ ...letter, step: { ...letter.step, dueOn: plainDate('2040-10-15') } }], ORGANIZER);
    const ofLetter = Number(
      ICAL.Component.fromString(file?.content ?? '')
        .getFirstSubcomponent('vevent')
        ?.getFirstPropertyValue('sequence'),
    );
    assert.ok(revisionAfter([OPENED], true) < ofLetter);
    assert.equal(revisionAfter([OPENED, letter.writtenAt], true), ofLetter);
    assert.ok(revisionAfter([OPENED, '2040-10-08T08:30:10.000Z'], true) > ofLetter);
  });

  it('keeps the UID and raises SEQUENCE at every change of any life, however close together the changes lie', () => {
    const changes = fc.array(
      fc.record({ ms: fc.integer({ min: 0, max: 12_000 }), stands: fc.boolean(), days: fc.integer({ min: -9, max: 9 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(changes, (life) => {
        let date = DATE;
        let before = read(date).events[0];
        for (const { ms, stands, days } of life) {
          const at = new Date(Date.parse(date.changedAt.at(-1) ?? OPENED) + ms).toISOString();
          date = { ...date, stands, dueOn: addDays(date.dueOn, days), changedAt: [...date.changedAt, at] };
          const [after] = read(date).events;
          assert.equal(after?.('uid'), before?.('uid'));
          assert.ok(Number(after?.('sequence')) > Number(before?.('sequence')), JSON.stringify(date));
          assert.equal(after?.('status'), stands ? 'CONFIRMED' : 'CANCELLED');
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('folds long lines at 75 bytes, and gives the same bytes for the same dates', () => {
    const long = {
      ...DATE,
      subject: 'Ysgol Gynradd Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, “Sant Tysilio”; \n and more',
    };
    const content = calendarFeed([long], ORGANIZER);
    for (const line of content.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.equal(read(long).events[0]?.('summary'), `Confirm participation: ${long.subject.replaceAll(/\s+/g, ' ')}`);
    assert.equal(calendarFeed([long], ORGANIZER), content);
  });

  it('is a calendar of no events where nothing is asked', () => {
    assert.deepEqual(read().events, []);
  });
});
