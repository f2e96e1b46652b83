import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerStep } from '../../desk/answer-step.ts';
import { noteDeployment } from '../../desk/note-deployment.ts';
import { stepFor } from '../../domain/chronology/applies.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import type { Programme, Step } from '../../domain/programme.ts';
import type { Db } from '../../postgres/database.ts';
import { findDraft, saveDraft } from '../../postgres/desk/answer-drafts.ts';
import type { DraftKey } from '../../postgres/desk/answer-drafts.ts';
import { findDeploymentHead, listRoleHolders } from '../../postgres/views/deployment-page.ts';
import type { DeploymentHead, RoleHolder } from '../../postgres/views/deployment-page.ts';
import { listSteps } from '../../postgres/views/deployments.ts';
import type { StepLine } from '../../postgres/views/deployments.ts';
import { readKnownFacts } from '../../postgres/pinned/known-facts.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import { chosenInAddress } from '../answer/chosen-in-address.ts';
import { editedForm, isEdit } from '../answer/edit-entries.ts';
import { answerChoices, hasConditions } from '../answer/field-inputs.ts';
import { formOf, typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { takeForm } from '../answer/take-form.ts';
import { canExist, recordAnswerUrl } from '../shared/desk-urls.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { mayReveal } from '../shared/revealing.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { endIncoming } from '../../postgres/desk/keep-incoming.ts';
import { findReply } from '../replies/routes.ts';
import { writerOf } from '../replies/view.ts';
import { renderDeployment } from './render-deployment.ts';
import type { Asked as AskedOf } from './render-deployment.ts';
import { UUID } from '../shared/once.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('deployments');

/** Nobody waits longer than this for a page. */
const DEADLINE_MS = 8_000;
const ANSWERS = { config: { access: 'record-answer' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfDeployment = { Params: { reference: string }; Querystring: AskedOf };
type OfStep = { Params: { reference: string; step: string }; Querystring: { answer?: unknown; reply?: unknown }; Body: FormBody | null };

/** One whole deployment, its notes, and the form to record an answer for somebody who telephoned. */
export function registerDeploymentRoutes(app: FastifyInstance, services: Services): void {
  const { db, temporal } = services;

  app.get<OfDeployment>('/deployments/:reference', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const { reference } = request.params;
    if (!canExist(request.params)) return reply.callNotFound();
    const head = await findDeploymentHead(db, reference, scopeCondition(user, 2));
    if (head === undefined) return reply.callNotFound();
    return reply.type('text/html').send(await renderDeployment(db, user, head, { asked: request.query, attempt: null }));
  });

  app.post<{ Params: { reference: string }; Body: FormBody | null }>(
    '/deployments/:reference/notes',
    { config: { access: 'record-answer' }, bodyLimit: LONG_FORM_BYTES },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference } = request.params;
      if (!canExist(request.params)) return reply.callNotFound();
      const head = await findDeploymentHead(db, reference, scopeCondition(user, 2, 'record-answer'));
      if (head === undefined) return reply.callNotFound();
      const body = request.body ?? {};
      const words = typed(body, 'words');
      const onceAs = typed(body, 'onceAs');
      const kept = await noteDeployment(db, { reference, by: user.person, words }, UUID.test(onceAs) ? onceAs : undefined);
      if (kept.ok) return reply.redirect(`${urls.deployment(reference)}?noted=yes`, 303);
      const attempt = { words, problem: kept.reason.remedy };
      return reply
        .status(400)
        .type('text/html')
        .send(await renderDeployment(db, user, head, { asked: {}, attempt }));
    },
  );

  app.get<OfStep>('/deployments/:reference/answer/:step', { config: { access: 'record-answer' } }, async (request, reply) => {
    const user = signedIn(request);
    const asked = await findAsked(db, user, request.params);
    if (asked === undefined) return reply.callNotFound();
    if (asked.open === undefined) return sendNotOpen(reply, user, asked);
    const { answer, strange } = chosenInAddress(asked.step, request.query);
    const draft = await findDraft(db, draftKey(user, asked, asked.open.round));
    const saved = { ...draft?.fields, ...(draft?.answer == null ? {} : { answer: draft.answer }) };
    const body = answer === null ? saved : { ...saved, answer };
    return sendAnswerPage(reply, user, {
      ...answerPage(user, asked, body, []),
      savedAt: draft?.savedAt ?? null,
      strangeAnswer: strange,
      beside: await besideOf(db, user, asked.head.reference, request.query.reply),
    });
  });

  // What is saved is this person's own: somebody who answers by the link of a letter finds it there, too.
  app.post<OfStep>('/deployments/:reference/answer/:step/draft', ANSWERS, async (request, reply) => {
    const user = signedIn(request);
    const asked = await findAsked(db, user, request.params);
    if (asked === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    if (asked.open === undefined || typed(body, 'round') !== String(asked.open.round)) {
      return sendNotOpen(reply, user, asked);
    }
    const { answer = null, ...fields } = formOf(asked.step, body);
    const owner = ownerChosen(asked, body);
    const chosen = owner === undefined || asked.owners.length === 1 ? {} : { owner: owner.person };
    await saveDraft(db, draftKey(user, asked, asked.open.round), { answer, fields: { ...fields, ...chosen } });
    return reply.redirect(`${urls.deployment(request.params.reference)}?told=saved`, 303);
  });

  app.post<OfStep>('/deployments/:reference/answer/:step', ANSWERS, async (request, reply) => {
    const user = signedIn(request);
    const asked = await findAsked(db, user, request.params);
    if (asked === undefined) return reply.callNotFound();
    const { reference, step } = request.params;
    const body = request.body ?? {};
    const beside = await besideOf(db, user, reference, body['reply']);
    // Another round may be open by now, or none. Whoever sends an old page is told so, and no other round is answered.
    if (asked.open === undefined || typed(body, 'round') !== String(asked.open.round)) {
      return sendNotOpen(reply, user, asked);
    }
    if (isEdit(body)) {
      const edited = { ...editedForm(asked.step, body), owner: typed(body, 'owner') };
      return sendAnswerPage(reply, user, { ...answerPage(user, asked, edited, []), beside });
    }
    const owner = ownerChosen(asked, body);
    const { chosen, fields, problems: found } = await takeForm(db, asked.step, body, { byName: true, reference: asked.head.reference });
    // The form's own words address whoever answers; these address whoever took the call.
    const faults = chosen === null ? [{ id: 'answer', text: 'Select the answer' }] : found;
    const problems = owner === undefined ? [{ id: 'owner', text: 'Select who answered' }, ...faults] : faults;
    if (chosen === null || owner === undefined || problems.length > 0) {
      return sendAnswerPage(reply.status(400), user, { ...answerPage(user, asked, body, problems), beside });
    }
    try {
      const own = owner.person === user.person;
      const counted = await temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
        answerStep(
          { db, client: temporal },
          {
            reference,
            step,
            answer: chosen.id,
            by: user.person,
            ...(own ? {} : { onBehalfOf: owner.person }),
            via: own ? 'link' : beside === null ? 'telephone' : 'e-mail',
            fields,
          },
        ),
      );
      // Whoever recorded it has read it.
      if (counted.ok && beside !== null) await endIncoming(db, { id: beside.id, by: user.person });
      if (counted.ok) return await reply.redirect(`${urls.deployment(reference)}?recorded=${encodeURIComponent(step)}`, 303);
      const text = `${counted.reason.message} ${remedyOnPage(counted.reason.remedy)}`;
      return await sendAnswerPage(reply.status(400), user, { ...answerPage(user, asked, body, [{ id: 'answer', text }]), beside });
    } catch (error) {
      process.stderr.write(
        `An answer to ${reference}/${step} could not be recorded: ${error instanceof Error ? error.message : String(error)}\n`,
      );
      return sendAnswerPage(reply.status(503), user, {
        ...answerPage(user, asked, body, []),
        beside,
        title: 'The answer is not recorded',
        unreachable: true,
      });
    }
  });
}

/** A step for which somebody may record an answer. */
type Asked = {
  readonly head: DeploymentHead;
  readonly programme: Programme;
  readonly step: Step;
  /** Undefined when the step is not open, or no longer. */
  readonly open: StepLine | undefined;
  readonly owners: readonly RoleHolder[];
};

async function findAsked(db: Db, user: User, { reference, step: id }: OfStep['Params']): Promise<Asked | undefined> {
  if (!canExist({ reference, step: id })) return undefined;
  const head = await findDeploymentHead(db, reference, scopeCondition(user, 2, 'record-answer'));
  if (head === undefined) return undefined;
  const programme = await readProgramme(db, head.programme, head.version);
  const step = Object.hasOwn(programme.steps, id) ? programme.steps[id] : undefined;
  const newest = (await listSteps(db, reference)).findLast((line) => line.step === id);
  if (step === undefined || newest === undefined) return undefined;
  const roles = [step.owner, ...step.with];
  const holders = await listRoleHolders(db, reference);
  return {
    head,
    programme,
    step: stepFor(step, await readKnownFacts(db, reference)),
    open: newest.state === 'open' ? newest : undefined,
    owners: roles.flatMap((role) => holders.filter((holder) => holder.role === role)),
  };
}

/** The reply that stands beside the form while its answer is recorded; null when there is none, or none that the user may read. */
async function besideOf(db: Db, user: User, reference: string, id: unknown) {
  const email = typeof id === 'string' ? await findReply(db, user, id) : undefined;
  if (email === undefined || email.kind !== 'person') return null;
  // What belongs to another deployment answers nothing here.
  if (email.letters.length > 0 && !email.letters.some((letter) => letter.reference === reference)) return null;
  return { id: email.id, at: email.at, writer: writerOf(email), words: email.words, href: urls.reply(email.id) };
}

function draftKey(user: User, { head, step }: Asked, round: number): DraftKey {
  return { reference: head.reference, step: step.id, round, person: user.person };
}

function ownerChosen({ owners }: Asked, body: FormBody): RoleHolder | undefined {
  return owners.find(({ person }) => person === typed(body, 'owner'));
}

function answerPage(user: User, asked: Asked, body: FormBody, problems: readonly FormProblem[]) {
  const { head, programme, step, owners, open } = asked;
  const [only] = owners;
  const own = owners.some(({ person }) => person === user.person);
  return {
    title: own ? `Answer: ${step.title}` : `Record an answer: ${step.title}`,
    head,
    step,
    round: open?.round,
    dueOn: open?.dueOn,
    own,
    action: recordAnswerUrl(head.reference, step.id),
    draftAction: `${recordAnswerUrl(head.reference, step.id)}/draft`,
    backHref: urls.deployment(head.reference),
    shortlistHref: changeRulesOf(programme).rematch?.opens === step.id ? urls.shortlist(head.reference) : null,
    owners: owners.map(({ person, name, role }) => ({
      value: person,
      text: `${name ?? person}, ${programme.roles[role]?.title ?? role}${person === user.person ? ' (you)' : ''}`,
      checked: typed(body, 'owner') === person || owners.length === 1,
    })),
    only: owners.length === 1 ? only?.person : undefined,
    choices: answerChoices(step.answers, typed(body, 'answer'), body, problems),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    ownerError: problems.find(({ id }) => id === 'owner')?.text,
    answerError: problems.find(({ id }) => id === 'answer')?.text,
  };
}

function sendNotOpen(reply: FastifyReply, user: User, { head, step }: Asked): FastifyReply {
  return send(reply.status(409), user, 'deployment/not-open', {
    title: 'This step is not open',
    step,
    subject: head.subject,
    href: urls.deployment(head.reference),
  });
}

function sendAnswerPage(
  reply: FastifyReply,
  user: User,
  data: ReturnType<typeof answerPage> & Readonly<Record<string, unknown>>,
): FastifyReply {
  const reveals = hasConditions(data.choices);
  return send(reveals ? mayReveal(reply) : reply, user, 'deployment/answer', { ...data, reveals });
}
