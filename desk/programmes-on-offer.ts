import { authoritiesOf } from '../calendars/calendar-book.ts';
import type { Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { insertVersion, newestVersions, standsAs } from '../postgres/pinned/programme-versions.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import type { ProgrammeRefusal } from '../programmes/load-programmes.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readCalendarBook } from './calendar-book.ts';

export type PublishRefusal = Reason & { readonly kind: 'version-taken' | 'version-too-old' | 'unknown-calendar' };

/** The form of a programme's id; no other text is looked up. */
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The programme with which a new deployment begins: the newest version that was published, or the one that comes with Chaser
 * where that is newer. Deployments that run keep the version they began with.
 */
export async function programmeOnOffer(db: Db, id: string): Promise<Result<Programme, ProgrammeRefusal>> {
  const shipped = loadProgramme(id);
  if (!shipped.ok && shipped.reason.kind === 'faulty-programme') return shipped;
  const [published] = ID.test(id) ? await newestVersions(db, id) : [];
  const newest = newerOf(shipped.ok ? shipped.value : undefined, published);
  if (newest !== undefined) return ok(newest);
  const known = (await programmesOnOffer(db)).map((programme) => programme.id);
  return refused({ kind: 'unknown-programme', message: `There is no programme "${id}".`, remedy: suggestion(id, known) });
}

/** Every programme with which a deployment can begin, each in its newest version, in the order of their ids. */
export async function programmesOnOffer(db: Db): Promise<readonly Programme[]> {
  const newest = new Map<string, Programme>();
  const shipped = listProgrammes().flatMap((id) => {
    const loaded = loadProgramme(id);
    return loaded.ok ? [loaded.value] : [];
  });
  for (const programme of [...shipped, ...(await newestVersions(db))]) {
    newest.set(programme.id, newerOf(newest.get(programme.id), programme) ?? programme);
  }
  return [...newest.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What publishing would change: the version on offer now, null before the first; and whether this very version stands there already. */
export type Publishable = { readonly onOffer: Programme | null; readonly published: boolean };

/**
 * Whether a checked programme can be published, and what that would change; nothing is published by asking. Refused when its
 * version was published with other content, when a newer one is on offer, or when a calendar that is to stand in is not known.
 */
export async function mayPublish(db: Db, programme: Programme): Promise<Result<Publishable, PublishRefusal>> {
  const known = authoritiesOf(await readCalendarBook(db)).map(({ id }) => id);
  const unknown = programme.assumedTermCalendars.find((calendar) => !known.includes(calendar));
  if (unknown !== undefined) {
    return refused({
      kind: 'unknown-calendar',
      message: `There is no term calendar "${unknown}" to stand in (assumedTermCalendars).`,
      remedy: `${suggestion(unknown, known)} Others are imported first: chaser calendar import FILE.`,
    });
  }
  const onOffer = await programmeOnOffer(db, programme.id);
  if (onOffer.ok && onOffer.value.version > programme.version) {
    return refused({
      kind: 'version-too-old',
      message: `Version ${onOffer.value.version} of ${programme.id} is on offer already, and this is version ${programme.version}.`,
      remedy: `Give it version ${onOffer.value.version + 1}.`,
    });
  }
  const kept = await standsAs(db, programme);
  if (kept === 'other') return versionTaken(programme);
  return ok({ onOffer: onOffer.ok ? onOffer.value : null, published: kept === 'the-same' });
}

/**
 * Publishes a checked programme: new deployments begin with it from now on. Refused as `mayPublish` refuses. The same one published
 * again changes nothing. `approvedBy`: who approved it, where a second person has to.
 */
export async function publishProgramme(
  db: Db,
  programme: Programme,
  by: string,
  approvedBy: string | null = null,
): Promise<Result<Programme, PublishRefusal>> {
  const allowed = await mayPublish(db, programme);
  if (!allowed.ok) return allowed;
  return (await insertVersion(db, programme, by, approvedBy)) ? ok(programme) : versionTaken(programme);
}

function versionTaken({ id, version }: Programme): Result<never, PublishRefusal> {
  return refused({
    kind: 'version-taken',
    message: `Version ${version} of ${id} was published before with other content, and deployments may run with it.`,
    remedy: `Give it version ${version + 1}.`,
  });
}

/** When the versions are equal, the published one is used, because deployments run with it. */
function newerOf(shipped: Programme | undefined, published: Programme | undefined): Programme | undefined {
  if (shipped === undefined || published === undefined) return published ?? shipped;
  return shipped.version > published.version ? shipped : published;
}
