import type { ComposedEmail } from '../activities/ports.ts';
import { domainOf } from './addresses.ts';
import { oneLine } from './clean-text.ts';
import { WIDTH } from './wrap.ts';

/**
 * A letter in the terms of GOV.UK Notify, which makes its own HTML from text with some signs of Markdown: headings begin with
 * "#" or "##", list items with "* ". Lines that were wrapped are joined again. What people wrote makes no heading, no box and no link
 * with other words than its address. What a mail server would have carried beside the text stands below it: where the due dates
 * are as calendar entries, and whom a reply does not reach.
 */
export function notifyBody(email: Pick<ComposedEmail, 'text' | 'attachments' | 'calendarLinks' | 'replyTo'>): string {
  return [markdownOf(email.text), ...besides(email)].join('\n\n');
}

function besides({ attachments, calendarLinks = [], replyTo }: Parameters<typeof notifyBody>[0]): readonly string[] {
  const untold = attachments.filter(({ contentType }) => calendarLinks.length === 0 || contentType.includes('method=CANCEL'));
  const name = oneLine(replyTo.name);
  return [
    ...calendarLinks.map(({ title, link }) => `Put the due date of “${plain(oneLine(title))}” into your calendar: ${link}`),
    ...(untold.length === 0
      ? []
      : ['This e-mail cannot change your calendar. If you have put in a due date that has moved or is over, please change it there.']),
    ...(domainOf(replyTo.address) === null
      ? []
      : [`A reply to this e-mail goes to the shared mailbox of this service. To write to ${plain(name)} alone: ${replyTo.address}`]),
  ];
}

function markdownOf(text: string): string {
  const lines = text.trim().split('\n');
  const made: string[] = [];
  let before = '';
  for (const [index, line] of lines.entries()) {
    const heading = headingOf(lines[index + 1] ?? '');
    if (isRule(line) && before !== '' && !isRule(before)) {
      // The signs under a heading, which has been made one already.
    } else if (heading !== null && line.trim() !== '' && !isRule(line)) {
      made.push(`${heading} ${plain(line.trim())}`);
    } else if (goesOn(before, line)) {
      made.push(`${made.pop() ?? ''} ${plain(line.trim())}`);
    } else {
      const item = /^ *- (.*)$/u.exec(line);
      made.push(item ? `* ${plain(item[1] ?? '')}` : isRule(line) ? '' : plain(line.trim()));
    }
    before = line;
  }
  return made.join('\n').replace(/\n{3,}/gu, '\n\n');
}

/** A line of nothing but "=" or "-". */
function isRule(line: string): boolean {
  return /^(?:={3,}|-{3,})$/u.test(line);
}

/** What makes a heading of the line above these signs. */
function headingOf(signs: string): '#' | '##' | null {
  if (!isRule(signs)) return null;
  return signs.startsWith('=') ? '#' : '##';
}

/** Whether a line is the rest of the one before, which was broken because its first word did not fit there. */
function goesOn(before: string, line: string): boolean {
  if (before.trim() === '' || line.trim() === '' || isRule(before) || /^ *- /u.test(line) || before.startsWith('    ')) return false;
  const [word = ''] = line.trimStart().split(' ');
  return before.length + 1 + word.length > WIDTH;
}

/** Words of people: "[here](https://…)" is no link, and "#", "^" or "*" at the beginning of a line makes nothing of it. */
function plain(words: string): string {
  return words.replaceAll('](', '] (').replace(/^(?=[#^*>])/u, '\\');
}
