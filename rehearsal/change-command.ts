import { holdersOf, latestRound } from '../domain/chronology/chronology.ts';
import type { Chronology } from '../domain/chronology/chronology.ts';
import type { Command } from '../domain/chronology/decide.ts';
import type { StepRef } from '../domain/chronology/events.ts';
import type { PersonId, RoleId, StepId } from '../domain/programme.ts';
import type { ScenarioChange } from './scenario.ts';

/**
 * The command for the core when the day of a decision in the scenario has come. `newcomer` is somebody who has not held
 * a role yet.
 */
export function changeCommand(chronology: Chronology, { on, change }: ScenarioChange, newcomer: (role: RoleId) => PersonId): Command {
  const by = holderOf(change.by ?? Object.keys(chronology.programme.roles)[0] ?? '') ?? '';
  if (change.kind === 'remind') return { kind: 'chase-now', ...newestOf(chronology, change.step), by };
  const said = { by, because: change.because };
  switch (change.kind) {
    case 'withdraw':
      return { kind: 'withdraw', end: change.as, ...said };
    case 'reopen':
      return { kind: 'reopen', ...said };
    case 'pause': {
      const scope = change.step === null ? null : newestOf(chronology, change.step);
      return { kind: 'stop-clock', scope, category: change.category, from: on, expectedEnd: change.until, ...said };
    }
    case 'prolong':
      return { kind: 'prolong-stop', stop: null, expectedEnd: change.until, ...said };
    case 'resume':
      return { kind: 'resume-clock', stop: null, on, ...said };
    case 'extend':
      return { kind: 'extend', ...newestOf(chronology, change.step), dueOn: change.to, agreedWith: null, ...said };
    case 'raise':
      return { kind: 'raise', step: change.step, ...said };
    case 'rematch':
      return { kind: 'rematch', to: null, ...said };
    case 'person':
      return { kind: 'change-person', role: change.role, from: holderOf(change.role), to: newcomer(change.role), ...said };
    case 'deputy': {
      const { from, until } = change;
      return { kind: 'name-deputy', person: holderOf(change.for) ?? '', deputy: newcomer(change.for), from, to: until, ...said };
    }
    case 'back':
      return { kind: 'end-deputy', person: holderOf(change.for) ?? '', ...said };
    case 'correct':
      return { kind: 'correct-fact', fact: change.fact, value: change.to, ...said };
    case 'takeBack':
      return { kind: 'take-back-answer', ...newestOf(chronology, change.step), ...said };
    case 'acknowledge': {
      const { step, promised, because, toldTo } = change;
      const scribe = toldTo === null ? null : holderOf(toldTo);
      const taker = takerOf(step);
      return {
        kind: 'acknowledge',
        ...newestOf(chronology, step),
        by: scribe ?? taker,
        onBehalfOf: scribe === null ? null : taker,
        via: scribe === null ? 'link' : 'telephone',
        because,
        promisedOn: promised,
      };
    }
    case 'handOver': {
      const to = holderOf(change.to) ?? newcomer(change.to);
      return { kind: 'hand-over', ...newestOf(chronology, change.step), ...said, by: takerOf(change.step), to };
    }
    case 'sendBack':
      return { kind: 'send-back', ...newestOf(chronology, change.step), ...said, by: takerOf(change.step) };
    case 'skip':
      return { kind: 'skip-rung', ...newestOf(chronology, change.step), ...said };
    case 'chase':
      return { kind: 'set-pace', pace: change.pace, ...said };
    default:
      return change satisfies never;
  }

  function holderOf(role: RoleId): PersonId | null {
    return holdersOf(chronology, [role])[0]?.person ?? null;
  }

  /** The person who acts on an escalation: the holder of the named role, or else of the escalation. */
  function takerOf(step: StepId): PersonId {
    const { round } = newestOf(chronology, step);
    const escalation = chronology.escalations.find((each) => each.step === step && each.round === round);
    return change.by === null ? (escalation?.holders[0]?.person ?? by) : by;
  }
}

/** The newest opening of a step; round 1 when it has not opened, which the core refuses with its reason. */
function newestOf(chronology: Chronology, step: StepId): StepRef {
  return { step, round: latestRound(chronology, step)?.round ?? 1 };
}
