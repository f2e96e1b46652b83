import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';

/** Ofsted's overall effectiveness: 1 outstanding, 2 good, 3 requires improvement, 4 inadequate. */
export type Grade = 1 | 2 | 3 | 4;

export const GRADES: Readonly<Record<Grade, string>> = { 1: 'Outstanding', 2: 'Good', 3: 'Requires improvement', 4: 'Inadequate' };

/** One inspection that judged the overall effectiveness of a school. */
export type Inspection = {
  readonly urn: string;
  /** The URN under which it was inspected: that of its predecessor, where the judgement was carried over. */
  readonly urnAtTime: string;
  readonly inspectedOn: PlainDate;
  /** Null where the file does not say. */
  readonly publishedOn: PlainDate | null;
  readonly grade: Grade;
};

/**
 * The day from which a judgement is known: when it was published or, where that is not said, when the inspection began. An
 * assumption of ours: the guidance speaks of schools that "receive" a judgement.
 */
export function knownFrom({ publishedOn, inspectedOn }: Inspection): PlainDate {
  return publishedOn ?? inspectedOn;
}

/**
 * The judgements of one school that are known on a day, the oldest inspection first. Two inspections that began on one day
 * count as one: the one that became known later.
 */
export function judgementsKnown(inspections: readonly Inspection[], on: PlainDate): readonly Inspection[] {
  return inspections
    .filter((inspection) => knownFrom(inspection) <= on)
    .toSorted((a, b) => compareText(a.inspectedOn, b.inspectedOn) || compareText(knownFrom(a), knownFrom(b)))
    .filter(({ inspectedOn }, index, all) => all[index + 1]?.inspectedOn !== inspectedOn);
}

/**
 * How many judgements of requires improvement stand at the end of a list, without another between them: good, requires improvement, requires
 * improvement → 2. One of inadequate ends the row.
 */
export function inARow(judgements: readonly Inspection[]): number {
  return judgements.length - 1 - judgements.findLastIndex(({ grade }) => grade !== 3);
}

/** "Requires improvement (inspected 8 March 2022, published 20 April 2022)" */
export function judgementWords({ grade, inspectedOn, publishedOn, urn, urnAtTime }: Inspection): string {
  const published = publishedOn === null ? '' : `, published ${longDate(publishedOn)}`;
  const before = urnAtTime === urn ? '' : `, as URN ${urnAtTime}`;
  return `${GRADES[grade]} (inspected ${longDate(inspectedOn)}${published}${before})`;
}

/** Orders texts, and so ISO dates, by their characters. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
