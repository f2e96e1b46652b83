import type { FastifyInstance, FastifyReply } from 'fastify';
import { isOwnAnswer } from '../../desk/answer-words.ts';
import { wasEscalated } from '../../postgres/views/escalations.ts';
import { escalationPage, mayTakeOn, passPage } from '../escalation/page.ts';
import type { Found, Sent, Viewer } from '../escalation/page.ts';
import { readStory } from '../escalation/read-story.ts';
import { sendForm } from '../escalation/send.ts';
import type { Way } from '../escalation/send.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';
import { createWithLink, headOf, openLink, PUBLIC, PUBLIC_POST } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';

/**
 * The escalation that the letter with this link asked somebody to take on, whatever its state now. Undefined when there
 * was none.
 */
export async function findOwnEscalation({ db }: Services, { asked }: OpenedLink): Promise<Found | undefined> {
  if (asked.revoked || asked.expired || !(await wasEscalated(db, asked))) return undefined;
  const found = await readStory(db, asked, asked.subject);
  if (found === undefined) return undefined;
  // Somebody who has left the deployment sees only an escalation that they can still take on.
  const concerned = (!asked.left && found.story.asked.includes(asked.person)) || mayTakeOn(found.story, asked.person);
  return concerned ? { ...found, asked } : undefined;
}

/** Whether the link's holder is asked for the step itself. Its question then comes first. */
export function ownsStep({ asked }: OpenedLink): boolean {
  return asked.role !== null || isOwnAnswer(asked);
}

/** The page behind the link of an escalation. */
export function sendEscalation(opened: OpenedLink, found: Found, reply: FastifyReply, sent: Sent = {}): FastifyReply {
  return reply.type('text/html').send(
    renderView('escalation/page', {
      ...headOf(opened),
      ...escalationPage(found, viewerOf(opened), sent),
      user: null,
      navigation: [],
      answerHref: ownsStep(opened) && opened.closed === null ? urls.answer(opened.token) : null,
      answerText: `Answer “${opened.step.title}”`,
    }),
  );
}

/** The escalation shown below the question of somebody who owns the step. Null when they have no open escalation. */
export async function escalationBeneath(services: Services, opened: OpenedLink) {
  const found = await findOwnEscalation(services, opened);
  if (found === undefined || !mayTakeOn(found.story, opened.asked.person)) return null;
  return escalationPage(found, viewerOf(opened));
}

/**
 * Adds the routes to take an escalation on, hand it over and send it back by the link of its letter. Opening a page
 * changes nothing.
 */
export function registerEscalationLinkRoutes(app: FastifyInstance, services: Services): void {
  const withLink = createWithLink(services);

  for (const way of ['hand-over', 'send-back'] as const) {
    app.get(
      `/a/:token/${way}`,
      PUBLIC,
      withLink(async (opened, _body, reply) => {
        const found = await findOwnEscalation(services, opened);
        // The escalation's page shows its new state, whatever that is.
        return found !== undefined && mayTakeOn(found.story, opened.asked.person)
          ? sendPass(opened, found, way, reply)
          : reply.redirect(urls.answer(opened.token), 302);
      }),
    );
  }
  app.get(
    '/a/:token/take-on',
    PUBLIC,
    withLink(async ({ token }, _body, reply) => reply.redirect(urls.answer(token), 302)),
  );

  for (const way of ['take-on', 'hand-over', 'send-back'] as const) {
    app.post(
      `/a/:token/${way}`,
      PUBLIC_POST,
      withLink(async (opened, body, reply) => {
        const found = await findOwnEscalation(services, opened);
        if (found === undefined) return reply.redirect(urls.answer(opened.token), 303);
        const outcome = await sendForm(services, { found, viewer: viewerOf(opened), way, body, via: 'link' });
        if (outcome.kind === 'counted') return reply.redirect(urls.answer(opened.token), 303);
        if (outcome.kind === 'again') {
          return way === 'take-on'
            ? sendEscalation(opened, found, reply.status(outcome.status), outcome.sent)
            : sendPass(opened, found, way, reply.status(outcome.status), outcome.sent);
        }
        const now = await openLink(services, opened.token);
        const standing = now === undefined ? undefined : await findOwnEscalation(services, now);
        if (now === undefined || standing === undefined) return reply.redirect(urls.answer(opened.token), 303);
        return sendEscalation(now, standing, reply.status(409), outcome.sent);
      }),
    );
  }
}

function sendPass(opened: OpenedLink, found: Found, way: Exclude<Way, 'take-on'>, reply: FastifyReply, sent: Sent = {}): FastifyReply {
  return reply
    .type('text/html')
    .send(
      renderView('escalation/pass', { ...headOf(opened), ...passPage(found, viewerOf(opened), way, sent), user: null, navigation: [] }),
    );
}

function viewerOf({ asked, token }: OpenedLink): Viewer {
  return { person: asked.person, action: urls.answer(token), csrf: null, recordsForOthers: false };
}
