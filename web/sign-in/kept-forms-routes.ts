import type { FastifyInstance, FastifyRequest } from 'fastify';
import { dropKeptForm, findKeptForm, KEPT_FORM_HOURS } from '../../postgres/access/kept-forms.ts';
import type { KeptForm } from '../../postgres/access/kept-forms.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { navigationFor } from '../shared/navigation.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { wordsIn } from '../shared/typed-again.ts';
import { urls } from '../shared/urls.ts';

type OfForm = { Params: { id: string }; Body: unknown };

/**
 * A form that was sent after its session had ended comes back to the person whose page it was, and to nobody else: to be read, sent as
 * it was, or deleted. Sending it on deletes it here.
 */
export function registerKeptFormsRoutes(app: FastifyInstance, { db }: Services): void {
  const ofSession = { config: { access: 'signed-in' }, bodyLimit: LONG_FORM_BYTES } as const;

  app.get<OfForm>('/kept-forms/:id', ofSession, async (request, reply) => {
    const form = await find(request);
    if (form === undefined) return reply.callNotFound();
    const user = signedIn(request);
    return reply.type('text/html').send(
      renderView('shared/unavailable', {
        title: 'What you wrote is kept',
        paragraphs: [
          'You sent a form after your session had ended. Nothing was changed by it.',
          `Look through it, and send it now if it still holds. It is kept for ${KEPT_FORM_HOURS} hours.`,
        ],
        typed: { fields: [{ name: 'csrf', value: user.csrf }, ...form.fields], words: wordsIn(form.fields) },
        action: urls.keptForm(form.id),
        again: 'Send it now',
        drop: `${urls.keptForm(form.id)}/delete`,
        openHref: form.address,
        user,
        navigation: navigationFor(user, ''),
      }),
    );
  });

  app.post<OfForm>('/kept-forms/:id', ofSession, async (request, reply) => {
    const form = await find(request);
    if (form === undefined) return reply.callNotFound();
    await dropKeptForm(db, signedIn(request).person, form.id);
    // The browser sends the same form on, to where it was meant for.
    return reply.redirect(form.address, 307);
  });

  app.post<OfForm>('/kept-forms/:id/delete', ofSession, async (request, reply) => {
    if (!canExist(request.params)) return reply.callNotFound();
    const user = signedIn(request);
    await dropKeptForm(db, user.person, request.params.id);
    return reply.type('text/html').send(
      renderView('shared/message', {
        title: 'What you wrote is deleted',
        paragraphs: ['Nothing was sent, and nothing was changed.'],
        user,
        navigation: navigationFor(user, ''),
      }),
    );
  });

  async function find(request: FastifyRequest<OfForm>): Promise<KeptForm | undefined> {
    return canExist(request.params) ? findKeptForm(db, signedIn(request).person, request.params.id) : undefined;
  }
}
