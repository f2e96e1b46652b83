import type pg from 'pg';
import type { Add } from './asking.ts';

/** The pages about e-mails: what is on hold, what goes out next, and the pause of a programme. At last nothing is on hold any more. */
export async function postStates(db: pg.Pool, add: Add): Promise<void> {
  await add('e-mails', 200, '/post', { as: 'coordinator' });
  await add('hold e-mails', 200, '/post/hold', { as: 'alma' });
  await add('hold e-mails, everything missing', 400, '/post/hold', { as: 'alma', form: {} });
  await add('hold the e-mails of a deployment', 200, '/post/hold?deployment=A0001', { as: 'alma' });
  await add('what goes out next', 200, '/post/tomorrow?days=7', { as: 'alma' });
  await add('what goes out next, nothing', 200, '/post/tomorrow?to=nobody-is-called-this', { as: 'alma' });
  await add('what goes out for a deployment', 200, '/post/tomorrow?deployment=A0001', { as: 'alma' });
  await add('limit the e-mails of a day', 200, '/post/limit', { as: 'alma' });
  await add('limit the e-mails of a day, everything missing', 400, '/post/limit', { as: 'alma', form: {} });
  await add('limit the e-mails of a day, asked', 303, '/post/limit', {
    as: 'alma',
    form: { most: '10', because: 'A test of the page.' },
    unseen: true,
  });
  await add('a limit of e-mails a day', 200, '/post/limit?saved=yes', { as: 'alma' });
  await add('e-mails, limited', 200, '/post', { as: 'coordinator' });
  await add('the limit ended', 303, '/post/limit', { as: 'alma', form: { most: 'off', because: 'The test is over.' }, unseen: true });
  await add('pause a programme', 200, '/post/pause', { as: 'alma' });
  await add('pause a programme, everything missing', 400, '/post/pause', { as: 'alma', form: {} });
  const because = 'An election period: no e-mails from the Department’s programmes until the new government has been formed.';
  const pause = {
    programme: 'tsi-2022-23',
    category: 'other',
    'from-day': '1',
    'from-month': '1',
    'from-year': '2020',
    'expectedEnd-day': '1',
    'expectedEnd-month': '1',
    'expectedEnd-year': '2099',
    because,
  };
  await add('pause a programme, asked', 303, '/post/pause', { as: 'alma', form: pause, unseen: true });
  const { rows: pauses } = await db.query<{ job: string }>('SELECT job FROM programme_pauses');
  const job = pauses[0]?.job ?? '';
  await add('a paused programme, not confirmed', 200, `/post/pauses/${job}`, { as: 'alma' });
  await db.query('UPDATE many_jobs SET confirmed_at = clock_timestamp() WHERE id = $1::uuid', [job]);
  await db.query("UPDATE many_lines SET state = CASE WHEN number % 2 = 0 THEN 'done' ELSE 'refused' END WHERE job = $1::uuid", [job]);
  await add('a paused programme', 200, `/post/pauses/${job}`, { as: 'alma' });
  await add('end the pause of a programme, everything missing', 400, `/post/pauses/${job}/end`, { as: 'alma', form: {} });
  await add('hold e-mails, done', 303, '/post/hold', { as: 'alma', form: { what: 'service:', because }, unseen: true });
  await add('hold e-mails, held already', 400, '/post/hold', { as: 'alma', form: { what: 'service:', because } });
  const { rows: holds } = await db.query<{ id: number }>('SELECT max(id)::int AS id FROM post_holds');
  const hold = `/post/holds/${holds[0]?.id}`;
  await db.query("UPDATE messages SET state = 'queued' WHERE state = 'accepted' AND reference = 'A0001'");
  await add('e-mails on hold, told', 200, `${hold}?told=held`, { as: 'alma' });
  await add('e-mails on hold, for somebody who may not release them', 200, hold, { as: 'coordinator' });
  await add('release e-mails, everything missing', 400, `${hold}/release`, { as: 'alma', form: {} });
  await add('what is on hold and paused', 200, '/post', { as: 'alma' });
  await add('a deployment whose e-mails are on hold', 200, '/deployments/A0001', { as: 'coordinator' });
  await add('release e-mails, done', 303, `${hold}/release`, { as: 'alma', form: { because: 'It is over.' }, unseen: true });
  await add('release e-mails, done already', 409, `${hold}/release`, { as: 'alma', form: { because: 'It is over.' } });
  await add('e-mails that were released', 200, `${hold}?told=released`, { as: 'alma' });
  await add('e-mails, a hold has ended', 200, '/post', { as: 'alma' });
  await db.query('UPDATE many_jobs SET cancelled_at = clock_timestamp() WHERE id = $1::uuid', [job]);
}
