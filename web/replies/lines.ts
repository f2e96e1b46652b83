import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { IncomingEmail } from '../../postgres/views/incoming.ts';
import { urls } from '../shared/urls.ts';
import { anotherWriter, backWords, firstWords, headingOf, proposalsOf } from './view.ts';

/** An e-mail that came in as a line of a deployment's page, with what may be done about it. */
type IncomingLine = { readonly text: string; readonly links: readonly { readonly text: string; readonly href: string }[] };

/** Replies that nobody has dealt with, and who is away today by their last automatic reply. Everything else stands in what happened. */
export function incomingLines(
  emails: readonly IncomingEmail[],
  { mayRead, mayChange, today }: { readonly mayRead: boolean; readonly mayChange: boolean; readonly today: PlainDate },
): readonly IncomingLine[] {
  const replies = emails.filter(({ kind, done }) => kind === 'person' && done === null);
  const away = emails.filter(({ kind, facts }) => kind === 'automatic' && (facts.returnsOn ?? today) > today);
  const lastOfEach = [...new Map(away.toReversed().map((email) => [email.from.address, email])).values()];
  return [
    ...replies.map((email) => ({
      text: [`${headingOf(email)} on ${longDate(londonDate(Date.parse(email.at)))}: “${firstWords(email)}”`, anotherWriter(email) ?? '']
        .join(' ')
        .trim(),
      links: mayRead ? [{ text: 'Read it, and record it if it answers', href: urls.reply(email.id) }] : [],
    })),
    ...lastOfEach.map((email) => ({
      text: backWords(email) ?? '',
      links: [
        ...(mayRead ? [{ text: 'Read the automatic reply', href: urls.reply(email.id) }] : []),
        ...(mayChange ? proposalsOf(email) : []),
      ],
    })),
  ];
}
