import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_HOURS, SIGN_IN_MINUTES } from '../postgres/sessions.ts';
import type { Services } from './services.ts';

/** The cookies of signing in: no script reads them, and no other site's form carries them. */
const SESSION = 'chaser-session';
const BROWSER = 'chaser-browser';
const TOKEN = /^[\w-]{43}$/;

/** The token of the session that a browser says it has. */
export function sessionOf(request: FastifyRequest): string | null {
  return tokenIn(request.cookies[SESSION]);
}

/** What tells the browser that asked to sign in from every other. */
export function browserOf(request: FastifyRequest): string | null {
  return tokenIn(request.cookies[BROWSER]);
}

export function setSessionCookie(reply: FastifyReply, token: string, services: Services): void {
  void reply.setCookie(SESSION, token, { ...guarded(services), maxAge: SESSION_HOURS * 3_600 });
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

function guarded({ secure }: Services) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
}

/** What cannot be one of our tokens is not asked for in the database. */
function tokenIn(cookie: string | undefined): string | null {
  return cookie !== undefined && TOKEN.test(cookie) ? cookie : null;
}
