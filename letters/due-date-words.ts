import type { Explanation, ExplanationLine } from '../domain/time/due-date.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';

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

function isWeekend({ kind, text }: ExplanationLine): boolean {
  return kind === 'skipped' && /, (?:Saturday|Sunday)\.$/u.test(text);
}

function inPlainWords({ kind, on, text }: ExplanationLine): string {
  if (kind === 'day-zero' && on !== undefined) return `Counting begins on the day after ${longDateWithWeekday(on)}.`;
  return text;
}
