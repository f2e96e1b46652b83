import type { Calendar } from './calendar.ts';
import type { ChronologyEvent, Instant, Parties, Recipient, StepRef, Subject, Via } from './events.ts';
import type { PlainDate } from './plain-date.ts';
import type { AnswerId, EndId, FactId, PersonId, Programme, RoleId, RungId, Step, StepId } from './programme.ts';

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
};

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
  /** Rungs reached or skipped: neither comes again in this round. */
  readonly past: readonly RungId[];
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
  };
}

/** The chronology after one more event. Replaying all events gives the same chronology, always. */
export function evolve(chronology: Chronology, event: ChronologyEvent): Chronology {
  switch (event.type) {
    case 'deployment-began':
      return {
        ...chronology,
        reference: event.reference,
        subject: event.subject,
        parties: event.parties,
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
            state: { kind: 'open' },
          },
        ],
      };
    case 'rung-reached':
      return changeStep(chronology, event, (record) => ({
        ...record,
        askedAt: record.askedAt ?? (event.kind === 'request' ? event.at : null),
        past: [...record.past, event.rung],
      }));
    case 'rung-skipped':
      return changeStep(chronology, event, (record) => ({ ...record, past: [...record.past, event.rung] }));
    case 'step-answered':
      return changeStep(chronology, event, (record) => ({
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
      return { ...chronology, parties: { ...chronology.parties, [event.role]: [event.person] } };
    case 'fact-recorded':
      return { ...chronology, facts: { ...chronology.facts, [event.fact]: event.value } };
    case 'deployment-ended':
      return {
        ...chronology,
        status: { kind: 'ended', end: event.end, at: event.at, because: event.because },
      };
    default:
      return event satisfies never;
  }
}

/** The steps that wait for an answer, oldest first. */
export function openSteps(chronology: Chronology): readonly StepRecord[] {
  return chronology.steps.filter((record) => record.state.kind === 'open');
}

/** One opening of one step; undefined when there was none. */
export function findStep(chronology: Chronology, ref: StepRef): StepRecord | undefined {
  return chronology.steps.find((record) => record.step === ref.step && record.round === ref.round);
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

/** The people who hold these roles, each once, in the order of the roles. */
export function holdersOf(chronology: Chronology, roles: readonly RoleId[]): readonly Recipient[] {
  const recipients: Recipient[] = [];
  for (const role of roles) {
    for (const person of chronology.parties[role] ?? []) {
      if (!recipients.some((known) => known.person === person)) recipients.push({ role, person });
    }
  }
  return recipients;
}

/** Whose court the ball is in: the owner of the oldest open step that must be done, and since when. */
export function whoseCourt(chronology: Chronology): { readonly role: RoleId; readonly since: Instant } | null {
  const oldest = openSteps(chronology).find((record) => !stepOf(chronology.programme, record.step).optional);
  return oldest ? { role: stepOf(chronology.programme, oldest.step).owner, since: oldest.openedAt } : null;
}

function changeStep(chronology: Chronology, ref: StepRef, change: (record: StepRecord) => StepRecord): Chronology {
  return {
    ...chronology,
    steps: chronology.steps.map((record) => (record.step === ref.step && record.round === ref.round ? change(record) : record)),
  };
}
