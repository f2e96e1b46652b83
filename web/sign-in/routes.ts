import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { newestKeptForm } from '../../postgres/access/kept-forms.ts';
import { unseenIn, unseenSentence } from '../../domain/unseen-characters.ts';
import { signInNote } from '../../mail/sign-in-note.ts';
import {
  endSession,
  findSession,
  findStaffByAddress,
  newToken,
  queueSignInLink,
  SIGN_IN_MINUTES,
  stateOfSignInLink,
  useSignInLink,
} from '../../postgres/access/sessions.ts';
import type { LinkState } from '../../postgres/access/sessions.ts';
import { endAllSessions } from '../../postgres/access/session-lists.ts';
import { userOf } from '../shared/access.ts';
import { TINY_BODY_BYTES } from '../shared/body-limits.ts';
import { homeOf } from '../shared/navigation.ts';
import { renderView } from '../shared/render.ts';
import { STAFF_ROLES } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { browserWords } from './browser-words.ts';
import {
  browserOf,
  clearBrowserCookie,
  clearSessionCookie,
  sessionOf,
  knownBrowserOf,
  setBrowserCookie,
  setKnownBrowserCookie,
  setSessionCookie,
  takeGoal,
} from './session-cookie.ts';
import { placeOf } from '../shared/place-of.ts';
import { urls } from '../shared/urls.ts';
import { passedLimit } from './ask-limits.ts';
import type { AskLimit } from './ask-limits.ts';

/**
 * How long the response takes, whether an address is known or not. Looking it up and storing a link takes a small part
 * of this.
 */
const ANSWER_AFTER_MS = 300;

const FROM_ANYBODY = { config: { access: 'public' }, bodyLimit: TINY_BODY_BYTES } as const;
const OF_SESSION = { config: { access: 'signed-in' }, bodyLimit: TINY_BODY_BYTES } as const;

const EMAIL = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, 'Enter your e-mail address')
  // The length is checked first and ends the check when it fails: the pattern takes time in the square of a text's
  // length.
  .max(254, { error: 'Enter an e-mail address in the correct format, like name@example.com', abort: true })
  .refine((text) => unseenIn(text) === undefined, {
    error: ({ input }) => `The address cannot be right. ${unseenSentence(String(input))}`,
    abort: true,
  })
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]+$/u, 'Enter an e-mail address in the correct format, like name@example.com');

/** Signing in by a link in an e-mail, and signing out. Nothing here reveals whether an address is known. */
export function registerSignInRoutes(app: FastifyInstance, services: Services): void {
  const { db, publicUrl, security, sessionLengths: lengths } = services;

  app.get(urls.signIn(), { config: { access: 'public' } }, ({ user }, reply) =>
    user === null ? page(reply, 200, 'ask', { title: 'Sign in' }) : reply.redirect(homeOf(user), 303),
  );

  app.post(urls.signIn(), FROM_ANYBODY, async (request, reply) => {
    const read = EMAIL.safeParse(emailOf(request.body));
    if (!read.success) {
      const text = read.error.issues[0]?.message ?? '';
      return page(reply, 400, 'ask', { title: 'Sign in', email: emailOf(request.body), errors: [{ text, href: '#email' }] });
    }
    const passed = await passedLimit(db, { place: placeOf(request), email: read.data, known: knownBrowserOf(request, services) });
    if (passed !== null) security.tell(request, { event: 'limit-passed', limit: passed });
    if (passed !== null) return tell(reply.header('retry-after', RETRY_SECONDS[passed]), 429, TOO_OFTEN[passed]);

    const browser = browserOf(request, services) ?? newToken();
    await Promise.all([sendLink(request, read.data, browser), sleep(ANSWER_AFTER_MS)]);
    setBrowserCookie(reply, browser, services);
    return tell(reply, 200, {
      title: 'Check your e-mail',
      paragraphs: [
        'If this address is known, an e-mail with a link is on its way.',
        `Open the link in this browser. It works once, and for ${SIGN_IN_MINUTES} minutes.`,
        'If no e-mail comes, check your junk or spam folder. Then check with your coordinator or an administrator that this is the address Chaser has for you.',
      ],
    });
  });

  app.get<{ Params: { token: string } }>(`${urls.signIn()}/:token`, { config: { access: 'public' } }, async (request, reply) => {
    const { token } = request.params;
    const state = await stateOfSignInLink(db, token, browserOf(request, services));
    if (state !== 'usable') return tell(reply, STATUS[state], refusalOf(state));
    return page(reply, 200, 'use', { title: 'Sign in to Chaser', token, lengths });
  });

  app.post<{ Params: { token: string } }>(`${urls.signIn()}/:token`, FROM_ANYBODY, async (request, reply) => {
    const { token } = request.params;
    const browser = browserOf(request, services);
    const known = { token: newToken(), before: knownBrowserOf(request, services) };
    const session =
      browser === null
        ? null
        : await useSignInLink(db, token, browser, known, { browserWords: browserWords(request.headers['user-agent']), lengths });
    if (session === null) {
      const found = await stateOfSignInLink(db, token, browser);
      // A link that could not be used just now cannot have become usable, so it has been used.
      const state = found === 'usable' ? 'used' : found;
      security.tell(request, { event: 'sign-in-failed', why: state });
      return tell(reply, STATUS[state], refusalOf(state));
    }
    await endSessionOf(request);
    clearBrowserCookie(reply, services);
    setSessionCookie(reply, session.token, services);
    setKnownBrowserCookie(reply, known.token, services);
    const found = await findSession(db, session.token, STAFF_ROLES, lengths);
    request.user = found === null ? null : userOf(found);
    if (found !== null) security.tell(request, { event: 'signed-in' }, { session: session.token });
    if (found === null) return reply.redirect(urls.signIn(), 303);
    const goal = takeGoal(request, reply, services);
    const kept = await newestKeptForm(db, found.person);
    return reply.redirect(kept === undefined ? (goal ?? homeOf(userOf(found))) : urls.keptForm(kept), 303);
  });

  app.post(urls.signOut(), OF_SESSION, async (request, reply) => {
    security.tell(request, { event: 'signed-out', where: 'this-browser' }, { session: sessionOf(request, services) });
    await endSessionOf(request);
    clearSessionCookie(reply, services);
    return tell(reply, 200, { title: 'You are signed out', paragraphs: ['Signed out in this browser.'], again: 'Sign in again' });
  });

  app.post(urls.signOutEverywhere(), OF_SESSION, async (request, reply) => {
    security.tell(request, { event: 'signed-out', where: 'everywhere' }, { session: sessionOf(request, services) });
    if (request.user !== null) await endAllSessions(db, request.user.person);
    clearSessionCookie(reply, services);
    return tell(reply, 200, {
      title: 'You are signed out everywhere',
      paragraphs: ['Every browser in which you were signed in is signed out, and unused links to sign in no longer work.'],
      again: 'Sign in again',
    });
  });

  async function sendLink(request: FastifyRequest, email: string, browser: string): Promise<void> {
    const known = await findStaffByAddress(db, email, STAFF_ROLES);
    security.tell(request, { event: 'link-asked-for', address: known === null ? 'unknown' : 'known' }, { person: known?.person });
    if (known === null) return;
    const token = newToken();
    const words = signInNote({ name: known.name, url: `${publicUrl}${urls.signIn()}/${token}`, minutes: SIGN_IN_MINUTES });
    await queueSignInLink(db, { token, browser, person: known.person }, words);
  }

  async function endSessionOf(request: FastifyRequest): Promise<void> {
    const session = sessionOf(request, services);
    if (session !== null) await endSession(db, session);
  }
}

type Told = { readonly title: string; readonly paragraphs: readonly string[]; readonly again?: string };

const TITLE_TOO_OFTEN = 'Too many requests to sign in';
const FROM_HERE: Told = {
  title: TITLE_TOO_OFTEN,
  paragraphs: [
    'Wait 15 minutes, then try again. A link that you already have still works for its time.',
    'Chaser sends at most ten links a day to one address from one place.',
  ],
};
const TOO_OFTEN: Readonly<Record<AskLimit, Told>> = {
  place: FROM_HERE,
  'place-and-address': FROM_HERE,
  browser: FROM_HERE,
  address: {
    title: TITLE_TOO_OFTEN,
    paragraphs: [
      'Links for this address have been asked for from many places today.',
      'To get one now, use a browser in which you have signed in to Chaser before, or telephone an administrator of Chaser.',
    ],
  },
};
const RETRY_SECONDS = { place: 900, 'place-and-address': 900, browser: 900, address: 86_400 } as const satisfies Record<AskLimit, number>;

const STATUS = { unknown: 404, used: 410, expired: 410, 'other-browser': 403 } as const;

function refusalOf(state: Exclude<LinkState, 'usable'>): Told {
  switch (state) {
    case 'unknown':
      return { title: 'This link does not work', paragraphs: ['Check that you have opened the whole of it.'], again: 'Ask for a new link' };
    case 'used':
      return { title: 'This link has been used', paragraphs: ['A link works only once.'], again: 'Ask for a new link' };
    case 'expired':
      return { title: 'This link has expired', paragraphs: [`A link works for ${SIGN_IN_MINUTES} minutes.`], again: 'Ask for a new link' };
    case 'other-browser':
      return {
        title: 'This link belongs to another browser',
        paragraphs: ['It works only in the browser in which you asked for it. Copy it and open it there, or ask for a new one here.'],
        again: 'Ask for a new link',
      };
    default:
      return state satisfies never;
  }
}

function page(reply: FastifyReply, status: number, view: 'ask' | 'told' | 'use', data: object): FastifyReply {
  return reply
    .status(status)
    .type('text/html')
    .send(renderView(`sign-in/${view}`, data));
}

function tell(reply: FastifyReply, status: number, { title, paragraphs, again }: Told): FastifyReply {
  return page(reply, status, 'told', { title, paragraphs, action: again === undefined ? null : { text: again, href: urls.signIn() } });
}

function emailOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'email' in body && typeof body.email === 'string' ? body.email : '';
}
