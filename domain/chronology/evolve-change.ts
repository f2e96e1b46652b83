import type { Chronology, Escalation, StepRecord, Stop } from './state.ts';
import type { ChangeEvent, Parties, Recipient, StepRef } from './events.ts';
import { londonDate } from '../time/london.ts';
import type { PersonId, RoleId } from '../programme.ts';
import { changeStep, sameStep } from './step-refs.ts';

/** The chronology after a change of plan: the part of `evolve` for stops, extensions, rematches, people and escalations. */
export function evolveChange(chronology: Chronology, event: ChangeEvent): Chronology {
  const changed = 'change' in event ? { ...chronology, changes: Math.max(chronology.changes, event.change) } : chronology;
  switch (event.type) {
    case 'clock-stopped': {
      const { stop, scope, category, because, from, expectedEnd } = event;
      return {
        ...changed,
        stops: [
          ...changed.stops,
          {
            stop,
            scope,
            category,
            because,
            ...(event.note === undefined ? {} : { note: event.note }),
            from,
            expectedEnd,
            resumed: null,
            queried: null,
          },
        ],
      };
    }
    case 'clock-stop-prolonged':
      return changeStop(changed, event.stop, (stop) => ({ ...stop, expectedEnd: event.expectedEnd, queried: null }));
    case 'clock-resumed':
      return changeStop(changed, event.stop, (stop) => ({ ...stop, resumed: { on: event.on, change: event.change } }));
    case 'clock-stop-queried':
      return changeStop(changed, event.stop, (stop) => ({
        ...stop,
        queried: { times: event.time, on: londonDate(Date.parse(event.at)) },
      }));
    case 'rung-held':
      return changeStep(changed, event, (record) => ({ ...record, held: [...record.held, heldName(event.rung, event.stop)] }));
    case 'due-date-moved':
      return changeStep(changed, event, (record) => ({
        ...record,
        dayZero: event.dayZero,
        dueOn: event.dueOn,
        again: rearmed(record, event.rearms),
      }));
    case 'extension-asked':
      // Whoever asked for the time waits for the regional team now.
      return changeStep(changed, event.asked, (record) => ({ ...record, timeAsked: null }));
    case 'extension-refused':
      return changed;
    case 'extension-agreed':
      return changeStep(changed, event, (record) => ({
        ...record,
        extension: { to: event.dueOn, change: event.change },
        timeAsked: null,
      }));
    case 'answer-promised':
      return changeStep(changed, event, (record) => ({
        ...record,
        promises: [...record.promises, { person: event.onBehalfOf ?? event.by, promisedOn: event.promisedOn, change: event.change }],
      }));
    case 'time-asked':
      return changeStep(changed, event, (record) => ({
        ...record,
        timeAsked: {
          person: event.onBehalfOf ?? event.by,
          dueOn: event.dueOn,
          because: event.because,
          change: event.change,
        },
      }));
    case 'time-refused':
      return changeStep(changed, event, (record) => ({ ...record, timeAsked: null }));
    case 'rematched':
      return withParties(changed, { [event.role]: event.to === null ? [] : [event.to] });
    case 'party-changed':
      return (event.asksLater ?? []).reduce(askAnew, replaceParty(changed, event.role, event.from, event.to));
    case 'person-merged':
      return (event.asksLater ?? []).reduce(askAnew, withOnePerson(changed, event.from, event.to));
    case 'deputy-named': {
      const { person, deputy, from, to } = event;
      return { ...changed, deputies: [...changed.deputies, { person, deputy, from, to }] };
    }
    case 'deputy-ended':
      return { ...changed, deputies: changed.deputies.filter(({ person }) => person !== event.person) };
    case 'deployment-withdrawn':
      return changed;
    case 'deployment-reopened':
      return { ...changed, status: { kind: 'running' } };
    case 'fact-corrected':
      return { ...changed, facts: { ...changed.facts, [event.fact]: event.to } };
    case 'answer-taken-back': {
      const known = Object.entries({ ...changed.facts, ...event.facts });
      const facts = Object.fromEntries(known.flatMap(([fact, value]) => (value === null ? [] : [[fact, value]])));
      return changeStep(withParties({ ...changed, facts }, event.parties), event, (record) => ({
        ...record,
        state: { kind: 'overtaken', at: event.at, because: `The answer was taken back: ${event.because}` },
      }));
    }
    case 'escalation-acknowledged':
      return changeEscalation(changed, event, (escalation) => ({
        ...escalation,
        promisedOn: event.promisedOn,
        told: union(escalation.told, event.tells),
      }));
    case 'escalation-passed':
      return changeEscalation(changed, event, (escalation) => ({
        ...escalation,
        turn: event.turn,
        holders: event.to,
        since: event.at,
        told: union(escalation.told, [...event.to, ...event.tells]),
        promisedOn: null,
        atTheTop: event.how === 'raised' && samePeople(escalation.holders, event.to) ? escalation.atTheTop + 1 : escalation.atTheTop,
      }));
    case 'escalation-closed':
      return { ...changed, escalations: changed.escalations.filter((each) => !sameStep(each, event)) };
    case 'pace-changed':
      return { ...changed, pace: event.pace, pacedOn: londonDate(Date.parse(event.at)), pacedFrom: changed.pace };
    case 'step-raised':
      // The step itself opened with an event of its own.
      return changed;
    case 'calendar-adopted':
      // The calendar itself is too large to store in every event. Replaying needs the calendar of that version.
      return changed;
    default:
      return event satisfies never;
  }
}

/** The name under which a rung that came due while the clock was stopped is remembered. */
export function heldName(rung: string, stop: number): string {
  return `${rung}@stop-${stop}`;
}

/** Whether both name the same people. */
function samePeople(some: readonly Recipient[], others: readonly Recipient[]): boolean {
  return some.length === others.length && some.every(({ person }) => others.some((other) => other.person === person));
}

/** Everyone in either list, each once. */
export function union(some: readonly Recipient[], others: readonly Recipient[]): readonly Recipient[] {
  return [...some, ...others.filter(({ person }) => !some.some((known) => known.person === person))];
}

function changeStop(chronology: Chronology, number: number, change: (stop: Stop) => Stop): Chronology {
  return { ...chronology, stops: chronology.stops.map((stop) => (stop.stop === number ? change(stop) : stop)) };
}

function changeEscalation(chronology: Chronology, ref: StepRef, change: (escalation: Escalation) => Escalation): Chronology {
  return { ...chronology, escalations: chronology.escalations.map((each) => (sameStep(each, ref) ? change(each) : each)) };
}

function rearmed({ again }: StepRecord, rungs: readonly string[]): StepRecord['again'] {
  return { ...again, ...Object.fromEntries(rungs.map((rung) => [rung, (again[rung] ?? 0) + 1])) };
}

/** The first request of a step comes once more. */
function askAnew(chronology: Chronology, ref: StepRef): Chronology {
  const request = chronology.programme.steps[ref.step]?.ladder.find(({ kind }) => kind === 'request');
  return request === undefined
    ? chronology
    : changeStep(chronology, ref, (record) => ({ ...record, again: rearmed(record, [request.id]) }));
}

function withParties(chronology: Chronology, parties: Parties): Chronology {
  return { ...chronology, parties: { ...chronology.parties, ...parties } };
}

function replaceParty(chronology: Chronology, role: RoleId, from: string | null, to: string): Chronology {
  const holders = chronology.parties[role] ?? [];
  const others = holders.filter((person) => person !== from && person !== to);
  const at = from === null ? others.length : Math.max(0, holders.indexOf(from));
  return {
    ...withParties(chronology, { [role]: [...others.slice(0, at), to, ...others.slice(at)] }),
    escalations: chronology.escalations.map((escalation) => ({
      ...escalation,
      holders: escalation.holders.map((holder) => (holder.role === role && holder.person === from ? { role, person: to } : holder)),
    })),
  };
}

/** The same deployment with one contact id in the place of another, wherever somebody is named. */
export function withOnePerson(chronology: Chronology, from: PersonId, to: PersonId): Chronology {
  const one = (person: PersonId): PersonId => (person === from ? to : person);
  const once = (people: readonly PersonId[]): readonly PersonId[] => [...new Set(people.map(one))];
  const recipients = (all: readonly Recipient[]): readonly Recipient[] =>
    all.reduce<readonly Recipient[]>((known, { role, person }) => union(known, [{ role, person: one(person) }]), []);
  return {
    ...chronology,
    parties: Object.fromEntries(Object.entries(chronology.parties).map(([role, people]) => [role, once(people)])),
    before: chronology.before.map((kept) => ('people' in kept ? { ...kept, people: once(kept.people) } : kept)),
    // Nobody stands in for themselves.
    deputies: chronology.deputies
      .map((each) => ({ ...each, person: one(each.person), deputy: one(each.deputy) }))
      .filter(({ person, deputy }) => person !== deputy),
    escalations: chronology.escalations.map((each) => ({ ...each, holders: recipients(each.holders), told: recipients(each.told) })),
  };
}
