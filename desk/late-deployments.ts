import type { PlainDate } from '../domain/time/plain-date.ts';
import { readCalendar, readProgramme } from '../postgres/pinned/pinned.ts';
import type { Db } from '../postgres/database.ts';
import { latenessOf } from '../domain/chronology/lateness.ts';
import type { Lateness } from '../domain/chronology/lateness.ts';

/** A deployment with its step that has been late longest; null where none is late by a running clock. */
type Found = {
  readonly programme: string;
  readonly programmeVersion: number;
  readonly calendarVersion: string;
  readonly late: { readonly step: string; readonly dueOn: PlainDate } | null;
  readonly today: PlainDate;
};

/** How late a deployment is, in the days that its late step is counted in; null where it is not. */
export async function latenessOfDeployment(db: Db, found: Found): Promise<Lateness | null> {
  const { late, today } = found;
  if (late === null) return null;
  const programme = await readProgramme(db, found.programme, found.programmeVersion);
  return latenessOf(programme, await readCalendar(db, found.calendarVersion), late.step, late.dueOn, today);
}
