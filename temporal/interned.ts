/**
 * The programmes and calendars of this process, each held once under the hash of its content, however many workflows use it. A worker
 * preloads this module into the sandbox, so that all workflows share it: see `workflowSource` in worker/workflow-source.ts. That is safe
 * because what lies under a hash is always the same, and frozen.
 */
const values = new Map<string, object>();
const hashes = new WeakMap<object, string>();

/** More than a country has of programmes and calendars that are in use at once. The oldest goes first, and is read again when it is asked for. */
const MOST = 1_000;

/** The value under a hash, deeply frozen: the one that is held, or else what `read` answers, which is held from now on. */
export function intern(hash: string, read: () => object): object {
  const held = values.get(hash);
  if (held !== undefined) return held;
  const value = frozen(read());
  values.set(hash, value);
  hashes.set(value, hash);
  const [oldest] = values.keys();
  if (values.size > MOST && oldest !== undefined) values.delete(oldest);
  return value;
}

/** The hash under which this very object is held; undefined for any other, also for an equal one. */
export function hashOfInterned(value: object): string | undefined {
  return hashes.get(value);
}

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part as object);
  return Object.freeze(value);
}
