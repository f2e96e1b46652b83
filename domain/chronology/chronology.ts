import type { Calendar } from '../time/calendar.ts';
import type { ChronologyEvent, ExtensionAsked, Instant, Pace, Parties, Recipient, StepRef, StopCategory, Subject, Via } from './events.ts';
import { evolveChange } from './evolve-change.ts';
import { changeStep, sameStep } from './step-refs.ts';
import { londonDate } from '../time/london.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { AnswerId, EndId, FactId, PersonId, Programme, RoleId, RungId, RungKind, Step, StepId } from '../programme.ts';

/**
 * One deployment going through a programme: an immutable value, made of nothing but the events so far and
 * the programme and calendar it was pinned to when it began.
 */
export type Chronology = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly reference: string;
  readonly subject: Subject | null;
  readonly parties: Parties;
  readonly facts: Readonly<Record<FactId, string>>;
  /** Every opening of every step, in the order in which they opened. */
  readonly steps: readonly StepRecord[];
  readonly status: Status;
  /** How many changes of plan there have been; each has its number. */
  readonly changes: number;
  /** Every stop of the clock, of the whole deployment or of one step, running or over. */
  readonly stops: readonly Stop[];
  /** Who stands in for whom, and when. */
  readonly deputies: readonly Deputy[];
  /** The escalations that are open. */
  readonly escalations: readonly Escalation[];
  readonly pace: Pace;
  /** The day since which it is chased at that pace; null: since it began. */
  readonly pacedOn: PlainDate | null;
  /** The pace before that. */
  readonly pacedFrom: Pace;
  /** What facts and roles were before answers set them, so that an answer can be taken back. */
  readonly before: readonly Before[];
  /** The step that was answered last: what is named and recorded next, its answer said. */
  readonly answered: StepRef | null;
};

/** The clock of a deployment (`scope` null) or of one step stands still from a day until it is resumed. */
export type Stop = {
  readonly stop: number;
  readonly scope: StepRef | null;
  readonly category: StopCategory;
  readonly because: string;
  /** The first day that is not counted. */
  readonly from: PlainDate;
  readonly expectedEnd: PlainDate;
  /** The first day that is counted again, and the change that resumed it; null while the clock stands. */
  readonly resumed: { readonly on: PlainDate; readonly change: number } | null;
  /** How often, and when last, somebody was asked whether the stop still holds. */
  readonly queried: { readonly times: number; readonly on: PlainDate } | null;
};

/** From the first day to the last, both inclusive, the deputy has what is the person's. */
export type Deputy = { readonly person: PersonId; readonly deputy: PersonId; readonly from: PlainDate; readonly to: PlainDate };

/** An open escalation: who has it, since when, and what was promised. */
export type Escalation = StepRef & {
  readonly rung: RungId;
  /** How many letters asked somebody to take it. */
  readonly turn: number;
  readonly holders: readonly Recipient[];
  readonly since: Instant;
  /** Everyone who was told of it. */
  readonly told: readonly Recipient[];
  /** The day by which something was promised; null until somebody acknowledges it. */
  readonly promisedOn: PlainDate | null;
  /** How often it was raised with nobody above the one who had it. */
  readonly atTheTop: number;
};

export type Before = { readonly of: StepRef | null } & (
  { readonly fact: FactId; readonly value: string | null } | { readonly role: RoleId; readonly people: readonly PersonId[] }
);

export type Status =
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly end: EndId; readonly at: Instant; readonly because: string | null };

/** One opening of one step: its round, its dates, the rungs it has come past, and how it closed. */
export type StepRecord = StepRef & {
  readonly openedAt: Instant;
  readonly openedOn: PlainDate;
  readonly dayZero: PlainDate;
  readonly dueOn: PlainDate;
  /** When the owners were first asked; null until the request has gone. */
  readonly askedAt: Instant | null;
  /** Rungs reached or skipped, by name: none comes again in this round, unless it is armed again. */
  readonly past: readonly RungId[];
  /** How often a rung was armed again because the due date moved; it comes under a new name then (`reminder-3~2`). */
  readonly again: Readonly<Record<RungId, number>>;
  /** The day of the last letter that asked or reminded; null until the first. */
  readonly chasedOn: PlainDate | null;
  /** Rungs that came due while the clock stood, as `name@stop`. */
  readonly held: readonly string[];
  /** The date that was agreed with the Department, and the change that agreed it. */
  readonly extension: { readonly to: PlainDate; readonly change: number } | null;
  /** The extension that this step is to decide on. */
  readonly decides: ExtensionAsked | null;
  readonly openedBy: StepRef | null;
  readonly state: StepState;
};

export type StepState =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'answered';
      readonly answer: AnswerId;
      readonly by: PersonId | 'chaser';
      readonly onBehalfOf: PersonId | null;
      readonly via: Via;
      readonly at: Instant;
    }
  | { readonly kind: 'overtaken'; readonly at: Instant; readonly because: string }
  | { readonly kind: 'lapsed'; readonly at: Instant };

/** A chronology in which nothing has happened yet. */
export function blankChronology(programme: Programme, calendar: Calendar): Chronology {
  return {
    programme,
    calendar,
    reference: '',
    subject: null,
    parties: {},
    facts: {},
    steps: [],
    status: { kind: 'not-begun' },
    changes: 0,
    stops: [],
    deputies: [],
    escalations: [],
    pace: 'usual',
    pacedOn: null,
    pacedFrom: 'usual',
    before: [],
    answered: null,
  };
}

/** A chronology as an earlier release carried it over to a new history: what it did not know is as if it had never been. */
export function carriedChronology(
  carried: Omit<Chronology, 'programme' | 'calendar'>,
  programme: Programme,
  calendar: Calendar,
): Chronology {
  return {
    ...blankChronology(programme, calendar),
    ...carried,
    steps: carried.steps.map((record) => ({ ...UNTOUCHED, ...record })),
  };
}

const UNTOUCHED = { again: {}, chasedOn: null, held: [], extension: null, decides: null, openedBy: null } as const;

/** The chronology after one more event. Replaying all events gives the same chronology, always. */
export function evolve(chronology: Chronology, event: ChronologyEvent): Chronology {
  switch (event.type) {
    case 'deployment-began':
      return {
        ...chronology,
        reference: event.reference,
        subject: event.subject,
        parties: event.parties,
        facts: event.facts ?? {},
        status: { kind: 'running' },
      };
    case 'step-opened':
      return {
        ...chronology,
        steps: [
          ...chronology.steps,
          {
            step: event.step,
            round: event.round,
            openedAt: event.at,
            openedOn: event.on,
            dayZero: event.dayZero,
            dueOn: event.dueOn,
            askedAt: null,
            past: [],
            ...UNTOUCHED,
            extension: event.extension ?? null,
            decides: event.decides ?? null,
            openedBy: event.openedBy === null ? null : { step: event.openedBy.step, round: event.openedBy.round },
            state: { kind: 'open' },
          },
        ],
      };
    case 'rung-reached':
      return changeStep(event.kind === 'escalation' ? withEscalation(chronology, event) : chronology, event, (record) => ({
        ...record,
        askedAt: record.askedAt ?? (event.kind === 'request' ? event.at : null),
        chasedOn: isChase(event.kind) ? londonDate(Date.parse(event.at)) : record.chasedOn,
        past: [...record.past, event.rung],
      }));
    case 'rung-skipped':
      return changeStep(chronology, event, (record) => ({ ...record, past: [...record.past, event.rung] }));
    case 'step-answered':
      return changeStep({ ...chronology, answered: { step: event.step, round: event.round } }, event, (record) => ({
        ...record,
        state: {
          kind: 'answered',
          answer: event.answer,
          by: event.by,
          onBehalfOf: event.onBehalfOf,
          via: event.via,
          at: event.at,
        },
      }));
    case 'step-overtaken':
      return changeStep(chronology, event, (record) => ({
        ...record,
        state: { kind: 'overtaken', at: event.at, because: event.because },
      }));
    case 'step-lapsed':
      return changeStep(chronology, event, (record) => ({ ...record, state: { kind: 'lapsed', at: event.at } }));
    case 'party-named':
      return {
        ...chronology,
        parties: { ...chronology.parties, [event.role]: [event.person] },
        before: [...chronology.before, { of: chronology.answered, role: event.role, people: chronology.parties[event.role] ?? [] }],
      };
    case 'fact-recorded':
      return {
        ...chronology,
        facts: { ...chronology.facts, [event.fact]: event.value },
        before: [...chronology.before, { of: chronology.answered, fact: event.fact, value: chronology.facts[event.fact] ?? null }],
      };
    case 'deployment-ended':
      return {
        ...chronology,
        status: { kind: 'ended', end: event.end, at: event.at, because: event.because },
      };
    default:
      return evolveChange(chronology, event);
  }
}

/** The steps that wait for an answer, oldest first. */
export function openSteps(chronology: Chronology): readonly StepRecord[] {
  return chronology.steps.filter((record) => record.state.kind === 'open');
}

/** One opening of one step; undefined when there was none. */
export function findStep(chronology: Chronology, ref: StepRef): StepRecord | undefined {
  return chronology.steps.find((record) => sameStep(record, ref));
}

/** The newest round of a step; undefined when it never opened. */
export function latestRound(chronology: Chronology, step: StepId): StepRecord | undefined {
  return chronology.steps.findLast((record) => record.step === step);
}

/** The programme's own words on a step. A chronology never holds a step that its programme lacks. */
export function stepOf(programme: Programme, id: StepId): Step {
  const step = programme.steps[id];
  if (step === undefined) throw new Error(`Programme ${programme.id} has no step "${id}".`);
  return step;
}

/**
 * The people who hold these roles, each once, in the order of the roles. On a day on which somebody has a deputy, it is
 * the deputy; without a day, those who hold the roles themselves.
 */
export function holdersOf(chronology: Chronology, roles: readonly RoleId[], on: PlainDate | null = null): readonly Recipient[] {
  const recipients: Recipient[] = [];
  for (const role of roles) {
    for (const holder of chronology.parties[role] ?? []) {
      const person = on === null ? holder : deputyOf(chronology, holder, on);
      if (!recipients.some((known) => known.person === person)) recipients.push({ role, person });
    }
  }
  return recipients;
}

/** Who has somebody's letters on a day: their deputy, or they themselves. */
function deputyOf(chronology: Chronology, person: PersonId, on: PlainDate): PersonId {
  return chronology.deputies.findLast((each) => each.person === person && each.from <= on && on <= each.to)?.deputy ?? person;
}

/** The running stop under which a step stands, its own or the whole deployment's; undefined while its clock runs. */
export function stopOf(chronology: Chronology, ref: StepRef): Stop | undefined {
  return chronology.stops.find((stop) => stop.resumed === null && concerns(stop, ref));
}

/** Whether a stop concerns a step. */
function concerns({ scope }: Stop, ref: StepRef): boolean {
  return scope === null || sameStep(scope, ref);
}

/** The answer that opened a step; null when the deployment's beginning did, or a change. */
export function openerOf(chronology: Chronology, { openedBy }: StepRecord): (StepRef & { readonly answer: AnswerId }) | null {
  const opener = openedBy === null ? undefined : findStep(chronology, openedBy);
  return opener?.state.kind === 'answered' ? { step: opener.step, round: opener.round, answer: opener.state.answer } : null;
}

/** A letter that asks or reminds the owners. */
export function isChase(kind: RungKind): boolean {
  return kind === 'request' || kind === 'reminder' || kind === 'overdue';
}

function withEscalation(chronology: Chronology, event: Extract<ChronologyEvent, { type: 'rung-reached' }>): Chronology {
  const { step, round, rung, to, tells, at } = event;
  const escalation: Escalation = {
    step,
    round,
    rung,
    turn: 1,
    holders: to,
    since: at,
    told: [...to, ...tells],
    promisedOn: null,
    atTheTop: 0,
  };
  return { ...chronology, escalations: [...chronology.escalations, escalation] };
}
