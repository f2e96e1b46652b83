import type { FastifyInstance } from 'fastify';
import type { CallOutcome } from '../../postgres/desk/call-notes.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { pagesIn } from './lists.ts';
import { renderToday } from './render-today.ts';

const RECORDED: Readonly<Record<CallOutcome, string>> = {
  'no-answer': 'Recorded: no answer. The call stays on this page.',
  'left-message': 'Recorded: you left a message. The call stays on this page.',
  'call-again': 'Recorded: the call comes back on the day you chose.',
  'wrong-person': 'Recorded: wrong person. It is among the contact details to fix.',
};

/**
 * The coordinator's day: calls worth making, escalations and promises, what waits for them, what is due this week, what is late by
 * whose turn it is, pauses, contact details, and what was answered.
 */
export function registerTodayRoutes(app: FastifyInstance, services: Services): void {
  app.get<{ Querystring: Readonly<Record<string, unknown>> }>('/', { config: { access: 'see-today' } }, async (request, reply) => {
    const { recorded } = request.query;
    const told = typeof recorded === 'string' && Object.hasOwn(RECORDED, recorded) ? RECORDED[recorded as CallOutcome] : null;
    return reply
      .type('text/html')
      .send(await renderToday(services, signedIn(request), { told, attempt: null, pages: pagesIn(request.query) }));
  });
}
