import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findSession } from '../../postgres/access/sessions.ts';
import type { SessionLengths, SignedIn } from '../../postgres/access/sessions.ts';
import { holdBanners } from './hold-banners.ts';
import { navigationFor } from './navigation.ts';
import { renderView } from './render.ts';
import { isSame } from './same-text.ts';
import { isStaffRole, may, STAFF_ROLES } from './roles.ts';
import type { Action, User } from './roles.ts';
import type { Services } from './services.ts';
import { keepUnsent } from '../sign-in/keep-unsent.ts';
import { knownBrowserOf, sessionOf, setGoalCookie, setSessionCookie } from '../sign-in/session-cookie.ts';
import { urls } from './urls.ts';

export type { Action, StaffRole, User } from './roles.ts';

declare module 'fastify' {
  interface FastifyRequest {
    user: User | null;
    /** Who reads a page that says what went wrong, for the links at its top. Nobody where it cannot be found out: the page is sent all the same. */
    reader(reply: FastifyReply): Promise<User | null>;
  }
  interface FastifyContextConfig {
    /** Who may use the route: anybody, anybody who is signed in, or whoever may do this. */
    access?: Action | 'public' | 'signed-in';
  }
}

/** Files and health checks. They belong to nobody, so no session is looked up for them. */
const BARE = /^\/(?:assets\/|healthz$|readyz$)/;

/**
 * Checks the access of every route in one place, before the route is reached. Call it before any route is added: from
 * then on, adding a route that does not say who may use it throws. `request.user` is set on public pages too.
 */
export function registerAccess(app: FastifyInstance, services: Services): void {
  app.decorateRequest('user', null);
  app.decorateRequest('reader', async function reader(this: FastifyRequest, reply: FastifyReply) {
    try {
      return this.user ?? (await findUser(this, reply, services));
    } catch (error) {
      process.stderr.write(`The reader of a page of what went wrong: ${error instanceof Error ? error.message : String(error)}\n`);
      return null;
    }
  });

  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined && !BARE.test(url)) {
      throw new Error(
        `${String(method)} ${url} does not say who may use it. Give it config: { access: 'public' } or an action of web/shared/access.ts.`,
      );
    }
  });

  // The body of a request without a session is not read, nor is a file from somebody who may not send one. Other forms are read before
  // the session is looked up, so that they are not lost while the database is away; so is a form from a browser in which somebody has
  // signed in before, whose session may just have ended.
  app.addHook('preParsing', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || request.method !== 'POST' || access === undefined || access === 'public') return;
    const withFile = (request.headers['content-type'] ?? '').startsWith('multipart/');
    if (sessionOf(request, services) === null && (withFile || knownBrowserOf(request, services) === null)) {
      return refuse(request, reply, services, notSignedIn(services.sessionLengths));
    }
    if (!withFile) return;
    request.user = await findUser(request, reply, services);
    if (request.user === null) return refuse(request, reply, services, notSignedIn(services.sessionLengths));
    if (access !== 'signed-in' && !may(request.user, access)) return refuse(request, reply, services, NOT_ALLOWED);
  });

  app.addHook('preHandler', async (request, reply) => {
    if (request.is404 || BARE.test(request.routeOptions.url ?? '')) return;
    // Whoever sent a file was looked up before it was read.
    request.user ??= await findUser(request, reply, services);
    const { access } = request.routeOptions.config;
    // `access` cannot be undefined, because such a route was never added. If it were, nobody would be let in.
    if (access === 'public') return;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (request.user === null) {
      if (!reads) {
        const kept = await keepUnsent(services, request);
        return refuse(request, reply, services, kept ? KEPT_MEANWHILE : notSignedIn(services.sessionLengths));
      }
      if (request.method === 'GET') setGoalCookie(reply, request, services);
      return reply.redirect(urls.signIn(), 303);
    }
    if (access === undefined || (access !== 'signed-in' && !may(request.user, access)))
      return refuse(request, reply, services, NOT_ALLOWED);
    if (!reads && !isSame(request.user.csrf, csrfOf(request.body))) return refuse(request, reply, services, NOT_FROM_OUR_PAGE);
    request.user = { ...request.user, holds: await holdBanners(services.db, request.user, referenceIn(request.params)) };
  });
}

function notSignedIn({ idleHours, longestDays }: SessionLengths): Refusal {
  return {
    why: 'not-signed-in',
    status: 401,
    title: 'You are not signed in',
    paragraphs: [
      `Nothing was changed. Your session may have ended: it does after ${counted(idleHours, 'hour')} without a page, and ${counted(longestDays, 'day')} after signing in. You or an administrator may have ended it, too.`,
      'To keep what you wrote, go back and copy it. Then sign in, and send it again.',
    ],
  };
}

/** Whoever signs in next in this browser sees nothing of it, unless it is the same person. */
const KEPT_MEANWHILE: Refusal = {
  why: 'not-signed-in',
  status: 401,
  title: 'Your session has ended',
  paragraphs: [
    'Nothing was changed. What you wrote is kept for 24 hours.',
    'Sign in again. You are then shown what you wrote, and can send it.',
  ],
};

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const NOT_ALLOWED: Refusal = {
  why: 'role',
  status: 403,
  title: 'You cannot use this page',
  paragraphs: ['Your role does not include it, and nothing was changed. If you need it, ask an administrator of Chaser.'],
};
const NOT_FROM_OUR_PAGE: Refusal = {
  why: 'not-from-our-page',
  status: 403,
  title: 'This could not be accepted',
  paragraphs: [
    'Nothing was changed. What you sent did not come from a page of your present session.',
    'Go back, load the page again, and send it once more.',
  ],
};

type Refusal = {
  readonly why: 'not-signed-in' | 'role' | 'not-from-our-page';
  readonly status: number;
  readonly title: string;
  readonly paragraphs: readonly string[];
};

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
  { why, status, title, paragraphs }: Refusal,
): FastifyReply {
  const { user } = request;
  services.security.tell(request, { event: 'refused', why }, { session: sessionOf(request, services) });
  const action = user === null ? { text: 'Sign in', href: urls.signIn() } : null;
  return reply
    .status(status)
    .type('text/html')
    .send(renderView('sign-in/told', { title, paragraphs, action, user, navigation: navigationFor(user, '') }));
}

async function findUser(request: FastifyRequest, reply: FastifyReply, services: Services): Promise<User | null> {
  const token = sessionOf(request, services);
  const found = token === null ? null : await findSession(services.db, token, STAFF_ROLES, services.sessionLengths);
  if (token === null || found === null) return null;
  if (found.prolonged) setSessionCookie(reply, token, services);
  return userOf(found);
}

/** A signed-in person, made from what the database says of their session. */
export function userOf({ person, name, email, csrf, roles }: SignedIn): User {
  return { person, name, email, csrf, roles: roles.flatMap((held) => (isStaffRole(held.role) ? [{ ...held, role: held.role }] : [])) };
}

/** The deployment that an address is about; null for any other. */
function referenceIn(params: unknown): string | null {
  const reference = typeof params === 'object' && params !== null && 'reference' in params ? params.reference : null;
  return typeof reference === 'string' && !reference.includes('\0') ? reference : null;
}

function csrfOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'csrf' in body && typeof body.csrf === 'string' ? body.csrf : '';
}
