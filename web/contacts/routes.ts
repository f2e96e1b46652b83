import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findKnownPerson, takesPartIn } from '../../postgres/views/people.ts';
import type { KnownPerson } from '../../postgres/views/people.ts';
import { tookPartIn } from '../../postgres/views/person-work.ts';
import { savePerson } from '../../register/save-person.ts';
import type { PersonRefusal } from '../../register/save-person.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { endedWords } from '../people/ended-lines.ts';
import { changeLines } from '../people/person-form.ts';
import { SMALL_BODY_BYTES } from '../shared/body-limits.ts';
import { canExist } from '../shared/desk-urls.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { isStaffRole } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const sendPage = staffPages('deployments');

const CORRECTS = { config: { access: 'change-deployments' }, bodyLimit: SMALL_BODY_BYTES } as const;

type OfContact = { Params: { id: string }; Querystring: FormBody; Body: FormBody | null };

/**
 * The e-mail address and the telephone number of somebody in a deployment, corrected where one meets them: from a call, a contact task or
 * the page of a deployment, and back to it. The address of somebody who may sign in is not changed here: their sign-in link goes to it.
 */
export function registerContactsRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfContact>('/contacts/:id', CORRECTS, async (request, reply) => {
    const person = await findCorrectable(request);
    return person === undefined
      ? reply.callNotFound()
      : formPage(request, reply, person, { email: person.email, telephone: person.telephone }, []);
  });

  app.post<OfContact>('/contacts/:id', CORRECTS, async (request, reply) => {
    const person = await findCorrectable(request);
    if (person === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    const form = { email: maySignIn(person) ? person.email : typed(body, 'email'), telephone: typed(body, 'telephone') };
    if (typed(body, 'stage') === 'change') return formPage(request, reply, person, form, []);
    const carriesOut = typed(body, 'stage') === 'confirm' && typed(body, 'seen') === seenOf(person);
    const saved = await savePerson(db, { before: person, wanted: { ...person, ...form }, by: signedIn(request).person }, !carriesOut);
    if (!saved.ok) {
      const { faults = [saved.reason] } = saved;
      return formPage(request, reply.status(saved.reason.kind === 'changed' ? 409 : 400), person, form, faults);
    }
    const back = backOf(request.query);
    if (carriesOut) return reply.redirect(`${urls.contact(person.id, back)}&saved=yes`, 303);
    return send(request, reply, 'contacts/check', {
      title: `Check before ${person.name} is changed`,
      lines: changeLines(person, saved.value.person, []),
      ended: saved.value.ended.flatMap(endedWords),
      parts: await takesPartIn(db, person.id),
      given: form,
      seen: seenOf(person),
      action: urls.contact(person.id, back),
    });
  });

  /** Somebody who takes or took part in a deployment that the user may change. Nobody learns of others, or whether there are any. */
  async function findCorrectable(request: FastifyRequest<OfContact>): Promise<KnownPerson | undefined> {
    const { id } = request.params;
    if (!canExist({ id })) return undefined;
    const inScope = scopeCondition(signedIn(request), 2, 'change-deployments');
    return (await tookPartIn(db, id, inScope)) ? findKnownPerson(db, id) : undefined;
  }

  function formPage(
    request: FastifyRequest<OfContact>,
    reply: FastifyReply,
    person: KnownPerson,
    form: { readonly email: string; readonly telephone: string },
    faults: readonly PersonRefusal[],
  ): FastifyReply {
    const errors = faults.map(({ kind, message, remedy }) => ({
      text: [message, remedyOnPage(remedy)].filter((part) => part !== '').join('. '),
      href: kind === 'email' && !maySignIn(person) ? '#email' : '#telephone',
    }));
    return send(request, reply, 'contacts/form', {
      title: `Correct how to reach ${person.name}`,
      told: request.query['saved'] === 'yes' && request.method === 'GET' ? 'The change is saved.' : null,
      person,
      signsIn: maySignIn(person),
      form,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), { text }])),
      action: urls.contact(person.id, backOf(request.query)),
    });
  }
}

function send(request: FastifyRequest<OfContact>, reply: FastifyReply, view: string, data: object): FastifyReply {
  const user = signedIn(request);
  const back = backOf(request.query);
  return sendPage(reply, user, view, {
    ...data,
    backHref: back,
    backText: back === urls.today() ? 'Today' : 'Back to the deployment',
  });
}

function maySignIn({ roles }: KnownPerson): boolean {
  return roles.some(({ role }) => isStaffRole(role));
}

/** Where somebody came from: the page of a deployment, or Today. Nothing else is led to. */
function backOf(query: FormBody): string {
  const back = typed(query, 'back');
  return /^\/deployments\/[A-Za-z0-9-]{1,40}$/.test(back) ? back : urls.today();
}

/** What was known when the change was checked: another value at the end means that somebody changed the person between. */
function seenOf({ email, telephone }: KnownPerson): string {
  return JSON.stringify([email, telephone]);
}
