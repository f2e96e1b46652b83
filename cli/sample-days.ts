import type { Calendar } from '../domain/time/calendar.ts';
import { isOpen } from '../domain/time/days.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** One thing that happens to a sample deployment: an answer, or calendar days that pass. */
export type Happening =
  | { readonly days: number }
  | { readonly step: string; readonly answer: string; readonly by?: string; readonly fields?: Readonly<Record<string, string>> };

export type SampleLife = { readonly urn: string; readonly life: readonly Happening[] };

/** What happens at one moment of the sample, in London time. */
export type SampleMoment = {
  readonly on: PlainDate;
  readonly minute: number;
  readonly acts: readonly { readonly urn: string; readonly does: 'start' | Exclude<Happening, { readonly days: number }> }[];
};

/** Deployments start at 09:30, and what is answered later is answered at noon: in the sending hours of every programme. */
const START_MINUTE = 9 * 60 + 30;
const NOON = 12 * 60;
/** The longest life takes 22 days; the days after it are for whoever tries the sample out. */
const QUIET_DAYS = 26;
/** The longest way to the next stretch without a holiday or bank holiday: from the end of spring term into June is 91 days. */
const LOOK_AHEAD_DAYS = 150;

/**
 * The first Monday after today from which every school of the sample is open for almost four weeks: no holiday and no bank holiday stops
 * a request or an answer of the sample's story. Null when the dates that are known end before.
 *
 * On Thursday 30 July 2026 that is Monday 7 September 2026.
 */
export function sampleBegins(nowMs: number, calendars: readonly Calendar[]): PlainDate | null {
  const today = londonDate(nowMs);
  for (let ahead = 1; ahead <= LOOK_AHEAD_DAYS; ahead += 1) {
    const monday = addDays(today, ahead);
    if (weekday(monday) === 1 && isQuiet(monday, calendars)) return monday;
  }
  return null;
}

function isQuiet(monday: PlainDate, calendars: readonly Calendar[]): boolean {
  return Array.from({ length: QUIET_DAYS }, (_, at) => addDays(monday, at))
    .filter((date) => weekday(date) <= 5)
    .every((date) =>
      calendars.every((calendar) => {
        const open = isOpen(calendar, 'school', date);
        return open.ok && open.value;
      }),
    );
}

/**
 * All lives side by side on one clock, moment by moment. The longest begins on `monday`; each of the others begins as late as it can, so
 * that all of them end on the day on which the longest does, at noon.
 */
export function sampleStory(lives: readonly SampleLife[], monday: PlainDate): readonly SampleMoment[] {
  const ends = lives.map(({ life }) => endOf(life, monday)).reduce((one, other) => (other > one ? other : one));
  const acts = lives.flatMap(({ urn, life }) => actsOf(urn, life, latestStart(life, monday, ends)));
  const last = { on: ends, minute: NOON };
  return [...Map.groupBy([...acts, { ...last, urn: '', does: null }], ({ on, minute }) => `${on} ${String(minute).padStart(4, '0')}`)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, together]) => {
      const [first] = together;
      return first === undefined
        ? []
        : [{ on: first.on, minute: first.minute, acts: together.flatMap(({ urn, does }) => (does === null ? [] : [{ urn, does }])) }];
    });
}

function latestStart(life: readonly Happening[], monday: PlainDate, ends: PlainDate): PlainDate {
  let latest = monday;
  for (let date = monday; date <= ends; date = addDays(date, 1)) {
    if (weekday(date) <= 5 && endOf(life, date) <= ends) latest = date;
  }
  return latest;
}

function endOf(life: readonly Happening[], start: PlainDate): PlainDate {
  return life.reduce((on, happening) => ('days' in happening ? afterWeekend(addDays(on, happening.days)) : on), start);
}

function actsOf(urn: string, life: readonly Happening[], start: PlainDate) {
  let on = start;
  let minute = START_MINUTE;
  const acts: { on: PlainDate; minute: number; urn: string; does: SampleMoment['acts'][number]['does'] }[] = [
    { on, minute, urn, does: 'start' },
  ];
  for (const happening of life) {
    if ('days' in happening) [on, minute] = [afterWeekend(addDays(on, happening.days)), NOON];
    else acts.push({ on, minute, urn, does: happening });
  }
  return acts;
}

/** No request leaves on a Saturday or Sunday, and the next answer waits for it. */
function afterWeekend(date: PlainDate): PlainDate {
  return addDays(date, { 6: 2, 7: 1 }[weekday(date)] ?? 0);
}
