import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { askerOf } from '../../domain/programme.ts';
import { whyClosed } from '../../desk/answer-words.ts';
import type { Closed } from '../../desk/answer-words.ts';
import { stepFor } from '../../domain/chronology/applies.ts';
import { stepOf } from '../../domain/chronology/chronology.ts';
import type { Programme, Step } from '../../domain/programme.ts';
import { findAskedByLink } from '../../postgres/access/answer-links.ts';
import type { Asked } from '../../postgres/access/answer-links.ts';
import { readKnownFacts } from '../../postgres/pinned/known-facts.ts';
import { titleOf } from '../../letters/teller.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { placeOf } from '../shared/place-of.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import type { FormBody } from './read-fields.ts';

/** A link that was opened, with everything that its page may show. */
export type OpenedLink = {
  readonly token: string;
  readonly asked: Asked;
  readonly programme: Programme;
  readonly step: Step;
  /** Why it cannot be answered any more; null when it can. */
  readonly closed: Closed | null;
};

type LinkHandler = (opened: OpenedLink, body: FormBody, reply: FastifyReply) => Promise<FastifyReply>;

/** How many forms may be sent by one link from one address. */
const MOST_POSTS_A_MINUTE = 30;

export const PUBLIC: RouteShorthandOptions = { config: { access: 'public' } };

export const PUBLIC_POST: RouteShorthandOptions = {
  bodyLimit: LONG_FORM_BYTES,
  config: {
    access: 'public',
    rateLimit: {
      max: MOST_POSTS_A_MINUTE,
      timeWindow: '1 minute',
      keyGenerator: (request) => `${placeOf(request)} ${tokenIn(request.params)}`,
    },
  },
};

/**
 * Handles a request by its link. A malformed token and an unknown one get the page of an address that does not exist.
 */
export function createWithLink(
  services: Services,
): (handle: LinkHandler) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return (handle) => async (request, reply) => {
    const opened = await openLink(services, tokenIn(request.params));
    if (opened !== undefined) return handle(opened, typeof request.body === 'object' ? { ...request.body } : {}, reply);
    reply.callNotFound();
    return reply;
  };
}

function tokenIn(params: unknown): string {
  return (params as { readonly token: string }).token;
}

/** What is behind a link now. Undefined when no such link was ever given out. */
export async function openLink({ db, links }: Services, token: string): Promise<OpenedLink | undefined> {
  const asked = await findAskedByLink(db, links.hashOf(token));
  if (asked === undefined) return undefined;
  const programme = await readProgramme(db, asked.programme, asked.version);
  const step = stepFor(stepOf(programme, asked.step), await readKnownFacts(db, asked.reference));
  return { token, asked, programme, step, closed: whyClosed(asked, programme) };
}

/** What every page of a link says: whom it is for, what it is about and whom to ask. */
export function headOf({ asked, programme, step, token }: OpenedLink) {
  const coordinator = asked.parties.find(({ role }) => role === askerOf(programme, step)) ?? null;
  return {
    token,
    reference: asked.reference,
    name: asked.name,
    role: titleOf(programme, asked.role ?? step.owner),
    subject: asked.subject,
    stepTitle: step.title,
    coordinator: coordinator && { ...coordinator, role: titleOf(programme, coordinator.role) },
  };
}

/** Sends a page of a link. The holder of a link is not signed in. */
export function sendPage(reply: FastifyReply, view: string, data: object): FastifyReply {
  return reply.type('text/html').send(renderView(`answer/${view}`, { user: null, navigation: [], ...data }));
}

/** Whether a link was sent to somebody as the school: its head, or the chief executive of its trust. */
export function speaksForSchool({ asked, programme }: Pick<OpenedLink, 'asked' | 'programme'>): boolean {
  if (asked.role === null) return false;
  return (programme.roles[asked.role]?.heldBy ?? asked.role) === 'school';
}
