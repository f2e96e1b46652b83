import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { judgementsKnown, judgementWords, knownFrom } from './judgements.ts';
import type { Inspection } from './judgements.ts';
import type { AsOf, KnownSchool } from './schools.ts';

/** Why a school counts for nothing on the day: closed, or not open yet. Undefined when it is open. */
export function whyNotOpen(known: AsOf, school: KnownSchool): string | undefined {
  if (known.isOpen(school)) return undefined;
  const { openedOn, closedOn } = school;
  if (openedOn !== null && openedOn > known.on) return `It was not open yet on ${longDate(known.on)}: it opens on ${longDate(openedOn)}.`;
  return closedOn === null ? `It is not open (${school.status}).` : `It closed on ${longDate(closedOn)}.`;
}

/**
 * Why a school is not offered support itself, whatever its judgements: only schools maintained by an authority, single-academy trusts and empty
 * MATs are (guidance 2021 to 2022, "Eligibility"; guidance 2022 to 2023, "Key principles"). Undefined when it stands alone.
 */
export function whyNotStandalone(known: AsOf, school: KnownSchool): string | undefined {
  const closed = whyNotOpen(known, school);
  if (closed !== undefined) return closed;
  const kind = known.kindOf(school);
  if (kind === 'other') return 'It is neither maintained by a local authority nor an academy.';
  if (kind !== 'in-mat') return undefined;
  return `It is in ${known.nameOfTrust(known.trustOf(school)?.trust ?? '')}: support is offered to the trust.`;
}

/** The judgements of requires improvement that became known from a day on, by the day of which is asked. */
export function foundInYear(known: AsOf, urn: string, from: PlainDate, to: PlainDate): readonly Inspection[] {
  return judgementsKnown(known.inspectionsOf(urn), known.on).filter(
    (judgement) => judgement.grade === 3 && knownFrom(judgement) >= from && knownFrom(judgement) <= to,
  );
}

/** "Its latest judgement is Good (inspected …)", or that there is none. */
export function latestWords(known: AsOf, urn: string): string {
  const latest = judgementsKnown(known.inspectionsOf(urn), known.on).at(-1);
  return latest === undefined ? 'No judgement of it is known.' : `Its latest judgement is ${judgementWords(latest)}.`;
}

/** What became of it since: " It has been judged again since: Good (inspected …)." Empty when nothing did. */
export function sinceWords(known: AsOf, urn: string, last: Inspection): string {
  const latest = judgementsKnown(known.inspectionsOf(urn), known.on).at(-1);
  return latest === undefined || latest === last ? '' : ` It has been judged again since: ${judgementWords(latest)}.`;
}
