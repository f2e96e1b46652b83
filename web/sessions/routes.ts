import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  endAllSessions,
  endSessionById,
  endSessionsOf,
  listSessionEndings,
  listSessions,
  listSignedIn,
} from '../../postgres/access/session-lists.ts';
import { listContacts } from '../../postgres/views/contacts.ts';
import type { Contact } from '../../postgres/views/contacts.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { personWorkUrl } from '../changes/change-urls.ts';
import { canExist } from '../shared/desk-urls.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { clearSessionCookie, sessionOf } from '../sign-in/session-cookie.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('');

/** What was done, by the word in the address to which the browser is sent on. */
const TOLD = {
  one: 'That browser is signed out.',
  gone: 'That browser was signed out already.',
  others: 'Every other browser is signed out, and unused links to sign in no longer work.',
} as const;

const LONGEST_REASON = 500;
/** How many of the lines that say who ended somebody's sessions are shown. */
const ENDINGS_SHOWN = 20;

type OfPerson = { Params: { id: string }; Querystring: FormBody; Body: FormBody | null };

/** Where somebody is signed in: a page for oneself, and one of everybody else for administrators, who may end their sessions. */
export function registerSessionsRoutes(app: FastifyInstance, services: Services): void {
  const { db, sessionLengths: lengths } = services;

  app.get<{ Querystring: FormBody }>(urls.sessions(), { config: { access: 'signed-in' } }, async (request, reply) => {
    const user = signedIn(request);
    const ended = typed(request.query, 'ended');
    return send(reply, user, 'sessions/own', {
      title: 'Where you are signed in',
      told: Object.hasOwn(TOLD, ended) ? TOLD[ended as keyof typeof TOLD] : null,
      sessions: await listSessions(db, user.person, sessionOf(request, services), lengths),
      lengths,
      everybody: may(user, 'end-sessions')
        ? (await listSignedIn(db, lengths)).map((one) => ({ ...one, href: urls.sessionsOf(one.person) }))
        : null,
    });
  });

  app.post<{ Params: { id: string } }>(`${urls.sessions()}/:id/end`, { config: { access: 'signed-in' } }, async (request, reply) => {
    const ended = canExist(request.params) && (await endSessionById(db, signedIn(request).person, request.params.id));
    return reply.redirect(`${urls.sessions()}?ended=${ended ? 'one' : 'gone'}`, 303);
  });

  app.post(`${urls.sessions()}/end-others`, { config: { access: 'signed-in' } }, async (request, reply) => {
    await endAllSessions(db, signedIn(request).person, sessionOf(request, services));
    return reply.redirect(`${urls.sessions()}?ended=others`, 303);
  });

  app.get<OfPerson>('/people/:id/sessions', { config: { access: 'end-sessions' } }, async (request, reply) => {
    const person = await findPerson(request.params);
    if (person === undefined) return reply.callNotFound();
    return personPage(reply, signedIn(request), person, { ended: typed(request.query, 'ended') });
  });

  app.post<OfPerson>('/people/:id/sessions/end', { config: { access: 'end-sessions' } }, async (request, reply) => {
    const user = signedIn(request);
    const person = await findPerson(request.params);
    if (person === undefined) return reply.callNotFound();
    const because = typed(request.body ?? {}, 'because');
    const problem =
      because === ''
        ? 'Enter why you are ending these sessions'
        : because.length > LONGEST_REASON
          ? `The reason must be ${LONGEST_REASON} characters or fewer`
          : null;
    if (problem !== null) return personPage(reply.status(400), user, person, { because, problem });
    const { sessions, signInLinks } = await endSessionsOf(db, { person: person.id, by: user.person, because });
    if (person.id === user.person) {
      clearSessionCookie(reply, services);
      return reply.redirect(urls.signIn(), 303);
    }
    return reply.redirect(`${urls.sessionsOf(person.id)}?ended=${sessions + signInLinks === 0 ? 'none' : 'all'}`, 303);
  });

  async function findPerson(params: { readonly id: string }): Promise<Contact | undefined> {
    return canExist(params) ? (await listContacts(db, [params.id]))[0] : undefined;
  }

  async function personPage(
    reply: FastifyReply,
    user: User,
    person: Contact,
    { ended = '', because = '', problem = null }: { readonly ended?: string; readonly because?: string; readonly problem?: string | null },
  ): Promise<FastifyReply> {
    const told = {
      all: `${person.name} is signed out in every browser, and unused links to sign in no longer work.`,
      none: `${person.name} was not signed in anywhere, so nothing was ended.`,
    };
    return send(reply, user, 'sessions/person', {
      title: `Where ${person.name} is signed in`,
      told: Object.hasOwn(told, ended) ? told[ended as keyof typeof told] : null,
      person,
      sessions: await listSessions(db, person.id, null, lengths),
      endings: await listSessionEndings(db, person.id, ENDINGS_SHOWN),
      action: `${urls.sessionsOf(person.id)}/end`,
      backHref: may(user, 'change-deployments') ? personWorkUrl(person.id) : urls.sessions(),
      because,
      errors: problem === null ? [] : [{ text: problem, href: '#because' }],
    });
  }
}
