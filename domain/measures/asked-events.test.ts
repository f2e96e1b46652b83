import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { measuredLives } from '../../tests/kit/measured-lives.ts';
import type { ChronologyEvent } from '../chronology/events.ts';
import { plainDate } from '../time/plain-date.ts';
import { eventsAskedBy } from './asked-events.ts';
import { MEASURES, measureNamed } from './evaluation.ts';
import { knownLife, MEASURED_KINDS } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { beginCounting } from './report.ts';

const kinds: ReadonlySet<string> = new Set(MEASURED_KINDS);
const LIVED = [measuredLives(60, 21), measuredLives(40, 22, { id: 'tsi-2021-22', prefix: 'T', year: 2021 })];
const CALENDARS = new Map(LIVED.flatMap(({ calendars }) => [...calendars]));
const SCHOOL = { region: 'London', phase: null, type: '', surroundings: null, inTrust: null } as const;
const isMeasured = (event: ChronologyEvent): event is Extract<ChronologyEvent, { type: MeasuredEvent['type'] }> => kinds.has(event.type);

describe('the events that a measure asks for', () => {
  it('are all that it counts: it says the same of them as of all events, on several days', () => {
    let [asked, all] = [0, 0];
    for (const asOf of [plainDate('2022-11-15'), plainDate('2023-02-15'), plainDate('2023-11-30')]) {
      const reading = { asOf, knownAt: plainDate('2023-12-01') };
      for (const measure of MEASURES) {
        const events = eventsAskedBy(measure);
        const isAsked = (event: MeasuredEvent) =>
          events.kinds.includes(event.type) ||
          ('step' in event && events.ofSteps.some((of) => of.kinds.includes(event.type) && of.steps.includes(event.step)));
        const calendarOf = (version: string) => CALENDARS.get(version) ?? assert.fail(version);
        const [some, whole] = [
          beginCounting({ measure, by: 'all', asOf, calendarOf }),
          beginCounting({ measure, by: 'all', asOf, calendarOf }),
        ];
        for (const life of LIVED.flatMap(({ lives }) => lives)) {
          const full = life.filter(isMeasured);
          const few = full.filter(isAsked);
          asked += few.length;
          all += full.length;
          for (const [counting, from] of [
            [some, few],
            [whole, full],
          ] as const) {
            const known = knownLife(from, reading);
            if (known !== null) counting.add({ life: known, school: SCHOOL, leaderOn: () => null });
          }
        }
        assert.deepEqual(some.sections(), whole.sections(), `${measure.id} on ${asOf}`);
        assert.equal(some.deployments(), whole.deployments());
      }
    }
    assert.ok(asked * 3 < all, `${asked} of ${all}`);
  });

  it('are openings and due dates of what is waited for, and all of a step where its days are counted', () => {
    const stepsOf = (id: 'M2' | 'M10' | 'M13', kind: MeasuredEvent['type']) =>
      eventsAskedBy(measureNamed(id) ?? assert.fail()).ofSteps.find((of) => of.kinds.includes(kind))?.steps ?? assert.fail();
    assert.deepEqual(stepsOf('M2', 'step-opened'), ['visit-school', 'first-visit']);
    assert.deepEqual(stepsOf('M2', 'due-date-moved'), ['visit-school', 'first-visit']);
    for (const kind of ['step-opened', 'due-date-moved', 'step-lapsed'] as const) assert.deepEqual(stepsOf('M10', kind), [], kind);
    assert.ok(stepsOf('M10', 'step-answered').includes('check-raf'));
    assert.deepEqual(stepsOf('M13', 'step-lapsed'), stepsOf('M13', 'step-opened'));
    assert.ok(stepsOf('M13', 'step-lapsed').includes('check-raf'));
  });
});
