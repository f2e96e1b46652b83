import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { AnswerCommand, Refusal } from '../domain/chronology/decide.ts';
import type { Via } from '../domain/chronology/events.ts';
import type { Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { unseenSentence } from '../domain/unseen-characters.ts';
import type { Db } from '../postgres/database.ts';
import { findDeployment, findPersonId, listParties, listSteps } from '../postgres/views/deployments.ts';
import type { StepLine } from '../postgres/views/deployments.ts';
import { readPinnedProgramme } from '../postgres/pinned/pinned.ts';
import { answerUpdate, REFUSED } from '../workflows/messages.ts';
import type { Counted } from '../workflows/messages.ts';
import { engineKnowsNothing, missingFromRecord } from './engine-and-record.ts';
import type { PartedRefusal } from './engine-and-record.ts';
import { goingFirst } from './going-first.ts';

export type AnswerRequest = {
  readonly reference: string;
  readonly step: string;
  readonly answer: string;
  /** Contact id or e-mail; the step's owner by default. */
  readonly by?: string;
  /** Contact id or e-mail of the owner who telephoned. */
  readonly onBehalfOf?: string;
  readonly via: Via;
  readonly fields: Readonly<Record<string, string>>;
};

export type AnswerRefusal = Refusal | PartedRefusal | (Reason & { readonly kind: 'unknown-person' | 'unknown-deployment' });

/**
 * Gives an answer to the newest round of a step and says whether it counted. The same answer given twice counts once,
 * because the update's id is made of step, round, person and answer.
 */
export async function answerStep(
  desk: { readonly db: Db; readonly client: Client },
  request: AnswerRequest,
): Promise<Result<Counted, AnswerRefusal>> {
  const { reference } = request;
  const steps = await listSteps(desk.db, reference);
  if (steps.length === 0) return refused(unknownDeployment(reference));
  const newest = steps.findLast(({ step }) => step === request.step);
  const programme = await readPinnedProgramme(desk.db, reference);
  if (newest === undefined) return refused(neverOpened(request, programme, steps));
  const { round, owner: role } = newest;

  const fields: Record<string, string> = { ...request.fields };
  const answer = programme.steps[request.step]?.answers.find(({ id }) => id === request.answer);
  for (const field of answer?.fields ?? []) {
    const given = fields[field.id];
    if (field.kind !== 'person' || given === undefined) continue;
    const person = await findPersonId(desk.db, given);
    if (person === undefined) return refused(unknownPerson(given));
    fields[field.id] = person;
  }
  const owner = (await listParties(desk.db, reference)).find((party) => party.role === role)?.person;
  const by = request.by === undefined ? owner : await findPersonId(desk.db, request.by);
  if (by === undefined) return refused(unknownPerson(request.by ?? 'the owner'));
  const onBehalfOf = request.onBehalfOf === undefined ? null : await findPersonId(desk.db, request.onBehalfOf);
  if (onBehalfOf === undefined) return refused(unknownPerson(request.onBehalfOf ?? ''));

  try {
    const said = { step: request.step, round, answer: request.answer, by, onBehalfOf, via: request.via, fields };
    const counted = await giveAnswer(desk.client, reference, said);
    const missing = await missingFromRecord(desk.db, reference, counted);
    return missing === null ? ok(counted) : refused(missing);
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal) return refused(refusal);
    if (error instanceof WorkflowNotFoundError) return refused(await whyNotFound(desk.db, reference));
    throw error;
  }
}

/**
 * The bare update. Its id is made of step, round, person and answer, so that the same answer counts once, however often and
 * from wherever it is given. Fails when it is refused (see `refusalIn`), or when Temporal cannot be reached.
 */
export function giveAnswer(client: Client, reference: string, said: Omit<AnswerCommand, 'kind'>): Promise<Counted> {
  return goingFirst(client, reference, (deployment) =>
    deployment.executeUpdate(answerUpdate, {
      updateId: ['answer', said.step, said.round, said.by, said.answer].join('/'),
      args: [said],
    }),
  );
}

/** The refusal from a workflow's validator, if the error is one. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const { type, details } = error.cause;
  return type === REFUSED ? (details?.[0] as Refusal | undefined) : undefined;
}

function unknownDeployment(reference: string): AnswerRefusal {
  return {
    kind: 'unknown-deployment',
    message: `There is no deployment "${reference}".`,
    remedy: 'See the references with: chaser list',
  };
}

function neverOpened({ reference, step }: AnswerRequest, programme: Programme, steps: readonly StepLine[]): AnswerRefusal {
  const open = steps.filter(({ state }) => state === 'open').map((line) => line.step);
  return {
    kind: 'not-open',
    message:
      programme.steps[step] === undefined
        ? `Programme ${programme.id} has no step "${step}".`
        : `Step "${step}" has not opened in ${reference} yet.`,
    remedy: open.length === 0 ? 'No step is open.' : `Open now: ${open.join(', ')}.`,
  };
}

function unknownPerson(given: string): AnswerRefusal {
  return {
    kind: 'unknown-person',
    message: `Nobody is known as "${given}".`,
    remedy: unseenSentence(given) || 'Give the contact id or the e-mail address of somebody imported with: chaser import people FILE',
  };
}

async function whyNotFound(db: Db, reference: string): Promise<AnswerRefusal> {
  if ((await findDeployment(db, reference))?.status === 'running') return engineKnowsNothing(reference);
  return { kind: 'not-running', message: `Deployment ${reference} has ended.`, remedy: `See how with: chaser status ${reference}` };
}
