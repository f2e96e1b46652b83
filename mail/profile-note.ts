import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { oneLine } from './clean-text.ts';
import { renderParts } from './render.ts';

/** A line of a profile: "Days offered in a term", "6". */
export type ProfileLine = { readonly key: string; readonly value: string };

/** The e-mail that asks a system leader whether what is known of them is still right. It is the same again, with another subject, as a reminder. */
export function profileNote(asked: {
  readonly name: string;
  readonly term: string;
  readonly until: PlainDate;
  readonly reminder: boolean;
  readonly lines: readonly ProfileLine[];
  readonly url: string;
}): { readonly subject: string; readonly text: string; readonly html: string } {
  const subject = `${asked.reminder ? 'Reminder: is' : 'Is'} your profile still right for ${asked.term}?`;
  return {
    subject,
    ...renderParts('profile', {
      subject,
      name: oneLine(asked.name),
      term: asked.term,
      until: longDateWithWeekday(asked.until),
      reminder: asked.reminder,
      lines: asked.lines.map(({ key, value }) => ({ key, value: oneLine(value) })),
      url: asked.url,
    }),
  };
}
