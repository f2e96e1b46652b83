import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { KeptProposal } from '../../postgres/pinned/proposals.ts';

/** What waits for a second person, as a list shows it. */
export function proposalLines(proposals: readonly KeptProposal[], hrefOf: (number: number) => string) {
  return proposals.map(({ number, title, byName, proposedAt }) => ({
    href: hrefOf(number),
    title,
    byName,
    on: longDate(londonDate(Date.parse(proposedAt))),
  }));
}
