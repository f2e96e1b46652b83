/**
 * What is counted of logs of deployments. It asks the database for nothing, and what it is told and what it tells is data alone: it is done in the thread
 * that asks, or in threads beside it (threads.ts).
 */
import type { EventsAskedFor } from '../../domain/measures/asked-events.ts';
import { beginCountingForms, formsOf } from '../../domain/measures/forms-returned.ts';
import type { CountedForms } from '../../domain/measures/forms-returned.ts';
import type { Measure, Stratum } from '../../domain/measures/evaluation.ts';
import { knownLife } from '../../domain/measures/known-life.ts';
import type { Reading } from '../../domain/measures/known-life.ts';
import { beginCounting, notRead } from '../../domain/measures/report.ts';
import type { CountedMeasure, MeasuredLife } from '../../domain/measures/report.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { leaderAsKept } from '../views/kept-leaders.ts';
import type { KeptLeaders } from '../views/kept-leaders.ts';
import { askedEvents } from '../views/logged-events.ts';
import { lifeIn } from '../views/logged-deployment.ts';
import type { LoggedDeployment } from '../views/logged-deployment.ts';

export type MeasureJob = Reading & {
  readonly kind: 'measure';
  readonly events: EventsAskedFor;
  readonly measure: Measure;
  readonly by: Stratum;
  /** What is kept of leaders; null where the measure does not ask for it. */
  readonly leaders: KeptLeaders | null;
};
export type FormsJob = {
  readonly kind: 'forms';
  readonly events: EventsAskedFor;
  /** The versions of one programme, the newest last. */
  readonly versions: readonly Programme[];
  readonly asOf: PlainDate;
};
export type CountingJob = MeasureJob | FormsJob;
export type CountedOf<J extends CountingJob> = J extends MeasureJob ? CountedMeasure : CountedForms;

export type Counter = {
  /** Counts deployments. Returns the calendars that some of them are counted by and nobody has told of: those wait until somebody does. */
  readonly add: (some: readonly LoggedDeployment[]) => readonly string[];
  readonly tellOf: (calendars: readonly Calendar[]) => void;
  readonly counted: () => CountedMeasure | CountedForms;
};

export function beginJob(job: CountingJob): Counter {
  return job.kind === 'measure' ? measureCounter(job) : formsCounter(job);
}

function measureCounter({ events, measure, by, asOf, knownAt, leaders }: MeasureJob): Counter {
  const asked = askedEvents(events);
  const calendars = new Map<string, Calendar>();
  const times = measure.parts.some(({ kind }) => kind === 'time');
  const counting = beginCounting({
    measure,
    by,
    asOf,
    calendarOf: (version) => calendars.get(version) ?? notRead(version),
  });
  const leaderOn = leaders === null ? null : leaderAsKept(leaders);
  let waiting: MeasuredLife[] = [];
  return {
    add(some) {
      const missing = new Set<string>();
      for (const row of some) {
        const { school, urn, trust, events: logged } = lifeIn(row, asked);
        const life = knownLife(logged, { asOf, knownAt });
        if (life === null) continue;
        const one: MeasuredLife = { life, school, leaderOn: (person, on) => leaderOn?.(person, { urn, trust }, on) ?? null };
        if (!times || calendars.has(life.calendarVersion)) {
          counting.add(one);
        } else {
          waiting.push(one);
          missing.add(life.calendarVersion);
        }
      }
      return [...missing];
    },
    tellOf(told) {
      for (const calendar of told) calendars.set(calendar.version, calendar);
      const ready = Map.groupBy(waiting, ({ life }) => calendars.has(life.calendarVersion));
      waiting = ready.get(false) ?? [];
      for (const one of ready.get(true) ?? []) counting.add(one);
    },
    counted() {
      if (waiting.length > 0) throw new Error(`Calendars of ${waiting.length} deployments were not read.`);
      return counting.counted();
    },
  };
}

function formsCounter({ events, versions, asOf }: FormsJob): Counter {
  const asked = askedEvents(events);
  const counting = beginCountingForms(formsOf(versions), asOf);
  const versionOf = new Map(versions.map((programme) => [programme.version, programme]));
  return {
    add(some) {
      for (const row of some) {
        const { events: logged, school } = lifeIn(row, asked);
        const [began] = logged;
        const programme = began?.type === 'deployment-began' ? versionOf.get(began.programme.version) : undefined;
        // A deployment that began since the versions were listed is in the next report.
        if (programme !== undefined) counting.add({ region: school.region, programme, events: logged });
      }
      return [];
    },
    tellOf: () => undefined,
    counted: counting.counted,
  };
}
