import { phaseOf, surroundingsOf } from '../../domain/matching/profile.ts';
import type { MeasuredEvent } from '../../domain/measures/known-life.ts';
import type { School } from '../../domain/measures/tally.ts';
import { eventsIn } from './logged-events.ts';
import type { AskedEvents } from './logged-events.ts';

/** A deployment that began, as PostgreSQL has it: its log, and what the register knows of its school. */
export type LoggedDeployment = {
  readonly reference: string;
  /** The URN of the school, and the trust of a deployment of a trust; '' where it is of the other. */
  readonly urn: string;
  readonly trust: string;
  readonly region: string;
  readonly phase: string | null;
  readonly type: string | null;
  readonly typeGroup: string;
  readonly urbanRural: string | null;
  readonly known: boolean;
  readonly inTrust: boolean;
  readonly log: string;
};

export type LoggedLife = Pick<LoggedDeployment, 'reference' | 'urn' | 'trust'> & {
  readonly school: School;
  /** In the order of the log. */
  readonly events: readonly MeasuredEvent[];
};

/** The deployment with those of its events that are asked for. */
export function lifeIn(row: LoggedDeployment, asked: AskedEvents): LoggedLife {
  const { reference, urn, trust, region, phase, type, typeGroup, urbanRural, known, inTrust, log } = row;
  return {
    reference,
    urn,
    trust,
    events: eventsIn(log, asked),
    school: {
      region,
      phase: phaseOf({ phase, type }),
      type: typeGroup,
      surroundings: surroundingsOf(urbanRural),
      inTrust: known || inTrust ? inTrust : null,
    },
  };
}
