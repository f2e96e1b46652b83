import type { FastifyInstance, FastifyReply } from 'fastify';
import { ASSUMES_AS, dueDates } from '../../desk/due-question.ts';
import type { DueAnswer, DueQuestion, OWNERS } from '../../desk/due-question.ts';
import { readCurrentBook } from '../../desk/calendar-book.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { calendarBookVersion } from '../../postgres/pinned/calendar-imports.ts';
import { KNOWN_DAYS } from '../../postgres/access/known-browsers.ts';
import { SIGN_IN_MINUTES } from '../../postgres/access/sessions.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { navigationFor } from '../shared/navigation.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { renderView } from '../shared/render.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { COOKIES } from '../sign-in/session-cookie.ts';
import { urls } from '../shared/urls.ts';
import { formOf, readDateForm, UNITS, wasAsked } from './date-form.ts';
import type { DateQuery } from './date-form.ts';

const TO_ANYBODY = { config: { access: 'public' } } as const;

/** Who is to act, in the words of the form. */
const OWNER_NAMES: Readonly<Record<keyof typeof OWNERS, string>> = {
  school: 'A school or trust',
  'system-leader': 'A system leader',
  rdp: 'An RDP coordinator',
  'regional-team': 'The Department’s regional team',
};

type Answer = (question: DueQuestion) => Result<DueAnswer, Reason>;

/** What anybody may read without signing in: what Chaser is, help, the statements, and a calculator of dates. */
export function registerPublicRoutes(app: FastifyInstance, { db, contact, sessionLengths, secure }: Services): void {
  /** The book is read, and calendars are put together, only when it has changed. */
  let worked: { readonly version: number; readonly answer: Answer; readonly authorities: readonly Authority[] } | null = null;

  app.get(urls.help(), TO_ANYBODY, ({ user }, reply) => page(reply, user, 'help', { title: 'Help with Chaser' }));
  app.get(urls.accessibility(), TO_ANYBODY, ({ user }, reply) =>
    page(reply, user, 'accessibility', { title: 'Accessibility statement for Chaser' }),
  );
  app.get(urls.privacy(), TO_ANYBODY, ({ user }, reply) => page(reply, user, 'privacy', { title: 'Privacy', lengths: sessionLengths }));
  app.get(urls.cookies(), TO_ANYBODY, ({ user }, reply) =>
    page(reply, user, 'cookies', {
      title: 'Cookies',
      prefix: secure ? '__Host-' : '',
      cookies: COOKIES,
      times: { idleHours: sessionLengths.idleHours, signInMinutes: SIGN_IN_MINUTES, knownDays: KNOWN_DAYS },
    }),
  );

  app.get<{ Querystring: DateQuery }>(urls.dates(), TO_ANYBODY, async ({ user, query }, reply) => {
    const { answer, authorities } = await newest();
    const form = formOf(query);
    const read = wasAsked(query) ? readDateForm(form) : null;
    const answered = read?.question ? answer(read.question) : null;
    // What the form cannot judge is the authority, or a date for which no calendar is known.
    const refusal =
      answered?.ok === false ? [{ text: `${answered.reason.message} ${remedyOnPage(answered.reason.remedy)}`, href: '#from-day' }] : [];
    const errors = [...(read?.faults ?? []), ...refusal];
    return page(errors.length > 0 ? reply.status(400) : reply, user, 'dates', {
      title: 'Work out a date',
      form,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), { text }])),
      due: answered?.ok ? parsePlainDate(answered.value.due) : null,
      explanation: answered?.ok ? answered.value.explanation : [],
      units: Object.entries(UNITS).map(([value, { text }]) => ({ value, text })),
      owners: [{ value: '', text: 'Nobody in particular' }, ...Object.entries(OWNER_NAMES).map(([value, text]) => ({ value, text }))],
      authorities: [{ value: '', text: 'Another one, or I do not know' }, ...authorities],
    });
  });

  async function newest() {
    if (worked !== null && worked.version === (await calendarBookVersion(db))) return worked;
    const { book, version } = await readCurrentBook(db);
    const programme = loadProgramme(ASSUMES_AS);
    if (!programme.ok) throw new Error(programme.reason.message);
    const authorities = book.authorities
      .map(({ laCode, calendar }) => ({ value: laCode, text: calendar.name }))
      .toSorted((a, b) => a.text.localeCompare(b.text, 'en-GB'));
    worked = { version, answer: dueDates(book, programme.value.assumedTermCalendars), authorities };
    return worked;
  }

  function page(reply: FastifyReply, user: User | null, view: string, data: object): FastifyReply {
    const html = renderView(`public/${view}`, { user, navigation: navigationFor(user, ''), contact, ...data });
    return reply.type('text/html').send(html);
  }
}

type Authority = { readonly value: string; readonly text: string };
