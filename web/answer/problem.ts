import type { FastifyInstance, FastifyReply } from 'fastify';
import { LONGEST_PROBLEM, tellProblem } from '../../desk/tell-problem.ts';
import type { Services } from '../shared/services.ts';
import { keyOfForm } from '../shared/once.ts';
import { sendClosed } from './link-pages.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';
import { typed } from './read-fields.ts';

/**
 * "I have a problem": free words to the coordinator, whatever the step asks. They answer nothing and stop nothing; the coordinator
 * decides whether to pause.
 */
export function registerProblemRoutes(app: FastifyInstance, services: Services): void {
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/problem',
    PUBLIC,
    withLink(async (opened, _body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply);
      return sendProblemForm(opened, { words: '', onceAs: crypto.randomUUID() }, reply);
    }),
  );

  app.post(
    '/a/:token/problem',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply.status(409));
      const words = typed(body, 'words');
      const sent = typed(body, 'onceAs');
      const onceAs = keyOfForm(sent);
      const told = await tellProblem(services.db, { ...opened, words, onceAs });
      if (!told.ok) return sendProblemForm(opened, { words, onceAs, problem: told.reason.remedy }, reply.status(422));
      return sendPage(reply, 'problem-told', { ...headOf(opened), title: `Thank you for telling us: ${opened.asked.subject}` });
    }),
  );
}

function sendProblemForm(
  opened: OpenedLink,
  { words, onceAs, problem }: { readonly words: string; readonly onceAs: string; readonly problem?: string },
  reply: FastifyReply,
): FastifyReply {
  return sendPage(reply, 'problem', {
    ...headOf(opened),
    title: `I have a problem: ${opened.asked.subject}`,
    words,
    onceAs,
    longest: LONGEST_PROBLEM,
    errors: problem === undefined ? [] : [{ text: problem, href: '#words' }],
  });
}
