import { CONTEXTS, DESIGNATIONS, PHASES, SPECIALISMS } from '../../domain/matching/profile.ts';
import type { LeaderProfile } from '../../domain/matching/profile.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { capitalised, inWords } from '../../domain/words.ts';
import { REGIONS } from '../../register/regions.ts';
import type { LeaderLine } from '../../postgres/views/leaders.ts';
import type { ProfileColumn, ProfileFault } from '../../register/leader-row.ts';
import { ticked, typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';

type FieldKind = 'text' | 'choices' | 'date' | 'number';
type FieldShape = {
  readonly name: ProfileColumn;
  readonly kind: FieldKind;
  readonly label: string;
  readonly hint: string | null;
  readonly options: readonly { readonly value: string; readonly text: string }[];
};

const FIELDS: readonly FieldShape[] = [
  line('home_schools', 'text', 'Schools that they lead', 'URNs, separated by semicolons. Distances are measured from them.'),
  line('home_trust', 'text', 'Trust that they lead', 'Its number in the register, for example 99001. Leave it empty for none.'),
  choices('designations', 'Designations', DESIGNATIONS),
  choices('phases', 'Phases in which they have worked', PHASES),
  choices('specialisms', 'What they know best', SPECIALISMS),
  choices('contexts', 'Kinds of school that they have led', CONTEXTS),
  line(
    'trained_on',
    'date',
    'When they were trained for the offer',
    'Leave it empty if they are not trained yet. They cannot be asked before.',
  ),
  line('days_a_term', 'number', 'Days that they offer in a term', 'Whole or half days.'),
  line('furthest_miles', 'number', 'How far they travel, in miles', 'Leave it empty for no limit.'),
  {
    name: 'regions',
    kind: 'choices',
    label: 'Regions in which they will work',
    hint: 'Leave all of them empty for any region.',
    options: REGIONS.map((region) => ({ value: region, text: region })),
  },
  line('away_from', 'date', 'First day of an absence', null),
  line('away_until', 'date', 'Last day of that absence', null),
];

function line(name: ProfileColumn, kind: FieldKind, label: string, hint: string | null): FieldShape {
  return { name, kind, label, hint, options: [] };
}

function choices(name: ProfileColumn, label: string, words: Readonly<Record<string, string>>): FieldShape {
  return {
    ...line(name, 'choices', label, null),
    options: Object.entries(words).map(([value, text]) => ({ value, text: capitalised(text) })),
  };
}

/** What was sent, as a file would say it. */
export function cellOf(body: FormBody, column: ProfileColumn): string {
  switch (FIELDS.find(({ name }) => name === column)?.kind) {
    case 'choices':
      return ticked(body, column).join(';');
    case 'date':
      return typedDate(body, column);
    default:
      return typed(body, column);
  }
}

/** A profile as the form would send it. */
export function bodyOf(profile: LeaderProfile): FormBody {
  return {
    home_schools: profile.homeSchools.join('; '),
    home_trust: profile.homeTrust ?? '',
    designations: profile.designations,
    phases: profile.phases,
    specialisms: profile.specialisms,
    contexts: profile.contexts,
    days_a_term: String(profile.daysATerm),
    furthest_miles: profile.furthestMiles === null ? '' : String(profile.furthestMiles),
    regions: profile.regions,
    ...dateParts('trained_on', profile.trainedOn),
    ...dateParts('away_from', profile.away?.from ?? null),
    ...dateParts('away_until', profile.away?.until ?? null),
  };
}

function dateParts(name: string, on: string | null): FormBody {
  const [year = '', month = '', day = ''] = on?.split('-') ?? [];
  return { [`${name}-day`]: String(Number(day) || ''), [`${name}-month`]: String(Number(month) || ''), [`${name}-year`]: year };
}

/** The fields of the form for shared/answer-fields.njk, with what was sent and what is wrong with it. */
export function profileFields(body: FormBody, faults: readonly ProfileFault[]) {
  return FIELDS.map((field) => ({
    ...field,
    value: typed(body, field.name),
    values: ticked(body, field.name),
    day: typed(body, `${field.name}-day`),
    month: typed(body, `${field.name}-month`),
    year: typed(body, `${field.name}-year`),
    error: faults.filter(({ column }) => column === field.name).map(faultWords)[0] ?? null,
    whole: field.name === 'furthest_miles',
  }));
}

/** The mistakes for the summary at the top of the page, each leading to its input. */
export function profileErrors(faults: readonly ProfileFault[]) {
  return faults.map((fault) => {
    const kind = FIELDS.find(({ name }) => name === fault.column)?.kind;
    return { text: faultWords(fault), href: `#${fault.column}${kind === 'date' ? '-day' : ''}` };
  });
}

function faultWords({ message, remedy }: ProfileFault): string {
  return `${message} ${remedy}`;
}

/** A profile in lines of words, for a summary list. */
export function profileLines(
  profile: LeaderProfile,
  homes: readonly { readonly urn: string; readonly name: string }[],
  trust: string | null,
) {
  const named = profile.homeSchools.map((urn) => homes.find((home) => home.urn === urn)?.name ?? `${urn} (not in the register)`);
  const words = <T extends string>(ids: readonly T[], of: Readonly<Record<T, string>>) =>
    ids.length === 0 ? 'None given' : capitalised(inWords(ids.map((id) => of[id])));
  return [
    ['Schools that they lead', named.length === 0 ? 'None given, so distances are unknown' : inWords(named)],
    ['Trust', profile.homeTrust === null ? 'None' : (trust ?? `${profile.homeTrust} (not in the register)`)],
    ['Designations', words(profile.designations, DESIGNATIONS)],
    ['Phases', words(profile.phases, PHASES)],
    ['What they know best', words(profile.specialisms, SPECIALISMS)],
    ['Kinds of school led', words(profile.contexts, CONTEXTS)],
    ['Trained', profile.trainedOn === null ? 'Not yet' : longDate(profile.trainedOn)],
    ['Days offered in a term', String(profile.daysATerm)],
    ['How far', profile.furthestMiles === null ? 'No limit' : `${profile.furthestMiles} miles`],
    ['Regions', profile.regions.length === 0 ? 'Any' : inWords(profile.regions)],
    ['Away', profile.away === null ? 'No' : `${longDate(profile.away.from)} to ${longDate(profile.away.until)}`],
  ].map(([key = '', value = '']) => ({ key, value }));
}

/** What leaders themselves change when they are asked to confirm their profile: what they offer, and where and when. */
const OWN_LABELS: Readonly<Partial<Record<ProfileColumn, string>>> = {
  days_a_term: 'Days that you offer in a term',
  furthest_miles: 'How far you travel, in miles',
  regions: 'Regions in which you will work',
  away_from: 'First day of an absence',
  away_until: 'Last day of that absence',
};

/** Whether a leader may change it without a coordinator. */
export function isOwn(column: ProfileColumn): boolean {
  return column in OWN_LABELS;
}

/** The fields that leaders change themselves, with what was sent and what is wrong with it. */
export function ownFields(body: FormBody, faults: readonly ProfileFault[]) {
  return profileFields(body, faults)
    .filter(({ name }) => isOwn(name))
    .map((field) => ({ ...field, label: OWN_LABELS[field.name] }));
}

/** What a leader is asked to confirm, in lines of words. */
export function shortLines({ profile, homes, homeTrustName }: LeaderLine) {
  const asked = ['Schools that they lead', 'Phases', 'What they know best', 'Days offered in a term', 'How far', 'Regions', 'Away'];
  return profileLines(profile, homes, homeTrustName)
    .filter(({ key }) => asked.includes(key))
    .map(({ key, value }) => ({ key: key.replace('that they lead', 'that you lead').replace('they know', 'you know'), value }));
}
