import type pg from 'pg';
import { authoritiesOf } from '../calendars/calendar-book.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { Programme } from '../domain/programme.ts';
import { isWithin, newestAnywhere, reachOf, regionsMoved, versionFor, withReach } from '../domain/reach.ts';
import type { Reach, RegionMoved, Versions } from '../domain/reach.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { inWords } from '../domain/words.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { keepProgramme } from '../postgres/pinned/pinned.ts';
import {
  insertVersion,
  insertWithdrawal,
  listKeptVersions,
  lockWithdrawals,
  readVersions,
  standsAs,
} from '../postgres/pinned/programme-versions.ts';
import { regionOfSubject } from '../postgres/views/search-subjects.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import type { ProgrammeRefusal } from '../programmes/load-programmes.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { REGIONS } from '../register/regions.ts';
import { readCalendarBook } from './calendar-book.ts';

export type PublishRefusal = Reason & {
  readonly kind: 'version-taken' | 'version-too-old' | 'unknown-calendar' | 'unknown-region' | 'counts-in-more';
};
export type OfferRefusal = ProgrammeRefusal | (Reason & { readonly kind: 'not-in-region' });
export type WithdrawRefusal =
  ProgrammeRefusal | (Reason & { readonly kind: 'unknown-version' | 'withdrawn-already' | 'no-former-version' });

/** Every region, and '' for schools and trusts of which the register gives none. */
const EVERYWHERE = [...REGIONS, ''];

/** The form of a programme's id; no other text is looked up. */
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The versions of one programme, with the document of the one that comes with Chaser where it does. */
type Offered = { readonly id: string; readonly versions: Versions; readonly shipped: Programme | null };

/**
 * The programme with which a deployment of a school or trust begins: the newest version that counts in its region. A pilot counts in
 * its regions only, and a withdrawn version nowhere. Everything that starts a deployment asks here. Refused when there is no such
 * programme, or when it is only tried in other regions.
 */
export async function programmeForStart(db: Db, id: string, subject: Subject): Promise<Result<Programme, OfferRefusal>> {
  return programmeForRegion(db, id, await regionOfSubject(db, subject));
}

/** The programme with which deployments in a region begin, as `programmeForStart` finds it. `region` '' where it is not known. */
async function programmeForRegion(db: Db, id: string, region: string): Promise<Result<Programme, OfferRefusal>> {
  const offered = await offeredOf(db, id);
  if (!offered.ok) return offered;
  const version = versionFor(offered.value.versions, region);
  if (version !== null) return ok(await documentOf(db, offered.value, version));
  return refused(notInRegion(offered.value, region));
}

/** The programmes with which deployments in each of these regions begin. A region is left out where no version counts yet. */
export async function programmesForRegions(
  db: Db,
  id: string,
  regions: readonly string[],
): Promise<Result<ReadonlyMap<string, Programme>, ProgrammeRefusal>> {
  const offered = await offeredOf(db, id);
  if (!offered.ok) return offered;
  const numbers = new Map(
    [...new Set(regions)].flatMap((region) => {
      const version = versionFor(offered.value.versions, region);
      return version === null ? [] : [[region, version] as const];
    }),
  );
  const documents = new Map<number, Programme>();
  for (const version of new Set(numbers.values())) documents.set(version, await documentOf(db, offered.value, version));
  return ok(
    new Map(
      [...numbers].flatMap(([region, version]) => {
        const document = documents.get(version);
        return document === undefined ? [] : [[region, document] as const];
      }),
    ),
  );
}

/**
 * The programme as pages show it where no region is named: the newest version that counts in all regions, or the newest pilot where
 * none does yet. What a deployment begins with is found by `programmeForStart`.
 */
export async function programmeOnOffer(db: Db, id: string): Promise<Result<Programme, ProgrammeRefusal>> {
  const offered = await offeredOf(db, id);
  if (!offered.ok) return offered;
  const version = shownVersion(offered.value.versions);
  return version === null ? unknownProgramme(db, id) : ok(await documentOf(db, offered.value, version));
}

/** One version of a programme, whether it counts anywhere or not. Refused when there is no such programme or version. */
export async function programmeVersion(
  db: Db,
  id: string,
  version: number,
): Promise<Result<Programme, ProgrammeRefusal | (Reason & { kind: 'unknown-version' })>> {
  const offered = await offeredOf(db, id);
  if (!offered.ok) return offered;
  if (offered.value.versions.known.some((known) => known.version === version)) return ok(await documentOf(db, offered.value, version));
  return refused(unknownVersion(offered.value, version));
}

/** Every programme with which a deployment can begin somewhere, each as `programmeOnOffer` gives it, in the order of their ids. */
export async function programmesOnOffer(db: Db): Promise<readonly Programme[]> {
  const chosen = (await everyOffered(db)).flatMap(({ id, versions, shipped }) => {
    const version = shownVersion(versions);
    return version === null ? [] : [{ id, version, shipped }];
  });
  const kept = new Map((await readVersions(db, chosen)).map((programme) => [`${programme.id}/${programme.version}`, programme]));
  return chosen.flatMap(({ id, version, shipped }) => kept.get(`${id}/${version}`) ?? (shipped === null ? [] : [shipped]));
}

/** The versions of a programme that are known, and what was decided on where each counts. Refused when there is no such programme. */
export async function versionsOnOffer(db: Db, id: string): Promise<Result<Versions, ProgrammeRefusal>> {
  const offered = await offeredOf(db, id);
  return offered.ok ? ok(offered.value.versions) : offered;
}

/** What publishing would change. */
export type Publishable = {
  /** The version on offer now, as pages show it; null before the first. */
  readonly onOffer: Programme | null;
  /** Whether this very version counts there already, so that nothing would change. */
  readonly published: boolean;
  /** The regions in which new deployments begin with another version than now. '' stands for a region that is not known. */
  readonly moved: readonly RegionMoved[];
};

/**
 * Whether a checked programme can be published, everywhere or in the named regions only, and what that would change; nothing is
 * published by asking. Refused when its version was published with other content or counts in more regions already, when a newer
 * one is on offer, when a region is not known, or when a calendar that is to stand in is not.
 */
export async function mayPublish(
  db: Db,
  programme: Programme,
  regions: readonly string[] | null = null,
): Promise<Result<Publishable, PublishRefusal>> {
  const known = authoritiesOf(await readCalendarBook(db)).map(({ id }) => id);
  const unknown = programme.assumedTermCalendars.find((calendar) => !known.includes(calendar));
  if (unknown !== undefined) {
    return refused({
      kind: 'unknown-calendar',
      message: `There is no term calendar "${unknown}" to stand in (assumedTermCalendars).`,
      remedy: `${suggestion(unknown, known)} Others are imported first: chaser calendar import FILE.`,
    });
  }
  const noRegion = regions?.find((region) => !REGIONS.some((one) => one === region));
  if (noRegion !== undefined) {
    return refused({
      kind: 'unknown-region',
      message: `There is no region "${noRegion.slice(0, 60)}".`,
      remedy: `Name one of: ${REGIONS.join(', ')}.`,
    });
  }
  const offered = await offeredOf(db, programme.id);
  const before: Versions = offered.ok ? offered.value.versions : { known: [], changes: [] };
  const stands = await standsAs(db, programme);
  if (stands === 'other') {
    const newest = newestAnywhere(before);
    return newest !== null && newest > programme.version ? tooOld(programme, newest) : versionTaken(programme);
  }
  const newest = newestAnywhere(before);
  if (stands === 'nothing' && newest !== null && newest > programme.version) return tooOld(programme, newest);
  const reach: Reach = regions ?? 'everywhere';
  // A version that comes with Chaser counts before it is kept, unless it is published here with other content.
  const now = stands === 'nothing' ? 'nowhere' : reachOf(before, programme.version);
  if (!isWithin(now, reach)) return countsInMore(programme, now);
  const moved = regionsMoved(before, withReach(before, programme.version, reach, new Date().toISOString()), EVERYWHERE);
  // A pilot of other content under the version that comes with Chaser would take that one away elsewhere.
  if (moved.some(({ after }) => after === null)) return versionTaken(programme);
  const onOffer = await programmeOnOffer(db, programme.id);
  return ok({ onOffer: onOffer.ok ? onOffer.value : null, published: stands === 'the-same' && isWithin(reach, now), moved });
}

export type Publication = {
  /** Who approved it, where a second person has to. */
  readonly approvedBy?: string | null;
  /** The regions of a pilot; everywhere when left out. */
  readonly regions?: readonly string[] | null;
  readonly because?: string | null;
  /** The text as it was written, for the next version to begin from. */
  readonly content?: string | null;
};

/**
 * Publishes a checked programme: new deployments begin with it from now on, everywhere or in the regions of a pilot. A pilot is widened
 * by publishing it again in more regions. Refused as `mayPublish` refuses. The same one published again changes nothing.
 */
export async function publishProgramme(
  db: Db,
  programme: Programme,
  by: string,
  { approvedBy = null, regions = null, because = null, content = null }: Publication = {},
): Promise<Result<Programme, PublishRefusal>> {
  const allowed = await mayPublish(db, programme, regions);
  if (!allowed.ok) return allowed;
  if (allowed.value.published) return ok(programme);
  return (await insertVersion(db, programme, { by, approvedBy, regions, because, content })) ? ok(programme) : versionTaken(programme);
}

/** What withdrawing a version would change: where new deployments begin with which version instead. */
export type Withdrawable = { readonly programme: Programme; readonly moved: readonly RegionMoved[] };

/**
 * Whether a version can be withdrawn, and what that would change; nothing is withdrawn by asking. Refused when there is no such version,
 * when it is withdrawn already, or when new deployments would be left without any version in a region where they have one.
 */
export async function mayWithdraw(db: Db, id: string, version: number): Promise<Result<Withdrawable, WithdrawRefusal>> {
  const offered = await offeredOf(db, id);
  if (!offered.ok) return offered;
  const { versions } = offered.value;
  if (!versions.known.some((known) => known.version === version)) return refused(unknownVersion(offered.value, version));
  if (reachOf(versions, version) === 'nowhere') {
    return refused({
      kind: 'withdrawn-already',
      message: `Version ${version} of ${id} is withdrawn already.`,
      remedy: 'New deployments do not begin with it. Nothing was changed.',
    });
  }
  const moved = regionsMoved(versions, withReach(versions, version, 'nowhere', new Date().toISOString()), EVERYWHERE);
  const left = moved.filter(({ after }) => after === null).map(({ region }) => region);
  if (left.length > 0) {
    const where = left.length === EVERYWHERE.length ? '' : ` in ${inWords(left.map((region) => region || 'a region that is not known'))}`;
    return refused({
      kind: 'no-former-version',
      message: `There is no earlier version of ${id} with which new deployments could begin${where}.`,
      remedy: 'Publish another version in its place: new deployments then begin with that one.',
    });
  }
  return ok({ programme: await documentOf(db, offered.value, version), moved });
}

/**
 * Withdraws a version: new deployments begin with the former version that counts in their region, and those that run keep the version
 * they began with. Refused as `mayWithdraw` refuses.
 */
export async function withdrawProgramme(
  pool: pg.Pool,
  id: string,
  version: number,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Result<Withdrawable, WithdrawRefusal>> {
  return inTransaction(pool, async (db) => {
    // One at a time: two versions that are withdrawn at once could each rely on the other.
    await lockWithdrawals(db);
    const allowed = await mayWithdraw(db, id, version);
    if (!allowed.ok) return allowed;
    // One that came with Chaser may not have been kept yet.
    await keepProgramme(db, allowed.value.programme);
    await insertWithdrawal(db, { programme: id, version, by, because });
    return allowed;
  });
}

/** The version that pages show where no region is named. */
function shownVersion(versions: Versions): number | null {
  return versionFor(versions, '') ?? newestAnywhere(versions);
}

async function offeredOf(db: Db, id: string): Promise<Result<Offered, ProgrammeRefusal>> {
  const loaded = loadProgramme(id);
  if (!loaded.ok && loaded.reason.kind === 'faulty-programme') return loaded;
  const shipped = loaded.ok ? loaded.value : null;
  const kept = ID.test(id) ? await listKeptVersions(db, id) : [];
  return kept.length === 0 && shipped === null ? unknownProgramme(db, id) : ok(gathered(id, kept, shipped));
}

async function everyOffered(db: Db): Promise<readonly Offered[]> {
  const kept = Map.groupBy(await listKeptVersions(db), ({ id }) => id);
  const shipped = new Map(
    listProgrammes().flatMap((id) => {
      const loaded = loadProgramme(id);
      return loaded.ok ? [[id, loaded.value] as const] : [];
    }),
  );
  const ids = [...new Set([...kept.keys(), ...shipped.keys()])].toSorted();
  return ids.map((id) => gathered(id, kept.get(id) ?? [], shipped.get(id) ?? null));
}

/** When a kept version and the one that comes with Chaser have the same number, the kept one is used, because deployments run with it. */
function gathered(id: string, kept: Awaited<ReturnType<typeof listKeptVersions>>, shipped: Programme | null): Offered {
  const known = kept.map(({ version, since }) => ({ version, since }));
  const comes =
    shipped === null || known.some(({ version }) => version === shipped.version) ? [] : [{ version: shipped.version, since: null }];
  return { id, versions: { known: [...known, ...comes], changes: kept.flatMap(({ changes }) => changes) }, shipped };
}

async function documentOf(db: Db, { id, shipped }: Offered, version: number): Promise<Programme> {
  const [kept] = await readVersions(db, [{ id, version }]);
  if (kept !== undefined) return kept;
  if (shipped?.version === version) return shipped;
  throw new Error(`Programme ${id} version ${version} was never kept.`);
}

async function unknownProgramme(db: Db, id: string): Promise<Result<never, ProgrammeRefusal>> {
  const known = (await everyOffered(db)).map((offered) => offered.id);
  return refused({ kind: 'unknown-programme', message: `There is no programme "${id}".`, remedy: suggestion(id, known) });
}

function unknownVersion({ id, versions }: Offered, version: number): Reason & { readonly kind: 'unknown-version' } {
  const numbers = versions.known.map((known) => known.version).toSorted((a, b) => a - b);
  return { kind: 'unknown-version', message: `There is no version ${version} of ${id}.`, remedy: `Give one of: ${numbers.join(', ')}.` };
}

function notInRegion({ id, versions }: Offered, region: string): Reason & { readonly kind: 'not-in-region' } {
  const regions = REGIONS.filter((one) => versionFor(versions, one) !== null);
  const elsewhere = region === '' ? 'the region of this school or trust is not known' : `deployments in ${region} cannot begin with it yet`;
  return {
    kind: 'not-in-region',
    message: `${id} is a pilot in ${inWords(regions)} only, and ${elsewhere}.`,
    remedy: 'Choose another programme, or wait until the pilot is widened to all regions.',
  };
}

function tooOld({ id, version }: Programme, newest: number): Result<never, PublishRefusal> {
  return refused({
    kind: 'version-too-old',
    message: `Version ${newest} of ${id} is on offer already, and this is version ${version}.`,
    remedy: `Give it version ${newest + 1}.`,
  });
}

function versionTaken({ id, version }: Programme): Result<never, PublishRefusal> {
  return refused({
    kind: 'version-taken',
    message: `Version ${version} of ${id} was published before with other content, and deployments may run with it.`,
    remedy: `Give it version ${version + 1}.`,
  });
}

function countsInMore({ id, version }: Programme, now: Reach): Result<never, PublishRefusal> {
  const where = typeof now === 'string' ? 'all regions' : inWords(now);
  return refused({
    kind: 'counts-in-more',
    message: `New deployments in ${where} begin with version ${version} of ${id} already, so it cannot be limited to fewer regions.`,
    remedy: typeof now === 'string' ? 'Withdraw it first.' : 'Choose these regions too, or withdraw it first.',
  });
}
