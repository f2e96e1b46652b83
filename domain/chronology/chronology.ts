import type { Calendar } from '../time/calendar.ts';
import type { ChronologyEvent, Instant, Recipient, StepRef } from './events.ts';
import { evolveChange } from './evolve-change.ts';
import type { Chronology, Escalation, StepRecord, Stop } from './state.ts';
import { changeStep, sameStep } from './step-refs.ts';
import { londonDate } from '../time/london.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { ownersOf } from '../programme.ts';
import type { AnswerId, PersonId, Programme, RoleId, RungKind, Step, StepId } from '../programme.ts';

export type { Chronology, StepRecord } from './state.ts';

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
    takenIn: false,
    answered: null,
  };
}

/**
 * A chronology as an earlier release carried it over to a new history. Properties that the release did not have get
 * their empty values.
 */
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

const UNTOUCHED = {
  again: {},
  chasedOn: null,
  held: [],
  extension: null,
  decides: null,
  openedBy: null,
  promises: [],
  timeAsked: null,
} as const;

/** The chronology after one more event. Replaying all events always gives the same chronology. */
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
      return changeStep(chronology, event, (record) => ({
        ...record,
        askedAt: record.askedAt ?? (event.beforeTakenIn && event.kind === 'request' ? event.at : null),
        past: [...record.past, event.rung],
      }));
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
    case 'deployment-taken-in':
      return { ...chronology, takenIn: true };
    default:
      return evolveChange(chronology, event);
  }
}

/** The steps that wait for an answer, oldest first. */
export function openSteps(chronology: Chronology): readonly StepRecord[] {
  return chronology.steps.filter((record) => record.state.kind === 'open');
}

/** One opening of one step; undefined when that round never opened. */
export function findStep(chronology: Chronology, ref: StepRef): StepRecord | undefined {
  return chronology.steps.find((record) => sameStep(record, ref));
}

/** The newest round of a step; undefined when it never opened. */
export function latestRound(chronology: Chronology, step: StepId): StepRecord | undefined {
  return chronology.steps.findLast((record) => record.step === step);
}

/** The programme's definition of a step. A chronology never holds a step that its programme lacks. */
export function stepOf(programme: Programme, id: StepId): Step {
  const step = programme.steps[id];
  if (step === undefined) throw new Error(`Programme ${programme.id} has no step "${id}".`);
  return step;
}

/**
 * The people who hold these roles, each once, in the order of the roles. On a day on which somebody has a deputy, the
 * deputy takes their place. Without a day, those who hold the roles themselves.
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

/** Whether a person is asked for a step: an owner may answer, and so may their deputy on the deputy's days. */
export function isAsked(chronology: Chronology, step: Step, person: PersonId, now: Instant): boolean {
  const owners = ownersOf(step);
  const today = londonDate(Date.parse(now));
  return [...holdersOf(chronology, owners), ...holdersOf(chronology, owners, today)].some((holder) => holder.person === person);
}

/** Who gets somebody's letters on a day: their deputy, or they themselves. */
function deputyOf(chronology: Chronology, person: PersonId, on: PlainDate): PersonId {
  return chronology.deputies.findLast((each) => each.person === person && each.from <= on && on <= each.to)?.deputy ?? person;
}

/** The running stop that applies to a step, its own or the whole deployment's; undefined while its clock runs. */
export function stopOf(chronology: Chronology, ref: StepRef): Stop | undefined {
  return chronology.stops.find((stop) => stop.resumed === null && concerns(stop, ref));
}

/** Whether a stop affects a step. */
function concerns({ scope }: Stop, ref: StepRef): boolean {
  return scope === null || sameStep(scope, ref);
}

/** The answer that opened a step; null when the start of the deployment or a change opened it. */
export function openerOf(chronology: Chronology, { openedBy }: StepRecord): (StepRef & { readonly answer: AnswerId }) | null {
  const opener = openedBy === null ? undefined : findStep(chronology, openedBy);
  return opener?.state.kind === 'answered' ? { step: opener.step, round: opener.round, answer: opener.state.answer } : null;
}

/** A letter that asks or reminds the owners. */
export function isChase(kind: RungKind): boolean {
  return kind === 'request' || kind === 'reminder' || kind === 'overdue';
}

function withEscalation(chronology: Chronology, event: Extract<ChronologyEvent, { type: 'rung-reached' }>): Chronology {
  const { step, round, rung, to, tells, at, leftToDecide } = event;
  const escalation: Escalation = {
    step,
    round,
    rung,
    turn: 1,
    holders: to,
    since: at,
    // Nobody was written to about what was left to the coordinator to decide, and so nobody hears that it is over.
    told: leftToDecide ? [] : [...to, ...tells],
    promisedOn: null,
    atTheTop: 0,
  };
  return { ...chronology, escalations: [...chronology.escalations, escalation] };
}
