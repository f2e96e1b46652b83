import assert from 'node:assert/strict';
import { afterAll, beforeAll, it } from 'vitest';
import { londonDate } from '../../domain/time/london.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import { takeForm } from '../../web/answer/take-form.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';

let database: TestDatabase;
const found = Object.values(tsiProgramme().steps).find(({ answers }) =>
  answers.some(({ fields }) => fields.some(({ id }) => id === 'meetingOn')),
);
assert.ok(found);
const step = found;

beforeAll(async () => {
  database = await freshDatabase();
  await insertPeople(database.pool);
  await placeDeployment(database.pool, 'D00001', { open: [{ step: step.id, dueOn: workingDaysAgo(-3) }] });
});
afterAll(() => database.end());

const problemsOf = async (on: string) => {
  const [year = '', month = '', day = ''] = on.split('-');
  const body = { answer: 'arranged', 'arranged-meetingOn-day': day, 'arranged-meetingOn-month': month, 'arranged-meetingOn-year': year };
  return (await takeForm(database.pool, step, body, { byName: false, reference: 'D00001' })).problems;
};

it('a form asks again, at its input, for a date before the deployment began or years away', async () => {
  const today = londonDate(Date.now());
  assert.deepEqual(await problemsOf(addDays(today, 14)), []);
  assert.deepEqual(await problemsOf(addDays(today, -59)), []);
  for (const [day, words] of [
    [addDays(today, -61), /must be on or after .*, the day on which this deployment began$/],
    [addDays(today, -3_650), /must be on or after/],
    [addDays(today, 367), /must be on or before/],
    [addDays(today, 3_650), /must be on or before/],
  ] as const) {
    const [problem, ...more] = await problemsOf(day);
    assert.deepEqual([problem?.id, more], ['arranged-meetingOn-day', []]);
    assert.match(problem?.text ?? '', words);
  }
});
