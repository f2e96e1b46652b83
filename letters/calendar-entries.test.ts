import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Change, ChronologyEvent } from '../domain/chronology/events.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { answer, step } from '../tests/kit/programmes.ts';
import { changedEntries } from './calendar-entries.ts';
import type { HeldEntry } from './calendar-entries.ts';

const AT = '2022-11-25T09:00:00.000Z';
const heldEntry = (id: string, over: Partial<HeldEntry> = {}): HeldEntry => ({
  step: step(id, 'school', [answer('yes')], { title: `Title of ${id}`, ask: 'Ask {subject}.', askWith: { 'system-leader': 'Sign.' } }),
  round: 1,
  role: 'school',
  dueOn: plainDate('2022-12-07'),
  closedAt: null,
  stopped: false,
  theirs: true,
  told: true,
  ...over,
});
const CHANGE: Change = { at: AT, change: 3, by: 'cora', because: 'Illness.', about: { step: 'one', round: 1 }, tells: [], moves: [] };
const extended: ChronologyEvent = {
  ...CHANGE,
  type: 'extension-agreed',
  step: 'one',
  round: 1,
  dueOn: plainDate('2022-12-07'),
  agreedWith: null,
  moves: [{ step: 'one', round: 1, from: plainDate('2022-11-30'), to: plainDate('2022-12-07') }],
};
const withdrawn: ChronologyEvent = { ...CHANGE, type: 'deployment-withdrawn', end: 'withdrawn', withdrawnBy: null };
const stopOf = (scope: { readonly step: string; readonly round: number } | null): ChronologyEvent => ({
  ...CHANGE,
  type: 'clock-stopped',
  stop: 3,
  scope,
  category: 'illness',
  from: plainDate('2022-11-25'),
  expectedEnd: plainDate('2022-12-02'),
});
const resumed: ChronologyEvent = { ...CHANGE, type: 'clock-resumed', stop: 3, on: plainDate('2022-11-25') };
const fill = (text: string) => text.replace('{subject}', 'Hillside School');
const said = (event: ChronologyEvent | null, ...held: readonly HeldEntry[]) =>
  changedEntries(event, held, fill).map((entry) => `${entry.step}/${entry.round} ${entry.stands ? entry.dueOn : 'over'}`);

describe('news changes the entries in a calendar', () => {
  it('of each date that moved, as it stands now, and of no other', () => {
    assert.deepEqual(
      said(extended, heldEntry('one', { dueOn: plainDate('2022-12-09') }), heldEntry('one', { round: 2 }), heldEntry('two')),
      ['one/1 2022-12-09'],
    );
  });

  it('of nothing that its reader was never asked for', () => assert.deepEqual(said(extended), []));

  it('of a moved date that has closed or stands still since: it is over', () => {
    assert.deepEqual(said(extended, heldEntry('one', { closedAt: '2022-11-25T09:00:01.000Z' })), ['one/1 over']);
    assert.deepEqual(said(extended, heldEntry('one', { stopped: true })), ['one/1 over']);
  });

  it('of what closed with it, and not of what had closed before', () => {
    // PostgreSQL writes the same instant in another way.
    const closed = heldEntry('one', { closedAt: '2022-11-25T09:00:00+00:00' });
    assert.deepEqual(said(withdrawn, closed, heldEntry('two', { closedAt: '2022-11-24T09:00:00+00:00' })), ['one/1 over']);
  });

  it('of the step whose clock stopped, or of all of them', () => {
    const [one, two] = [heldEntry('one', { stopped: true }), heldEntry('two', { stopped: true })];
    assert.deepEqual(said(stopOf({ step: 'one', round: 1 }), one, two), ['one/1 over']);
    assert.deepEqual(said(stopOf(null), one, two), ['one/1 over', 'two/1 over']);
    assert.deepEqual(said(stopOf(null), heldEntry('one', { closedAt: '2022-11-24T09:00:00.000Z' })), [], 'it had closed before');
  });

  it('of every step whose clock runs again, whether its date moved or not', () => {
    assert.deepEqual(said(resumed, heldEntry('one'), heldEntry('two', { stopped: true })), ['one/1 2022-12-07', 'two/1 over']);
  });

  it('of whoever is asked no longer: what they were asked for is over for them', () => {
    const leaves: ChronologyEvent = { ...CHANGE, type: 'party-changed', role: 'school', from: 'head', to: 'newhead' };
    assert.deepEqual(said(leaves, heldEntry('one', { theirs: false }), heldEntry('two')), ['one/1 over']);
  });

  it('of nothing, when it changes no date', () => {
    assert.deepEqual(said({ ...CHANGE, type: 'pace-changed', pace: 'less' }, heldEntry('one')), []);
    const acknowledged: ChronologyEvent = {
      type: 'escalation-acknowledged',
      at: AT,
      step: 'one',
      round: 1,
      rung: 'escalation+3',
      turn: 1,
      change: 3,
      by: 'cora',
      onBehalfOf: null,
      via: 'web',
      words: 'I call them.',
      promisedOn: plainDate('2022-12-01'),
      tells: [],
    };
    assert.deepEqual(said(acknowledged, heldEntry('one')), []);
  });

  it('in the words that its reader was asked in', () => {
    const asks = (role: string) => changedEntries(extended, [heldEntry('one', { role })], fill)[0];
    assert.equal(asks('school')?.ask, 'Ask Hillside School.');
    assert.equal(asks('system-leader')?.ask, 'Sign.');
    assert.equal(asks('school')?.title, 'Title of one');
  });

  it('of what closed untold, whatever the letter is about, and of nothing else where it tells no news', () => {
    const closed = { closedAt: '2022-11-20T09:00:00.000Z' };
    const held = [heldEntry('one', { ...closed, told: false }), heldEntry('two', closed), heldEntry('three', { stopped: true })];
    assert.deepEqual(said(null, ...held), ['one/1 over']);
    assert.deepEqual(said(extended, ...held), ['one/1 over']);
  });
});
