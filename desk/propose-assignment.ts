import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { proposalOf, weigh } from '../domain/matching/assignment.ts';
import type { AssignmentProblem, LeftLine, ProposedLine, Waiting } from '../domain/matching/assignment.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import type { Scope } from '../postgres/views/deployment-source.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import { listRoleHolders } from '../postgres/views/deployment-page.ts';
import { listWaitingForLeader } from '../postgres/views/matching.ts';
import type { CommitmentLine, WaitingHead } from '../postgres/views/matching.ts';
import { chooseLeader, readLeaders, weighDeployment } from './match-deployment.ts';
import type { KnownLeaders, Naming, Weighed } from './match-deployment.ts';

/** Solves an assignment, here or in a process of its own: desk/solve-assignment.ts. Refused when it takes too long. */
export type Solve = (problem: AssignmentProblem) => Promise<Result<readonly number[], Reason>>;

export type AssignmentLine = ProposedLine & { readonly head: WaitingHead; readonly naming: Naming };
export type LeftHead = LeftLine & { readonly head: WaitingHead };

/** Who is proposed for every deployment that waits, and which are left without anybody. */
export type AssignmentProposal = { readonly lines: readonly AssignmentLine[]; readonly left: readonly LeftHead[] };

/** What the schools need beyond what the register tells is said on the shortlist of each, and not here. */
const NOTHING_ASKED = { specialisms: [] } as const;

function waitingOf({ need, leaders, today, terms, until }: Weighed, { reference, subject }: WaitingHead, days: number): Waiting {
  return { reference, subject, need, leaders, today, days, until, terms };
}

/**
 * Proposes leaders for every deployment of a scope in which one is to be chosen, as things stand. `days` of support are planned for
 * each. Nothing is changed. Refused when the solver refuses.
 */
export async function proposeAssignment(db: Db, scope: Scope, days: number, solve: Solve): Promise<Result<AssignmentProposal, Reason>> {
  const heads = await listWaitingForLeader(db, scope);
  const known = await readLeaders(db, '');
  const waiting: { readonly head: WaitingHead; readonly weighed: Weighed }[] = [];
  for (const head of heads) {
    const weighed = await weighDeployment(db, head, NOTHING_ASKED, known);
    // A programme may look for somebody without naming a person in an answer. It has no shortlist either.
    if (weighed.ok) waiting.push({ head, weighed: weighed.value });
  }
  const weighing = weigh(waiting.map(({ head, weighed }) => waitingOf(weighed, head, days)));
  const solved = await solve(weighing.problem);
  if (!solved.ok) return solved;
  const { lines, left } = proposalOf(weighing, solved.value);
  const lineOf = new Map(lines.map((line) => [line.reference, line]));
  const leftOf = new Map(left.map((line) => [line.reference, line]));
  return ok({
    lines: waiting.flatMap(({ head, weighed: { naming } }) => {
      const line = lineOf.get(head.reference);
      return line === undefined ? [] : [{ ...line, head, naming }];
    }),
    left: waiting.flatMap(({ head }) => {
      const line = leftOf.get(head.reference);
      return line === undefined ? [] : [{ ...line, head }];
    }),
  });
}

/** A line that a coordinator accepts, as it stood on the page. */
export type AcceptedLine = {
  readonly head: WaitingHead;
  readonly leader: string;
  readonly round: number;
  readonly fields: Readonly<Record<string, string>>;
};

export type AcceptedBy = { readonly person: string; readonly days: number; readonly words: string };

/** What became of an accepted line: null when it was done, otherwise why it was not. */
export type LineOutcome = { readonly line: AcceptedLine; readonly refusal: Reason | null };

/**
 * Chooses the leaders of accepted lines, one after another, each for itself: what one is refused for does not hold up the others. A line
 * is refused when somebody was chosen meanwhile, when its leader may not be asked any more, and when they no longer have the days, which
 * the lines before it may have taken. When the engine does not reply, that line and those after it are refused, and `trouble` hears why.
 */
export async function acceptLines(
  desk: { readonly db: pg.Pool; readonly client: Client; trouble(reference: string, error: unknown): void },
  lines: readonly AcceptedLine[],
  by: AcceptedBy,
): Promise<readonly LineOutcome[]> {
  const outcomes: LineOutcome[] = [];
  const taken: CommitmentLine[] = [];
  let silent = false;
  for (const line of lines) {
    if (silent) {
      outcomes.push({ line, refusal: NO_REPLY });
      continue;
    }
    const done = await acceptLine(desk, line, by, taken).catch((error: unknown) => {
      desk.trouble(line.head.reference, error);
      silent = true;
      return refused(NO_REPLY);
    });
    outcomes.push({ line, refusal: done.ok ? null : done.reason });
    if (done.ok) taken.push(done.value);
  }
  return outcomes;
}

const NO_REPLY: Reason = {
  kind: 'no-reply',
  message: 'The part of Chaser that takes answers does not reply.',
  remedy: 'Look at the page of the deployment before you send this again.',
};
/** How long one line may wait for the engine. */
const LINE_MS = 8_000;

async function acceptLine(
  desk: { readonly db: pg.Pool; readonly client: Client },
  { head, leader, round, fields }: AcceptedLine,
  { person, days, words }: AcceptedBy,
  taken: readonly CommitmentLine[],
): Promise<Result<CommitmentLine, Reason>> {
  const { db } = desk;
  const { reference } = head;
  const known = await readLeaders(db, '');
  const weighed = await weighDeployment(db, head, NOTHING_ASKED, withTaken(known, taken));
  if (!weighed.ok) return weighed;
  if (weighed.value.round !== round) {
    return refused({
      kind: 'chosen-meanwhile',
      message: 'Somebody was chosen for it meanwhile.',
      remedy: 'See the page of the deployment.',
    });
  }
  const { schools, leaders, problem } = weigh([waitingOf(weighed.value, head, days)]);
  const candidate = schools[0]?.ranked.find((one) => one.candidate.leader === leader)?.candidate;
  if (candidate !== undefined && !problem.pairs.some((pair) => leaders[pair.leader] === leader)) {
    return refused({
      kind: 'no-days-free',
      message: `${candidate.name} no longer has the days free.`,
      remedy: 'Look at the proposal again, or choose on the shortlist.',
    });
  }
  const programme = await readProgramme(db, head.programme, head.version);
  const step = programme.steps[weighed.value.naming.step];
  const holders = (await listRoleHolders(db, reference)).filter(
    ({ role }) => step !== undefined && [step.owner, ...step.with].includes(role),
  );
  const [holder] = holders;
  if (holder === undefined) {
    return refused({
      kind: 'nobody-holds-role',
      message: 'Nobody holds the role that answers this step.',
      remedy: 'Give the role to somebody on the page of the deployment.',
    });
  }
  const because = ['Accepted from an assignment that was proposed for all who wait.', words, `${candidate?.because ?? ''}.`];
  const choice = {
    leader,
    thenLeaders: [],
    days,
    because: because.filter((part) => part !== '').join('\n'),
    fields,
    by: person,
    onBehalfOf: holders.some((one) => one.person === person) ? null : holder.person,
  };
  const chosen = await desk.client.withDeadline(Date.now() + LINE_MS, () => chooseLeader(desk, head, NOTHING_ASKED, choice));
  if (!chosen.ok) return chosen;
  return ok({ leader, reference, days, from: weighed.value.today, dueOn: weighed.value.until, given: '', givenOn: null });
}

/** What the lines before have taken, also while the record does not show it yet. */
function withTaken({ lines, commitments }: KnownLeaders, taken: readonly CommitmentLine[]): KnownLeaders {
  const missing = taken.filter((one) => !commitments.some(({ reference }) => reference === one.reference));
  return { lines, commitments: [...commitments, ...missing] };
}
