import type { Explanation, ExplanationLine } from '../domain/time/due-date.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';

/**
 * Why the due date is what it is. Weekends are mentioned only once, because they would fill the page for a step of four
 * weeks.
 */
export function whyThen(explanation: Explanation): readonly string[] {
  const weekends = explanation.some(isWeekend);
  return [
    ...explanation.filter((line) => line.kind !== 'due' && !isWeekend(line)).map(inPlainWords),
    ...(weekends ? ['Saturdays and Sundays are not counted.'] : []),
  ];
}

/**
 * The same in one line, for a letter: what the last change made of the date, or else how much time is allowed and from when.
 * “Why then: 5 school days after 23 November 2022.” Null when the explanation is silent about both. The whole
 * of it stays a link away.
 */
export function whyThenInOneLine(explanation: Explanation): string | null {
  const changed = explanation.findLast(({ kind }) => kind === 'stopped' || kind === 'extended');
  if (changed !== undefined) return changed.text;
  const allowed = explanation.flatMap(({ text }) => /^Allowed: (.*)\.$/u.exec(text)?.[1] ?? []).at(0);
  const published = explanation.find(({ text }) => text.startsWith('The Department published '));
  if (allowed === undefined || published !== undefined) return published?.text ?? null;
  // “the end of the term” is a day, and nothing is counted to it.
  if (!/^\d/u.test(allowed)) return `Why then: it is ${allowed}.`;
  const from = explanation.find(({ kind }) => kind === 'day-zero')?.on;
  return from === undefined ? `Why then: you have ${allowed}.` : `Why then: ${allowed} after ${longDate(from)}.`;
}

function isWeekend({ kind, text }: ExplanationLine): boolean {
  return kind === 'skipped' && /, (?:Saturday|Sunday)\.$/u.test(text);
}

function inPlainWords({ kind, on, text }: ExplanationLine): string {
  if (kind === 'day-zero' && on !== undefined) return `Counting begins on the day after ${longDateWithWeekday(on)}.`;
  return text;
}
