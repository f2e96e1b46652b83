import { holdersOf, latestRound } from '../domain/chronology.ts';
import type { Chronology } from '../domain/chronology.ts';
import type { Command } from '../domain/decide.ts';
import type { StepRef } from '../domain/events.ts';
import type { StepId } from '../domain/programme.ts';
import type { ScenarioChange } from './scenario.ts';

/** What the core is asked when a day of the scenario has come on which something is decided. */
export function changeCommand(chronology: Chronology, { on, change }: ScenarioChange): Command {
  const by = holdersOf(chronology, [change.by ?? Object.keys(chronology.programme.roles)[0] ?? ''])[0]?.person ?? '';
  const said = { by, because: change.because };
  switch (change.kind) {
    case 'withdraw':
      return { kind: 'withdraw', end: change.as, ...said };
    case 'pause': {
      const scope = change.step === null ? null : newestOf(chronology, change.step);
      return { kind: 'stop-clock', scope, category: change.category, from: on, expectedEnd: change.until, ...said };
    }
    case 'resume':
      return { kind: 'resume-clock', stop: null, on, ...said };
    case 'extend':
      return { kind: 'extend', ...newestOf(chronology, change.step), dueOn: change.to, agreedWith: null, ...said };
    case 'rematch':
      return { kind: 'rematch', to: null, ...said };
    case 'chase':
      return { kind: 'set-pace', pace: change.pace, ...said };
    default:
      return change satisfies never;
  }
}

/** The newest opening of a step; round 1 where it has not opened, which the core refuses with its reason. */
function newestOf(chronology: Chronology, step: StepId): StepRef {
  return { step, round: latestRound(chronology, step)?.round ?? 1 };
}
