import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptClosedDays, daysInWords, lookAtClosedDays, refuseClosedDays } from '../../desk/closed-days.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { findClosedDays } from '../../postgres/desk/closed-days.ts';
import type { ClosedDays } from '../../postgres/desk/closed-days.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { impactView } from '../calendars/calendar-view.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { may } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('today');

const SEES = { config: { access: 'see-deployments' } } as const;
const DECIDES = { config: { access: 'change-deployments' }, bodyLimit: LONG_FORM_BYTES } as const;

type OfDays = { Params: { id: string }; Querystring: { done?: unknown }; Body: FormBody | null };
type Fault = { readonly id: string; readonly text: string };

/**
 * The days on which a school says that it is closed: what they would mean for its deployments is shown before a coordinator accepts or
 * refuses them.
 */
export function registerClosedDaysRoutes(app: FastifyInstance, { db, temporal, secondPerson }: Services): void {
  app.get<OfDays>('/closed-days/:id', SEES, async (request, reply) => {
    const entered = await find(request, 'see-deployments');
    return entered === undefined ? reply.callNotFound() : page(request, reply, entered, {}, []);
  });

  app.post<OfDays>('/closed-days/:id/accept', DECIDES, async (request, reply) => {
    const entered = await find(request, 'change-deployments');
    if (entered === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    const user = signedIn(request);
    const accepted = await acceptClosedDays({ db, client: temporal }, entered, {
      by: user.person,
      because: typed(body, 'words').replaceAll(/\s+/g, ' '),
      after: Number(typed(body, 'after')),
      moves: !secondPerson.calendars && typed(body, 'moves') !== 'no',
      inScope: scopeCondition(user, 1, 'change-deployments'),
    });
    if (!accepted.ok) return page(request, reply.status(409), entered, body, [faultOf('words', accepted.reason)]);
    const { adoptions, notMoved } = accepted.value;
    const left = adoptions.filter(({ refusal }) => refusal !== null);
    if (left.length === 0 && notMoved === null) return reply.redirect(`${urls.closedDays(entered.id)}?done=accepted`, 303);
    const why = notMoved === null ? left.map(({ reference, refusal }) => `${reference}: ${refusal?.message ?? ''}`) : [notMoved.message];
    return page(request, reply.status(503), (await find(request, 'change-deployments')) ?? entered, body, [
      {
        id: 'days',
        text: `The days are noted, and not every deployment is counted on them yet. ${why.join(' ')} Move them from the page of the calendars`,
      },
    ]);
  });

  app.post<OfDays>('/closed-days/:id/refuse', DECIDES, async (request, reply) => {
    const entered = await find(request, 'change-deployments');
    if (entered === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    const because = typed(body, 'because').replaceAll(/\s+/g, ' ');
    const refusal = await refuseClosedDays(db, entered, { by: signedIn(request).person, because });
    if (refusal.ok) return reply.redirect(`${urls.closedDays(entered.id)}?done=refused`, 303);
    const status = refusal.reason.kind === 'decided-already' ? 409 : 400;
    return page(request, reply.status(status), entered, body, [faultOf('because', refusal.reason)]);
  });

  async function find(request: FastifyRequest<OfDays>, action: 'see-deployments' | 'change-deployments'): Promise<ClosedDays | undefined> {
    const id = rowNumber(request.params.id);
    return id === null ? undefined : findClosedDays(db, id, scopeCondition(signedIn(request), 2, action));
  }

  async function page(
    request: FastifyRequest<OfDays>,
    reply: FastifyReply,
    entered: ClosedDays,
    body: FormBody,
    faults: readonly Fault[],
  ): Promise<FastifyReply> {
    const user = signedIn(request);
    const looked = entered.decision === null ? await lookAtClosedDays(db, entered, scopeCondition(user, 1, 'see-deployments')) : null;
    const cannot =
      looked?.ok === false ? [looked.reason.message, remedyOnPage(looked.reason.remedy)].filter((part) => part !== '').join(' ') : null;
    const decides = may(user, 'change-deployments') && entered.decision === null;
    const { done } = request.query;
    return send(reply, user, 'closed-days/decide', {
      title: `Days on which ${entered.subjectName} is closed`,
      told:
        done === 'accepted' && entered.decision === 'accepted'
          ? 'The days are noted, and whoever entered them is told.'
          : done === 'refused' && entered.decision === 'refused'
            ? 'The days are refused, and whoever entered them is told.'
            : null,
      entered: {
        ...entered,
        days: daysInWords(entered.days),
        on: longDate(londonDate(Date.parse(entered.at))),
        href: urls.deployment(entered.reference),
      },
      subjectHref: entered.subject.kind === 'school' ? urls.school(entered.subject.urn) : urls.trust(entered.subject.trust),
      cannot,
      impact: looked?.ok === true ? impactView(looked.value.impacts) : null,
      after: looked?.ok === true ? looked.value.after : 0,
      accepts: decides && looked?.ok === true,
      refuses: decides,
      moves: !secondPerson.calendars,
      form: { words: typed(body, 'words'), because: typed(body, 'because') },
      errors: faults.map(({ id, text }) => ({ text, href: `#${id}` })),
      faults: Object.fromEntries(faults.map(({ id, text }) => [id, { text }])),
      action: urls.closedDays(entered.id),
    });
  }
}

function faultOf(id: string, { message, remedy }: { readonly message: string; readonly remedy: string }): Fault {
  return { id, text: [message.replace(/\.$/, ''), remedyOnPage(remedy)].filter((part) => part !== '').join('. ') };
}
