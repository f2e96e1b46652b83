import { programmeOnOffer } from '../desk/programmes-on-offer.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import type { Db } from '../postgres/database.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import { listVersions } from '../postgres/pinned/programme-versions.ts';
import type { KeptVersion } from '../postgres/pinned/programme-versions.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import type { ProgrammeRefusal } from '../programmes/load-programmes.ts';
import { isFileName, mustReadProgramme } from './load.ts';
import type { Opened } from './open.ts';
import { EXIT, Fault, usage } from './output.ts';
import { whyWithoutDatabase } from './without-database.ts';

/** A programme, and in one sentence which version it is and where it comes from; null for a file, which is what was named. */
export type ProgrammeAtHand = { readonly programme: Programme; readonly which: string | null };

/** What a command does with the programme, and what to do once the faults of a file are known. */
type Asking = { readonly done: 'played' | 'shown'; readonly remedy: string };

/**
 * The programme of a file; or of an id, in the newest version on offer or in the one that is named. Where no database is at
 * hand it is the one that comes with Chaser, and `which` says why.
 */
export async function programmeAtHand(
  opened: Opened,
  name: string,
  version: number | null,
  { remedy, done }: Asking,
): Promise<ProgrammeAtHand> {
  if (isFileName(name)) {
    if (version === null) return { programme: mustReadProgramme(name, remedy), which: null };
    const message = `${name} is a file, and a file has one version only.`;
    throw usage(message, 'Leave out --version, or give the id of a programme.');
  }
  try {
    return await opened.withDatabase((db) => (version === null ? newest(db, name, done) : ofVersion(db, name, version, done)));
  } catch (error) {
    return withChaser(name, version, whyWithoutDatabase(error), done);
  }
}

async function newest(db: Db, id: string, done: Asking['done']): Promise<ProgrammeAtHand> {
  const onOffer = await programmeOnOffer(db, id);
  if (!onOffer.ok) throw notThere(onOffer.reason);
  const kept = (await listVersions(db, id)).find(({ version }) => version === onOffer.value.version);
  return { programme: onOffer.value, which: sentence(onOffer.value, done, `the newest on offer, ${originOf(kept)}`) };
}

async function ofVersion(db: Db, id: string, version: number, done: Asking['done']): Promise<ProgrammeAtHand> {
  const versions = await listVersions(db, id);
  const kept = versions.find((one) => one.version === version);
  if (kept !== undefined) {
    const programme = await readProgramme(db, id, version);
    return { programme, which: sentence(programme, done, `as it was asked for, ${originOf(kept)}`) };
  }
  const shipped = loadProgramme(id);
  if (shipped.ok && shipped.value.version === version) {
    return { programme: shipped.value, which: sentence(shipped.value, done, `as it was asked for, ${originOf(undefined)}`) };
  }
  const known = [...versions.map((one) => one.version), ...(shipped.ok ? [shipped.value.version] : [])];
  if (known.length === 0) await newest(db, id, done);
  const remedy = `Give one of: ${[...new Set(known)].toSorted((a, b) => a - b).join(', ')}.`;
  throw new Fault({ kind: 'unknown-version', message: `There is no version ${version} of ${id}.`, remedy }, EXIT.usage);
}

function withChaser(id: string, version: number | null, why: string, done: Asking['done']): ProgrammeAtHand {
  const shipped = loadProgramme(id);
  if (!shipped.ok) {
    const { kind, message, remedy } = shipped.reason;
    const found = kind === 'unknown-programme' ? `${message} Those that were published are not looked through, since ${why}.` : message;
    throw notThere({ kind, message: found, remedy });
  }
  if (version !== null && version !== shipped.value.version) {
    const message = `Version ${version} of ${id} is not at hand: version ${shipped.value.version} comes with Chaser, and ${why}.`;
    const remedy = 'Start Chaser with npm start, name its database in DATABASE_URL, or leave out --version.';
    throw new Fault({ kind: 'unknown-version', message, remedy }, EXIT.usage);
  }
  return { programme: shipped.value, which: sentence(shipped.value, done, `the one that comes with Chaser, since ${why}`) };
}

function sentence({ id, version }: Programme, done: Asking['done'], which: string): string {
  return `Version ${version} of ${id} is ${done}: ${which}.`;
}

/** What comes with Chaser is kept, without a publisher, once a deployment has begun with it. */
function originOf(kept: KeptVersion | undefined): string {
  if (kept?.publishedBy == null) return 'which comes with Chaser';
  return `published by ${kept.publishedBy} on ${longDate(londonDate(Date.parse(kept.publishedAt)))}`;
}

function notThere(reason: ProgrammeRefusal): Fault {
  return new Fault(reason, reason.kind === 'unknown-programme' ? EXIT.usage : EXIT.refused);
}

/** The number of `--version`; null where it is left out. */
export function versionAsked(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  const message = `--version cannot be "${text.slice(0, 40)}".`;
  throw usage(message, 'Give a number: --version 2');
}
