import assert from 'node:assert/strict';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, it } from 'vitest';
import type { ChangedEntry, Letter } from '../activities/ports.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { createComposer } from './compose.ts';
import { dueDateEntries } from './due-date-entry.ts';
import { digestLetters, envelopeOf, JO, letterOfKind } from '../tests/kit/letters.ts';

const FROM = { name: 'Chaser', address: 'chaser@mail.example' };
const REQUEST = letterOfKind('request');
const MOVED: ChangedEntry = {
  step: REQUEST.step.id,
  round: REQUEST.step.round,
  title: REQUEST.step.title,
  ask: REQUEST.step.ask,
  dueOn: plainDate('2022-12-09'),
  stands: true,
};
const OVER: ChangedEntry = { ...MOVED, stands: false };
const newsOf = (...entries: readonly ChangedEntry[]): Letter => ({
  ...letterOfKind('news'),
  writtenAt: '2022-11-25T09:00:00.000Z',
  entries,
});

/** A calendar entry as a client reads it. */
type Read = { readonly uid: string; readonly sequence: number; readonly method: string; readonly event: ICAL.Component };

const filesOf = (...letters: readonly Letter[]) => dueDateEntries(letters, { domain: 'mail.example', from: FROM });

function entriesOf(...letters: readonly Letter[]): readonly Read[] {
  return filesOf(...letters).flatMap(({ content, contentType }) => {
    const calendar = ICAL.Component.fromString(content);
    const method = String(calendar.getFirstPropertyValue('method'));
    assert.equal(contentType, `text/calendar; charset=utf-8; method=${method}`);
    return calendar.getAllSubcomponents('vevent').map((event) => ({
      uid: String(event.getFirstPropertyValue('uid')),
      sequence: Number(event.getFirstPropertyValue('sequence')),
      method,
      event,
    }));
  });
}

function only(...letters: readonly Letter[]): Read {
  const entries = entriesOf(...letters);
  assert.equal(entries.length, 1);
  return entries[0] ?? assert.fail();
}

const valueOf = ({ event }: Read, name: string) => event.getFirstPropertyValue(name)?.toString() ?? null;

describe('the calendar entry of a due date', () => {
  it('keeps its identity when the title of its step is worded anew, and differs by deployment, step and round', () => {
    const uid = (deployment: string, step: Partial<Letter['step']>) =>
      only({ ...REQUEST, deployment: { ...REQUEST.deployment, reference: deployment }, step: { ...REQUEST.step, ...step } }).uid;
    assert.equal(uid('D1', { title: 'Say whether you take part' }), uid('D1', {}));
    assert.equal(new Set([uid('D1', {}), uid('D2', {}), uid('D1', { id: 'another' }), uid('D1', { round: 2 })]).size, 4);
  });

  it('names the sender of the letter as its organizer, and invites nobody', () => {
    const entry = only(REQUEST);
    assert.equal(entry.method, 'PUBLISH');
    assert.equal(valueOf(entry, 'organizer'), 'mailto:chaser@mail.example');
    assert.equal(entry.event.getFirstProperty('organizer')?.getFirstParameter('cn'), 'Chaser');
    assert.equal(entry.event.getAllProperties('attendee').length, 0);
  });

  it('moves at once with the news of another date', () => {
    const [before, after] = [only(REQUEST), only(newsOf(MOVED))];
    assert.deepEqual([after.method, after.uid], ['PUBLISH', before.uid]);
    assert.equal(valueOf(after, 'dtstart'), '2022-12-09');
    assert.ok(after.sequence > before.sequence, `${after.sequence} is not above ${before.sequence}`);
  });

  it('moves even to a day that has passed, because it stands in the calendar under another', () => {
    assert.equal(valueOf(only(newsOf({ ...MOVED, dueOn: plainDate('2022-11-24') })), 'dtstart'), '2022-11-24');
  });

  it('is taken away by the news that its step is over', () => {
    const [before, after] = [only(REQUEST), only(newsOf(OVER))];
    assert.deepEqual([after.method, after.uid], ['CANCEL', before.uid]);
    assert.equal(valueOf(after, 'status'), 'CANCELLED');
    assert.equal(valueOf(after, 'organizer'), valueOf(before, 'organizer'));
    assert.equal(valueOf(after, 'attendee')?.toLowerCase(), `mailto:${JO.email}`);
    assert.ok(after.sequence > before.sequence, `${after.sequence} is not above ${before.sequence}`);
  });

  it('is taken away, too, when its step closes in the very second of the request', () => {
    assert.ok(only({ ...newsOf(OVER), writtenAt: REQUEST.writtenAt }).sequence > only(REQUEST).sequence);
  });

  it('is taken away in a file of its own, as RFC 5546 has it, and others are moved in one file', () => {
    const files = filesOf(newsOf(OVER, { ...OVER, step: 'other' }, MOVED, { ...MOVED, round: 2 }));
    assert.deepEqual(
      files.map(({ filename, content }) => [filename, content.match(/BEGIN:VEVENT/gu)?.length]),
      [
        ['due-date.ics', 2],
        ['due-date-cancelled.ics', 1],
        ['due-date-cancelled-2.ics', 1],
      ],
    );
  });

  it('travels in the e-mail of its letter', () => {
    const compose = createComposer({ messageIdDomain: 'mail.example', from: FROM });
    assert.deepEqual(compose(envelopeOf(newsOf(OVER))).attachments, filesOf(newsOf(OVER)));
  });

  it('does not come with news that changes no date', () => assert.deepEqual(filesOf(newsOf()), []));

  it('has no attendee that is no address, and a name cannot write a line of its own', () => {
    const name = '"; \\\r\nSTATUS:CONFIRMED\r\nX:"';
    const nobody = { ...newsOf(OVER), to: { ...JO, name, email: 'head@hillcrest.example\r\nX:' } };
    assert.equal(only(nobody).event.getAllProperties('attendee').length, 0);
    const entry = only({ ...newsOf(OVER), to: { ...JO, name } });
    assert.equal(valueOf(entry, 'status'), 'CANCELLED');
    assert.equal(entry.event.getFirstProperty('attendee')?.getFirstParameter('cn'), "'; / STATUS:CONFIRMED X:'");
  });

  it('is a later revision than any by an earlier version of Chaser, which counted minutes', () => {
    assert.ok(only(REQUEST).sequence > Date.parse('2099-12-31T23:59:00.000Z') / 60_000);
  });
});

describe('for any letters about one step and round', () => {
  const FIRST_MS = Date.parse('2022-01-01T00:00:00.000Z');
  const YEAR_MS = 366 * 86_400_000;
  /** Letters that publish its date, some of them within one second, and at last one that takes it away. */
  const lives = fc.array(
    fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: YEAR_MS })),
      kind: fc.constantFrom('request', 'reminder', 'news'),
      title: fc.string({ maxLength: 20 }),
    }),
    { minLength: 2, maxLength: 12 },
  );

  it('the revision never goes down, the identity never changes, and what takes the entry away is the latest of all', () => {
    fc.assert(
      fc.property(lives, (life) => {
        let atMs = FIRST_MS;
        const entries = life.map(({ waitMs, kind, title }, index) => {
          atMs += waitMs;
          const writtenAt = new Date(atMs).toISOString();
          if (index === life.length - 1) return only({ ...newsOf({ ...OVER, title }), writtenAt });
          if (kind === 'news') return only({ ...newsOf({ ...MOVED, title }), writtenAt });
          return only({ ...REQUEST, kind, writtenAt, step: { ...REQUEST.step, title, dueOn: plainDate('2099-12-31') } });
        });
        const cancelled = entries.at(-1) ?? assert.fail();
        for (const [index, { method, sequence }] of entries.slice(0, -1).entries()) {
          assert.equal(method, 'PUBLISH');
          assert.ok(sequence >= (entries[index - 1]?.sequence ?? 0), 'the revision went down');
          assert.ok(sequence < cancelled.sequence, 'something published is as late as what takes it away');
        }
        assert.equal(cancelled.method, 'CANCEL');
        assert.equal(new Set(entries.map(({ uid }) => uid)).size, 1);
      }),
    );
  });

  it('an entry that was taken away comes back when the clock runs again, five seconds later or more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 5_000, max: YEAR_MS }), (from, wait) => {
        const at = (ms: number) => new Date(FIRST_MS + ms).toISOString();
        const stopped = only({ ...newsOf(OVER), writtenAt: at(from) });
        const resumed = only({ ...newsOf(MOVED), writtenAt: at(from + wait) });
        assert.ok(resumed.sequence > stopped.sequence);
      }),
    );
  });

  it('reminders that travel together publish what is ahead and take nothing away', () => {
    assert.deepEqual(
      entriesOf(...digestLetters()).map(({ method }) => method),
      ['PUBLISH'],
    );
  });
});
