import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { cumbriaFeed } from '../calendars/calendar-world.ts';
import type { Add } from './asking.ts';

const as = 'alma';
const START = 'start=2026-11-02&authority=373';

/** The pages on which programmes are rehearsed, compared and published, and dates are imported. They keep nothing. */
export async function programmeStates(add: Add): Promise<void> {
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
