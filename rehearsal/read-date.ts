import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Path, Report } from '../programmes/finding.ts';

/**
 * The day at a path of a scenario. When there is no valid day, reports a finding and answers a day that must not be
 * used.
 */
export function readDate(text: string, path: Path, report: Report): PlainDate {
  const date = parsePlainDate(text);
  if (date === undefined) report(path, `There is no day ${text}`, 'Write a day as 2022-12-05.');
  return date ?? ('2000-01-01' as PlainDate);
}
