import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { cumbriaFeed } from '../calendars/calendar-world.ts';
import type { Add } from './asking.ts';

const as = 'alma';
const START = 'start=2026-11-02&authority=373';

/** The pages on which programmes are rehearsed, compared and published, and dates are imported. They keep nothing. */
export async function programmeStates(add: Add): Promise<void> {
  const page = '/programmes/tsi-2022-23';
  for (const part of ['stages/engagement', 'flow', 'forms', 'letters', 'versions'])
    await add(`a programme, ${part}`, 200, `${page}/${part}`, { as });
  await add('a stage, one step unfolded', 200, `${page}/stages/engagement?step=check-in`, { as });
  await add('a draft, not begun', 200, `${page}/edit`, { as });
  await add('a draft, nothing chosen', 400, `${page}/edit/start`, { as, form: {} });
  await add('a draft begins', 303, `${page}/edit/start`, { as, form: { version: '3' }, unseen: true });
  await add('a draft, begun', 200, `${page}/edit?done=begun`, { as });
  await add('a draft that somebody else writes', 200, `${page}/edit`, { as: 'pola' });
  await add('a draft, saved elsewhere meanwhile', 409, `${page}/edit`, { as, form: { text: SMALL_PROGRAMME, revision: '99' } });
  await add('a draft, to rehearse', 200, `${page}/edit/rehearse`, { as });
  await add('a draft, rehearsed with a faulty scenario', 422, `${page}/edit/rehearse`, { as, form: { scenario: 'own', own: 'title: x' } });
  await add('a draft, compared', 200, `${page}/edit/compare`, { as });
  await add('a draft with faults', 303, `${page}/edit`, { as, form: { text: 'version: one', revision: '1' }, unseen: true });
  await add('a draft with faults, checked', 200, `${page}/edit?checked=yes`, { as });
  await add('a draft with faults, compared', 422, `${page}/edit/compare`, { as });
  await add('widen, nothing chosen', 400, `${page}/versions/3/widen`, { as, form: {} });
  await add('withdraw, the last one', 200, `${page}/versions/3/withdraw`, { as });
  await add('publish, nothing chosen', 400, '/programmes/publish', { as, form: { text: SMALL_PROGRAMME, after: 'none' } });
  await add('rehearse', 200, '/programmes/tsi-2022-23/rehearse', { as });
  await add('rehearse, a day that there is not', 200, '/programmes/tsi-2022-23/rehearse?start=tomorrow', { as });
  await add('rehearsed', 200, `/programmes/tsi-2022-23/rehearse?${START}&everyone=silent`, { as });
  await add('rehearse a text', 200, '/rehearse', { as });
  await add('rehearse a text, nothing pasted', 422, '/rehearse', { as, form: { text: '' } });
  await add('rehearse a text, with faults', 422, '/rehearse', { as, form: { text: SMALL_PROGRAMME.replace('dailyCap', 'dailyCop') } });
  await add('rehearse a text, to publish', 200, '/rehearse', { as, form: { text: SMALL_PROGRAMME, start: '2026-11-02', letters: 'yes' } });
  await add('compare', 200, `/programmes/tsi-2022-23/compare?${START}`, { as });

  const feed = { what: 'file', name: 'cumbria.ics', authority: '909', text: cumbriaFeed() };
  await add('calendars', 200, '/calendars', { as });
  await add('calendars, one authority', 200, '/calendars/authority/373', { as });
  await add('calendars, import', 200, '/calendars/import', { as });
  await add('calendars, import, nothing entered', 400, '/calendars/check', { as, form: { what: 'file' } });
  await add('calendars, import, check', 200, '/calendars/check', { as, form: feed });
  await add('calendars, close', 200, '/calendars/close', { as });
  await add('calendars, close, nothing entered', 400, '/calendars/check', { as, form: { what: 'closure' } });
  await add('calendars, impact', 200, '/calendars/impact', { as });
  await add('calendars, impact, nothing chosen', 400, '/calendars/adopt', { as, form: {} });
}
