/** A part of a letter's plain text: a heading, or a paragraph of lines. */
export type LetterPart = { readonly heading: boolean; readonly lines: readonly string[] };

/** The length of a line in mail/wrap.ts. */
const WIDTH = 72;

/**
 * The plain text of an e-mail for a page. Underlined lines become headings, and lines that were broken only for their
 * length become one line again. The words stay as they were sent.
 */
export function letterParts(text: string): readonly LetterPart[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const heading = lines.length > 1 && /^(?:=+|-+)$/.test(lines.at(-1) ?? '');
      return { heading, lines: unbroken(heading ? lines.slice(0, -1) : lines) };
    });
}

function unbroken(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let before = '';
  for (const line of lines) {
    const [word = ''] = line.trim().split(' ', 1);
    const wasBroken = before !== '' && !before.startsWith('    ') && before.length + 1 + word.length > WIDTH;
    if (wasBroken) whole.push(`${whole.pop() ?? ''} ${line.trim()}`);
    else whole.push(line.trim());
    before = line;
  }
  return whole;
}
