import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { dealWithProblem, LONGEST_PROBLEM } from '../../desk/tell-problem.ts';
import { findProblem } from '../../postgres/desk/problems.ts';
import type { Problem } from '../../postgres/desk/problems.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { changeUrl } from '../changes/change-urls.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist, recordAnswerUrl } from '../shared/desk-urls.ts';
import { may } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { telLink } from '../today/today-view.ts';

const DEALS = { config: { access: 'record-answer' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfProblem = { Params: { id: string }; Querystring: FormBody; Body: FormBody | null };

/** One problem that somebody told the coordinator, and the form in which staff say how they dealt with it. */
export function registerProblemsRoutes(app: FastifyInstance, { db }: Services): void {
  const send = staffPages('today');

  app.get<OfProblem>('/problems/:id', DEALS, async (request, reply) => {
    const problem = await findOwn(request);
    if (problem === undefined) return reply.callNotFound();
    const told = request.query['dealt'] === 'yes' && problem.ended !== null ? 'It is recorded how this problem was dealt with.' : null;
    return sendProblem(request, reply, problem, { told, words: '', error: null });
  });

  app.post<OfProblem>('/problems/:id', DEALS, async (request, reply) => {
    const problem = await findOwn(request);
    if (problem === undefined) return reply.callNotFound();
    const words = typed(request.body ?? {}, 'words');
    const ended = await dealWithProblem(db, { id: problem.id, by: signedIn(request).person, words });
    if (ended.ok) return reply.redirect(`${urls.problem(problem.id)}?dealt=yes`, 303);
    const now = (await findOwn(request)) ?? problem;
    return sendProblem(request, reply.status(ended.reason.kind === 'dealt-with' ? 409 : 400), now, {
      told: null,
      words,
      error: ended.reason.remedy,
    });
  });

  async function findOwn(request: FastifyRequest<OfProblem>): Promise<Problem | undefined> {
    if (!canExist(request.params)) return undefined;
    return findProblem(db, request.params.id, scopeCondition(signedIn(request), 2, 'record-answer'));
  }

  function sendProblem(
    request: FastifyRequest<OfProblem>,
    reply: FastifyReply,
    problem: Problem,
    page: { readonly told: string | null; readonly words: string; readonly error: string | null },
  ): FastifyReply {
    const user = signedIn(request);
    const { reference, step, round, by } = problem;
    return send(reply, user, 'problems/page', {
      title: `A problem with “${problem.title}”`,
      problem,
      tel: telLink(by.telephone),
      longest: LONGEST_PROBLEM,
      href: urls.deployment(reference),
      answerHref: recordAnswerUrl(reference, step),
      pauseHref: may(user, 'change-deployments') ? changeUrl(reference, 'stop-clock', { scope: `${step}/${round}` }) : null,
      action: urls.problem(problem.id),
      ...page,
      errors: page.error === null ? [] : [{ text: page.error, href: problem.ended === null ? '#words' : '#dealt-with' }],
    });
  }
}
