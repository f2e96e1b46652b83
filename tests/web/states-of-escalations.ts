import type { FastifyInstance } from 'fastify';
import type { World } from '../support/world.ts';
import { silentSchool } from './desk-world.ts';
import type { Add } from './asking.ts';

const STEP = 'confirm-participation';
const PROMISE = { words: 'I telephone the headteacher.', 'by-day': '7', 'by-month': '11', 'by-year': '2040' };
const MORE = { because: 'It is her school.' };

/**
 * Every state of an escalation, by its link and at a desk, from the e-mail to its end. `away` is the service whose
 * engine does not answer. Returns the requests that wait for that engine, so that the caller can wait for all of them
 * together.
 */
export async function escalationStates(
  world: World,
  add: Add,
  linkTo: (reference: string, step: string, person: string) => Promise<string>,
  away: FastifyInstance,
): Promise<readonly Promise<void>[]> {
  const reference = await silentSchool(world, '2040-10-29 12:00');
  const link = await linkTo(reference, STEP, 'region');
  const desk = `/deployments/${reference}/escalations/${STEP}/1`;
  const as = 'region';

  await add('escalation, by its link', 200, link);
  await add('escalation, by its link, nothing entered', 422, `${link}/take-on`, { form: {} });
  await add('escalation, by its link, hand over', 200, `${link}/hand-over`);
  await add('escalation, by its link, hand over to nobody known', 422, `${link}/hand-over`, { form: { ...MORE, to: 'Nobody' } });
  await add('escalation, by its link, send back', 200, `${link}/send-back`);
  await add('escalation, by its link, send back without a reason', 422, `${link}/send-back`, { form: {} });
  await add('escalation, to record for another', 200, desk, { as: 'coordinator' });
  await add('escalation, to record for another, nothing entered', 422, `${desk}/take-on`, { as: 'coordinator', form: {} });
  await add('escalation, at a desk', 200, desk, { as });
  await add('escalation, at a desk, nothing entered', 422, `${desk}/take-on`, { as, form: {} });
  await add('escalation, at a desk, hand over', 200, `${desk}/hand-over`, { as });
  await add('escalation, at a desk, send back without a reason', 422, `${desk}/send-back`, { as, form: {} });
  const slow = [
    add('escalation, by its link, the engine is away', 503, `${link}/take-on`, { app: away, form: PROMISE }),
    add('escalation, at a desk, the engine is away', 503, `${desk}/hand-over`, { as, app: away, form: { ...MORE, to: 'Simon Senior' } }),
  ];
  await add('a deployment with an escalation', 200, `/deployments/${reference}`, { as: 'coordinator' });
  await add('region, with an escalation', 200, '/region', { as });
  await add('escalation, taken on', 303, `${link}/take-on`, { form: PROMISE, unseen: true });
  await world.postIsDone();
  await add('escalation, by its link, taken on', 200, link);
  await add('escalation, at a desk, taken on', 200, desk, { as });
  await add('escalation, taken on, as the coordinator sees it', 200, desk, { as: 'coordinator' });
  await world.answer(reference, STEP, 'accepts');
  await world.postIsDone();
  await add('escalation, by its link, over', 200, link);
  await add('escalation, at a desk, over', 200, desk, { as });
  return slow;
}
