import type { DigestWords } from '../letters/digest-words.ts';
import { oneLine } from './clean-text.ts';
import { renderParts } from './render.ts';

/** The summary of a week as an e-mail, in text and HTML that say the same. Its links lead to pages that ask to sign in. */
export function digestNote(
  { subject, name, sections }: DigestWords,
  publicUrl: string,
): { readonly subject: string; readonly text: string; readonly html: string } {
  return {
    subject,
    ...renderParts('weekly', {
      subject,
      name: oneLine(name),
      sections: sections.map(({ heading, lines, more }) => ({
        heading,
        more,
        lines: lines.map((line) => ({
          subject: oneLine(line.subject),
          text: oneLine(line.text),
          href: `${publicUrl}/deployments/${encodeURIComponent(line.reference)}`,
        })),
      })),
      today: `${publicUrl}/`,
      choose: `${publicUrl}/your-e-mails`,
    }),
  };
}
