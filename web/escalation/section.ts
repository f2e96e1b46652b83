import type { Calendar } from '../../domain/time/calendar.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import type { EscalationLine } from '../../postgres/views/escalations.ts';
import { lowerFirst, ordinal } from '../../domain/words.ts';
import { titleOf } from '../../letters/teller.ts';
import { escalationTag, promiseWords } from './tags.ts';
import { escalationUrl } from './urls.ts';

/** The escalations of a deployment as a section of its page: who has each, since when, and what was promised. */
export function escalationLines(
  reference: string,
  escalations: readonly EscalationLine[],
  { programme, calendar, now }: { readonly programme: Programme; readonly calendar: Calendar; readonly now: string },
) {
  return escalations.map((escalation) => {
    const { step, round, person, role, since, turn, closedAt, outcome } = escalation;
    const dayOf = (at: string) => longDate(londonDate(Date.parse(at)));
    const who =
      person === null
        ? `Nobody holds the role to which it goes, ${titleOf(programme, role)}`
        : `With ${person} (${titleOf(programme, role)})`;
    return {
      title: `${programme.steps[step]?.title ?? step}${round > 1 ? `, round ${round}` : ''}`,
      text:
        closedAt === null
          ? `${who} since ${dayOf(since)}${turn > 1 ? `, the ${ordinal(turn)} time that somebody was asked` : ''}.`
          : `It ended on ${dayOf(closedAt)}${outcome === null ? '' : `: ${lowerFirst(outcome)}${outcome.endsWith('.') ? '' : '.'}`}`,
      promise: closedAt === null ? promiseWords(escalation) : null,
      tag:
        closedAt === null ? escalationTag(escalation, calendar, londonDate(Date.parse(now))) : { text: 'Over', classes: 'govuk-tag--grey' },
      href: escalationUrl({ reference, step, round }),
    };
  });
}
