import { CONTEXTS, DESIGNATIONS, PHASES, SPECIALISMS } from '../domain/matching/profile.ts';
import type { LeaderProfile } from '../domain/matching/profile.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { withoutBlanks } from './clean-text.ts';
import { readRegisterDate } from './register-date.ts';
import { REGIONS, regionNamed } from './regions.ts';

/** What a file says of a leader besides their id, and what the page asks for, under the same names. */
export const PROFILE_COLUMNS = [
  'home_schools',
  'home_trust',
  'phases',
  'specialisms',
  'contexts',
  'designations',
  'trained_on',
  'days_a_term',
  'furthest_miles',
  'regions',
  'away_from',
  'away_until',
] as const;
export type ProfileColumn = (typeof PROFILE_COLUMNS)[number];

/** `taken`: the value was stored all the same, but somebody should know. */
export type ProfileFault = { readonly column: ProfileColumn; readonly message: string; readonly remedy: string; readonly taken: boolean };

/** A leader of whom nothing is known but who they are: untrained, and offering no days. */
const NOTHING_KNOWN: LeaderProfile = {
  homeSchools: [],
  homeTrust: null,
  phases: [],
  specialisms: [],
  contexts: [],
  designations: [],
  trainedOn: null,
  daysATerm: 0,
  furthestMiles: null,
  regions: [],
  away: null,
};

/** More days than a term has. */
const MOST_DAYS = 90;
/** Longer than any way in England. */
const MOST_MILES = 500;

/**
 * Reads what is known of a leader. Several values stand in one cell, separated by semicolons. A column that the file does not have
 * (`cell` answers undefined) keeps what was known before. With a fault that is not `taken` the
 * profile must not be stored.
 */
export function readProfile(
  cell: (column: ProfileColumn) => string | undefined,
  before: LeaderProfile = NOTHING_KNOWN,
): { readonly profile: LeaderProfile; readonly faults: readonly ProfileFault[] } {
  const faults: ProfileFault[] = [];
  const fault = (column: ProfileColumn, message: string, remedy: string, taken = false) =>
    void faults.push({ column, message, remedy, taken });
  const read = <T>(column: ProfileColumn, known: T, of: (said: string) => T): T => {
    const said = cell(column);
    return said === undefined ? known : of(withoutBlanks(said));
  };
  const list = <T extends string>(column: ProfileColumn, known: readonly T[], one: (said: string) => T | undefined, remedy: string) =>
    read(column, known, (said): readonly T[] => {
      const parts = said.split(';').flatMap((part) => withoutBlanks(part) || []);
      const unknown = parts.filter((part) => one(part) === undefined);
      for (const part of unknown) fault(column, `"${part.slice(0, 40)}" is not known.`, remedy);
      return [...new Set(parts.flatMap((part) => one(part) ?? []))];
    });
  const chosen = <T extends string>(column: ProfileColumn, known: readonly T[], words: Readonly<Record<T, string>>) => {
    const all = Object.keys(words) as T[];
    return list(column, known, (said) => all.find((id) => id === said.toLowerCase()), `Use some of: ${all.join('; ')}.`);
  };
  const number = <T extends number | null>(column: ProfileColumn, known: T, none: T, most: number, halves: boolean): number | T =>
    read<number | T>(column, known, (said) => {
      if (said === '') return none;
      const value = Number(said);
      const whole = halves ? value * 2 : value;
      if (/^\d{1,4}(?:\.\d)?$/.test(said) && Number.isInteger(whole) && value <= most) return value;
      fault(
        column,
        `"${said.slice(0, 40)}" is not a number from 0 to ${most}.`,
        halves ? 'Give whole or half days, for example 6 or 2.5.' : 'Give whole miles, for example 40.',
      );
      return none;
    });
  const date = (column: ProfileColumn, known: PlainDate | null): PlainDate | null =>
    read(column, known, (said) => {
      if (said === '') return null;
      const given = readRegisterDate(said);
      const remedy = 'Write it as day, month, year: 25-11-2022.';
      if (given === undefined) fault(column, `"${said.slice(0, 40)}" is not a date.`, remedy);
      else if (given.assumed) fault(column, `"${said.slice(0, 40)}" was read as ${longDate(given.on)}, the day first.`, remedy, true);
      return given?.on ?? null;
    });

  const [from, until] = [date('away_from', before.away?.from ?? null), date('away_until', before.away?.until ?? null)];
  const halfGiven = (from === null) !== (until === null) && !faults.some(({ column, taken }) => column.startsWith('away') && !taken);
  if (halfGiven) {
    fault(
      from === null ? 'away_from' : 'away_until',
      'Only one day of the absence is given.',
      'Give its first and its last day, or neither.',
    );
  }
  if (from !== null && until !== null && until < from) fault('away_until', 'The absence ends before it begins.', 'Give its last day.');
  const profile: LeaderProfile = {
    homeSchools: list(
      'home_schools',
      before.homeSchools,
      (said) => (/^[1-9]\d{5}$/.test(said) ? said : undefined),
      'A URN is a number of six digits; separate several by semicolons.',
    ),
    homeTrust: read('home_trust', before.homeTrust, (said) => {
      if (said === '' || /^[\w-]{1,20}$/.test(said)) return said || null;
      fault('home_trust', `"${said.slice(0, 40)}" is not the code of a trust.`, 'Give the number that the register has for the trust.');
      return null;
    }),
    phases: chosen('phases', before.phases, PHASES),
    specialisms: chosen('specialisms', before.specialisms, SPECIALISMS),
    contexts: chosen('contexts', before.contexts, CONTEXTS),
    designations: chosen('designations', before.designations, DESIGNATIONS),
    trainedOn: date('trained_on', before.trainedOn),
    daysATerm: number('days_a_term', before.daysATerm, 0, MOST_DAYS, true),
    furthestMiles: number('furthest_miles', before.furthestMiles, null, MOST_MILES, false),
    regions: list('regions', before.regions, regionNamed, `Use some of: ${REGIONS.join('; ')}.`),
    away: from === null || until === null ? null : { from, until },
  };
  return { profile, faults };
}
