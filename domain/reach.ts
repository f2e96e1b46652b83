import type { Instant } from './chronology/events.ts';

/**
 * Where new deployments may begin with a version of a programme: everywhere; in the named regions, which is a pilot; or nowhere, once
 * it is withdrawn. Running deployments keep the version they began with, whatever becomes of its reach.
 */
export type Reach = 'everywhere' | 'nowhere' | readonly string[];

/** A version that is known. `since` null: always, for it came with Chaser and nobody published it. */
export type KnownVersion = { readonly version: number; readonly since: Instant | null };

/** One entry of the log: somebody published, piloted, widened or withdrew a version. Entries stand in the order in which they were made. */
export type ReachChange = { readonly version: number; readonly reach: Reach; readonly at: Instant };

/** What is known of the versions of one programme. */
export type Versions = { readonly known: readonly KnownVersion[]; readonly changes: readonly ReachChange[] };

/**
 * The reach of a version at an instant, as the last entry of the log before it says. A version without an entry counts everywhere:
 * it came with Chaser, or was published before pilots were possible.
 */
export function reachOf({ changes }: Versions, version: number, at: Instant | null = null): Reach {
  const last = changes.findLast((change) => change.version === version && isBy(change.at, at));
  return last?.reach ?? 'everywhere';
}

/**
 * The version with which a deployment in a region begins at an instant, now by default: the highest that counts there. Null where
 * none does. `region` is '' where it is not known: a pilot never counts there.
 *
 * Worked example: version 1 counts everywhere and version 2 is a pilot in London. A school in London begins with 2 and one in the
 * North West with 1. Version 2 is withdrawn: both begin with 1. It is widened instead: both begin with 2.
 */
export function versionFor(versions: Versions, region: string, at: Instant | null = null): number | null {
  const counting = versions.known.filter(
    ({ version, since }) => (since === null || isBy(since, at)) && covers(reachOf(versions, version, at), region),
  );
  return counting.length === 0 ? null : Math.max(...counting.map(({ version }) => version));
}

/** The highest version that counts anywhere; null where none does. */
export function newestAnywhere(versions: Versions): number | null {
  const counting = versions.known.filter(({ version }) => reachOf(versions, version) !== 'nowhere');
  return counting.length === 0 ? null : Math.max(...counting.map(({ version }) => version));
}

/** The pilots: versions that count in some regions only, the newest first. */
export function pilotsOf(versions: Versions): readonly { readonly version: number; readonly regions: readonly string[] }[] {
  return versions.known
    .flatMap(({ version }) => {
      const reach = reachOf(versions, version);
      return typeof reach === 'string' ? [] : [{ version, regions: reach }];
    })
    .toSorted((a, b) => b.version - a.version);
}

/** The same versions as if a reach had been given to one of them now. */
export function withReach(versions: Versions, version: number, reach: Reach, at: Instant): Versions {
  return {
    known: versions.known.some((known) => known.version === version) ? versions.known : [...versions.known, { version, since: at }],
    changes: [...versions.changes, { version, reach, at }],
  };
}

/** A region in which another version counts than before; null where none did, or none does. */
export type RegionMoved = { readonly region: string; readonly before: number | null; readonly after: number | null };

/** In which of these regions new deployments begin with another version afterwards. */
export function regionsMoved(before: Versions, after: Versions, regions: readonly string[]): readonly RegionMoved[] {
  return regions
    .map((region) => ({ region, before: versionFor(before, region), after: versionFor(after, region) }))
    .filter((moved) => moved.before !== moved.after);
}

/** Whether everything that one reach covers is covered by another, too. */
export function isWithin(inner: Reach, outer: Reach): boolean {
  if (inner === 'nowhere' || outer === 'everywhere') return true;
  return inner !== 'everywhere' && inner.every((region) => covers(outer, region));
}

function covers(reach: Reach, region: string): boolean {
  return reach === 'everywhere' || (reach !== 'nowhere' && reach.includes(region));
}

function isBy(instant: Instant, at: Instant | null): boolean {
  return at === null || Date.parse(instant) <= Date.parse(at);
}
