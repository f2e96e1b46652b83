import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { placeOf } from './place-of.ts';

/** What is told of. Every part of it is a word of ours: nothing that somebody typed, no name, no address, no link. */
export type SecurityEvent =
  | { readonly event: 'link-asked-for'; readonly address: 'known' | 'unknown' }
  | { readonly event: 'sign-in-failed'; readonly why: 'unknown' | 'used' | 'expired' | 'other-browser' }
  | { readonly event: 'signed-in' }
  | { readonly event: 'signed-out'; readonly where: 'this-browser' | 'everywhere' }
  | { readonly event: 'refused'; readonly why: 'not-signed-in' | 'role' | 'not-from-our-page' }
  | { readonly event: 'limit-passed'; readonly limit: 'place' | 'place-and-address' | 'address' | 'browser' | 'requests' | 'size' };

/** Who it was: a contact id, and the token of a session. Neither is told as it is. */
export type About = { readonly person?: string | undefined; readonly session?: string | null };

/** Tells of what matters to whoever looks after security. */
export type SecurityLog = {
  tell(request: SecurityRequest, event: SecurityEvent, about?: About): void;
};

type SecurityRequest = Pick<FastifyRequest, 'ip' | 'method'> & {
  readonly routeOptions: { readonly url?: string | undefined };
  readonly user: { readonly person: string; readonly roles: readonly { readonly role: string }[] } | null;
};

/** So many askers are kept in mind for not telling the same of them again. */
const MOST_TOLD = 1_000;
const TOLD_AGAIN_AFTER_MS = 60_000;

/**
 * One line of JSON for each event. Whoever asked, and from where, is told as a hash under a key that is ours alone: lines that
 * belong together can be found, and nobody can be found from a line. The route is told by its pattern, for an address may hold a
 * link. Of a limit on all requests only the first in a minute is told: who floods the service does not flood its log.
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
