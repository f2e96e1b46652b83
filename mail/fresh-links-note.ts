import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { oneLine } from './clean-text.ts';
import { renderParts } from './render.ts';

/** One thing that is asked, with its link. */
export type FreshLink = { readonly title: string; readonly subject: string; readonly dueOn: PlainDate; readonly url: string };

/** The e-mail with a link to each thing that is asked of somebody, for whoever has only a link that is spent. */
export function freshLinksNote(note: { readonly name: string; readonly links: readonly FreshLink[] }): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const subject = note.links.length === 1 ? 'Your link to answer' : 'Your links to answer';
  const links = note.links.map(({ title, subject: of, dueOn, url }) => ({
    what: `${oneLine(title)}: ${oneLine(of)}`,
    due: longDateWithWeekday(dueOn),
    url,
  }));
  return { subject, ...renderParts('fresh-links', { subject, name: oneLine(note.name), links }) };
}
