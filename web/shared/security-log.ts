import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { placeOf } from './place-of.ts';

/** What is logged. Every value is one of our own words: nothing that somebody typed, no name, no address, no link. */
export type SecurityEvent =
  | { readonly event: 'link-asked-for'; readonly address: 'known' | 'unknown' }
  | { readonly event: 'sign-in-failed'; readonly why: 'unknown' | 'used' | 'expired' | 'other-browser' }
  | { readonly event: 'signed-in' }
  | { readonly event: 'signed-out'; readonly where: 'this-browser' | 'everywhere' }
  | { readonly event: 'refused'; readonly why: 'not-signed-in' | 'role' | 'not-from-our-page' }
  /** So many payloads of Temporal were asked for in plain words, of which so many could not be read. */
  | { readonly event: 'payloads-read'; readonly payloads: number; readonly unreadable: number }
  | { readonly event: 'limit-passed'; readonly limit: 'place' | 'place-and-address' | 'address' | 'browser' | 'requests' | 'size' };

/** Who it was: a contact id, and the token of a session. Both are logged as hashes only. */
export type About = { readonly person?: string | undefined; readonly session?: string | null };

/** Logs what matters to whoever looks after security. */
export type SecurityLog = {
  tell(request: SecurityRequest, event: SecurityEvent, about?: About): void;
};

type SecurityRequest = Pick<FastifyRequest, 'ip' | 'method'> & {
  readonly routeOptions: { readonly url?: string | undefined };
  readonly user: { readonly person: string; readonly roles: readonly { readonly role: string }[] } | null;
};

/** The log remembers this many places, so as not to log the same about them again. */
const MOST_TOLD = 1_000;
const TOLD_AGAIN_AFTER_MS = 60_000;

/**
 * Writes one line of JSON for each event. Person, session and place are hashes under a key that only this service has: lines that
 * belong together can be found, and nobody can be identified from a line. The route is logged as its pattern, because an
 * address may hold a link. When a place passes the limit on all requests, only its first request in a minute is logged, so that
 * a flood of requests does not flood the log.
 */
export function createSecurityLog({
  secret,
  write,
  nowMs = Date.now,
}: {
  readonly secret: string;
  readonly write: (line: string) => void;
  readonly nowMs?: () => number;
}): SecurityLog {
  const key = createHmac('sha256', secret).update('security log').digest();
  const hash = (kind: string, value: string): string =>
    createHmac('sha256', key).update(`${kind} ${value}`).digest('base64url').slice(0, 16);
  const toldMs = new Map<string, number>();
  const toldLately = (place: string): boolean => {
    const last = toldMs.get(place);
    if (last !== undefined && nowMs() - last < TOLD_AGAIN_AFTER_MS) return true;
    toldMs.delete(place);
    toldMs.set(place, nowMs());
    const [first] = toldMs.keys();
    if (toldMs.size > MOST_TOLD && first !== undefined) toldMs.delete(first);
    return false;
  };

  return {
    tell(request, event, { person = request.user?.person, session } = {}) {
      const place = hash('place', placeOf(request));
      if (event.event === 'limit-passed' && event.limit === 'requests' && toldLately(place)) return;
      write(
        `${JSON.stringify({
          time: new Date(nowMs()).toISOString(),
          log: 'security',
          ...event,
          method: request.method,
          route: request.routeOptions.url ?? null,
          place,
          ...(person === undefined ? {} : { person: hash('person', person) }),
          ...(session == null ? {} : { session: hash('session', session) }),
          ...(request.user === null ? {} : { roles: [...new Set(request.user.roles.map(({ role }) => role))].toSorted() }),
        })}\n`,
      );
    },
  };
}
