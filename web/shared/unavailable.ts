import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DatabaseTrouble } from '../../postgres/database-trouble.ts';
import { navigationFor } from './navigation.ts';
import { renderView } from './render.ts';
import { typedIn } from './typed-again.ts';

const WHY = {
  'database-away': 'Chaser cannot reach its database just now.',
  'database-busy': 'Chaser’s database is very busy just now.',
  'database-read-only': 'Chaser can show pages just now, but it cannot save anything.',
} as const satisfies Record<DatabaseTrouble['kind'], string>;

const RETRY_AFTER_SECONDS = 60;

/**
 * Answers with 503 while the database is down, busy or read-only. A form that was sent comes back in the page, with a
 * button that sends it again unchanged. A page cannot hold a file, so whoever sent one is asked to choose it again.
 */
export function sendUnavailable(trouble: DatabaseTrouble, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  process.stderr.write(`${request.method} ${request.routeOptions.url ?? ''}: ${trouble.message}\n`);
  const withFile = (request.headers['content-type'] ?? '').startsWith('multipart/');
  const sent = request.method === 'POST';
  const typed = sent && !withFile ? typedIn(request.body) : null;
  const next = !sent
    ? 'Try again in a few minutes.'
    : typed === null
      ? 'It was not saved. Go back in a few minutes, choose the file again and send it once more.'
      : 'What you sent was not saved. It is kept in this page: leave it open, and send it again in a few minutes.';
  return reply
    .status(503)
    .header('retry-after', RETRY_AFTER_SECONDS)
    .type('text/html')
    .send(
      renderView('shared/unavailable', {
        title: 'Sorry, the service is unavailable',
        paragraphs: [WHY[trouble.kind], next, 'If it is urgent, telephone your coordinator.'],
        typed,
        action: request.url,
        user: request.user,
        navigation: navigationFor(request.user, ''),
      }),
    );
}
