import type { Reason } from '../domain/result.ts';

/** Why the database cannot do its part now. Nothing was stored, and the same request may be sent again later. */
export type DatabaseTrouble = Reason & { readonly kind: 'database-away' | 'database-busy' | 'database-read-only' };

const TROUBLES = {
  'database-away': {
    kind: 'database-away',
    message: 'PostgreSQL does not answer.',
    remedy: 'Is it running, and does DATABASE_URL name it? Ask: chaser doctor',
  },
  'database-busy': {
    kind: 'database-busy',
    message: 'PostgreSQL is busy: something else holds what this needs, or it has no connection left.',
    remedy: "Try again in a minute. If it lasts, see what holds a lock: SELECT * FROM pg_stat_activity WHERE state <> 'idle'",
  },
  'database-read-only': {
    kind: 'database-read-only',
    message: 'PostgreSQL is read-only: it can be read from, but nothing can be stored.',
    remedy: 'Does DATABASE_URL name the primary, and is default_transaction_read_only off? Then try again.',
  },
} as const satisfies Record<DatabaseTrouble['kind'], DatabaseTrouble>;

/** Conditions of PostgreSQL and of the network, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const KINDS: Readonly<Record<string, DatabaseTrouble['kind']>> = {
  ECONNREFUSED: 'database-away',
  ECONNRESET: 'database-away',
  EHOSTUNREACH: 'database-away',
  ENETUNREACH: 'database-away',
  ENOTFOUND: 'database-away',
  EAI_AGAIN: 'database-away',
  EPIPE: 'database-away',
  ETIMEDOUT: 'database-away',
  '57P01': 'database-away', // admin_shutdown
  '57P02': 'database-away', // crash_shutdown
  '57P03': 'database-away', // cannot_connect_now
  '53300': 'database-busy', // too_many_connections
  '55P03': 'database-busy', // lock_not_available: lock_timeout
  '57014': 'database-busy', // query_canceled: statement_timeout
  '40P01': 'database-busy', // deadlock_detected
  '25006': 'database-read-only', // read_only_sql_transaction
};

/** What the driver says when an error has no code. */
const MESSAGES: readonly (readonly [RegExp, DatabaseTrouble['kind']])[] = [
  [/^Connection terminated/, 'database-away'],
  [/^Query read timeout$/, 'database-away'],
  [/^Client has encountered a connection error/, 'database-away'],
  [/^timeout exceeded when trying to connect$/, 'database-busy'],
];

/**
 * Whether an error means that the database is down, busy or read-only, and the text that says so. Null for every other
 * error: a mistake in a query does not pass by itself.
 */
export function databaseTroubleOf(error: unknown): DatabaseTrouble | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const kind =
    KINDS[code] ?? (code.startsWith('08') ? 'database-away' : undefined) ?? MESSAGES.find(([said]) => said.test(error.message))?.[1];
  return kind === undefined ? null : TROUBLES[kind];
}
