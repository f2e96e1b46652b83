import type { FastifyInstance } from 'fastify';
import { reportWrongPerson } from '../../postgres/desk/wrong-person.ts';
import type { Services } from '../shared/services.ts';
import { sendClosed } from './link-pages.ts';
import { createWithLink, headOf, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';
import { typed } from './read-fields.ts';

const LONGEST = 1_000;

/** "I am not the right person": opens one task for the coordinator. */
export function registerNotMeRoutes(app: FastifyInstance, services: Services): void {
  const withLink = createWithLink(services);

  app.get(
    '/a/:token/not-me',
    PUBLIC,
    withLink(async (opened, _body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply);
      return sendPage(reply, 'not-me', { ...headOf(opened), title: `I am not the right person: ${opened.asked.subject}`, errors: [] });
    }),
  );

  app.post(
    '/a/:token/not-me',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      const { asked, step, closed } = opened;
      if (closed !== null) return sendClosed(services, opened, closed, reply.status(409));
      const words = typed(body, 'rightPerson');
      if (words.length > LONGEST) {
        return sendPage(reply.status(422), 'not-me', {
          ...headOf(opened),
          title: `I am not the right person: ${asked.subject}`,
          words,
          errors: [
            { text: `Who is the right person must be ${LONGEST.toLocaleString('en-GB')} characters or fewer`, href: '#rightPerson' },
          ],
        });
      }
      await reportWrongPerson(services.db, { reference: asked.reference, role: asked.role ?? step.owner, person: asked.person, words });
      return sendPage(reply, 'not-me-told', { ...headOf(opened), title: `Thank you for telling us: ${asked.subject}` });
    }),
  );
}
