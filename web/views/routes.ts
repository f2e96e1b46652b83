import type { FastifyInstance, FastifyReply } from 'fastify';
import { deleteView, findView, listViews, saveView } from '../../postgres/desk/saved-views.ts';
import { unwatch, watch } from '../../postgres/desk/watches.ts';
import { findDeploymentHead } from '../../postgres/views/deployment-page.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { partsOf, readDeploymentsQuery, watchedAddress } from '../deployments/deployments-query.ts';
import { canExist } from '../shared/desk-urls.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { UUID } from '../shared/once.ts';

const send = staffPages('deployments');

const SEES = { config: { access: 'see-deployments' } } as const;
const LONGEST_NAME = 80;

type OfView = { Params: { id: string } };
type OfDeployment = { Params: { reference: string }; Body: FormBody | null };

/** Views: filters of the list of deployments, saved under a name with an address of its own. And deployments that somebody watches. */
export function registerViewsRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<{ Querystring: { told?: unknown } }>('/views', SEES, async (request, reply) => {
    const user = signedIn(request);
    const views = await listViews(db, user.person);
    return send(reply, user, 'views/list', {
      title: 'Saved views',
      told: request.query.told === 'deleted' ? 'The view is deleted.' : null,
      views: views.map((view) => ({ ...view, href: urls.view(view.id) })),
      watchedHref: watchedAddress(),
      backHref: urls.deployments(),
    });
  });

  app.get<OfView>('/views/:id', SEES, async (request, reply) => {
    const { id } = request.params;
    const view = UUID.test(id) ? await findView(db, signedIn(request).person, id) : undefined;
    if (view === undefined) return reply.callNotFound();
    return reply.redirect(
      `${urls.deployments()}?${new URLSearchParams([...new URLSearchParams(view.query), ['saved', view.id]]).toString()}`,
      302,
    );
  });

  app.get<{ Querystring: { query?: unknown } }>('/views/new', SEES, async (request, reply) => {
    const query = typed(request.query, 'query');
    return savePage(reply, signedIn(request), { name: '', shared: false, query }, null);
  });

  app.post<{ Body: FormBody | null }>('/views/new', SEES, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const given = { name: typed(body, 'name'), shared: typed(body, 'shared') === 'yes', query: cleaned(typed(body, 'query')) };
    const problem =
      given.name === ''
        ? 'Enter a name for the view'
        : given.name.length > LONGEST_NAME
          ? `The name must be ${LONGEST_NAME} characters or fewer`
          : null;
    if (problem !== null) return savePage(reply.status(400), user, given, problem);
    const id = await saveView(db, user.person, given);
    return reply.redirect(
      `${urls.deployments()}?${new URLSearchParams([...new URLSearchParams(given.query), ['saved', id], ['told', 'saved']]).toString()}`,
      303,
    );
  });

  app.post<OfView>('/views/:id/delete', SEES, async (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id) || !(await deleteView(db, signedIn(request).person, id))) return reply.callNotFound();
    return reply.redirect(`${urls.views()}?told=deleted`, 303);
  });

  for (const [way, change, told] of [
    ['watch', watch, 'watched'],
    ['unwatch', unwatch, 'unwatched'],
  ] as const) {
    app.post<OfDeployment>(`/deployments/:reference/${way}`, SEES, async (request, reply) => {
      const user = signedIn(request);
      const head = canExist(request.params) ? await findDeploymentHead(db, request.params.reference, scopeCondition(user, 2)) : undefined;
      if (head === undefined) return reply.callNotFound();
      await change(db, user.person, head.reference);
      const body = request.body ?? {};
      const back = typed(body, 'from') === 'list' ? urls.deployments() : urls.deployment(head.reference);
      const query = typed(body, 'from') === 'list' ? cleaned(typed(body, 'query')) : '';
      return reply.redirect(`${back}?${new URLSearchParams([...new URLSearchParams(query), ['told', told]]).toString()}`, 303);
    });
  }
}

/** Only what the list of deployments understands, so that no address holds anything else. */
function cleaned(query: string): string {
  return new URLSearchParams(partsOf(readDeploymentsQuery(Object.fromEntries(new URLSearchParams(query))))).toString();
}

function savePage(
  reply: FastifyReply,
  user: User,
  given: { readonly name: string; readonly shared: boolean; readonly query: string },
  problem: string | null,
): FastifyReply {
  const query = cleaned(given.query);
  return send(reply, user, 'views/save', {
    title: 'Save this view',
    given: { ...given, query },
    problem,
    errors: problem === null ? [] : [{ text: problem, href: '#name' }],
    action: `${urls.views()}/new`,
    backHref: query === '' ? urls.deployments() : `${urls.deployments()}?${query}`,
  });
}
