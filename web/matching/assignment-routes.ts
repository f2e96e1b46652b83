import type { FastifyInstance, FastifyReply } from 'fastify';
import { acceptLines, proposeAssignment } from '../../desk/propose-assignment.ts';
import type { AcceptedLine, AssignmentLine, AssignmentProposal, LineOutcome } from '../../desk/propose-assignment.ts';
import { DAYS_ASSUMED } from '../../domain/matching/capacity.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import { refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { capitalised } from '../../domain/words.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import { namesOf } from '../../postgres/views/deployment-page.ts';
import { listWaitingForLeader } from '../../postgres/views/matching.ts';
import type { WaitingHead } from '../../postgres/views/matching.ts';
import { answerChoices } from '../answer/field-inputs.ts';
import type { FieldInput } from '../answer/field-inputs.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { takeForm } from '../answer/take-form.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('leaders');

/** So many lines are accepted at once: each is an answer that the engine takes. */
const MOST_LINES = 50;
const LONGEST_REASON = 1_000;

type Asks = { Querystring: FormBody; Body: FormBody | null };
type Shown = { readonly body: FormBody; readonly days: number; readonly problems?: readonly FormProblem[] };

/** The proposed assignment of all who wait for a system leader: shown line by line, and accepted line by line. */
export function registerAssignmentRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal } = services;

  app.get<Asks>(urls.assignment(), { config: { access: 'record-answer' } }, async (request, reply) => {
    const user = signedIn(request);
    const days = readDays(request.query);
    const problems = days === undefined ? [NOT_DAYS] : [];
    return proposalPage(reply.status(days === undefined ? 400 : 200), user, { body: request.query, days: days ?? DAYS_ASSUMED, problems });
  });

  app.post<Asks>(urls.assignment(), { config: { access: 'record-answer' }, bodyLimit: LONG_FORM_BYTES }, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const days = readDays(body);
    const heads = await listWaitingForLeader(db, scopeCondition(user, 1, 'record-answer'));
    const asked = ticked(body, 'accept');
    const { lines, gone, problems: ofLines } = await readLines(body, heads, asked);
    const words = typed(body, 'because');
    const problems: FormProblem[] = [
      ...(asked.length === 0 ? [{ id: 'proposal', text: 'Select the schools and trusts for which you accept the proposal' }] : []),
      ...(asked.length > MOST_LINES ? [{ id: 'proposal', text: `Select ${MOST_LINES} or fewer at once` }] : []),
      ...(days === undefined ? [NOT_DAYS] : []),
      ...(words.length > LONGEST_REASON ? [{ id: 'because', text: `Use ${LONGEST_REASON} characters or fewer` }] : []),
      ...ofLines,
    ];
    if (problems.length > 0 || days === undefined) {
      return proposalPage(reply.status(400), user, { body, days: days ?? DAYS_ASSUMED, problems });
    }
    const outcomes = await acceptLines({ db, client: temporal, trouble }, lines, { person: user.person, days, words });
    return resultPage(reply, user, outcomes, gone);
  });

  /** The lines that were ticked, and the references among them in which nobody is looked for any more. */
  async function readLines(body: FormBody, heads: readonly WaitingHead[], asked: readonly string[]) {
    const lines: AcceptedLine[] = [];
    const gone: string[] = [];
    const problems: FormProblem[] = [];
    const told = new Set<string>();
    for (const reference of new Set(asked)) {
      const head = heads.find((one) => one.reference === reference);
      const leader = typed(body, `leader-${reference}`);
      if (head === undefined || leader === '') {
        gone.push(reference);
        continue;
      }
      const kind = kindOf(head);
      const { step, answer } = await namingIn(head);
      const taken = await takeForm(
        db,
        { ...step, answers: [answer] },
        { ...within(body, kind), answer: answer.id },
        { byName: true, reference },
      );
      // One form counts for all lines of a programme: its mistakes are told once.
      if (!told.has(kind)) problems.push(...taken.problems.map(({ id, text }) => ({ id: `${kind}${id}`, text })));
      told.add(kind);
      lines.push({ head, leader, round: Number(typed(body, `round-${reference}`)), fields: taken.fields });
    }
    return { lines, gone, problems };
  }

  /** The step in which a leader is named, and its answer without the field for the name. */
  async function namingIn(head: WaitingHead) {
    const programme = await readProgramme(db, head.programme, head.version);
    const { rematch: rule } = changeRulesOf(programme);
    const step = rule === null ? undefined : programme.steps[rule.opens];
    const answer = step?.answers.find(({ fields }) => fields.some(({ names }) => names === rule?.role));
    if (step === undefined || answer === undefined) throw new Error(`The programme of ${head.reference} names nobody.`);
    return { programme, step, answer: { ...answer, fields: answer.fields.filter(({ names }) => names !== rule?.role) } };
  }

  async function propose(user: User, days: number): Promise<Result<AssignmentProposal, Reason>> {
    return proposeAssignment(db, scopeCondition(user, 1, 'record-answer'), days, async (problem) => {
      const solved = await services.rehearsals.ask(user.person, 'assign', problem);
      return solved.ok ? solved : refused(solved.reason.kind === 'takes-too-long' ? TOO_LONG : solved.reason);
    });
  }

  async function proposalPage(reply: FastifyReply, user: User, { body, days, problems = [] }: Shown): Promise<FastifyReply> {
    const proposed = await propose(user, days);
    const { lines, left } = proposed.ok ? proposed.value : { lines: [], left: [] };
    const errorOf = (id: string) => problems.find((problem) => problem.id === id)?.text;
    const refusal = proposed.ok ? [] : [{ text: `${proposed.reason.message} ${proposed.reason.remedy}`, href: '#proposal' }];
    const accepted = ticked(body, 'accept');
    return send(reply, user, 'matching/assignment', {
      title: 'Proposed system leaders for all who wait',
      errors: [...refusal, ...problems.map(({ id, text }) => ({ text, href: `#${id}` }))],
      refused: !proposed.ok,
      days,
      daysTyped: typed(body, 'days') || String(days),
      daysError: errorOf('days'),
      because: typed(body, 'because'),
      becauseError: errorOf('because'),
      programmes: await Promise.all(
        [...Map.groupBy(lines, ({ head }) => kindOf(head)).values()].map((own) => programmeView(own, body, problems)),
      ),
      lines: await lineViews(lines, (reference) => accepted.includes(reference)),
      left: left.map(({ head, why }) => ({ ...subjectView(head), why })),
      action: urls.assignment(),
      leadersHref: urls.leaders(),
    });
  }

  /** What the answer asks besides the name, once for all lines of a programme. */
  async function programmeView(lines: readonly AssignmentLine[], body: FormBody, problems: readonly FormProblem[]) {
    const [first] = lines;
    if (first === undefined) throw new Error('A programme without lines.');
    const { programme, answer } = await namingIn(first.head);
    const kind = kindOf(first.head);
    const own = problems.filter(({ id }) => id.startsWith(kind)).map(({ id, text }) => ({ id: id.slice(kind.length), text }));
    const inputs = answerChoices([answer], answer.id, within(body, kind), own)[0]?.fields ?? [];
    return { title: programme.title, answer: answer.label, count: lines.length, fields: inputs.map((input) => named(input, kind)) };
  }

  async function lineViews(lines: readonly AssignmentLine[], isTicked: (reference: string) => boolean) {
    const names = await namesOf(
      db,
      lines.map(({ head }) => head.chosenNext),
    );
    return lines.map(({ head, leader, name, because, insteadOf, warnings }) => ({
      ...subjectView(head),
      round: head.round,
      leader,
      name,
      leaderHref: urls.leader(leader),
      because: capitalised(because),
      insteadOf,
      warnings: [
        ...(head.chosenNext !== '' && head.chosenNext !== leader
          ? [`${names.get(head.chosenNext) ?? head.chosenNext} is next in the order that was chosen on the shortlist.`]
          : []),
        ...warnings,
      ],
      ticked: isTicked(head.reference),
    }));
  }

  async function resultPage(
    reply: FastifyReply,
    user: User,
    outcomes: readonly LineOutcome[],
    gone: readonly string[],
  ): Promise<FastifyReply> {
    const names = await namesOf(
      db,
      outcomes.map(({ line }) => line.leader),
    );
    const view = ({ line: { head, leader } }: LineOutcome) => ({ ...subjectView(head), name: names.get(leader) ?? leader });
    const done = outcomes.filter(({ refusal }) => refusal === null).map(view);
    const notDone = [
      ...outcomes.flatMap((outcome) =>
        outcome.refusal === null
          ? []
          : [{ ...view(outcome), why: `${outcome.refusal.message} ${remedyOnPage(outcome.refusal.remedy)}`.trim() }],
      ),
      ...gone.map((reference) => ({
        reference,
        subject: reference,
        href: null,
        shortlistHref: null,
        name: '',
        why: 'It no longer needs a system leader, or you cannot see it.',
      })),
    ];
    return send(reply, user, 'matching/assignment-result', {
      title: done.length === 0 ? 'Nobody was asked' : 'System leaders were asked',
      told: done.length === 0 ? null : `${done.length} ${done.length === 1 ? 'system leader is' : 'system leaders are'} asked by e-mail.`,
      done,
      notDone,
      backHref: urls.assignment(),
    });
  }
}

const NOT_DAYS: FormProblem = { id: 'days', text: 'Enter how many days are planned, in whole or half days' };
const TOO_LONG: Reason = {
  kind: 'takes-too-long',
  message: 'Too many schools and trusts wait for Chaser to work out a proposal in the time that it allows.',
  remedy: 'Choose on the shortlists of those that are due first, then try again.',
};

function trouble(reference: string, error: unknown): void {
  process.stderr.write(`A leader could not be chosen for ${reference}: ${error instanceof Error ? error.message : String(error)}\n`);
}

/** Undefined for what is no number of days. What was not typed is the number that is assumed. */
function readDays(body: FormBody): number | undefined {
  const said = typed(body, 'days');
  const days = said === '' ? DAYS_ASSUMED : Number(said);
  return days > 0 && days <= 90 && Number.isInteger(days * 2) ? days : undefined;
}

/** Goes before the names of the inputs of a programme, because two programmes may have answers of one name. */
function kindOf({ programme, version }: WaitingHead): string {
  return `${programme}-${version}-`;
}

/** The part of a form that is of one programme, under the names that its answer knows. */
function within(body: FormBody, kind: string): FormBody {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (name.startsWith(kind) ? [[name.slice(kind.length), value]] : [])),
  );
}

function named(input: FieldInput, kind: string): FieldInput {
  return {
    ...input,
    name: `${kind}${input.name}`,
    entries: input.entries.map((entry) => ({
      ...entry,
      name: `${kind}${entry.name}`,
      fields: entry.fields.map((field) => named(field, kind)),
    })),
  };
}

function subjectView({ reference, subject, dueOn }: WaitingHead) {
  return { reference, subject, dueOn, href: urls.deployment(reference), shortlistHref: urls.shortlist(reference) };
}
