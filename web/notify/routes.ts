import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { bookReceipt } from '../../desk/settle-receipt.ts';
import { entryFiles } from '../../mail/due-date-entry.ts';
import type { Organizer } from '../../mail/due-date-entry.ts';
import { isFinal } from '../../mail/notify-client.ts';
import { nowInstant } from '../../postgres/sandbox/clock.ts';
import { createWithLink, headOf, PUBLIC } from '../answer/opened-link.ts';
import type { Services } from '../shared/services.ts';
import { isSame } from '../shared/same-text.ts';
import { urls } from '../shared/urls.ts';

/** What a callback of GOV.UK Notify says besides what is not needed: "Delivery receipts" of its documentation. */
const CALLBACK = z.object({ id: z.uuid(), status: z.string() });

/** Notify tells of many messages at once, from a few addresses. */
const MOST_CALLBACKS_A_MINUTE = 6_000;

/** What only a service whose post goes by GOV.UK Notify has: where receipts are taken, and due dates as files behind a link. */
export function notifyRoutes(notify: {
  readonly callbackToken: string | null;
  readonly organizer: Organizer;
}): (app: FastifyInstance, services: Services) => void {
  return (app, services) => addRoutes(app, services, notify);
}

function addRoutes(app: FastifyInstance, services: Services, { callbackToken, organizer }: Parameters<typeof notifyRoutes>[0]): void {
  if (callbackToken !== null) {
    app.post(
      urls.notifyReceipts(),
      { config: { access: 'public', rateLimit: { max: MOST_CALLBACKS_A_MINUTE, timeWindow: '1 minute' } } },
      async (request, reply) => {
        if (!isSame(request.headers.authorization ?? '', `Bearer ${callbackToken}`)) {
          services.security.tell(request, { event: 'refused', why: 'not-signed-in' });
          return reply.status(401).send({ error: 'The bearer token is not that of NOTIFY_CALLBACK_TOKEN.' });
        }
        const told = CALLBACK.safeParse(request.body);
        if (!told.success) return reply.status(400).send({ error: 'This is no delivery receipt: it needs an id and a status.' });
        const { id: notification, status } = told.data;
        if (isFinal(status)) await bookReceipt({ ...services, client: services.temporal }, { notification, status });
        return reply.status(204).send();
      },
    );
  }

  app.get(
    '/a/:token/due-date.ics',
    PUBLIC,
    createWithLink(services)(async (opened, _body, reply) => {
      const { asked, step, closed } = opened;
      const { reference, subject, round, dueOn, parties } = asked;
      const { coordinator } = headOf(opened);
      const files = entryFiles(
        [
          {
            reference,
            subject,
            replyTo: coordinator === null ? null : { name: coordinator.name, email: coordinator.email },
            writtenAt: nowInstant(),
            changed: { step: step.id, round, title: step.title, ask: step.ask, dueOn, stands: closed === null },
            to: { name: asked.name, email: parties.find((one) => one.name === asked.name)?.email ?? '' },
          },
        ],
        organizer,
      );
      const [file] = files;
      if (file === undefined) throw new Error('One entry makes one file.');
      return reply.type(file.contentType).header('content-disposition', `attachment; filename="${file.filename}"`).send(file.content);
    }),
  );
}
