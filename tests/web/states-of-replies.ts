import assert from 'node:assert/strict';
import type pg from 'pg';
import { readIncoming } from '../../inbox/read-incoming.ts';
import { keepIncoming } from '../../postgres/desk/keep-incoming.ts';
import { AUTOMATIC } from '../kit/incoming/automatic.ts';
import { BOUNCES } from '../kit/incoming/bounces.ts';
import { HEAD, LETTER_MESSAGE_ID, WRITTEN_MS } from '../kit/incoming/build.ts';
import { PEOPLE } from '../kit/incoming/people.ts';
import type { Add } from './asking.ts';

/** The pages about e-mails that came in, for a letter of A0001. At last nothing is left of them but what is kept. */
export async function repliesStates(db: pg.Pool, add: Add): Promise<void> {
  await add('e-mails that came in, none', 200, '/replies', { as: 'coordinator' });
  await db.query(
    `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at, state, accepted_at, message_id, address)
     VALUES ('A0001/answered', 'A0001', 'confirm-participation', 1, 'request', 'request', 'school', 'head', 0, now(), 'accepted', now(), $1, $2)`,
    [LETTER_MESSAGE_ID, HEAD],
  );
  const keep = async (raw: Buffer | undefined, nowMs = WRITTEN_MS): Promise<string> => {
    assert.ok(raw);
    const kept = await keepIncoming(db, await readIncoming(raw, nowMs), { via: 'pipe' });
    assert.deepEqual([kept.isNew, kept.references], [true, ['A0001']]);
    const { rows: last } = await db.query<{ id: string }>('SELECT max(id)::text AS id FROM incoming');
    return last[0]?.id ?? '';
  };
  const reply = await keep(PEOPLE.find(({ name }) => name === 'with attachments')?.raw);
  const away = await keep(AUTOMATIC.find(({ returnsOn, names = [] }) => returnsOn != null && names.length > 0)?.raw);
  const back = await keep(BOUNCES.find(({ kind, forGood }) => kind === 'bounce' && forGood === true)?.raw);
  const delayed = await keep(BOUNCES.find(({ kind }) => kind === 'delayed')?.raw);
  await add('today, with a reply', 200, '/', { as: 'coordinator' });
  await add('a deployment with a reply', 200, '/deployments/A0001', { as: 'coordinator' });
  await add('e-mails that came in', 200, '/replies', { as: 'coordinator' });
  await add('e-mails that came in, everything', 200, '/replies?show=all', { as: 'coordinator' });
  await add('a reply', 200, `/replies/${reply}`, { as: 'coordinator' });
  await add('an automatic reply', 200, `/replies/${away}`, { as: 'coordinator' });
  await add('an e-mail that came back', 200, `/replies/${back}`, { as: 'coordinator' });
  await add('an e-mail that is delayed', 200, `/replies/${delayed}`, { as: 'coordinator' });
  const answer = '/deployments/A0001/answer/confirm-participation';
  await add('record a reply as an answer', 200, `${answer}?reply=${reply}`, { as: 'coordinator' });
  await add('record a reply as an answer, nothing chosen', 400, answer, { as: 'coordinator', form: { round: '1', reply } });
  await add('a reply, dealt with', 303, `/replies/${reply}`, { as: 'coordinator', form: {}, unseen: true });
  await add('a reply that was dealt with', 200, `/replies/${reply}?done=yes`, { as: 'coordinator' });
  await add('a reply, dealt with before', 409, `/replies/${reply}`, { as: 'coordinator', form: {} });
  await db.query(
    "INSERT INTO mailbox_reading (mailbox, trouble, trouble_since) VALUES ('chaser', 'Connection refused', clock_timestamp())",
  );
  await add('service, the mailbox cannot be read', 200, '/service', { as: 'alma' });
  await add('e-mails that came in, the mailbox cannot be read', 200, '/replies', { as: 'coordinator' });
  await db.query('DELETE FROM mailbox_reading');
  await db.query("UPDATE people SET address_refused_at = NULL, address_refused_with = NULL WHERE id = 'head'");
  await db.query("DELETE FROM contact_tasks WHERE reference = 'A0001' AND problem = 'address-refused'");
  await db.query('DELETE FROM incoming_letters');
  await db.query('DELETE FROM incoming');
  await db.query("DELETE FROM messages WHERE key = 'A0001/answered'");
}
