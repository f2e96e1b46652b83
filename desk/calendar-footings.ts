import { footingOf } from '../calendars/footing.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { calendarUses } from '../postgres/views/calendar-uses.ts';
import type { InScope } from '../postgres/views/place.ts';

/** Dates that end, or have ended, under running deployments. */
export type EndingDates = { readonly whose: string; readonly knownTo: PlainDate; readonly deployments: number };

/** Running deployments whose dates are counted on those of another authority, for their own are not known. */
export type StandingIn = { readonly whose: string; readonly standIns: readonly string[]; readonly deployments: number };

/** What running deployments rest on, for whoever may see them. */
export type Footings = {
  /** Dates that have ended, those first that ended first. */
  readonly ended: readonly EndingDates[];
  /** Dates that end within a year, the first one first. */
  readonly ending: readonly EndingDates[];
  /** By whose terms are wanted, in the order of their names. */
  readonly standingIn: readonly StandingIn[];
  /** How many rest on each calendar by its id: as their authority's own, and as one that stands in. */
  readonly onCalendar: ReadonlyMap<string, { readonly own: number; readonly standingIn: number }>;
};

/** What the running deployments in scope rest on, on a day; of one whose clock was moved on, on the day that it shows. */
export async function readFootings(db: Db, inScope: InScope, today: PlainDate): Promise<Footings> {
  const ends = new Map<string, EndingDates & { readonly state: 'ended' | 'ending' | 'well' }>();
  const standingIn = new Map<string, StandingIn>();
  const onCalendar = new Map<string, { readonly own: number; readonly standingIn: number }>();
  for (const { calendar, today: itsToday, dueBy, deployments } of await calendarUses(db, inScope, today)) {
    const { whose, knownTo, state, own, standIns } = footingOf(calendar, itsToday, dueBy);
    const end = `${state} ${knownTo} ${whose}`;
    ends.set(end, { whose, knownTo, state, deployments: (ends.get(end)?.deployments ?? 0) + deployments });
    if (standIns.length > 0) {
      const names = standIns.map(({ name }) => name);
      const key = JSON.stringify([whose, names]);
      standingIn.set(key, { whose, standIns: names, deployments: (standingIn.get(key)?.deployments ?? 0) + deployments });
    }
    for (const [id, as] of [...(own === null ? [] : [[own, 'own'] as const]), ...standIns.map(({ id }) => [id, 'standingIn'] as const)]) {
      const before = onCalendar.get(id) ?? { own: 0, standingIn: 0 };
      onCalendar.set(id, { ...before, [as]: before[as] + deployments });
    }
  }
  const byEnd = [...ends].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, end]) => end);
  const inState = (wanted: 'ended' | 'ending') =>
    byEnd.filter(({ state }) => state === wanted).map(({ whose, knownTo, deployments }) => ({ whose, knownTo, deployments }));
  return {
    ended: inState('ended'),
    ending: inState('ending'),
    standingIn: [...standingIn.values()].toSorted((one, other) => (one.whose < other.whose ? -1 : 1)),
    onCalendar,
  };
}

/** "The dates of Cumbria ended on 21 July 2028, and 1 running deployment is counted on them." */
export function endInWords({ whose, knownTo, deployments }: EndingDates, verb: 'ended' | 'end'): string {
  return `The dates of ${whose} ${verb} on ${longDate(knownTo)}, and ${counted(deployments)} counted on them.`;
}

/** "1 running deployment of Cumbria is counted on the dates of Sheffield City Council, which stand in for its own." */
export function standingInWords({ whose, standIns, deployments }: StandingIn): string {
  const whoseDates = standIns.join(' and of ');
  return `${counted(deployments, ` of ${whose}`)} counted on the dates of ${whoseDates}, which stand in for its authority’s own.`;
}

function counted(deployments: number, which = ''): string {
  return `${deployments} running ${deployments === 1 ? `deployment${which} is` : `deployments${which} are`}`;
}
