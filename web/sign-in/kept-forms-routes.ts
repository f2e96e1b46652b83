import type { FastifyInstance, FastifyRequest } from 'fastify';
import { dropKeptForm, findKeptForm, KEPT_FORM_HOURS } from '../../postgres/access/kept-forms.ts';
import type { KeptForm } from '../../postgres/access/kept-forms.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { wordsIn } from '../shared/typed-again.ts';
import { urls } from '../shared/urls.ts';
import { refill } from './refill.ts';
import type { Refilled } from './refill.ts';

const send = staffPages('');

/** More than a list of chosen deployments comes to on one page. */
const LONGEST_QUERY = 8_000;

type OfForm = { Params: { id: string }; Body: unknown };

/**
 * A form that was sent after its session had ended comes back to the person whose page it was, and to nobody else: filled in as it was, on
 * the page on which it was written. Where that page has no such form any more, what was written can be read and sent on. Sending it
 * deletes it here, and so does a button.
 */
export function registerKeptFormsRoutes(app: FastifyInstance, { db }: Services): void {
  const ofSession = { config: { access: 'signed-in' }, bodyLimit: LONG_FORM_BYTES } as const;

  app.get<OfForm>('/kept-forms/:id', ofSession, async (request, reply) => {
    const form = await find(request);
    if (form === undefined) return reply.callNotFound();
    const user = signedIn(request);
    const filled = await refilledPage(request, form);
    if (filled !== undefined) {
      const { page, policy } = filled;
      const banner = renderView('sign-in/refilled', { elsewhere: page.elsewhere, drop: `${urls.keptForm(form.id)}/delete`, user });
      // The scripts of that page, which show a part of a form only when it is asked, are allowed as they are there.
      return reply.header('content-security-policy', policy).type('text/html').send(page.withFirst(banner));
    }
    return send(reply, user, 'shared/unavailable', {
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
    });
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
    return send(reply, user, 'shared/message', {
      title: 'What you wrote is deleted',
      paragraphs: ['Nothing was sent, and nothing was changed.'],
    });
  });

  /** The page on which a form was written, as its writer would open it now, with the form filled in. Undefined when it is on no page now. */
  async function refilledPage(
    request: FastifyRequest<OfForm>,
    form: KeptForm,
  ): Promise<{ readonly page: Refilled; readonly policy: string } | undefined> {
    for (const url of pagesOf(form)) {
      const { statusCode, headers, body } = await app.inject({
        url,
        remoteAddress: request.ip,
        headers: { cookie: request.headers.cookie ?? '', host: request.headers.host ?? '' },
      });
      if (statusCode !== 200 || !String(headers['content-type']).startsWith('text/html')) continue;
      const page = refill(body, { address: form.address, action: urls.keptForm(form.id), fields: form.fields });
      if (page !== undefined) return { page, policy: String(headers['content-security-policy'] ?? '') };
    }
    return undefined;
  }

  async function find(request: FastifyRequest<OfForm>): Promise<KeptForm | undefined> {
    return canExist(request.params) ? findKeptForm(db, signedIn(request).person, request.params.id) : undefined;
  }
}

/**
 * Where the form of an address may be: at the address itself, which some forms need to be told what was chosen before; or on the page
 * above it, as the note of a deployment is on the page of the deployment.
 */
function pagesOf({ address, fields }: KeptForm): readonly string[] {
  const [path = ''] = address.split('?');
  if (path.startsWith('/kept-forms/')) return [];
  const above = path.slice(0, path.lastIndexOf('/'));
  const before = fields.filter(({ name }) => name !== 'stage');
  const chosen = new URLSearchParams(before.map(({ name, value }): [string, string] => [name, value])).toString();
  const asked = chosen.length > LONGEST_QUERY ? [] : [`${path}?${chosen}`];
  return [address, ...asked, ...(above === '' ? [] : [above])];
}
