import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { approveProposal, declineProposal } from '../../desk/second-person.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { Reason } from '../../domain/result.ts';
import { findProposal } from '../../postgres/pinned/proposals.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { navigationFor } from '../shared/navigation.ts';
import { renderView } from '../shared/render.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';

type Numbered = { readonly Params: { readonly number: string }; readonly Body: FormBody | null };

/** What one person proposed to publish, and the decision of another. */
export function registerProposalRoutes(app: FastifyInstance, { db }: Services): void {
  const decides = { config: { access: 'publish-programme' } } as const;

  app.get<Numbered>('/programmes/proposals/:number', { config: { access: 'see-programmes' } }, (request, reply) =>
    proposalPage(request, reply, null, ''),
  );

  app.post<Numbered>('/programmes/proposals/:number/approve', decides, async (request, reply) => {
    const approved = await approveProposal(db, numberOf(request), signedIn(request).person);
    if (!approved.ok) return proposalPage(request, reply.status(409), approved.reason, '');
    return reply.redirect(urls.programme(approved.value.programme.id), 303);
  });

  app.post<Numbered>('/programmes/proposals/:number/decline', decides, async (request, reply) => {
    const because = typed(request.body ?? {}, 'because');
    const declined = await declineProposal(db, numberOf(request), { by: signedIn(request).person, because });
    if (declined.ok) return reply.redirect(urls.proposal(declined.value.number), 303);
    const status = declined.reason.kind === 'no-reason' ? 400 : 409;
    return proposalPage(request, reply.status(status), declined.reason, because);
  });

  async function proposalPage(
    request: FastifyRequest<Numbered>,
    reply: FastifyReply,
    refusal: Reason | null,
    because: string,
  ): Promise<FastifyReply> {
    const number = numberOf(request);
    const proposal = await findProposal(db, number);
    if (proposal === undefined) {
      reply.callNotFound();
      return reply;
    }
    const user = signedIn(request);
    const fault = refusal === null ? null : `${refusal.message} ${refusal.remedy}`;
    const noReason = refusal?.kind === 'no-reason';
    return reply.type('text/html').send(
      renderView('programmes/proposal', {
        title: `${proposal.programme.title}, version ${proposal.programme.version}`,
        user,
        navigation: navigationFor(user, 'programmes'),
        errors: fault === null ? [] : [{ text: fault, href: noReason ? '#because' : '#text' }],
        faults: noReason ? { because: { text: fault } } : {},
        because,
        proposal: {
          ...proposal,
          version: proposal.programme.version,
          on: longDate(londonDate(Date.parse(proposal.proposedAt))),
        },
        mayDecide: proposal.decision === null && may(user, 'publish-programme'),
        own: proposal.by === user.person,
        approveHref: `${urls.proposal(number)}/approve`,
        declineHref: `${urls.proposal(number)}/decline`,
      }),
    );
  }
}

/** The number in the address; 0, which no proposal has, for anything that is no number. */
function numberOf({ params: { number } }: FastifyRequest<Numbered>): number {
  return /^[1-9]\d{0,8}$/.test(number) ? Number(number) : 0;
}
