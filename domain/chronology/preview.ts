import { openSteps } from './chronology.ts';
import type { Chronology } from './state.ts';
import type { ChangeCommand } from '../changes/change.ts';
import { admit } from './admit.ts';
import type { Refusal } from './decide.ts';
import type { Explanation } from '../time/due-date.ts';
import type { ChangeEvent, ChronologyEvent, Instant, Recipient, StepRef } from './events.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';
import { union } from './evolve-change.ts';

/** What a change would do, for the person who is about to make it. */
export type Preview = {
  /** Due dates that would move: before, after, and how the new one comes about. */
  readonly moves: readonly (StepRef & { readonly from: PlainDate; readonly to: PlainDate; readonly explanation: Explanation })[];
  readonly opens: readonly (StepRef & { readonly dueOn: PlainDate })[];
  /** Open steps that would close unanswered. */
  readonly closes: readonly StepRef[];
  /** Who would be told by e-mail. */
  readonly tells: readonly Recipient[];
  /** Who would be asked for something. */
  readonly asks: readonly Recipient[];
  readonly ends: string | null;
  /** Open steps whose due date stays as it is. */
  readonly unmoved: readonly (StepRef & { readonly dueOn: PlainDate })[];
};

/** A change of plan that is told by e-mail: the event that its letters tell of, and to whom they go. */
export type ToldChange = { readonly event: ChangeEvent; readonly to: readonly Recipient[] };

/** The changes of which a command would tell people by e-mail if it were given now; none when it would be refused. */
export function toldIfMade(chronology: Chronology, command: ChangeCommand, now: Instant): readonly ToldChange[] {
  const decision = admit(chronology, command, now);
  if (!decision.ok) return [];
  return decision.value.flatMap((event) => ('moves' in event && event.tells.length > 0 ? [{ event, to: event.tells }] : []));
}

/** What a change would do if it were made now, without making it; or why it would be refused. */
export function previewOf(chronology: Chronology, command: ChangeCommand, now: Instant): Result<Preview, Refusal> {
  const decision = admit(chronology, command, now);
  if (!decision.ok) return decision;
  const before = new Map(openSteps(chronology).map((record) => [keyOf(record), record]));
  const events = decision.value;
  const moved = events.flatMap((event) => (event.type === 'due-date-moved' ? [event] : []));
  const moves = moved.flatMap(({ step, round, dueOn, explanation }) => {
    const record = before.get(keyOf({ step, round }));
    return record === undefined ? [] : [{ step, round, from: record.dueOn, to: dueOn, explanation }];
  });
  const closed = events.flatMap((event) => (event.type === 'step-overtaken' ? [{ step: event.step, round: event.round }] : []));
  const gone = new Set([...moves, ...closed].map(keyOf));
  return ok({
    moves,
    opens: events.flatMap((event) => (event.type === 'step-opened' ? [{ step: event.step, round: event.round, dueOn: event.dueOn }] : [])),
    closes: closed,
    tells: events.map(toldBy).reduce(union, []),
    asks: events.map(askedBy).reduce(union, []),
    ends: events.find((event) => event.type === 'deployment-ended')?.end ?? null,
    unmoved: [...before.values()].filter((record) => !gone.has(keyOf(record))).map(({ step, round, dueOn }) => ({ step, round, dueOn })),
  });
}

function toldBy(event: ChronologyEvent): readonly Recipient[] {
  return 'tells' in event ? event.tells : [];
}

function askedBy(event: ChronologyEvent): readonly Recipient[] {
  return event.type === 'rung-reached' || event.type === 'escalation-passed' ? event.to : [];
}

function keyOf({ step, round }: StepRef): string {
  return `${step}/${round}`;
}
