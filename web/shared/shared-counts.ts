import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import { countRequests } from '../../postgres/access/request-counts.ts';
import type { Db } from '../../postgres/database.ts';

/** A process remembers this many askers. Beyond that it forgets the one it has known longest. */
const MOST_ASKERS = 20_000;

/** What one process knows of one asker. */
type Kept = {
  /** Requests to all processes together, when the counts were last shared. */
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
  /** Adds what this process has counted to the database, and reads what all processes have counted. */
  share(db: Db): Promise<void>;
};

/**
 * Counts requests in memory, and shares the counts with the other web services in one statement from time to time, so that no
 * page waits for it. Between two exchanges a process does not know what the others have counted since. While the database is
 * away each process goes on with its own counts, and pages that need no database still work. Limits that must be exact count
 * every request in the database: see postgres/access/request-counts.ts.
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
        // The window began with the first request, whichever process got it.
        one.endsAtMs = nowMs() + msLeft;
      }
    },
  };
}
