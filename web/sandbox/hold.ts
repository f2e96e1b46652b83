import type { FastifyInstance } from 'fastify';
import { readOpenMove } from '../../postgres/sandbox/time-moves.ts';
import { navigationFor } from '../shared/navigation.ts';
import { renderView, sayTrainingCopy } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';

/** What may be sent while time is moved: it changes no deployment. */
const GOES_ON = /^\/(?:sandbox|sign-in|sign-out)/;

/**
 * Makes the pages those of a training copy: each says so, and while time is being moved nothing can be changed. A deployment whose clock
 * is not there yet would take a change at a time that is over.
 */
export function holdWhileTimeMoves(app: FastifyInstance, { db }: Pick<Services, 'db'>): void {
  sayTrainingCopy(true);
  app.addHook('onClose', () => sayTrainingCopy(false));
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST' || request.is404 || GOES_ON.test(request.routeOptions.url ?? '')) return;
    if ((await readOpenMove(db)) === null) return;
    return reply
      .status(409)
      .type('text/html')
      .send(
        renderView('sign-in/told', {
          title: 'Time is being moved on',
          paragraphs: [
            'Nothing was changed. While time is moved in this training copy, nothing else can be done.',
            'Wait until it is over, then go back and send it again.',
          ],
          action: { text: 'See how far it is', href: urls.sandbox() },
          user: request.user,
          navigation: navigationFor(request.user, ''),
        }),
      );
  });
}
