import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { calendarFor, loadCalendarBook } from '../calendars/calendar-book.ts';
import { begin } from '../domain/decide.ts';
import type { Refusal } from '../domain/decide.ts';
import type { Calendar } from '../domain/calendar.ts';
import { blankChronology, evolve } from '../domain/chronology.ts';
import { nextWakeMs } from '../domain/due-actions.ts';
import type { ChronologyEvent, Instant, Subject } from '../domain/events.ts';
import type { Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { findRunning, nextReference } from '../postgres/deployments.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned.ts';
import { findParties } from '../register/find-parties.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';

export type StartRequest = {
  readonly subject: Subject;
  readonly programme: Programme;
  /** The next free one unless told. */
  readonly reference?: string;
};

export type StartRefusal =
  Refusal | (Reason & { readonly kind: 'already-running' | 'nobody-to-ask' | 'programme-changed' | 'no-calendar' });

export type Started = {
  readonly reference: string;
  /** The steps that open first, with their due dates. */
  readonly opened: readonly Extract<ChronologyEvent, { type: 'step-opened' }>[];
  /** When its first letters leave: now, or in the next sending hours. Null when nothing is to be sent. */
  readonly firstLettersAt: Instant | null;
  /** What is not known and need not be: a local authority without a contact, say. */
  readonly notes: readonly string[];
};

/**
 * Starts a deployment: finds its people and its calendar, keeps what it is pinned to, and starts its workflow. Refused
 * with the reason when somebody who must be asked is not known, or when the calendar ends too early.
 */
export async function startDeployment(
  desk: { readonly db: Db; readonly client: Client; readonly taskQueue: string },
  request: StartRequest,
): Promise<Result<Started, StartRefusal>> {
  const { subject, programme } = request;
  const running = await findRunning(desk.db, subject, programme.id);
  if (running !== undefined) {
    return refused({
      kind: 'already-running',
      message: `Deployment ${running} of ${programme.id} is running for this ${subject.kind} already.`,
      remedy: `See it with: chaser status ${running}`,
    });
  }
  const { parties, gaps, authority } = await findParties(desk.db, subject);
  const mustBeHeld = gaps.find(({ role }) => programme.roles[role] !== undefined && !programme.roles[role].informedOnly);
  if (mustBeHeld) return refused({ kind: 'nobody-to-ask', message: mustBeHeld.message, remedy: mustBeHeld.remedy });

  const calendar = calendarFor(loadCalendarBook(), {
    ...(authority === null ? {} : { authority: authority.code, authorityName: authority.name }),
    assumed: programme.assumedTermCalendars,
  });
  if (!calendar.ok) return refused({ ...calendar.reason, kind: 'no-calendar' });

  const reference = request.reference ?? (await nextReference(desk.db));
  const beginning = { reference, subject, parties };
  const events = begin(programme, beginning, calendar.value, new Date().toISOString());
  if (!events.ok) return events;

  if (!(await keepProgramme(desk.db, programme))) {
    return refused({
      kind: 'programme-changed',
      message: `Programme ${programme.id} version ${programme.version} was kept before with other content.`,
      remedy: 'Raise the version in its file: running deployments keep the programme they began with.',
    });
  }
  await keepCalendar(desk.db, calendar.value);
  const start: DeploymentStart = { programme, calendar: calendar.value, beginning, carried: null };
  try {
    await desk.client.workflow.start(WORKFLOW_TYPES.deployment, {
      workflowId: deploymentWorkflowId(reference),
      taskQueue: desk.taskQueue,
      args: [start],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return refused({
      kind: 'already-running',
      message: `There is a deployment ${reference} already.`,
      remedy: 'Leave the reference out to get the next free one.',
    });
  }
  return ok({
    reference,
    opened: events.value.filter((event) => event.type === 'step-opened'),
    firstLettersAt: firstLettersOf(programme, calendar.value, events.value),
    notes: gaps.map(({ message }) => message),
  });
}

function firstLettersOf(programme: Programme, calendar: Calendar, events: readonly ChronologyEvent[]): Instant | null {
  const chronology = events.reduce(evolve, blankChronology(programme, calendar));
  const atMs = nextWakeMs(chronology, Date.now());
  return atMs === null ? null : new Date(atMs).toISOString();
}
