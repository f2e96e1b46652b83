import type { PlainDate } from './plain-date.ts';

/**
 * The days a deployment is counted on: bank holidays of England and Wales and one school's terms.
 * Plain JSON, pinned to a deployment when it starts; `version` is a hash of the content.
 */
export type Calendar = {
  readonly version: string;
  readonly bankHolidays: BankHolidays;
  readonly terms: TermCalendar;
};

/** Bank holidays are known from `knownFrom` to `knownTo`, both inclusive; a question about a day outside is refused. */
export type BankHolidays = {
  readonly knownFrom: PlainDate;
  readonly knownTo: PlainDate;
  readonly days: readonly NamedDay[];
};

export type NamedDay = { readonly on: PlainDate; readonly name: string };

/** The terms of a local authority, or of a single school or trust, in order and with no term missing between them. */
export type TermCalendar = {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /**
   * Set when any of the terms stands in for one that is not known: names the authority whose terms are wanted, in words
   * for people. Each term says itself whether it stands in.
   */
  readonly assumedFor?: string;
  readonly terms: readonly Term[];
  /** Days on which the school is closed inside a term besides half term (INSET, snow). */
  readonly closures: readonly NamedDay[];
};

export type Season = 'autumn' | 'spring' | 'summer';

export type Term = {
  readonly season: Season;
  /** The calendar year the term is named after: "Spring 2023". */
  readonly year: number;
  readonly startsOn: PlainDate;
  readonly endsOn: PlainDate;
  readonly halfTerm?: { readonly startsOn: PlainDate; readonly endsOn: PlainDate };
  /** Set when this term is not the authority's own: the name of the calendar that stands in, in words for people. */
  readonly assumed?: string;
};
