/** How many columns a line of text has at most. */
export const WIDTH = 72;

/**
 * Breaks long lines at spaces, at 72 columns. What follows in a list item stands under its first word. A line that
 * begins with four spaces is to be copied as it stands, and a word that is too long stands on a line of its own.
 */
export function wrapText(text: string): string {
  return text.split('\n').map(wrapLine).join('\n');
}

function wrapLine(line: string): string {
  if (line.length <= WIDTH || line.startsWith('    ')) return line;
  const lead = /^ *(?:- )?/.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let current = '';
  for (const word of line.slice(lead.length).split(' ')) {
    if (current !== '' && lead.length + current.length + 1 + word.length > WIDTH) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current].map((part, index) => (index === 0 ? lead : indent) + part).join('\n');
}
