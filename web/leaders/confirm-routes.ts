import type { FastifyInstance, FastifyReply } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { londonDate } from '../../domain/time/london.ts';
import { findLeader } from '../../postgres/views/leaders.ts';
import type { LeaderLine } from '../../postgres/views/leaders.ts';
import { findProfileLink, keepChangedProfile, keepConfirmation } from '../../postgres/desk/profile-confirmations.ts';
import type { ProfileLink } from '../../postgres/desk/profile-confirmations.ts';
import { readProfile } from '../../register/leader-row.ts';
import type { ProfileFault } from '../../register/leader-row.ts';
import { PUBLIC, PUBLIC_POST } from '../answer/opened-link.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { bodyOf, cellOf, isOwn, ownFields, profileErrors, shortLines } from './profile-form.ts';

type OfToken = { Params: { token: string }; Body: FormBody | null };

/**
 * The page behind the link with which a system leader confirms their profile for a term. Opening it changes nothing. The link works
 * until the term ends, and confirming twice is the same as once.
 */
export function registerConfirmProfileRoutes(app: FastifyInstance, { db, links }: Services): void {
  app.get<OfToken>('/profile/:token', PUBLIC, async (request, reply) => {
    const asked = await openLink(request.params);
    return asked === undefined ? reply.callNotFound() : page(reply, asked);
  });

  app.post<OfToken>('/profile/:token/confirm', PUBLIC_POST, async (request, reply) => {
    const asked = await openLink(request.params);
    if (asked === undefined) return reply.callNotFound();
    if (hasEnded(asked.link)) return page(reply.status(410), asked);
    if (asked.link.confirmedAt === null) await keepConfirmation(db, asked.link.leader, asked.link.term, false);
    return reply.redirect(`/profile/${request.params.token}`, 303);
  });

  app.post<OfToken>('/profile/:token/change', PUBLIC_POST, async (request, reply) => {
    const asked = await openLink(request.params);
    if (asked === undefined) return reply.callNotFound();
    const { link, leader } = asked;
    if (hasEnded(link)) return page(reply.status(410), asked);
    const body = request.body ?? {};
    const before = bodyOf(leader.profile);
    // Whatever else is sent, leaders change only what is theirs to say.
    const { profile, faults: found } = readProfile((column) => cellOf(isOwn(column) ? body : before, column));
    const faults = found.filter(({ taken, column }) => !taken && isOwn(column));
    if (faults.length > 0) return page(reply.status(400), asked, { body, faults });
    await keepChangedProfile(db, link.leader, link.term, profile);
    return reply.redirect(`/profile/${request.params.token}`, 303);
  });

  async function openLink({ token }: OfToken['Params']): Promise<Opened | undefined> {
    const link = await findProfileLink(db, links.hashOf(token));
    const leader = link === undefined ? undefined : await findLeader(db, link.leader);
    return link === undefined || leader === undefined ? undefined : { token, link, leader };
  }

  function page(
    reply: FastifyReply,
    { token, link, leader }: Opened,
    { body, faults = [] }: { readonly body?: FormBody; readonly faults?: readonly ProfileFault[] } = {},
  ): FastifyReply {
    const shown = body ?? bodyOf(leader.profile);
    return reply.type('text/html').send(
      renderView('leaders/confirm', {
        user: null,
        navigation: [],
        title: `Your profile for ${link.term}`,
        name: leader.name,
        term: link.term,
        ended: hasEnded(link) ? longDateWithWeekday(link.until) : null,
        confirmedAt: link.confirmedAt,
        lines: shortLines(leader),
        fields: ownFields(shown, faults),
        errors: profileErrors(faults),
        action: `/profile/${token}`,
      }),
    );
  }
}

type Opened = { readonly token: string; readonly link: ProfileLink; readonly leader: LeaderLine };

/** Whether the term is over, on the real clock. */
function hasEnded({ until }: ProfileLink): boolean {
  return londonDate(nowMs()) > until;
}
