import type { PlainDate } from '../time/plain-date.ts';

/** The phases of education as the register names them in `PhaseOfEducation (name)`, the middle-deemed ones among their own. */
export const PHASES = {
  nursery: 'nursery',
  primary: 'primary',
  secondary: 'secondary',
  'all-through': 'all-through',
  '16-plus': '16 plus',
  special: 'special',
  'alternative-provision': 'alternative provision',
} as const;
export type Phase = keyof typeof PHASES;

/** What a leader knows best. The sources ask for "experience" and "expertise" and print no list: the list is ours. */
export const SPECIALISMS = {
  curriculum: 'curriculum and teaching',
  leadership: 'leadership and governance',
  strategy: 'improvement strategy',
  behaviour: 'behaviour and attendance',
  send: 'special educational needs',
  'early-reading': 'early reading',
  mathematics: 'mathematics',
  workforce: 'workload, recruitment and retention',
  'pupil-premium': 'pupil premium',
  finance: 'finance',
} as const;
export type Specialism = keyof typeof SPECIALISMS;

/** Schools like those that a leader has led (evaluation 2019 to 2020: small rural schools were dissatisfied with their match). */
export const CONTEXTS = {
  rural: 'rural',
  urban: 'urban',
  small: 'small',
  large: 'large',
  faith: 'faith',
  disadvantaged: 'disadvantaged',
} as const;
export type Context = keyof typeof CONTEXTS;

export const DESIGNATIONS = {
  ceo: 'chief executive of a trust',
  nle: 'national leader of education',
  nlg: 'national leader of governance',
} as const;
export type Designation = keyof typeof DESIGNATIONS;

/** What is known of a system leader. Stored as it is, a new line for each change. */
export type LeaderProfile = {
  /** URNs of the schools that they lead, from which distances are measured. */
  readonly homeSchools: readonly string[];
  /** The code of their trust in the register; null for none. */
  readonly homeTrust: string | null;
  readonly phases: readonly Phase[];
  readonly specialisms: readonly Specialism[];
  readonly contexts: readonly Context[];
  readonly designations: readonly Designation[];
  /** The day on which they were trained for the offer; null: not yet. */
  readonly trainedOn: PlainDate | null;
  /** Days that they offer in one term; half days count. */
  readonly daysATerm: number;
  /** How far they will travel, in miles; null: they set no limit. */
  readonly furthestMiles: number | null;
  /** The regions in which they will work; none: any. */
  readonly regions: readonly string[];
  /** The first and last day of an absence, both inclusive; null: none. */
  readonly away: { readonly from: PlainDate; readonly until: PlainDate } | null;
};

const REGISTER_PHASES: Readonly<Record<string, Phase>> = {
  nursery: 'nursery',
  primary: 'primary',
  'middle deemed primary': 'primary',
  secondary: 'secondary',
  'middle deemed secondary': 'secondary',
  'all-through': 'all-through',
  '16 plus': '16-plus',
};

/**
 * The phase of a school. The register says "Not applicable" of the phase of special schools and of alternative provision, so their
 * type decides. Null where neither tells.
 */
export function phaseOf({ phase, type }: { readonly phase: string | null; readonly type: string | null }): Phase | null {
  const kind = (type ?? '').toLowerCase();
  if (kind.includes('special')) return 'special';
  if (kind.includes('alternative provision') || kind.includes('pupil referral')) return 'alternative-provision';
  return REGISTER_PHASES[(phase ?? '').toLowerCase()] ?? null;
}

/** "Rural village", "(England/Wales) Rural town and fringe" → rural; "Urban major conurbation" → urban; null where it says neither. */
export function surroundingsOf(urbanRural: string | null): 'rural' | 'urban' | null {
  return /\brural\b/i.test(urbanRural ?? '') ? 'rural' : /\burban\b/i.test(urbanRural ?? '') ? 'urban' : null;
}
