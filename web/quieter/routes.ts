import type { FastifyInstance, FastifyReply } from 'fastify';
import { quieterFor, setQuieter } from '../../desk/quieter.ts';
import { WHAT_GOES_ON, WHAT_STOPS } from '../../letters/quieter-words.ts';
import { findQuieterLink } from '../../postgres/desk/quieter.ts';
import { findDeployment } from '../../postgres/views/deployments.ts';
import { PUBLIC, PUBLIC_POST } from '../answer/opened-link.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { takesUpload } from '../shared/uploaded-file.ts';

type OfToken = { Params: { token: string }; Body: FormBody | null };

/** Mail programs send it with one click, as a form of either kind (RFC 8058, 3.2). */
const ONE_CLICK = 'List-Unsubscribe';
const TOO_LARGE = ['Nothing was changed.', 'Open the page from the link in your e-mail, and press the button there.'];

/**
 * The page behind the link with which somebody who is asked stops the e-mails of a deployment that they may do without, until the end of the
 * term. Opening it changes nothing; it lets them begin again too. A mail program may stop them without the page.
 */
export function registerQuieterRoutes(app: FastifyInstance, { db, links }: Services): void {
  app.get<OfToken>('/quieter/:token', PUBLIC, async (request, reply) => {
    const link = await findQuieterLink(db, links.hashOf(request.params.token));
    return link === undefined ? reply.callNotFound() : page(reply, request.params.token, link);
  });

  app.post<OfToken>('/quieter/:token', { ...takesUpload(TOO_LARGE, 0), ...PUBLIC_POST }, async (request, reply) => {
    const { token } = request.params;
    const link = await findQuieterLink(db, links.hashOf(token));
    if (link === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    const oneClick = typed(body, ONE_CLICK) === 'One-Click';
    const chosen = oneClick ? 'stop' : typed(body, 'do');
    if (chosen !== 'stop' && chosen !== 'restart') return page(reply.status(422), token, link);
    const { reference, person } = link;
    const set = await setQuieter(db, { reference, person, by: person, via: oneClick ? 'one-click' : 'link', stop: chosen === 'stop' });
    // Mail programs show nothing of the answer, and follow no redirect.
    if (oneClick)
      return reply
        .status(set.ok ? 200 : 409)
        .type('text/plain')
        .send(set.ok ? 'Stopped.' : set.reason.message);
    return set.ok ? reply.redirect(`/quieter/${token}`, 303) : page(reply.status(409), token, link);
  });

  async function page(
    reply: FastifyReply,
    token: string,
    { reference, person, name }: { readonly reference: string; readonly person: string; readonly name: string },
  ): Promise<FastifyReply> {
    const [standing, deployment] = await Promise.all([quieterFor(db, reference, person), findDeployment(db, reference)]);
    if (standing === undefined || deployment === undefined)
      throw new Error(`${reference} is not there, though a link to it was given out.`);
    const { until, wouldBe, running } = standing;
    return reply.type('text/html').send(
      renderView('quieter/page', {
        user: null,
        navigation: [],
        title: `${until === null ? 'Fewer e-mails' : 'You get fewer e-mails'}: ${deployment.subject}`,
        subject: deployment.subject,
        reference,
        name,
        until,
        wouldBe: wouldBe.ok ? wouldBe.value : null,
        why: !running
          ? 'This deployment has ended. You get no more e-mails about it.'
          : wouldBe.ok
            ? null
            : `${wouldBe.reason.message} ${remedyOnPage(wouldBe.reason.remedy)}`,
        stops: WHAT_STOPS,
        goesOn: WHAT_GOES_ON,
        action: `/quieter/${token}`,
      }),
    );
  }
}
