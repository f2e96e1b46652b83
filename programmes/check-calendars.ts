import type { Report } from './finding.ts';
import type { ProgrammeDocument } from './schema.ts';
import { suggestion } from './suggestion.ts';

/** Checks that calendars that stand in are among the known ones, by their ids. */
export function checkCalendars({ assumedTermCalendars }: ProgrammeDocument, known: readonly string[], report: Report): void {
  assumedTermCalendars.forEach((id, index) => {
    if (known.includes(id)) return;
    const remedy = `${suggestion(id, known)} Others are imported first: chaser calendar import FILE.`;
    report(['assumedTermCalendars', index], `There is no term calendar "${id}" to stand in`, remedy);
  });
}
