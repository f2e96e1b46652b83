import type { FastifyInstance } from 'fastify';
import { findCall, keepCallNote } from '../../postgres/desk/call-notes.ts';
import { readCallHelp } from '../../postgres/views/forecasts.ts';
import { listAway } from '../../postgres/views/incoming.ts';
import { callsInFull, rungKey } from '../../postgres/views/worklist.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { canExist } from '../shared/desk-urls.ts';
import { may } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { readCallForm } from './call-form.ts';
import type { Attempt } from './call-form.ts';
import { callsOf } from './calls-of.ts';
import { orderIn } from './lists.ts';
import { renderToday } from './render-today.ts';
import { callView, helpView } from './today-view.ts';

const send = staffPages('today');

type CallParams = { reference: string; step: string; round: string; rung: string };
/** One call on a page of its own, and what became of it. */
export function registerCallRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<{ Params: CallParams }>(
    '/calls/:reference/:step/:round/:rung',
    { config: { access: 'record-own-call' } },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference } = request.params;
      if (!canExist(request.params)) return reply.callNotFound();
      const key = rungKey(request.params);
      const open = (await callsOf(db, user, reference)).filter(({ standing }) => standing.key === key);
      const [call] = await callsInFull(db, open);
      if (call === undefined) return reply.callNotFound();
      return send(reply, user, 'today/one-call', {
        title: `Call about ${call.subject}`,
        call: {
          ...callView(call, user, 1, await listAway(db, [reference])),
          helps: helpView((await readCallHelp(db, open))({ reference, step: call.step.id, round: call.round })),
          attempt: null,
        },
        recordsAnswers: may(user, 'record-answer'),
        backHref: urls.deployment(reference),
      });
    },
  );

  app.post<{ Params: CallParams; Body: FormBody | null }>(
    '/calls/:reference/:step/:round/:rung',
    { config: { access: 'record-own-call' } },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference, step, rung } = request.params;
      const round = Number(request.params.round);
      if (!canExist(request.params) || !Number.isInteger(round) || round < 1 || round > 1_000_000) return reply.callNotFound();
      const key = { reference, step, round, rung };
      const found = await findCall(db, key, scopeCondition(user, 5, 'record-own-call'));
      if (found === undefined || !(may(user, 'record-call') || found.caller === user.person)) return reply.callNotFound();

      const body = request.body ?? {};
      const read = readCallForm(body, found);
      if (found.open && !read.ok) {
        const attempt: Attempt = {
          key: rungKey(key),
          body,
          problems: read.reason.problems,
        };
        return reply
          .status(400)
          .type('text/html')
          .send(await renderToday(services, user, { told: null, attempt, pages: orderIn(body) }));
      }
      if (read.ok && (await keepCallNote(db, { ...key, ...read.value, by: user.person }))) {
        // The order that was chosen stays.
        return reply.redirect(`/?${new URLSearchParams({ recorded: read.value.outcome, ...orderIn(body) }).toString()}`, 303);
      }
      return send(reply.status(409), user, 'shared/message', {
        title: 'This call is no longer needed',
        paragraphs: [
          'The step was answered or closed while you were on this page. Nothing was recorded.',
          'Go to Today to see what is left.',
        ],
      });
    },
  );
}
