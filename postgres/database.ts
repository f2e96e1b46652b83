import { createHash } from 'node:crypto';
import pg from 'pg';
import { goAheadBy, TELL_CONNECTION } from './sandbox/clock.ts';

/** A connection, in or out of a transaction. Every query takes one. */
export type Db = Pick<pg.ClientBase, 'query'>;

const DATE_OID = 1082;
const TIMESTAMPTZ_OID = 1184;

/** Dates stay plain `YYYY-MM-DD` and instants become ISO strings in UTC, so the machine's time zone never matters. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === DATE_OID) return (text: string) => text;
    if (oid === TIMESTAMPTZ_OID) return isoInstant;
    const parser: unknown = format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
    return parser;
  },
};

/**
 * An instant as PostgreSQL writes it, `2022-11-25 08:00:00.25+00`, as `2022-11-25T08:00:00.250Z`, whatever is shorter than a millisecond left out. Cut from
 * its text where it is in UTC, as it is on all of these connections: reading it as a date takes thirty times as long, and a file holds thousands.
 */
function isoInstant(text: string): string {
  // Other zones, and years of more than four digits or before Christ.
  if (!text.endsWith('+00') || text[4] !== '-' || text[13] !== ':') return new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}

export type DatabaseOptions = {
  readonly max?: number;
  readonly onIdleError?: (error: Error) => void;
  /** How long one statement may take, and how long it may wait for a lock. Without them there is no limit. */
  readonly patience?: { readonly statementMs: number; readonly lockMs: number };
  /**
   * Plans a prepared query once a connection, whatever its parameters are: for a pool that asks the same few questions again and again. Their
   * planning takes longer than their answers.
   */
  readonly planOnce?: boolean;
  /** Whether it may be a training copy, whose moved time every connection and this process then go by. */
  readonly movedTime?: boolean;
};

/**
 * So many texts are prepared on each connection at most. PostgreSQL keeps them and their plans in memory until it closes, the largest in
 * 300 KB.
 */
const MOST_PREPARED = 150;
/** So many texts are remembered that have come once. */
const MOST_REMEMBERED = 2_000;

/**
 * Begins the text of a query that is never prepared: what reports ask of all deployments. A plan for any parameters takes a share of them for a few,
 * and goes through all events for each of theirs; it took minutes where a plan for the parameters takes a second.
 */
export const PLANNED_EACH_TIME = '/* planned each time */ ';

/** The texts that the connections of one pool prepare. */
class PreparedTexts {
  readonly #cameOnce = new Set<string>();
  readonly #names = new Map<string, string>();

  /**
   * The name under which each connection prepares a text. Null for one that joins nothing and so is planned in no time, for one that asks to be planned
   * each time, for one that comes for the first time, since it may never come again, and for those beyond the most that are prepared.
   */
  nameOf(text: string): string | null {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (!text.includes('JOIN ') || text.startsWith(PLANNED_EACH_TIME)) return null;
    if (!this.#cameOnce.has(text)) {
      this.#cameOnce.add(text);
      const [oldest] = this.#cameOnce;
      if (this.#cameOnce.size > MOST_REMEMBERED && oldest !== undefined) this.#cameOnce.delete(oldest);
      return null;
    }
    if (this.#names.size >= MOST_PREPARED) return null;
    this.#cameOnce.delete(text);
    const name = createHash('sha256').update(text).digest('base64url');
    this.#names.set(text, name);
    return name;
  }
}

/**
 * A connection that prepares queries which come again, so that PostgreSQL need not plan them anew for every page (docs/decisions/0043).
 * The text stays what it is. What is given no list of parameters is sent as before: BEGIN, COMMIT, and texts of several statements.
 */
function preparingClient(texts: PreparedTexts): typeof pg.Client {
  return class extends pg.Client {
    override query(...given: readonly unknown[]): never {
      const [text, values, ...rest] = given;
      const name = typeof text === 'string' && Array.isArray(values) ? texts.nameOf(text) : null;
      const send = super.query as unknown as (...to: readonly unknown[]) => never;
      return name === null ? send.apply(this, [...given]) : send.apply(this, [{ name, text, values }, ...rest]);
    }
  };
}

/** A pool whose connections are told, each time somebody takes one, how far time was moved on in this training copy. */
class MovedTimePool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void;
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | void {
    if (callback === undefined) return this.#connectAndTell();
    super.connect((error, client, release) => {
      if (client === undefined) callback(error, client, release);
      else void tellTime(client).finally(() => callback(error, client, release));
    });
  }

  async #connectAndTell(): Promise<pg.PoolClient> {
    const client = await super.connect();
    await tellTime(client);
    return client;
  }
}

async function tellTime(client: pg.PoolClient): Promise<void> {
  try {
    const { rows } = await client.query<{ told: string; movedByMs: number | null }>(TELL_CONNECTION);
    goAheadBy(rows[0]?.movedByMs ?? 0);
  } catch {
    // A database without the table, or a connection that broke: whoever took it meets that with their own query.
  }
}

/** How long to wait for a statement beyond the server's own limit: a server that hangs does not enforce its limits. */
const GRACE_MS = 2_000;

/**
 * A connection that nobody used for so long is closed. Its plans go with it: with the ten seconds of the driver, each page of a quiet hour would be
 * planned anew on new connections.
 */
const KEPT_IDLE_MS = 30 * 60_000;

/** A pool of connections. Close it with `end()`. A connection that breaks while idle is replaced, not fatal. */
export function openDatabase(url: string, options: DatabaseOptions = {}): pg.Pool {
  const { patience } = options;
  const pool = new (options.movedTime === true ? MovedTimePool : pg.Pool)({
    connectionString: url,
    Client: preparingClient(new PreparedTexts()),
    types,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: KEPT_IDLE_MS,
    // A firewall forgets connections on which nothing is said.
    keepAlive: true,
    ...(patience === undefined
      ? {}
      : {
          statement_timeout: patience.statementMs,
          lock_timeout: patience.lockMs,
          query_timeout: patience.statementMs + GRACE_MS,
        }),
    options: options.planOnce === true ? '-c timezone=UTC -c plan_cache_mode=force_generic_plan' : '-c timezone=UTC',
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}

/** Runs the work in one transaction: all of it is kept, or none. */
export async function inTransaction<T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // Between two queries nothing else listens for errors. Without a listener, a lost connection would end the process.
  const noteLoss = (error: Error): void => void (broken = error);
  client.on('error', noteLoss);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away, and its transaction with it.
    await client.query('ROLLBACK').catch((reason: unknown) => {
      broken = reason instanceof Error ? reason : new Error(String(reason));
    });
    throw error;
  } finally {
    client.off('error', noteLoss);
    client.release(broken);
  }
}

/** What work in a transaction would bring about: its result, with everything rolled back. */
export async function tryOut<T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> {
  const undone: { result?: { readonly value: T } } = {};
  try {
    await inTransaction(pool, async (db) => {
      undone.result = { value: await work(db) };
      throw new TriedOut();
    });
  } catch (error) {
    if (!(error instanceof TriedOut) || undone.result === undefined) throw error;
    return undone.result.value;
  }
  throw new Error('What was tried out was kept.');
}

class TriedOut extends Error {
  override readonly name = 'TriedOut';
}
