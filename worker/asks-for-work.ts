/** A worker that has not asked for work by then says why, or ends. */
export const ASKS_WITHIN_MS = 30_000;

/** How a worker stands, some time after its start. */
export type Standing = {
  /** What it waits for before it can ask for work, as it is told: "Temporal at temporal:7233 (TEMPORAL_ADDRESS)". Null: nothing. */
  readonly waitsFor: string | null;
  /** The identities that have asked Temporal for work of late; rejects when Temporal does not say. Not asked while it waits. */
  readonly pollers: () => Promise<ReadonlySet<string>>;
  /** Its own identity. */
  readonly identity: string;
};

/** What is logged of a worker that has asked for no work; with `ends`, it ends to be started anew. */
export type NoWork = {
  readonly level: 'warn' | 'error' | 'fatal';
  readonly says: string;
  readonly ends: boolean;
  readonly error?: unknown;
};

/**
 * Why a worker has asked for no work; null when it has. One that waits for something goes on waiting. One that waits for nothing, and of
 * which Temporal has not heard all the same, is to end.
 */
async function whyNoWork({ waitsFor, pollers, identity }: Standing): Promise<NoWork | null> {
  if (waitsFor !== null) {
    const says = `No work is asked for yet: the worker waits for ${waitsFor}. Nobody is reminded meanwhile.`;
    return { level: 'error', says, ends: false };
  }
  try {
    if ((await pollers()).has(identity)) return null;
  } catch (error) {
    return { level: 'warn', says: 'Temporal does not say whether it has been asked for work.', ends: false, error };
  }
  const says = `Temporal has not been asked for work within ${ASKS_WITHIN_MS / 1_000} seconds, though the worker runs. It ends, to be started anew.`;
  return { level: 'fatal', says, ends: true };
}

/** Asks so once, 30 seconds after the start, unless the worker is stopping by then. `tell` is given what is to be logged. */
export function tellOfNoWork(standing: () => Standing | null, tell: (why: NoWork) => void): void {
  setTimeout(() => {
    const now = standing();
    if (now !== null) void whyNoWork(now).then((why) => why !== null && tell(why));
  }, ASKS_WITHIN_MS).unref();
}
