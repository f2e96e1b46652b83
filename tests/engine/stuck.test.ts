import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { listSteps } from '../../postgres/views/deployments.ts';
import { answer, programmeOf, rung, step } from '../kit/programmes.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/** Chaser itself answers "tell" on Monday 22 October 2040, once its notice has gone, and opens "reply". */
const PROGRAMME = programmeOf(
  ['tell'],
  [
    step('tell', 'rdp', [answer('told', { opens: ['reply'] })], {
      allowed: { unit: 'working-days', count: 10 },
      automatic: 'told',
      ladder: [{ ...rung('notice', 0), to: 'school', text: 'It begins.' }],
    }),
    step('reply', 'regional-team', [answer('yes', { ends: 'done' })]),
  ],
);

/** Long enough for both steps when they are counted from the beginning, too short for the chases of the second. */
const SHORT: Calendar = {
  ...CALENDAR_2040,
  version: 'test-2040-short',
  bankHolidays: { ...CALENDAR_2040.bankHolidays, knownTo: plainDate('2040-12-04') },
};

describe('a deployment that has reached the end of its calendar', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  it('goes on as soon as it adopts a longer calendar, not at its next check a day later', async () => {
    const reference = await world.begin('2040-10-08 09:30', { programme: PROGRAMME, calendar: SHORT });
    const stepsNow = async () => (await listSteps(world.db, reference)).map((line) => `${line.step} ${line.state}`);
    await world.forwardTo(reference, '2040-10-22 12:00');
    assert.deepEqual(await stepsNow(), ['tell open'], 'it could not go on: the second step’s chases pass the end of its calendar');

    const adopted = await changeDeployment({ db: world.db, client: world.client }, reference, {
      kind: 'adopt-calendar',
      by: 'coordinator',
      because: 'The new year’s holidays are known.',
      calendar: CALENDAR_2040,
    });
    assert.ok(adopted.ok, adopted.ok ? '' : adopted.reason.message);
    // The test moves no clock, so a wait of a day would never end.
    await waitUntil('the second step opened', async () => (await stepsNow()).includes('reply open'), 15_000);
    assert.deepEqual((await stepsNow()).toSorted(), ['reply open', 'tell answered']);
  });
});
