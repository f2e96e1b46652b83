import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { approveCalendars, changesOf, OF_CALENDARS } from '../../desk/proposed-calendars.ts';
import { approveProgramme, OF_PROGRAMMES, reasonOf } from '../../desk/proposed-programmes.ts';
import { decline } from '../../desk/second-person.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { findProposal } from '../../postgres/pinned/proposals.ts';
import type { ProposalKind } from '../../postgres/pinned/proposals.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { calendarUrls } from '../calendars/calendar-urls.ts';
import { navigationFor } from '../shared/navigation.ts';
import { programmeUrls } from '../programmes/programme-urls.ts';
import { renderView } from '../shared/render.ts';
import { may } from '../shared/roles.ts';
import type { Action, User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';

type Numbered = {
  readonly Params: { readonly number: string };
  readonly Querystring: { readonly done?: unknown };
  readonly Body: FormBody | null;
};

/** One family of proposals: where it stands, who may see it and decide on it, and what approving it does. */
type Family = {
  readonly under: string;
  readonly kinds: readonly ProposalKind[];
  readonly see: Action;
  readonly decide: Action;
  readonly back: { readonly href: string; readonly text: string };
  readonly hrefOf: (number: number) => string;
  readonly meanwhile: string;
  readonly approveText: string;
  /** Sends the page that comes after it. */
  readonly approve: (number: number, user: User, reply: FastifyReply) => Promise<Result<FastifyReply, Reason>>;
};

/** What one person proposed and another decides on: programmes to publish, dates to keep, deployments to move. */
export function registerProposalRoutes(app: FastifyInstance, { db, temporal }: Services): void {
  registerFamily({
    under: '/programmes/proposals',
    kinds: OF_PROGRAMMES,
    see: 'see-programmes',
    decide: 'publish-programme',
    back: { href: urls.programmes(), text: 'Programmes' },
    hrefOf: urls.programmeProposal,
    meanwhile:
      'New deployments begin with it when somebody else who may publish programmes has approved it. Deployments that run keep the version they began with.',
    approveText: 'Approve and publish it',
    async approve(number, { person }, reply) {
      const done = await approveProgramme(db, number, person);
      return done.ok
        ? {
            ok: true,
            value: reply.redirect(`${programmeUrls.version(done.value.id, done.value.version)}&published=${done.value.version}`, 303),
          }
        : done;
    },
  });
  registerFamily({
    under: '/calendars/proposals',
    kinds: OF_CALENDARS,
    see: 'see-calendars',
    decide: 'import-calendars',
    back: { href: urls.calendars(), text: 'Calendars' },
    hrefOf: urls.calendarProposal,
    meanwhile: 'Nothing changes until somebody else who may import dates has approved it.',
    approveText: 'Approve it',
    async approve(number, user, reply) {
      const inScope = scopeCondition(user, 1, 'import-calendars');
      const done = await approveCalendars({ db, client: temporal }, number, { by: user.person, inScope });
      if (!done.ok) return done;
      if (done.value.kind === 'dates')
        return { ok: true, value: reply.redirect(`${calendarUrls.impact()}?kept=${done.value.version}`, 303) };
      const adoptions = done.value.adoptions.map((one) => ({ ...one, href: urls.deployment(one.reference) }));
      const html = renderView('calendars/adopted', {
        title: 'Deployments counted on the newest dates',
        user,
        navigation: navigationFor(user, 'calendars'),
        moved: adoptions.filter(({ refusal }) => refusal === null),
        refused: adoptions.filter(({ refusal }) => refusal !== null),
        impactHref: calendarUrls.impact(),
      });
      return { ok: true, value: reply.type('text/html').send(html) };
    },
  });

  function registerFamily(family: Family): void {
    const decides = { config: { access: family.decide } };
    app.get<Numbered>(`${family.under}/:number`, { config: { access: family.see } }, (request, reply) =>
      proposalPage(family, request, reply, null, ''),
    );
    app.post<Numbered>(`${family.under}/:number/approve`, decides, async (request, reply) => {
      const approved = await family.approve(numberOf(request), signedIn(request), reply);
      return approved.ok ? approved.value : proposalPage(family, request, reply.status(409), approved.reason, '');
    });
    app.post<Numbered>(`${family.under}/:number/decline`, decides, async (request, reply) => {
      const because = typed(request.body ?? {}, 'because');
      const number = numberOf(request);
      const declined = await decline(db, number, family.kinds, { by: signedIn(request).person, because });
      if (declined.ok) return reply.redirect(`${family.hrefOf(number)}?done=declined`, 303);
      const status = declined.reason.kind === 'no-reason' ? 400 : 409;
      return proposalPage(family, request, reply.status(status), declined.reason, because);
    });
  }

  async function proposalPage(
    family: Family,
    request: FastifyRequest<Numbered>,
    reply: FastifyReply,
    refusal: Reason | null,
    because: string,
  ): Promise<FastifyReply> {
    const number = numberOf(request);
    const proposal = await findProposal(db, number);
    if (proposal === undefined || !family.kinds.includes(proposal.kind)) {
      reply.callNotFound();
      return reply;
    }
    const user = signedIn(request);
    const fault = refusal === null ? null : `${refusal.message} ${refusal.remedy}`;
    const noReason = refusal?.kind === 'no-reason';
    return reply.type('text/html').send(
      renderView('proposals/page', {
        title: proposal.title,
        user,
        told: toldOf(request.query.done, proposal),
        navigation: navigationFor(user, proposal.kind === 'programme' ? 'programmes' : 'calendars'),
        errors: fault === null ? [] : [{ text: fault, href: noReason ? '#because' : '#text' }],
        faults: noReason ? { because: { text: fault } } : {},
        because,
        why: proposal.kind === 'programme' ? reasonOf(proposal.document) : null,
        proposal: { ...proposal, on: longDate(londonDate(Date.parse(proposal.proposedAt))) },
        changes: proposal.kind === 'programme' ? [] : changesOf(proposal),
        rehearses: proposal.kind === 'programme',
        impactHref: proposal.kind === 'move' ? calendarUrls.impact() : null,
        meanwhile: family.meanwhile,
        approveText: family.approveText,
        mayDecide: proposal.decision === null && may(user, family.decide),
        own: proposal.by === user.person,
        approveHref: `${family.hrefOf(number)}/approve`,
        declineHref: `${family.hrefOf(number)}/decline`,
        backHref: family.back.href,
        backText: family.back.text,
      }),
    );
  }
}

/** What was done just now, where it stands so. */
function toldOf(done: unknown, { decision }: { readonly decision: string | null }): string | null {
  if (done === 'proposed' && decision === null) return 'It is proposed. Somebody else has to approve it.';
  return done === 'declined' && decision === 'declined' ? 'It is declined. Nothing was changed.' : null;
}

/** The number in the address; 0, which no proposal has, for anything that is no number. */
function numberOf({ params: { number } }: FastifyRequest<Numbered>): number {
  return rowNumber(number) ?? 0;
}
