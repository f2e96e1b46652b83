import type { FastifyReply, FastifyRequest } from 'fastify';
import { KNOWN_DAYS } from '../../postgres/access/known-browsers.ts';
import { SIGN_IN_MINUTES } from '../../postgres/access/sessions.ts';
import type { Services } from '../shared/services.ts';

/**
 * The cookies of signing in. No script can read them, and no form of another site carries them. Over https their names begin with
 * `__Host-`: then a browser accepts them only from this host, over https and for all its paths. Another host of the same domain,
 * or somebody on a network without https, could set a cookie under the plain name, so over https the plain name is never read.
 */
const SESSION = 'chaser-session';
const BROWSER = 'chaser-browser';
const GOAL = 'chaser-goal';
const KNOWN = 'chaser-known';

type CookieTimes = { readonly idleHours: number; readonly signInMinutes: number; readonly knownDays: number };

/** Every cookie that the service sets, for the page that says so. Over https each name begins with `__Host-`. */
export const COOKIES: readonly { readonly name: string; readonly purpose: string; readonly ends: (times: CookieTimes) => string }[] = [
  { name: SESSION, purpose: 'Knows you while you are signed in', ends: ({ idleHours }) => `${idleHours} hours after the last page` },
  {
    name: BROWSER,
    purpose: 'Makes a sign-in link work only in the browser that asked for it',
    ends: ({ signInMinutes }) => `after ${signInMinutes} minutes`,
  },
  {
    name: GOAL,
    purpose: 'Remembers the page that you wanted before you signed in',
    ends: ({ signInMinutes }) => `when you have signed in, or after ${signInMinutes} minutes`,
  },
  {
    name: KNOWN,
    purpose:
      'Lets you ask for sign-in links when somebody else has asked for too many in your name, and keeps what you wrote when your session has ended',
    ends: ({ knownDays }) => `after ${knownDays} days`,
  },
];

const TOKEN = /^[\w-]{43}$/;
const LONGEST_GOAL = 1_000;

/** The token of the session that a browser claims to have. */
export function sessionOf(request: FastifyRequest, services: Services): string | null {
  return tokenIn(request.cookies[named(SESSION, services)]);
}

/** A token that identifies the browser that asked to sign in. */
export function browserOf(request: FastifyRequest, services: Services): string | null {
  return tokenIn(request.cookies[named(BROWSER, services)]);
}

export function setSessionCookie(reply: FastifyReply, token: string, services: Services): void {
  const { idleHours } = services.sessionLengths;
  void reply.setCookie(named(SESSION, services), token, { ...guarded(services), maxAge: idleHours * 3_600 });
}

export function setBrowserCookie(reply: FastifyReply, browser: string, services: Services): void {
  void reply.setCookie(named(BROWSER, services), browser, { ...guarded(services), maxAge: SIGN_IN_MINUTES * 60 });
}

/** What a browser in which somebody has signed in is known by. */
export function knownBrowserOf(request: FastifyRequest, services: Services): string | null {
  return tokenIn(request.cookies[named(KNOWN, services)]);
}

export function setKnownBrowserCookie(reply: FastifyReply, token: string, services: Services): void {
  void reply.setCookie(named(KNOWN, services), token, { ...guarded(services), maxAge: KNOWN_DAYS * 86_400 });
}

export function clearSessionCookie(reply: FastifyReply, services: Services): void {
  void reply.clearCookie(named(SESSION, services), guarded(services));
}

export function clearBrowserCookie(reply: FastifyReply, services: Services): void {
  void reply.clearCookie(named(BROWSER, services), guarded(services));
}

/** Remembers the page that somebody asked for before they signed in, for as long as their link works. */
export function setGoalCookie(reply: FastifyReply, { url }: FastifyRequest, services: Services): void {
  if (isOurs(url)) void reply.setCookie(named(GOAL, services), url, { ...guarded(services), maxAge: SIGN_IN_MINUTES * 60 });
}

/**
 * Returns the page that was asked for, and forgets it. Null when there is none, or when the cookie names no page of
 * ours.
 */
export function takeGoal(request: FastifyRequest, reply: FastifyReply, services: Services): string | null {
  const goal = request.cookies[named(GOAL, services)];
  if (goal === undefined) return null;
  void reply.clearCookie(named(GOAL, services), guarded(services));
  return isOurs(goal) ? goal : null;
}

/**
 * Whether this is a path on our host other than the first page, which depends on who signs in. Browsers take
 * //elsewhere and /\elsewhere for another host, so neither counts.
 */
function isOurs(url: string): boolean {
  return url.length <= LONGEST_GOAL && /^\/[\w.~%-][!-[\]-~]*$/.test(url);
}

function named(cookie: string, { secure }: Services): string {
  return secure ? `__Host-${cookie}` : cookie;
}

function guarded({ secure }: Services) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
}

/** Drops a cookie that cannot be one of our tokens, so that the database is not asked for it. */
function tokenIn(cookie: string | undefined): string | null {
  return cookie !== undefined && TOKEN.test(cookie) ? cookie : null;
}
