import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, RouteShorthandOptions } from 'fastify';
import { calendarFeed } from '../../mail/calendar-feed.ts';
import { endFeed, feedSince, findFeed, listFeedEntries, makeFeed, TOLD_OVER_DAYS } from '../../postgres/access/calendar-feeds.ts';
import type { NewFeed } from '../../postgres/access/calendar-feeds.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import { sendClosed } from '../answer/link-pages.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, sendPage } from '../answer/opened-link.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { placeOf } from '../shared/place-of.ts';
import { homeOf } from '../shared/navigation.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('');

/** How often one address on the network may read one calendar. Calendars look every few hours. */
const MOST_READS_A_MINUTE = 30;

type OfFeed = { Params: { token: string } };

const READS: RouteShorthandOptions = {
  config: {
    access: 'public',
    rateLimit: {
      max: MOST_READS_A_MINUTE,
      timeWindow: '1 minute',
      keyGenerator: (request) => `${placeOf(request)} feed ${(request.params as { readonly token: string }).token}`,
    },
  },
};

/**
 * The calendar that somebody's calendar program reads by itself, and the two pages on which its address is made, shown once, and ended: one
 * behind the link of a letter, and one for staff.
 */
export function registerFeedRoutes(app: FastifyInstance, services: Services): void {
  const { db, organizer, publicUrl } = services;
  const withLink = createWithLink(services);

  app.get<OfFeed>('/feed/:token/dates.ics', READS, async (request, reply) => {
    const feed = await findFeed(db, request.params.token);
    if (feed === undefined || feed.ended) {
      const [status, words] = feed === undefined ? ([404, UNKNOWN] as const) : ([410, ENDED] as const);
      return reply.status(status).type('text/plain; charset=utf-8').send(words);
    }
    const entries = await listFeedEntries(db, feed.person);
    const dates = await Promise.all(
      entries.map(async ({ programme, version, ...entry }) => ({
        ...entry,
        title: (await readProgramme(db, programme, version)).steps[entry.step]?.title ?? entry.step,
      })),
    );
    const content = calendarFeed(dates, organizer);
    const tag = `"${createHash('sha256').update(content).digest('base64url')}"`;
    // It may be kept, and has to be asked for again each time: that is what the tag is for.
    reply.header('etag', tag).header('cache-control', 'private, no-cache');
    if (isKnown(request.headers['if-none-match'], tag)) return reply.status(304).send();
    return reply.type('text/calendar; charset=utf-8').header('content-disposition', 'inline; filename="dates.ics"').send(content);
  });

  app.get(
    '/a/:token/calendar',
    PUBLIC,
    withLink(async (opened, _body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply);
      return sendPage(reply, 'calendar', { ...headOf(opened), ...(await viewOf(opened.asked.person, null)) });
    }),
  );

  app.post(
    '/a/:token/calendar',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      // An address outlasts the link, so a link that is spent makes none.
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply.status(409));
      const { person } = opened.asked;
      const view = await change({ person, from: 'letter' }, body, reply);
      return sendPage(reply, 'calendar', { ...headOf(opened), ...view });
    }),
  );

  app.get(urls.yourCalendar(), { config: { access: 'signed-in' } }, async (request, reply) => {
    const user = signedIn(request);
    return send(reply, user, 'feed/own', { ...(await viewOf(user.person, null)), title: YOURS, backHref: homeOf(user) });
  });

  app.post<{ Body: FormBody | null }>(urls.yourCalendar(), { config: { access: 'signed-in' } }, async (request, reply) => {
    const user = signedIn(request);
    const view = await change({ person: user.person, from: 'session' }, request.body ?? {}, reply);
    return send(reply, user, 'feed/own', { ...view, title: view.made === null ? YOURS : view.title, backHref: homeOf(user) });
  });

  /** Makes, renews or ends an address, as the button says that was pressed, and answers what the page shows then. */
  async function change({ person, from }: Pick<NewFeed, 'person' | 'from'>, body: FormBody, reply: FastifyReply) {
    const wish = typed(body, 'do');
    switch (wish) {
      case 'make':
      case 'renew': {
        const token = await makeFeed(db, { person, from, renews: wish === 'renew' });
        if (token !== null) return viewOf(person, { address: `${publicUrl}${urls.feed(token)}`, renewed: wish === 'renew' });
        reply.status(409);
        return { ...(await viewOf(person, null)), errors: [{ text: HAS_ONE, href: '#renew' }] };
      }
      case 'end': {
        const ended = await endFeed(db, { person, by: person, because: 'Its owner ended it.' });
        return { ...(await viewOf(person, null)), told: ended ? 'Your calendar address has ended. It no longer shows anything.' : null };
      }
      default:
        reply.status(400);
        return { ...(await viewOf(person, null)), errors: [{ text: 'Press one of the buttons on this page', href: '#main-content' }] };
    }
  }

  async function viewOf(person: string, made: { readonly address: string; readonly renewed: boolean } | null) {
    const since = await feedSince(db, person);
    return {
      title: made === null ? 'Add all your dates to your calendar' : 'Your calendar address',
      since,
      made: made && { ...made, subscribe: made.address.replace(/^https?:/, 'webcal:') },
      told:
        made === null ? null : made.renewed ? 'You have a new calendar address. The old one has ended.' : 'You have a calendar address.',
      days: TOLD_OVER_DAYS,
      errors: [],
    };
  }
}

const YOURS = 'Your calendar';
const HAS_ONE = 'You have an address already. To see one, make a new one: the old one ends';

const UNKNOWN = [
  'There is no calendar at this address.',
  'Check that the whole address was copied.',
  'To get an address, open the link in our newest e-mail to you, or sign in, and choose "Add all your dates to your calendar" or "Your calendar".',
  '',
].join('\n');

const ENDED = [
  'This calendar address has ended, and no longer shows anything.',
  'Remove it from your calendar program.',
  'To get a new address, open the link in our newest e-mail to you, or sign in, and choose "Add all your dates to your calendar" or "Your calendar".',
  '',
].join('\n');

/** Whether a program has this version already: it may name several, and may call a tag weak (RFC 9110, 13.1.2). */
function isKnown(given: string | undefined, tag: string): boolean {
  return (given ?? '').split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}
