/**
 * A deployment as a report of an evaluation sees it: what had happened by the end of one day, as far as it was known by the end of another.
 * Both are read from the event log alone. ADR 0051.
 */
import type { ChronologyEvent, StepRef } from '../chronology/events.ts';
import type { FactId, PersonId, RoleId } from '../programme.ts';
import { londonDate } from '../time/london.ts';
import { parsePlainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';

/**
 * `asOf`: what had happened by the end of this day, London time. `knownAt`: as far as it was recorded by the end of this day. The same day for
 * both is "as known then"; a later `knownAt` has what was recorded late, corrected or taken back since.
 */
export type Reading = { readonly asOf: PlainDate; readonly knownAt: PlainDate };

/** The kinds of events that measures are made of. */
export const MEASURED_KINDS = [
  'deployment-began',
  'deployment-taken-in',
  'deployment-ended',
  'deployment-reopened',
  'step-opened',
  'step-answered',
  'step-overtaken',
  'step-lapsed',
  'due-date-moved',
  'answer-taken-back',
  'fact-recorded',
  'fact-corrected',
  'calendar-adopted',
  'clock-stopped',
  'clock-resumed',
  'party-named',
  'party-changed',
  'person-merged',
  'rematched',
] as const satisfies readonly ChronologyEvent['type'][];

/** What measures ask of the events of steps, of which there are most. Of all others only what nobody counts is left out. */
type AskedOfSteps = {
  readonly 'step-opened': 'on' | 'dueOn' | 'originalDueOn';
  readonly 'step-answered': 'answer' | 'by' | 'onBehalfOf' | 'fields';
  readonly 'step-overtaken': never;
  readonly 'step-lapsed': never;
  readonly 'due-date-moved': 'dueOn' | 'originalDueOn';
};
type OnlyAsked<E, K> = Pick<E, Extract<K, keyof E>> & Partial<E>;
type Slim<E extends ChronologyEvent> = E extends { readonly type: infer K extends keyof AskedOfSteps }
  ? OnlyAsked<E, 'type' | 'at' | keyof StepRef | AskedOfSteps[K]>
  : E extends unknown
    ? Omit<E, 'explanation' | 'tells' | 'moves'>
    : never;
/** An event of the log, without what no measure asks for. */
export type MeasuredEvent = Slim<Extract<ChronologyEvent, { readonly type: (typeof MEASURED_KINDS)[number] }>>;

/** A round of a step, from its opening until it was closed, whatever closed it. */
export type OpenedStep = StepRef & {
  /** Its place in the log. */
  readonly order: number;
  readonly on: PlainDate;
  /** Null: open at the end of the day of the report. */
  readonly closedOn: PlainDate | null;
  readonly dueOn: PlainDate;
  /** By the programme alone, without pauses and extensions. */
  readonly originalDueOn: PlainDate;
};

/** An answer that was not taken back. */
export type GivenAnswer = StepRef & {
  readonly order: number;
  /** The day on which it was recorded. */
  readonly on: PlainDate;
  readonly answer: string;
  readonly by: PersonId;
  /** Who gave it, when `by` recorded it for them. */
  readonly onBehalfOf: PersonId | null;
  readonly fields: Readonly<Record<string, string>>;
};

/** Days from the first to before the last on which a clock was stopped. `until` null: it stands. `scope` null: the whole deployment. */
export type KnownStop = { readonly from: PlainDate; readonly until: PlainDate | null; readonly scope: StepRef | null };

export type KnownLife = {
  readonly reference: string;
  /** Of the school or trust: two deployments of one have the same. */
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly began: PlainDate;
  readonly facts: Readonly<Record<FactId, string>>;
  readonly calendarVersion: string;
  /** All that are known, also those given after the day of the report: they may tell of a day before it. */
  readonly answers: readonly GivenAnswer[];
  /** Those that were open on or before the day of the report. */
  readonly steps: readonly OpenedStep[];
  readonly stops: readonly KnownStop[];
  readonly corrections: readonly { readonly order: number; readonly fact: FactId; readonly to: string }[];
  /** Who held a role from this place in the log on. */
  readonly holders: readonly { readonly order: number; readonly role: RoleId; readonly people: readonly PersonId[] }[];
  /** Ends and reopenings, in order, up to the day of the report. */
  readonly ends: readonly { readonly order: number; readonly on: PlainDate; readonly end: string | null }[];
  readonly rematches: readonly { readonly order: number; readonly on: PlainDate }[];
};

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** The day in London of each hour that was asked for: its clocks change on the hour. */
const daysByHour = new Map<string, PlainDate>();
const MOST_HOURS = 20_000;
const HOUR = '2022-11-25T08'.length;
const DAY = '2022-11-25'.length;
/** London's clocks have been ahead of UTC by no more than an hour since then. */
const SINCE = '1972';

/** The day in London of an event. Reports ask it of millions: before the last hour of a day of UTC it is the day that is written. */
export function dayOf({ at }: { readonly at: string }): PlainDate {
  const lastHour = at.charCodeAt(DAY + 1) === TWO && at.charCodeAt(DAY + 2) === THREE;
  if (!lastHour && at >= SINCE) return at.slice(0, DAY) as PlainDate;
  const hour = at.slice(0, HOUR);
  const known = daysByHour.get(hour);
  if (known !== undefined) return known;
  const day = londonDate(Date.parse(at));
  if (daysByHour.size >= MOST_HOURS) daysByHour.clear();
  daysByHour.set(hour, day);
  return day;
}

const TWO = '2'.charCodeAt(0);
const THREE = '3'.charCodeAt(0);

/**
 * The deployment as known; null where nothing was known of it, or it began after the day of the report. What was taken in from elsewhere was
 * not known before the day on which it was taken in, whenever it happened.
 *
 * A visit of 3 October, recorded on the 9th and corrected on the 20th to the 4th: as of the 5th it is not known on the 5th, was on the 3rd
 * as known on the 10th, and on the 4th as known on the 20th.
 * @param events those of MEASURED_KINDS, in the order of the log; steps that the measure does not ask for may be left out
 */
export function knownLife(events: readonly MeasuredEvent[], { asOf, knownAt }: Reading): KnownLife | null {
  const takenInAt = events.findIndex(({ type }) => type === 'deployment-taken-in');
  const takenIn = events[takenInAt];
  const takenInOn = takenIn === undefined ? null : dayOf(takenIn);
  const knownFrom = (order: number, on: PlainDate) => (takenInOn !== null && order < takenInAt ? takenInOn : on);
  const firstAt = events.findIndex((event, order) => knownFrom(order, dayOf(event)) <= knownAt);
  const first = events[firstAt];
  if (first?.type !== 'deployment-began' || dayOf(first) > asOf) return null;
  const { reference, subject, programme } = first;
  const life = {
    facts: first.facts ?? {},
    calendarVersion: first.calendarVersion,
    answers: [] as GivenAnswer[],
    steps: [] as Changing<OpenedStep>[],
    stops: new Map<number, KnownStop>(),
    corrections: [] as KnownLife['corrections'][number][],
    holders: Object.entries(first.parties).map(([role, people]) => ({ order: firstAt, role, people })),
    ends: [] as KnownLife['ends'][number][],
    rematches: [] as KnownLife['rematches'][number][],
  };
  const change = (ref: StepRef, how: (step: Changing<OpenedStep>) => void) => {
    for (const step of life.steps) if (step.step === ref.step && step.round === ref.round) how(step);
  };
  const close = (ref: StepRef, on: PlainDate) => {
    if (on > asOf) return;
    change(ref, (step) => {
      step.closedOn = on;
    });
  };
  const holds = (order: number, role: RoleId, people: readonly PersonId[]) => life.holders.push({ order, role, people });
  for (let order = firstAt; order < events.length; order += 1) {
    const event = events[order];
    if (event === undefined) continue;
    const on = dayOf(event);
    if (knownFrom(order, on) > knownAt) continue;
    switch (event.type) {
      case 'deployment-began':
      case 'deployment-taken-in':
      case 'fact-recorded':
        break;
      case 'step-opened': {
        const { step, round, dueOn, originalDueOn } = event;
        if (event.on <= asOf) {
          life.steps.push({ order, step, round, on: event.on, closedOn: null, dueOn, originalDueOn: originalDueOn ?? dueOn });
        }
        break;
      }
      case 'step-answered': {
        const { step, round, answer, by, onBehalfOf, fields } = event;
        life.answers.push({ order, on, step, round, answer, by, onBehalfOf, fields });
        close(event, on);
        break;
      }
      case 'step-overtaken':
      case 'step-lapsed':
        close(event, on);
        break;
      case 'answer-taken-back': {
        const taken = life.answers.find(({ step, round }) => step === event.step && round === event.round);
        life.answers = life.answers.filter((one) => one !== taken);
        // What was corrected since was its own date, which is gone with it.
        life.corrections = life.corrections.filter(({ fact, order: at }) => !Object.hasOwn(event.facts, fact) || at < (taken?.order ?? 0));
        // Until then the record had it answered; its round is over only now.
        change(event, (step) => {
          step.closedOn = on <= asOf ? on : null;
        });
        for (const [role, people] of Object.entries(event.parties)) holds(order, role, people);
        break;
      }
      case 'due-date-moved':
        if (on <= asOf) {
          const { dueOn, originalDueOn } = event;
          change(event, (step) => {
            step.dueOn = dueOn;
            step.originalDueOn = originalDueOn ?? step.originalDueOn;
          });
        }
        break;
      case 'fact-corrected':
        life.facts = { ...life.facts, [event.fact]: event.to };
        life.corrections.push({ order, fact: event.fact, to: event.to });
        break;
      case 'calendar-adopted':
        life.calendarVersion = event.to;
        break;
      case 'clock-stopped':
        if (event.from <= asOf) life.stops.set(event.stop, { from: event.from, until: null, scope: event.scope });
        break;
      case 'clock-resumed': {
        const stop = life.stops.get(event.stop);
        if (stop !== undefined) life.stops.set(event.stop, { ...stop, until: event.on });
        break;
      }
      case 'party-named':
        holds(order, event.role, [event.person]);
        break;
      case 'party-changed': {
        const before = holdersOf(life, event.role, order).filter((person) => person !== event.from && person !== event.to);
        holds(order, event.role, [...before, event.to]);
        break;
      }
      case 'person-merged':
        life.holders = life.holders.map((each) => ({
          ...each,
          people: each.people.map((person) => (person === event.from ? event.to : person)),
        }));
        break;
      case 'rematched':
        holds(order, event.role, event.to === null ? [] : [event.to]);
        if (on <= asOf) life.rematches.push({ order, on });
        break;
      case 'deployment-ended':
        if (on <= asOf) life.ends.push({ order, on, end: event.end });
        break;
      case 'deployment-reopened':
        if (on <= asOf) life.ends.push({ order, on, end: null });
        break;
      default:
        event satisfies never;
    }
  }
  return {
    ...life,
    reference,
    subject: subject.kind === 'school' ? `school ${subject.urn}` : `trust ${subject.trust}`,
    programme: programme.id,
    version: programme.version,
    began: dayOf(first),
    stops: [...life.stops.values()],
  };
}

/** Who holds a role at a place of the log. */
export function holdersOf(life: Pick<KnownLife, 'holders'>, role: RoleId, order: number): readonly PersonId[] {
  return life.holders.findLast((each) => each.role === role && each.order <= order)?.people ?? [];
}

/** The end that stands; null while it runs, or when it was reopened. */
export function endOf({ ends }: KnownLife): { readonly on: PlainDate; readonly end: string } | null {
  const last = ends.at(-1);
  return last === undefined || last.end === null ? null : { on: last.on, end: last.end };
}

/** A date in a field or a fact; null where there is none. */
export function dateIn(value: string | undefined): PlainDate | null {
  return parsePlainDate(value ?? '') ?? null;
}
