import assert from 'node:assert/strict';
import type pg from 'pg';
import { proposeClosure } from '../../desk/change-calendars.ts';
import { proposeDates } from '../../desk/proposed-calendars.ts';
import { proposeProgramme } from '../../desk/proposed-programmes.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import type { Add } from './asking.ts';

const as = 'alma';

/** The pages on which one person decides what another has proposed. */
export async function proposalStates(db: pg.Pool, add: Add): Promise<void> {
  const { programme } = readProgramme(SMALL_PROGRAMME, 'small.yaml');
  assert.ok(programme);
  const programmes = await proposeProgramme(db, programme, SMALL_PROGRAMME, 'pola');
  assert.ok(programmes.ok);
  const programmePage = `/programmes/proposals/${programmes.value}`;
  await add('a proposed programme', 200, programmePage, { as });
  await add('a proposed programme, one’s own', 200, programmePage, { as: 'pola' });
  await add('a proposed programme, declined without a reason', 400, `${programmePage}/decline`, { as, form: { because: '' } });
  await add('a proposed programme, declined', 303, `${programmePage}/decline`, { as, form: { because: 'Not yet.' }, unseen: true });
  await add('a proposed programme that was declined', 200, programmePage, { as });
  await add('a proposed programme, decided already', 409, `${programmePage}/approve`, { as, form: {} });

  const closed = {
    subject: { kind: 'school', urn: '990801' },
    from: plainDate('2026-12-03'),
    to: plainDate('2026-12-04'),
    name: 'snow',
  } as const;
  const closure = await proposeClosure(db, closed);
  assert.ok(closure.ok);
  const dates = await proposeDates(db, closure.value, { by: 'pola', because: 'The head has telephoned.' });
  assert.ok(dates.ok);
  await add('proposed dates', 200, `/calendars/proposals/${dates.value}`, { as });
}
