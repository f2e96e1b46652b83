import type { FastifyInstance, FastifyRequest } from 'fastify';
import { dropKeptForm, findKeptForm, KEPT_FORM_HOURS, keepForm } from '../../postgres/access/kept-forms.ts';
import type { KeptForm } from '../../postgres/access/kept-forms.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { navigationFor } from '../shared/navigation.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { typedIn, wordsIn } from '../shared/typed-again.ts';
import { urls } from '../shared/urls.ts';

const LONGEST_ADDRESS = 1_000;
/** Fields that a page fills in by itself: a form with no others holds nothing that anybody typed or chose. */
const OF_THE_PAGE: ReadonlySet<string> = new Set(['csrf', 'onceAs', 'round', 'seen']);

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

/**
 * Keeps a form that came without a session, for the person to whose session its page belonged. False, and nothing is kept, when that is
 * not known, or when there is nothing in it that anybody typed or chose.
 */
export async function keepUnsent({ db }: Services, request: FastifyRequest): Promise<boolean> {
  const { fields } = typedIn(request.body);
  const csrf = fields.find(({ name }) => name === 'csrf')?.value ?? '';
  const { url } = request;
  if (csrf === '' || url.length > LONGEST_ADDRESS || fields.every(({ name }) => OF_THE_PAGE.has(name))) return false;
  if (!canExist({ csrf }) || fields.some(({ name, value }) => `${name}${value}`.includes('\0'))) return false;
  const sent = fields
    .filter(({ name }) => name !== 'csrf')
    .map(({ name, value }) => ({ name: name.toWellFormed(), value: value.toWellFormed() }));
  return (await keepForm(db, csrf, { address: url, fields: sent })) !== null;
}
