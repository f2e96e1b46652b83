import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, noon } from '../../tests/kit/changes.ts';
import { answer, field, programmeOf, step } from '../../tests/kit/programmes.ts';
import { admit } from '../chronology/admit.ts';
import { decide } from '../chronology/decide.ts';
import { plainDate } from '../time/plain-date.ts';
import { dateProblems } from './date-limits.ts';

const FRAME = { beganOn: plainDate('2022-10-08'), today: plainDate('2022-11-01') };
const on = field('on', { label: 'Date of the meeting', kind: 'date' });
const faults = (value: string, over: object = {}) =>
  dateProblems(answer('met', { fields: [{ ...on, ...over }] }), { on: value }, FRAME).map(({ message }) => message);

describe('the date of an answer', () => {
  it('is refused before the deployment began, and years ahead', () => {
    const early = '“Date of the meeting” must be on or after 8 October 2022, the day on which this deployment began';
    const far = '“Date of the meeting” must be on or before 2 November 2023';
    assert.deepEqual(faults('2022-10-07'), [early]);
    assert.deepEqual(faults('2002-11-01'), [early]);
    assert.deepEqual(faults('2023-11-03'), [far]);
    assert.deepEqual(faults('2032-11-01'), [far]);
    for (const day of ['2022-10-08', '2022-11-01', '2023-11-02']) assert.deepEqual(faults(day), [], day);
  });

  it('lies as far back or ahead as the programme says of its field', () => {
    assert.deepEqual(faults('1999-01-01', { earliest: 'anytime' }), []);
    assert.deepEqual(faults('2099-01-01', { latest: 'anytime' }), []);
    assert.deepEqual(faults('2022-11-02', { latest: 0 }), ['“Date of the meeting” must be today or earlier']);
    assert.deepEqual(faults('2022-11-01', { latest: 0 }), []);
    assert.deepEqual(faults('2022-11-16', { latest: 14 }), ['“Date of the meeting” must be on or before 15 November 2022']);
    assert.equal(faults('2022-10-07', { latest: 'anytime' }).length, 1);
  });

  it('is not judged here when it is no date, is not asked, or is none', () => {
    assert.deepEqual(faults('soon'), []);
    assert.deepEqual(faults(''), []);
    assert.deepEqual(faults('1999-01-01', { kind: 'text' }), []);
  });

  it('is not judged where it is not asked, and says where to look where it is', () => {
    const held = field('held', { kind: 'yes-no' });
    const problems = (said: string) =>
      dateProblems(answer('met', { fields: [held, { ...on, when: { held: ['yes'] } }] }), { held: said, on: '1999-01-01' }, FRAME);
    assert.deepEqual(problems('no'), []);
    assert.deepEqual(
      problems('yes').map(({ kind, path, remedy }) => [kind, path, remedy]),
      [['bad-field', 'on', 'Look at the year of on: 1 January 1999.']],
    );
  });

  it('is judged in every entry of a group', () => {
    const visits = field('visits', { kind: 'group', entry: 'visit', fields: [{ ...on, id: 'on' }] });
    const given = { 'visits.1.on': '2022-10-09', 'visits.2.on': '2012-10-09' };
    assert.deepEqual(
      dateProblems(answer('met', { fields: [visits] }), given, FRAME).map(({ path }) => path),
      ['visits.2.on'],
    );
  });

  it('is refused when it is given now, and replayed where an earlier release took it', () => {
    const programme = programmeOf(['meet'], [step('meet', 'school', [answer('met', { fields: [on] })])]);
    const { chronology } = begun(programme);
    const said = (day: string) =>
      ({
        kind: 'answer',
        step: 'meet',
        round: 1,
        answer: 'met',
        by: chronology.parties['school']?.[0] ?? '',
        onBehalfOf: null,
        via: 'link',
        fields: { on: day },
      }) as const;
    const now = noon('2022-10-03');
    const early = admit(chronology, said('2022-09-29'), now);
    assert.equal(
      !early.ok && early.reason.message,
      '“Date of the meeting” must be on or after 30 September 2022, the day on which this deployment began.',
    );
    assert.equal(admit(chronology, said('2026-10-03'), now).ok, false);
    assert.equal(admit(chronology, said('2022-10-20'), now).ok, true);
    assert.equal(decide(chronology, said('2022-09-29'), now).ok, true);
  });
});
