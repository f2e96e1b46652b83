import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client, WorkflowStartOptions } from '@temporalio/client';
import type pg from 'pg';
import { aheadMs, nowInstant, nowMs } from '../postgres/sandbox/clock.ts';
import { begin } from '../domain/chronology/decide.ts';
import type { Refusal } from '../domain/chronology/decide.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { blankChronology, evolve, findStep } from '../domain/chronology/chronology.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import { takeIn } from '../domain/chronology/under-way.ts';
import type { Past, TakeInRefusal } from '../domain/chronology/under-way.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { deploymentWords } from '../domain/chasing/wait-words.ts';
import type { ChronologyEvent, Instant, Parties, Subject } from '../domain/chronology/events.ts';
import type { FactId, Programme, RoleId } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { findDeployment, findRunning } from '../postgres/views/deployments.ts';
import { listContacts } from '../postgres/views/contacts.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { claimStart, giveUpStart } from '../postgres/pinned/start-lock.ts';
import type { StartClaim } from '../postgres/pinned/start-lock.ts';
import { londonDate } from '../domain/time/london.ts';
import { findParties } from '../register/find-parties.ts';
import { findStanding, standingWords } from '../register/school-standing.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import { storedUpdate } from '../workflows/messages.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
import { attributesOf, isRefusedByEngine, startWithAttributes } from './search-attributes.ts';
import { bringToNow } from './bring-to-now.ts';
import { calendarToStartWith } from './calendar-book.ts';

export type StartRequest = {
  readonly subject: Subject;
  readonly programme: Programme;
  /** The next free one by default. */
  readonly reference?: string;
  /** What the programme asks at the start, by field. */
  readonly facts?: Readonly<Record<FactId, string>>;
  /** Set when it has been under way elsewhere: what happened so far, and who was named for roles that the register fills otherwise. */
  readonly underWay?: UnderWay;
};

export type UnderWay = { readonly past: Past; readonly people: Parties };

export type StartRefusal =
  | Refusal
  | TakeInRefusal
  | (Reason & { readonly kind: 'reference-taken' | 'nobody-to-ask' | 'programme-changed' | 'no-calendar' | 'school-closed' })
  /** The reference of the deployment that is running, or is being started. */
  | (Reason & { readonly kind: 'already-running' | 'being-started'; readonly reference: string });

export type Started = {
  readonly reference: string;
  /** The steps that open first, with their due dates. */
  readonly opened: readonly Extract<ChronologyEvent, { type: 'step-opened' }>[];
  /** When its first letters leave: now, or in the next sending hours. Null when nothing is to be sent. */
  readonly firstLettersAt: Instant | null;
  /** What is not known and may be missing: a local authority without a contact, for example. */
  readonly notes: readonly string[];
  /** Whether it is known to be in the record. */
  readonly stored: boolean;
};

/** How a deployment would begin if it were started now. */
export type Plan = {
  readonly parties: Parties;
  /** That of the school or trust; empty where the register gives none. */
  readonly region: string;
  /** What was said at the start. */
  readonly facts: Readonly<Record<FactId, string>>;
  readonly calendar: Calendar;
  /** The steps that open first, with their due dates. */
  readonly opened: Started['opened'];
  /** The deployment as it stands once it has started. */
  readonly chronology: Chronology;
  /** When its first letters leave; null when nothing is to be sent. */
  readonly firstLettersAt: Instant | null;
  /** What is not known and may be missing: a local authority without a contact, for example. */
  readonly notes: readonly string[];
};

/**
 * What starting a deployment now, or taking one in that is under way, would come to, without starting it: finds its people and its calendar, and works out its
 * first due dates. Refused with the reason when it is running already, when somebody who must be asked is not known or
 * cannot be written to, when the school has closed, or when the calendar ends too early. That it is to close is noted.
 */
export async function planDeployment(
  desk: { readonly db: Db },
  request: Pick<StartRequest, 'subject' | 'programme' | 'facts' | 'underWay'>,
): Promise<Result<Plan, StartRefusal>> {
  const { subject, programme, underWay } = request;
  const running = await findRunning(desk.db, subject, programme.id);
  if (running !== undefined) return refused(alreadyRunning(running, request));
  const standing = subject.kind === 'school' ? await findStanding(desk.db, subject.urn) : undefined;
  const standsSo = standing === undefined ? [] : [standingWords(standing, londonDate(nowMs()))];
  if (standing?.kind === 'closed') {
    return refused({
      kind: 'school-closed',
      message: `${standsSo.join(' ')} Nothing can be asked of it.`,
      remedy: `${instead(standing.instead)} If the register is out of date, import it again: chaser import schools FILE`,
    });
  }
  const found = await findParties(desk.db, subject, programme);
  const { authority } = found;
  const parties: Parties = { ...found.parties, ...underWay?.people };
  // A school that the register does not have is a gap that no name fills.
  const gaps = found.gaps.filter(({ role }) => underWay?.people[role] === undefined || authority === null);
  const mustBeHeld = (role: RoleId) => programme.roles[role] !== undefined && !programme.roles[role].informedOnly;
  const missing = gaps.filter(({ role }) => mustBeHeld(role));
  const silent = await withoutAddress(desk.db, programme, parties);
  const nobody = [...missing, ...silent.filter(({ role, alone }) => alone && mustBeHeld(role))];
  if (nobody.length > 0) {
    return refused({
      kind: 'nobody-to-ask',
      message: nobody.map(({ message }) => message).join(' '),
      remedy: [...new Set(nobody.map(({ remedy }) => remedy))].join(' '),
    });
  }
  const calendar = await calendarToStartWith(desk.db, subject, authority, programme);
  if (!calendar.ok) return refused({ ...calendar.reason, kind: 'no-calendar' });
  // The reference is assigned when the deployment starts; no due date depends on it.
  const beginning = { reference: 'planned', subject, parties, facts: request.facts ?? {} };
  const now = nowInstant();
  const events =
    underWay === undefined
      ? begin(programme, beginning, calendar.value, now)
      : takeIn(programme, beginning, underWay.past, calendar.value, now);
  if (!events.ok) return events;
  const chronology = events.value.reduce(evolve, blankChronology(programme, calendar.value));
  return ok({
    parties,
    region: found.region,
    facts: request.facts ?? {},
    calendar: calendar.value,
    opened: events.value.filter(
      (event): event is Started['opened'][number] => event.type === 'step-opened' && findStep(chronology, event)?.state.kind === 'open',
    ),
    chronology,
    firstLettersAt: firstLettersOf(chronology),
    notes: [...standsSo, ...[...gaps, ...silent].map(({ message }) => message)],
  });
}

/**
 * Starts a deployment: plans it, keeps what it is pinned to, and starts its workflow. Refused with the reason when it
 * cannot be planned, is being started already, or when its reference is taken. However often it is called for a school or
 * trust, and though the engine is away meanwhile, it starts one.
 *
 * With `storedWithinMs` it returns when the deployment is in the record, or after so many milliseconds: `stored` says which. A start that no
 * worker has taken by then stands, and is stored as soon as one does. Without it returns as soon as the engine has it.
 */
export async function startDeployment(
  desk: { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string },
  request: StartRequest,
  { storedWithinMs = null }: { readonly storedWithinMs?: number | null } = {},
): Promise<Result<Started, StartRefusal>> {
  // A record that was restored gives out numbers anew that the engine knows already.
  for (let tries = 1; ; tries += 1) {
    const started = await tryToStart(desk, request, storedWithinMs);
    const numberTaken = !started.ok && started.reason.kind === 'reference-taken' && request.reference === undefined;
    if (!numberTaken || tries === MOST_NUMBERS) return started;
  }
}

/** More numbers than are given out between a backup and a restore. */
const MOST_NUMBERS = 1_000;

async function tryToStart(
  desk: { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string },
  request: StartRequest,
  storedWithinMs: number | null,
): Promise<Result<Started, StartRefusal>> {
  const { subject, programme } = request;
  const plan = await planDeployment(desk, request);
  if (!plan.ok) return plan;
  const { parties, region, facts, calendar, opened, firstLettersAt, notes } = plan.value;

  if (!(await keepProgramme(desk.db, programme))) {
    return refused({
      kind: 'programme-changed',
      message: `Programme ${programme.id} version ${programme.version} was kept before with other content.`,
      remedy: 'Raise the version in its file: running deployments keep the programme they began with.',
    });
  }
  await keepCalendar(desk.db, calendar);
  const claim = await claimStart(desk.db, subject, programme.id, request.reference);
  if (claim === undefined) return refused(referenceTaken(request.reference ?? ''));
  const { reference, ours } = claim;
  // Another start that claimed it first may have finished since this one planned.
  const running = await findRunning(desk.db, subject, programme.id);
  if (running !== undefined) {
    if (ours) await giveUpStart(desk.db, claim);
    return refused(alreadyRunning(running, request));
  }
  if (request.reference !== undefined && request.reference !== reference) return refused(beingStarted(reference, request));

  const start: DeploymentStart = {
    programme,
    calendar,
    beginning: { reference, subject, parties, facts },
    ...(request.underWay === undefined ? {} : { past: request.underWay.past }),
    carried: null,
  };
  let stored: boolean;
  try {
    stored = await startWithAttributes(desk.client, attributesOf(programme.id, subject, region), (attributes) =>
      beginWorkflow(desk, claim, storedWithinMs, {
        workflowId: deploymentWorkflowId(reference),
        taskQueue: desk.taskQueue,
        args: [start],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        memo: { [CLAIM]: claim.id },
        staticSummary: deploymentWords(programme, subject),
        ...attributes,
      }),
    );
  } catch (error) {
    // Nobody knows whether the request reached the engine. The claim stays, and the next start uses the same reference.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    if (await isStartedUnder(desk.client, claim)) return refused(beingStarted(reference, request));
    await giveUpStart(desk.db, claim);
    return refused(referenceTaken(reference));
  }
  return ok({ reference, opened, firstLettersAt, notes, stored });
}

/**
 * Starts the workflow of a deployment, and answers whether its beginning is in the record already. With a time to wait, the engine is asked
 * to start it and to tell when it is stored in one request. Rejects where nobody knows whether it was started, and with
 * `WorkflowExecutionAlreadyStartedError` where the reference is taken.
 */
async function beginWorkflow(
  { db, client }: { readonly db: Db; readonly client: Client },
  claim: StartClaim,
  storedWithinMs: number | null,
  options: WorkflowStartOptions,
): Promise<boolean> {
  const isStored = async () => (await findDeployment(db, claim.reference)) !== undefined;
  if (aheadMs() > 0) {
    // In a training copy it begins at the time that was moved on. Temporal takes no delay together with an update.
    await client.workflow.start(WORKFLOW_TYPES.deployment, { ...options, startDelay: aheadMs() });
    await bringToNow(client, claim.reference);
    return isStored();
  }
  if (storedWithinMs === null) {
    await client.workflow.start(WORKFLOW_TYPES.deployment, options);
    return false;
  }
  const startWorkflowOperation = new WithStartWorkflowOperation(WORKFLOW_TYPES.deployment, {
    ...options,
    workflowIdConflictPolicy: 'FAIL',
  });
  try {
    await client.withDeadline(Date.now() + storedWithinMs - Math.min(ASK_MS, storedWithinMs / 4), () =>
      client.workflow.executeUpdateWithStart(storedUpdate, { args: [], startWorkflowOperation }),
    );
    return true;
  } catch (error) {
    // A refused request has started nothing. Where the engine has the workflow all the same, another start under this claim brought it there.
    if (error instanceof WorkflowExecutionAlreadyStartedError || isRefusedByEngine(error)) throw error;
    // No worker has taken it, or one of an older version that does not know the question. Where the engine has it, it is started.
    const asked = client.withDeadline(Date.now() + ASK_MS, () => isStartedUnder(client, { ...claim, ours: true }));
    if (!(await asked.catch(() => false))) throw error;
    return isStored();
  }
}

/**
 * How long the engine has to say whether it knows a workflow. It is part of the time that somebody waits: an engine that is away takes all of it,
 * because nothing tells it apart from one without a worker.
 */
const ASK_MS = 1_500;

/** Under which name the memo of a deployment's workflow holds the claim that it was started under. */
const CLAIM = 'claim';

/**
 * Whether the workflow that has the reference of a claim was started under that claim. Two starts at once share one
 * claim, and the second may reach the engine first. Otherwise the engine knew the number before: the record was restored to
 * an older moment. A workflow that was started before claims were told is the claim's unless the claim is new.
 */
async function isStartedUnder(client: Client, { id, reference, ours }: StartClaim): Promise<boolean> {
  const { memo } = await client.workflow.getHandle(deploymentWorkflowId(reference)).describe();
  const told = memo?.[CLAIM];
  return told === undefined ? !ours : told === id;
}

function instead(others: readonly { readonly urn: string; readonly name: string }[]): string {
  return others.length === 0
    ? 'Start the school that has taken its place.'
    : `Start ${others.map(({ name, urn }) => `${name} (URN ${urn})`).join(' or ')} if it has taken its place.`;
}

function alreadyRunning(reference: string, { subject, programme }: StartRequest): StartRefusal {
  return {
    kind: 'already-running',
    reference,
    message: `Deployment ${reference} of ${programme.id} is running for this ${subject.kind} already.`,
    remedy: `See it with: chaser status ${reference}`,
  };
}

function beingStarted(reference: string, { subject, programme }: StartRequest): StartRefusal {
  return {
    kind: 'being-started',
    reference,
    message: `Deployment ${reference} of ${programme.id} is being started for this ${subject.kind} already.`,
    remedy: 'It is there as soon as a worker takes it.',
  };
}

function referenceTaken(reference: string): StartRefusal {
  return {
    kind: 'reference-taken',
    message: `There is a deployment ${reference} already.`,
    remedy: 'Leave the reference out to get the next free one.',
  };
}

type Silent = { readonly role: RoleId; readonly message: string; readonly remedy: string; readonly alone: boolean };

/** The holders of a role who cannot be written to; `alone` when nobody else in the role can be either. */
async function withoutAddress(db: Db, programme: Programme, parties: Parties): Promise<readonly Silent[]> {
  const contacts = await listContacts(db, [...new Set(Object.values(parties).flat())]);
  return Object.entries(parties).flatMap(([role, people]) => {
    const held = contacts.filter(({ id }) => people.includes(id));
    const silent = held.filter(({ email, addressRefused }) => email === '' || addressRefused);
    return silent.map(({ name, email }) => ({
      role,
      message:
        email === ''
          ? `${name}, ${programme.roles[role]?.title ?? role}, has no e-mail address.`
          : `The mail system refused the address of ${name}, ${programme.roles[role]?.title ?? role}, for good: ${email}.`,
      remedy: 'Give another address in a people file: chaser import people FILE',
      alone: silent.length === held.length,
    }));
  });
}

function firstLettersOf(chronology: Chronology): Instant | null {
  const atMs = nextWakeMs(chronology, nowMs());
  return atMs === null ? null : new Date(atMs).toISOString();
}
