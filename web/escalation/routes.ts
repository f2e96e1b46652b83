import type { FastifyInstance, FastifyReply } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { findAsked } from '../../postgres/access/answer-links.ts';
import type { Db } from '../../postgres/database.ts';
import { findDeploymentHead } from '../../postgres/views/deployment-page.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { canExist } from '../shared/desk-urls.ts';
import { escalationPage, maySay, passPage } from './page.ts';
import type { Found, Sent, Viewer } from './page.ts';
import { readStory } from './read-story.ts';
import { sendForm } from './send.ts';
import type { Way } from './send.ts';
import { escalationUrl } from './urls.ts';
import { movedClockWords } from '../shared/moved-clock.ts';
import { mayChoose } from '../shared/choosing.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('deployments');

type OfEscalation = {
  Params: { reference: string; step: string; round: string };
  Querystring: { done?: unknown };
  Body: FormBody | null;
};

const ADDRESS = '/deployments/:reference/escalations/:step/:round';
const OWN = { config: { access: 'own-escalation' } } as const;

/**
 * One escalation: who has it and what was promised. It can be taken on, handed over and sent back, for oneself or for
 * somebody who telephoned.
 */
export function registerEscalationRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<OfEscalation>(ADDRESS, OWN, async (request, reply) => {
    const user = signedIn(request);
    const found = await findEscalation(db, user, request.params);
    return found === undefined ? reply.callNotFound() : sendEscalation(user, found, reply, {}, doneWords(request.query.done));
  });

  app.get<OfEscalation>(`${ADDRESS}/take-on`, OWN, async (request, reply) => reply.redirect(addressOf(request.params), 302));

  for (const way of ['hand-over', 'send-back'] as const) {
    app.get<OfEscalation>(`${ADDRESS}/${way}`, OWN, async (request, reply) => {
      const user = signedIn(request);
      const found = await findEscalation(db, user, request.params);
      if (found === undefined) return reply.callNotFound();
      return maySay(found.story, viewerOf(user, found))
        ? sendPass(user, found, way, reply)
        : reply.redirect(addressOf(request.params), 302);
    });
  }

  for (const way of ['take-on', 'hand-over', 'send-back'] as const) {
    app.post<OfEscalation>(`${ADDRESS}/${way}`, OWN, async (request, reply) => {
      const user = signedIn(request);
      const found = await findEscalation(db, user, request.params);
      if (found === undefined) return reply.callNotFound();
      const outcome = await sendForm(services, { found, viewer: viewerOf(user, found), way, body: request.body ?? {}, via: 'web' });
      if (outcome.kind === 'counted') return reply.redirect(`${addressOf(request.params)}?done=${way}`, 303);
      if (outcome.kind === 'again') {
        return way === 'take-on'
          ? sendEscalation(user, found, reply.status(outcome.status), outcome.sent)
          : sendPass(user, found, way, reply.status(outcome.status), outcome.sent);
      }
      const standing = await findEscalation(db, user, request.params);
      return standing === undefined ? reply.callNotFound() : sendEscalation(user, standing, reply.status(409), outcome.sent);
    });
  }
}

const DONE: Readonly<Record<Way, string>> = {
  'take-on': 'The escalation is taken on.',
  'hand-over': 'The escalation is handed over.',
  'send-back': 'The escalation is sent back to the coordinator.',
};

/** What was done by the form before this page; null for a page that was opened otherwise. */
function doneWords(done: unknown): string | null {
  return typeof done === 'string' && Object.hasOwn(DONE, done) ? DONE[done as Way] : null;
}

async function findEscalation(db: Db, user: User, params: OfEscalation['Params']): Promise<Found | undefined> {
  const { reference, step } = params;
  const round = Number(params.round);
  if (!canExist({ reference, step }) || !Number.isInteger(round) || round < 1 || round > 1_000_000) return undefined;
  const head = await findDeploymentHead(db, reference, scopeCondition(user, 2, 'own-escalation'));
  if (head === undefined) return undefined;
  const key = { reference, step, round };
  const found = await readStory(db, key, head.subject);
  const asked = await findAsked(db, { ...key, person: user.person });
  return found === undefined || asked === undefined ? undefined : { ...found, asked };
}

function sendEscalation(user: User, found: Found, reply: FastifyReply, sent: Sent = {}, told: string | null = null): FastifyReply {
  return send(reply, user, 'escalation/page', {
    ...escalationPage(found, viewerOf(user, found), sent),
    told,
    movedClock: movedClockWords(found.story.now, nowMs()),
    backHref: urls.deployment(found.story.reference),
  });
}

function sendPass(user: User, found: Found, way: Exclude<Way, 'take-on'>, reply: FastifyReply, sent: Sent = {}): FastifyReply {
  const page = passPage(found, viewerOf(user, found), way, sent);
  return send(way === 'hand-over' ? mayChoose(reply) : reply, user, 'escalation/pass', page);
}

function viewerOf({ person, csrf }: User, { story }: Found): Viewer {
  return { person, action: escalationUrl(story), csrf, recordsForOthers: true };
}

function addressOf({ reference, step, round }: OfEscalation['Params']): string {
  return escalationUrl({ reference, step, round: Number(round) });
}
