import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_LENGTHS, SIGN_IN_MINUTES } from '../../postgres/access/sessions.ts';
import type { Services } from '../shared/services.ts';

/** The cookies of signing in. No script can read them, and no form of another site carries them. */
const SESSION = 'chaser-session';
const BROWSER = 'chaser-browser';
const GOAL = 'chaser-goal';
const TOKEN = /^[\w-]{43}$/;
const LONGEST_GOAL = 1_000;

/** The token of the session that a browser claims to have. */
export function sessionOf(request: FastifyRequest): string | null {
  return tokenIn(request.cookies[SESSION]);
}

/** A token that identifies the browser that asked to sign in. */
export function browserOf(request: FastifyRequest): string | null {
  return tokenIn(request.cookies[BROWSER]);
}

export function setSessionCookie(reply: FastifyReply, token: string, services: Services): void {
  void reply.setCookie(SESSION, token, { ...guarded(services), maxAge: (services.sessionLengths ?? SESSION_LENGTHS).idleHours * 3_600 });
}

export function setBrowserCookie(reply: FastifyReply, browser: string, services: Services): void {
  void reply.setCookie(BROWSER, browser, { ...guarded(services), maxAge: SIGN_IN_MINUTES * 60 });
}

export function clearSessionCookie(reply: FastifyReply, services: Services): void {
  void reply.clearCookie(SESSION, guarded(services));
}

export function clearBrowserCookie(reply: FastifyReply, services: Services): void {
  void reply.clearCookie(BROWSER, guarded(services));
}

/** Remembers the page that somebody asked for before they signed in, for as long as their link works. */
export function setGoalCookie(reply: FastifyReply, { url }: FastifyRequest, services: Services): void {
  if (isOurs(url)) void reply.setCookie(GOAL, url, { ...guarded(services), maxAge: SIGN_IN_MINUTES * 60 });
}

/**
 * Returns the page that was asked for, and forgets it. Null when there is none, or when the cookie names no page of
 * ours.
 */
export function takeGoal(request: FastifyRequest, reply: FastifyReply, services: Services): string | null {
  const goal = request.cookies[GOAL];
  if (goal === undefined) return null;
  void reply.clearCookie(GOAL, guarded(services));
  return isOurs(goal) ? goal : null;
}

/**
 * Whether this is a path on our host other than the first page, which depends on who signs in. Browsers take
 * //elsewhere and /\elsewhere for another host, so neither counts.
 */
function isOurs(url: string): boolean {
  return url.length <= LONGEST_GOAL && /^\/[\w.~%-][!-[\]-~]*$/.test(url);
}

function guarded({ secure }: Services) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
}

/** Drops a cookie that cannot be one of our tokens, so that the database is not asked for it. */
function tokenIn(cookie: string | undefined): string | null {
  return cookie !== undefined && TOKEN.test(cookie) ? cookie : null;
}
