import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import { countRequests } from '../../postgres/access/request-counts.ts';
import type { Db } from '../../postgres/database.ts';

/** So many askers are kept in mind at once; beyond that, the one that was heard first is forgotten. */
const MOST_ASKERS = 20_000;

/** What one process knows of one asker. */
type Kept = {
  /** How often all processes together were asked, when this was last shared. */
  together: number;
  /** Requests since then. */
  since: number;
  endsAtMs: number;
  readonly windowMs: number;
};

/** The limits of every page, for all web services together. */
export type SharedCounts = {
  /** Keeps the counts for @fastify/rate-limit. */
  readonly Store: FastifyRateLimitStoreCtor;
  /** Tells the database what this process has counted since the last time, and learns what all of them have. */
  share(db: Db): Promise<void>;
};

/**
 * Counts requests in memory and shares the counts in one statement from time to time, so that no page waits for it. Between two
 * times each process may let through what its own share would be; while the database is away, each keeps the limit for itself, and
 * pages that need no database are there. Limits that have to be exact count each request by itself: postgres/access/request-counts.ts.
 */
export function createSharedCounts(nowMs: () => number = Date.now): SharedCounts {
  const kept = new Map<string, Kept>();

  const count = (name: string, windowMs: number): { current: number; ttl: number } => {
    let one = kept.get(name);
    if (one === undefined || one.endsAtMs <= nowMs()) {
      one = { together: 0, since: 0, endsAtMs: nowMs() + windowMs, windowMs };
      kept.delete(name);
      kept.set(name, one);
      const [first] = kept.keys();
      if (kept.size > MOST_ASKERS && first !== undefined) kept.delete(first);
    }
    one.since += 1;
    return { current: one.together + one.since, ttl: one.endsAtMs - nowMs() };
  };

  class Store implements FastifyRateLimitStore {
    readonly #of: string;
    constructor(of: unknown) {
      this.#of = typeof of === 'string' ? of : 'pages';
    }
    incr(key: string, callback: (error: Error | null, result?: { current: number; ttl: number }) => void, windowMs: number): void {
      callback(null, count(`${this.#of} ${key}`, windowMs));
    }
    /** Of a route with a limit of its own: the route stands in `routeInfo`, whatever the declaration says. */
    child(options: object): Store {
      const { method, url } = ('routeInfo' in options ? options.routeInfo : options) as { readonly method: string; readonly url: string };
      return new Store(`${method} ${url}`);
    }
  }

  return {
    Store,
    async share(db) {
      for (const [name, { endsAtMs }] of kept) if (endsAtMs <= nowMs()) kept.delete(name);
      const told = [...kept].filter(([, { since }]) => since > 0).map(([name, one]) => ({ name, one, times: one.since }));
      const standing = await countRequests(
        db,
        told.map(({ name, one, times }) => ({ name, times, windowSeconds: Math.ceil(one.windowMs / 1_000) })),
      );
      for (const [index, { one, times }] of told.entries()) {
        const { count: together = times, msLeft = 0 } = standing[index] ?? {};
        one.since -= times;
        one.together = together;
        // The window is the one in which somebody asked first, whichever process they asked.
        one.endsAtMs = nowMs() + msLeft;
      }
    },
  };
}
