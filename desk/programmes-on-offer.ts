import { authoritiesOf } from '../calendars/calendar-book.ts';
import type { Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { insertVersion, isVersionTaken, newestVersions } from '../postgres/pinned/programme-versions.ts';
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

/**
 * Publishes a checked programme: new deployments begin with it from now on. Refused when its version was published with other
 * content, when a newer one is on offer, or when a calendar that is to stand in is not known. The same one published again
 * changes nothing.
 */
export async function publishProgramme(
  db: Db,
  programme: Programme,
  by: string,
  /** Who approved it, where a second person has to. */
  approvedBy: string | null = null,
): Promise<Result<Programme, PublishRefusal>> {
  const why = await whyNotOnOffer(db, programme);
  if (why !== null) return refused(why);
  return (await insertVersion(db, programme, by, approvedBy)) ? ok(programme) : refused(versionTaken(programme));
}

/** Why a programme could not be published now; null when it could. Nothing is kept. */
export async function whyNotPublished(db: Db, programme: Programme): Promise<PublishRefusal | null> {
  return (await whyNotOnOffer(db, programme)) ?? ((await isVersionTaken(db, programme)) ? versionTaken(programme) : null);
}

async function whyNotOnOffer(db: Db, programme: Programme): Promise<PublishRefusal | null> {
  const known = authoritiesOf(await readCalendarBook(db)).map(({ id }) => id);
  const unknown = programme.assumedTermCalendars.find((calendar) => !known.includes(calendar));
  if (unknown !== undefined) {
    return {
      kind: 'unknown-calendar',
      message: `There is no term calendar "${unknown}" to stand in (assumedTermCalendars).`,
      remedy: `${suggestion(unknown, known)} Others are imported first: chaser calendar import FILE.`,
    };
  }
  const onOffer = await programmeOnOffer(db, programme.id);
  if (!onOffer.ok || onOffer.value.version <= programme.version) return null;
  return {
    kind: 'version-too-old',
    message: `Version ${onOffer.value.version} of ${programme.id} is on offer already, and this is version ${programme.version}.`,
    remedy: `Give it version ${onOffer.value.version + 1}.`,
  };
}

function versionTaken({ id, version }: Programme): PublishRefusal {
  return {
    kind: 'version-taken',
    message: `Version ${version} of ${id} was published before with other content, and deployments may run with it.`,
    remedy: `Give it version ${version + 1}.`,
  };
}

/** When the versions are equal, the published one is used, because deployments run with it. */
function newerOf(shipped: Programme | undefined, published: Programme | undefined): Programme | undefined {
  if (shipped === undefined || published === undefined) return published ?? shipped;
  return shipped.version > published.version ? shipped : published;
}
